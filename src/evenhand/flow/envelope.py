"""What a flow may be wrapped in: an answer of the service's API, a template, JSON inside a JSON string, a list.

`flows_in` takes the wrapping off and gives every flow inside, as it was read. Nothing here judges a flow.
"""

from __future__ import annotations

from typing import Any

from evenhand.errors import AuthorFault
from evenhand.flow.json_text import parse_json

__all__ = ["flows_in", "is_flow", "is_older"]

HOLDERS = (
    "ContactFlow",
    "ContactFlowModule",
    "Content",
    "content",
    "ContactFlowContent",
    "contactFlowContent",
    "Properties",
    "Fn::Sub",
    "Fn::ToJsonString",
)
"""Fields of an API answer, of a CloudFormation template, or of what tools store, that hold a flow or its text."""

TEMPLATE_TYPES = ("AWS::Connect::ContactFlow", "AWS::Connect::ContactFlowModule")
DEEPEST = 8
BESIDE = {
    "name": ("Name", "name", "contactFlowName"),
    "type": ("Type", "ContactFlowType", "type", "contactFlowType"),
    "status": ("Status", "status"),
    "description": ("Description", "description"),
}
"""What is kept beside a flow, and the fields in which it is."""


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
        resources = value.get("Resources")
        if isinstance(resources, dict):
            kept = [one for one in resources.values() if isinstance(one, dict)]
            return [
                flow
                for one in kept
                if one.get("Type") in TEMPLATE_TYPES
                for flow in _open(one.get("Properties"), file, deepest - 1)
            ]
        if "Fn::Join" in value:
            return _open(_joined(value["Fn::Join"]), file, deepest - 1)
        for name in HOLDERS:
            found = _open(value.get(name), file, deepest - 1)
            if found:
                return [_named(flow, value) for flow in found]
    return []


def _joined(value: Any) -> str:
    """The text that a template puts together; what it only knows when it is deployed is `${its name}`."""
    separator, parts = value if isinstance(value, list) and len(value) == 2 else ("", [])
    texts = []
    for part in parts if isinstance(parts, list) else ():
        known = part.get("Ref") or part.get("Fn::GetAtt") if isinstance(part, dict) else part
        name = ".".join(map(str, known)) if isinstance(known, list) else str(known)
        texts.append(name if isinstance(part, str) else f"${{{name}}}")
    return separator.join(texts) if isinstance(separator, str) else ""


def _named(flow: dict[str, Any], holder: dict[str, Any]) -> dict[str, Any]:
    """The flow with what the service keeps beside it, where it tells none itself: name, type, a module's settings."""
    key = "metadata" if is_older(flow) else "Metadata"
    metadata = flow.get(key)
    known = metadata if isinstance(metadata, dict) else {}
    beside: dict[str, Any] = {
        name: holder[field]
        for name, fields in BESIDE.items()
        for field in fields[::-1]  # the first one is put in last and stays
        if isinstance(holder.get(field), str) and not known.get(name)
    }
    settings = _settings(holder.get("Settings"))
    if settings is not None and "settings" not in known:
        beside["settings"] = settings
    return {**flow, key: {**known, **beside}} if beside else flow


def _settings(value: Any) -> dict[str, Any] | None:
    """What a module declares, which an answer of the API has as JSON text."""
    if isinstance(value, str):
        try:
            value = parse_json(value, "")
        except AuthorFault:
            return None
    return value if isinstance(value, dict) else None
