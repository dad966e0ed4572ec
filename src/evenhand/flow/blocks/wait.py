"""Wait."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Alarm, Block, Event
from evenhand.flow.comparison import number
from evenhand.flow.exits import WAIT, Exit, Failed, Result
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.inputs import CustomerReturned

__all__ = ["Wait"]

_LONGEST = 604_800.0


class Wait(Block):
    """Lets time pass: the result is WaitCompleted, or the name of the event that came first.

    Parameters: `TimeLimitSeconds`, 1 to 604,800 (a week) or one reference (`TimeoutSeconds` of the developer
    guide is read too); `Events`, of which `CustomerReturned` (a chat customer came back) is heard.
    `BotParticipantDisconnected` may stand there; it never happens here, so the wait ends in time. Error:
    NoMatchingError when the time is not a number in that range.

    A decision: the block waits on every channel. Amazon Connect refused voice contacts at first and now
    allows them in inbound flows. (Administrator guide, "Wait".)
    """

    type = "Wait"
    log_name = "Wait"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        text = text_of(values.get("TimeLimitSeconds", values.get("TimeoutSeconds")))
        seconds = number(text)
        if seconds is None or not 1 <= seconds <= _LONGEST:
            return Failed("NoMatchingError", f"TimeLimitSeconds {text!r} is not a number from 1 to 604,800")
        session.alarm = world.now + seconds
        return WAIT

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        if isinstance(event, Alarm):
            return Result("WaitCompleted")
        if isinstance(event, CustomerReturned):
            events = values.get("Events")
            if isinstance(events, list) and "CustomerReturned" in events:
                return Result("CustomerReturned")
        return WAIT
