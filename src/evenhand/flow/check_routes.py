"""Where can a contact get to in a flow, and where does it get stuck?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evenhand.flow.catalogue import BlockRule, rule_for
from evenhand.flow.check_channels import check_channels
from evenhand.flow.check_reads import check_reads
from evenhand.flow.check_report import BlockReport
from evenhand.flow.check_traps import check_traps
from evenhand.flow.document import Action, FlowDocument
from evenhand.flow.references import references_in

__all__ = ["check_routes"]

AGENT_QUEUE_CONTACTS = 10
ANSWERS = ("InvokeLambdaFunction",)
"""Types after which `$.External` may hold something. What functions answer inside a module stays there."""

QUEUEING = ("TransferContactToQueue", "DequeueContactAndTransferToQueue")

Routes = Mapping[str, tuple[str, ...]]


def check_routes(document: FlowDocument, reports: Iterable[BlockReport], place: str | None) -> None:
    """Warn of blocks nobody gets to, loops nobody gets out of, answers nobody asked for, full agent queues."""
    reports = list(reports)
    actions = {action.identifier: action for action in document.actions}
    rules = {name: rule_for(action.type, action.parameters) for name, action in actions.items()}
    routes = {name: _all_ways(action, actions) for name, action in actions.items()}
    reached = _reach([document.start_action], routes) if document.start_action in actions else set(actions)
    spinning = _spinning(actions, rules)
    answered = _reach(
        [way for name, action in actions.items() if action.type in ANSWERS for way in routes[name]], routes
    )
    asks = any(action.type in ANSWERS for action in actions.values())
    unasked: list[BlockReport] = []
    for report in reports:
        name = report.action.identifier
        if name not in reached:
            report.warning(
                "",
                "unreachable",
                "no way leads here from the start",
                "Wire it, or remove it; it counts towards the limit of blocks.",
            )
            continue
        if name in spinning:
            report.warning(
                "Transitions",
                "endless-loop",
                f"a contact goes round here for ever without waiting: {' -> '.join(spinning[name])}",
                "Give the loop a way out, or a block that takes time (a prompt, Wait, a Loop's DoneLooping).",
            )
        if (asks or place == "MODULE") and name not in answered and _external(report.action):
            unasked.append(report)
        if report.action.type in ("UpdateContactTargetQueue", *QUEUEING):
            _agent_queue(report, actions, routes)
    if unasked:
        _unasked(unasked, place)
    met = [report for report in reports if report.action.identifier in reached]
    check_traps(document, met, routes)
    check_channels(met, routes, document.start_action)
    check_reads(met, routes, place)


def _all_ways(action: Action, known: Mapping[str, Action]) -> tuple[str, ...]:
    """Every block this one can lead to."""
    ways = [branch.next_action for branch in action.conditions]
    ways += [error.next_action for error in action.errors]
    if action.next_action is not None:
        ways.append(action.next_action)
    return tuple(way for way in dict.fromkeys(ways) if way in known)


def _reach(starts: Iterable[str], routes: Routes) -> set[str]:
    """Every block that can be got to from these, themselves included."""
    reached: set[str] = set()
    pending = list(starts)
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending.extend(routes[name])
    return reached


def _spinning(
    actions: Mapping[str, Action], rules: Mapping[str, BlockRule | None]
) -> dict[str, tuple[str, ...]]:
    """For the first block of each loop without a way out and without a pause, the loop.

    Ways that a contact takes only when something fails do not count as ways out. A block of an unknown
    type may do anything and counts as a pause.
    """
    quick = {
        name
        for name, rule in rules.items()
        if rule is not None and not (rule.takes_time or rule.leaves or rule.terminal)
    }
    routes = {name: _usual_ways(actions[name], actions) for name in actions if name in quick}
    # Strip from the quick blocks, again and again, those with a way to a block outside of what is left:
    # what remains leads only to itself.
    leads_out = [name for name, ways in routes.items() if not ways or any(way not in routes for way in ways)]
    backwards: dict[str, list[str]] = {name: [] for name in routes}
    for name, ways in routes.items():
        for way in ways:
            if way in backwards:
                backwards[way].append(name)
    out: set[str] = set()
    while leads_out:
        name = leads_out.pop()
        if name not in out:
            out.add(name)
            leads_out.extend(backwards[name])
    stuck = {name: ways for name, ways in routes.items() if name not in out}
    found: dict[str, tuple[str, ...]] = {}
    told: set[str] = set()
    for name in stuck:
        if name in told:
            continue
        circle = _circle(name, stuck)
        if not told.intersection(circle):
            found[circle[0]] = (*circle, circle[0])
        told.update(_reach([name], stuck))
    return found


def _usual_ways(action: Action, known: Mapping[str, Action]) -> tuple[str, ...]:
    """The ways a contact takes when nothing fails; no match is an ordinary answer, not a failure."""
    ways = [branch.next_action for branch in action.conditions]
    ways += [error.next_action for error in action.errors if error.error_type == "NoMatchingCondition"]
    if action.next_action is not None:
        ways.append(action.next_action)
    return tuple(way for way in dict.fromkeys(ways) if way in known)


def _circle(start: str, routes: Routes) -> tuple[str, ...]:
    """The loop one comes into from `start` by always taking the first way."""
    path: dict[str, int] = {}
    name = start
    while name not in path:
        path[name] = len(path)
        name = routes[name][0]
    return tuple(path)[path[name] :]


def _external(action: Action) -> list[str]:
    """The references of a block to a function's answer."""
    return [name for name in references_in(action.parameters) if name.startswith("$.External.")]


def _unasked(reports: list[BlockReport], place: str | None) -> None:
    """Warn once for a flow where a function's answer is read before any function can have been asked."""
    more = f", {len(reports)} blocks do so" if len(reports) > 1 else ""
    reports[0].warning(
        "Parameters",
        "answer-before-question",
        f"{_external(reports[0].action)[0]} is read{more}, and no InvokeLambdaFunction can have run before "
        f"in this {'module' if place == 'MODULE' else 'flow'}",
        "A module does not have what functions answered outside: give it as Input, or ask the function inside."
        if place == "MODULE"
        else "Ask the function first. If an earlier flow asked it, keep the answer in a contact attribute: "
        "the next function call replaces $.External.",
    )


def _agent_queue(report: BlockReport, actions: Mapping[str, Action], routes: Routes) -> None:
    """Warn where a contact meant for an agent's own queue is lost when that queue is full."""
    if "AgentId" not in report.action.parameters:
        return
    name = report.action.identifier
    transfers = [name] if report.action.type in QUEUEING else _next_transfers(name, actions, routes)
    for transfer in transfers:
        full = [e.next_action for e in actions[transfer].errors if e.error_type == "QueueAtCapacity"]
        onwards = _reach([way for way in full if way in actions], routes)
        hopeful = (*QUEUEING, "CreateCallbackContact", "TransferToFlow", "TransferContactToAgent")
        if full and not any(actions[way].type in hopeful for way in onwards):
            report.warning(
                "Parameters.AgentId",
                "agent-queue-full",
                f"an agent's own queue holds {AGENT_QUEUE_CONTACTS} contacts; the next one takes the "
                f"QueueAtCapacity way of {transfer}, which offers no other queue and no callback",
                "Lead QueueAtCapacity to another queue or to a callback.",
            )
            return


def _next_transfers(start: str, actions: Mapping[str, Action], routes: Routes) -> list[str]:
    """The transfer blocks that use the target queue set at `start`, before another block sets it again."""
    found: list[str] = []
    seen: set[str] = set()
    pending = list(_usual_ways(actions[start], actions))
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        kind = actions[name].type
        if kind == "TransferContactToQueue":
            found.append(name)
        elif kind != "UpdateContactTargetQueue":
            pending.extend(routes[name])
    return sorted(found, key=list(actions).index)
