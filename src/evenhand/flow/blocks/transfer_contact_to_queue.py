"""TransferContactToQueue (Transfer to queue)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import ENQUEUE, Exit, Failed
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["TransferContactToQueue"]


class TransferContactToQueue(Block):
    """Puts the contact into its working queue; the inbound flow ends and the customer queue flow begins.

    It takes no parameters: a block before it sets the working queue. Errors: QueueAtCapacity when the queue
    is full; NoMatchingError when there is no working queue or the contact is already queued, being joined
    or connected. (Administrator guide, "Transfer to queue".)
    """

    type = "TransferContactToQueue"
    log_name = "Transfer"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        error, why = world.queue_refusal(session)
        return Failed(error, why) if error else ENQUEUE
