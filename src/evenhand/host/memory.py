"""The ports in memory: the reference that every adapter is compared with, and enough for tests."""

from __future__ import annotations

import asyncio
import inspect
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from evenhand.errors import DataFolderBusy, JournalUnavailable, StaleFence
from evenhand.host.answers import NotJson, TooLarge, encode_answer
from evenhand.host.function_names import FunctionNames
from evenhand.host.ports import Answer, Entry, QueueRecord, Snapshot, TableName, WorkloadRow
from evenhand.host.rows import TABLES, accept
from evenhand.model.definition import FunctionDefinition
from evenhand.model.units import Instant, Seconds

__all__ = ["LeaseCell", "MemoryFunctions", "MemoryJournal", "MemoryLease", "MemoryNotices", "MemoryTables"]


class MemoryJournal:
    """A journal that lasts as long as the process."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._snapshots: list[Snapshot] = []
        self._fence = 0

    def append(self, fence: int, first_sequence: int, entries: Sequence[Entry]) -> None:
        """Keep the entries, or refuse them all."""
        self._check(fence)
        if [entry.sequence for entry in entries] != [first_sequence + n for n in range(len(entries))]:
            raise JournalUnavailable("the entries are not numbered one after the other")
        known = len(self._entries)
        if not 1 <= first_sequence <= known + 1:
            raise JournalUnavailable(f"entry {first_sequence} would leave a gap after {known}")
        there = self._entries[first_sequence - 1 : first_sequence - 1 + len(entries)]
        if there != list(entries[: len(there)]):
            raise JournalUnavailable(f"the journal holds other entries from {first_sequence} on")
        self._fence = fence
        self._entries.extend(entries[len(there) :])

    def read(self, from_sequence: int = 1) -> Iterator[Entry]:
        """All entries from this sequence on."""
        return iter(self._entries[max(0, from_sequence - 1) :])

    def last_sequence(self) -> int:
        """The last entry's sequence."""
        return len(self._entries)

    def check(self, fence: int) -> None:
        """A newer owner is all that can be in the way."""
        self._check(fence)

    def save_snapshot(self, fence: int, snapshot: Snapshot) -> None:
        """Keep the snapshot and the one before it."""
        self._check(fence)
        self._fence = fence
        kept = [other for other in self._snapshots if other.sequence != snapshot.sequence]
        self._snapshots = sorted([*kept, snapshot], key=lambda each: each.sequence)[-2:]

    def latest_snapshot(self) -> Snapshot | None:
        """The newest snapshot."""
        return self._snapshots[-1] if self._snapshots else None

    def close(self) -> None:
        """Nothing to release."""

    def _check(self, fence: int) -> None:
        if fence < self._fence:
            raise StaleFence(f"fence {fence} is stale: {self._fence} owns the journal now")


class LeaseCell:
    """What leases of one centre compete for."""

    def __init__(self) -> None:
        self.fence = 0
        self.owner: MemoryLease | None = None


class MemoryLease:
    """A lease among objects that share a cell."""

    def __init__(self, cell: LeaseCell | None = None) -> None:
        self._cell = cell or LeaseCell()

    def acquire(self) -> int:
        """Become the owner."""
        if self._cell.owner is not None:
            raise DataFolderBusy("the centre has an owner already", way_out="release that one first.")
        self._cell.owner = self
        self._cell.fence += 1
        return self._cell.fence

    def release(self) -> None:
        """Give it up."""
        if self._cell.owner is self:
            self._cell.owner = None


class MemoryTables:
    """The three tables as dicts."""

    def __init__(self) -> None:
        self._agents: dict[str, str] = {}
        self._workload: dict[tuple[str, str], float] = {}
        self._queues: dict[str, tuple[QueueRecord, Instant]] = {}

    def own_agent(self, customer_id: str) -> str | None:
        """The customer's own agent."""
        return self._agents.get(customer_id)

    def bind_agent(self, customer_id: str, agent_name: str, *, overwrite: bool = False) -> str:
        """Bind; the first wins unless told otherwise."""
        accept("CustomerAgentMap", [{"customerId": customer_id, "agentName": agent_name}])
        if overwrite or customer_id not in self._agents:
            self._agents[customer_id] = agent_name
        return self._agents[customer_id]

    def least_loaded(self, call_type: str, count: int) -> list[WorkloadRow]:
        """The least loaded, ascending, ties by name."""
        return self.workloads(call_type)[: max(0, count)]

    def workloads(self, call_type: str | None = None) -> list[WorkloadRow]:
        """All rows, in order."""
        rows = [
            WorkloadRow(kind, agent, load)
            for (kind, agent), load in self._workload.items()
            if call_type is None or kind == call_type
        ]
        return sorted(rows, key=lambda row: (row.call_type, row.workload, row.agent_name))

    def set_workload(self, call_type: str, agent_name: str, workload: float) -> None:
        """Write one row."""
        self.import_rows(
            "AgentWorkload", [{"callType": call_type, "agentName": agent_name, "workload": workload}]
        )

    def put_queue_record(self, record: QueueRecord, *, expires_at: Instant, now: Instant) -> QueueRecord:
        """Write, unless a live record stands."""
        standing = self.queue_record(record.call_id, now)
        if standing is not None:
            return standing
        self._queues[record.call_id] = (record, expires_at)
        return record

    def set_ewt(self, call_id: str, ewt: float, now: Instant) -> None:
        """Note the last wait told."""
        standing = self.queue_record(call_id, now)
        if standing is not None:
            self._queues[call_id] = (QueueRecord(call_id, standing.times, ewt), self._queues[call_id][1])

    def queue_record(self, call_id: str, now: Instant) -> QueueRecord | None:
        """The live record."""
        record, expires_at = self._queues.get(call_id, (None, 0.0))
        return record if record is not None and now < expires_at else None

    def delete_queue_record(self, call_id: str) -> None:
        """Remove it."""
        self._queues.pop(call_id, None)

    def rows(self, table: TableName) -> Iterator[dict[str, Any]]:
        """Every row, in key order."""
        values: list[tuple[Any, ...]]
        if table == "CustomerAgentMap":
            values = sorted(self._agents.items())
        elif table == "AgentWorkload":
            values = [(*key, load) for key, load in sorted(self._workload.items())]
        else:
            values = [(key, record.times, record.ewt) for key, (record, _) in sorted(self._queues.items())]
        return iter([dict(zip(TABLES[table].columns, row, strict=True)) for row in values])

    def import_rows(self, table: TableName, rows: Iterable[dict[str, Any]], *, replace: bool = False) -> int:
        """Write rows, all or nothing."""
        taken = accept(table, rows)
        tables: dict[TableName, dict[Any, Any]] = {
            "CustomerAgentMap": self._agents,
            "AgentWorkload": self._workload,
            "queues": self._queues,
        }
        target = tables[table]
        if replace:
            target.clear()
        for row in taken:
            if table == "CustomerAgentMap":
                target[row[0]] = row[1]
            elif table == "AgentWorkload":
                target[row[:2]] = row[2]
            else:
                target[row[0]] = (QueueRecord(*row), math.inf)
        return len(taken)

    def close(self) -> None:
        """Nothing to release."""


class MemoryFunctions:
    """Plain Python callables `event -> answer` (or coroutine functions), by name."""

    def __init__(self, functions: Mapping[str, Callable[[dict[str, Any]], Any]]) -> None:
        self._functions = dict(functions)
        self._names = FunctionNames(FunctionDefinition(name=name) for name in functions)

    async def invoke(
        self, function: str, event: dict[str, Any], *, request_id: str, time_limit: Seconds
    ) -> Answer:
        """Invoke. A callable that is not a coroutine cannot be interrupted."""
        found = self._names.find(function)
        if found is None:
            return Answer(False, reason="missing", detail=f"there is no function {function!r}")
        try:
            copy = json.loads(json.dumps(event, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            return Answer(False, reason="not_json", detail=f"the event has no JSON form: {error}")
        try:
            value = self._functions[found.name](copy)
            if inspect.isawaitable(value):
                value = await asyncio.wait_for(value, time_limit)
            return Answer(True, payload=encode_answer(value))
        except NotJson as error:
            return Answer(False, reason="not_json", detail=str(error))
        except TooLarge as error:
            return Answer(False, reason="too_large", detail=str(error))
        except TimeoutError:
            return Answer(False, reason="timeout", detail=f"no answer within {time_limit:g} s")
        except Exception as error:
            return Answer(False, reason="raised", detail=f"{type(error).__name__}: {error}")
        except SystemExit as error:
            return Answer(False, reason="crashed", detail=f"the function ended its process ({error.code})")

    async def close(self) -> None:
        """Nothing runs."""


class MemoryNotices:
    """Remembers what was published."""

    def __init__(self) -> None:
        self.published: list[Entry] = []

    def publish(self, entries: Sequence[Entry]) -> None:
        """Remember."""
        self.published.extend(entries)
