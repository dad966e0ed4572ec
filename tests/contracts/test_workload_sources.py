"""What every kind of source of offline workload promises. A new one joins by one line in `SOURCES`.

Fresh readings count, a failure keeps the last values, old age is noticed, a recovery counts at once, bad rows
are named and nothing half is taken, and who is gone counts no more.
"""

from __future__ import annotations

import asyncio
import csv
import json
import math
import os
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.adapters.workload import open_reader
from evenhand.assessment.terms import SourceTerms, terms_of
from evenhand.centre.centre import Centre
from evenhand.errors import TablesUnavailable
from evenhand.host.host import Host
from evenhand.host.memory import MemoryJournal, MemoryTables
from evenhand.host.ports import Entry, WorkloadReader, WorkloadRow
from evenhand.host.pushed import PushDesk
from evenhand.host.source_feed import SourceFeed
from evenhand.model.definition import CentreDefinition, QueueDefinition, WorkloadContract
from evenhand.model.effects import Effect
from evenhand.model.facts import WorkloadNoted
from evenhand.model.inputs import CentreDefined, Tick
from evenhand.model.workload_sources import WorkloadSource
from tests.adapters.local_server import LocalServer, Says

Row = tuple[str, str, Any]
START = 1_800_000_000.0
FRESHNESS = 300.0


class HandClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> float:
        return self.time

    def real_seconds(self, seconds: float) -> float:
        return seconds


class Silence:
    def attach(self, send: object) -> None:
        pass

    def perform(self, effect: Effect, now: float) -> None:
        pass


class Written:
    """Keeps the facts that became durable."""

    def __init__(self) -> None:
        self.noted: list[WorkloadNoted] = []

    def publish(self, entries: list[Entry]) -> None:
        self.noted += [fact for entry in entries for fact in entry.facts if isinstance(fact, WorkloadNoted)]


class Rig:
    """A kind of source under test: what it says, and how it fails."""

    source: WorkloadSource

    def __init__(self, folder: Path, clock: HandClock) -> None:
        self.folder = folder
        self.clock = clock

    def begin(self, host: Host, terms: SourceTerms) -> None:
        """The centre is open."""
        reader = self.reader()
        self.feed = SourceFeed(host, reader, terms, words="under test")

    def reader(self) -> WorkloadReader:
        reader = open_reader(self.source, self.folder, MemoryTables(), {})
        assert reader is not None
        return reader

    def put(self, rows: list[Row]) -> None:
        """From now on the source says this."""
        raise NotImplementedError

    def breaks(self) -> None:
        """From now on it cannot be read."""
        raise NotImplementedError

    async def look(self) -> None:
        await self.feed.read_once()

    def end(self) -> None:
        self.feed.close()


class FlakyTables(MemoryTables):
    broken = False

    def workloads(self, call_type: str | None = None) -> list[WorkloadRow]:
        if self.broken:
            raise TablesUnavailable("the database is locked")
        return super().workloads(call_type)


class TableRig(Rig):
    source = WorkloadSource(name="under test")

    def reader(self) -> WorkloadReader:
        self.tables = FlakyTables()
        reader = open_reader(self.source, self.folder, self.tables, {})
        assert reader is not None
        return reader

    def put(self, rows: list[Row]) -> None:
        self.tables.broken = False
        given = [{"callType": c, "agentName": a, "workload": amount} for c, a, amount in rows]
        self.tables.import_rows("AgentWorkload", given, replace=True)

    def breaks(self) -> None:
        self.tables.broken = True


class CsvRig(Rig):
    source = WorkloadSource(name="under test", kind="csv", file="work.csv")

    def reader(self) -> WorkloadReader:
        from evenhand.adapters.workload.csv_file import CsvReader

        return CsvReader(self.folder / "work.csv", self.source, now=self.clock.now)

    def put(self, rows: list[Row]) -> None:
        path = self.folder / "work.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([("callType", "agentName", "workload"), *rows])
        written = self.clock.now() - 2.0
        os.utime(path, (written, written))

    def breaks(self) -> None:
        (self.folder / "work.csv").unlink()


class SqlRig(Rig):
    source = WorkloadSource(
        name="under test",
        kind="sql",
        url="sqlite:///work.db",
        query="SELECT callType, agentName, workload FROM w",
    )

    def reader(self) -> WorkloadReader:
        pytest.importorskip("sqlalchemy")
        return super().reader()

    def put(self, rows: list[Row]) -> None:
        with sqlite3.connect(self.folder / "work.db") as database:
            database.execute("CREATE TABLE IF NOT EXISTS w (callType, agentName, workload)")
            database.execute("DELETE FROM w")
            database.executemany("INSERT INTO w VALUES (?, ?, ?)", rows)
        database.close()

    def breaks(self) -> None:
        with sqlite3.connect(self.folder / "work.db") as database:
            database.execute("DROP TABLE w")
        database.close()


class HttpRig(Rig):
    def reader(self) -> WorkloadReader:
        self.says = Says([])
        self.server = LocalServer(lambda asked: self.says)
        self.server.__enter__()
        self.source = WorkloadSource(
            name="under test", kind="http", url=self.server.url + "/work", rows="work"
        )
        return super().reader()

    def put(self, rows: list[Row]) -> None:
        keys = ("call_type", "agent", "amount")
        self.says = Says({"work": [dict(zip(keys, row, strict=True)) for row in rows]})

    def breaks(self) -> None:
        self.says = Says("down", 503)

    def end(self) -> None:
        super().end()
        self.server.__exit__(None, None, None)


class PushRig(Rig):
    """Nobody asks: what it says it says itself, and failing is saying what cannot be read."""

    source = WorkloadSource(name="under test", kind="push", token_from="TOKEN")

    def begin(self, host: Host, terms: SourceTerms) -> None:
        self.desk = PushDesk(host, self.source, terms, "secret")
        self.body = b""
        self.events = 0

    def put(self, rows: list[Row]) -> None:
        keys = ("callType", "agent", "amount")
        self.rows: list[dict[str, Any]] | None = [dict(zip(keys, row, strict=True)) for row in rows]

    def breaks(self) -> None:
        self.rows = None

    async def look(self) -> None:
        from datetime import UTC, datetime

        self.events += 1
        at = datetime.fromtimestamp(self.clock.now(), UTC).isoformat()
        event = {"event": f"e{self.events}", "at": at, "whole": True, "rows": self.rows}
        self.answer = await self.desk.post("Bearer secret", json.dumps(event).encode())

    def end(self) -> None:
        pass


SOURCES: dict[str, Callable[[Path, HandClock], Rig]] = {
    "table": TableRig,
    "csv": CsvRig,
    "sql": SqlRig,
    "http": HttpRig,
    "push": PushRig,
}


class Stage:
    """A centre with the source under test as its only one."""

    def __init__(self, rig: Rig, host: Host, clock: HandClock, written: Written) -> None:
        self.rig = rig
        self.host = host
        self.clock = clock
        self.written = written
        self.workload = host.centre.workload

    async def look(self, rows: list[Row] | None = None, *, after: float = 5.0) -> None:
        """Time passes, the source says this (or what it said), and is looked at."""
        self.clock.time += after
        if rows is not None:
            self.rig.put(rows)
        await self.rig.look()

    def load(self, agent: str, call_type: str = "billing") -> float:
        return self.workload.load(call_type, agent)

    def wait(self, seconds: float) -> None:
        self.clock.time += seconds
        self.host.send(Tick())

    async def problems(self) -> list[str]:
        """What was noted against the source."""
        await self.host.saved(self.host.send(Tick()))
        return [fact.problem for fact in self.written.noted if fact.problem]


Story = Callable[[Stage], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture(params=SOURCES)
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Play:
    """Plays a story with each kind of source; the data is ignored once it is stale."""

    def run(story: Story) -> None:
        asyncio.run(staged(request.param, tmp_path, story))

    return run


async def staged(kind: str, folder: Path, story: Story) -> None:
    clock, written = HandClock(), Written()
    host = Host(
        Centre(),
        journal=MemoryJournal(),
        fence=1,
        clock=clock,
        media=Silence(),
        functions=ProcessFunctions((), folder),
        notices=(written,),  # type: ignore[arg-type]
    )
    rig = SOURCES[kind](folder, clock)
    source = msgspec.structs.replace(
        getattr(rig, "source", WorkloadSource(name="under test")), when_stale="ignore", freshness=FRESHNESS
    )
    contract = WorkloadContract(sources=(source,))
    queues = (QueueDefinition(name="BasicQueue"),)
    host.send(CentreDefined(CentreDefinition(queues=queues, workload=contract)))
    rig.begin(host, terms_of(contract)[0])
    try:
        await story(Stage(rig, host, clock, written))
    finally:
        rig.end()
        await host.close()


def test_a_fresh_reading_counts(play: Play) -> None:
    """What the source says ranks at once, by call type and agent, and it has an age."""

    async def story(stage: Stage) -> None:
        await stage.look([("billing", "ana", 5), ("billing", "bo", 2.5), ("loans", "ana", 1)])
        assert (stage.load("ana"), stage.load("bo"), stage.load("ana", "loans")) == (5.0, 2.5, 1.0)
        (part,) = stage.workload.parts("billing", "ana", stage.clock.now() + 10.0)
        assert (part.source, part.workload, part.stale) == ("under test", 5.0, False)
        assert 10.0 <= part.age <= 13.0
        assert stage.workload.source == "under test"

    play(story)


def test_the_newest_reading_replaces_the_one_before(play: Play) -> None:
    """More, less and new work all count with the next reading."""

    async def story(stage: Stage) -> None:
        await stage.look([("billing", "ana", 5), ("billing", "bo", 2)])
        await stage.look([("billing", "ana", 1), ("billing", "bo", 2), ("billing", "cy", 9)])
        assert [stage.load(agent) for agent in ("ana", "bo", "cy")] == [1.0, 2.0, 9.0]

    play(story)


def test_who_is_gone_counts_no_more(play: Play) -> None:
    """An agent whom the source names no longer has no known work."""

    async def story(stage: Stage) -> None:
        await stage.look([("billing", "ana", 5), ("billing", "bo", 2)])
        await stage.look([("billing", "bo", 2)])
        assert (stage.load("ana"), stage.load("bo")) == (0.0, 2.0)
        assert stage.workload.facts("billing", "ana", stage.clock.now())[2] is None

    play(story)


def test_a_failure_keeps_the_last_values(play: Play) -> None:
    """A source that cannot be read changes no number; whoever is asked says what is wrong."""

    async def story(stage: Stage) -> None:
        await stage.look([("billing", "ana", 5)])
        stage.rig.breaks()
        await stage.look()
        assert stage.load("ana") == 5.0
        if isinstance(stage.rig, PushRig):
            assert stage.rig.answer.status == 400
            assert await stage.problems() == []
        else:
            (problem,) = await stage.problems()
            assert problem in stage.workload.source

    play(story)


def test_a_source_that_fails_for_long_is_stale(play: Play) -> None:
    """Once its last good reading is as old as its freshness the source no longer counts."""

    async def story(stage: Stage) -> None:
        await stage.look([("billing", "ana", 5)])
        stage.rig.breaks()
        await stage.look()
        stage.wait(FRESHNESS - 10.0)
        assert stage.load("ana") == 5.0
        stage.wait(10.0)
        assert stage.load("ana") == math.inf
        assert "stale, ignored" in stage.workload.source

    play(story)


def test_a_source_that_recovers_counts_at_once(play: Play) -> None:
    """The first good reading ends both the trouble and the staleness."""

    async def story(stage: Stage) -> None:
        await stage.look([("billing", "ana", 5)])
        stage.rig.breaks()
        await stage.look()
        stage.wait(FRESHNESS)
        assert stage.load("ana") == math.inf
        await stage.look([("billing", "ana", 4)])
        assert stage.load("ana") == 4.0
        assert stage.workload.source == "under test"

    play(story)


def test_a_bad_row_is_named_and_nothing_half_is_taken(play: Play) -> None:
    """One row that cannot be taken leaves the whole reading out, and somebody is told which row it was."""

    async def story(stage: Stage) -> None:
        await stage.look([("billing", "ana", 5), ("billing", "bo", 2)])
        if isinstance(stage.rig, TableRig):
            # The table refuses such a row when it is written.
            return
        await stage.look([("billing", "ana", 1), ("billing", "bo", "many")])
        assert (stage.load("ana"), stage.load("bo")) == (5.0, 2.0)
        if isinstance(stage.rig, PushRig):
            assert stage.rig.answer.status == 400
            (row,) = stage.rig.answer.body["rows"]
            assert (row["place"], row["field"]) == ("row 2", "amount")
            assert "'many' is not a number" in row["message"]
        else:
            (problem,) = await stage.problems()
            assert "1 of 2 rows cannot be taken" in problem
            assert ("line 3" if isinstance(stage.rig, CsvRig) else "row 2") in problem
            assert "'many' is not a number" in problem
        await stage.look([("billing", "ana", 1)])
        assert (stage.load("ana"), stage.load("bo")) == (1.0, 0.0)

    play(story)


def test_provisional_load_goes_when_the_source_catches_up(play: Play) -> None:
    """A contact counts until the source was read after it, whether its number changed or not."""

    async def story(stage: Stage) -> None:
        await stage.look([("billing", "ana", 5), ("billing", "bo", 1)])
        stage.workload.give("ana", "c1", stage.clock.now())
        assert stage.load("ana") == 6.0
        await stage.look([("billing", "ana", 5), ("billing", "bo", 2)], after=30.0)
        assert stage.load("ana") == 5.0

    play(story)
