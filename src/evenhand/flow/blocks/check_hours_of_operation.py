"""CheckHoursOfOperation (Check hours of operation)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import Exit, Failed, Result
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["CheckHoursOfOperation"]


class CheckHoursOfOperation(Block):
    """Whether the hours of operation are open now: the result is True or False.

    Parameters: `HoursOfOperationId` (a name, an id, an ARN or one reference), optional: the hours of the
    working queue stand in. Error: NoMatchingError when there are no such hours, no working queue, or the
    working queue is an agent's own, which has no hours. (Administrator guide, "Check hours of operation".)
    """

    type = "CheckHoursOfOperation"
    log_name = "CheckHoursOfOperation"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        hours = ""
        if "HoursOfOperationId" in values:
            hours = self.find(world.find_hours, values, "HoursOfOperationId")
            if not hours:
                reference = text_of(values["HoursOfOperationId"])
                return Failed("NoMatchingError", f"there are no hours of operation {reference!r}")
        is_open = world.is_open(session, hours)
        if is_open is None:
            why = (
                f"the hours {hours!r} cannot be told"
                if hours
                else "the working queue has no hours of operation"
            )
            return Failed("NoMatchingError", why)
        return Result("True" if is_open else "False")
