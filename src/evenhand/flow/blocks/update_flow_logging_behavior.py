"""UpdateFlowLoggingBehavior (Set logging behavior)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Next
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateFlowLoggingBehavior"]


class UpdateFlowLoggingBehavior(Block):
    """Switches the flow log on ("Enabled") or off ("Disabled") for this contact, from this block on.

    It stays so through the other flows and later segments of the contact. Parameters:
    `FlowLoggingBehavior`. The block has no error: any other word changes nothing. (Administrator guide, "Set
    logging behavior".)
    """

    type = "UpdateFlowLoggingBehavior"
    log_name = "SetLoggingBehavior"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        behavior = text_of(values.get("FlowLoggingBehavior"))
        if behavior not in ("Enabled", "Disabled"):
            return Next(f"FlowLoggingBehavior {behavior!r} is neither Enabled nor Disabled; nothing changed")
        session.logging = behavior == "Enabled"
        return NEXT
