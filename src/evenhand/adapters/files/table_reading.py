"""Filling the model's structs from TOML tables, with every fault noted and none in the way of the next."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from evenhand.centre.findings import Findings, place, ways

__all__ = ["as_table", "as_tables", "fill"]

S = TypeVar("S", bound=msgspec.Struct)
Where = tuple[str | int, ...]

_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def as_table(value: Any, where: Where, findings: Findings) -> dict[str, Any]:
    """Give the value if it is a table, else note the fault and give an empty one."""
    if isinstance(value, dict):
        return value
    findings.error(
        place(*where), "wrong-type", f"This must be a table, not {_shown(value)}.", "Write key = value pairs."
    )
    return {}


def as_tables(document: Mapping[str, Any], section: str, findings: Findings) -> dict[str, Any]:
    """Give a section whose keys are names; an absent one is empty."""
    return as_table(document.get(section, {}), (section,), findings)


def fill(
    struct: type[S],
    table: Mapping[str, Any],
    where: Where,
    findings: Findings,
    *,
    given: Mapping[str, Any] | None = None,
    also: tuple[str, ...] = (),
) -> S:
    """Make a struct from a table's keys and the `given` fields.

    Unknown keys, wrong types and missing keys are noted; a field that cannot be read takes its default (empty
    text if it has none). Keys in `also` are known to the caller, who reads them.
    """
    values: dict[str, Any] = dict(given or {})
    fields = {field.name: field for field in msgspec.structs.fields(struct) if field.name not in values}
    known = {name for name in fields if name not in also} | set(also)
    for key, value in table.items():
        if key in also:
            continue
        if key not in fields:
            findings.error(
                place(*where, key),
                "unknown-key",
                f"Nothing here is called '{key}'.",
                ways(key, known, "Drop it."),
            )
            continue
        fault = _fault(fields[key].type, value)
        if fault:
            findings.error(place(*where, key), "wrong-type", fault[0], fault[1])
        else:
            values[key] = msgspec.convert(value, fields[key].type)
    for name, field in fields.items():
        if name in values or not field.required:
            continue
        values[name] = ""
        if name not in table and name not in also:
            findings.error(
                place(*where, name),
                "missing",
                f"{name} is missing.",
                f'Write {name} = "…" under [{place(*where)}].',
            )
    return struct(**values)


def _fault(type_: Any, value: Any) -> tuple[str, str] | None:
    """Say what is wrong with a value of this type and the way out; None if nothing is."""
    try:
        msgspec.convert(value, type_)
    except (msgspec.ValidationError, OverflowError):
        pass
    else:
        if isinstance(value, float) and not math.isfinite(value):
            return f"This must be a finite number, not {value}.", "Write a number."
        return None
    if get_origin(type_) is Literal:
        choices = [str(choice) for choice in get_args(type_)]
        return f"{_shown(value)} is none of {', '.join(choices)}.", ways(
            str(value), choices, "Write one of them."
        )
    if get_origin(type_) is dict:
        key_type, value_type = get_args(type_)
        if isinstance(value, dict):
            faults = [
                (key, fault)
                for key, inner in value.items()
                if (fault := _fault(key_type, key) or _fault(value_type, inner))
            ]
            if faults:
                return " ".join(f"At '{key}': {fault[0]}" for key, fault in faults), faults[-1][1][1]
    return f"This must be {_named(type_)}, not {_shown(value)}.", "Correct the value."


def _named(type_: Any) -> str:
    """Give a type in an author's words."""
    if get_origin(type_) in (Union, UnionType):
        return " or ".join(_named(part) for part in get_args(type_) if part is not type(None))
    if get_origin(type_) is dict:
        return "a table"
    if get_origin(type_) is tuple:
        return "a list"
    return _WORDS.get(type_, "of another type")


def _shown(value: Any) -> str:
    """Show a value in an author's words."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return f"'{value}'" if isinstance(value, str) else str(value)
