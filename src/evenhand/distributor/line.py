"""A line: the contacts of one channel that wait in one queue, in order, and the agents idle for it."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from evenhand.model.criteria import RoutingCriteria
from evenhand.model.effects import ScoreCandidates
from evenhand.model.models import ModelOpinion
from evenhand.model.rules import Opinion
from evenhand.model.units import Channel, Instant, Seconds

if TYPE_CHECKING:
    from evenhand.distributor.idle import IdleIndex
    from evenhand.distributor.queues import Queue

__all__ = ["Line", "Ticket", "TicketState"]

_KEY = attrgetter("key")


class Ticket:
    """A contact's place in a queue.

    `queue` is the standard queue's name; `agent_queue` the agent it waits for instead. `key` is the order
    among those who wait: contact priority (1 first), then the moment of queueing less the age adjustment,
    then arrival. `only` reserves the contact for one agent until `only_until`. `offered_to` is set while it
    rings. `line` is where it stands or would stand. `note` is why a first wish could not be had, for the decision, `walked` whom its flow asked for
    before and what was found. `opinion` is what the rules of the queue's policy said,
    `scored` what its model said; while `scoring` is under way, until `scoring_until`, nobody has it.
    `criteria` are its routing criteria, `step` the one it stands in (from 0) and
    `step_until` when that ends (None: never); `wanted` are the agents of that step (None: any). Nothing here
    knows flows.
    """

    own_agent: str = ""
    candidates: tuple[str, ...] = ()
    only: str = ""
    only_until: Instant = 0.0
    offered_to: str = ""
    note: str = ""
    walked: tuple[tuple[str, str], ...] = ()
    opinion: Opinion | None = None
    criteria: RoutingCriteria | None = None
    step: int = 0
    step_until: Instant | None = None
    wanted: frozenset[str] | None = None
    scored: ModelOpinion | None = None
    scoring: ScoreCandidates | None = None
    scoring_until: Instant = 0.0

    def __init__(
        self,
        contact_id: str,
        channel: Channel,
        line: Line,
        since: Instant,
        priority: int,
        adjustment: Seconds,
        number: int,
    ) -> None:
        self.contact_id = contact_id
        self.channel: Channel = channel
        self.line = line
        self.queue = line.queue.name if line.queue is not None else ""
        self.agent_queue = line.agent
        self.since = since
        self.priority = priority
        self.adjustment = adjustment
        self.number = number
        # Read for every contact: what stands in the object itself is found several times faster.
        self.only = ""
        self.opinion = self.criteria = self.wanted = self.scored = self.scoring = None

    @property
    def key(self) -> tuple[int, float, int]:
        """The place in the order, for sorting."""
        return self.priority, self.since - self.adjustment, self.number

    def before(self, other: Ticket) -> bool:
        """Whether this one comes before the other: the same order as `key`, without making a tuple."""
        if self.priority != other.priority:
            return self.priority < other.priority
        place, others = self.since - self.adjustment, other.since - other.adjustment
        return place < others or (place == others and self.number < other.number)


class TicketState(msgspec.Struct):
    """What a snapshot keeps of a ticket."""

    contact_id: str
    channel: Channel
    queue: str
    agent_queue: str
    since: Instant
    priority: int
    adjustment: Seconds
    number: int
    own_agent: str = ""
    candidates: tuple[str, ...] = ()
    only: str = ""
    only_until: Instant = 0.0
    offered_to: str = ""
    note: str = ""
    walked: tuple[tuple[str, str], ...] = ()
    opinion: Opinion | None = None
    criteria: RoutingCriteria | None = None
    step: int = 0
    step_until: Instant | None = None
    scored: ModelOpinion | None = None
    scoring: ScoreCandidates | None = None
    scoring_until: Instant = 0.0


class Line:
    """Waiting tickets in order. The head is taken in constant time; others by bisection."""

    def __init__(self, queue: Queue | None, channel: Channel, agent: str = "") -> None:
        self.queue = queue
        self.channel = channel
        self.agent = agent
        self.items: list[Ticket] = []
        self.start = 0
        self.idle: IdleIndex | None = None
        self.delayed: list[tuple[float, IdleIndex]] = []

    def __len__(self) -> int:
        return len(self.items) - self.start

    def add(self, ticket: Ticket) -> None:
        """Put a ticket at its place."""
        items = self.items
        if len(items) == self.start or items[-1].before(ticket):
            items.append(ticket)
        else:
            items.insert(bisect_left(items, ticket.key, self.start, key=_KEY), ticket)

    def remove(self, ticket: Ticket) -> None:
        """Take a ticket out."""
        items, start = self.items, self.start
        if items[start] is ticket:
            start += 1
            if start > 32 and start * 2 > len(items):
                del items[:start]
                start = 0
            self.start = start
        else:
            del items[bisect_left(items, ticket.key, start, key=_KEY)]

    def first_for(self, agent: str, delay: Seconds, now: Instant) -> Ticket | None:
        """The first ticket in order that this agent may have."""
        items = self.items
        for index in range(self.start, len(items)):
            ticket = items[index]
            if (ticket.only and ticket.only != agent) or ticket.scoring is not None:
                continue
            if ticket.opinion is not None and agent in ticket.opinion.excluded:
                continue
            if ticket.wanted is not None and agent not in ticket.wanted:
                continue
            if delay and now < ticket.since + delay:
                continue
            return ticket
        return None

    def position(self, ticket: Ticket) -> int:
        """How many tickets stand before this one, plus one."""
        return bisect_left(self.items, ticket.key, self.start, key=_KEY) - self.start + 1

    def waiting(self) -> list[Ticket]:
        """The tickets in order."""
        return self.items[self.start :]
