"""DequeueContactAndTransferToQueue (Transfer to queue, inside a customer queue flow)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import MOVE, Exit, Failed
from evenhand.flow.session import Session
from evenhand.flow.target import named_target
from evenhand.flow.world import World

__all__ = ["DequeueContactAndTransferToQueue"]


class DequeueContactAndTransferToQueue(Block):
    """Takes the waiting contact out of its queue and puts it into another, as a new segment.

    Its time in queue starts again, and the customer queue flow of the new segment begins. Parameters:
    exactly one of `QueueId` and `AgentId`. Errors: QueueAtCapacity when the other queue is full;
    NoMatchingError when there is no such queue or agent, when the contact is not waiting or is being offered
    to an agent, or has moved too often already. After an error nothing has changed and the contact keeps its
    place. (Administrator guide, "Transfer to queue".)
    """

    type = "DequeueContactAndTransferToQueue"
    log_name = "Transfer"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        queue, agent, problem = named_target(self, world, values)
        if problem:
            return Failed("NoMatchingError", problem)
        error, why = world.move_refusal(session, queue, agent)
        if error:
            return Failed(error, why)
        world.set_working_queue(session, queue, agent)
        return MOVE
