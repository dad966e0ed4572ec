"""Which entries of the journal are about which contact, so that nobody reads a million of them for one.

A file beside the journal, made from it alone: it may be deleted, and is made again. It grows by about a dozen
bytes for each entry about a contact. In memory stands only what the journal told since the last half second,
at most `_MOST_PENDING` entries; beyond that the index reads the journal itself. A damaged index, or one of
another journal, is thrown away.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from evenhand.adapters.sqlite_files import FileKind, explain, open_file, transaction
from evenhand.errors import OutsideFailure
from evenhand.host.ports import Entry, Journal
from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import (
    AgentChosen,
    ContactConnected,
    ContactEnded,
    ContactInitiated,
    ContactQueued,
    Fact,
    OverrideNoted,
)
from evenhand.model.inputs import CentreDefined
from evenhand.model.units import Instant
from evenhand.records.story import contact_of, masked

__all__ = ["ContactIndex", "ContactLine", "ContactsEntries", "Override"]

_KIND = FileKind(
    name="an index of contacts",
    mark=0x45764331,
    version=1,
    schema=(
        "CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL, at REAL NOT NULL)",
        "INSERT INTO place VALUES (1, 0, 0)",
        "CREATE TABLE contacts (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at REAL NOT NULL, "
        "channel TEXT NOT NULL, customer TEXT NOT NULL, backwards TEXT NOT NULL, queue TEXT NOT NULL DEFAULT '', "
        "agent TEXT NOT NULL DEFAULT '', asked TEXT NOT NULL DEFAULT '', ended REAL, "
        "reason TEXT NOT NULL DEFAULT '')",
        "CREATE INDEX Ending ON contacts (backwards)",
        "CREATE TABLE entries (contact INTEGER NOT NULL, sequence INTEGER NOT NULL, "
        "PRIMARY KEY (contact, sequence)) WITHOUT ROWID",
        "CREATE TABLE definitions (sequence INTEGER PRIMARY KEY)",
        "CREATE TABLE overrides (sequence INTEGER NOT NULL, place INTEGER NOT NULL, at REAL NOT NULL, "
        "by TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL, contact_id TEXT NOT NULL, "
        "agent TEXT NOT NULL, PRIMARY KEY (sequence, place)) WITHOUT ROWID",
    ),
)
_MOST_PENDING = 5_000
_BATCH = 2_000
_SECONDS = 0.5
_LINE = "id, at, channel, customer, queue, agent, asked, ended, reason"

T = TypeVar("T")


class ContactLine(msgspec.Struct, frozen=True, rename="camel"):
    """A contact in a list. `asked` are all agents who were chosen for it."""

    contact_id: str
    at: Instant
    channel: str
    customer: str
    queue: str
    agent: str
    asked: tuple[str, ...]
    ended_at: Instant | None
    reason: str


class Override(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody stepped in by hand."""

    at: Instant
    by: str
    action: str
    reason: str
    contact_id: str = ""
    agent: str = ""


class ContactsEntries(msgspec.Struct, frozen=True):
    """All entries about one contact, and each definition with the sequence from which it held."""

    contact_id: str
    entries: tuple[Entry, ...]
    definitions: tuple[tuple[int, CentreDefinition], ...]

    def definition_at(self, sequence: int) -> CentreDefinition:
        """The definition that held at this entry."""
        held = [one for first, one in self.definitions if first <= sequence]
        return held[-1] if held else CentreDefinition()


class ContactIndex:
    """One of the host's notices. Call `begin` when the journal is open; every question waits for a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._journal: Journal | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="contact index")
        self._lock = threading.Lock()
        self._pending: list[Entry] = []
        self._behind = True
        self._due = False
        self._upto = 0
        self._connection: sqlite3.Connection
        self._loop = asyncio.get_running_loop()

    async def begin(self, journal: Journal) -> None:
        """From now on this journal is followed. What it has more than the index is read in the background."""
        await self._loop.run_in_executor(self._thread, self._open, journal)
        self._submit()

    def publish(self, entries: Sequence[Entry]) -> None:
        """These became durable."""
        with self._lock:
            if not self._behind:
                self._pending.extend(entries)
                if len(self._pending) > _MOST_PENDING:
                    self._pending, self._behind = [], True
        if not self._due and self._journal is not None:
            self._due = True
            self._loop.call_later(_SECONDS, self._submit)

    async def close(self) -> None:
        """Note what is left and close the file."""
        await self._loop.run_in_executor(self._thread, self._shut)
        self._thread.shutdown(wait=True)

    # --- questions ------------------------------------------------------------------------------------

    async def last(self, find: str = "", most: int = 50) -> list[ContactLine]:
        """The last contacts, the newest first; of a search, those whose id begins or whose number ends so."""
        return await self._ask(lambda: self._last(find.strip(), most))

    async def entries(self, contact_id: str) -> ContactsEntries | None:
        """All that the journal says of this contact; None: it never was."""
        return await self._ask(lambda: self._entries(contact_id))

    async def line(self, contact_id: str) -> ContactLine | None:
        """This contact's line; None: it never was."""
        return await self._ask(lambda: self._one(contact_id))

    async def overrides(self, beginning: str = "", most: int = 50) -> list[Override]:
        """The last things done by hand, the newest first: those whose words begin so."""
        return await self._ask(lambda: self._overrides(beginning, most))

    async def behind(self) -> int:
        """How many entries of the journal the index does not know yet."""
        return await self._ask(lambda: (self._journal.last_sequence() if self._journal else 0) - self._upto)

    async def _ask(self, question: Callable[[], T]) -> T:
        def asked() -> T:
            self._advance()
            return question()

        try:
            return await self._loop.run_in_executor(self._thread, asked)
        except sqlite3.Error as error:
            message, way_out = explain(error, self._path)
            raise OutsideFailure(message, where=str(self._path), way_out=way_out) from error

    def _last(self, find: str, most: int) -> list[ContactLine]:
        if not find:
            rows = self._rows(f"SELECT {_LINE} FROM contacts ORDER BY number DESC LIMIT ?", most)
        else:
            # As ranges, so that the indexes answer: a prefix goes up to the last letter there is.
            end = find.lstrip("…")[::-1]
            rows = self._rows(
                f"SELECT {_LINE} FROM contacts WHERE number IN ("
                "SELECT number FROM contacts WHERE id >= ? AND id < ? UNION "
                "SELECT number FROM contacts WHERE backwards >= ? AND backwards < ?) "
                "ORDER BY number DESC LIMIT ?",
                find,
                find + "\U0010ffff",
                end,
                end + "\U0010ffff",
                most,
            )
        return [_line(row) for row in rows]

    def _one(self, contact_id: str) -> ContactLine | None:
        rows = self._rows(f"SELECT {_LINE} FROM contacts WHERE id = ?", contact_id)
        return _line(rows[0]) if rows else None

    def _entries(self, contact_id: str) -> ContactsEntries | None:
        journal = self._journal
        found = self._rows("SELECT number FROM contacts WHERE id = ?", contact_id)
        if not found or journal is None:
            return None
        rows = self._rows("SELECT sequence FROM entries WHERE contact = ? ORDER BY sequence", found[0][0])
        sequences = [row[0] for row in rows]
        entries = tuple(journal.pick(sequences))
        held = self._rows(
            "SELECT sequence FROM definitions WHERE sequence >= "
            "coalesce((SELECT max(sequence) FROM definitions WHERE sequence <= ?), 0) AND sequence <= ?",
            sequences[0],
            sequences[-1],
        )
        definitions = tuple(
            (entry.sequence, entry.input.definition)
            for entry in journal.pick([row[0] for row in held])
            if isinstance(entry.input, CentreDefined)
        )
        return ContactsEntries(contact_id, entries, definitions)

    def _overrides(self, beginning: str, most: int) -> list[Override]:
        rows = self._rows(
            "SELECT at, by, action, reason, contact_id, agent FROM overrides WHERE substr(action, 1, ?) = ? "
            "ORDER BY sequence DESC, place DESC LIMIT ?",
            len(beginning),
            beginning,
            most,
        )
        return [Override(*row) for row in rows]

    def _rows(self, question: str, *values: Any) -> list[Any]:
        return self._connection.execute(question, values).fetchall()

    # --- following the journal, in the thread -------------------------------------------------------------

    def _open(self, journal: Journal) -> None:
        try:
            self._connection = self._opened()
            upto, at = self._rows("SELECT upto, at FROM place")[0]
            last = next(iter(journal.pick([upto])), None) if upto else None
            fits = not upto or (last is not None and last.at == at)
        except sqlite3.Error:
            upto, fits = 0, False
        if not fits:
            self._throw_away()
            self._connection, upto = self._opened(), 0
        self._upto = upto
        self._journal = journal

    def _opened(self) -> sqlite3.Connection:
        connection = open_file(self._path, _KIND)
        # It can be made again: losing the last moments costs nothing.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _throw_away(self) -> None:
        with suppress(AttributeError, sqlite3.Error):
            self._connection.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._path}{ending}").unlink(missing_ok=True)

    def _submit(self) -> None:
        self._due = False
        # When it is closed the thread takes nothing more.
        with suppress(RuntimeError):
            self._thread.submit(self._follow)

    def _follow(self) -> None:
        with suppress(sqlite3.Error):
            if self._advance() and self._journal is not None:
                # More remains; questions come in between.
                with suppress(RuntimeError):
                    self._thread.submit(self._follow)

    def _shut(self) -> None:
        with suppress(sqlite3.Error, AttributeError):
            self._advance()
            self._connection.close()
        self._journal = None

    def _advance(self) -> bool:
        """Take in what is pending, or a piece of the journal; whether more remains there."""
        journal = self._journal
        if journal is None:
            return False
        with self._lock:
            pending, self._pending = self._pending, []
            behind, self._behind = self._behind, False
        fresh = [entry for entry in pending if entry.sequence > self._upto]
        if fresh and fresh[0].sequence == self._upto + 1 and not behind:
            self._take(fresh)
            return False
        if not fresh and not behind:
            return False
        batch = list(islice(journal.read(self._upto + 1), _BATCH))
        if batch:
            self._take(batch)
        if len(batch) < _BATCH:
            return False
        with self._lock:
            self._pending, self._behind = [], True
        return True

    def _take(self, entries: Sequence[Entry]) -> None:
        connection = self._connection
        with transaction(connection):
            for entry in entries:
                if isinstance(entry.input, CentreDefined):
                    connection.execute("INSERT OR IGNORE INTO definitions VALUES (?)", (entry.sequence,))
                about: dict[str, None] = {}
                for place, fact in enumerate(entry.facts):
                    self._note(entry.sequence, place, fact)
                    contact_id = contact_of(fact)
                    if contact_id:
                        about[contact_id] = None
                for contact_id in about:
                    connection.execute(
                        "INSERT OR IGNORE INTO entries SELECT number, ? FROM contacts WHERE id = ?",
                        (entry.sequence, contact_id),
                    )
            last = entries[-1]
            connection.execute("UPDATE place SET upto = ?, at = ?", (last.sequence, last.at))
        self._upto = entries[-1].sequence

    def _note(self, sequence: int, place: int, fact: Fact) -> None:
        execute = self._connection.execute
        match fact:
            case ContactInitiated():
                execute(
                    "INSERT OR IGNORE INTO contacts (id, at, channel, customer, backwards) VALUES (?, ?, ?, ?, ?)",
                    (
                        fact.contact_id,
                        fact.at,
                        fact.channel,
                        masked(fact.customer_address) if fact.customer_address else "",
                        fact.customer_address[::-1],
                    ),
                )
            case ContactQueued():
                where = fact.queue or f"{fact.agent_queue}'s own queue"
                execute("UPDATE contacts SET queue = ? WHERE id = ?", (where, fact.contact_id))
            case AgentChosen(decision=decision):
                execute(
                    "UPDATE contacts SET asked = asked || ? WHERE id = ? AND instr(asked, ?) = 0",
                    (f"{decision.agent}\n", decision.contact_id, f"{decision.agent}\n"),
                )
            case ContactConnected():
                execute("UPDATE contacts SET agent = ? WHERE id = ?", (fact.agent, fact.contact_id))
            case ContactEnded():
                execute(
                    "UPDATE contacts SET ended = ?, reason = ? WHERE id = ?",
                    (fact.at, fact.reason, fact.contact_id),
                )
            case OverrideNoted():
                execute(
                    "INSERT OR IGNORE INTO overrides VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        sequence,
                        place,
                        fact.at,
                        fact.by,
                        fact.action,
                        fact.reason,
                        fact.contact_id,
                        fact.agent,
                    ),
                )
            case _:
                return


def _line(row: tuple[Any, ...]) -> ContactLine:
    contact_id, at, channel, customer, queue, agent, asked, ended, reason = row
    names = tuple(name for name in asked.split("\n") if name)
    return ContactLine(contact_id, at, channel, customer, queue, agent, names, ended, reason)
