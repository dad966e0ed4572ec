"""Opening an SQLite file safely, and what SQLite's errors mean for a person."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

__all__ = ["FileKind", "explain", "open_file", "transaction"]

_BUSY_SECONDS = 5.0
"""How long a writer waits for another one."""


class FileKind(NamedTuple):
    """What a file of ours holds. `mark` is SQLite's application id, so that two kinds are never mixed up."""

    name: str
    mark: int
    version: int
    schema: tuple[str, ...]


class _WrongFile(sqlite3.DatabaseError):
    """The file is an SQLite file, but not one that this can work with."""

    def __init__(self, message: str, way_out: str) -> None:
        super().__init__(message)
        self.way_out = way_out


def open_file(path: Path, kind: FileKind) -> sqlite3.Connection:
    """Open or make the file: write-ahead log, every commit flushed to the disk. Raises sqlite3.Error.

    The connection may be used from any thread, by one at a time.
    """
    with suppress(OSError):
        # Made by us it is for its owner alone: it holds telephone numbers. SQLite's side files follow it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, kind)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, kind: FileKind) -> None:
    mark, version = _marks(connection)
    if not version:
        # The marks go in with the schema, in one transaction: a file is ours and whole, or still empty.
        with transaction(connection):
            mark, version = _marks(connection)
            if not version:
                if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise _WrongFile(f"this is not a file of {kind.name}", "give another path.")
                for statement in kind.schema:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {kind.mark}")
                connection.execute(f"PRAGMA user_version = {kind.version}")
                mark, version = kind.mark, kind.version
    if mark != kind.mark:
        raise _WrongFile(f"this is not a file of {kind.name}", "give another path.")
    if version > kind.version:
        raise _WrongFile(
            f"the file has format {version}; this Evenhand knows {kind.version}", "use a newer Evenhand."
        )
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")


def _marks(connection: sqlite3.Connection) -> tuple[int, int]:
    # The version first: once it is there, so is the mark, even if another process just made the file.
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    return connection.execute("PRAGMA application_id").fetchone()[0], version


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite does not wait for others here, so this does."""
    until = time.monotonic() + _BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.005)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside is kept, durably, or nothing is."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite rolls back by itself after some errors (a full disk is one).
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def explain(error: sqlite3.Error, path: Path) -> tuple[str, str]:
    """What is wrong and the way out, for a person."""
    if isinstance(error, _WrongFile):
        return str(error), error.way_out
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return (
            f"the disk is full under {path}; nothing was lost, and nothing of this was kept",
            f"free space on the disk that holds {path.parent.absolute()} and try again.",
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return (
            f"the file was held by another process for more than {_BUSY_SECONDS:g} s",
            "end the other process, or let it finish.",
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return (
            f"the file cannot be opened for writing ({error})",
            f"see that the folder {path.parent.absolute()} exists and that you may write there.",
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return (
            f"the file is damaged or no SQLite file ({error})",
            "put a backup in its place, or give another path.",
        )
    if code == sqlite3.SQLITE_IOERR:
        return (
            f"the disk refused ({error}, {error.sqlite_errorname}); {_free(path)} MB are free",
            "see to the disk, its quota and the limits of this process.",
        )
    return str(error), "the file may be closed already, or in use by something else."


def _free(path: Path) -> int:
    try:
        return shutil.disk_usage(path.parent).free // 1_000_000
    except OSError:
        return 0
