"""Traps about agents' own queues, metrics and error branches that the real service takes without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from evenhand.flow.check_report import BlockReport
from evenhand.flow.document import Action, FlowDocument
from evenhand.flow.references import references_in
from evenhand.flow.resources import is_foreign, resources_of

__all__ = ["SERVICE_ONLY", "check_traps"]

OWN_QUEUE = ("UpdateContactTargetQueue", "DequeueContactAndTransferToQueue")
TARGET_SETTERS = ("UpdateContactTargetQueue", "InvokeFlowModule")
QUEUE_FIGURES = ("NumberOfContactsInQueue", "OldestContactInQueueAgeSeconds")
EMPTY_METRICS = ("$.Metrics.Queue.OldestContactAge", "$.Metrics.Queue.EstimatedWaitTime")
"""What is nothing while nobody waits, and while nobody has waited."""

SERVICE_ONLY = frozenset({"availability-race", "metric-may-be-empty"})
"""Traps of the real service that a centre here does not have: a check of a centre does not tell them."""

RETRIES = ("NoMatchingCondition", "InputTimeLimitExceeded", "InvalidPhoneNumber")
"""Errors that are an answer of the customer, after which the same block may well be asked again."""

Routes = Mapping[str, tuple[str, ...]]


def check_traps(document: FlowDocument, reports: Iterable[BlockReport], routes: Routes) -> None:
    """Warn of what is taken, runs, and does not do what it seems to. `routes`: where each block can lead."""
    actions = {action.identifier: action for action in document.actions}
    told = {report.action.identifier: report for report in reports}
    _foreign(document, told)
    for report in told.values():
        _error_to_itself(report)
        action = report.action
        if action.type == "CheckMetricData":
            _race(report, actions, routes)
        if action.type == "InvokeLambdaFunction":
            _empty_metric(report, actions, routes)
        if action.type in ("CheckMetricData", "GetMetricData", "CheckHoursOfOperation"):
            _agent_figures(report, actions, routes, document.start_action)
        if action.type in OWN_QUEUE and "AgentId" in action.parameters:
            _outranks(report, actions)


def _error_to_itself(report: BlockReport) -> None:
    for index, error in enumerate(report.action.errors):
        if error.next_action == report.action.identifier and error.error_type not in RETRIES:
            report.warning(
                f"Transitions.Errors[{index}].NextAction",
                "error-to-itself",
                f"{error.error_type} leads back to this very block, which will most likely fail again at once",
                "Lead the error to another block; to try again a few times, count with a Loop block.",
            )


def _foreign(document: FlowDocument, told: Mapping[str, BlockReport]) -> None:
    for resource in resources_of(document):
        if is_foreign(resource) and not resource.display_name and resource.block in told:
            told[resource.block].warning(
                resource.field,
                "foreign-arn",
                f"{resource.reference} is a {resource.kind} of one instance; the file does not say its name, "
                "so that another instance or centre cannot bind it again",
                f"Write the {resource.kind}'s name, or keep it in Metadata.ActionMetadata as a displayName.",
            )


def _race(report: BlockReport, actions: Mapping[str, Action], routes: Routes) -> None:
    """An agent is asked whether he is free, and then gets the contact as if he still were."""
    parameters = report.action.parameters
    agent = parameters.get("AgentId")
    if not isinstance(agent, str) or not str(parameters.get("MetricType")).startswith("NumberOfAgents"):
        return
    ways = [branch.next_action for branch in report.action.conditions if branch.next_action in actions]
    after = _until(ways, routes, lambda name: actions[name].type == "CheckMetricData")
    for name in sorted(after, key=list(actions).index):
        action = actions[name]
        if action.type not in OWN_QUEUE or action.parameters.get("AgentId") != agent:
            continue
        if _gives_queue_flow(name, actions, routes):
            continue
        report.warning(
            "Parameters.AgentId",
            "availability-race",
            f"{agent} may be taken by another contact between this check and {name}; the contact then waits "
            "in the agent's own queue until the agent is free. (Here check and transfer are one step unless a "
            "block between them takes time, and an agent who is offered a contact is reserved for it.)",
            "Give the contact a customer queue flow (UpdateContactEventHooks, CustomerQueue) that moves it to "
            "another queue after a while.",
        )
        return


def _gives_queue_flow(name: str, actions: Mapping[str, Action], routes: Routes) -> bool:
    """Whether a customer queue flow is set on a way that comes by this block."""

    def sets(action: Action) -> bool:
        hooks = action.parameters.get("EventHooks")
        return (
            action.type == "UpdateContactEventHooks" and isinstance(hooks, dict) and "CustomerQueue" in hooks
        )

    if actions[name].type == "DequeueContactAndTransferToQueue":
        return True  # in a customer queue flow, which the contact keeps
    after = _until([name], routes, lambda _: False)
    for hook, action in actions.items():
        if sets(action) and (hook in after or name in _until([hook], routes, lambda _: False)):
            return True
    return False


def _until(starts: Iterable[str], routes: Routes, ends: Callable[[str], bool]) -> set[str]:
    """Every block that can be got to from these, not going on beyond a block where `ends` holds."""
    reached: set[str] = set()
    pending = list(starts)
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            if not ends(name):
                pending.extend(routes.get(name, ()))
    return reached


def _agent_figures(report: BlockReport, actions: Mapping[str, Action], routes: Routes, start: str) -> None:
    """Figures and hours of a queue are asked of an agent's own queue, which has none."""
    action, parameters = report.action, report.action.parameters
    metric = parameters.get("MetricType")
    if action.type == "CheckMetricData" and metric not in QUEUE_FIGURES:
        return
    what = {"CheckMetricData": str(metric), "GetMetricData": "queue metrics"}.get(action.type, "hours")
    if "AgentId" in parameters:
        field, whose = "Parameters.AgentId", "an agent's own queue"
    elif "QueueId" in parameters or "HoursOfOperationId" in parameters:
        return
    else:
        setter = _agent_is_target(action.identifier, actions, routes, start)
        if not setter:
            return
        field, whose = "Parameters", f"the working queue, which {setter} makes an agent's own queue"
    report.warning(
        field,
        "agent-queue-has-no-figures",
        f"{what} of {whose}: such a queue has none, and the block takes its error branch",
        "Name a standard queue (QueueId); for an agent check NumberOfAgentsAvailable.",
    )


def _agent_is_target(name: str, actions: Mapping[str, Action], routes: Routes, start: str) -> str:
    """The block that makes an agent the target, if nothing but agents can be the target here; else ''."""
    sets = {each for each, action in actions.items() if action.type in TARGET_SETTERS}
    if name in _until([start], routes, sets.__contains__):
        return ""  # a contact may come here with the working queue it had before
    here = [
        each for each in actions if each in sets and name in _until(routes[each], routes, sets.__contains__)
    ]
    if not all("AgentId" in actions[each].parameters for each in here):
        return ""
    return here[0] if here else ""


def _outranks(report: BlockReport, actions: Mapping[str, Action]) -> None:
    """A priority is given in a flow that also sends contacts to an agent's own queue."""
    giving = [name for name, action in actions.items() if action.type == "UpdateContactRoutingBehavior"]
    if not giving:
        return
    report.warning(
        "Parameters.AgentId",
        "agent-queue-outranks",
        f"an agent's own queue goes before all other queues of the agent, whatever priority or age {giving[0]} "
        "gives: contacts there are served first",
        "Use a standard queue with routing criteria for one agent where the order matters, or accept it.",
    )


def _empty_metric(report: BlockReport, actions: Mapping[str, Action], routes: Routes) -> None:
    given = report.action.parameters.get("LambdaInvocationAttributes")
    for key, value in given.items() if isinstance(given, dict) else ():
        for reference in references_in(value):
            if reference in EMPTY_METRICS and not _compared(reference, report, actions, routes):
                report.warning(
                    f"Parameters.LambdaInvocationAttributes.{key}",
                    "metric-may-be-empty",
                    f"{reference} is empty on the service while nobody waits (and for some seconds after "
                    "the first one does, as figures are that old); a function that makes a number of it fails",
                    "Ask first with CheckMetricData whether anybody waits, or let the function take nothing as 0.",
                )


def _compared(reference: str, report: BlockReport, actions: Mapping[str, Action], routes: Routes) -> bool:
    """Whether the metric, or how many wait, is asked about on a way to the function."""
    for name, action in actions.items():
        asks = (action.type == "Compare" and action.parameters.get("ComparisonValue") == reference) or (
            action.type == "CheckMetricData" and action.parameters.get("MetricType") in QUEUE_FIGURES
        )
        if asks and report.action.identifier in _until([name], routes, lambda _: False):
            return True
    return False
