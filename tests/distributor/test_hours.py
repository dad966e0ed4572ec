"""Hours of operation: the wall clock decides, on every day of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.distributor.hours import WEEKDAYS, effective_hours, is_open, known_zone, next_change
from evenhand.model.definition import HoursOfOperation, HoursOverride, OpenPeriod, Weekday

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")


def hours(*periods: tuple[Weekday, int, int], zone: str = "Europe/Berlin") -> HoursOfOperation:
    """Give hours from (day, first minute, end minute)."""
    return HoursOfOperation(
        name="Hours",
        time_zone=zone,
        periods=tuple(OpenPeriod(day=d, start_minute=s, end_minute=e) for d, s, e in periods),
    )


def berlin(text: str, fold: int = 0) -> float:
    """Give the instant of a wall-clock time in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp()


def open_minutes(definition: HoursOfOperation) -> set[tuple[int, int]]:
    """List every open minute of the week as (weekday, minute)."""
    return {
        (WEEKDAYS.index(period.day), minute)
        for period in definition.periods
        for minute in range(period.start_minute, period.end_minute)
    }


def open_by_list(minutes: set[tuple[int, int]], zone: ZoneInfo, at: float) -> bool:
    """A dumb twin: look the local minute up in the list."""
    local = datetime.fromtimestamp(at, zone)
    return (local.weekday(), local.hour * 60 + local.minute) in minutes


def change_by_walking(definition: HoursOfOperation, at: float, steps: int) -> float | None:
    """A dumb twin: walk ahead a minute at a time until the answer differs."""
    minutes, zone = open_minutes(definition), ZoneInfo(definition.time_zone)
    before = open_by_list(minutes, zone, at)
    first = (int(at) // 60 + 1) * 60
    for instant in range(first, first + steps * 60, 60):
        if open_by_list(minutes, zone, instant) != before:
            return float(instant)
    return None


@st.composite
def some_hours(draw: st.DrawFn) -> HoursOfOperation:
    """Hours with up to six periods, which may touch and overlap."""
    periods = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, 1439))
        end = draw(st.one_of(st.just(1440), st.integers(start + 1, 1440)))
        periods.append((draw(st.sampled_from(WEEKDAYS)), start, end))
    return hours(*periods, zone=draw(st.sampled_from(ZONES)))


# Around clock changes of the zones above, the day that Samoa skipped, and any time at all.
INSTANTS = st.one_of(
    st.sampled_from(
        [
            datetime(2025, 3, 29, 12, tzinfo=UTC).timestamp(),
            datetime(2025, 10, 25, 12, tzinfo=UTC).timestamp(),
            datetime(2017, 10, 14, 12, tzinfo=UTC).timestamp(),
            datetime(2025, 4, 5, 0, tzinfo=UTC).timestamp(),
            datetime(2011, 12, 29, 12, tzinfo=UTC).timestamp(),
        ]
    ).flatmap(lambda base: st.floats(0, 2 * 86_400).map(lambda more: base + more)),
    st.floats(500_000_000, 2_000_000_000),  # before, some zones were off by odd seconds
)


@settings(deadline=None)
@given(some_hours(), INSTANTS)
def test_the_answer_is_that_of_a_list_of_all_open_minutes(definition: HoursOfOperation, at: float) -> None:
    """At any instant, in any zone, open means that the local minute is one of the open minutes."""
    twin = open_by_list(open_minutes(definition), ZoneInfo(definition.time_zone), at)
    assert is_open(definition, at) == twin


@settings(max_examples=40, deadline=None)
@given(some_hours(), INSTANTS)
def test_the_next_change_is_the_first_minute_that_differs(definition: HoursOfOperation, at: float) -> None:
    """Nothing changes before the next change, and at it the answer is another."""
    at = float(round(at))
    found = next_change(definition, at)
    walked = change_by_walking(definition, at, steps=2 * 1440)
    if walked is not None:
        assert found == walked
    elif found is not None:
        assert found > at + 2 * 86_400 - 60
        assert is_open(definition, found) != is_open(definition, at)


def test_a_period_holds_its_first_minute_and_not_its_last() -> None:
    """At nine the desk is open, at five it is closed."""
    office = hours(("MONDAY", 540, 1020))
    assert not is_open(office, berlin("2025-06-02T08:59:59"))
    assert is_open(office, berlin("2025-06-02T09:00:00"))
    assert is_open(office, berlin("2025-06-02T16:59:59"))
    assert not is_open(office, berlin("2025-06-02T17:00:00"))


def test_a_period_that_ends_at_midnight_runs_into_the_next_day() -> None:
    """Two periods that meet at midnight are one opening."""
    night = hours(("MONDAY", 1320, 1440), ("TUESDAY", 0, 360))
    assert is_open(night, berlin("2025-06-02T23:59:59"))
    assert is_open(night, berlin("2025-06-03T00:00:00"))
    assert next_change(night, berlin("2025-06-02T23:00:00")) == berlin("2025-06-03T06:00:00")


def test_after_the_last_period_of_the_week_comes_the_first_of_the_next() -> None:
    """On Sunday evening the next change is on Monday morning, or a week later if it must be."""
    sunday = berlin("2025-06-08T20:00:00")
    assert next_change(hours(("MONDAY", 540, 1020)), sunday) == berlin("2025-06-09T09:00:00")
    assert next_change(hours(("SUNDAY", 540, 600)), sunday) == berlin("2025-06-15T09:00:00")


def test_hours_that_are_always_open_or_never_have_no_next_change() -> None:
    """Where nothing ever changes the answer is None."""
    always = hours(*((day, 0, 1440) for day in WEEKDAYS))
    assert is_open(always, 0.0)
    assert next_change(always, 0.0) is None
    assert not is_open(hours(), 0.0)
    assert next_change(hours(), 0.0) is None


def test_an_opening_in_the_hour_that_spring_takes_away_does_not_happen() -> None:
    """Half past two is missing on the last Sunday of March in Berlin; the desk opens the week after."""
    definition = hours(("SUNDAY", 120, 180))
    saturday = berlin("2025-03-29T12:00:00")
    assert next_change(definition, saturday) == berlin("2025-04-06T02:00:00")


def test_a_period_cut_by_the_spring_jump_closes_at_the_jump() -> None:
    """Open until half past two, the desk closes when the clock jumps from two to three."""
    definition = hours(("SUNDAY", 60, 150))
    assert next_change(definition, berlin("2025-03-30T01:30:00")) == berlin("2025-03-30T03:00:00")


def test_an_hour_that_autumn_gives_twice_opens_twice() -> None:
    """From two to half past two the desk is open in both passes of the hour."""
    definition = hours(("SUNDAY", 120, 150))
    first, again = berlin("2025-10-26T02:10:00"), berlin("2025-10-26T02:10:00", fold=1)
    assert again - first == timedelta(hours=1).total_seconds()
    assert is_open(definition, first)
    assert is_open(definition, again)
    closed = next_change(definition, first)
    assert closed == berlin("2025-10-26T02:30:00")
    assert closed is not None
    assert next_change(definition, closed) == berlin("2025-10-26T02:00:00", fold=1)


def test_a_day_that_the_calendar_skips_is_skipped() -> None:
    """Samoa had no 30 December 2011; a Friday-only desk opens on the next Friday there was."""
    apia = ZoneInfo("Pacific/Apia")
    definition = hours(("FRIDAY", 540, 600), zone="Pacific/Apia")
    thursday = datetime(2011, 12, 29, 12, tzinfo=apia).timestamp()
    assert next_change(definition, thursday) == datetime(2012, 1, 6, 9, tzinfo=apia).timestamp()


@pytest.mark.parametrize(
    "name", ["", "Europe", "Berlin", "../etc/passwd", "Europe/Berlin\n", "europe//berlin"]
)
def test_a_name_outside_the_database_is_not_a_zone(name: str) -> None:
    """Only whole IANA names are zones."""
    assert not known_zone(name)
    assert known_zone("Europe/Berlin")


def override(first: str, last: str = "", *periods: tuple[int, int]) -> HoursOverride:
    """Give an override from its dates and (first minute, end minute) on each of them."""
    return HoursOverride(
        first=first,
        last=last or first,
        periods=tuple(
            OpenPeriod(day=day, start_minute=start, end_minute=end)
            for start, end in periods
            for day in WEEKDAYS
        ),
    )


OFFICE = hours(*((day, 540, 1020) for day in WEEKDAYS[:5]))
YEAR_END = msgspec.structs.replace(
    OFFICE, overrides=(override("2026-12-24", "", (540, 720)), override("2026-12-25", "2027-01-31"))
)


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        ("2026-12-23 16:59", True),
        ("2026-12-24 11:59", True),
        ("2026-12-24 12:00", False),
        ("2026-12-28 10:00", False),
        ("2027-01-31 10:00", False),
        ("2027-02-01 09:00", True),
    ],
)
def test_an_override_holds_on_its_dates_instead_of_the_week(at: str, wanted: bool) -> None:
    """Other periods, or none: closed."""
    assert is_open(YEAR_END, berlin(at)) is wanted


@pytest.mark.parametrize(
    ("at", "change"),
    [
        ("2026-12-23 18:00", "2026-12-24 09:00"),
        ("2026-12-24 10:00", "2026-12-24 12:00"),
        ("2026-12-24 12:00", "2027-02-01 09:00"),
        ("2027-01-10 10:00", "2027-02-01 09:00"),
    ],
)
def test_the_next_change_sees_past_a_long_holiday(at: str, change: str) -> None:
    """However long it is."""
    assert next_change(YEAR_END, berlin(at)) == berlin(change)


def test_a_day_off_in_hours_that_never_close() -> None:
    """The change is at midnight, where no period ends."""
    daily = hours(*((day, 0, 1440) for day in WEEKDAYS))
    off = msgspec.structs.replace(daily, overrides=(override("2026-05-01"),))
    assert next_change(off, berlin("2026-04-30 12:00")) == berlin("2026-05-01 00:00")
    assert next_change(off, berlin("2026-05-01 12:00")) == berlin("2026-05-02 00:00")


def test_an_opening_in_hours_that_are_always_closed() -> None:
    """Hours may consist of overrides alone."""
    fair = HoursOfOperation(
        name="Fair", time_zone="Europe/Berlin", overrides=(override("2026-09-05", "", (600, 900)),)
    )
    assert next_change(fair, berlin("2026-01-01 00:00")) == berlin("2026-09-05 10:00")
    assert next_change(fair, berlin("2026-09-05 15:00")) is None


def test_parents_overrides_hold_after_the_own_ones() -> None:
    """A holiday is written once for all; who works on it writes an override of their own."""
    holidays = HoursOfOperation(name="Holidays", overrides=(override("2026-12-24"), override("2026-12-25")))
    sales = msgspec.structs.replace(
        OFFICE, name="Sales", parents=("Holidays",), overrides=(override("2026-12-24", "", (540, 720)),)
    )
    found = effective_hours((holidays, sales))["Sales"]
    assert is_open(found, berlin("2026-12-24 10:00"))
    assert not is_open(found, berlin("2026-12-25 10:00"))
    assert is_open(found, berlin("2026-12-28 10:00"))
