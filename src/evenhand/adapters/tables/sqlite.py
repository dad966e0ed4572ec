"""The articles' three tables in an SQLite file, with the articles' own names for tables and fields."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from evenhand.adapters.sqlite_files import FileKind
from evenhand.adapters.tables.file import TablesFile
from evenhand.host.ports import QueueRecord, TableName, TablePage, WorkloadRow
from evenhand.host.rows import TABLES, accept
from evenhand.model.units import Instant

__all__ = ["TABLES_FILE", "SqliteTables"]

TABLES_FILE = FileKind(
    name="Evenhand's tables",
    mark=0x45765431,
    version=1,
    schema=(
        "CREATE TABLE CustomerAgentMap (customerId TEXT PRIMARY KEY, agentName TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE AgentWorkload (callType TEXT NOT NULL, agentName TEXT NOT NULL, workload REAL NOT NULL, "
        "PRIMARY KEY (callType, agentName)) WITHOUT ROWID",
        # It holds all three columns in the order of the question, so the question reads nothing else.
        "CREATE INDEX LeastLoaded ON AgentWorkload (callType, workload, agentName)",
        "CREATE TABLE queues (callId TEXT PRIMARY KEY, times TEXT NOT NULL, ewt REAL NOT NULL, "
        "expiresAt REAL NOT NULL) WITHOUT ROWID",
        "CREATE INDEX Expired ON queues (expiresAt)",
    ),
)
_SELECT_WORKLOAD = "SELECT callType, agentName, workload FROM AgentWorkload"


class SqliteTables:
    """The tables in one file, which other processes may have open too. Safe from any thread."""

    def __init__(self, path: Path | str) -> None:
        """Open or make the file. Raises TablesUnavailable."""
        self._file = TablesFile(path, TABLES_FILE)

    def own_agent(self, customer_id: str) -> str | None:
        """The customer's own agent, or None."""
        rows = self._file.ask("SELECT agentName FROM CustomerAgentMap WHERE customerId = ?", customer_id)
        return rows[0][0] if rows else None

    def bind_agent(self, customer_id: str, agent_name: str, *, overwrite: bool = False) -> str:
        """Bind a customer to an agent; the first binding wins unless `overwrite`."""
        row = accept("CustomerAgentMap", [{"customerId": customer_id, "agentName": agent_name}])[0]
        with self._file.writing() as connection:
            connection.execute(_insert("CustomerAgentMap", overwrite=overwrite), row)
            bound: str = connection.execute(
                "SELECT agentName FROM CustomerAgentMap WHERE customerId = ?", (customer_id,)
            ).fetchone()[0]
        return bound

    def least_loaded(self, call_type: str, count: int) -> list[WorkloadRow]:
        """The `count` least loaded agents of a call type, ascending; ties by agent name."""
        rows = self._file.ask(
            f"{_SELECT_WORKLOAD} WHERE callType = ? ORDER BY workload, agentName LIMIT ?",
            call_type,
            max(0, count),
        )
        return [WorkloadRow(*row) for row in rows]

    def workloads(self, call_type: str | None = None) -> list[WorkloadRow]:
        """All rows (of one call type, or all), ordered by call type, workload, agent name."""
        order = "ORDER BY callType, workload, agentName"
        if call_type is None:
            rows = self._file.ask(f"{_SELECT_WORKLOAD} {order}")
        else:
            rows = self._file.ask(f"{_SELECT_WORKLOAD} WHERE callType = ? {order}", call_type)
        return [WorkloadRow(*row) for row in rows]

    def set_workload(self, call_type: str, agent_name: str, workload: float) -> None:
        """Write one row; the newest wins."""
        self.import_rows(
            "AgentWorkload", [{"callType": call_type, "agentName": agent_name, "workload": workload}]
        )

    def put_queue_record(self, record: QueueRecord, *, expires_at: Instant, now: Instant) -> QueueRecord:
        """Write when a call was queued; a live record of the same call stays. Expired ones are removed."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM queues WHERE expiresAt <= ?", (now,))
            connection.execute(
                "INSERT OR IGNORE INTO queues VALUES (?, ?, ?, ?)",
                (record.call_id, record.times, record.ewt, expires_at),
            )
            row = connection.execute(
                "SELECT callId, times, ewt FROM queues WHERE callId = ?", (record.call_id,)
            ).fetchone()
        return QueueRecord(*row)

    def set_ewt(self, call_id: str, ewt: float, now: Instant) -> None:
        """Note the last wait told; nothing happens when there is no live record."""
        with self._file.writing() as connection:
            connection.execute(
                "UPDATE queues SET ewt = ? WHERE callId = ? AND expiresAt > ?", (ewt, call_id, now)
            )

    def queue_record(self, call_id: str, now: Instant) -> QueueRecord | None:
        """The call's record, if it has not expired at `now`."""
        rows = self._file.ask(
            "SELECT callId, times, ewt FROM queues WHERE callId = ? AND expiresAt > ?", call_id, now
        )
        return QueueRecord(*rows[0]) if rows else None

    def delete_queue_record(self, call_id: str) -> None:
        """Remove it; removing what is not there is fine."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM queues WHERE callId = ?", (call_id,))

    def rows(self, table: TableName) -> Iterator[dict[str, Any]]:
        """Every row of a table with exactly the articles' field names, in key order."""
        shape = TABLES[table]
        rows = self._file.ask(
            f"SELECT {', '.join(shape.columns)} FROM {table} ORDER BY {', '.join(shape.key)}"
        )
        return (dict(zip(shape.columns, row, strict=True)) for row in rows)

    def page(self, table: TableName, *, holding: str = "", skip: int = 0, most: int = 100) -> TablePage:
        """Some rows, in key order; the file looks for them, so that a large table is not read whole."""
        shape = TABLES[table]
        texts = [name for name in shape.columns if name not in shape.numbers]
        where, values = "", tuple[Any, ...]()
        if holding:
            where = "WHERE " + " OR ".join(f"instr(lower({name}), lower(?))" for name in texts)
            values = (holding,) * len(texts)
        total = self._file.ask(f"SELECT count(*) FROM {table} {where}", *values)[0][0]
        rows = self._file.ask(
            f"SELECT {', '.join(shape.columns)} FROM {table} {where} ORDER BY {', '.join(shape.key)} "
            "LIMIT ? OFFSET ?",
            *values,
            max(0, most),
            max(0, skip),
        )
        return TablePage(tuple(dict(zip(shape.columns, row, strict=True)) for row in rows), total)

    def delete_rows(self, table: TableName, keys: Iterable[Mapping[str, Any]]) -> int:
        """Remove the rows of these keys, in one transaction."""
        names = TABLES[table].key
        statement = f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in names)}"
        with self._file.writing() as connection:
            return sum(
                connection.execute(statement, tuple(key[name] for name in names)).rowcount for key in keys
            )

    def import_rows(self, table: TableName, rows: Iterable[dict[str, Any]], *, replace: bool = False) -> int:
        """Write rows, all or nothing; `replace` empties the table first. Answers how many.

        Imported queue records do not expire. Raises TableFault naming every bad row.
        """
        taken = accept(table, rows)
        values = [(*row, math.inf) for row in taken] if table == "queues" else taken
        with self._file.writing() as connection:
            if replace:
                connection.execute(f"DELETE FROM {table}")
            connection.executemany(_insert(table, overwrite=True), values)
        return len(taken)

    def close(self) -> None:
        """Close the file; doing so twice is fine."""
        self._file.close()


def _insert(table: TableName, *, overwrite: bool) -> str:
    places = ", ".join("?" * (len(TABLES[table].columns) + (table == "queues")))
    return f"INSERT OR {'REPLACE' if overwrite else 'IGNORE'} INTO {table} VALUES ({places})"
