"""CheckOutboundCallStatus (Check call progress)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import Exit, Failed, Result
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["CheckOutboundCallStatus"]


class CheckOutboundCallStatus(Block):
    """Asks who answered when the customer was called; the result decides by its conditions.

    `CallAnswered` (a person), `VoicemailBeep`, `VoicemailNoBeep` or `NotDetected`, as whoever dialled told
    with the answer. In a flow that runs before the customer is called, the block waits for their answer.
    Nothing is listened to here: an outside that does not tell means a person.

    Error: NoMatchingError when no condition matches, or nobody was called.
    (Flow language, "CheckOutboundCallStatus"; administrator guide, "Check call progress".)
    """

    type = "CheckOutboundCallStatus"
    log_name = "CheckOutboundCallStatus"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        if not session.call_status:
            return Failed("NoMatchingError", "the customer of this contact was not called")
        return Result(session.call_status)

    def route(self, session: Session, exit_: Exit) -> tuple[str, str]:
        """A result that no condition names is an error."""
        target, branch = super().route(session, exit_)
        if isinstance(exit_, Result) and branch in ("NextAction", "NoMatchingCondition"):
            return super().route(session, Failed("NoMatchingError", f"no condition names {exit_.value}"))
        return target, branch
