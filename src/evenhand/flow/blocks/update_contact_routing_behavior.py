"""UpdateContactRoutingBehavior (Change routing priority / age)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Next
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactRoutingBehavior"]

_LARGEST = 2**63 - 1
"""The largest priority that Amazon Connect takes."""


class UpdateContactRoutingBehavior(Block):
    """Changes the contact's place in the order of its queue: its priority, or the age it counts as.

    Parameters: one of `QueuePriority` (1 is first, 5 by default, up to 2^63 - 1) and
    `QueueTimeAdjustmentSeconds` (whole seconds added to the time in queue; negative ones put it back). The
    block has no error: other values change nothing, and the block says so. (Administrator guide, "Change
    routing priority / age".)
    """

    type = "UpdateContactRoutingBehavior"
    log_name = "UpdateRoutingPriority"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        given = [field for field in ("QueuePriority", "QueueTimeAdjustmentSeconds") if field in values]
        if len(given) != 1:
            return Next("not exactly one of QueuePriority and QueueTimeAdjustmentSeconds; nothing changed")
        field = given[0]
        text = text_of(values[field])
        whole = _whole(text)
        if whole is None or (field == "QueuePriority" and whole < 1):
            return Next(f"{field} {text!r} is not a whole number in range; nothing changed")
        if field == "QueuePriority":
            session.priority = whole
        else:
            session.age_adjustment = float(whole)
        world.routing_changed(session)
        return NEXT


def _whole(text: str) -> int | None:
    digits = text.strip()
    if len(digits) > 20 or not digits.isascii() or not digits.removeprefix("-").isdecimal():
        return None
    value = int(digits)
    return value if abs(value) <= _LARGEST else None
