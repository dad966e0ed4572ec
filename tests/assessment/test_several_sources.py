"""Several sources of offline workload: each on terms of its own, and the load of an agent their sum."""

from __future__ import annotations

import math
import random

import msgspec
import pytest

from evenhand.assessment.workload import Workload, WorkloadState
from evenhand.model.decision import WorkloadPart
from evenhand.model.definition import WorkloadContract
from evenhand.model.inputs import WorkloadObservation
from evenhand.model.workload_sources import WorkloadSource

TICKETS = WorkloadSource(name="tickets", freshness=100.0, when_stale="ignore")
FILES = WorkloadSource(
    name="files",
    freshness=1000.0,
    weights={"mortgage_file": {"new": 2.0, "waiting": 0.2}, "mail": 0.5, "call": {"*": 3.0}},
)


class Desk:
    """A workload with its reminders."""

    def __init__(self, *sources: WorkloadSource, **rest: float) -> None:
        self.reminders: list[tuple[float, str, str]] = []
        self.moved: list[str] = []
        self.contract = WorkloadContract(sources=sources, **rest)  # type: ignore[arg-type]
        self.workload = Workload(
            lambda *due: self.reminders.append(due),
            self.moved.append,
            lambda: self.moved.append("everybody"),
        )
        self.workload.define(self.contract, 0.0)

    def says(self, source: str, at: float, *, whole: bool = True, **loads: float) -> tuple[int, int]:
        rows = tuple(WorkloadObservation("billing", who, {"workload": load}) for who, load in loads.items())
        return self.workload.observe(rows, at, source, at, whole=whole)

    def file(self, at: float, agent: str, **states: float) -> None:
        row = WorkloadObservation("billing", agent, {}, {"mortgage_file": states})
        self.workload.observe((row,), at, "files", at, whole=True)

    def load(self, agent: str, call_type: str = "billing") -> float:
        return self.workload.load(call_type, agent)

    def wait(self, until: float) -> None:
        for due, kind, key in sorted(self.reminders):
            if due <= until:
                self.workload.remind(kind, key, due)


def test_the_load_is_the_sum_over_the_sources() -> None:
    """Tickets and files add up; whom only one knows has what that one says."""
    desk = Desk(TICKETS, FILES)
    desk.says("tickets", 10.0, ana=5.0, bo=1.0)
    desk.file(20.0, "ana", new=3.0, waiting=10.0)
    assert (desk.load("ana"), desk.load("bo"), desk.load("cy")) == (13.0, 1.0, 0.0)
    desk.file(30.0, "ana", new=1.0)
    assert desk.load("ana") == 7.0


def test_weights_go_by_kind_and_state() -> None:
    """A state has its own weight; a number weighs every state; a state without a weight does not count."""
    desk = Desk(FILES)
    states = {"mortgage_file": {"new": 1.0, "lost": 50.0}, "mail": {"read": 4.0}, "call": {"x": 2.0}}
    row = WorkloadObservation("billing", "ana", {"mail": 2.0, "mortgage_file": 9.0, "tea": 7.0}, states)
    desk.workload.observe((row,), 10.0, "files", 10.0)
    assert desk.load("ana") == 2.0 + 2.0 + 6.0 + 1.0


def test_a_stale_source_is_left_out_for_everybody_and_the_others_count_on() -> None:
    """Each source has its own freshness; one that is stale and ignored takes nothing from the others."""
    desk = Desk(TICKETS, FILES)
    desk.says("tickets", 10.0, ana=5.0, bo=1.0)
    desk.file(10.0, "ana", new=1.0)
    desk.moved.clear()
    desk.wait(110.0)
    assert (desk.load("ana"), desk.load("bo")) == (2.0, 0.0)
    assert desk.moved == ["everybody"]
    assert desk.workload.source == "tickets (stale, ignored) + files"
    desk.says("tickets", 120.0, ana=4.0, bo=1.0)
    assert (desk.load("ana"), desk.load("bo")) == (6.0, 1.0)


def test_where_every_source_is_stale_and_ignored_nothing_is_known() -> None:
    """Then everybody ranks alike; a failing source says why."""
    also = WorkloadSource(name="mails", freshness=50.0, when_stale="ignore")
    desk = Desk(TICKETS, also)
    desk.says("tickets", 10.0, ana=5.0)
    desk.says("mails", 10.0, ana=1.0)
    desk.workload.fail("HTTP 503", "mails")
    desk.wait(110.0)
    assert desk.load("ana") == desk.load("never") == desk.load("ana", "loans") == math.inf
    assert desk.workload.source == "tickets (stale, ignored) + mails (HTTP 503; stale, ignored)"
    assert desk.workload.facts("billing", "ana", 110.0) == (6.0, 0.0, 100.0, True)


def test_a_source_speaks_for_its_call_types_alone() -> None:
    """Rows of other call types are left out, and its silence blinds only its own call types."""
    loans = WorkloadSource(name="loans", call_types=("loans",), freshness=50.0, when_stale="ignore")
    desk = Desk(TICKETS, loans)
    rows = (
        WorkloadObservation("loans", "ana", {"workload": 2.0}),
        WorkloadObservation("billing", "ana", {"workload": 9.0}),
    )
    assert desk.workload.observe(rows, 10.0, "loans", 10.0, whole=True) == (1, 1)
    assert (desk.load("ana", "loans"), desk.load("ana")) == (2.0, 0.0)
    only = Desk(loans)
    only.workload.observe(rows, 10.0, "loans", 10.0, whole=True)
    only.wait(60.0)
    assert (only.load("ana", "loans"), only.load("ana")) == (math.inf, 0.0)


def test_provisional_load_goes_with_the_source_that_it_waits_for() -> None:
    """Each source retires its own part; another that is read meanwhile retires nothing."""
    desk = Desk(
        msgspec.structs.replace(TICKETS, provisional=1.0),
        msgspec.structs.replace(FILES, provisional=0.5, catch_up=30.0),
        WorkloadSource(name="mails"),
    )
    desk.workload.give("ana", "c1", 100.0)
    assert desk.load("ana") == 1.5
    desk.says("mails", 110.0)
    assert desk.load("ana") == 1.5
    desk.says("tickets", 110.0)
    assert desk.load("ana") == 0.5
    desk.says("files", 129.0)
    assert desk.load("ana") == 0.5
    desk.says("files", 130.0)
    assert desk.load("ana") == 0.0
    assert desk.workload.state.additions == {}


def test_the_amount_of_the_contract_waits_for_the_first_source() -> None:
    """Where no source has an amount of its own, a contact counts once and not once a source."""
    desk = Desk(TICKETS, FILES, provisional=2.0)
    desk.workload.give("ana", "c1", 100.0)
    assert desk.load("ana") == 2.0
    desk.says("files", 110.0)
    assert desk.load("ana") == 2.0
    desk.says("tickets", 110.0)
    assert desk.load("ana") == 0.0


def test_the_returner_is_measured_by_the_sum() -> None:
    """The mean of the others, over all sources together."""
    desk = Desk(TICKETS, FILES, return_after=1000.0, return_ramp=400.0)
    desk.says("tickets", 10.0, ana=0.0, bo=6.0, cy=2.0)
    desk.file(10.0, "bo", new=4.0)
    desk.workload.welcome("ana", 1000.0, ["bo", "cy"], 50.0)
    assert desk.load("ana") == 8.0


def test_a_source_that_nobody_knows_changes_nothing() -> None:
    """News of a source that was taken out of the definition is let go."""
    desk = Desk(TICKETS)
    assert desk.says("files", 10.0, ana=5.0) == (0, 1)
    desk.workload.fail("gone", "files")
    assert (desk.load("ana"), desk.workload.source) == (0.0, "tickets (not read yet)")
    assert not desk.workload.knows("files")


def test_a_source_that_is_taken_out_counts_no_more() -> None:
    """A new definition keeps what the remaining sources said."""
    desk = Desk(TICKETS, FILES)
    desk.says("tickets", 10.0, ana=5.0)
    desk.file(10.0, "ana", new=1.0)
    desk.workload.define(WorkloadContract(sources=(FILES,)), 20.0)
    assert desk.load("ana") == 2.0
    assert list(desk.workload.state.sources) == ["files"]


def test_the_parts_of_a_decision_name_source_and_age() -> None:
    """What each source said, how old it is, and whether it counted; also a source that knows of no work."""
    desk = Desk(TICKETS, FILES)
    desk.says("tickets", 10.0, ana=5.0)
    desk.file(60.0, "bo", new=1.0)
    desk.wait(110.0)
    assert desk.workload.parts("billing", "ana", 120.0) == (
        WorkloadPart("tickets", 5.0, 110.0, True, True),
        WorkloadPart("files", 0.0, 60.0, False, False),
    )
    assert desk.workload.facts("billing", "bo", 120.0) == (2.0, 0.0, 60.0, False)


@pytest.mark.parametrize("seed", range(20))
def test_a_restored_state_goes_on_alike(seed: int) -> None:
    """After any readings, failures and reminders a machine from the written state has the same loads."""
    dice = random.Random(seed)
    sources = (
        TICKETS,
        FILES,
        WorkloadSource(name="loans", call_types=("loans",), freshness=80.0, when_stale="ignore"),
    )
    desk, names = Desk(*sources), ["tickets", "files", "loans"]
    for step in range(60):
        at = float(step * 10)
        source, agent = dice.choice(names), dice.choice("abc")
        call_type = dice.choice(["billing", "loans"])
        move = dice.randrange(5)
        if move == 0:
            desk.workload.fail("down", source)
        elif move == 1:
            desk.workload.give(agent, f"c{step}", at)
        elif move == 2:
            desk.wait(at)
        else:
            kinds = {"workload": float(dice.randrange(9)), "mail": float(dice.randrange(9))}
            row = WorkloadObservation(call_type, agent, kinds)
            gone = ((call_type, dice.choice("abc")),) if move == 4 else ()
            desk.workload.observe((row,), at - dice.randrange(30), source, at, whole=move == 4, gone=gone)
        again = Desk(*sources)
        text = msgspec.json.encode(desk.workload.state)
        again.workload.restore(msgspec.json.decode(text, type=WorkloadState))
        for who in "abc":
            for of in ("billing", "loans", "other"):
                assert again.load(who, of) == desk.load(who, of)
                assert again.workload.facts(of, who, at) == desk.workload.facts(of, who, at)
        assert again.workload.source == desk.workload.source
        assert sorted(again.workload.reminders()) == sorted(desk.workload.reminders())
