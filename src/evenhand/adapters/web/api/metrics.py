"""Metrics as Amazon Connect defines them: of an interval, and of this moment."""

from __future__ import annotations

from typing import Any

import msgspec

from evenhand.adapters.web.api.instants import instant_of
from evenhand.adapters.web.api.queues import estimated_wait
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import SUPERVISORS
from evenhand.adapters.web.routes import Call, Parameter, Route
from evenhand.model.units import Instant, Seconds
from evenhand.records.metric_definitions import METRICS
from evenhand.records.metrics_now import NOW_METRICS

__all__ = ["ROUTES"]

_MOST_GROUPS = 2_000


class Value(msgspec.Struct, frozen=True):
    """A metric: null where there is nothing to compute it from. The unit is COUNT, SECONDS or PERCENT."""

    value: float | None
    unit: str


class MetricGroup(msgspec.Struct, frozen=True):
    """The metrics of one group; `dimensions` say which (empty: everything)."""

    dimensions: dict[str, str]
    metrics: dict[str, Value]


class PastMetrics(msgspec.Struct, frozen=True):
    """The interval (`since` counts, `until` does not), the service level's threshold, and the groups."""

    since: Instant
    until: Instant
    threshold: Seconds
    groups: tuple[MetricGroup, ...]


class PresentMetrics(msgspec.Struct, frozen=True):
    """How things stand at `now`."""

    now: Instant
    groups: tuple[MetricGroup, ...]


def _groupings(call: Call, known: tuple[str, ...]) -> list[Any]:
    words = [one for one in call.query.get("by", "").split(",") if one]
    kinds = [one.upper().replace("-", "_") for one in words]
    if len(set(kinds)) < len(kinds) or not set(kinds) <= set(known):
        shown = ", ".join(one.lower().replace("_", "-") for one in known)
        raise ApiFault(
            422, "invalid", "that cannot be grouped by", where="by", way_out=f"use {shown}, each once"
        )
    return kinds


def _seen(call: Call, dimensions: dict[str, str]) -> bool:
    return "AGENT" not in dimensions or call.who.leads(dimensions["AGENT"])


async def past_metrics(call: Call) -> PastMetrics:
    """A contact counts in the interval in which it disconnected, once its record is complete; agents' time counts
    where it passed. Without `since` from the beginning, without `until` up to now. A supervisor of a team sees
    the groups of its agents."""
    by = _groupings(call, ("QUEUE", "CHANNEL", "AGENT", "ROUTING_PROFILE"))
    threshold = float(call.query.get("threshold") or 60.0)
    if not 0 < threshold < 1e9:
        raise ApiFault(422, "invalid", "the threshold must be above 0", where="threshold")
    since, until = instant_of(call, "since"), instant_of(call, "until")
    units = {one.name: one.unit for one in METRICS}
    begin, end, groups = await call.centre.history.metrics(since, until, by, threshold)
    return PastMetrics(
        begin,
        end,
        threshold,
        tuple(
            MetricGroup(one.dimensions, {name: Value(v, units[name]) for name, v in one.values.items()})
            for one in groups
            if _seen(call, one.dimensions)
        ),
    )


async def present_metrics(call: Call) -> PresentMetrics:
    """Who is there and who waits. Agents' own queues are in none of these, as in the service."""
    by = _groupings(call, ("QUEUE", "CHANNEL", "ROUTING_PROFILE", "AGENT_STATUS"))
    wanted = call.centre.host.centre.definition
    sizes = {
        "QUEUE": len(wanted.queues),
        "CHANNEL": 4,
        "ROUTING_PROFILE": len(wanted.routing_profiles),
        "AGENT_STATUS": len(wanted.statuses) + 2,
    }
    count = 1
    for one in by:
        count *= sizes[one]
    if count > _MOST_GROUPS:
        raise ApiFault(
            422, "too_many", f"that would be {count:,} groups", where="by", way_out="group by less"
        )
    units = {one.name: one.unit for one in NOW_METRICS}
    waits = {name: estimated_wait(call, name) for name in call.centre.host.centre.distributor.queues}
    now = call.centre.now()
    groups = await call.centre.history.metrics_now(now, by, lambda queue, channel: waits.get(queue))
    return PresentMetrics(
        now,
        tuple(
            MetricGroup(one.dimensions, {name: Value(v, units[name]) for name, v in one.values.items()})
            for one in groups
        ),
    )


ROUTES = (
    Route(
        method="GET",
        path="/metrics",
        name="getMetrics",
        tag="metrics",
        summary="Historical metrics of an interval",
        roles=SUPERVISORS,
        query=(
            Parameter(
                "since", "Not before this time: ISO 8601 (UTC if it says no zone), or seconds since 1970."
            ),
            Parameter("until", "Before this time."),
            Parameter("by", "Group by `queue`, `channel`, `agent`, `routing-profile`; several with commas."),
            Parameter("threshold", "The X of the service level, in seconds; 60 if not said.", "number"),
        ),
        answer=PastMetrics,
        handler=past_metrics,
    ),
    Route(
        method="GET",
        path="/metrics/now",
        name="getMetricsNow",
        tag="metrics",
        summary="Real-time metrics",
        roles=SUPERVISORS,
        query=(
            Parameter(
                "by", "Group by `queue`, `channel`, `routing-profile`, `agent-status`; several with commas."
            ),
        ),
        answer=PresentMetrics,
        handler=present_metrics,
    ),
)
