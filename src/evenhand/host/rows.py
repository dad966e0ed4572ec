"""Which rows the articles' three tables take. Every implementation of `Tables` asks here, so all agree."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias, TypeVar

from evenhand.errors import Finding, TableFault
from evenhand.host.ports import TableName
from evenhand.waits.queue_time import parse_times

__all__ = [
    "TABLES",
    "RowFault",
    "TableShape",
    "accept",
    "ascii_lower",
    "number_fault",
    "take_rows",
    "text_fault",
]


T = TypeVar("T")
RowFault: TypeAlias = tuple[str, str, str, str]
"""Code, field, message and way out."""


class TableShape(NamedTuple):
    """A table's columns in order, the ones that make its key, and those that may be left out."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


TABLES: dict[TableName, TableShape] = {
    "CustomerAgentMap": TableShape(("customerId", "agentName"), ("customerId",)),
    "AgentWorkload": TableShape(
        ("callType", "agentName", "workload"), ("callType", "agentName"), numbers=("workload",)
    ),
    "queues": TableShape(("callId", "times", "ewt"), ("callId",), numbers=("ewt",), optional=("ewt",)),
}


def accept(table: TableName, rows: Iterable[Mapping[Any, Any]]) -> list[tuple[Any, ...]]:
    """The rows as tuples in column order, numbers as floats. Raises TableFault naming every bad row.

    A finding's `block` is `row N`, counted from 1.
    """
    shape = TABLES[table]
    return take_rows(
        table,
        rows,
        lambda row: _judge(table, shape, row),
        lambda values: (values[: len(shape.key)], dict(zip(shape.key, values, strict=False))),
    )


def take_rows(
    table: str,
    rows: Iterable[Any],
    judge: Callable[[Any], tuple[T, list[RowFault]]],
    key_of: Callable[[T], tuple[Hashable, dict[str, Any]]],
) -> list[T]:
    """What `judge` makes of each row, if it finds no fault and no two have the same key (told by its columns).
    Raises TableFault with the faults of all rows."""
    taken: list[T] = []
    findings: list[Finding] = []
    seen: dict[Hashable, int] = {}
    number = 0
    for number, row in enumerate(rows, start=1):
        kept, faults = judge(row)
        if not faults:
            taken.append(kept)
            key, columns = key_of(kept)
            first = seen.setdefault(key, number)
            if first != number:
                named = ", ".join(f"{name} {value!r}" for name, value in columns.items())
                message = f"{named} is already in row {first}."
                faults = [("duplicate", list(columns)[-1], message, "Keep one of the two.")]
        findings.extend(
            Finding(block=f"row {number}", field=field, code=code, message=message, way_out=way_out)
            for code, field, message, way_out in faults
        )
    if findings:
        bad = len({finding.block for finding in findings})
        raise TableFault(
            f"{bad} of {number} rows cannot be taken; nothing was written.",
            where=table,
            way_out="mend the rows named below and import the file again.",
            findings=findings,
        )
    return taken


_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def ascii_lower(text: str) -> str:
    """The text with a to z for A to Z and nothing else changed, as SQLite compares."""
    return text.translate(_LOWER)


def _judge(
    table: TableName, shape: TableShape, row: Mapping[Any, Any]
) -> tuple[tuple[Any, ...], list[RowFault]]:
    """One row's values in column order, and its faults as (code, field, message, way out)."""
    columns = ", ".join(shape.columns)
    if not isinstance(row, Mapping):
        return (), [("not_a_row", "", f"{row!r} is not a row.", f"Write an object with {columns}.")]
    faults: list[RowFault] = []
    for name in row:
        if name is None:
            faults.append(("unknown_column", "", "There are more cells than columns.", "Remove them."))
        elif name not in shape.columns:
            faults.append(
                ("unknown_column", str(name), "There is no such column.", f"{table} has {columns}.")
            )
    values: list[Any] = []
    for name in shape.columns:
        value: Any = row.get(name)
        if value is None and name in shape.optional:
            values.append(0.0)
            continue
        fault = number_fault(value) if name in shape.numbers else _column_fault(name, value)
        if fault:
            faults.append((fault[0], name, fault[1], fault[2]))
        else:
            values.append(float(value) + 0.0 if name in shape.numbers else value)
    return tuple(values), faults


def text_fault(name: str, value: Any) -> tuple[str, str, str] | None:
    """What is wrong with a name, as (code, message, way out); None if nothing is."""
    if value is None or value == "":
        return "missing", "It is missing.", f"Give the {name}."
    if not isinstance(value, str):
        return "not_text", f"{value!r} is not text.", "Put it in quotation marks."
    if value != value.strip():
        return "space", f"{value!r} has space at an end.", "Remove it: names are compared letter by letter."
    try:
        value.encode()
    except UnicodeEncodeError:
        return "not_text", f"{value!r} is not valid Unicode.", "Write the file as UTF-8."
    return None


def _column_fault(name: str, value: Any) -> tuple[str, str, str] | None:
    fault = text_fault(name, value)
    if fault is None and name == "times":
        try:
            parse_times(value)
        except ValueError as error:
            return "not_a_time", f"{error}.", "Write it as 2026-03-01T09:00:00Z."
    return fault


def number_fault(value: Any) -> tuple[str, str, str] | None:
    """What is wrong with an amount, as (code, message, way out); None if nothing is."""
    way_out = "Give a number from 0 up."
    if value is None or value == "":
        return "missing", "It is missing.", way_out
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal) or "_" in str(value):
            raise ValueError
        number = float(value)
    except (ValueError, OverflowError):
        return "not_a_number", f"{value!r} is not a number.", way_out
    if not math.isfinite(number):
        return "not_a_number", f"{value!r} is not a number that can be ordered.", way_out
    if number < 0:
        return "negative", f"{value!r} is below 0.", way_out
    return None
