"""What a flow may be wrapped in: an answer of the service's API, JSON inside a JSON string, a list.

`flows_in` takes the wrapping off and gives every flow inside, as it was read. Nothing here judges a flow.
"""

from __future__ import annotations

from typing import Any

from evenhand.errors import AuthorFault
from evenhand.flow.json_text import parse_json

__all__ = ["flows_in", "is_flow", "is_older"]

HOLDERS = ("ContactFlow", "ContactFlowModule", "Content", "content", "ContactFlowContent")
"""Fields of an API answer, or of what tools store, that hold a flow or its text."""

DEEPEST = 6
MOST_NAMES = ("name", "type", "status", "description")


def is_older(value: Any) -> bool:
    """Whether this is the older console export: `modules` instead of `Actions`."""
    return isinstance(value, dict) and "modules" in value and "Actions" not in value


def is_flow(value: Any) -> bool:
    """Whether this looks like a flow in either language."""
    return isinstance(value, dict) and ("Actions" in value or "modules" in value)


def flows_in(value: Any, file: str = "") -> list[Any]:
    """Every flow in this JSON value, out of its wrapping; the value itself where there is no wrapping."""
    return _open(value, file, DEEPEST) or [value]


def _open(value: Any, file: str, deepest: int) -> list[Any]:
    if is_flow(value):
        return [value]
    if deepest == 0:
        return []
    if isinstance(value, str):
        try:
            return _open(parse_json(value, file), file, deepest - 1)
        except AuthorFault:
            return []
    if isinstance(value, list):
        return [flow for item in value for flow in _open(item, file, deepest - 1)]
    if isinstance(value, dict):
        for name in HOLDERS:
            found = _open(value.get(name), file, deepest - 1)
            if found:
                return [_named(flow, value) for flow in found]
    return []


def _named(flow: dict[str, Any], holder: dict[str, Any]) -> dict[str, Any]:
    """The flow with the name and the type that the service keeps beside it, where it tells none itself."""
    key = "metadata" if is_older(flow) else "Metadata"
    metadata = flow.get(key)
    known = metadata if isinstance(metadata, dict) else {}
    beside = {
        name: holder[name.capitalize()]
        for name in MOST_NAMES
        if isinstance(holder.get(name.capitalize()), str) and not known.get(name)
    }
    return {**flow, key: {**known, **beside}} if beside else flow
