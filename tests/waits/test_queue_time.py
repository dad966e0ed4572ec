"""The articles' estimated wait and its times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.waits.queue_time import estimate, format_times, parse_queue_time, parse_times


@given(st.integers(0, 10**6), st.integers(-(10**6), 10**6))
def test_a_wait_is_never_below_nothing_nor_above_the_oldest(queue_time: int, own: int) -> None:
    """The estimate lies between 0 and the age of the oldest contact, and shrinks as the own wait grows."""
    told = estimate(queue_time, own)
    assert 0 <= told <= queue_time
    assert estimate(queue_time, own + 1) <= told


@given(st.integers(0, 4_000_000_000))
def test_a_time_that_was_written_is_read_back(at: int) -> None:
    """The article's form holds every whole second, in UTC."""
    assert parse_times(format_times(at)) == at


@pytest.mark.parametrize(
    "text",
    ["03/01/2026 09:00:00", "2026-03-01T09:00:00Z", "2026-03-01T10:00:00+01:00", "2026-03-01 09:00:00"],
)
def test_times_have_several_forms(text: str) -> None:
    """The article's form and ISO 8601 name the same moment; without a zone it is UTC."""
    assert parse_times(text) == 1_772_355_600


def test_what_is_no_time_is_refused() -> None:
    """Another form is refused by name."""
    with pytest.raises(ValueError, match="'13/45/2026"):
        parse_times("13/45/2026 09:00:00")


def test_a_queue_time_is_whole_seconds() -> None:
    """A flow hands over text; a number and space around it are fine."""
    assert [parse_queue_time(value) for value in ("12", " 12 ", 12, "0")] == [12, 12, 12, 0]
