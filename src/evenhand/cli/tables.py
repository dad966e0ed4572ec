"""`evenhand tables`: fill, show and change the articles' three tables and those of the local services."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from evenhand.errors import TableFault, UsageFault

if TYPE_CHECKING:
    from evenhand.adapters.services.records import ServiceRecords
    from evenhand.adapters.tables.sqlite import SqliteTables

__all__ = ["tables_app"]

tables_app = typer.Typer(
    help="Fill, show and change the tables: CustomerAgentMap, AgentWorkload, queues; and those of the local "
    "services: profiles, profile_objects, cases, data_tables, contact_links.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

_Table = Annotated[
    str,
    typer.Argument(
        metavar="TABLE",
        help="CustomerAgentMap, AgentWorkload or queues; profiles, profile_objects, cases, data_tables or "
        "contact_links.",
    ),
]
_Database = Annotated[Path, typer.Option("--db", metavar="PATH", help="The tables' file.")]
_DEFAULT = Path("evenhand.db")


@tables_app.command("import")
def import_rows(
    table: _Table,
    file: Annotated[Path, typer.Argument(help="CSV with a header, a JSON list, or a JSON object a line.")],
    replace: Annotated[bool, typer.Option("--replace", help="Empty the table first.")] = False,
    db: _Database = _DEFAULT,
) -> None:
    """Write a file's rows into a table: all of them, or none and every bad one named."""
    from evenhand.adapters.files.rows import read_rows

    name = _known(table)
    rows = read_rows(file, name)
    with _opened(db, name) as tables:
        count = tables.import_rows(name, rows, replace=replace)
    typer.echo(f"{count} {'row' if count == 1 else 'rows'} written to {name} in {db}")


@tables_app.command("list")
def list_rows(
    table: _Table,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list, which import takes again.")] = False,
    db: _Database = _DEFAULT,
) -> None:
    """Show a table's rows."""
    name = _known(table)
    if not db.exists():
        raise UsageFault(
            "there is no such file",
            where=str(db),
            way_out="give the tables' file with --db, or make it with `evenhand tables import`.",
        )
    with _opened(db, name) as tables:
        rows = [{key: _plain(value) for key, value in row.items()} for row in tables.rows(name)]
    if as_json:
        typer.echo("[" + ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]")
        return
    columns, cells = _cells(name, rows)
    lines = [columns, *cells]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


@tables_app.command("set")
def set_row(
    table: _Table,
    values: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="The row's fields.")],
    db: _Database = _DEFAULT,
) -> None:
    """Write one row; a row of the same key is replaced."""
    name = _known(table)
    row: dict[str, Any] = {}
    for value in values:
        key, mark, content = value.partition("=")
        if not mark or not key or key in row:
            raise UsageFault(
                f"{value!r} is not a field of its own", way_out="write each field once, as key=value."
            )
        row[key] = content
    try:
        _accept(name, row)
    except TableFault as fault:
        raise TableFault(
            "the row cannot be taken; nothing was written.",
            where=name,
            way_out="mend what is named below and set it again.",
            findings=[msgspec.structs.replace(finding, block="") for finding in fault.findings],
        ) from None
    with _opened(db, name) as tables:
        tables.import_rows(name, [row])
    typer.echo(f"1 row written to {name} in {db}")


def _known(table: str) -> Any:
    """The table's name as it is written, however it was typed. Raises UsageFault."""
    from evenhand.adapters.services.rows import SERVICE_TABLES
    from evenhand.host.rows import TABLES

    names = (*TABLES, *SERVICE_TABLES)
    for name in names:
        if name.lower() == table.lower():
            return name
    raise UsageFault(f"there is no table {table!r}", way_out=f"use one of {', '.join(names)}.")


def _accept(name: str, row: dict[str, Any]) -> None:
    """Raises TableFault for a row that the table does not take."""
    from evenhand.adapters.services.rows import SERVICE_TABLES, accept_rows
    from evenhand.host.rows import TABLES, accept

    if name in SERVICE_TABLES:
        accept_rows(name, [row])
    else:
        accept(next(one for one in TABLES if one == name), [row])


def _cells(name: str, rows: list[dict[str, Any]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Columns and lines of the rows as they are shown; what has no fixed columns has all that some row has."""
    from evenhand.adapters.services.rows import SERVICE_TABLES, flat
    from evenhand.flow.references import text_of
    from evenhand.host.rows import TABLES

    if name not in SERVICE_TABLES:
        columns = next(shape.columns for one, shape in TABLES.items() if one == name)
        return columns, [tuple(str(row[column]) for column in columns) for row in rows]
    flattened = [dict(flat(row)) for row in rows]
    columns = tuple(dict.fromkeys([*SERVICE_TABLES[name], *(one for row in flattened for one in row)]))
    return columns, [tuple(text_of(row.get(column)) for column in columns) for row in flattened]


@contextmanager
def _opened(db: Path, name: str) -> Iterator[SqliteTables | ServiceRecords]:
    from evenhand.adapters.services.records import ServiceRecords
    from evenhand.adapters.services.rows import SERVICE_TABLES
    from evenhand.adapters.tables.sqlite import SqliteTables

    tables = ServiceRecords(db) if name in SERVICE_TABLES else SqliteTables(db)
    try:
        yield tables
    finally:
        tables.close()


def _plain(value: Any) -> Any:
    """3 rather than 3.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
