"""What is counted of today, fact by fact."""

from __future__ import annotations

import pytest

from evenhand.adapters.web.views.day import MOST_READ, Day, day_around, entries_of_today, feed_from
from evenhand.adapters.web.views.tally import THRESHOLDS
from evenhand.host.memory import MemoryJournal
from evenhand.host.ports import Entry
from evenhand.model.facts import (
    AfterContactWorkStarted,
    ContactCleared,
    ContactConnected,
    ContactDequeued,
    ContactEnded,
    ContactInitiated,
    ContactQueued,
    Fact,
    OfferMade,
    OfferMissed,
    StatusChanged,
    WaitTold,
)
from evenhand.model.inputs import Tick

T = 1_700_000_000.0


def day() -> Day:
    types = {"Available": "ROUTABLE", "Offline": "OFFLINE"}
    return Day(T, T + 86_400, lambda status: types.get(status, "CUSTOM"))


def arrives(at: float, contact_id: str = "c", method: str = "INBOUND", before: str = "") -> list[Fact]:
    begun = ContactInitiated(T + at, contact_id, "VOICE", "in", "+1", "+2", method, "c", before)
    return [begun, ContactQueued(T + at, contact_id, "Sales", "", 5, 0.0, 1)]


def answered(at: float, waited: float, contact_id: str = "c") -> list[Fact]:
    return [
        OfferMade(T + at, contact_id, "ana", "Sales", T + at + 20),
        ContactDequeued(T + at, contact_id, "Sales", waited, "connected"),
        ContactConnected(T + at, contact_id, "ana", "Sales", waited),
    ]


def feed(one: Day, *parts: list[Fact]) -> Day:
    for part in parts:
        for fact in part:
            one.add(fact)
    return one


def test_an_answered_contact_counts_in_every_threshold_it_kept() -> None:
    today = feed(day(), arrives(0), answered(25, 25.0)).queue("Sales").today
    assert (today.offered, today.answered, today.abandoned, today.wait_total) == (1, 1, 0, 25.0)
    assert dict(zip(THRESHOLDS, today.answered_in, strict=True))[20.0] == 0
    assert dict(zip(THRESHOLDS, today.answered_in, strict=True))[30.0] == 1


@pytest.mark.parametrize(
    ("why", "what"), [("abandoned", "abandoned"), ("ended_by_flow", "left"), ("transferred", "moved")]
)
def test_each_way_out_of_a_queue_is_counted_under_its_own_name(why: str, what: str) -> None:
    today = feed(day(), arrives(0), [ContactDequeued(T + 9, "c", "Sales", 9.0, why)]).queue("Sales").today
    counts = {name: getattr(today, name) for name in ("answered", "abandoned", "left", "moved")}
    assert counts == {**dict.fromkeys(counts, 0), what: 1}


def test_handling_is_the_talk_and_the_work_after_it() -> None:
    one = feed(
        day(),
        arrives(0),
        answered(5, 5.0),
        [
            ContactEnded(T + 65, "c", "CUSTOMER_DISCONNECT", "ana", 60.0, 65.0),
            AfterContactWorkStarted(T + 65, "c", "ana", T + 85),
            ContactCleared(T + 85, "c", "ana", "after_contact_work"),
        ],
    )
    assert (one.queue("Sales").today.handled, one.queue("Sales").today.handle_total) == (1, 80.0)
    assert (one.agent("ana").handled, one.agent("ana").busy) == (1, 80.0)
    assert one.agent("ana").stretch == "idle"


def test_an_agent_of_whom_nothing_was_known_was_available_since_the_day_began() -> None:
    one = feed(day(), arrives(100), answered(100, 0.0))
    assert one.agent("ana").idle == 100.0
    assert one.agent("ana").stretch == "busy"


def test_who_was_in_a_status_before_was_so_since_the_day_began() -> None:
    one = feed(day(), [StatusChanged(T + 50, "ana", "Lunch", "Available")])
    assert (one.agent("ana").idle, one.agent("ana").stretch) == (50.0, "")


def test_a_missed_offer_is_neither_busy_nor_idle() -> None:
    one = feed(
        day(), arrives(0), [OfferMade(T, "c", "ana", "Sales", T + 20), OfferMissed(T + 20, "c", "ana")]
    )
    assert (one.agent("ana").missed, one.agent("ana").idle, one.agent("ana").stretch) == (1, 20.0, "")


def test_a_wait_that_was_told_is_held_against_what_happened() -> None:
    one = feed(day(), arrives(0), [WaitTold(T + 2, "c", 60.0)], answered(42, 42.0))
    assert (one.told, one.told_checked, one.told_kept) == (1, 1, 1)
    assert one.told_errors.quantile(0.5) == pytest.approx(20.0, rel=0.05)


def test_who_moves_to_another_queue_is_one_contact_and_was_told_once() -> None:
    one = feed(day(), arrives(0), [WaitTold(T, "c", 60.0)], arrives(30, "c.2", "QUEUE_TRANSFER", "c"))
    assert one.contacts == 1
    assert one.here["c.2"].told == 60.0
    assert one.queue("Sales").today.offered == 2


def test_another_day_begins_with_nothing_and_with_those_who_are_here() -> None:
    one = feed(day(), arrives(0), answered(5, 5.0))
    one.begin_anew(T + 86_400, T + 172_800)
    assert (one.contacts, one.all.today.offered, one.agent("ana").handled) == (0, 0, 0)
    assert one.agent("ana").stretch_since == T + 86_400
    assert "c" in one.here


def test_the_last_minutes_forget_what_is_older() -> None:
    one = feed(day(), arrives(0))
    assert one.all.lately(T + 60).offered == 1
    assert one.all.lately(T + 3_600).offered == 0
    assert one.all.today.offered == 1


def test_a_day_is_the_time_zones_own() -> None:
    since, until = day_around(1_711_868_400.0, "Europe/Berlin")  # 2024-03-31: an hour is left out.
    assert until - since == 23 * 3600
    assert day_around(T, "no such zone") == day_around(T, "UTC")


def _journal(times: list[float]) -> MemoryJournal:
    journal = MemoryJournal()
    entries = [
        Entry(number, at, Tick(), (StatusChanged(at, "ana", "Lunch", "Available"),))
        for number, at in enumerate(times, 1)
    ]
    journal.append(1, 1, entries)
    return journal


def test_the_journal_is_read_from_where_the_day_begins() -> None:
    journal = _journal([T - 20, T - 10, T, T + 5])
    assert entries_of_today(journal, T) == (3, True)
    assert entries_of_today(journal, T + 50) == (5, True)
    assert entries_of_today(MemoryJournal(), T) == (1, True)


def test_of_a_day_that_is_too_long_only_the_end_is_counted_and_it_says_so() -> None:
    one = day()
    heard: list[Fact] = []
    journal = _journal([T + number for number in range(MOST_READ + 2)])
    feed_from(journal, one, heard.extend)
    assert len(heard) == MOST_READ
    assert one.counted_from == T + 2
