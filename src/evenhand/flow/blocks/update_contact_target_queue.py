"""UpdateContactTargetQueue (Set working queue)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.session import Session
from evenhand.flow.target import named_target
from evenhand.flow.world import World

__all__ = ["UpdateContactTargetQueue"]


class UpdateContactTargetQueue(Block):
    """Chooses the queue that Transfer to queue will use: a standard queue or an agent's own.

    Blocks that ask about staffing, metrics or hours use it too when they name no queue, and functions see it
    in their event. Parameters: exactly one of `QueueId` and `AgentId`, each a name, an id, an ARN or one
    reference; an ARN of another instance is bound by the name its export displays. Error: NoMatchingError
    when there is no such queue or agent; the working queue stays as it was. (Administrator guide, "Set
    working queue".)
    """

    type = "UpdateContactTargetQueue"
    log_name = "SetQueue"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        queue, agent, problem = named_target(self, world, values)
        if problem:
            return Failed("NoMatchingError", problem)
        world.set_working_queue(session, queue, agent)
        return NEXT
