"""A queue as a row: who waits, who is there, what the day and the last minutes brought. And routing profiles."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.views.day import Day
from evenhand.adapters.web.views.standings import People, Places
from evenhand.adapters.web.views.tally import Tally
from evenhand.centre.centre import Centre
from evenhand.distributor.hours import is_open, known_zone
from evenhand.distributor.queues import Queue
from evenhand.model.definition import RoutingProfile, RoutingRow
from evenhand.model.units import Channel, Instant, Seconds

__all__ = ["ProfileRow", "QueueRow", "profile_row", "queue_row"]


class QueueRow(msgspec.Struct, frozen=True, rename="camel"):
    """A queue now. `estimated_wait` is what somebody who comes now would wait (None: not known); `open` None
    where its hours cannot be told. `serving` says, for each channel on which somebody waits, how its agents
    stand: named outcomes and how many. `callbacks` are customers who are to be called back."""

    name: str
    in_queue: int
    waiting: dict[Channel, int]
    oldest_since: Instant | None
    estimated_wait: Seconds | None
    people: People
    profiles: tuple[str, ...]
    serving: dict[Channel, dict[str, int]]
    callbacks: int
    enabled: bool
    hours: str
    open: bool | None
    policy: str
    rank: str
    limit: int | None
    today: Tally
    lately: Tally


class ProfileRow(msgspec.Struct, frozen=True, rename="camel"):
    """A routing profile now: its agents counted, slots taken and free, and the queues it serves."""

    name: str
    people: People
    slots_taken: int
    slots_free: int
    concurrency: dict[Channel, int]
    rows: tuple[RoutingRow, ...]


def queue_row(
    centre: Centre, queue: Queue, now: Instant, day: Day, places: Places, callbacks: int
) -> QueueRow:
    """How this queue stands now."""
    waiting = {channel: len(line) for channel, line in queue.lines.items() if len(line)}
    oldest = queue.oldest()
    counter = day.queue(queue.name)
    next_place = max(waiting.values(), default=0) + 1
    return QueueRow(
        queue.name,
        queue.held,
        waiting,
        oldest.since if oldest is not None else None,
        centre.recent.estimate(queue.name, next_place, places.people.staffed),
        places.people,
        tuple(sorted(places.profiles)),
        {channel: places.serving.get(channel, {}) for channel in waiting},
        callbacks,
        queue.enabled,
        queue.definition.hours,
        _open(centre, queue, now),
        queue.policy.name,
        queue.policy.rank,
        queue.definition.max_contacts,
        counter.today,
        counter.lately(now),
    )


def _open(centre: Centre, queue: Queue, now: Instant) -> bool | None:
    if not queue.definition.hours:
        return True
    hours = centre.world.hours.get(queue.definition.hours)
    if hours is None or not known_zone(hours.time_zone):
        return None
    return is_open(hours, now)


def profile_row(profile: RoutingProfile, places: Places) -> ProfileRow:
    """How the agents of this profile stand now."""
    return ProfileRow(
        profile.name, places.people, places.taken, places.free, dict(profile.concurrency), profile.rows
    )
