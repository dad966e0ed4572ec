"""The desk of the demonstration: the example centre with people who call, answer, and work off their cases."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from evenhand.adapters.files import read_centre
from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.adapters.tables.sqlite import SqliteTables
from evenhand.cli.init import write_starter
from evenhand.cli.running import RunningCentre, open_centre
from evenhand.errors import TablesUnavailable, UsageFault
from evenhand.host.clock import RealClock
from evenhand.host.host import Host
from evenhand.host.outside import Continuity
from evenhand.host.ports import Entry, Media, Notices
from evenhand.model.facts import ContactConnected
from evenhand.model.inputs import ContactArrived, ContactCleared, ContactHungUp, StatusSet
from evenhand.simulation.live import LivePeople
from evenhand.simulation.people import Habits, People

__all__ = ["CALL_TYPE", "HABITS", "NUMBER", "Desk", "open_desk"]

NUMBER = "+12025550102"
"""Least loaded with honest wait: own agent first, then the least loaded; whoever queues hears the wait."""

CALL_TYPE = "mortgage-originations"

HABITS = Habits(between_calls=14.0, patience=420.0, leave=0.06)
"""A little more than three people can take, so that a queue builds up and some give up."""

REGULARS = {
    f"+120255501{last}": agent
    for last, agent in zip(range(71, 80), ("chloe", "anna", "ben") * 3, strict=True)
}
"""Customers with an own agent: the two of the example's table and seven more."""

_MARK = "demo.txt"
_CASE_SECONDS = 40.0


class Cases:
    """The specialists' other work. A call brings the one who took it a case; cases are worked off in time."""

    def __init__(self, tables: SqliteTables, clock: RealClock, seed: int) -> None:
        self._tables = tables
        self._clock = clock
        self._dice = random.Random(seed + 1)

    def publish(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            for fact in entry.facts:
                if isinstance(fact, ContactConnected):
                    self._add(fact.agent, 1.0)

    async def work_off(self) -> None:
        """Until cancelled, one case at a time is done somewhere, mostly where there are many."""
        while True:
            seconds = self._dice.expovariate(1.0 / _CASE_SECONDS)
            await asyncio.sleep(self._clock.real_seconds(seconds))
            rows = [row for row in self._tables.workloads(CALL_TYPE) if row.workload >= 1]
            if rows:
                weights = [row.workload for row in rows]
                self._add(self._dice.choices(rows, weights)[0].agent_name, -2.0)

    def close(self) -> None:
        """Nothing is worked off any more."""
        self._tables.close()

    def _add(self, agent: str, cases: float) -> None:
        try:
            for row in self._tables.workloads(CALL_TYPE):
                if row.agent_name == agent:
                    self._tables.set_workload(CALL_TYPE, agent, max(0.0, row.workload + cases))
        except TablesUnavailable:
            return  # The demonstration goes on; the centre itself says when it cannot read the table.


@asynccontextmanager
async def open_desk(
    folder: Path, seed: int, speed: float, listener: Notices, problem: Callable[[str], None]
) -> AsyncIterator[RunningCentre]:
    """The example centre in `folder`, made if need be, with everybody at work. Data go to the same folder."""
    desk = Desk(folder, seed)

    def media(clock: RealClock) -> tuple[Media, Sequence[Notices]]:
        legs, cases = desk.people(clock)
        return legs, (legs, listener, cases)

    async with (
        open_centre(folder, folder, media, speed=speed, problem=problem) as running,
        desk.at_work(running.host, running.continuity),
    ):
        yield running


class Desk:
    """The demonstration's centre in `folder`, made if need be, and its people."""

    def __init__(self, folder: Path, seed: int) -> None:
        _prepare(folder)
        self._tables = folder / read_centre(folder).tables
        # A folder that was used before has contacts of these names already: the people have to be others.
        self._seed = seed + _entries_of(folder / "journal.db")
        self._made: tuple[LivePeople, Cases]

    def people(self, clock: RealClock) -> tuple[LivePeople, Cases]:
        """Those who call and answer, and the other work of those who answer."""
        people = People(
            seed=self._seed, habits=HABITS, customers=list(REGULARS), newcomers=0.7, number=NUMBER
        )
        tables = SqliteTables(self._tables)
        for customer, agent in REGULARS.items():
            tables.bind_agent(customer, agent)
        self._made = LivePeople(people, clock), Cases(tables, clock, self._seed)
        return self._made

    @asynccontextmanager
    async def at_work(self, host: Host, continuity: Continuity) -> AsyncIterator[None]:
        """They call and answer while inside."""
        legs, cases = self._made
        _begin(host)
        tasks = [asyncio.create_task(_calls(legs, host, continuity)), asyncio.create_task(cases.work_off())]
        try:
            yield
        finally:
            legs.open = False
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            cases.close()


def _prepare(folder: Path) -> None:
    """The example in a folder of its own. Raises UsageFault for a centre that is not a demonstration's."""
    mark = folder / _MARK
    if mark.exists():
        return
    if (folder / "centre.toml").exists():
        raise UsageFault(
            "a centre is here already, and the demonstration would write into its tables.",
            where=str(folder),
            way_out="name a new folder with --data.",
        )
    write_starter(folder)
    mark.write_text("Made by `evenhand demo`; delete the whole folder when you are done with it.\n")


def _entries_of(file: Path) -> int:
    if not file.exists():
        return 0
    journal = SqliteJournal(file)
    try:
        return journal.last_sequence()
    finally:
        journal.close()


def _begin(host: Host) -> None:
    """Everybody is at work. Whoever was there when an earlier demonstration stopped is not there any more."""
    for contact_id in list(host.centre.contacts):
        host.tell(ContactHungUp(contact_id))
    for agent in host.centre.distributor.agents.values():
        for contact_id in list(agent.slots):
            host.tell(ContactCleared(contact_id, agent.name))
        # Offline first: who was available before becomes so anew, and whoever watches sees it.
        for status in ("Offline", "Available"):
            host.tell(StatusSet(agent.name, status))


async def _calls(legs: LivePeople, host: Host, continuity: Continuity) -> None:
    """The first customer calls at once, so that nobody looks at an empty board; then they come as they come."""
    _, happening = legs.people.next_call()
    first = happening()
    if isinstance(first, ContactArrived):
        host.tell(await continuity.with_own_agent(first))
        legs.plan(legs.people.patience_of(first.contact_id))
    await legs.call(host, continuity)
