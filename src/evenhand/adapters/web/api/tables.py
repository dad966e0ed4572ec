"""The articles' tables: CustomerAgentMap, AgentWorkload and queue records; read, edited, brought in and out.

Every change has a reason, which the journal keeps with who and when. After one of AgentWorkload the source is
read at once, so that the next contact goes by it.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterable
from typing import Any

import msgspec

from evenhand.adapters.files.rows import rows_in
from evenhand.adapters.journals.contact_index import Override
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import SUPERVISORS
from evenhand.adapters.web.routes import Answer, Call, Parameter, Route
from evenhand.host.ports import TableName
from evenhand.host.rows import TABLES, TableShape, accept

__all__ = ["ROUTES"]

_MOST = 1_000
_LARGEST_FILE = 20_000_000


class TableRow(msgspec.Struct, frozen=True):
    """A table: its columns, those that make its key, and how many rows it has."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: int


class RowsAnswer(msgspec.Struct, frozen=True):
    """Some rows of a table; `total` counts all that the filter lets through."""

    rows: tuple[dict[str, Any], ...]
    total: int


class RowWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The row to write. `was` is what stood there when whoever edits looked (None: nothing); where that is no
    longer so, nothing is written. Left out, the newest wins."""

    row: dict[str, Any]
    reason: str
    was: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET


class RowsUnwanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of the rows to delete."""

    keys: tuple[dict[str, str], ...]
    reason: str


class Counted(msgspec.Struct, frozen=True):
    """How many rows it was."""

    rows: int


def _the_table(call: Call) -> tuple[TableName, TableShape]:
    """The table of the path. Raises the answer 404."""
    wanted = call.path["table"]
    for name, shape in TABLES.items():
        if name.lower() == wanted.lower():
            return name, shape
    raise ApiFault(404, "not_found", f"there is no table {wanted!r}", way_out=f"one of {', '.join(TABLES)}")


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ApiFault(422, "no_reason", "whoever changes a table says why", where="reason")
    return reason.strip()[:500]


def _check_team(call: Call, rows: Iterable[dict[str, Any]]) -> None:
    """A supervisor of a team changes nobody else's rows. Raises the answer 403."""
    for row in rows:
        agent = row.get("agentName")
        if (call.who.team and agent is None) or (isinstance(agent, str) and not call.who.leads(agent)):
            raise ApiFault(403, "not_allowed", f"{agent or 'a queue record'} is not in your team")


def _number(call: Call, name: str, usual: int, most: int) -> int:
    text = call.query.get(name, str(usual))
    if not (text.isascii() and text.isdecimal() and int(text[:12]) <= most):
        raise ApiFault(422, "invalid", f"{name} is a whole number up to {most:,}", where=name)
    return int(text)


async def list_tables(call: Call) -> list[TableRow]:
    """The tables there are."""
    tables = call.centre.tables

    def read() -> list[TableRow]:
        return [
            TableRow(name, shape.columns, shape.key, shape.numbers, tables.page(name, most=0).total)
            for name, shape in TABLES.items()
        ]

    return await asyncio.to_thread(read)


async def list_rows(call: Call) -> RowsAnswer:
    """Some rows of a table."""
    name, _ = _the_table(call)
    skip, most = _number(call, "skip", 0, 10**9), _number(call, "limit", 100, _MOST)
    holding = call.query.get("filter", "")[:200]
    page = await asyncio.to_thread(
        lambda: call.centre.tables.page(name, holding=holding, skip=skip, most=most)
    )
    return RowsAnswer(page.rows, page.total)


async def put_row(call: Call) -> RowsAnswer:
    """Write one row: a new one, or another in the place of the one with the same key."""
    name, shape = _the_table(call)
    wanted: RowWanted = call.body
    reason = _reason(wanted.reason)
    values = accept(name, [wanted.row])[0]
    row = dict(zip(shape.columns, values, strict=True))
    key = {one: row[one] for one in shape.key}

    def write() -> dict[str, Any] | None:
        before = _row_of(call, name, shape, key)
        _check_team(call, [row] if before is None else [row, before])
        if wanted.was is not msgspec.UNSET and before != wanted.was:
            there = _words(shape, before) if before is not None else "nothing"
            raise ApiFault(
                409,
                "changed_meanwhile",
                f"somebody changed this row meanwhile: {there} stands there now",
                way_out="look at the row again, then change it",
            )
        call.centre.tables.import_rows(name, [row])
        return before

    before = await asyncio.to_thread(write)
    rest = [one for one in shape.columns if one not in shape.key]
    new = ", ".join(f"{one} {_plain(row[one])}" for one in rest)
    old = "new" if before is None else "was " + ", ".join(_plain(before[one]) for one in rest)
    await _noted(call, name, f"{' / '.join(key.values())}: {new} ({old})", reason, row.get("agentName", ""))
    return RowsAnswer((row,), 1)


def _row_of(call: Call, name: TableName, shape: TableShape, key: dict[str, Any]) -> dict[str, Any] | None:
    page = call.centre.tables.page(name, holding=key[shape.key[0]], most=10**9)
    return next((one for one in page.rows if all(one[part] == key[part] for part in shape.key)), None)


async def delete_rows(call: Call) -> Counted:
    """Delete the rows of these keys; those that are not there are no fault."""
    name, shape = _the_table(call)
    reason = _reason(call.body.reason)
    for number, key in enumerate(call.body.keys):
        if sorted(key) != sorted(shape.key):
            raise ApiFault(
                422, "invalid", f"a key of {name} is {', '.join(shape.key)}", where=f"keys[{number}]"
            )

    def delete() -> int:
        rows = (_row_of(call, name, shape, key) for key in call.body.keys)
        _check_team(call, [row for row in rows if row is not None])
        return call.centre.tables.delete_rows(name, call.body.keys)

    count = await asyncio.to_thread(delete)
    if count:
        shown = "; ".join(" / ".join(key[one] for one in shape.key) for key in call.body.keys[:5])
        more = f" and {len(call.body.keys) - 5} more" if len(call.body.keys) > 5 else ""
        await _noted(call, name, f"{shown}{more}: deleted", reason)
    return Counted(count)


async def import_rows(call: Call) -> Counted:
    """Write the rows of a CSV or JSON text: all of them, or none and every bad one named."""
    name, _ = _the_table(call)
    reason = _reason(call.query.get("reason", ""))
    replace = call.query.get("replace", "false")
    if replace not in ("true", "false"):
        raise ApiFault(422, "invalid", "replace is true or false", where="replace")
    if call.who.team:
        raise ApiFault(403, "not_allowed", "a file may hold anybody's rows; you lead one team")
    try:
        text = call.raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ApiFault(
            400, "not_utf8", f"byte {error.start + 1} is not UTF-8", way_out="save it as UTF-8"
        ) from error

    def write() -> int:
        try:
            rows = rows_in(text, name, "the file")
        except RecursionError as error:
            raise ApiFault(422, "invalid", "the JSON is nested too deeply to be rows") from error
        return call.centre.tables.import_rows(name, rows, replace=replace == "true")

    count = await asyncio.to_thread(write)
    how = "in place of all others" if replace == "true" else "from a file"
    await _noted(call, name, f"{count} {'row' if count == 1 else 'rows'} written {how}", reason)
    return Counted(count)


async def export_rows(call: Call) -> Answer:
    """The whole table, as CSV or JSON that import takes again."""
    name, shape = _the_table(call)
    form = call.query.get("format", "csv")
    if form not in ("csv", "json"):
        raise ApiFault(422, "invalid", f"there is no format {form!r}", where="format", way_out="csv or json")

    def written() -> bytes:
        rows = [{key: _whole(value) for key, value in row.items()} for row in call.centre.tables.rows(name)]
        if form == "json":
            return msgspec.json.format(msgspec.json.encode(rows), indent=1)
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, shape.columns, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode()

    media = "application/json" if form == "json" else "text/csv; charset=utf-8"
    headers = (("content-disposition", f'attachment; filename="{name}.{form}"'),)
    return Answer(await asyncio.to_thread(written), headers, media)


async def list_edits(call: Call) -> list[Override]:
    """The last changes to a table: who, when, what and why."""
    name, _ = _the_table(call)
    return await call.centre.stories.overrides(f"{name} ", 20)


async def _noted(call: Call, name: TableName, what: str, reason: str, agent: str = "") -> None:
    await call.centre.override(call.who.name, f"{name} {what}"[:1_000], reason, agent=agent)
    if name == "AgentWorkload":
        await call.centre.read_table()


def _words(shape: TableShape, row: dict[str, Any]) -> str:
    return ", ".join(f"{one} {_plain(row[one])}" for one in shape.columns if one not in shape.key)


def _whole(value: Any) -> Any:
    """3 rather than 3.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _plain(value: Any) -> str:
    return str(_whole(value))


def _route(method: Any, path: str, name: str, summary: str, handler: Any, **rest: Any) -> Route:
    return Route(
        method=method,
        path=path,
        name=name,
        tag="tables",
        summary=summary,
        handler=handler,
        roles=SUPERVISORS,
        **rest,
    )


ROUTES = (
    _route("GET", "/tables", "listTables", "The articles' tables", list_tables, answer=list[TableRow]),
    _route(
        "GET",
        "/tables/{table}/rows",
        "listRows",
        "Some rows of a table",
        list_rows,
        answer=RowsAnswer,
        query=(
            Parameter("filter", "a text that some field has in it"),
            Parameter("skip", "how many rows to leave out", "integer"),
            Parameter("limit", f"how many rows, at most {_MOST}", "integer"),
        ),
    ),
    _route(
        "PUT", "/tables/{table}/rows", "putRow", "Write one row", put_row, body=RowWanted, answer=RowsAnswer
    ),
    _route(
        "POST",
        "/tables/{table}/deletions",
        "deleteRows",
        "Delete rows",
        delete_rows,
        body=RowsUnwanted,
        answer=Counted,
    ),
    _route(
        "POST",
        "/tables/{table}/import",
        "importRows",
        "Write the rows of a file: CSV with a header, or JSON",
        import_rows,
        raw=True,
        media="text/csv",
        largest=_LARGEST_FILE,
        answer=Counted,
        query=(
            Parameter("reason", "why; it is kept"),
            Parameter("replace", "true: empty the table first", "boolean"),
        ),
    ),
    _route(
        "GET",
        "/tables/{table}/export",
        "exportRows",
        "The whole table as a file",
        export_rows,
        query=(Parameter("format", "csv or json"),),
    ),
    _route(
        "GET",
        "/tables/{table}/edits",
        "listEdits",
        "The last changes of a table",
        list_edits,
        answer=list[Override],
    ),
)
