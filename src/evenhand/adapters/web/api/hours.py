"""Hours of operation: what was written, what holds, whether they are open now and until when."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import STAFF
from evenhand.adapters.web.routes import Call, Route
from evenhand.distributor.hours import effective_hours, is_open, next_change
from evenhand.model.definition import HoursOfOperation, OpenPeriod
from evenhand.model.units import Instant

__all__ = ["ROUTES"]


class Period(msgspec.Struct, frozen=True, rename="camel"):
    """An open period of a weekday by the local clock, as `08:00` to `12:30`; `24:00` is the day's end."""

    day: str
    start: str
    end: str


class HoursOverride(msgspec.Struct, frozen=True, rename="camel"):
    """From the date `first` to `last` these periods hold instead; none: closed."""

    first: str
    last: str
    periods: tuple[Period, ...]


class Hours(msgspec.Struct, frozen=True, rename="camel"):
    """Hours of operation. `overrides` are those that hold, the parents' among them; of several the first counts.

    `open` says whether they are open at the centre's time, `changes_at` when that changes (null: never).
    `queues` have these hours.
    """

    name: str
    time_zone: str
    periods: tuple[Period, ...]
    overrides: tuple[HoursOverride, ...]
    parents: tuple[str, ...]
    open: bool
    changes_at: Instant | None
    queues: tuple[str, ...]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _periods(periods: tuple[OpenPeriod, ...]) -> tuple[Period, ...]:
    return tuple(Period(one.day, _clock(one.start_minute), _clock(one.end_minute)) for one in periods)


def _hours(call: Call, one: HoursOfOperation) -> Hours:
    """`one` with its parents' overrides in it."""
    now = call.centre.now()
    queues = call.centre.host.centre.definition.queues
    return Hours(
        one.name,
        one.time_zone,
        _periods(one.periods),
        tuple(HoursOverride(each.first, each.last, _periods(each.periods)) for each in one.overrides),
        one.parents,
        is_open(one, now),
        next_change(one, now),
        tuple(queue.name for queue in queues if queue.hours == one.name),
    )


async def list_hours(call: Call) -> list[Hours]:
    """All hours of operation, in the order of the definition."""
    return [_hours(call, one) for one in effective_hours(call.centre.host.centre.definition.hours).values()]


async def get_hours(call: Call) -> Hours:
    """One."""
    name = call.path["hours"]
    found = effective_hours(call.centre.host.centre.definition.hours).get(name)
    if found is None:
        raise ApiFault(
            404, "not_found", f"there are no hours of operation {name!r}", way_out="see GET /hours"
        )
    return _hours(call, found)


ROUTES = (
    Route(
        method="GET",
        path="/hours",
        name="listHours",
        tag="hours of operation",
        summary="All hours of operation, and whether they are open now",
        roles=STAFF,
        answer=list[Hours],
        handler=list_hours,
    ),
    Route(
        method="GET",
        path="/hours/{hours}",
        name="getHours",
        tag="hours of operation",
        summary="Hours of operation as they hold, and whether they are open now",
        roles=STAFF,
        answer=Hours,
        handler=get_hours,
    ),
)
