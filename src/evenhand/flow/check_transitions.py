"""Does every way out of a block lead somewhere, and are the ways there that the service insists on?"""

from __future__ import annotations

import difflib
from collections.abc import Container
from typing import Any

from evenhand.flow.catalogue import ERROR_TYPES, OPERATORS, BlockRule, Outcomes
from evenhand.flow.check_report import BlockReport

__all__ = ["check_targets", "check_transitions"]

DEEPEST_CONDITIONS = 5
MOST_CONDITIONS = 50
AGENT_METRIC_PERIOD = 1_000
RING_SECONDS = 20


def check_targets(report: BlockReport, known: Container[str]) -> None:
    """Check that every transition names a block of this flow."""
    action = report.action
    if action.next_action is not None:
        _target(report, "Transitions.NextAction", action.next_action, known)
    for index, error in enumerate(action.errors):
        _target(report, f"Transitions.Errors[{index}].NextAction", error.next_action, known)
    for index, branch in enumerate(action.conditions):
        _target(report, f"Transitions.Conditions[{index}].NextAction", branch.next_action, known)


def _target(report: BlockReport, field: str, target: str, known: Container[str]) -> None:
    if target not in known:
        why = f"no block is called {target!r}" if target else "it is empty"
        report.invalid_value(field, "target-missing", why, "Name the Identifier of a block of this flow.")


def check_transitions(report: BlockReport, rule: BlockRule) -> None:
    """Check the ways out of a block of a known type."""
    action = report.action
    if rule.terminal:
        if action.next_action is not None or action.errors or action.conditions:
            report.error(
                "Transitions",
                "terminal-with-transitions",
                "Action does not support transitions",
                f"Nothing follows {action.type}; write an empty Transitions.",
            )
        return
    if action.next_action is None and not rule.next_optional:
        _no_next(report, rule)
    _errors(report, rule)
    if rule.outcomes is None:
        if action.conditions:
            report.error(
                "Transitions.Conditions",
                "conditions-not-supported",
                "Action does not support conditions",
                f"{action.type} as it is set up here has no result to compare; remove its Conditions.",
            )
        return
    _conditions(report, rule.outcomes)
    special = SPECIAL.get(action.type)
    if special is not None:
        special(report)


def _no_next(report: BlockReport, rule: BlockRule) -> None:
    way_out = "Name the block that follows."
    transitions = report.action.raw.get("Transitions")
    written = isinstance(transitions, dict) and transitions.get("NextAction") == ""
    if written and rule.leaves:
        report.warning(
            "Transitions.NextAction",
            "empty-next-action",
            'NextAction is ""; some exporters write that where success leaves the flow, and the service '
            "may ask for a block",
            "Name a DisconnectParticipant or EndFlowExecution block; success never gets there.",
        )
    elif written:
        report.invalid_value("Transitions.NextAction", "missing-next-action", "it is empty", way_out)
    else:
        report.missing("Transitions.NextAction", "missing-next-action", way_out)


def _errors(report: BlockReport, rule: BlockRule) -> None:
    action = report.action
    present = [error.error_type for error in action.errors]
    for needed in rule.errors:
        if needed not in present:
            report.error(
                "Transitions.Errors",
                "missing-error",
                f"Action is missing required error. Error: {needed}",
                f'Add {{"ErrorType": "{needed}", "NextAction": ...}} to its Errors.',
            )
    allowed = (*rule.errors, *rule.may_fail_with)
    for index, error_type in enumerate(present):
        field = f"Transitions.Errors[{index}].ErrorType"
        if error_type in present[:index]:
            report.warning(
                field,
                "error-repeated",
                f"{error_type} is wired a second time; only the first is followed",
                "Remove one of the two.",
            )
        elif error_type not in allowed and (not rule.errors_open or error_type not in ERROR_TYPES):
            near = difflib.get_close_matches(error_type, allowed, n=1)
            takes = (
                f"{action.type} takes {', '.join(allowed)}."
                if allowed
                else f"{action.type} takes none; remove it."
            )
            named = rule.errors_open  # such a block may have errors of its own that are not published
            report.note(
                "warning" if named else "error",
                field,
                "invalid-error",
                f"Invalid Action error. Error: {error_type}, Path: Actions[{report.index}]",
                (f"Did you mean {near[0]}? " if near and not named else "") + takes,
            )


def _conditions(report: BlockReport, outcomes: Outcomes) -> None:
    action = report.action
    if outcomes.at_least_one and not action.conditions:
        report.missing("Transitions.Conditions", "missing-condition", "Give at least one condition.")
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for index, branch in enumerate(action.conditions):
        field = f"Transitions.Conditions[{index}].Condition"
        if _nested(report, field, index):
            continue
        if branch.operator not in OPERATORS:
            near = difflib.get_close_matches(branch.operator, OPERATORS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            report.invalid_value(
                f"{field}.Operator",
                "unknown-operator",
                f"no operator is called {branch.operator!r}",
                f"Write one of {', '.join(OPERATORS)}.{hint}",
            )
        elif branch.operator not in outcomes.operators:
            report.invalid_value(
                f"{field}.Operator",
                "operator-not-supported",
                f"{branch.operator} does not go with {action.type} as it is set up here",
                f"Write {' or '.join(outcomes.operators)}.",
            )
        if len(branch.operands) != 1:
            report.invalid_value(
                f"{field}.Operands",
                "one-operand",
                f"{len(branch.operands)} operands, where each operator takes one",
                "Write one operand, and a condition for each further value.",
            )
        elif outcomes.operands and branch.operands[0] not in outcomes.operands:
            report.invalid_value(
                f"{field}.Operands[0]",
                "operand-not-supported",
                f"{branch.operands[0]!r} is no result of {action.type} as it is set up here",
                f"It may be compared with: {', '.join(outcomes.operands)}.",
                disputed=outcomes.disputed,
            )
        key = (branch.operator, branch.operands)
        if key in seen:
            report.warning(
                field,
                "condition-repeated",
                f"an earlier condition is the same ({branch.operator} {', '.join(branch.operands)}); "
                "this one is never followed",
                "Remove one of the two.",
            )
        seen.add(key)
    asked = {operand for branch in action.conditions for operand in branch.operands}
    for needed in outcomes.required:
        if needed not in asked:
            report.invalid_value(
                "Transitions.Conditions",
                "missing-condition",
                f"no condition asks for {needed}",
                f'Add a condition Equals "{needed}".',
            )


def _nested(report: BlockReport, field: str, index: int) -> bool:
    """Whether this condition is made of conditions; no boolean operator for them is published."""
    transitions = report.action.raw.get("Transitions")
    entries = transitions.get("Conditions") if isinstance(transitions, dict) else None
    entry = entries[index] if isinstance(entries, list) and index < len(entries) else None
    condition = entry.get("Condition") if isinstance(entry, dict) else None
    if not isinstance(condition, dict) or not isinstance(condition.get("Conditions"), list):
        return False
    depth, count = _extent(condition)
    if depth > DEEPEST_CONDITIONS or count > MOST_CONDITIONS:
        report.invalid_value(
            field,
            "conditions-nested-too-deep",
            f"conditions {depth} deep and {count} in all; {DEEPEST_CONDITIONS} and {MOST_CONDITIONS} are the most",
            "Spread them over several Compare blocks.",
        )
    report.warning(
        field,
        "nested-condition",
        "a condition made of conditions; no operator for it is published, and it is never true here",
        "Put one Compare block after another instead.",
    )
    return True


def _extent(condition: dict[str, Any]) -> tuple[int, int]:
    """How deep conditions are nested, and how many there are inside."""
    level, depth, count = [condition], 0, 0
    while level:
        depth += 1
        level = [
            inner.get("Condition", inner) if isinstance(inner.get("Condition", inner), dict) else inner
            for outer in level
            for inner in outer.get("Conditions") or ()
            if isinstance(inner, dict)
        ]
        count += len(level)
    return depth, count


# --- rules that belong to one type --------------------------------------------------------------------------


def _metric(report: BlockReport) -> None:
    if report.action.parameters.get("MetricType") != "OldestContactInQueueAgeSeconds":
        return
    for index, branch in enumerate(report.action.conditions):
        for operand in branch.operands:
            if operand.isascii() and operand.isdigit() and 0 < int(operand[:9]) < AGENT_METRIC_PERIOD:
                report.warning(
                    f"Transitions.Conditions[{index}].Condition.Operands[0]",
                    "milliseconds",
                    f"{operand} is compared with the oldest contact's age in milliseconds, in spite of the "
                    "metric's name",
                    f"For {operand} seconds write {int(operand) * 1000}.",
                )


def _distribution(report: BlockReport) -> None:
    last = 0
    for index, branch in enumerate(report.action.conditions):
        field = f"Transitions.Conditions[{index}].Condition.Operands[0]"
        for operand in branch.operands[:1]:
            if not (operand.isascii() and operand.isdigit() and 1 <= int(operand[:9]) <= 101):
                report.invalid_value(
                    field,
                    "out-of-range",
                    f"{operand!r}",
                    "Write 1 plus the percentage so far, from 1 to 101: 3 % then 5 % is 4, then 9.",
                )
            elif int(operand) <= last:
                report.warning(
                    field,
                    "share-of-nothing",
                    f"less than {operand} is never reached after less than {last}",
                    "Let the operands grow: each is 1 plus the percentage so far.",
                )
            else:
                last = int(operand)


def _interrupt(report: BlockReport) -> None:
    asked = bool(report.action.conditions)
    period = report.action.parameters.get("InterruptFrequencySeconds")
    if period is None and asked:
        report.warning(
            "Transitions.Conditions",
            "never-interrupted",
            "without InterruptFrequencySeconds the prompts are never interrupted; this way is never taken",
            "Give InterruptFrequencySeconds, or remove the condition.",
        )
    elif period is not None and not asked:
        report.warning(
            "Transitions.Conditions",
            "interrupt-leads-nowhere",
            "the prompts are interrupted, and no condition Equals MessagesInterrupted says what then",
            "Add that condition, or remove InterruptFrequencySeconds.",
        )
    word = str(period)
    if word.isascii() and word.isdigit() and 0 < int(word[:9]) < RING_SECONDS:
        report.warning(
            "Parameters.InterruptFrequencySeconds",
            "short-interrupt",
            f"the prompts are interrupted every {word} s, and an agent's phone may ring for {RING_SECONDS} s: "
            "blocks that take the contact out of the queue fail while it rings",
            f"Use more than {RING_SECONDS} seconds.",
        )


def _events(report: BlockReport) -> None:
    events = report.action.parameters.get("Events")
    listed = [event for event in events if isinstance(event, str)] if isinstance(events, list) else []
    for index, branch in enumerate(report.action.conditions):
        for operand in branch.operands[:1]:
            if operand in ("CustomerReturned", "BotParticipantDisconnected") and operand not in listed:
                report.warning(
                    f"Transitions.Conditions[{index}].Condition.Operands[0]",
                    "event-not-waited-for",
                    f"{operand} is not among the Events waited for; this way is never taken",
                    f"Add {operand} to Parameters.Events, or remove the condition.",
                )


SPECIAL = {
    "CheckMetricData": _metric,
    "DistributeByPercentage": _distribution,
    "MessageParticipantIteratively": _interrupt,
    "Wait": _events,
}
