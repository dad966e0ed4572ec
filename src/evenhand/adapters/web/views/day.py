"""Today, counted fact by fact: first what the journal tells of it, then each fact as it becomes true.

Nothing is kept of a contact that is gone. Counts are of moments: a contact is offered when it joins a queue,
answered when it meets an agent, abandoned when its customer gives up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from evenhand.adapters.web.views.tally import Counter
from evenhand.host.ports import Journal
from evenhand.model.facts import (
    AfterContactWorkStarted,
    CallbackFailed,
    ContactCleared,
    ContactConnected,
    ContactDequeued,
    ContactEnded,
    ContactInitiated,
    ContactQueued,
    Fact,
    OfferFailed,
    OfferMade,
    OfferMissed,
    OfferRejected,
    OfferWithdrawn,
    OutboundFailed,
    OutboundStarted,
    StatusChanged,
    WaitTold,
)
from evenhand.model.units import Instant, Seconds
from evenhand.records.spread import Spread

__all__ = ["MOST_READ", "AgentToday", "Day", "Here", "day_around", "entries_of_today", "feed_from"]

MOST_READ = 100_000
"""Entries of the journal that are read at the start; of a longer day only the end is counted, and it says so."""

_SAME_CUSTOMER = ("QUEUE_TRANSFER", "TRANSFER", "DISCONNECT")


class Here(msgspec.Struct):
    """A contact that is here: its queue, what it was told first and last, and who handles it since when."""

    queue: str = ""
    customer: str = ""
    own_agent: str = ""
    told: Seconds | None = None
    told_at: Instant = 0.0
    first_told: Seconds | None = None
    first_told_at: Instant = 0.0
    connected_at: Instant | None = None


class AgentToday(msgspec.Struct, rename="camel"):
    """An agent's day. `busy` and `idle` are seconds of stretches that are over; the one that lasts is a
    `stretch` (`busy`, `idle` or '') since `stretch_since`. Busy is talking or working after it."""

    handled: int = 0
    missed: int = 0
    rejected: int = 0
    failed: int = 0
    handle_total: Seconds = 0.0
    busy: Seconds = 0.0
    idle: Seconds = 0.0
    stretch: str = ""
    stretch_since: Instant = 0.0


class _Desk(msgspec.Struct):
    """What decides about an agent's stretches: the status' type ('' not known yet) and the slots by contact."""

    today: AgentToday
    type: str = ""
    slots: dict[str, str] = {}


class Day:
    """The day from `since` to `until`. `type_of` tells a status' type."""

    def __init__(self, since: Instant, until: Instant, type_of: Callable[[str], str]) -> None:
        self.since, self.until = since, until
        self.counted_from = since
        self.type_of = type_of
        self.contacts = 0
        self.all = Counter()
        self.queues: dict[str, Counter] = {}
        self.here: dict[str, Here] = {}
        self.told = self.told_checked = self.told_kept = 0
        self.told_errors = Spread()
        self._working: dict[str, tuple[str, Instant]] = {}
        self._ended_queue = ""
        self._desks: dict[str, _Desk] = {}

    def begin_anew(self, since: Instant, until: Instant) -> None:
        """Another day begins: all counts are nothing again; who is here stays."""
        self.since = self.counted_from = since
        self.until = until
        self.contacts = self.told = self.told_checked = self.told_kept = 0
        self.told_errors = Spread()
        self.all, self.queues = Counter(), {}
        for desk in self._desks.values():
            desk.today = AgentToday(stretch=desk.today.stretch, stretch_since=since)

    def queue(self, name: str) -> Counter:
        """What is counted for this queue."""
        return self.queues.setdefault(name, Counter())

    def agent(self, name: str) -> AgentToday:
        """What is counted for this agent."""
        return self._desk(name).today

    def _desk(self, name: str) -> _Desk:
        found = self._desks.get(name)
        if found is None:
            found = self._desks[name] = _Desk(AgentToday(stretch_since=self.counted_from))
        return found

    def stands(self, name: str, type_: str, slots: dict[str, str], at: Instant) -> None:
        """The agent stands so at `at`, whatever the facts told so far."""
        desk = self._desk(name)
        if desk.type == "":
            # No fact spoke of them: they were so all the time.
            at = self.counted_from
        desk.type, desk.slots = type_, slots
        self._stretch(desk, at)

    # --- facts ----------------------------------------------------------------------------------------

    def add(self, fact: Fact) -> None:
        """This became true."""
        match fact:
            case ContactInitiated():
                self._begin(fact)
            case ContactQueued():
                here = self.here.setdefault(fact.contact_id, Here())
                here.queue = fact.queue
                self._count(fact.queue, fact.at, "offered")
            case WaitTold():
                self.told += 1
                here = self.here.setdefault(fact.contact_id, Here())
                here.told, here.told_at = fact.seconds, fact.at
                if here.first_told is None:
                    here.first_told, here.first_told_at = fact.seconds, fact.at
            case ContactDequeued():
                self._left(fact)
            case ContactConnected():
                self._connected(fact)
            case AfterContactWorkStarted():
                self._working[fact.contact_id] = (self._ended_queue, fact.at)
                self._slot(fact.agent, fact.contact_id, "busy", fact.at)
            case ContactEnded():
                self._ended(fact)
            case ContactCleared():
                self._slot(fact.agent, fact.contact_id, "", fact.at)
                working = self._working.pop(fact.contact_id, None)
                if working is not None and fact.was == "after_contact_work":
                    self._handled(working[0], fact.agent, 0, fact.at - working[1], fact.at)
            case StatusChanged():
                self._status(fact)
            case OfferMade():
                self._slot(fact.agent, fact.contact_id, "offered", fact.at)
            case OfferMissed():
                self.agent(fact.agent).missed += 1
                self._slot(fact.agent, fact.contact_id, "blocked", fact.at)
            case OfferRejected():
                self.agent(fact.agent).rejected += 1
                self._slot(fact.agent, fact.contact_id, "blocked", fact.at)
            case OfferFailed():
                self.agent(fact.agent).failed += 1
                self._slot(fact.agent, fact.contact_id, "blocked", fact.at)
            case OutboundStarted():
                self._slot(fact.agent, fact.contact_id, "busy", fact.at)
            case OfferWithdrawn() | CallbackFailed() | OutboundFailed():
                self._slot(fact.agent, fact.contact_id, "", fact.at)

    def _begin(self, fact: ContactInitiated) -> None:
        here = Here(customer=fact.customer_address, own_agent=fact.own_agent)
        before = self.here.get(fact.previous_contact_id)
        if before is not None and fact.initiation_method in _SAME_CUSTOMER:
            if fact.initiation_method == "QUEUE_TRANSFER":
                # From queue to queue it is one wait to the customer.
                here.told, here.told_at = before.told, before.told_at
                here.first_told, here.first_told_at = before.first_told, before.first_told_at
        else:
            self.contacts += 1
        self.here[fact.contact_id] = here

    def _count(self, queue: str, at: Instant, what: str, seconds: Seconds = 0.0) -> None:
        self.all.count(at, what, seconds)
        if queue:
            self.queue(queue).count(at, what, seconds)

    def _left(self, fact: ContactDequeued) -> None:
        here = self.here.setdefault(fact.contact_id, Here())
        what = {"connected": "answered", "abandoned": "abandoned", "transferred": "moved"}.get(
            fact.why, "left"
        )
        if fact.why != "dialled":
            self._count(here.queue, fact.at, what, fact.waited)
        if what == "answered" and here.first_told is not None:
            waited = fact.at - here.first_told_at
            self.told_checked += 1
            self.told_kept += waited <= here.first_told
            self.told_errors.add(abs(here.first_told - waited))

    def _connected(self, fact: ContactConnected) -> None:
        here = self.here.setdefault(fact.contact_id, Here())
        here.queue, here.connected_at = fact.queue, fact.at
        self._slot(fact.agent, fact.contact_id, "busy", fact.at)

    def _ended(self, fact: ContactEnded) -> None:
        here = self.here.pop(fact.contact_id, None)
        if not fact.agent:
            return
        self._slot(fact.agent, fact.contact_id, "", fact.at)
        queue = here.queue if here is not None else ""
        self._handled(queue, fact.agent, 1, fact.talked, fact.at)
        # After-contact work, if there is any, begins with the next fact.
        self._ended_queue = queue

    def _handled(self, queue: str, agent: str, contacts: int, seconds: Seconds, at: Instant) -> None:
        for counter in (self.all, self.queue(queue) if queue else None):
            if counter is not None:
                counter.handled(at, contacts, seconds)
        today = self.agent(agent)
        today.handled += contacts
        today.handle_total += seconds

    # --- agents' time ---------------------------------------------------------------------------------

    def _status(self, fact: StatusChanged) -> None:
        desk = self._desk(fact.agent)
        if desk.type == "":
            desk.type = self.type_of(fact.before)
            self._stretch(desk, self.counted_from)
        desk.type = self.type_of(fact.status)
        self._stretch(desk, fact.at)

    def _slot(self, agent: str, contact_id: str, state: str, at: Instant) -> None:
        desk = self._desk(agent)
        if desk.type == "":
            # To whom something is offered was available.
            desk.type = "ROUTABLE"
            self._stretch(desk, self.counted_from)
        if state:
            desk.slots = {**desk.slots, contact_id: state}
        elif contact_id in desk.slots:
            desk.slots = {one: state for one, state in desk.slots.items() if one != contact_id}
        self._stretch(desk, at)

    def _stretch(self, desk: _Desk, at: Instant) -> None:
        states = desk.slots.values()
        now = ""
        if "busy" in states:
            now = "busy"
        elif desk.type == "ROUTABLE" and "blocked" not in states:
            now = "idle"
        today = desk.today
        if now == today.stretch:
            return
        lasted = max(0.0, at - today.stretch_since)
        if today.stretch == "busy":
            today.busy += lasted
        elif today.stretch == "idle":
            today.idle += lasted
        today.stretch, today.stretch_since = now, at


def day_around(now: Instant, zone: str) -> tuple[Instant, Instant]:
    """When the day of `now` begins and ends in this time zone; in UTC when nobody knows the zone."""
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        known = ZoneInfo("UTC")
    date = datetime.fromtimestamp(now, known).date()
    begins = datetime.combine(date, time(), known)
    ends = datetime.combine(date + timedelta(days=1), time(), known)
    return begins.timestamp(), ends.timestamp()


def entries_of_today(journal: Journal, since: Instant) -> tuple[int, bool]:
    """The first entry since then, found by halving, and whether it is not the bound that cut the day short."""
    low, high = 1, journal.last_sequence() + 1
    bound = max(1, high - MOST_READ)
    while low < high:
        middle = (low + high) // 2
        entry = next(islice(journal.read(middle), 1), None)
        if entry is None or entry.at >= since:
            high = middle
        else:
            low = middle + 1
    return max(low, bound), low >= bound


def feed_from(journal: Journal, day: Day, hear: Callable[[Iterable[Fact]], None]) -> int:
    """Tell `hear` what the journal knows of this day. Answers the last entry's sequence."""
    first, whole = entries_of_today(journal, day.since)
    last = first - 1
    for entry in journal.read(first):
        if not whole:
            day.counted_from, whole = entry.at, True
        hear(entry.facts)
        last = entry.sequence
    return last
