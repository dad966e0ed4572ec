"""The rows a new database starts with."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import cast

from evenhand.adapters.tables.sqlite import SqliteTables
from evenhand.host.ports import TableName
from evenhand.model.definition import CentreDefinition

__all__ = ["fill_tables"]


def fill_tables(database: Path, definition: CentreDefinition, folder: Path) -> None:
    """Make the database from the definition's CSV files, unless it is there already."""
    if database.exists():
        return
    tables = SqliteTables(database)
    try:
        for table, file in definition.table_files.items():
            with (folder / file).open(newline="", encoding="utf-8-sig") as lines:
                tables.import_rows(cast(TableName, table), list(csv.DictReader(lines)))
    finally:
        tables.close()
