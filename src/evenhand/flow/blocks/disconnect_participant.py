"""DisconnectParticipant (Disconnect / hang up)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import DISCONNECT, Exit
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["DisconnectParticipant"]


class DisconnectParticipant(Block):
    """Hangs up the customer; the contact ends. It has no parameters, no way on and no error.

    (Administrator guide, "Disconnect / hang up".)
    """

    type = "DisconnectParticipant"
    log_name = "Disconnect"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        return DISCONNECT
