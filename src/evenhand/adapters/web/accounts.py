"""Users, sessions, API keys and customers' tokens, in a file of their own beside the journal.

Passwords are kept as argon2id hashes; sessions, keys and tokens as SHA-256 of what their owner holds, so that
a copy of the file opens nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import argon2
import msgspec

from evenhand.adapters.sqlite_files import FileKind, explain, open_file, transaction
from evenhand.adapters.web.identity import NOBODY, Identity, Role
from evenhand.errors import OutsideFailure, UsageFault

__all__ = ["ABSOLUTE_SECONDS", "INACTIVE_SECONDS", "Accounts", "User"]

INACTIVE_SECONDS = 8 * 3600.0
"""A session nobody used for so long is over."""

ABSOLUTE_SECONDS = 24 * 3600.0
"""No session lasts longer."""

_ASK_SECONDS = 1.0
"""How long the look of the write-ahead log is believed."""

ACCOUNTS_FILE = FileKind(
    name="Evenhand's accounts",
    mark=0x45764131,
    version=1,
    schema=(
        "CREATE TABLE users (name TEXT PRIMARY KEY, role TEXT NOT NULL, agent TEXT NOT NULL, team TEXT NOT NULL, "
        "password TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE sessions (digest TEXT PRIMARY KEY, user TEXT NOT NULL, csrf TEXT NOT NULL, "
        "began REAL NOT NULL, used REAL NOT NULL) WITHOUT ROWID",
        "CREATE TABLE keys (digest TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE tokens (digest TEXT PRIMARY KEY, contact TEXT NOT NULL, expires REAL NOT NULL) WITHOUT ROWID",
    ),
)
_SHORTEST_PASSWORD = 10


class User(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody who may log in. `agent` is the agent whom they are; `team` whom a supervisor leads (empty: all)."""

    name: str
    role: Role
    agent: str = ""
    team: tuple[str, ...] = ()


class Accounts:
    """One file of accounts. Times are real seconds since the epoch. Safe from any thread."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises OutsideFailure."""
        self._path = path
        self._lock = threading.Lock()
        self._hasher = argon2.PasswordHasher()
        # Checked for a user that there is not, so that the time of an answer tells nothing.
        self._nobody = self._hasher.hash(secrets.token_hex(16))
        self._known: dict[str, tuple[Identity, float, float]] = {}
        self._log = f"{path}-wal"
        self._seen_log, self._asked = (0, 0), 0.0
        self._seen_version = 0
        try:
            self._connection = open_file(path, ACCOUNTS_FILE)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _failed(self, error: sqlite3.Error) -> OutsideFailure:
        message, way_out = explain(error, self._path)
        return OutsideFailure(message, where=str(self._path), way_out=way_out)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                with transaction(self._connection):
                    yield self._connection
            except sqlite3.Error as error:
                raise self._failed(error) from error

    def _rows(self, question: str, *values: object) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return self._connection.execute(question, values).fetchall()
            except sqlite3.Error as error:
                raise self._failed(error) from error

    # --- users ----------------------------------------------------------------------------------------

    def users(self) -> list[User]:
        """Everybody, by name."""
        rows = self._rows("SELECT name, role, agent, team FROM users ORDER BY name")
        return [
            msgspec.convert((n, r, a, tuple(str(t).split("\n")) if t else ()), _UserRow).user()
            for n, r, a, t in rows
        ]

    def user(self, name: str) -> User | None:
        """The user of this name."""
        return next((one for one in self.users() if one.name == name), None)

    def add_user(self, user: User, password: str) -> None:
        """Add somebody. Raises UsageFault when the name is taken or the password too short."""
        _check_password(password)
        _check_name(user.name, "a user's name")
        if self.user(user.name) is not None:
            raise UsageFault(
                f"there is a user {user.name!r} already.",
                way_out="choose another name, or change the password with `evenhand users passwd`.",
            )
        hashed = self._hasher.hash(password)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO users VALUES (?, ?, ?, ?, ?)",
                (user.name, user.role, user.agent, "\n".join(user.team), hashed),
            )

    def set_password(self, name: str, password: str) -> None:
        """Change a password; all sessions of that user end. Raises UsageFault."""
        _check_password(password)
        self.must_exist(name)
        hashed = self._hasher.hash(password)
        with self._writing() as connection:
            connection.execute("UPDATE users SET password = ? WHERE name = ?", (hashed, name))
        self.end_sessions(name)

    def remove_user(self, name: str) -> None:
        """Remove somebody with all their sessions. Raises UsageFault."""
        self.must_exist(name)
        with self._writing() as connection:
            connection.execute("DELETE FROM users WHERE name = ?", (name,))
        self.end_sessions(name)

    def must_exist(self, name: str) -> None:
        """Raises UsageFault when there is no such user."""
        if self.user(name) is None:
            raise UsageFault(
                f"there is no user {name!r}.", way_out="`evenhand users list` names those that there are."
            )

    # --- sessions -------------------------------------------------------------------------------------

    def log_in(self, name: str, password: str, now: float) -> tuple[str, Identity] | None:
        """A new session's secret and who it is, or None when name or password is wrong. Takes a while, as it must."""
        if not self.password_fits(name, password):
            return None
        return self.begin_session(name, now)

    def begin_session(self, name: str, now: float) -> tuple[str, Identity]:
        """A new session of a user whose password was right."""
        secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE used < ? OR began < ?",
                (now - INACTIVE_SECONDS, now - ABSOLUTE_SECONDS),
            )
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (_digest(secret), name, csrf, now, now)
            )
        return secret, self.session(secret, now)

    def password_fits(self, name: str, password: str) -> bool:
        """Whether this is the user's password. Takes a while, as it must."""
        rows = self._rows("SELECT password FROM users WHERE name = ?", name)
        try:
            self._hasher.verify(str(rows[0][0]) if rows else self._nobody, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return bool(rows)

    def session(self, secret: str, now: float, *, used: bool = True) -> Identity:
        """Who this session is, or nobody. `used` is false for who only looks whether it still holds."""
        digest = _digest(secret)
        self._forget_changed(now)
        known = self._known.get(digest)
        if known is not None:
            who, began, last = known
        else:
            rows = self._rows("SELECT user, csrf, began, used FROM sessions WHERE digest = ?", digest)
            if not rows:
                return NOBODY
            name, csrf, began_at, used_at = rows[0]
            user = self.user(str(name))
            if user is None:
                return NOBODY
            who = Identity(user.role, user.name, user.agent, user.team, way="session", csrf=str(csrf))
            began, last = float(str(began_at)), float(str(used_at))
        if now - last > INACTIVE_SECONDS or now - began > ABSOLUTE_SECONDS:
            self.log_out(secret)
            return NOBODY
        if used and now - last > 60.0:
            last = now
            with self._writing() as connection:
                connection.execute("UPDATE sessions SET used = ? WHERE digest = ?", (now, digest))
        self._known[digest] = (who, began, last)
        return who

    def _forget_changed(self, now: float) -> None:
        """Another process (`evenhand users`) may have changed the file: what is remembered may not hold.

        Every change goes through the write-ahead log, so its size and time tell at once, and cost less than
        asking SQLite; now and then it is asked all the same.
        """
        try:
            log = os.stat(self._log)
            seen = (log.st_mtime_ns, log.st_size)
        except OSError:
            seen = (0, 0)
        if seen == self._seen_log and 0 <= now - self._asked < _ASK_SECONDS:
            return
        self._seen_log, self._asked = seen, now
        version = int(str(self._rows("PRAGMA data_version")[0][0]))
        if version != self._seen_version:
            self._seen_version = version
            self._known.clear()

    def log_out(self, secret: str) -> None:
        """End this session."""
        digest = _digest(secret)
        self._known.pop(digest, None)
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE digest = ?", (digest,))

    def end_session(self, who: Identity) -> None:
        """End the one session by which they were known."""
        self._known = {digest: one for digest, one in self._known.items() if one[0].csrf != who.csrf}
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE csrf = ?", (who.csrf,))

    def end_sessions(self, name: str) -> None:
        """End all sessions of a user."""
        self._known = {digest: one for digest, one in self._known.items() if one[0].name != name}
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE user = ?", (name,))

    # --- API keys -------------------------------------------------------------------------------------

    def add_key(self, name: str, role: Role) -> str:
        """A new API key: the answer is the only time that it can be seen. Raises UsageFault."""
        _check_name(name, "a key's name")
        if self._rows("SELECT 1 FROM keys WHERE name = ?", name):
            raise UsageFault(f"there is a key {name!r} already.", way_out="choose another name.")
        secret = "evh_" + secrets.token_urlsafe(32)
        with self._writing() as connection:
            connection.execute("INSERT INTO keys VALUES (?, ?, ?)", (_digest(secret), name, role))
        return secret

    def api_keys(self) -> list[tuple[str, str]]:
        """Name and role of every key."""
        return [(str(n), str(r)) for n, r in self._rows("SELECT name, role FROM keys ORDER BY name")]

    def remove_key(self, name: str) -> None:
        """This key opens nothing any more. Raises UsageFault."""
        if not self._rows("SELECT 1 FROM keys WHERE name = ?", name):
            raise UsageFault(
                f"there is no key {name!r}.", way_out="`evenhand users keys list` names those that there are."
            )
        with self._writing() as connection:
            connection.execute("DELETE FROM keys WHERE name = ?", (name,))

    def key(self, secret: str) -> Identity:
        """Who holds this key, or nobody."""
        rows = self._rows("SELECT name, role FROM keys WHERE digest = ?", _digest(secret))
        if not rows:
            return NOBODY
        return msgspec.convert({"role": rows[0][1], "name": f"key {rows[0][0]}", "way": "key"}, Identity)

    # --- customers ------------------------------------------------------------------------------------

    def add_token(self, contact_id: str, expires: float) -> str:
        """A token for the customer of one contact, until it expires."""
        secret = "evc_" + secrets.token_urlsafe(24)
        with self._writing() as connection:
            connection.execute("INSERT INTO tokens VALUES (?, ?, ?)", (_digest(secret), contact_id, expires))
        return secret

    def token(self, secret: str, now: float) -> Identity:
        """The customer who holds this token, or nobody."""
        rows = self._rows("SELECT contact FROM tokens WHERE digest = ? AND expires > ?", _digest(secret), now)
        if not rows:
            return NOBODY
        return Identity("customer", contact_id=str(rows[0][0]), way="token")

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()


class _UserRow(msgspec.Struct, array_like=True):
    name: str
    role: Role
    agent: str
    team: tuple[str, ...]

    def user(self) -> User:
        return User(self.name, self.role, self.agent, self.team)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _check_name(name: str, what: str) -> None:
    if not name or name.strip() != name or len(name) > 100 or not name.isprintable():
        raise UsageFault(f"{what} is 1 to 100 printable characters, without blanks around it.")


def _check_password(password: str) -> None:
    if len(password) < _SHORTEST_PASSWORD or len(password) > 1_000:
        raise UsageFault(
            f"a password has {_SHORTEST_PASSWORD} to 1,000 characters.", way_out="take a few words, say."
        )
