"""The ports: what the host needs from the outside, as small protocols.

Each has a reference implementation in memory (`host/memory.py`) and one contract test that every adapter
passes. Every write is idempotent by id; a lost reply is safe to repeat; `now` is always an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, Protocol

import msgspec

from evenhand.model.effects import Effect
from evenhand.model.facts import Fact
from evenhand.model.inputs import Input, WorkloadObservation
from evenhand.model.units import Instant, Seconds

__all__ = [
    "Answer",
    "Entry",
    "Functions",
    "Journal",
    "Lease",
    "Media",
    "ModelAnswer",
    "Models",
    "Notices",
    "QueueRecord",
    "Reading",
    "ServiceAnswer",
    "Services",
    "Snapshot",
    "TableName",
    "Tables",
    "WorkloadReader",
    "WorkloadRow",
]


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One thing that happened: the input, when, and the facts the machine answered with.

    `sequence` counts from 1 without a gap. `performed` is the sequence up to which all effects are known to
    have been handed to the outside when this entry was written; after a crash those behind it are done again.
    """

    sequence: int
    at: Instant
    input: Input
    facts: tuple[Fact, ...] = ()
    performed: int = 0


class Snapshot(msgspec.Struct, frozen=True):
    """The machine's whole state after `sequence`, as JSON text."""

    sequence: int
    state: bytes


class Journal(Protocol):
    """What happened, in order, for ever."""

    def append(self, fence: int, first_sequence: int, entries: Sequence[Entry]) -> None:
        """Make the entries durable: all or nothing, durable when it returns.

        Repeating an append that is already there (same first sequence, same entries) does nothing.
        Raises StaleFence if a newer owner exists, JournalUnavailable if the entries could not be made
        durable (then none of them was kept) or if they would leave a gap.
        """

    def read(self, from_sequence: int = 1) -> Iterator[Entry]:
        """All entries from this sequence on, in order."""

    def last_sequence(self) -> int:
        """The last entry's sequence; 0 if there is none."""

    def check(self, fence: int) -> None:
        """Write something that changes nothing, durably.

        Raises StaleFence and JournalUnavailable where an append would now.
        """

    def save_snapshot(self, fence: int, snapshot: Snapshot) -> None:
        """Keep this snapshot; a later `latest_snapshot` answers it. Entries are not removed."""

    def latest_snapshot(self) -> Snapshot | None:
        """The newest snapshot, or None."""

    def close(self) -> None:
        """Release everything."""


class Lease(Protocol):
    """One owner of a centre at a time."""

    def acquire(self) -> int:
        """Become the owner; answers a fence greater than any before. Raises DataFolderBusy."""

    def release(self) -> None:
        """Give it up; doing so twice is fine."""


class WorkloadRow(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A row of AgentWorkload (`callType`, `agentName`, `workload`)."""

    call_type: str
    agent_name: str
    workload: float


class QueueRecord(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A row of `queues`: `callId`, `times` (when it was queued, ISO 8601 or the article's own form), `ewt`."""

    call_id: str
    times: str
    ewt: float = 0


TableName = Literal["CustomerAgentMap", "AgentWorkload", "queues"]


class Tables(Protocol):
    """The articles' three tables and what reads them. Every method raises TablesUnavailable when it cannot."""

    def own_agent(self, customer_id: str) -> str | None:
        """The customer's own agent, or None."""

    def bind_agent(self, customer_id: str, agent_name: str, *, overwrite: bool = False) -> str:
        """Bind a customer to an agent; the first binding wins unless `overwrite`. Answers the agent bound now."""

    def least_loaded(self, call_type: str, count: int) -> list[WorkloadRow]:
        """The `count` least loaded agents of a call type, ascending; ties by agent name."""

    def workloads(self, call_type: str | None = None) -> list[WorkloadRow]:
        """All rows (of one call type, or all), ordered by call type, workload, agent name."""

    def set_workload(self, call_type: str, agent_name: str, workload: float) -> None:
        """Write one row; the newest wins."""

    def put_queue_record(self, record: QueueRecord, *, expires_at: Instant, now: Instant) -> QueueRecord:
        """Write when a call was queued; a live record of the same call stays as it is. Answers what stands."""

    def set_ewt(self, call_id: str, ewt: float, now: Instant) -> None:
        """Note the last wait told; nothing happens when there is no live record."""

    def queue_record(self, call_id: str, now: Instant) -> QueueRecord | None:
        """The call's record, if it has not expired at `now`."""

    def delete_queue_record(self, call_id: str) -> None:
        """Remove it; removing what is not there is fine."""

    def rows(self, table: TableName) -> Iterator[dict[str, Any]]:
        """Every row of a table with exactly the articles' field names, in key order."""

    def import_rows(self, table: TableName, rows: Iterable[dict[str, Any]], *, replace: bool = False) -> int:
        """Write rows, all or nothing; `replace` empties the table first. Answers how many.

        Raises TableFault naming every bad row (by its number, from 1), with nothing written.
        """

    def close(self) -> None:
        """Release everything."""


class Reading(msgspec.Struct, frozen=True):
    """What a workload source said, one observation for each agent and call type.

    `age` is how old it was when it was read, in real seconds. `unchanged` says that nothing changed since the
    last reading, and that the observations are left out. `rows` were read, `unassigned` of them are nobody's.
    """

    observations: tuple[WorkloadObservation, ...] = ()
    age: Seconds = 0.0
    unchanged: bool = False
    rows: int = 0
    unassigned: int = 0


class WorkloadReader(Protocol):
    """A source of offline workload that is asked. It may take its time: it is asked in a thread of its own."""

    def read(self) -> Reading:
        """All that the source says now, or nothing.

        Raises an OutsideFailure when it cannot be read, TableFault naming every bad row.
        """

    def close(self) -> None:
        """Release everything; doing so twice is fine."""


class Answer(msgspec.Struct, frozen=True):
    """What came of invoking a function: `payload` (JSON text) when `ok`, else `reason` and `detail`.

    `reason`: `raised`, `timeout`, `missing`, `crashed`, `too_large`, `not_json`.
    """

    ok: bool
    payload: str = ""
    reason: str = ""
    detail: str = ""


class Functions(Protocol):
    """Functions by ARN or name."""

    async def invoke(
        self, function: str, event: dict[str, Any], *, request_id: str, time_limit: Seconds
    ) -> Answer:
        """Invoke; an answer, an error or a timeout, never an exception. `request_id` is the idempotency key."""

    async def close(self) -> None:
        """End whatever still runs."""


class ServiceAnswer(msgspec.Struct, frozen=True):
    """What came of asking a service: `outcome` ('' or a named one) and `result` when `ok`, else why not.

    `reason`: `no_adapter`, `raised`, `timeout`, `missing`, `too_large`, `not_json`.
    """

    ok: bool
    outcome: str = ""
    result: dict[str, Any] = {}
    reason: str = ""
    detail: str = ""


class Services(Protocol):
    """The services that blocks need: bots, customer profiles, cases, views, data tables …, by name."""

    async def ask(
        self, service: str, operation: str, request: dict[str, Any], *, request_id: str, time_limit: Seconds
    ) -> ServiceAnswer:
        """Ask; an answer, an error or a timeout, never an exception.

        `request_id` is the idempotency key: what writes does so once for each.
        """

    async def close(self) -> None:
        """End whatever still runs."""


class ModelAnswer(msgspec.Struct, frozen=True):
    """What a model said: a score for each row, in their order, when `ok`, else why not.

    `reason`: `missing`, `raised`, `timeout`, `crashed`, `wrong_type` …
    """

    ok: bool
    scores: tuple[float, ...] = ()
    reason: str = ""
    detail: str = ""


class Models(Protocol):
    """Learned models by name. They keep nothing, so that asking twice is safe."""

    async def score(
        self,
        model: str,
        rows: Sequence[Sequence[float]],
        agents: Sequence[str],
        *,
        request_id: str,
        time_limit: Seconds,
    ) -> ModelAnswer:
        """Score each row, the higher the better; an answer, an error or a timeout, never an exception."""

    async def close(self) -> None:
        """End whatever still runs."""


class Media(Protocol):
    """The legs: customers' and agents' ends. Events come back as inputs through `send`."""

    def attach(self, send: Callable[[Input], None]) -> None:
        """From now on, what happens on a leg is told to `send`."""

    def perform(self, effect: Effect, now: Instant) -> None:
        """Do it; performing the same effect id twice does it once. Never blocks, never raises."""


class Notices(Protocol):
    """Whoever listens: facts as they become durable."""

    def publish(self, entries: Sequence[Entry]) -> None:
        """Tell; slow listeners are cut off, never waited for."""
