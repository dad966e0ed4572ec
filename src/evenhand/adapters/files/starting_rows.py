"""The rows a new database starts with."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import cast

from evenhand.adapters.services.records import ServiceRecords
from evenhand.adapters.services.rows import SERVICE_TABLES
from evenhand.adapters.tables.sqlite import SqliteTables
from evenhand.host.ports import TableName
from evenhand.model.definition import CentreDefinition

__all__ = ["fill_tables"]


def fill_tables(database: Path, definition: CentreDefinition, folder: Path) -> None:
    """Make the database from the definition's CSV files, unless it is there already."""
    if database.exists():
        return
    tables, records = SqliteTables(database), None
    try:
        for table, file in definition.table_files.items():
            with (folder / file).open(newline="", encoding="utf-8-sig") as lines:
                rows = list(csv.DictReader(lines))
            if table in SERVICE_TABLES:
                records = records or ServiceRecords(database)
                # An empty cell is a field that the row does not have.
                records.import_rows(table, [{k: v for k, v in row.items() if v != ""} for row in rows])
            else:
                tables.import_rows(cast(TableName, table), rows)
    finally:
        tables.close()
        if records is not None:
            records.close()
