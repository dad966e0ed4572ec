"""A CSV file that somebody else writes again and again, as a source of offline workload.

A file that is being written is not taken: it has to be left alone for a while, to look the same before and
after it was read, and to end with a line's end. Its age is the age of the file: an export that is no longer
written becomes stale.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evenhand.errors import Finding, SourceUnavailable, TableFault
from evenhand.host.ports import Reading
from evenhand.host.source_rows import SourceRow, cells, field_names, gather, row_of
from evenhand.model.units import Instant, Seconds
from evenhand.model.workload_sources import WorkloadSource

__all__ = ["CsvReader"]

_OPEN_END: Seconds = 10.0
"""A file whose last line has no end may still be cut off; after so long it is taken as it is."""

_Mark = tuple[int, int, int, int]


class CsvReader:
    """Reads the file when it has changed. `settle` is how long it has to be left alone before."""

    def __init__(
        self,
        path: Path,
        source: WorkloadSource,
        *,
        settle: Seconds = 1.0,
        now: Callable[[], Instant] = time.time,
    ) -> None:
        self._path = path
        self._source = source
        self._settle = settle
        self._now = now
        self._mark: _Mark | None = None
        self._digest = b""
        self._written: Instant | None = None
        self._fault: TableFault | None = None

    def read(self) -> Reading:
        """What the file says, or that it says what it said. Raises SourceUnavailable, TableFault."""
        mark, written = self._look()
        age = max(0.0, self._now() - written)
        if mark == self._mark:
            if self._fault is not None:
                raise self._fault
            return Reading(unchanged=True, age=age)
        if age < self._settle:
            return self._wait()
        content = self._content()
        open_end = content[-1:] not in (b"\n", b"\r", b"") and age < max(_OPEN_END, self._settle)
        if self._look()[0] != mark or (open_end and self._settle):
            return self._wait()
        if self._written is not None and written < self._written:
            raise SourceUnavailable("the file is older than the one that was read before")
        digest = hashlib.blake2b(content).digest()
        if digest == self._digest:
            reading = Reading(unchanged=True, age=age)
        else:
            try:
                reading = gather(self._rows(content), self._source)
            except TableFault as fault:
                self._mark, self._fault = mark, fault
                raise
        self._mark, self._digest, self._written, self._fault = mark, digest, written, None
        return Reading(reading.observations, age, reading.unchanged, reading.rows, reading.unassigned)

    def close(self) -> None:
        """Nothing is held."""

    def _wait(self) -> Reading:
        """The file is being written: what it said before still stands, as old as it is."""
        if self._written is None:
            raise SourceUnavailable("the file is being written")
        return Reading(unchanged=True, age=max(0.0, self._now() - self._written))

    def _look(self) -> tuple[_Mark, Instant]:
        try:
            status = os.stat(self._path)
        except OSError as error:
            raise self._unavailable(error) from error
        return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns), status.st_mtime

    def _content(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: OSError) -> SourceUnavailable:
        if isinstance(error, FileNotFoundError):
            return SourceUnavailable(f"there is no file {self._path}", way_out="write it, or correct `file`.")
        return SourceUnavailable(f"{self._path} cannot be read: {error.strerror}")

    def _rows(self, content: bytes) -> Iterator[SourceRow]:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self._bad(
                f"byte {error.start + 1}", "", "This is not UTF-8.", "Save it as UTF-8."
            ) from error
        reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=self._source.delimiter)
        names = field_names(self._source)
        header: list[str] | None = None
        while True:
            number = reader.line_num + 1
            try:
                values = next(reader)
            except StopIteration:
                if header is None:
                    raise self._bad("line 1", "", "There is no header.", "Write one.") from None
                return
            except csv.Error as error:
                raise self._bad(
                    f"line {number}", "", f"This is no CSV: {error}.", "Mend the quotes."
                ) from error
            if not values:
                continue
            if header is None:
                header = values
                self._check_header(header, names, number)
                continue
            if len(values) != len(header):
                raise self._bad(
                    f"line {number}",
                    "",
                    f"It has {len(values)} cells, and the header has {len(header)}.",
                    "Give each row as many as the header.",
                )
            row: dict[str, Any] = {
                name: cell if cell != "" else None for name, cell in zip(header, values, strict=True)
            }
            yield row_of(f"line {number}", names, cells(row))

    def _check_header(self, header: list[str], names: dict[str, str], number: int) -> None:
        wanted = {"agent", *self._source.fields}
        for field in sorted(wanted):
            if header.count(names[field]) != 1:
                many = "two columns" if names[field] in header else "no column"
                known = ", ".join(header)
                raise self._bad(
                    f"line {number}",
                    field,
                    f"There is {many} {names[field]!r} in the header.",
                    f'Name the column under fields: fields = {{ {field} = "…" }}. The header has {known}.',
                )

    def _bad(self, place: str, field: str, message: str, way_out: str) -> TableFault:
        return TableFault(
            "the file cannot be taken; the reading before it stands.",
            where=self._source.name,
            way_out="mend what is named below.",
            findings=[Finding(block=place, field=field, code="not_csv", message=message, way_out=way_out)],
        )
