"""`evenhand workload`: reads each source of offline workload once and shows what it would count."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

if TYPE_CHECKING:
    from evenhand.assessment.terms import SourceTerms
    from evenhand.host.ports import Reading, Tables, WorkloadReader
    from evenhand.model.definition import CentreDefinition
    from evenhand.model.inputs import WorkloadObservation
    from evenhand.model.workload_sources import WorkloadSource

__all__ = ["workload"]


def workload(
    centre: Annotated[Path, typer.Option("--centre", metavar="DIR", help="The centre's folder.")] = Path("."),
    as_json: Annotated[bool, typer.Option("--json", help="All of it as one JSON object.")] = False,
) -> None:
    """Read each source of offline workload once and show what it would count.

    The way to try a mapping: who has which work in which state, by what weights, and what that adds up to.
    Nothing is written. Agents marked with a star are not in the centre.

    \b
    Exit codes: 0 every source was read
                1 a source has rows that cannot be taken
                2 the definition cannot be read
                3 a source cannot be reached
    """
    from evenhand.adapters.files import read_centre
    from evenhand.cli.sources import sources_of

    definition = read_centre(centre)
    folder = centre if centre.is_dir() else centre.parent
    agents = {agent.name for agent in definition.agents}
    tables = _opened(definition, folder)
    try:
        told = [
            _look(source, terms, folder, tables, definition.workload.source)
            for source, terms in sources_of(definition.workload)
        ]
    finally:
        tables.close()
    sums = _sums(told)
    if as_json:
        shown = {"sources": told, "loads": [{**row, "known": row["agent"] in agents} for row in sums]}
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        for one in told:
            _show(one, agents)
        if len(told) > 1:
            typer.echo("all sources together")
            sum_rows = [(_star(row, agents), row["call_type"], f"{row['load']:g}") for row in sums]
            _table([("agent", "call type", "load"), *sum_rows])
    codes = {one["code"] for one in told}
    sys.exit(3 if 3 in codes else 1 if 1 in codes else 0)


def _opened(definition: CentreDefinition, folder: Path) -> Tables:
    """The centre's tables, or, before there is a database, what it would begin with. Nothing is made."""
    from evenhand.adapters.files.rows import read_rows
    from evenhand.adapters.tables.sqlite import SqliteTables
    from evenhand.host.memory import MemoryTables

    database = folder / definition.tables
    if database.exists():
        return SqliteTables(database)
    tables = MemoryTables()
    if file := definition.table_files.get("AgentWorkload"):
        tables.import_rows("AgentWorkload", read_rows(folder / file, "AgentWorkload"))
    return tables


def _look(
    source: WorkloadSource, terms: SourceTerms, folder: Path, tables: Tables, only: str
) -> dict[str, Any]:
    """One source, read: what it counts, or what is wrong with it and the exit code for that."""
    import os

    from evenhand.adapters.workload import open_reader

    about: dict[str, Any] = {
        "source": source.name or only,
        "kind": source.kind,
        "poll": terms.poll,
        "freshness": terms.freshness,
    }
    reader = open_reader(source, folder, tables, os.environ, settle=0.0)
    if reader is None:
        where = f"http://{source.listen}/workload/{source.name}"
        about |= {"says": f"others push to {where}; there is nothing to read", "code": 0, "agents": []}
        return about
    return about | _read(reader, terms)


def _read(reader: WorkloadReader, terms: SourceTerms) -> dict[str, Any]:
    from evenhand.errors import OutsideFailure, TableFault

    try:
        reading = reader.read()
    except TableFault as fault:
        bad = [msgspec.to_builtins(finding) for finding in fault.findings]
        return {"says": fault.message, "code": 1, "bad": bad, "agents": []}
    except OutsideFailure as error:
        return {"says": error.message, "way_out": error.way_out, "code": 3, "agents": []}
    finally:
        reader.close()
    rows = [_counted(row, terms) for row in reading.observations if terms.speaks_for(row.call_type)]
    return {"says": _says(reading), "code": 0, "age": reading.age, "rows": reading.rows, "agents": rows}


def _says(reading: Reading) -> str:
    from evenhand.cli.clock_text import clock_text

    rows = f"{reading.rows} {'row' if reading.rows == 1 else 'rows'} read"
    nobody = f", {reading.unassigned} of them nobody's" if reading.unassigned else ""
    return f"{rows}{nobody}" + (f", written {clock_text(reading.age)} ago" if reading.age else "")


def _counted(row: WorkloadObservation, terms: SourceTerms) -> dict[str, Any]:
    work = [
        {"kind": kind, "state": "", "amount": amount, "weight": terms.weight(kind)}
        for kind, amount in row.kinds.items()
    ]
    work += [
        {"kind": kind, "state": state, "amount": amount, "weight": terms.weight(kind, state)}
        for kind, by_state in row.states.items()
        for state, amount in by_state.items()
    ]
    return {"agent": row.agent, "call_type": row.call_type, "work": work, "load": terms.weigh(row)}


def _sums(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    loads: dict[tuple[str, str], float] = {}
    for one in told:
        for row in one["agents"]:
            key = row["call_type"], row["agent"]
            loads[key] = loads.get(key, 0.0) + row["load"]
    return [{"agent": key[1], "call_type": key[0], "load": loads[key]} for key in sorted(loads)]


def _show(one: dict[str, Any], agents: set[str]) -> None:
    pace = "" if one["kind"] == "push" else f"every {one['poll']:g} s, "
    typer.echo(f"{one['source']} ({one['kind']}, {pace}stale after {one['freshness']:g} s)")
    typer.echo(f"  {'' if one['code'] == 0 else 'not taken: '}{one['says']}")
    if one.get("way_out"):
        typer.echo(f"  way out: {one['way_out']}")
    for bad in one.get("bad", ()):
        place = ": ".join(part for part in (bad["file"], bad["block"], bad["field"]) if part)
        typer.echo(f"  {place}: {bad['message']} {bad['way_out']}")
    if one["agents"]:
        rows = [
            (_star(row, agents), row["call_type"], f"{row['load']:g}", ", ".join(map(_work, row["work"])))
            for row in one["agents"]
        ]
        _table([("agent", "call type", "load", "work"), *rows])
    typer.echo("")


def _work(work: dict[str, Any]) -> str:
    state = f" {work['state']}" if work["state"] else ""
    return f"{work['kind']}{state} {work['amount']:g} × {work['weight']:g}"


def _star(row: dict[str, Any], agents: set[str]) -> str:
    return row["agent"] if row["agent"] in agents else f"{row['agent']} *"


def _table(lines: list[tuple[str, ...]]) -> None:
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        typer.echo(
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )
