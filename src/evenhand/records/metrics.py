"""Historical metrics: what the facts of an interval come to, by queue, channel, agent or routing profile.

As in the service a contact belongs to the interval in which it disconnected, and counts when its record is
complete; agents' time belongs to the interval in which it passed. Agents' own queues are counted too, under
`queue/agent/<name>`; the service's API leaves them out, and so does `agent_queues=False`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias, TypeVar

import msgspec

from evenhand.model.units import Instant, Seconds
from evenhand.records.figures import Figures, Metric, Threshold
from evenhand.records.metric_definitions import METRICS
from evenhand.records.metric_rows import ContactRow, MetricRows, MomentRow, TimeRow

__all__ = ["GROUPINGS", "Group", "Grouping", "metrics", "time_in_statuses"]

Grouping: TypeAlias = Literal["QUEUE", "CHANNEL", "AGENT", "ROUTING_PROFILE"]

GROUPINGS: tuple[Grouping, ...] = ("QUEUE", "CHANNEL", "AGENT", "ROUTING_PROFILE")

_Row: TypeAlias = ContactRow | MomentRow
_AnyRow = TypeVar("_AnyRow")


class _Buckets(dict[tuple[str, ...], list[_AnyRow]]):
    """Rows by their place among the groups."""

    def put(self, key: tuple[str, ...], row: _AnyRow) -> None:
        self.setdefault(key, []).append(row)


class Group(msgspec.Struct, frozen=True):
    """The metrics of one group; `dimensions` by grouping. A value None: nothing to compute it from."""

    dimensions: dict[str, str]
    values: dict[str, float | None]


def metrics(
    rows: MetricRows,
    since: Instant,
    until: Instant,
    by: Sequence[Grouping] = (),
    *,
    wanted: Sequence[Metric] = METRICS,
    threshold: Threshold | None = None,
    agent_queues: bool = True,
) -> list[Group]:
    """The metrics of `since <= time < until`, a group for each that occurs. Metrics that mean nothing by
    these groupings are left out."""
    x = threshold or Threshold()
    fitting = [one for one in wanted if set(by) <= set(one.by)]
    contacts, moments, times = _Buckets[ContactRow](), _Buckets[MomentRow](), _Buckets[TimeRow]()
    key_of = _key(by)
    for contact in rows.contacts:
        if since <= contact.at < until and (agent_queues or not contact.own):
            contacts.put(key_of(contact), contact)
    for moment in rows.moments:
        if since <= moment.at < until and (agent_queues or not moment.own):
            moments.put(key_of(moment), moment)
    if "QUEUE" not in by and "CHANNEL" not in by:
        for time in rows.times:
            if time.since < until and time.until > since:
                times.put(_time_key(time, by), time)
    groups: list[Group] = []
    for key in sorted(key for key in {**contacts, **moments, **times} if all(key)):
        figures = Figures(contacts.get(key, []), moments.get(key, []), times.get(key, []), since, until)
        values = {one.name: one.compute(figures, x) for one in fitting}
        groups.append(Group(dict(zip(by, key, strict=True)), values))
    return groups


def _key(by: Sequence[Grouping]) -> Callable[[_Row], tuple[str, ...]]:
    """A row's place among the groups. A row without an agent belongs to no agent's group."""
    read: dict[str, Callable[[_Row], str]] = {
        "QUEUE": lambda row: f"queue/agent/{row.queue}" if row.own else row.queue,
        "CHANNEL": lambda row: row.channel,
        "AGENT": lambda row: row.agent,
        "ROUTING_PROFILE": lambda row: row.profile,
    }
    readers = [read[one] for one in by]
    return lambda row: tuple(reader(row) for reader in readers)


def _time_key(row: TimeRow, by: Sequence[Grouping]) -> tuple[str, ...]:
    return tuple(row.agent if one == "AGENT" else row.profile for one in by)


def time_in_statuses(rows: MetricRows, since: Instant, until: Instant) -> dict[str, dict[str, Seconds]]:
    """Seconds of each agent in each status, within the interval."""
    found: dict[str, dict[str, Seconds]] = {}
    for row in rows.times:
        seconds = min(row.until, until) - max(row.since, since)
        if row.kind.startswith("status:") and seconds > 0:
            statuses = found.setdefault(row.agent, {})
            status = row.kind.removeprefix("status:")
            statuses[status] = statuses.get(status, 0.0) + seconds
    return dict(sorted(found.items()))
