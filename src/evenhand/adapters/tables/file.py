"""The centre's database file as its two users open it: the articles' tables and what local services keep."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from evenhand.adapters.sqlite_files import FileKind, explain, open_file, transaction
from evenhand.errors import TablesUnavailable

__all__ = ["TablesFile"]


class TablesFile:
    """One connection, which other processes and threads may have theirs beside. Safe from any thread; the
    thread that writes may ask meanwhile. Whatever SQLite refuses is TablesUnavailable."""

    def __init__(self, path: Path | str, kind: FileKind, more: Iterable[str] = ()) -> None:
        """Open or make the file, and whatever `more` makes in it."""
        self._path = Path(path)
        self._lock = threading.RLock()
        try:
            self._connection = open_file(self._path, kind)
            if more:
                with transaction(self._connection):
                    for statement in more:
                        self._connection.execute(statement)
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def ask(self, question: str, *values: Any) -> list[Any]:
        """Every row that answers the question."""
        with self._lock:
            try:
                return self._connection.execute(question, values).fetchall()
            except (sqlite3.Error, UnicodeEncodeError) as error:
                raise self._unavailable(error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all that is written in it, or nothing. Writing inside it belongs to it."""
        with self._lock:
            try:
                inside = self._connection.in_transaction
                with nullcontext() if inside else transaction(self._connection):
                    yield self._connection
            except (sqlite3.Error, UnicodeEncodeError) as error:
                raise self._unavailable(error) from error

    def close(self) -> None:
        """Close the file; doing so twice is fine."""
        with self._lock:
            self._connection.close()

    def _unavailable(self, error: sqlite3.Error | UnicodeEncodeError) -> TablesUnavailable:
        if isinstance(error, UnicodeEncodeError):
            message, way_out = f"{error.object!r} is not valid Unicode", "give text without lone surrogates."
        else:
            message, way_out = explain(error, self._path)
        return TablesUnavailable(message, where=str(self._path), way_out=way_out)
