"""Offline workload as a contract: weights, age, staleness, provisional load, and the returner."""

from __future__ import annotations

import math

import pytest

from evenhand.assessment.workload import Workload
from evenhand.model.definition import WorkloadContract
from evenhand.model.inputs import WorkloadObservation


class Desk:
    """A workload with its reminders, and who was told to have moved."""

    def __init__(self, contract: WorkloadContract) -> None:
        self.reminders: list[tuple[float, str, str]] = []
        self.moved: list[str] = []
        self.workload = Workload(
            lambda *due: self.reminders.append(due),
            self.moved.append,
            lambda: self.moved.append("everybody"),
        )
        self.workload.define(contract, 0.0)

    def observe(self, at: float, now: float | None = None, **loads: float) -> tuple[int, int]:
        rows = tuple(
            WorkloadObservation("billing", agent, {"workload": load}) for agent, load in loads.items()
        )
        return self.workload.observe(rows, at, "table", at if now is None else now)

    def load(self, agent: str) -> float:
        return self.workload.load("billing", agent)

    def wait(self, until: float) -> None:
        """Every reminder that is due by then."""
        for due, kind, key in sorted(self.reminders):
            if due <= until:
                self.workload.remind(kind, key, due)


def test_only_weighted_kinds_count() -> None:
    """Each kind of work counts by its weight, and a kind without one does not count."""
    desk = Desk(WorkloadContract(weights={"cases": 2.0, "mail": 0.5}))
    rows = (WorkloadObservation("billing", "ana", {"cases": 3.0, "mail": 4.0, "tea": 100.0}),)
    desk.workload.observe(rows, 10.0, "", 10.0)
    assert desk.load("ana") == 8.0


def test_an_older_observation_is_ignored() -> None:
    """What was observed earlier than what is known changes nothing and is counted as ignored."""
    desk = Desk(WorkloadContract())
    assert desk.observe(20.0, ana=5.0) == (1, 0)
    assert desk.observe(10.0, now=21.0, ana=9.0, bo=1.0) == (1, 1)
    assert (desk.load("ana"), desk.load("bo")) == (5.0, 1.0)


def test_call_types_are_apart() -> None:
    """Work for one call type says nothing about another; who was never observed has none."""
    desk = Desk(WorkloadContract())
    desk.observe(10.0, ana=5.0)
    assert desk.workload.load("sales", "ana") == 0.0
    assert desk.workload.facts("sales", "ana", 11.0) == (0.0, 0.0, None, False)
    assert desk.workload.facts("billing", "ana", 11.0) == (5.0, 0.0, 1.0, False)


def test_data_becomes_stale_at_the_end_of_its_freshness() -> None:
    """Just before the limit data is fresh, at the limit it is stale, and the source says so."""
    desk = Desk(WorkloadContract(freshness=300.0, when_stale="ignore"))
    desk.observe(10.0, ana=5.0)
    desk.workload.remind("stale", "", 309.9)
    assert desk.load("ana") == 5.0
    desk.moved.clear()
    desk.workload.remind("stale", "", 310.0)
    assert desk.load("ana") == desk.load("never observed") == math.inf
    assert desk.moved == ["everybody"]
    assert desk.workload.source == "table; stale, ignored"
    assert desk.workload.facts("billing", "ana", 310.0) == (5.0, 0.0, 300.0, True)


def test_stale_data_can_go_on_counting() -> None:
    """With `use_last` the last values stand, and the source says so."""
    desk = Desk(WorkloadContract(freshness=300.0))
    desk.observe(10.0, ana=5.0)
    desk.wait(310.0)
    assert desk.load("ana") == 5.0
    assert desk.workload.source == "table; stale, last values used"


def test_a_reading_makes_stale_data_fresh() -> None:
    """A new reading ends staleness for everybody at once."""
    desk = Desk(WorkloadContract(freshness=300.0, when_stale="ignore"))
    desk.observe(10.0, ana=5.0, bo=2.0)
    desk.wait(310.0)
    desk.moved.clear()
    desk.observe(400.0, ana=6.0)
    assert (desk.load("ana"), desk.load("bo")) == (6.0, 2.0)
    assert desk.moved == ["everybody"]


def test_a_shorter_freshness_holds_at_once() -> None:
    """A changed contract judges the age of what was observed before."""
    desk = Desk(WorkloadContract(freshness=300.0, when_stale="ignore"))
    desk.observe(10.0, ana=5.0)
    desk.workload.define(WorkloadContract(freshness=50.0, when_stale="ignore"), 70.0)
    assert desk.load("ana") == math.inf
    desk.workload.define(WorkloadContract(freshness=90.0, when_stale="ignore"), 70.0)
    assert desk.load("ana") == 5.0
    assert (100.0, "stale", "") in desk.reminders


def test_a_failed_source_keeps_the_last_values() -> None:
    """A source that is down is named with its problem; the values stand until they are stale."""
    desk = Desk(WorkloadContract())
    assert desk.workload.source == "table AgentWorkload: not read yet"
    desk.observe(10.0, ana=5.0)
    desk.workload.fail("disk full", "")
    assert desk.load("ana") == 5.0
    assert desk.workload.source == "table: disk full"
    desk.observe(20.0, ana=4.0)
    assert desk.workload.source == "table"


def test_a_given_contact_adds_load() -> None:
    """A contact that was given to an agent counts at once, and its agent is ranked anew."""
    desk = Desk(WorkloadContract(provisional=1.5))
    desk.observe(10.0, ana=5.0)
    desk.moved.clear()
    desk.workload.give("ana", "c1", 11.0)
    desk.workload.give("ana", "c2", 12.0)
    assert desk.load("ana") == 8.0
    assert desk.moved == ["ana", "ana"]
    assert desk.workload.facts("billing", "ana", 12.0)[:2] == (5.0, 3.0)


def test_an_offer_that_came_to_nothing_takes_its_load_back() -> None:
    """Only the load of that contact goes."""
    desk = Desk(WorkloadContract())
    desk.workload.give("ana", "c1", 11.0)
    desk.workload.give("ana", "c2", 12.0)
    desk.workload.take_back("ana", "c1")
    assert desk.load("ana") == 1.0
    desk.workload.take_back("ana", "c2")
    assert desk.load("ana") == 0.0
    assert desk.workload.state.additions == {}


def test_the_source_catches_up() -> None:
    """An observation made `catch_up` seconds after the contact retires its load, an earlier one does not."""
    desk = Desk(WorkloadContract(catch_up=30.0))
    desk.workload.give("ana", "c1", 100.0)
    desk.observe(129.9, ana=5.0)
    assert desk.load("ana") == 6.0
    desk.observe(130.0, ana=6.0)
    assert desk.load("ana") == 6.0
    assert desk.workload.state.additions == {}


def test_an_observation_retires_only_whom_it_names() -> None:
    """An agent who is missing from a reading keeps the provisional load."""
    desk = Desk(WorkloadContract())
    desk.workload.give("ana", "c1", 100.0)
    desk.workload.give("bo", "c2", 100.0)
    desk.observe(130.0, ana=1.0)
    assert (desk.load("ana"), desk.load("bo")) == (1.0, 1.0)


def test_provisional_load_does_not_live_for_ever() -> None:
    """Where the source never catches up the load goes after its lifetime, not before."""
    desk = Desk(WorkloadContract(provisional_lifetime=60.0))
    desk.workload.give("ana", "c1", 100.0)
    assert (160.0, "load", "ana") in desk.reminders
    desk.workload.remind("load", "ana", 159.9)
    assert desk.load("ana") == 1.0
    desk.workload.remind("load", "ana", 160.0)
    assert desk.load("ana") == 0.0


def test_the_returner_starts_at_the_mean_and_comes_down() -> None:
    """Someone back from leave with an empty desk ranks like the others and is on their own after the ramp."""
    desk = Desk(WorkloadContract(return_after=1000.0, return_ramp=400.0))
    desk.observe(10.0, ana=0.0, bo=6.0, cy=10.0)
    desk.workload.welcome("ana", 1000.0, ["bo", "cy"], 2000.0)
    loads = [desk.load("ana")]
    for until in (2100.0, 2200.0, 2300.0, 2400.0):
        desk.wait(until)
        loads.append(desk.load("ana"))
    assert loads == [8.0, 6.0, 4.0, 2.0, 0.0]


@pytest.mark.parametrize(("absent", "peers"), [(999.9, ["bo"]), (5000.0, [])])
def test_a_short_absence_or_an_empty_room_changes_nothing(absent: float, peers: list[str]) -> None:
    """No ramp after a short break, and none where there is nobody to compare with."""
    desk = Desk(WorkloadContract(return_after=1000.0))
    desk.observe(10.0, ana=0.0, bo=6.0)
    desk.workload.welcome("ana", absent, peers, 2000.0)
    assert desk.load("ana") == 0.0


def test_a_full_desk_needs_no_ramp() -> None:
    """Who comes back to more work than the others have is judged by it."""
    desk = Desk(WorkloadContract(return_after=1000.0))
    desk.observe(10.0, ana=20.0, bo=6.0)
    desk.workload.welcome("ana", 5000.0, ["bo"], 2000.0)
    assert desk.load("ana") == 20.0


def test_a_written_state_adds_up_to_the_same_number() -> None:
    """Many small additions come to the same load in a machine that was restored."""
    desk = Desk(WorkloadContract(provisional=0.1))
    for number in range(10):
        desk.workload.give("ana", f"c{number}", 1.0)
    other = Desk(WorkloadContract(provisional=0.1))
    other.workload.restore(desk.workload.state)
    assert other.load("ana") == desk.load("ana") == 1.0


def test_a_reading_of_the_whole_source_counts_for_rows_that_did_not_change() -> None:
    """Unchanged rows are as young as the reading, and their provisional load has done its service."""
    desk = Desk(WorkloadContract())
    desk.observe(100.0, ana=5.0, bo=3.0)
    desk.workload.give("bo", "c1", 110.0)
    assert desk.load("bo") == 4.0
    desk.workload.observe((), 120.0, "table", 121.0, whole=True)
    assert desk.load("bo") == 3.0
    assert desk.workload.facts("billing", "bo", 125.0) == (3.0, 0.0, 5.0, False)


def test_a_row_that_is_gone_counts_no_more() -> None:
    """Who has no row any more has no known work; an older reading does not bring it back."""
    desk = Desk(WorkloadContract())
    desk.observe(100.0, ana=5.0)
    desk.workload.observe((), 120.0, "table", 121.0, whole=True, gone=(("billing", "ana"),))
    assert desk.load("ana") == 0.0
    assert desk.workload.facts("billing", "ana", 125.0) == (0.0, 0.0, None, False)
    desk.observe(110.0, ana=5.0)
    assert desk.load("ana") == 0.0
