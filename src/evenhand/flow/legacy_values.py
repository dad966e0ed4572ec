"""The values of an older console export: its parameters, and its attributes as references of today.

A parameter is `{name, value}` with, sometimes, a `namespace` (then the value is an attribute's name), a
`key` (parameters of one name are a map) and a `resourceName` (the name of what an ARN stands for).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from evenhand.errors import Finding

__all__ = ["OlderModule", "Parameter", "is_true", "reference_to", "word"]

SYSTEM_NAMES = {
    "customer number": "CustomerEndpoint.Address",
    "dialed number": "SystemEndpoint.Address",
    "dialled number": "SystemEndpoint.Address",
    "stored customer input": "StoredCustomerInput",
    "customer callback number": "CallbackNumber",
    "customer call back number": "CallbackNumber",
    "contact id": "ContactId",
    "initial contact id": "InitialContactId",
    "previous contact id": "PreviousContactId",
    "instance arn": "InstanceARN",
    "initiation method": "InitiationMethod",
    "queue name": "Queue.Name",
    "queue arn": "Queue.ARN",
    "text to speech voice": "TextToSpeechVoiceId",
    "language": "LanguageCode",
}
"""System attributes whose name is not their path."""

NAMESPACES = {
    "user defined": "Attributes",
    "userdefined": "Attributes",
    "attributes": "Attributes",
    "external": "External",
    "system": "",
    "flow": "FlowAttributes",
    "flow attributes": "FlowAttributes",
    "flowattributes": "FlowAttributes",
    "queue metrics": "Metrics.Queue",
    "lex attributes": "Lex.SessionAttributes",
    "lex slots": "Lex.Slots",
    "segment attributes": "SegmentAttributes",
    "customer profiles": "Customer",
}
STATIC = frozenset({"", "static", "text", "none", "null", "undefined", "manual"})
_PLAIN = re.compile(r"[A-Za-z0-9_]+(?:[-.][A-Za-z0-9_]+)*")


def word(value: Any) -> str:
    """A scalar as the language writes it: 5 is "5", true is "True", nothing and what is no scalar is ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, int | float) else ""


def is_true(value: Any) -> bool:
    """Whether an export means yes: true, "true", "True", "1", "Enable"."""
    return word(value).strip().lower() in ("true", "1", "yes", "enable", "enabled")


def reference_to(namespace: str, name: str) -> str:
    """The reference that names this attribute: `User Defined` x is `$.Attributes.x`."""
    if name.startswith("$"):
        return name
    spoken = namespace.strip()
    root = NAMESPACES.get(spoken.lower(), spoken)
    if not root:
        return "$." + SYSTEM_NAMES.get(name.strip().lower(), name.strip())
    if not _PLAIN.fullmatch(name):
        quote = '"' if "'" in name else "'"
        return f"$.{root}[{quote}{name}{quote}]"
    return f"$.{root}.{name}"


class Parameter:
    """One parameter of a module. `value` is text, or a reference where the module names an attribute."""

    def __init__(self, name: str, given: dict[str, Any]) -> None:
        self.name = name
        self.given = given
        self.key = word(given.get("key"))
        self.display_name = word(given.get("resourceName"))
        namespace = word(given.get("namespace"))
        raw = given.get("value")
        self.dynamic = namespace.strip().lower() not in STATIC
        self.value: Any = raw if isinstance(raw, dict | list) else word(raw)
        if self.dynamic:
            self.value = reference_to(namespace, word(raw)) if word(raw) else ""


class OlderModule:
    """One module of an older export, read leniently, with what could not be carried over of it."""

    def __init__(self, given: dict[str, Any], file: str, flow_type: str) -> None:
        self.given = given
        self.notes: list[Finding] = []
        self.file = file
        self.flow_type = flow_type
        self.id = word(given.get("id"))
        self.type = word(given.get("type"))
        self.target = word(given.get("target"))
        metadata = given.get("metadata")
        self.metadata: dict[str, Any] = dict(metadata) if isinstance(metadata, dict) else {}
        self.parameters = list(_parameters(given.get("parameters"), self.note))
        self.branches = list(_objects(given.get("branches"), "branches", self.note))
        self.used: set[str] = set()

    def note(self, field: str, code: str, message: str, way_out: str) -> None:
        """Put down something that was not carried over as it stood."""
        self.notes.append(
            Finding(
                file=self.file,
                block=self.id,
                field=field,
                severity="warning",
                code=code,
                message=message,
                way_out=way_out,
            )
        )

    def all(self, *names: str) -> list[Parameter]:
        """Every parameter of these names, in their order; they count as carried over."""
        lower = {name.lower() for name in names}
        self.used |= lower
        return [parameter for parameter in self.parameters if parameter.name.lower() in lower]

    def one(self, *names: str) -> Parameter | None:
        """The first parameter of these names that says something, else the first, else None."""
        found = self.all(*names)
        return next((p for p in found if p.value or p.display_name), found[0] if found else None)

    def text(self, *names: str) -> str:
        """What the parameter says, "" where it is absent."""
        parameter = self.one(*names)
        return word(parameter.value) if parameter is not None else ""

    def map(self, *names: str) -> dict[str, Any]:
        """The parameters of one name as a map from key to value."""
        return {p.key: p.value for p in self.all(*names) if p.key}

    def show(self, path: tuple[str | int, ...], name: str) -> None:
        """Keep the name that an export displays, where exports of today keep it."""
        holder: Any = self.metadata.get("parameters")
        if not isinstance(holder, dict):
            holder = self.metadata["parameters"] = {}
        for step, following in zip(path, (*path[1:], None), strict=True):
            empty: Any = [] if isinstance(following, int) else {}
            if isinstance(step, int):
                holder.extend([None] * (step + 1 - len(holder)))
                holder[step] = holder[step] or empty
                holder = holder[step]
            else:
                if not isinstance(holder.get(step), dict | list):
                    holder[step] = empty
                holder = holder[step]
        holder["displayName"] = name

    def resource(self, parameter: Parameter | None, *path: str | int) -> str:
        """A queue, flow, prompt, … by its ARN; by its name where the export has lost the ARN."""
        if parameter is None:
            return ""
        value = word(parameter.value)
        if parameter.display_name and not parameter.dynamic:
            self.show(path, parameter.display_name)
            if not value:
                self.note(
                    f"parameters.{parameter.name}",
                    "name-without-id",
                    f"the export has only the name of what is meant, {parameter.display_name!r}, and no id",
                    "It is found here by its name; for the real service put its ARN in.",
                )
                return parameter.display_name
        return value


def _objects(value: Any, field: str, note: Callable[[str, str, str, str], None]) -> Iterator[dict[str, Any]]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield item
        elif item is not None:
            note(f"{field}[{index}]", "not-carried-over", "it is no object", "Look at what it was for.")


def _parameters(value: Any, note: Callable[[str, str, str, str], None]) -> Iterator[Parameter]:
    if isinstance(value, dict):  # some tools write {name: value}
        value = [{"name": name, "value": item} for name, item in value.items()]
    for item in _objects(value, "parameters", note):
        name = word(item.get("name"))
        if name:
            yield Parameter(name, item)
