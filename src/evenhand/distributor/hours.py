"""Hours of operation: is a queue open at an instant, and when will that change?

The local wall clock decides. On the day the clocks go forward a period that lies in the missing hour does
not happen; on the day they go back it happens twice, as it does for everybody who reads the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from evenhand.model.definition import HoursOfOperation, Weekday
from evenhand.model.units import Instant

__all__ = ["WEEKDAYS", "is_open", "known_zone", "next_change"]

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


def is_open(hours: HoursOfOperation, at: Instant) -> bool:
    """Say whether the hours are open at this instant. A period holds its first minute and not its last.

    Raises `zoneinfo.ZoneInfoNotFoundError` for a zone that nobody knows; the definition's check finds it
    before.
    """
    local = datetime.fromtimestamp(at, _zone(hours.time_zone))
    day = WEEKDAYS[local.weekday()]
    minute = local.hour * 60 + local.minute
    return any(
        period.day == day and period.start_minute <= minute < period.end_minute for period in hours.periods
    )


def next_change(hours: HoursOfOperation, at: Instant) -> Instant | None:
    """Give the first instant after `at` at which the hours open or close; None if they never do."""
    now_open = is_open(hours, at)
    if not hours.periods:
        return None
    candidates = {instant for instant in _boundaries(hours, at) if instant > at}
    for instant in sorted(candidates):
        if is_open(hours, instant) != now_open:
            return instant
    return None


def _boundaries(hours: HoursOfOperation, at: Instant) -> Iterator[Instant]:
    """Give every instant around `at` at which the answer can change, in no order."""
    zone = _zone(hours.time_zone)
    today = datetime.fromtimestamp(at, zone).date()
    minutes: dict[str, set[int]] = {}
    for period in hours.periods:
        minutes.setdefault(period.day, set()).update((period.start_minute, period.end_minute))
    for offset in range(-1, _DAYS_AHEAD):
        day = today + timedelta(days=offset)
        for minute in sorted(minutes.get(WEEKDAYS[day.weekday()], ())):
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
