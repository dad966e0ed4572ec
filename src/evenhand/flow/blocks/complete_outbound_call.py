"""CompleteOutboundCall (Call phone number)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block, Event
from evenhand.flow.exits import NEXT, WAIT, Exit, Next
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["CompleteOutboundCall"]


class CompleteOutboundCall(Block):
    """Calls the customer of an agent's call now, and goes on when they answer.

    `CallerId` `{Number}` is what the customer sees; without it, the caller number of the queue. In a contact
    that calls nobody, or whose customer is there already, the block does nothing.
    (Administrator guide, "Call phone number".)
    """

    type = "CompleteOutboundCall"
    log_name = "CompleteOutboundCall"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        if not session.unanswered:
            return NEXT if session.initiation_method == "OUTBOUND" else Next("there is nobody to be called")
        caller = values.get("CallerId")
        number = text_of(caller.get("Number")) if isinstance(caller, dict) else ""
        if number:
            session.system_address = number
        return WAIT

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        return WAIT
