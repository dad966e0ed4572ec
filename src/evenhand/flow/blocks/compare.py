"""Compare (Check contact attributes)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import Exit, Result
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["Compare"]


class Compare(Block):
    """Compares an attribute with the operands of its conditions; the first true one is taken.

    Parameters: `ComparisonValue`, one reference. Operands may be references too; comparisons know upper and
    lower case, and numeric ones are false when either side is not a number. A missing attribute is the empty
    text. Public flows test for it with the word NULL, so an empty value takes a condition `Equals NULL` when
    no other holds. No condition: NoMatchingCondition. (Administrator guide, "Check contact attributes".)
    """

    type = "Compare"
    log_name = "CheckAttribute"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        return Result(text_of(values.get("ComparisonValue")))

    def route(self, session: Session, exit_: Exit) -> tuple[str, str]:
        taken = super().route(session, exit_)
        if (
            taken[1] in ("NoMatchingCondition", "NextAction")
            and isinstance(exit_, Result)
            and not exit_.value
        ):
            for operator, _, (_, operand), target in self.conditions:
                if operator == "Equals" and operand == "NULL":
                    return target, "Equals NULL"
        return taken
