"""What a stretch of work came to."""

from __future__ import annotations

import pytest

from evenhand.model.facts import (
    CallbackFailed,
    CallbackScheduled,
    ContactConnected,
    ContactEnded,
    ContactInitiated,
)
from evenhand.records.spread import Spread
from evenhand.records.summary import Summary, summary_lines
from tests.records.stories import answered, gave_up, initiated, queued


def test_a_summary_counts_answers_waits_and_reasons() -> None:
    """Contacts, answered, given up, mean wait, service level, and who took how many and why."""
    summary = Summary(service_seconds=20)
    summary.feed(answered("a", 0.0, 10.0))
    summary.feed(answered("b", 5.0, 30.0))
    summary.feed(gave_up("c", 6.0, 50.0))
    figures = summary.figures()
    assert (figures.contacts, figures.answered, figures.abandoned, figures.present) == (3, 2, 1, 0)
    assert figures.mean_wait == 20.0
    assert figures.service_level == pytest.approx(1 / 3)
    assert figures.agents["ben"].handled == 2
    assert figures.agents["ben"].reasons == {"least work": 2}
    assert figures.agents["ben"].talked == 60.0


def test_told_waits_are_compared_with_what_came_of_them() -> None:
    """The first wait a caller was told is held against the wait that followed."""
    summary = Summary()
    summary.feed(answered("a", 0.0, 60.0, told=70.0))
    figures = summary.figures()
    assert (figures.told, figures.told_checked) == (1, 1)
    assert figures.told_error == pytest.approx(10.0, rel=0.05)


def test_nothing_of_a_contact_is_kept_once_it_is_gone() -> None:
    """After ten thousand contacts nobody is remembered."""
    summary = Summary()
    for number in range(10_000):
        summary.feed(gave_up(str(number), float(number), 5.0))
    assert summary.figures().contacts == 10_000
    assert summary.figures().present == 0
    assert not summary._here


def test_an_empty_summary_can_be_shown() -> None:
    """Nothing happened, and nothing is divided by it."""
    assert summary_lines(Summary().figures())[0].startswith("contacts       0:")


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_quantiles_are_right_to_a_twentieth(share: float) -> None:
    """A thousand even values, whose quantiles are known."""
    spread = Spread()
    for value in range(1, 1001):
        spread.add(float(value))
    assert spread.quantile(share) == pytest.approx(share * 1000, rel=0.05)
    assert spread.mean == 500.5


def test_values_out_of_range_are_counted_at_the_ends() -> None:
    """Below 0 counts as 0, a month counts as the longest there is."""
    spread = Spread()
    spread.add(-5.0)
    spread.add(2_600_000.0)
    assert spread.quantile(0.5) == 0.0
    assert spread.quantile(1.0) > 100_000


def test_a_contact_that_moves_to_another_queue_counts_once() -> None:
    """The customer is the same and waits on: their wait counts from the first queue on."""
    summary = Summary()
    summary.feed([initiated("c", 0.0), queued("c", 0.0)])
    moved = ContactInitiated(
        30.0, "c.2", "VOICE", "", "+12025550171", "+1", "QUEUE_TRANSFER", "c", previous_contact_id="c"
    )
    ended = ContactEnded(30.0, "c", "CONTACT_FLOW_DISCONNECT", next_contact_id="c.2")
    connected = ContactConnected(40.0, "c.2", "ben", "Basic", 10.0)
    summary.feed([moved, ended, queued("c.2", 30.0), connected])
    figures = summary.figures()
    assert (figures.contacts, figures.answered, figures.present, figures.mean_wait) == (1, 1, 1, 40.0)


def test_a_scheduled_callback_does_not_wait() -> None:
    """The time until the next attempt is not time in a queue."""
    summary = Summary()
    asked = ContactInitiated(
        0.0, "c.2", "VOICE", "", "+12025550171", "+1", "CALLBACK", "c", previous_contact_id="c"
    )
    summary.feed([asked, CallbackScheduled(0.0, "c.2", 10.0, 1), queued("c.2", 10.0)])
    summary.feed([CallbackFailed(20.0, "c.2", "ben", "busy", 1), CallbackScheduled(20.0, "c.2", 320.0, 2)])
    summary.feed([queued("c.2", 320.0), ContactConnected(325.0, "c.2", "ben", "Basic", 5.0)])
    assert summary.figures().mean_wait == 5.0
