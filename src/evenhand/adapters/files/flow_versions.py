"""The versions of a centre's flow files: kept beside them, never instead of them.

Beside `flows/sales.json` stands the hidden folder `flows/.versions/sales.json/` with each version whole
(`0001.json` …), a line about each in `versions.jsonl`, and the draft that is worked on. The author's file is
only ever replaced by a whole one, after what stood in it was kept as a version.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from evenhand.errors import DefinitionFault, OutsideFailure
from evenhand.model.units import Instant

__all__ = ["FlowDraft", "FlowVersion", "FlowVersions", "digest_of_text"]


class FlowVersion(msgspec.Struct, frozen=True, rename="camel"):
    """One version of a flow file: who made it, when and why.

    `how` is `published`, `restored` (an older one again, `of` its number) or `found` (what stood in the file
    without having been published here). `forced` says that it was published with errors.
    """

    number: int
    at: Instant
    by: str
    reason: str
    how: str
    digest: str
    size: int
    of: int = 0
    forced: bool = False


class FlowDraft(msgspec.Struct, frozen=True, rename="camel"):
    """What somebody uploaded and has not published."""

    at: Instant
    by: str
    digest: str
    size: int


def digest_of_text(content: str | bytes) -> str:
    """What two equal contents have in common."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:12]


class FlowVersions:
    """The flow files of the centre whose definition is `definition_file`. Every method may take its time.

    All raise OutsideFailure where the disk refuses.
    """

    def __init__(self, definition_file: Path) -> None:
        self._definition_file = definition_file
        self._folder = definition_file.parent

    # --- looking --------------------------------------------------------------------------------------

    def versions(self, file: str) -> list[FlowVersion]:
        """All versions that are known, the oldest first."""
        lines = self._home(file) / "versions.jsonl"
        with _disk(lines):
            if not lines.exists():
                return []
            text = lines.read_bytes()
        known = []
        for line in text.splitlines():
            # A line that a crash cut short says nothing; the version it told of was not finished either.
            with suppress(msgspec.MsgspecError):
                known.append(msgspec.json.decode(line, type=FlowVersion))
        return known

    def content(self, file: str, number: int) -> str:
        """A version's text. Raises KeyError for one that is not there."""
        path = self._home(file) / f"{number:04d}.json"
        with _disk(path):
            if not path.exists():
                raise KeyError(number)
            return path.read_bytes().decode("utf-8-sig")

    # --- the draft ------------------------------------------------------------------------------------

    def draft(self, file: str) -> tuple[FlowDraft, str] | None:
        """The draft and its text, or None."""
        home = self._home(file)
        with _disk(home):
            if not (home / "draft.json").exists() or not (home / "draft-about.json").exists():
                return None
            about = msgspec.json.decode((home / "draft-about.json").read_bytes(), type=FlowDraft)
            return about, (home / "draft.json").read_text(encoding="utf-8")

    def keep_draft(self, file: str, content: str, *, by: str, at: Instant) -> FlowDraft:
        """This is the draft now; one that was there is gone."""
        home, data = self._home(file), content.encode()
        about = FlowDraft(at, by, digest_of_text(data), len(data))
        with _disk(home):
            home.mkdir(parents=True, exist_ok=True)
            _replace(home / "draft.json", data)
            _replace(home / "draft-about.json", msgspec.json.encode(about))
        return about

    def drop_draft(self, file: str) -> None:
        """There is no draft any more."""
        home = self._home(file)
        with _disk(home):
            (home / "draft.json").unlink(missing_ok=True)
            (home / "draft-about.json").unlink(missing_ok=True)

    # --- publishing -----------------------------------------------------------------------------------

    def publish(
        self,
        file: str,
        content: str,
        *,
        by: str,
        reason: str,
        at: Instant,
        how: str = "published",
        of: int = 0,
        forced: bool = False,
    ) -> FlowVersion:
        """Put this content into the file, as a version of its own. What stood there is kept first."""
        data, path, home = content.encode(), self._path(file), self._home(file)
        with _disk(home):
            home.mkdir(parents=True, exist_ok=True)
            self._keep_found(file, at)
            version = FlowVersion(
                self._next(file), at, by, reason, how, digest_of_text(data), len(data), of, forced
            )
            _replace(home / f"{version.number:04d}.json", data)
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, data)
            self._note(file, version)
        return version

    def take_back(self, file: str, version: FlowVersion) -> None:
        """The centre refused this version, which was just published: the one before stands again."""
        known = [one for one in self.versions(file) if one.number < version.number]
        home = self._home(file)
        with _disk(home):
            if known:
                _replace(self._path(file), (home / f"{known[-1].number:04d}.json").read_bytes())
            else:
                self._path(file).unlink(missing_ok=True)
            lines = b"".join(msgspec.json.encode(one) + b"\n" for one in known)
            _replace(home / "versions.jsonl", lines)

    def add_flow(self, name: str, file: str, type_: str) -> None:
        """Write a new flow into the definition. Raises DefinitionFault where that is beyond adding lines."""
        path = self._definition_file
        quoted = msgspec.json.encode(name).decode()
        with _disk(path):
            before = path.read_bytes().decode("utf-8-sig")
            added = f'[flows.{quoted}]\nfile = {msgspec.json.encode(file).decode()}\ntype = "{type_}"\n'
            after = before.rstrip("\n") + "\n\n" + added
            wanted = tomllib.loads(before)
            try:
                found = tomllib.loads(after)
                flows = dict(found.pop("flows"))
                same = flows.pop(name) == {"file": file, "type": type_}
            except (tomllib.TOMLDecodeError, KeyError, TypeError):
                same, flows = False, {}
            if not same or flows != wanted.pop("flows", {}) or found != wanted:
                raise DefinitionFault(
                    "a new flow cannot be written into this definition by adding lines at its end",
                    where=str(path),
                    way_out=f"write [flows.{quoted}] with its file by hand and start the centre again.",
                )
            _replace(path, after.encode())

    # --- the files ------------------------------------------------------------------------------------

    def _path(self, file: str) -> Path:
        # Behind a link, the file that is meant is replaced and not the link.
        return (self._folder / file).resolve()

    def _home(self, file: str) -> Path:
        path = self._path(file)
        return path.parent / ".versions" / path.name

    def _next(self, file: str) -> int:
        there = [int(one.stem) for one in self._home(file).glob("[0-9]*.json") if one.stem.isdecimal()]
        return max(there, default=0) + 1

    def _keep_found(self, file: str, at: Instant) -> None:
        """What stands in the file and no version holds becomes one: nobody's work is lost."""
        path = self._path(file)
        if not path.exists():
            return
        data = path.read_bytes()
        known = self.versions(file)
        if known and known[-1].digest == digest_of_text(data):
            return
        why = "changed outside since" if known else "as it was written"
        written = path.stat().st_mtime
        version = FlowVersion(
            self._next(file), min(written, at), "", why, "found", digest_of_text(data), len(data)
        )
        _replace(self._home(file) / f"{version.number:04d}.json", data)
        self._note(file, version)

    def _note(self, file: str, version: FlowVersion) -> None:
        path = self._home(file) / "versions.jsonl"
        with path.open("ab") as stream:
            if stream.tell() and not path.read_bytes().endswith(b"\n"):
                stream.write(b"\n")
            stream.write(msgspec.json.encode(version) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())


def _replace(path: Path, data: bytes) -> None:
    """All of the data is in the file, or the file is as it was."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            shutil.copymode(path, new)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutsideFailure(
            f"the disk refused: {error.strerror or error}",
            where=str(error.filename or path),
            way_out="see that the centre's folder may be written and has space.",
        ) from error
