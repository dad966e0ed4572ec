"""UpdateContactCallbackNumber (Set callback number)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.phone_numbers import e164, not_dialable
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactCallbackNumber"]


class UpdateContactCallbackNumber(Block):
    """Keeps the number on which the customer wants to be called back, for CreateCallbackContact.

    Parameters: `CallbackNumber`, one reference, to a number in E.164 (`+12025550100`). Errors:
    InvalidCallbackNumber when it is not such a number, or the contact is no voice contact;
    CallbackNumberNotDialable when it has the form but no country or area that is known here. (Administrator
    guide, "Set callback number".)
    """

    type = "UpdateContactCallbackNumber"
    log_name = "SetCallbackNumber"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        number = text_of(values.get("CallbackNumber"))
        if not number.startswith("+") or not e164(number[1:]):
            return Failed("InvalidCallbackNumber", f"{number!r} is not a number like +12025550100")
        why = not_dialable(number)
        if why:
            return Failed("CallbackNumberNotDialable", why)
        session.callback_number = number
        return NEXT
