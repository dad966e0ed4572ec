"""What every journal promises. A new one joins by one line in `JOURNALS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.errors import JournalUnavailable, StaleFence
from evenhand.host.memory import MemoryJournal
from evenhand.host.ports import Entry, Journal, Snapshot
from evenhand.model.decision import Candidate, Decision
from evenhand.model.definition import CentreDefinition, FunctionDefinition, Policy
from evenhand.model.facts import AgentChosen, BlockExecuted, StatusChanged
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    StatusSet,
    Tick,
    WorkloadObservation,
    WorkloadObserved,
)

JOURNALS: dict[str, Callable[[Path], Journal]] = {
    "memory": lambda folder: MemoryJournal(),
    "sqlite": lambda folder: SqliteJournal(folder / "journal.db"),
}


@pytest.fixture(params=JOURNALS)
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    opened = JOURNALS[request.param](tmp_path)
    yield opened
    opened.close()


def ticks(first: int, count: int) -> list[Entry]:
    return [Entry(number, 1000.0 + number, Tick()) for number in range(first, first + count)]


def test_entries_come_back_as_they_were(journal: Journal) -> None:
    """Inputs and facts of every kind are read as they were written, in order."""
    decision = Decision(
        contact_id="c1",
        number=1,
        queue="Sales",
        agent="ana",
        trigger="contact",
        policy=Policy(rank="least_workload"),
        policy_digest="d",
        candidates=(Candidate("ana", "chosen", workload=1.5), Candidate("bo", "offline", age=3.0)),
    )
    block = BlockExecuted(
        2.0, "c1", "Main", "b1", "Wait", {"a": ["é", None]}, "", "", "", 1.5, "", True, {"n": 1}
    )
    definition = CentreDefinition(functions=(FunctionDefinition(name="f", environment={"A": "1"}),))
    entries = [
        Entry(1, 1.25, CentreDefined(definition)),
        Entry(2, 2.5, ContactArrived("c1", attributes={"k": "ü"}), (AgentChosen(2.5, decision), block), 1),
        Entry(3, 3.0, StatusSet("ana", "Available"), (StatusChanged(3.0, "ana", "Available", "Offline"),)),
        Entry(4, 4.0, WorkloadObserved(3.5, (WorkloadObservation("x", "ana", {"workload": 2.0}),)), (), 3),
    ]
    journal.append(1, 1, entries)
    assert list(journal.read()) == entries
    assert list(journal.read(3)) == entries[2:]
    assert list(journal.read(5)) == []
    assert journal.last_sequence() == 4


def test_an_empty_journal_has_nothing(journal: Journal) -> None:
    """A new journal has no entries, no snapshot and the last sequence 0."""
    assert (journal.last_sequence(), list(journal.read()), journal.latest_snapshot()) == (0, [], None)


def test_batches_follow_each_other(journal: Journal) -> None:
    """Many batches read as one row of entries without a gap."""
    for first in range(1, 1300, 100):
        journal.append(1, first, ticks(first, 100))
    assert [entry.sequence for entry in journal.read()] == list(range(1, 1301))


def test_appending_while_reading_is_fine(journal: Journal) -> None:
    """A reader that has begun does not hinder the writer."""
    journal.append(1, 1, ticks(1, 600))
    reader = journal.read()
    next(reader)
    journal.append(1, 601, ticks(601, 1))
    assert [entry.sequence for entry in reader][:599] == list(range(2, 601))


def test_a_repeated_append_does_nothing(journal: Journal) -> None:
    """After a lost reply the same append may be sent again."""
    journal.append(1, 1, ticks(1, 3))
    journal.append(1, 1, ticks(1, 3))
    journal.append(1, 2, ticks(2, 1))
    assert list(journal.read()) == ticks(1, 3)


def test_a_repeated_append_may_have_grown(journal: Journal) -> None:
    """After a lost reply the same entries may be sent again together with further ones."""
    journal.append(1, 1, ticks(1, 3))
    journal.append(1, 1, ticks(1, 5))
    assert list(journal.read()) == ticks(1, 5)


def test_other_entries_under_a_taken_number_are_refused(journal: Journal) -> None:
    """What is written stays; a different entry of the same number is refused with its whole batch."""
    journal.append(1, 1, ticks(1, 2))
    with pytest.raises(JournalUnavailable, match="holds other entries"):
        journal.append(1, 2, [Entry(2, 9.0, Tick()), Entry(3, 9.0, Tick())])
    assert list(journal.read()) == ticks(1, 2)


@pytest.mark.parametrize("first", [0, -1, 4])
def test_a_gap_is_refused(journal: Journal, first: int) -> None:
    """Entries that would not follow the last one are refused, and nothing is kept."""
    journal.append(1, 1, ticks(1, 2))
    with pytest.raises(JournalUnavailable, match="gap"):
        journal.append(1, first, ticks(first, 1))
    assert journal.last_sequence() == 2


def test_a_gap_inside_a_batch_is_refused(journal: Journal) -> None:
    """A batch whose own numbers do not follow each other is refused whole."""
    with pytest.raises(JournalUnavailable):
        journal.append(1, 1, [*ticks(1, 1), *ticks(3, 1)])
    assert journal.last_sequence() == 0


def test_a_lower_fence_is_stale(journal: Journal) -> None:
    """Once a newer owner wrote, an older one can write no more, neither entries nor snapshots."""
    journal.append(1, 1, ticks(1, 1))
    journal.append(2, 2, ticks(2, 1))
    with pytest.raises(StaleFence):
        journal.append(1, 3, ticks(3, 1))
    with pytest.raises(StaleFence):
        journal.append(1, 2, ticks(2, 1))
    with pytest.raises(StaleFence):
        journal.save_snapshot(1, Snapshot(2, b"{}"))
    assert (journal.last_sequence(), journal.latest_snapshot()) == (2, None)


def test_an_empty_append_claims_the_journal(journal: Journal) -> None:
    """A new owner that has nothing to write yet already shuts the old one out."""
    journal.append(5, 1, [])
    with pytest.raises(StaleFence):
        journal.append(4, 1, ticks(1, 1))


def test_a_snapshot_claims_the_journal(journal: Journal) -> None:
    """A snapshot under a higher fence takes over as an append does."""
    journal.save_snapshot(3, Snapshot(0, b"{}"))
    with pytest.raises(StaleFence):
        journal.append(2, 1, ticks(1, 1))


def test_the_newest_snapshot_is_answered(journal: Journal) -> None:
    """Of several snapshots the one with the greatest sequence counts, whatever the order of saving."""
    journal.append(1, 1, ticks(1, 9))
    for sequence in (3, 9, 6):
        journal.save_snapshot(1, Snapshot(sequence, b'{"after":%d}' % sequence))
    journal.save_snapshot(1, Snapshot(9, b'{"again":9}'))
    assert journal.latest_snapshot() == Snapshot(9, b'{"again":9}')
    assert journal.last_sequence() == 9


_APPENDS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(-1, 9), st.integers(0, 3), st.sampled_from([1.0, 1.0, 1.0, 2.0])
    ),
    max_size=12,
)


def _outcome(journal: Journal, fence: int, entries: list[Entry], first: int) -> str:
    try:
        journal.append(fence, first, entries)
    except (JournalUnavailable, StaleFence) as error:
        return type(error).__name__
    return "done"


@settings(deadline=None, max_examples=60)
@given(_APPENDS)
def test_all_agree_on_every_append(
    tmp_path_factory: pytest.TempPathFactory, appends: list[tuple[int, int, int, float]]
) -> None:
    """Whatever is appended in whatever order, every implementation takes, refuses and holds the same."""
    twin = MemoryJournal()
    others = [make(tmp_path_factory.mktemp("journal")) for make in JOURNALS.values()]
    try:
        for fence, first, count, at in appends:
            entries = [Entry(number, at, Tick()) for number in range(first, first + count)]
            expected = _outcome(twin, fence, entries, first)
            assert [_outcome(other, fence, entries, first) for other in others] == [expected] * len(others)
        for other in others:
            assert list(other.read()) == list(twin.read())
    finally:
        for other in others:
            other.close()


def test_a_check_changes_nothing_and_is_refused_to_a_stale_owner(journal: Journal) -> None:
    """Whoever asks whether it can be written to learns that, and nothing else happens."""
    journal.append(2, 1, ticks(1, 2))
    journal.check(2)
    assert journal.last_sequence() == 2
    with pytest.raises(StaleFence):
        journal.check(1)
