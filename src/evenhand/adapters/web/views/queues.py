"""A queue as a row: who waits, who is there, what the day and the last minutes brought. And routing profiles."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from evenhand.adapters.web.views.agents import is_talking, is_working
from evenhand.adapters.web.views.day import Day
from evenhand.adapters.web.views.tally import Tally
from evenhand.centre.centre import Centre
from evenhand.distributor.agents import Agent
from evenhand.distributor.hours import is_open, known_zone
from evenhand.distributor.line import Line
from evenhand.distributor.queues import Queue
from evenhand.model.definition import RoutingProfile, RoutingRow
from evenhand.model.units import Channel, Instant, Seconds

__all__ = ["People", "ProfileRow", "QueueRow", "profile_row", "queue_row", "serving"]


class People(msgspec.Struct, rename="camel"):
    """Agents counted. Each may be in more than one count: `staffed` are all in a status that takes contacts,
    `available` could take one now, `npt` are in a status of the centre's own, `blocked` have missed, rejected or
    failed contacts to clear."""

    agents: int = 0
    online: int = 0
    staffed: int = 0
    available: int = 0
    on_contact: int = 0
    acw: int = 0
    npt: int = 0
    blocked: int = 0

    def add(self, agent: Agent, available: bool) -> None:
        """This one too."""
        kind = agent.status_type
        self.agents += 1
        self.online += kind != "OFFLINE"
        self.staffed += kind == "ROUTABLE"
        self.npt += kind == "CUSTOM"
        self.available += available
        if agent.slots:
            self.on_contact += is_talking(agent)
            self.acw += is_working(agent)
            self.blocked += agent.blocked > 0


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


def queue_row(centre: Centre, queue: Queue, now: Instant, day: Day, callbacks: int) -> QueueRow:
    """How this queue stands now."""
    people = People()
    profiles: dict[str, None] = {}
    agents = centre.distributor.agents
    for name in queue.agents:
        agent = agents[name]
        profiles[agent.profile.name] = None
        people.add(
            agent, any(row.line.queue is queue and agent.is_open(row.line.channel) for row in agent.rows)
        )
    waiting = {channel: len(line) for channel, line in queue.lines.items() if len(line)}
    oldest = queue.oldest()
    counter = day.queue(queue.name)
    next_place = max(waiting.values(), default=0) + 1
    return QueueRow(
        queue.name,
        queue.held,
        waiting,
        oldest.since if oldest is not None else None,
        centre.recent.estimate(queue.name, next_place, people.staffed),
        people,
        tuple(profiles),
        {channel: serving(centre, queue.lines[channel]) for channel in waiting},
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


def serving(centre: Centre, line: Line) -> dict[str, int]:
    """How the agents of this line stand, counted by a decision's words; `available` are idle and not taken."""
    counts: dict[str, int] = {}
    assert line.queue is not None
    for name in line.queue.agents:
        agent = centre.distributor.agents[name]
        if agent.serves(line) is None:
            continue
        outcome = "available" if agent.is_open(line.channel) else agent.why_not(line.channel)
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def profile_row(profile: RoutingProfile, agents: Iterable[Agent]) -> ProfileRow:
    """How the agents of this profile stand now."""
    people, taken, free = People(), 0, 0
    for agent in agents:
        taken += len(agent.slots)
        room = 0
        for channel, most in profile.concurrency.items():
            if agent.is_open(channel):
                room += most - sum(slot.channel == channel for slot in agent.slots.values())
        people.add(agent, room > 0)
        free += room
    return ProfileRow(profile.name, people, taken, free, dict(profile.concurrency), profile.rows)
