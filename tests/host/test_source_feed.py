"""Asking sources on a schedule: back-off, and readers that hang or break."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.assessment.terms import terms_of
from evenhand.centre.centre import Centre
from evenhand.errors import SourceUnavailable
from evenhand.host.host import Host
from evenhand.host.memory import MemoryJournal
from evenhand.host.ports import Reading
from evenhand.host.source_feed import SourceFeed, WorkloadFeeds, wait_after
from evenhand.model.definition import CentreDefinition, QueueDefinition, WorkloadContract
from evenhand.model.inputs import CentreDefined, WorkloadObservation
from evenhand.model.workload_sources import WorkloadSource
from tests.contracts.test_workload_sources import HandClock, Silence

CONTRACT = WorkloadContract(sources=(WorkloadSource(name="desk"), WorkloadSource(name="other")))


class Scripted:
    """A reader that does what a test says."""

    def __init__(self, does: Callable[[], Reading]) -> None:
        self.does = does

    def read(self) -> Reading:
        return self.does()

    def close(self) -> None:
        pass


def scripted(answers: list[Callable[[], Reading]]) -> Scripted:
    """One answer after the other."""

    def does() -> Reading:
        return answers.pop(0)()

    return Scripted(does)


def good(amount: float = 5.0, age: float = 0.0) -> Reading:
    return Reading((WorkloadObservation("billing", "ana", {"workload": amount}),), age=age)


def play(folder: Path, story: Callable[[Host, HandClock], Awaitable[None]]) -> None:
    async def run() -> None:
        clock = HandClock()
        host = Host(
            Centre(),
            journal=MemoryJournal(),
            fence=1,
            clock=clock,
            media=Silence(),
            functions=ProcessFunctions((), folder),
        )
        queues = (QueueDefinition(name="BasicQueue"),)
        host.send(CentreDefined(CentreDefinition(queues=queues, workload=CONTRACT)))
        try:
            await story(host, clock)
        finally:
            await host.close()

    asyncio.run(run())


def test_a_failing_source_is_asked_less_and_less_often() -> None:
    """Twice as long after each failure, five minutes at most; a wish to wait is granted up to that."""
    assert [wait_after(failures, 15.0) for failures in (0, 1, 2, 4, 5, 99)] == [15, 30, 60, 240, 300, 300]
    assert wait_after(1, 15.0, retry_after=90.0) == 90.0
    assert wait_after(1, 15.0, retry_after=99_999.0) == 300.0
    assert wait_after(3, 600.0) == 600.0


def test_a_reader_that_hangs_holds_up_nobody(tmp_path: Path) -> None:
    """It fails at its limit, is not asked a second time meanwhile, and the other source is read."""
    release, asked = threading.Event(), []

    def hangs() -> Reading:
        asked.append(1)
        release.wait(20.0)
        return good()

    async def story(host: Host, clock: HandClock) -> None:
        terms = terms_of(CONTRACT)
        slow = SourceFeed(host, Scripted(hangs), terms[0], time_limit=-0.9)
        quick = SourceFeed(host, Scripted(good), terms[1])
        await WorkloadFeeds([slow, quick]).read_once()
        workload = host.centre.workload
        assert workload.load("billing", "ana") == 5.0
        assert "did not answer within" in workload.source
        await slow.read_once()
        assert "still has not answered" in workload.source
        assert len(asked) == 1
        release.set()
        while "desk (" in workload.source:
            await asyncio.sleep(0)
            await slow.read_once()
        assert workload.load("billing", "ana") == 10.0

    play(tmp_path, story)


def test_a_reader_that_breaks_is_a_failure_and_not_the_end(tmp_path: Path) -> None:
    """A fault of ours in a reader is told like one of theirs, and the source is asked again."""
    answers: list[Callable[[], Reading]] = [lambda: 1 / 0, good]  # type: ignore[list-item, return-value]

    async def story(host: Host, clock: HandClock) -> None:
        feed = SourceFeed(host, scripted(answers), terms_of(CONTRACT)[0])
        await feed.read_once()
        assert "ZeroDivisionError" in host.centre.workload.source
        await feed.read_once()
        assert host.centre.workload.load("billing", "ana") == 5.0

    play(tmp_path, story)


def test_a_reading_without_news_is_told_only_when_it_is_younger(tmp_path: Path) -> None:
    """An unchanged answer makes data young; an unchanged file is as old as it is, and the journal stays small."""
    readings = [
        good(age=10.0),
        Reading(unchanged=True, age=20.0),
        Reading(unchanged=True),
        Reading(unchanged=True),
    ]

    async def story(host: Host, clock: HandClock) -> None:
        feed = SourceFeed(host, Scripted(lambda: readings.pop(0)), terms_of(CONTRACT)[0])
        ages = []
        for _ in range(4):
            before = await last(host)
            await feed.read_once()
            ages.append(
                (
                    host.centre.workload.parts("billing", "ana", clock.now())[0].age,
                    await last(host) > before + 1,
                )
            )
            clock.time += 10.0
        assert ages == [(10.0, True), (20.0, False), (0.0, True), (0.0, True)]

    async def last(host: Host) -> int:
        from evenhand.model.inputs import Tick

        return host.send(Tick())

    play(tmp_path, story)


def test_an_unchanged_reading_after_a_failure_ends_the_trouble(tmp_path: Path) -> None:
    """Otherwise a file that could not be read for a moment would look broken until its next change."""

    def fails() -> Reading:
        raise SourceUnavailable("no such disk")

    answers: list[Callable[[], Reading]] = [
        lambda: good(age=10.0),
        fails,
        lambda: Reading(unchanged=True, age=10.0),
    ]

    async def story(host: Host, clock: HandClock) -> None:
        feed = SourceFeed(host, scripted(answers), terms_of(CONTRACT)[0])
        for problem in ("", "no such disk", ""):
            await feed.read_once()
            assert host.centre.workload.state.sources["desk"].problem == problem

    play(tmp_path, story)


@pytest.mark.parametrize("backs_off", [True, False])
def test_the_schedule_goes_on_after_a_failure(tmp_path: Path, backs_off: bool) -> None:
    """`run` asks again and again until it is cancelled."""
    asked = []

    def fails_once() -> Reading:
        asked.append(1)
        if len(asked) == 1:
            raise SourceUnavailable("down")
        return good()

    async def story(host: Host, clock: HandClock) -> None:
        terms = terms_of(WorkloadContract(sources=(WorkloadSource(name="desk", poll=0.001),)))[0]
        feeds = WorkloadFeeds([SourceFeed(host, Scripted(fails_once), terms, backs_off=backs_off)])
        running = asyncio.create_task(feeds.run())
        await feeds.first(5.0)
        while host.centre.workload.load("billing", "ana") == 0.0:
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    play(tmp_path, story)
