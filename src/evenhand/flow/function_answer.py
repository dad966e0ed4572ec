"""What a function may answer, and what becomes of it in `$.External`.

STRING_MAP: a flat object of simple values. The documentation speaks of strings; AWS's own examples return
numbers, so numbers and booleans are taken as text. JSON: any JSON. Both: at most 32 KB.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["DEEPEST_ANSWER", "LARGEST_ANSWER", "read_answer"]

LARGEST_ANSWER = 32 * 1024
"""Bytes of UTF-8."""

DEEPEST_ANSWER = 64
"""Levels of objects and lists. Ours: Amazon Connect names no limit, but an answer must stay readable."""

_TOO_DEEP = f"the function's answer is nested more than {DEEPEST_ANSWER} levels deep"


def read_answer(payload: str, response_type: str) -> tuple[Any, str]:
    """The value for `$.External` and what is wrong with the answer ('' when nothing is)."""
    try:
        size = len(payload.encode())
    except UnicodeEncodeError:
        return None, "the function's answer is not UTF-8"
    if size > LARGEST_ANSWER:
        return None, f"the function answered {size:,} bytes; at most {LARGEST_ANSWER:,} are allowed"
    try:
        # A fraction keeps the digits it was written with, as text does in a flow.
        value = _DECODER.decode(payload)
    except ValueError as problem:
        return None, f"the function's answer is not JSON ({problem})"
    except RecursionError:
        return None, _TOO_DEEP
    if _depth(value) > DEEPEST_ANSWER:
        return None, _TOO_DEEP
    if "\\u" in payload and not _is_text(value):
        return None, "the function's answer holds half a character (a lone surrogate)"
    if response_type.upper() == "JSON":
        return value, ""
    if not isinstance(value, dict):
        return None, f"the function answered {_kind(value)}; a flat object of strings is expected"
    flat: dict[str, str] = {}
    for key, item in value.items():
        if isinstance(item, dict | list):
            return None, f"the function's answer is not flat: {key!r} holds {_kind(item)}"
        flat[key] = (
            "" if item is None else ("true" if item else "false") if isinstance(item, bool) else str(item)
        )
    return flat, ""


def _depth(value: Any) -> int:
    """Levels of nesting, counted level by level so that no answer can exhaust the stack."""
    depth, level = 0, [value]
    while depth <= DEEPEST_ANSWER:
        level = [item for item in level if isinstance(item, dict | list)]
        if not level:
            break
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return depth


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


_DECODER = json.JSONDecoder(parse_float=str, parse_constant=_no_constant)
"""Made once: a decoder with settings of its own costs more to make than to use."""
