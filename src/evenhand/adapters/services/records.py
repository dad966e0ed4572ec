"""What the local services keep, in the centre's database file beside the articles' tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from evenhand.adapters.services.rows import SERVICE_TABLES, ServiceRow, accept_rows, flat, row_of
from evenhand.adapters.tables.file import TablesFile
from evenhand.adapters.tables.sqlite import TABLES_FILE
from evenhand.flow.references import text_of
from evenhand.host.ports import ServiceAnswer

__all__ = ["Found", "ServiceRecords"]

# An older Evenhand that opens the file leaves these tables alone, so the file's format stays what it is.
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS ServiceRecords (kind TEXT NOT NULL, id TEXT NOT NULL, fields TEXT NOT NULL, "
    "changed INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS ServiceChanged ON ServiceRecords (changed)",
    "CREATE TABLE IF NOT EXISTS ServiceKeys (kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, "
    "id TEXT NOT NULL, PRIMARY KEY (kind, name, value, id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS ServiceKeysOf ON ServiceKeys (kind, id)",
    "CREATE TABLE IF NOT EXISTS ServiceAnswers (number INTEGER PRIMARY KEY, requestId TEXT NOT NULL UNIQUE, "
    "outcome TEXT NOT NULL, result TEXT NOT NULL)",
)
_REMEMBERED = 10_000
"""The last answers of writes, by request: what a crash may ask again is far younger."""

_ALSO = {
    "_phone": ("PhoneNumber", "MobilePhoneNumber", "HomePhoneNumber", "BusinessPhoneNumber"),
    "_email": ("EmailAddress", "PersonalEmailAddress", "BusinessEmailAddress"),
    "_account": ("AccountNumber",),
    "_profileId": ("ProfileId",),
}
"""The standard keys of customer profiles, and the fields that each means."""


class Found(NamedTuple):
    """A record's fields, and when it was changed last, by a counter."""

    fields: dict[str, Any]
    changed: int


class ServiceRecords:
    """Records by kind (the tables of `rows.py`), found by any of their fields. Safe from any thread."""

    def __init__(self, path: Path | str) -> None:
        """Open or make the file. Raises TablesUnavailable."""
        self._file = TablesFile(path, TABLES_FILE, _SCHEMA)

    def once(self, request_id: str, work: Callable[[], ServiceAnswer]) -> ServiceAnswer:
        """Do the work in one transaction with its answer; the same request again gets that answer.

        What failed is not kept, and neither is anything it wrote. What only reads is not kept either.
        """
        try:
            with self._file.writing() as connection:
                known = connection.execute(
                    "SELECT outcome, result FROM ServiceAnswers WHERE requestId = ?", (request_id,)
                ).fetchone()
                if known is not None:
                    return ServiceAnswer(True, known[0], json.loads(known[1]))
                written = connection.total_changes
                answer = work()
                if not answer.ok:
                    raise _Refused(answer)
                if connection.total_changes != written:
                    _remember(connection, request_id, answer)
                return answer
        except _Refused as refused:
            return refused.answer

    def get(self, kind: str, fields: Mapping[str, Any]) -> Found | None:
        """The record with the key that these fields hold."""
        rows = self._file.ask(
            "SELECT fields, changed FROM ServiceRecords WHERE kind = ? AND id = ?",
            kind,
            row_of(kind, dict(fields)).id,
        )
        return Found(json.loads(rows[0][0]), rows[0][1]) if rows else None

    def find(self, kind: str, wanted: Mapping[str, Any]) -> list[Found]:
        """Every record whose fields are all these, the one changed last at the end."""
        condition = " AND id IN (SELECT id FROM ServiceKeys WHERE kind = ? AND name = ? AND value = ?)"
        values = [text for name, value in wanted.items() for text in (kind, name, text_of(value))]
        rows = self._file.ask(
            "SELECT fields, changed FROM ServiceRecords WHERE kind = ?"
            + condition * len(wanted)
            + " ORDER BY changed, id",
            kind,
            *values,
        )
        return [Found(json.loads(fields), changed) for fields, changed in rows]

    def put(self, kind: str, fields: dict[str, Any]) -> None:
        """Write a record, inside `once`; one of the same key is replaced."""
        with self._file.writing() as connection:
            _put(connection, kind, row_of(kind, fields))

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        """Every record of a kind, in key order."""
        rows = self._file.ask("SELECT fields FROM ServiceRecords WHERE kind = ? ORDER BY id", kind)
        return (json.loads(row[0]) for row in rows)

    def import_rows(self, kind: str, rows: Iterable[Any], *, replace: bool = False) -> int:
        """Write rows, all or nothing; `replace` empties the table first. Raises TableFault."""
        taken = accept_rows(kind, rows)
        with self._file.writing() as connection:
            if replace:
                connection.execute("DELETE FROM ServiceRecords WHERE kind = ?", (kind,))
                connection.execute("DELETE FROM ServiceKeys WHERE kind = ?", (kind,))
            for row in taken:
                _put(connection, kind, row)
        return len(taken)

    def copy_to(self, other: ServiceRecords) -> None:
        """Write every record into the other file; what was changed last is so there too."""
        for kind in SERVICE_TABLES:
            other.import_rows(kind, (found.fields for found in self.find(kind, {})))

    def close(self) -> None:
        """Close the file; doing so twice is fine."""
        self._file.close()


class _Refused(Exception):
    """The work failed: nothing of it is kept."""

    def __init__(self, answer: ServiceAnswer) -> None:
        super().__init__(answer.detail)
        self.answer = answer


def _put(connection: sqlite3.Connection, kind: str, row: ServiceRow) -> None:
    execute = connection.execute
    changed = execute("SELECT coalesce(max(changed), 0) + 1 FROM ServiceRecords").fetchone()[0]
    text = json.dumps(row.fields, ensure_ascii=False)
    execute("INSERT OR REPLACE INTO ServiceRecords VALUES (?, ?, ?, ?)", (kind, row.id, text, changed))
    execute("DELETE FROM ServiceKeys WHERE kind = ? AND id = ?", (kind, row.id))
    connection.executemany(
        "INSERT OR IGNORE INTO ServiceKeys VALUES (?, ?, ?, ?)",
        [(kind, name, value, row.id) for name, value in _keys(kind, row.fields)],
    )


def _remember(connection: sqlite3.Connection, request_id: str, answer: ServiceAnswer) -> None:
    added = connection.execute(
        "INSERT INTO ServiceAnswers (requestId, outcome, result) VALUES (?, ?, ?)",
        (request_id, answer.outcome, json.dumps(answer.result, ensure_ascii=False)),
    )
    last = added.lastrowid or 0
    connection.execute("DELETE FROM ServiceAnswers WHERE number <= ?", (last - _REMEMBERED,))


def _keys(kind: str, fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and value of all that a record can be found by."""
    for name, value in flat(fields):
        yield name, text_of(value)
    if kind == "profiles":
        for key, names in _ALSO.items():
            for name in names:
                if text_of(fields.get(name)):
                    yield key, text_of(fields[name])
        full = f"{text_of(fields.get('FirstName'))} {text_of(fields.get('LastName'))}".strip()
        if full:
            yield "_fullName", full
