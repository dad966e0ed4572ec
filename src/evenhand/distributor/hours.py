"""Hours of operation: is a queue open at an instant, and when will that change?

The local wall clock decides. On the day the clocks go forward a period that lies in the missing hour does
not happen; on the day they go back it happens twice, as it does for everybody who reads the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from evenhand.model.definition import HoursOfOperation, OpenPeriod, Weekday
from evenhand.model.units import Instant

__all__ = ["WEEKDAYS", "effective_hours", "is_open", "known_zone", "next_change"]

WEEKDAYS: tuple[Weekday, ...] = (
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
)

# A week holds every boundary once; two more weeks cover an opening that a clock change swallowed.
_DAYS_AHEAD = 22


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def known_zone(name: str) -> bool:
    """Say whether `name` is a time zone of the IANA database."""
    try:
        _zone(name)
    except (ValueError, KeyError, OSError):
        return False
    return True


def effective_hours(definition: Iterable[HoursOfOperation]) -> dict[str, HoursOfOperation]:
    """All hours by name, each with its parents' overrides after its own."""
    known = {hours.name: hours for hours in definition}
    return {
        hours.name: msgspec.structs.replace(
            hours,
            overrides=hours.overrides
            + tuple(one for name in hours.parents if name in known for one in known[name].overrides),
        )
        if hours.parents
        else hours
        for hours in known.values()
    }


def _periods_on(hours: HoursOfOperation, day: date) -> Iterator[OpenPeriod]:
    """The periods of this date: those of the first override that holds, else those of its weekday."""
    periods = hours.periods
    if hours.overrides:
        text = day.isoformat()
        periods = next((one.periods for one in hours.overrides if one.first <= text <= one.last), periods)
    weekday = WEEKDAYS[day.weekday()]
    return (period for period in periods if period.day == weekday)


def is_open(hours: HoursOfOperation, at: Instant) -> bool:
    """Say whether the hours are open at this instant. A period holds its first minute and not its last.

    Raises `zoneinfo.ZoneInfoNotFoundError` for a zone that nobody knows; the definition's check finds it
    before.
    """
    local = datetime.fromtimestamp(at, _zone(hours.time_zone))
    minute = local.hour * 60 + local.minute
    return any(
        period.start_minute <= minute < period.end_minute for period in _periods_on(hours, local.date())
    )


def next_change(hours: HoursOfOperation, at: Instant) -> Instant | None:
    """Give the first instant after `at` at which the hours open or close; None if they never do."""
    now_open = is_open(hours, at)
    if not hours.periods and not any(one.periods for one in hours.overrides):
        return None
    candidates = {instant for start in _starts(hours, at) for instant in _boundaries(hours, start)}
    for instant in sorted(candidates):
        if instant > at and is_open(hours, instant) != now_open:
            return instant
    return None


def _starts(hours: HoursOfOperation, at: Instant) -> Iterator[Instant]:
    """Where to look for a change: from now on, and about the ends of overrides, however far they are."""
    yield at
    zone = _zone(hours.time_zone)
    for override in hours.overrides:
        for text in (override.first, override.last):
            noon = datetime.fromisoformat(text).replace(hour=12, tzinfo=zone).timestamp()
            if noon > at:
                yield noon


def _boundaries(hours: HoursOfOperation, at: Instant) -> Iterator[Instant]:
    """Give every instant around `at` at which the answer can change, in no order."""
    zone = _zone(hours.time_zone)
    today = datetime.fromtimestamp(at, zone).date()
    for offset in range(-1, _DAYS_AHEAD):
        day = today + timedelta(days=offset)
        minutes = {0} if hours.overrides else set()
        for period in _periods_on(hours, day):
            minutes.update((period.start_minute, period.end_minute))
        for minute in sorted(minutes):
            yield from _readings(day, minute, zone)
    yield from _clock_changes(zone, at)


def _readings(day: date, minute: int, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """Give both instants at which a wall clock shows this minute; mostly they are the same one."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    return wall.replace(fold=0).timestamp(), wall.replace(fold=1).timestamp()


@lru_cache(maxsize=1024)
def _change_between(zone: ZoneInfo, low: int, high: int) -> Instant | None:
    """Find the second at which the zone's offset changes within (low, high]; None if it does not."""

    def shift(second: int) -> timedelta | None:
        return datetime.fromtimestamp(second, zone).utcoffset()

    before = shift(low)
    if shift(high) == before:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if shift(middle) == before:
            low = middle
        else:
            high = middle
    return float(high)


def _clock_changes(zone: ZoneInfo, at: Instant) -> Iterator[Instant]:
    """Give the instants, from the day of `at` on, at which the wall clock jumps."""
    step = 86_400
    first = int(at // step) - 1
    for index in range(first, first + _DAYS_AHEAD + 2):
        change = _change_between(zone, index * step, (index + 1) * step)
        if change is not None:
            yield change
