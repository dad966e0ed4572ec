"""Opening times as an author writes them: `"monday-friday" = ["09:00-12:00", "13:00-17:00"]`, and for dates
`"2026-12-24" = ["09:00-12:00"]`, `"2026-12-25..2026-12-26" = []`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from evenhand.adapters.files.table_reading import as_table
from evenhand.centre.findings import Findings, nearest, place
from evenhand.distributor.hours import WEEKDAYS
from evenhand.model.definition import HoursOverride, OpenPeriod, Weekday

__all__ = ["read_overrides", "read_periods"]

_PERIOD = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")
_DAILY = "daily"


def read_periods(
    name: str, table: Mapping[str, Any], findings: Findings, *, skip: tuple[str, ...]
) -> tuple[OpenPeriod, ...]:
    """Read the periods of hours `name`. Keys: a weekday, a range or a list of them, or `daily`."""
    periods: list[OpenPeriod] = []
    for key, value in table.items():
        if key in skip:
            continue
        where = place("hours", name, key)
        days = _days(key)
        if not days:
            near = _near(key, skip)
            findings.error(
                where,
                "unknown-key",
                f"'{key}' is neither a weekday nor a range of weekdays.",
                f"Did you mean '{near}'?" if near else "Write monday, monday-friday or daily.",
            )
            continue
        for start, end in _minutes(value, where, findings):
            periods.extend(OpenPeriod(day=day, start_minute=start, end_minute=end) for day in days)
    return tuple(sorted(periods, key=lambda p: (WEEKDAYS.index(p.day), p.start_minute, p.end_minute)))


def read_overrides(name: str, table: Any, findings: Findings) -> tuple[HoursOverride, ...]:
    """Read the overrides of hours `name`. Keys: a date, or two of them parted by `..`; no period: closed."""
    overrides: list[HoursOverride] = []
    for key, value in as_table(table, ("hours", name, "overrides"), findings).items():
        where = place("hours", name, "overrides", key)
        first, _, last = (text.strip() for text in key.partition(".."))
        last = last or first
        try:
            wrong = date.fromisoformat(first) > date.fromisoformat(last)
        except ValueError:
            findings.error(
                where,
                "bad-date",
                f"'{key}' is no date.",
                'Write "2026-12-24", or "2026-12-24..2026-12-26".',
            )
            continue
        if wrong:
            findings.error(
                where, "bad-date", f"'{key}' ends before it begins.", "Write the earlier date first."
            )
            continue
        periods = tuple(
            OpenPeriod(day=day, start_minute=start, end_minute=end)
            for start, end in _minutes(value, where, findings)
            for day in WEEKDAYS
        )
        overrides.append(
            HoursOverride(
                first=date.fromisoformat(first).isoformat(),
                last=date.fromisoformat(last).isoformat(),
                periods=periods,
            )
        )
    return tuple(overrides)


def _days(key: str) -> tuple[Weekday, ...]:
    """Give the weekdays that a key means; none if it cannot be read. A range may pass the week's end."""
    if key.strip().lower() == _DAILY:
        return WEEKDAYS
    days: list[Weekday] = []
    names = [day.lower() for day in WEEKDAYS]
    for part in key.lower().split(","):
        first, _, last = (word.strip() for word in part.partition("-"))
        if first not in names or (last and last not in names) or ("-" in part and not last):
            return ()
        begin = names.index(first)
        length = (names.index(last) - begin) % 7 + 1 if last else 1
        days.extend(WEEKDAYS[(begin + step) % 7] for step in range(length))
    return tuple(days)


def _near(key: str, others: tuple[str, ...]) -> str:
    """Give the key that was probably meant; '' if none is near."""
    near = nearest(key, others)
    if near:
        return near
    words = (*(day.lower() for day in WEEKDAYS), _DAILY)
    spelled = re.sub(r"\w+", lambda word: nearest(word[0], words) or word[0], key)
    return spelled if _days(spelled) else ""


def _minutes(value: Any, where: str, findings: Findings) -> Iterator[tuple[int, int]]:
    """Give each period's minutes after midnight."""
    for text in value if isinstance(value, list) else [value]:
        match = _PERIOD.fullmatch(text) if isinstance(text, str) else None
        if not match:
            findings.error(
                where, "bad-time", f"'{text}' is not a period.", 'Write it as "09:00-17:00", in quotes.'
            )
            continue
        start_hour, start_minute, end_hour, end_minute = (int(part) for part in match.groups())
        wrong = [
            f"{hour:02d}:{minute:02d}"
            for hour, minute in ((start_hour, start_minute), (end_hour, end_minute))
            if minute > 59 or hour * 60 + minute > 1440
        ]
        if wrong:
            findings.error(
                where,
                "bad-time",
                f"There is no time {' or '.join(wrong)}.",
                "Write times from 00:00 to 24:00.",
            )
            continue
        yield start_hour * 60 + start_minute, end_hour * 60 + end_minute
