"""Flows and names that ask too much: the contact goes on, and nothing grows without end."""

from __future__ import annotations

from evenhand.model.facts import BlockExecuted
from evenhand.model.inputs import (
    ContactArrived,
    DigitsEntered,
    StatusSet,
    Tick,
)
from tests.centre.odd_centre import odd_centre


def test_hours_in_a_time_zone_that_nobody_knows_take_the_error_branch() -> None:
    """The contact goes on; the machine does not break over a name."""
    centre = odd_centre()
    facts = centre.handle(ContactArrived("one", flow="hours", queue="Desk"), 1_001.0).facts
    hours = next(fact for fact in facts if isinstance(fact, BlockExecuted) and fact.block == "hours")
    assert hours.branch == "NoMatchingError"


def test_what_a_flow_found_about_an_agent_is_kept_once_however_often_it_asks() -> None:
    """A flow that asks every half minute for a day makes no contact heavier."""
    centre = odd_centre()
    centre.handle(ContactArrived("one", flow="walk"), 1_000.0)
    for turn in range(1, 100):
        centre.handle(Tick(), 1_000.0 + 30.0 * turn)
    assert centre.contacts["one"].walked == (("ana", "offline"),)
    centre.handle(StatusSet("ana", "Available"), 5_000.0)
    centre.handle(Tick(), 5_000.0)
    assert centre.contacts["one"].walked == (("ana", "available"),)


def test_flow_attributes_that_double_in_a_loop_end_at_32_kb() -> None:
    """The error branch is taken; the contact reaches its queue and the memory stays whole."""
    centre = odd_centre()
    facts = centre.handle(ContactArrived("one", flow="double", queue="Desk"), 1_001.0).facts
    last = [fact for fact in facts if isinstance(fact, BlockExecuted) and fact.block == "double"][-1]
    assert last.branch == "NoMatchingError"
    assert "32,768" in last.why
    assert centre.contacts["one"].stage == "waiting"


def test_keys_that_nobody_listens_to_leave_no_reminders_behind() -> None:
    """A customer who presses keys for hours asks for the same reminder only once."""
    centre = odd_centre()
    centre.handle(ContactArrived("one", flow="walk"), 1_000.0)
    for turn in range(100):
        centre.handle(DigitsEntered("one", "1"), 1_000.0 + turn / 10)
    assert len(centre.timers._heap) == 1
    assert centre.wake_at() == 1_030.0
