"""What was said and noted, in a file of its own beside the journal: customers' ends, lines, notes, dispositions.

Writes go to a thread that keeps many of them in one transaction; whoever must know that something is kept
waits for `saved`. What is kept is bounded: the newest lines of a conversation, the newest conversations.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from evenhand.adapters.sqlite_files import FileKind, explain, open_file, transaction
from evenhand.errors import OutsideFailure
from evenhand.model.units import Instant

__all__ = ["MOST_LINES", "Conversations", "Line", "Note"]

MOST_LINES = 500
"""The newest lines of one conversation; older ones are let go."""

_MOST_CONVERSATIONS = 20_000
_TIDIED_EVERY = 20_000

_TIDY: tuple[tuple[str, tuple[int, ...]], ...] = (
    (
        "DELETE FROM legs WHERE phone NOT IN (SELECT phone FROM legs ORDER BY began DESC LIMIT ?)",
        (_MOST_CONVERSATIONS,),
    ),
    ("DELETE FROM lines WHERE phone NOT IN (SELECT phone FROM legs)", ()),
)

CONVERSATIONS_FILE = FileKind(
    name="Evenhand's conversations",
    mark=0x45764332,
    version=1,
    schema=(
        "CREATE TABLE legs (phone TEXT PRIMARY KEY, began REAL NOT NULL, ended INTEGER NOT NULL, state BLOB NOT NULL) "
        "WITHOUT ROWID",
        "CREATE INDEX legs_by_age ON legs (began)",
        "CREATE TABLE lines (phone TEXT NOT NULL, number INTEGER NOT NULL, line BLOB NOT NULL, "
        "PRIMARY KEY (phone, number)) WITHOUT ROWID",
        "CREATE TABLE notes (contact TEXT NOT NULL, at REAL NOT NULL, by TEXT NOT NULL, note TEXT NOT NULL)",
        "CREATE INDEX notes_by_contact ON notes (contact)",
        "CREATE TABLE dispositions (contact TEXT PRIMARY KEY, at REAL NOT NULL, by TEXT NOT NULL, "
        "code TEXT NOT NULL) WITHOUT ROWID",
    ),
)

_Work: TypeAlias = "tuple[str, Sequence[object]] | Callable[[OutsideFailure | None], None] | None"


class Line(msgspec.Struct, frozen=True, rename="camel"):
    """One thing said: by `centre`, `customer` or `agent` (whose `name` is told), as `kind` `prompt`, `keys`,
    `message` or `note`."""

    at: Instant
    who: str
    kind: str
    text: str
    name: str = ""


class Note(msgspec.Struct, frozen=True, rename="camel"):
    """What somebody noted about a contact."""

    at: Instant
    by: str
    text: str


class Conversations:
    """One file. `began` and `at` are the centre's time."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises OutsideFailure."""
        self._path = path
        self._kept = 0
        try:
            self._reading = open_file(path, CONVERSATIONS_FILE)
            self._writing = open_file(path, CONVERSATIONS_FILE)
            self._forget_the_oldest()
        except sqlite3.Error as error:
            raise self._failed(error) from error
        self._work: queue.SimpleQueue[_Work] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="conversations")
        self._thread.start()

    def _failed(self, error: sqlite3.Error) -> OutsideFailure:
        message, way_out = explain(error, self._path)
        return OutsideFailure(message, where=str(self._path), way_out=way_out)

    def _forget_the_oldest(self) -> None:
        with transaction(self._writing):
            for statement, values in _TIDY:
                self._writing.execute(statement, values)

    # --- the writing thread ---------------------------------------------------------------------------

    def _write(self) -> None:
        while True:
            batch = [self._work.get()]
            while not self._work.empty():
                batch.append(self._work.get())
            failure: OutsideFailure | None = None
            try:
                with transaction(self._writing):
                    for one in batch:
                        if isinstance(one, tuple):
                            self._writing.execute(*one)
            except sqlite3.Error as error:
                # Talk goes on without its transcript; whoever waits for this one is told.
                failure = self._failed(error)
            for one in batch:
                if callable(one):
                    one(failure)
            if None in batch:
                return

    def _do(self, statement: str, *values: object) -> None:
        self._work.put((statement, values))

    async def saved(self) -> None:
        """Wait until all that was handed over is on the disk. Raises OutsideFailure."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def tell(failure: OutsideFailure | None) -> None:
            if done.cancelled():
                return
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)

        def from_the_thread(failure: OutsideFailure | None) -> None:
            loop.call_soon_threadsafe(tell, failure)

        self._work.put(from_the_thread)
        await done

    # --- customers' ends and lines --------------------------------------------------------------------

    def keep_leg(self, phone: str, began: Instant, ended: bool, state: bytes) -> None:
        """How a customer's end stands now."""
        self._do("INSERT OR REPLACE INTO legs VALUES (?, ?, ?, ?)", phone, began, ended, state)
        self._kept += 1
        if self._kept % _TIDIED_EVERY == 0:
            for statement, values in _TIDY:
                self._do(statement, *values)

    def keep_line(self, phone: str, number: int, line: Line) -> None:
        """This was said, as the line of this number."""
        self._do("INSERT OR REPLACE INTO lines VALUES (?, ?, ?)", phone, number, msgspec.json.encode(line))
        if number > MOST_LINES:
            self._do("DELETE FROM lines WHERE phone = ? AND number <= ?", phone, number - MOST_LINES)

    def open_legs(self) -> list[bytes]:
        """The ends that had not ended when they were kept last."""
        return [row[0] for row in self._ask("SELECT state FROM legs WHERE ended = 0 ORDER BY began")]

    def leg(self, phone: str) -> bytes | None:
        """One customer's end as it was kept last."""
        rows = self._ask("SELECT state FROM legs WHERE phone = ?", phone)
        return rows[0][0] if rows else None

    def lines(self, phone: str) -> list[tuple[int, Line]]:
        """What was said, in order, by number."""
        rows = self._ask("SELECT number, line FROM lines WHERE phone = ? ORDER BY number", phone)
        return [(number, msgspec.json.decode(line, type=Line)) for number, line in rows]

    # --- notes and dispositions -----------------------------------------------------------------------

    def add_note(self, contact_id: str, note: Note) -> None:
        """Somebody noted this about a contact."""
        self._do("INSERT INTO notes VALUES (?, ?, ?, ?)", contact_id, note.at, note.by, note.text)

    def notes(self, contact_id: str) -> list[Note]:
        """All notes about a contact, in order."""
        rows = self._ask("SELECT at, by, note FROM notes WHERE contact = ? ORDER BY rowid", contact_id)
        return [Note(*row) for row in rows]

    def set_disposition(self, contact_id: str, note: Note) -> None:
        """How the contact came out, in a word or two."""
        self._do(
            "INSERT OR REPLACE INTO dispositions VALUES (?, ?, ?, ?)", contact_id, note.at, note.by, note.text
        )

    def disposition(self, contact_id: str) -> Note | None:
        """How the contact came out, if somebody said so."""
        rows = self._ask("SELECT at, by, code FROM dispositions WHERE contact = ?", contact_id)
        return Note(*rows[0]) if rows else None

    def usual_dispositions(self, most: int = 20) -> list[str]:
        """The words that were used most often."""
        rows = self._ask(
            "SELECT code FROM dispositions GROUP BY code ORDER BY count(*) DESC, code LIMIT ?", most
        )
        return [row[0] for row in rows]

    def _ask(self, question: str, *values: object) -> list[Any]:
        try:
            return self._reading.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Keep what was handed over, and release the file."""
        self._work.put(None)
        self._thread.join()
        self._reading.close()
        self._writing.close()
