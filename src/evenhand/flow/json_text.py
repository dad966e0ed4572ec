"""The JSON text of a flow, made a value: bounded, strict about JSON, with the place of a fault in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from evenhand.errors import Finding, FlowFault

__all__ = ["LONGEST_TEXT_BYTES", "kind_of", "parse_json", "reading_fault"]

LONGEST_TEXT_BYTES = 1_000_000
"""A flow's text may have this many bytes; the console refuses more as well."""

DEEPEST_NESTING = 100
"""Objects and lists inside each other. Real flows stay below 15; the limit keeps every walk bounded."""


def reading_fault(findings: Sequence[Finding], file: str) -> FlowFault:
    """The error that carries these findings; a single one is also its message."""
    if len(findings) == 1:
        only = findings[0]
        where = ": ".join(part for part in (file, only.block, only.field) if part)
        return FlowFault(only.message, where=where, way_out=only.way_out, findings=findings)
    return FlowFault(f"{len(findings)} faults keep this flow from being read", where=file, findings=findings)


def _one(file: str, code: str, message: str, way_out: str) -> FlowFault:
    return reading_fault([Finding(file=file, code=code, message=message, way_out=way_out)], file)


class _Endless(ValueError):
    """A number that JSON does not have."""


def _no_constant(name: str) -> Any:
    raise _Endless(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _Endless(digits)
    return number


def parse_json(text: str | bytes, file: str) -> Any:
    """The JSON value of this text, at most LONGEST_TEXT_BYTES long and DEEPEST_NESTING deep."""
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > LONGEST_TEXT_BYTES:
        raise _one(
            file,
            "text-too-long",
            f"the text has {size:,} bytes; a flow may have {LONGEST_TEXT_BYTES:,}",
            "Split the flow: move a part into a flow of its own (TransferToFlow) or a module (InvokeFlowModule).",
        )
    if isinstance(text, bytes):
        try:
            # Windows PowerShell writes what a command prints in UTF-16.
            text = text.decode("utf-16" if text[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
        except UnicodeDecodeError as error:
            raise _one(
                file,
                "not-utf-8",
                f"the text is not UTF-8 (byte {error.start})",
                "Save the file in UTF-8, the encoding of JSON.",
            ) from None
    try:
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise _one(
            file,
            "not-json",
            f"not JSON: {error.msg}, line {error.lineno} column {error.colno}",
            "Correct the text there; a missing comma, quote or bracket usually stands just before that place.",
        ) from None
    except _Endless as error:
        raise _one(
            file,
            "not-json",
            f"not JSON: the number {error} has no JSON form",
            "Write a finite number, or a string.",
        ) from None
    except RecursionError:
        raise _too_deep(file) from None
    except ValueError as error:  # a number of thousands of digits
        raise _one(file, "not-json", f"not JSON: {error}", "Write the long number as a string.") from None
    if _depth_exceeds(value, DEEPEST_NESTING):
        raise _too_deep(file)
    return value


def _too_deep(file: str) -> FlowFault:
    return _one(
        file,
        "nested-too-deep",
        f"objects and lists are nested more than {DEEPEST_NESTING} deep",
        "A flow is flat: blocks in one list. Look for a part that was wrapped again and again.",
    )


def _depth_exceeds(value: Any, deepest: int) -> bool:
    level = [value]
    for _ in range(deepest + 1):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return False
        level = inner
    return any(isinstance(item, dict | list) for item in level)


def kind_of(value: Any) -> str:
    """What a JSON value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case _:
            return "an object"
