"""The flow language's eight operators. Numeric ones are false when either side is not a number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["COMPARISONS", "number"]

Comparison: TypeAlias = Callable[[str, str], bool]


def number(text: str) -> float | None:
    """The number that this text is, or None. Only plain decimal notation counts."""
    return float(text) if _DECIMAL.fullmatch(text) else None


_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,300}(?:\.[0-9]*)?|\.[0-9]+)")


def _numeric(holds: Callable[[float, float], bool]) -> Comparison:
    def compare(value: str, operand: str) -> bool:
        left, right = number(value), number(operand)
        return left is not None and right is not None and holds(left, right)

    return compare


COMPARISONS: dict[str, Comparison] = {
    "Equals": lambda value, operand: value == operand,
    "TextStartsWith": lambda value, operand: value.startswith(operand),
    "TextEndsWith": lambda value, operand: value.endswith(operand),
    "TextContains": lambda value, operand: operand in value,
    "NumberGreaterThan": _numeric(lambda left, right: left > right),
    "NumberGreaterOrEqualTo": _numeric(lambda left, right: left >= right),
    "NumberLessThan": _numeric(lambda left, right: left < right),
    "NumberLessOrEqualTo": _numeric(lambda left, right: left <= right),
}
