"""Which rows the local services take: customer profiles and their objects, cases, data tables, links.

A row is an object. A name with a full stop stands for a field of an inner object (`Attributes.tier`), so that
a line of a CSV file says it too. Rows of one key replace each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from evenhand.flow.references import text_of
from evenhand.host.rows import RowFault, take_rows, text_fault

__all__ = [
    "LARGEST_ROW",
    "LOCAL",
    "SERVICE_TABLES",
    "ServiceRow",
    "accept_rows",
    "flat",
    "nested",
    "row_of",
]

LOCAL = "local"
"""What stands under `[services]` in place of a function."""

LARGEST_ROW = 32 * 1024
"""Bytes of a row as JSON: no answer of a service may be larger."""

SERVICE_TABLES: dict[str, tuple[str, ...]] = {
    "profiles": ("ProfileId",),
    "profile_objects": ("ProfileId", "ObjectType", "ObjectId"),
    "cases": ("case_id",),
    "data_tables": ("DataTable",),
    "contact_links": ("ContactId", "Kind", "Id"),
}
"""Each table's columns that make its key; in `data_tables` all of `PrimaryValues` do as well."""

_ONLY = {
    "data_tables": ("DataTable", "PrimaryValues", "Values"),
    "contact_links": ("ContactId", "Kind", "Id"),
}
"""The columns of those tables that have no others."""


class ServiceRow(NamedTuple):
    """A row that can be kept: its key as text, and its fields."""

    id: str
    fields: dict[str, Any]


def row_of(table: str, fields: dict[str, Any]) -> ServiceRow:
    """The row that holds these fields."""
    key: list[Any] = [fields[name] for name in SERVICE_TABLES[table]]
    if table == "data_tables":
        key.append({name: text_of(value) for name, value in sorted(fields.get("PrimaryValues", {}).items())})
    return ServiceRow(json.dumps(key, ensure_ascii=False), fields)


def flat(fields: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every field that is no object, with its name: `Attributes.tier`."""
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def accept_rows(table: str, rows: Iterable[Any]) -> list[ServiceRow]:
    """The rows as they are kept. Raises TableFault naming every bad one (`block` is `row N`, from 1)."""
    key = SERVICE_TABLES[table]
    taken = take_rows(
        table,
        rows,
        lambda row: _judge(table, row),
        lambda fields: (row_of(table, fields).id, {name: fields[name] for name in key}),
    )
    return [row_of(table, fields) for fields in taken]


def _judge(table: str, row: Any) -> tuple[dict[str, Any], list[RowFault]]:
    """A row's fields, and its faults as (code, field, message, way out)."""
    key = SERVICE_TABLES[table]
    if not isinstance(row, Mapping):
        return {}, [("not_a_row", "", f"{row!r} is not a row.", f"Write an object with {', '.join(key)}.")]
    if None in row:
        return {}, [("unknown_column", "", "There are more cells than columns.", "Remove them.")]
    try:
        text = json.dumps(row, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (ValueError, TypeError):
        return {}, [("not_json", "", "It holds what JSON cannot.", "Give text, numbers, lists and objects.")]
    if size > LARGEST_ROW:
        return {}, [
            ("too_large", "", f"It has {size:,} bytes; at most {LARGEST_ROW:,} are taken.", "Leave some out.")
        ]
    fields, faults = nested(row)
    for name in key:
        fault = text_fault(name, fields.get(name))
        if fault:
            faults.append((fault[0], name, fault[1], fault[2]))
    only = _ONLY.get(table, tuple(fields))
    for name in fields:
        if name not in only:
            way_out = f"{table} has {', '.join(only)}."
            faults.append(("unknown_column", name, "There is no such column.", way_out))
    if table == "data_tables":
        faults.extend(_data_table_faults(fields))
    return fields, faults


def nested(row: Mapping[str, Any]) -> tuple[dict[str, Any], list[RowFault]]:
    """The row with a field of an inner object for each name with a full stop."""
    fields: dict[str, Any] = {}
    faults: list[RowFault] = []
    for name, value in row.items():
        *way, last = name.split(".")
        inner = fields
        for step in way:
            there = inner.setdefault(step, {})
            if not isinstance(there, dict):
                break
            inner = there
        else:
            if last and all(way) and last not in inner:
                inner[last] = dict(value) if isinstance(value, Mapping) else value
                continue
        faults.append(("column", name, "This name does not go with the others.", "Name each field once."))
    return fields, faults


def _data_table_faults(fields: dict[str, Any]) -> list[RowFault]:
    faults: list[RowFault] = []
    for name in ("PrimaryValues", "Values"):
        inner = fields.setdefault(name, {})
        if not isinstance(inner, dict) or any(isinstance(value, dict) for value in inner.values()):
            way_out = f"Write {name}.NAME for each."
            faults.append(("not_an_object", name, "It is no object of attributes and values.", way_out))
    if fields["Values"] == {}:
        faults.append(("missing", "Values", "It has no value.", "Give at least one: Values.NAME."))
    return faults
