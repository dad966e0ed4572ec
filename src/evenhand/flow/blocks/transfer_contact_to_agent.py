"""TransferContactToAgent (Transfer to agent)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import TO_AGENT, Exit
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["TransferContactToAgent"]


class TransferContactToAgent(Block):
    """Hands the call to the agent whose queue is the working queue; the flow ends here.

    It takes no parameters. After-contact work of the agent is cleared for it; when they are busy or offline
    the contact is disconnected. Without an agent as working queue, and for other channels than voice, the
    contact goes to the default queue. (Administrator guide, "Transfer to agent (beta)".)
    """

    type = "TransferContactToAgent"
    log_name = "Transfer"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        return TO_AGENT
