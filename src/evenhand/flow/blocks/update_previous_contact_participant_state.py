"""UpdatePreviousContactParticipantState (Hold customer or agent)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdatePreviousContactParticipantState"]

_PARTIES = {"CustomerOnHold": "customer", "AgentOnHold": "agent", "OffHold": ""}


class UpdatePreviousContactParticipantState(Block):
    """Holds a side of the contact from which this one came, in a transfer by an agent, or ends the hold.

    Who is held hears the hold flow of that contact (CustomerHold, AgentHold).

    Parameters: `PreviousContactParticipantState`: `CustomerOnHold`, `AgentOnHold` or `OffHold`. Error:
    NoMatchingError for another word, on any channel but voice, and when nobody talks on a previous contact.
    (Developer guide, "UpdatePreviousContactParticipantState".)
    """

    type = "UpdatePreviousContactParticipantState"
    log_name = "HoldCustomerOrAgent"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        state = text_of(values.get("PreviousContactParticipantState"))
        if state not in _PARTIES:
            return Failed("NoMatchingError", f"there is no state {state!r} to put somebody in")
        problem = world.hold_previous_of(session, _PARTIES[state])
        return Failed("NoMatchingError", problem) if problem else NEXT
