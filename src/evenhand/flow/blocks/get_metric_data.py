"""GetMetricData (Get queue metrics)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.target import target_or_working_queue
from evenhand.flow.world import World
from evenhand.model.units import CHANNELS

__all__ = ["GetMetricData"]


class GetMetricData(Block):
    """Reads the live figures of a queue into `$.Metrics`, where they stay until they are read again.

    Parameters, all optional: `QueueId` or `AgentId` (neither: the working queue) and `QueueChannel` (Voice,
    Chat, Task, Email, in any case; absent: all channels). Error: NoMatchingError when the queue, the agent
    or the channel is not known or the figures cannot be told; `$.Metrics` stays as it was. (Administrator
    guide, "Get queue metrics".)
    """

    type = "GetMetricData"
    log_name = "GetMetricData"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        channel = text_of(values.get("QueueChannel")).upper()
        if channel and channel not in CHANNELS:
            return Failed("NoMatchingError", f"there is no channel {channel!r}")
        queue, agent, problem = target_or_working_queue(self, session, world, values)
        if problem:
            return Failed("NoMatchingError", problem)
        metrics = world.metrics(session, queue, agent, channel)
        if metrics is None:
            return Failed("NoMatchingError", f"the metrics of {queue or agent!r} cannot be told")
        session.metrics = metrics
        return NEXT
