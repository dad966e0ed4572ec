"""What was answered under which Idempotency-Key, in a file, so that a repeated request does nothing twice.

An answer may hold a secret (a customer's token), so it is kept sealed: only who has the key can read it, and
of the key itself a digest is kept. Answers are forgotten after a day, or when there are too many.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
from pathlib import Path

import msgspec

from evenhand.adapters.sqlite_files import FileKind, explain, open_file, transaction
from evenhand.errors import OutsideFailure

__all__ = ["KEPT_SECONDS", "MOST_KEPT", "Answered", "KeptAnswers"]

KEPT_SECONDS = 24 * 3600.0
MOST_KEPT = 50_000

_FILE = FileKind(
    name="Evenhand's answers",
    mark=0x45764B31,
    version=1,
    schema=(
        "CREATE TABLE answers (digest TEXT PRIMARY KEY, at REAL NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID",
        "CREATE INDEX Age ON answers (at)",
    ),
)
_SALT = 16
_LOOK_EVERY = 200
"""So many answers until the oldest are looked for."""


class Answered(msgspec.Struct, frozen=True, array_like=True):
    """The answer to what was asked: `asked` is a digest of the request, `status` and `content` what came back."""

    asked: str
    status: int
    content: bytes


class KeptAnswers:
    """Answers by key. Times are real seconds since the epoch. Safe from any thread."""

    def __init__(self, path: Path, most: int = MOST_KEPT) -> None:
        """Open or make the file. Raises OutsideFailure."""
        self._path = path
        self._most = most
        self._writes = 0
        self._lock = threading.Lock()
        self._decoder = msgspec.msgpack.Decoder(Answered)
        try:
            self._connection = open_file(path, _FILE)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def find(self, key: str, now: float) -> Answered | None:
        """What was answered under this key, if it is not forgotten."""
        question = "SELECT sealed FROM answers WHERE digest = ? AND at > ?"
        with self._lock:
            try:
                row = self._connection.execute(question, (_digest(key), now - KEPT_SECONDS)).fetchone()
            except sqlite3.Error as error:
                raise self._failed(error) from error
        return None if row is None else self._decoder.decode(_unsealed(key, row[0]))

    def keep(self, key: str, answer: Answered, now: float) -> None:
        """This was answered; the oldest are forgotten where there are too many."""
        sealed = _sealed(key, msgspec.msgpack.encode(answer))
        with self._lock:
            try:
                with transaction(self._connection):
                    self._connection.execute(
                        "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (_digest(key), now, sealed)
                    )
                    self._writes += 1
                    if self._writes % min(self._most, _LOOK_EVERY) == 0:
                        self._connection.execute(
                            "DELETE FROM answers WHERE at <= ? OR at < "
                            "(SELECT at FROM answers ORDER BY at DESC LIMIT 1 OFFSET ?)",
                            (now - KEPT_SECONDS, self._most - 1),
                        )
            except sqlite3.Error as error:
                raise self._failed(error) from error

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    def _failed(self, error: sqlite3.Error) -> OutsideFailure:
        message, way_out = explain(error, self._path)
        return OutsideFailure(message, where=str(self._path), way_out=way_out)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _sealed(key: str, plain: bytes) -> bytes:
    salt = secrets.token_bytes(_SALT)
    return salt + _with_stream(key, salt, plain)


def _unsealed(key: str, sealed: bytes) -> bytes:
    return _with_stream(key, sealed[:_SALT], sealed[_SALT:])


def _with_stream(key: str, salt: bytes, text: bytes) -> bytes:
    """Exclusive-or with a stream that only this key makes; the salt makes another one for each answer."""
    stream = hashlib.shake_256(salt + b"answer" + key.encode("utf-8", "replace")).digest(len(text))
    return (int.from_bytes(text, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(text), "big")
