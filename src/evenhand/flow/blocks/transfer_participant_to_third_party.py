"""TransferParticipantToThirdParty (Transfer to phone number)."""

from __future__ import annotations

import re
from typing import Any

from evenhand.flow.block import Alarm, Block, Event
from evenhand.flow.exits import NEXT, OUTSIDE, WAIT, Exit, Failed
from evenhand.flow.phone_numbers import e164
from evenhand.flow.references import text_of
from evenhand.flow.requests import ThirdPartyRequest
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.inputs import CalleeAnswered, CalleeFailed, ContactHungUp
from evenhand.model.units import Seconds

__all__ = ["TransferParticipantToThirdParty"]

_LIMIT = 30
_LONGEST = 600
_DIGITS = re.compile(r"[0-9,*#]{0,50}")


class TransferParticipantToThirdParty(Block):
    """Calls somebody outside the centre and joins them with the customer.

    `ThirdPartyPhoneNumber` is called (E.164), for `ThirdPartyConnectionTimeLimitSeconds` at most (0 to 600,
    without it 30; the developer guide writes `ThirdPartyConnectionTimeoutSeconds`, which is read too).
    `CallerId` `{Number, Name}` is what they see, without it the customer's number; `ThirdPartyDTMFDigits` are
    pressed when they answer. When they hang up, the flow goes on with NextAction; with
    `ContinueFlowExecution` False the contact leaves the flow as soon as they answer (and its queue, if it is
    in one), ends with their call, and up to ten minutes are waited for their answer. When the customer hangs
    up, both calls end. In a customer queue flow the contact keeps its place meanwhile, and the agent who
    takes it ends the other call. In a transfer flow the customer leaves the agent when the third party
    answers. Digits, number and time are checked when the block runs.

    Errors: ConnectionTimeLimitExceeded when nobody answered in time; CallFailed when they were not reached;
    NoMatchingError for both where they are not wired, for a parameter that is none, on another channel than
    voice, in whisper and hold flows, while the contact rings at an agent, and for voice connectors, of which
    there are none here. (Flow language, "TransferParticipantToThirdParty"; administrator guide, "Transfer to
    phone number".)
    """

    type = "TransferParticipantToThirdParty"
    log_name = "Transfer"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        number = text_of(values.get("ThirdPartyPhoneNumber")).strip()
        if not number.startswith("+") or not e164(number[1:]):
            return Failed(
                "NoMatchingError", f"ThirdPartyPhoneNumber {number!r} is not a number like +12025550100"
            )
        digits = text_of(values.get("ThirdPartyDTMFDigits"))
        if _DIGITS.fullmatch(digits) is None:
            return Failed(
                "NoMatchingError", f"ThirdPartyDTMFDigits {digits!r} are not up to 50 keys or commas"
            )
        limit = _limit(values)
        if limit is None:
            return Failed("NoMatchingError", "the time limit is not a number from 0 to 600")
        caller = values.get("CallerId")
        seen = caller if isinstance(caller, dict) else {}
        caller_number = text_of(seen.get("Number")) or session.customer_address
        wanted = ThirdPartyRequest(number, caller_number, text_of(seen.get("Name")), digits)
        problem = world.call_third_party(session, wanted)
        if problem:
            return Failed("NoMatchingError", problem)
        session.alarm = world.now + limit
        return WAIT

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        if isinstance(event, CalleeAnswered):
            session.alarm = None
            return WAIT if _continues(values) else OUTSIDE
        if isinstance(event, CalleeFailed):
            return Failed("CallFailed", f"the third party was not reached: {event.reason}")
        if isinstance(event, ContactHungUp):
            return NEXT
        if isinstance(event, Alarm):
            world.give_up_third_party(session, "time_limit")
            waited = world.now - session.entered
            return Failed(
                "ConnectionTimeLimitExceeded", f"the third party did not answer within {waited:g} s"
            )
        return WAIT


def _continues(values: dict[str, Any]) -> bool:
    return text_of(values.get("ContinueFlowExecution", "True")).lower() != "false"


def _limit(values: dict[str, Any]) -> Seconds | None:
    """How long the third party may take to answer; None when what stands there is no such time."""
    if not _continues(values):
        return float(_LONGEST)
    given = values.get(
        "ThirdPartyConnectionTimeLimitSeconds", values.get("ThirdPartyConnectionTimeoutSeconds")
    )
    text = text_of(given).strip() if given is not None else str(_LIMIT)
    return float(text) if text.isascii() and text.isdecimal() and int(text) <= _LONGEST else None
