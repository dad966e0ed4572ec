"""What a row of a workload source means: whose work it is, of which kind and state, and how much.

Pure: rows in, observations out, or every bad row by name and no observation at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from evenhand.errors import Finding, TableFault
from evenhand.host.ports import Reading
from evenhand.host.rows import number_fault
from evenhand.model.inputs import WorkloadObservation
from evenhand.model.workload_sources import SourceKind, WorkloadSource

__all__ = ["FIELDS", "SourceRow", "cells", "field_names", "gather", "name_here", "row_of"]

FIELDS = ("agent", "call_type", "kind", "state", "amount", "id")
"""What a row can say. An agent it must be able to name; all else may be left out."""

_ARTICLES = {"agent": "agentName", "call_type": "callType", "amount": "workload"}
_MOST_NAMED = 20

_Fault = tuple[str, str, str, str]
"""(field, code, message, way out)."""


class SourceRow(NamedTuple):
    """A row as it was read, and the place where it stands (`line 3`, `page 2, row 17`).

    A value is None where the row has none, `...` where there is not even such a field.
    """

    place: str
    agent: Any
    call_type: Any
    kind: Any
    state: Any
    amount: Any
    id: Any


def field_names(source: WorkloadSource) -> dict[str, str]:
    """Where a row of this source says what: as written under `fields`, else by the usual names."""
    usual: dict[str, str] = {name: name for name in FIELDS if name != "id"}
    kinds: tuple[SourceKind, ...] = ("csv", "sql")
    if source.kind in kinds:
        usual |= _ARTICLES
    return usual | source.fields


def cells(row: Mapping[str, Any]) -> Callable[[str], Any]:
    """Looks columns of this row up, for `row_of`."""
    return lambda name: row.get(name, ...)


def row_of(place: str, names: dict[str, str], look: Callable[[str], Any]) -> SourceRow:
    """The row that `look` reads by column or path."""
    return SourceRow(place, *(look(names[name]) if name in names else ... for name in FIELDS))


def gather(rows: Iterable[SourceRow], source: WorkloadSource) -> Reading:
    """The reading that these rows make: amounts added up by agent, call type, kind and state.

    Raises TableFault naming every bad row; then nothing was taken.
    """
    kinds: dict[tuple[str, str], dict[str, float]] = {}
    states: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    findings: list[Finding] = []
    seen: set[str] = set()
    count = unassigned = 0
    for row in rows:
        count += 1
        faults, texts, amount = _judge(row, source)
        if faults:
            findings.extend(
                Finding(block=row.place, field=field, code=code, message=message, way_out=way_out)
                for field, code, message, way_out in faults
            )
            continue
        if texts["id"] and texts["id"] in seen:
            continue
        seen.add(texts["id"])
        if not texts["agent"]:
            unassigned += 1
            continue
        agent = name_here(texts["agent"], source)
        for call_type in (texts["call_type"],) if texts["call_type"] else source.call_types:
            if source.call_types and call_type not in source.call_types:
                continue
            key, kind, state = (call_type, agent), texts["kind"] or source.default_kind, texts["state"]
            by_kind, by_state = kinds.setdefault(key, {}), states.setdefault(key, {})
            if state:
                into = by_state.setdefault(kind, {})
                into[state] = into.get(state, 0.0) + amount
            else:
                by_kind[kind] = by_kind.get(kind, 0.0) + amount
    if findings:
        bad = len({finding.block for finding in findings})
        raise TableFault(
            f"{bad} of {count} rows cannot be taken; the reading before it stands.",
            where=source.name or "table AgentWorkload",
            way_out="mend the rows named below, or `fields` of the source.",
            findings=findings[:_MOST_NAMED],
        )
    observations = tuple(WorkloadObservation(*key, kinds[key], states[key]) for key in sorted(kinds))
    return Reading(observations, rows=count, unassigned=unassigned)


def name_here(agent: str, source: WorkloadSource) -> str:
    """The name by which the centre knows the agent whom the source calls so."""
    here = source.agents.get(agent)
    if here is None and source.agent_until:
        agent = agent.partition(source.agent_until)[0]
        here = source.agents.get(agent)
    return agent if here is None else here


def _judge(row: SourceRow, source: WorkloadSource) -> tuple[list[_Fault], dict[str, str], float]:
    """(faults, the row's texts by field, the amount)."""
    faults: list[_Fault] = []
    texts: dict[str, str] = {}
    for field in ("agent", "call_type", "kind", "state", "id"):
        value = getattr(row, field)
        texts[field] = "" if value is None or value is ... else str(value).strip()
        if isinstance(value, list | dict | float | bool):
            faults.append(
                (field, "not_text", f"{_short(value)} is not a name.", "Name a path that leads to one.")
            )
        elif not _writable(texts[field]):
            faults.append((field, "not_text", f"{value!r} is not valid Unicode.", "Write it as UTF-8."))
        elif value is ... and field in source.fields and field == "agent" and "." not in source.fields[field]:
            faults.append(
                (field, "missing", f"There is no {source.fields[field]!r}.", "Name what the row has.")
            )
    if texts["agent"] and not texts["call_type"] and not source.call_types:
        faults.append(
            (
                "call_type",
                "missing",
                "It is missing.",
                "Give the row one, or write call_types = [ … ] for the source.",
            )
        )
    amount = row.amount
    if amount is ... and "amount" not in source.fields:
        return faults, texts, 1.0
    fault = number_fault(None if amount is ... else amount)
    if fault:
        faults.append(("amount", *fault))
        return faults, texts, 0.0
    return faults, texts, float(amount)


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short(value: Any) -> str:
    try:
        text = msgspec.json.encode(value).decode()
    except (TypeError, UnicodeEncodeError):
        text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
