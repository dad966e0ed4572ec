"""The figures of the day and of the last minutes, for the whole centre."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.views.day import Day
from evenhand.adapters.web.views.tally import LATELY_MINUTES, THRESHOLDS, Tally
from evenhand.centre.centre import Centre
from evenhand.model.units import Instant, Seconds

__all__ = ["CentreRow", "FiguresRow", "centre_row", "figures_row"]


class FiguresRow(msgspec.Struct, frozen=True, rename="camel"):
    """Counts since `since`: the beginning of the day, or where the journal was too long to be read at the start,
    a later moment (`whole` is then false). Counts of contacts queued are sums over queues.

    `told` waits were told; of `told_checked` contacts that were answered after the first one, `told_kept` had
    waited no longer, and half of the first ones were right to `told_error`. `thresholds` are the seconds that the counts of
    the tallies are for, `lately_minutes` how long the last minutes are.
    """

    since: Instant
    whole: bool
    contacts: int
    present: int
    told: int
    told_checked: int
    told_kept: int
    told_error: Seconds
    today: Tally
    lately: Tally
    thresholds: tuple[Seconds, ...]
    lately_minutes: int


class CentreRow(msgspec.Struct, frozen=True, rename="camel"):
    """The centre: where its offline workload comes from in words, which statuses there are, and its queues and
    agents as they are written."""

    name: str
    time_zone: str
    workload_source: str
    statuses: tuple[str, ...]
    ring_seconds: Seconds


def figures_row(centre: Centre, day: Day, now: Instant) -> FiguresRow:
    """The figures as they stand."""
    return FiguresRow(
        day.counted_from,
        day.counted_from <= day.since,
        day.contacts,
        len(centre.contacts),
        day.told,
        day.told_checked,
        day.told_kept,
        day.told_errors.quantile(0.5),
        day.all.today,
        day.all.lately(now),
        THRESHOLDS,
        LATELY_MINUTES,
    )


def centre_row(centre: Centre) -> CentreRow:
    """The centre as it is defined now."""
    definition = centre.definition
    own = tuple(one.name for one in definition.statuses if one.name not in ("Available", "Offline"))
    return CentreRow(
        definition.name,
        definition.time_zone,
        centre.workload.source,
        ("Available", *own, "Offline"),
        definition.ring_seconds,
    )
