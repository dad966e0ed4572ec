"""CheckMetricData (Check staffing; Check queue status)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.document import Action
from evenhand.flow.exits import Exit, Failed, Result
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.target import target_or_working_queue
from evenhand.flow.world import World

__all__ = ["CheckMetricData"]

_OLDEST = "OldestContactInQueueAgeSeconds"
_METRICS = frozenset(
    {
        "NumberOfAgentsAvailable",
        "NumberOfAgentsStaffed",
        "NumberOfAgentsOnline",
        "NumberOfContactsInQueue",
        _OLDEST,
    }
)


class CheckMetricData(Block):
    """Compares a live figure of a queue with its conditions.

    Parameters: `MetricType`, and `QueueId` or `AgentId` (neither: the working queue). The figures:
    `NumberOfAgentsAvailable` (could take a contact now), `NumberOfAgentsStaffed` (available, or busy with
    contacts), `NumberOfAgentsOnline` (signed in and not offline), `NumberOfContactsInQueue`, and
    `OldestContactInQueueAgeSeconds`, whose operands are **milliseconds** in a flow document, despite its
    name: five minutes are "300000".

    No condition holds: NoMatchingCondition (False, No match). Error: NoMatchingError when the figure cannot
    be told. (Administrator guide, "Check staffing" and "Check queue status".)
    """

    type = "CheckMetricData"

    def __init__(self, action: Action, display_names: dict[str, str]) -> None:
        super().__init__(action, display_names)
        staffing = text_of(action.parameters.get("MetricType")).startswith("NumberOfAgents")
        self.log_name = "CheckStaffing" if staffing else "CheckQueueStatus"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        metric = text_of(values.get("MetricType"))
        if metric not in _METRICS:
            return Failed("NoMatchingError", f"there is no metric {metric!r}")
        queue, agent, problem = target_or_working_queue(self, session, world, values)
        if problem:
            return Failed("NoMatchingError", problem)
        value = world.metric(session, metric, queue, agent)
        if value is None:
            return Failed("NoMatchingError", f"{metric} of {queue or agent!r} cannot be told")
        return Result(str(round(value * 1000) if metric == _OLDEST else int(value)))
