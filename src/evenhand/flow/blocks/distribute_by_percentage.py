"""DistributeByPercentage (Distribute by percentage)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import Exit, Result
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["DistributeByPercentage"]


class DistributeByPercentage(Block):
    """Throws a die from 1 to 100 and compares it with the conditions.

    The console writes a chain of NumberLessThan with one more than the percentages added up: 3 %, 6 %, 8 %
    are "4", "10", "18", and the rest is NoMatchingCondition. The die is made from the contact's id and the
    number of throws before, so a replay throws the same. No parameters. (Administrator guide, "Distribute by
    percentage".)
    """

    type = "DistributeByPercentage"
    log_name = "DistributeByPercentage"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        return Result(str(session.next_die()))
