"""Sources of offline workload: a reader for each kind of source that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evenhand.adapters.workload.table import TableReader
from evenhand.host.ports import Tables, WorkloadReader
from evenhand.model.units import Seconds
from evenhand.model.workload_sources import WorkloadSource

__all__ = ["BACKS_OFF", "open_reader"]

BACKS_OFF = ("http", "sql")
"""Kinds of sources that are asked less often while they fail; a file and a table cost nothing to look at."""


def open_reader(
    source: WorkloadSource,
    folder: Path,
    tables: Tables,
    environment: Mapping[str, str],
    *,
    settle: Seconds = 1.0,
) -> WorkloadReader | None:
    """What reads this source, or None where it is pushed to. Paths are relative to `folder`.

    `environment` holds the secrets. `settle` is how long a file has to be left alone before it is read.
    """
    if source.kind == "table":
        return TableReader(tables, source)
    if source.kind == "csv":
        from evenhand.adapters.workload.csv_file import CsvReader

        return CsvReader(folder / source.file, source, settle=settle)
    if source.kind == "sql":
        from evenhand.adapters.workload.sql import SqlReader

        return SqlReader(source, folder, environment)
    if source.kind == "http":
        from evenhand.adapters.workload.http import HttpReader

        return HttpReader(source, environment)
    return None
