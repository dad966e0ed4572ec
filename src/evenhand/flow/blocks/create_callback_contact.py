"""CreateCallbackContact (Transfer to queue, as a callback)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import DISCONNECT, NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.requests import CallbackRequest
from evenhand.flow.session import Session
from evenhand.flow.target import target_or_working_queue
from evenhand.flow.world import World

__all__ = ["CreateCallbackContact"]

_LONGEST_DELAY = 259_200


class CreateCallbackContact(Block):
    """Has the customer called back: a contact of its own, which waits in a queue in the customer's stead.

    After `InitialCallDelaySeconds` it joins the queue; an agent takes it, then the customer is dialled. When
    they are not reached it joins the queue again `RetryDelaySeconds` later, until
    `MaximumConnectionAttempts` were made (0 counts as one). Parameters besides: at most one of `QueueId` and
    `AgentId` (default: the working queue), `ContactFlowId`, a flow that the callback goes through before it
    is queued, and `CallerId` `{Number}`. The number is that of UpdateContactCallbackNumber, else the
    customer's own. This contact goes on with NextAction; without one it ends.

    Error: NoMatchingError when there is no number, queue or flow of that name, or a time is not one.
    (Administrator guide, "Set up queued callback"; "CreateCallbackContact".)
    """

    type = "CreateCallbackContact"
    log_name = "CreateCallback"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        queue, agent, problem = target_or_working_queue(self, session, world, values)
        if problem:
            return Failed("NoMatchingError", problem)
        number = session.callback_number or session.customer_address
        if not number:
            return Failed("NoMatchingError", "there is no number to call back")
        delay = _whole(values, "InitialCallDelaySeconds", _LONGEST_DELAY)
        retry = _whole(values, "RetryDelaySeconds", _LONGEST_DELAY)
        attempts = _whole(values, "MaximumConnectionAttempts", None)
        if delay is None or retry is None or attempts is None:
            return Failed("NoMatchingError", "a delay or the number of attempts is not a whole number")
        flow = ""
        if text_of(values.get("ContactFlowId")):
            flow = self.find(world.find_flow, values, "ContactFlowId")
            if not flow:
                return Failed("NoMatchingError", f"there is no flow {text_of(values['ContactFlowId'])!r}")
        caller = values.get("CallerId")
        caller_number = text_of(caller.get("Number") if isinstance(caller, dict) else caller)
        # Never in the same instant: a callback that asks for a callback would have no end.
        delays = max(1.0, delay), max(1.0, retry)
        wanted = CallbackRequest(
            number, caller_number, queue, agent, flow, *delays, attempts=max(1, int(attempts))
        )
        problem = world.call_back(session, wanted)
        if problem:
            return Failed("NoMatchingError", problem)
        return NEXT if self.next else DISCONNECT


def _whole(values: dict[str, Any], field: str, most: int | None) -> float | None:
    text = text_of(values.get(field)).strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        return None
    return float(text) if most is None or int(text) <= most else None
