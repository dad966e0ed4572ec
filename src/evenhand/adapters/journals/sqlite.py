"""The journal in an SQLite file: one writer, one commit for each batch, flushed before `append` returns."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from evenhand.adapters.sqlite_files import FileKind, explain, open_file, transaction
from evenhand.errors import JournalUnavailable, StaleFence
from evenhand.host.ports import Entry, Snapshot

__all__ = ["SqliteJournal"]

_KIND = FileKind(
    name="a centre's journal",
    mark=0x45764A31,
    version=1,
    schema=(
        "CREATE TABLE entries (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        "CREATE TABLE snapshots (sequence INTEGER PRIMARY KEY, state BLOB NOT NULL)",
        "CREATE TABLE owner (one INTEGER PRIMARY KEY CHECK (one = 1), fence INTEGER NOT NULL)",
        "INSERT INTO owner VALUES (1, 0)",
    ),
)
_PAGE = 500
_SNAPSHOTS_KEPT = 2


class SqliteJournal:
    """A journal in one file (and SQLite's two beside it). Every method may be called from any thread.

    After a failure nothing of the batch is kept, the journal stays usable, and the same append may be
    tried again.
    """

    def __init__(self, path: Path | str) -> None:
        """Open or make the file. Raises JournalUnavailable."""
        self._path = Path(path)
        self._lock = threading.Lock()
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(Entry).decode
        try:
            self._connection = open_file(self._path, _KIND)
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def append(self, fence: int, first_sequence: int, entries: Sequence[Entry]) -> None:
        """Make the entries durable in one commit, or keep none of them."""
        rows = self._rows(first_sequence, entries)
        with self._writing(fence):
            last = self._last()
            if not 1 <= first_sequence <= last + 1:
                raise JournalUnavailable(
                    f"entry {first_sequence} would leave a gap after {last}; nothing was kept",
                    where=str(self._path),
                    way_out="read the journal again and go on from its last entry.",
                )
            known = rows[: last + 1 - first_sequence]
            self._compare(known)
            self._connection.executemany("INSERT INTO entries VALUES (?, ?)", rows[len(known) :])

    def read(self, from_sequence: int = 1) -> Iterator[Entry]:
        """All entries from this sequence on, a page at a time."""
        following = from_sequence
        while True:
            with self._reading():
                page = self._connection.execute(
                    "SELECT sequence, body FROM entries WHERE sequence >= ? ORDER BY sequence LIMIT ?",
                    (following, _PAGE),
                ).fetchall()
            for sequence, body in page:
                try:
                    entry = self._decode(body)
                except msgspec.DecodeError as error:
                    raise JournalUnavailable(
                        f"entry {sequence} cannot be read: {error}",
                        where=str(self._path),
                        way_out="use the version of Evenhand that wrote it, or put a backup in its place.",
                    ) from error
                yield entry
            if len(page) < _PAGE:
                return
            following = page[-1][0] + 1

    def last_sequence(self) -> int:
        """The last entry's sequence; 0 if there is none."""
        with self._reading():
            return self._last()

    def check(self, fence: int) -> None:
        """Write the owner's fence again, in a transaction of its own."""
        with self._writing(fence):
            self._connection.execute("UPDATE owner SET fence = ?", (fence,))

    def save_snapshot(self, fence: int, snapshot: Snapshot) -> None:
        """Keep this snapshot and the one before it."""
        with self._writing(fence):
            self._connection.execute(
                "INSERT INTO snapshots VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state",
                (snapshot.sequence, snapshot.state),
            )
            self._connection.execute(
                "DELETE FROM snapshots WHERE sequence NOT IN "
                "(SELECT sequence FROM snapshots ORDER BY sequence DESC LIMIT ?)",
                (_SNAPSHOTS_KEPT,),
            )

    def latest_snapshot(self) -> Snapshot | None:
        """The newest snapshot, or None."""
        with self._reading():
            row = self._connection.execute(
                "SELECT sequence, state FROM snapshots ORDER BY sequence DESC LIMIT 1"
            ).fetchone()
        return None if row is None else Snapshot(*row)

    def close(self) -> None:
        """Close the file; doing so twice is fine."""
        with self._lock:
            self._connection.close()

    def _rows(self, first_sequence: int, entries: Sequence[Entry]) -> list[tuple[int, bytes]]:
        rows: list[tuple[int, bytes]] = []
        for sequence, entry in enumerate(entries, start=first_sequence):
            if entry.sequence != sequence:
                raise JournalUnavailable(
                    f"entry {entry.sequence} came where {sequence} belongs; nothing was kept",
                    where=str(self._path),
                    way_out="number the entries one after the other.",
                )
            try:
                body = self._encode(entry)
                if b"null" in body:
                    # NaN and infinity are written as null: better found now than when the centre starts again.
                    self._decode(body)
                rows.append((sequence, body))
            except (TypeError, ValueError, RecursionError) as error:
                raise JournalUnavailable(
                    f"entry {sequence} has no JSON form: {error}; nothing was kept",
                    where=str(self._path),
                    way_out="put only plain data into inputs and facts.",
                ) from error
        return rows

    def _compare(self, rows: list[tuple[int, bytes]]) -> None:
        """Entries that are there already must be these very ones."""
        if not rows:
            return
        there = self._connection.execute(
            "SELECT sequence, body FROM entries WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
            (rows[0][0], rows[-1][0]),
        ).fetchall()
        if there != rows:
            raise JournalUnavailable(
                f"the journal holds other entries from {rows[0][0]} on; nothing was kept",
                where=str(self._path),
                way_out="read the journal again and go on from its last entry.",
            )

    def _last(self) -> int:
        last: int | None = self._connection.execute("SELECT max(sequence) FROM entries").fetchone()[0]
        return last or 0

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise self._unavailable(error) from error

    @contextmanager
    def _writing(self, fence: int) -> Iterator[None]:
        """One transaction as the owner with this fence; a lower fence than known is refused."""
        with self._reading(), transaction(self._connection):
            known: int = self._connection.execute("SELECT fence FROM owner").fetchone()[0]
            if fence < known:
                raise StaleFence(
                    f"fence {fence} is stale: the owner with fence {known} has the journal now",
                    where=str(self._path),
                    way_out="stop this process; the other one serves the centre.",
                )
            if fence > known:
                self._connection.execute("UPDATE owner SET fence = ?", (fence,))
            yield

    def _unavailable(self, error: sqlite3.Error) -> JournalUnavailable:
        message, way_out = explain(error, self._path)
        return JournalUnavailable(message, where=str(self._path), way_out=way_out)
