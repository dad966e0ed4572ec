"""What metrics count: finished contacts, single moments and stretches of agents' time, collected from facts."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import (
    CallbackFailed,
    ContactConnected,
    ContactInitiated,
    ContactQueued,
    Fact,
    OfferAccepted,
    OfferFailed,
    OfferMade,
    OfferMissed,
    OfferRejected,
    OfferWithdrawn,
)
from evenhand.model.units import Channel, Instant, Seconds
from evenhand.records.contact_life import ContactLife, Contacts, Stay
from evenhand.records.desk import BLOCKING, Desk, Desks

__all__ = ["ContactRow", "MetricRows", "MomentRow", "TimeRow"]


class ContactRow(msgspec.Struct, frozen=True):
    """A complete contact in one queue; of a contact that went through three queues there are three.

    `queue` is empty when it was never queued; `own` says that it is an agent's own queue. `at` is when the
    contact disconnected, by which the service sorts contacts into intervals. `last` is the queue it came
    out of: agent, talk and end belong to that one. `came` is how it got into this queue: the way it began, or
    from another one while it waited; empty where it came back into the same. `why` it left the queue is
    `connected`, `abandoned`, `ended_by_flow`, `callback` (it gave up for one), `transferred` … `in_flow` are
    the seconds in flows before the first queue.
    """

    at: Instant
    channel: Channel
    queue: str
    own: bool
    agent: str
    profile: str
    method: str
    came: str
    last: bool
    initiated_at: Instant
    in_flow: Seconds
    queued_at: Instant | None
    waited: Seconds
    why: str
    reason: str
    connected: bool
    interaction: Seconds
    held: Seconds
    holds: int
    ended_on_hold: bool
    paused: Seconds
    work: Seconds
    transferred_by_agent: bool

    @property
    def active(self) -> Seconds:
        """Talk, hold and after-contact work."""
        return self.interaction + self.held + self.work

    @property
    def handle(self) -> Seconds:
        """The same, and the pauses."""
        return self.active + self.paused


class MomentRow(msgspec.Struct, frozen=True):
    """Something that happened at one moment: `created`, `queued`, `connected`, `not_reached` (the customer of a
    callback), or an offer's end: `accepted`, `missed`, `rejected`, `error`, `abandoned` (the customer left), `withdrawn` (the contact went elsewhere)."""

    kind: str
    at: Instant
    channel: Channel
    queue: str
    own: bool
    agent: str = ""
    profile: str = ""
    method: str = ""
    rang: Seconds = 0.0


class TimeRow(msgspec.Struct):
    """An agent was something for a while: `online`, `idle`, `on_contact`, `error`, `non_productive`, or in a
    status (`status:Lunch`)."""

    kind: str
    since: Instant
    until: Instant
    agent: str
    profile: str


class MetricRows:
    """Feed it facts; `until` closes what still lasts, so that time up to now counts."""

    def __init__(self, definition: CentreDefinition | None = None) -> None:
        self.contacts: list[ContactRow] = []
        self.moments: list[MomentRow] = []
        self.times: list[TimeRow] = []
        self.first: Instant | None = None
        self.last: Instant = 0.0
        self._lives = Contacts(definition)
        self._desks = Desks(self._lives)
        self._counted: set[str] = set()
        self._rang: dict[tuple[str, str], MomentRow] = {}
        self._open: dict[tuple[str, str], TimeRow] = {}

    def define(self, definition: CentreDefinition) -> None:
        """This definition holds from now on."""
        self._lives.define(definition)

    def feed(self, facts: Iterable[Fact]) -> None:
        """These became true."""
        for fact in facts:
            if self.first is None:
                self.first = fact.at
            self.last = max(self.last, fact.at)
            for life in self._lives.add(fact):
                if life.complete and life.contact_id not in self._counted:
                    self._counted.add(life.contact_id)
                    self._complete(life)
            self._moment(fact)
            desk = self._desks.apply(fact)
            if desk is not None:
                self._desk(desk, fact.at)

    def until(self, now: Instant) -> None:
        """Time has come to here without a fact."""
        self.last = max(self.last, now)
        for row in self._open.values():
            row.until = max(row.until, now)

    # --- contacts -------------------------------------------------------------------------------------

    def _complete(self, life: ContactLife) -> None:
        stays: list[Stay | None] = list(life.stays) or [None]
        for number, stay in enumerate(stays):
            before = stays[number - 1] if number else None
            self.contacts.append(_row(life, stay, before, stay is stays[-1]))

    # --- moments --------------------------------------------------------------------------------------

    def _moment(self, fact: Fact) -> None:
        match fact:
            case ContactInitiated():
                self._count("created", fact.at, fact.contact_id)
            case ContactQueued():
                self._count("queued", fact.at, fact.contact_id)
            case ContactConnected():
                self._count("connected", fact.at, fact.contact_id, fact.agent)
            case CallbackFailed() if fact.reason != "cancelled":
                self._count("not_reached", fact.at, fact.contact_id, fact.agent)
            case OfferMade():
                row = self._count("offered", fact.at, fact.contact_id, fact.agent)
                if row is not None:
                    self._rang[fact.contact_id, fact.agent] = row
            case OfferAccepted():
                self._offer_ends("accepted", fact.at, fact.contact_id, fact.agent)
            case OfferMissed():
                self._offer_ends("missed", fact.at, fact.contact_id, fact.agent)
            case OfferRejected():
                self._offer_ends("rejected", fact.at, fact.contact_id, fact.agent)
            case OfferFailed():
                self._offer_ends("error", fact.at, fact.contact_id, fact.agent)
            case OfferWithdrawn():
                kind = "abandoned" if fact.why == "abandoned" else "withdrawn"
                self._offer_ends(kind, fact.at, fact.contact_id, fact.agent)

    def _count(self, kind: str, at: Instant, contact_id: str, agent: str = "") -> MomentRow | None:
        life = self._lives.find(contact_id)
        if life is None:
            return None
        stay = life.stay
        queue = (stay.queue or stay.agent_queue) if stay is not None else life.outbound_queue
        own = stay is not None and not stay.queue
        profile = self._lives.resources.agent(agent).routing_profile if agent else ""
        row = MomentRow(kind, at, life.channel, queue, own, agent, profile, life.method)
        self.moments.append(row)
        return row

    def _offer_ends(self, kind: str, at: Instant, contact_id: str, agent: str) -> None:
        offer = self._rang.pop((contact_id, agent), None)
        if offer is not None:
            self.moments.append(msgspec.structs.replace(offer, kind=kind, at=at, rang=at - offer.at))

    # --- agents' time ---------------------------------------------------------------------------------

    def _desk(self, desk: Desk, now: Instant) -> None:
        """What the agent is from now on; what they no longer are has ended."""
        profile = self._lives.resources.agent(desk.agent).routing_profile
        present = self._kinds(desk)
        for key, row in list(self._open.items()):
            if key[0] == desk.agent:
                row.until = now
                if key[1] not in present or row.profile != profile:
                    del self._open[key]
        for kind in present:
            if (desk.agent, kind) not in self._open:
                row = TimeRow(kind, now, now, desk.agent, profile)
                self._open[desk.agent, kind] = row
                self.times.append(row)

    def _kinds(self, desk: Desk) -> list[str]:
        contacts = desk.contacts.values()
        type_ = self._lives.resources.status_type(desk.status)
        kinds = [f"status:{desk.status}"]
        if type_ != "OFFLINE":
            kinds.append("online")
        if type_ == "CUSTOM":
            kinds.append("non_productive")
        if any(one.state in BLOCKING for one in contacts):
            kinds.append("error")
        if type_ == "ROUTABLE":
            kinds.append("on_contact" if any(one.busy for one in contacts) else "idle")
        return kinds


def _row(life: ContactLife, stay: Stay | None, before: Stay | None, last: bool) -> ContactRow:
    """The life as one of its queues saw it, into which it came from the one `before`."""
    here = last and life.connected_at is not None
    end = life.ended_at if life.ended_at is not None else life.updated_at
    hold = life.holds[-1] if life.holds else None
    return ContactRow(
        at=end,
        channel=life.channel,
        queue=(stay.queue or stay.agent_queue) if stay is not None else life.outbound_queue,
        own=stay is not None and not stay.queue,
        agent=life.agent if here else "",
        profile=life.routing_profile if here else "",
        method=life.method,
        came=_came(life, before),
        last=last,
        initiated_at=life.initiated_at,
        in_flow=life.in_flow if before is None else 0.0,
        queued_at=stay.since if stay is not None else None,
        waited=stay.waited(end) if stay is not None else 0.0,
        why=_why(life, stay, here) if stay is not None else "",
        reason=life.reason,
        connected=here,
        interaction=life.interaction if here else 0.0,
        held=life.held if here else 0.0,
        holds=len(life.holds) if here else 0,
        ended_on_hold=here and hold is not None and hold.until == life.ended_at,
        paused=life.paused_by_agent if here else 0.0,
        work=life.work_seconds if here else 0.0,
        transferred_by_agent=here and _by_agent(life),
    )


def _by_agent(life: ContactLife) -> bool:
    """Whether the agent transferred the customer, inside the centre or to a third party."""
    outside = life.next_method == "EXTERNAL_OUTBOUND" and life.handed_out_at == life.ended_at
    return outside or life.next_method == "TRANSFER"


def _came(life: ContactLife, before: Stay | None) -> str:
    if before is None:
        return life.method
    return "QUEUE_TRANSFER" if before.why == "transferred" else ""


def _why(life: ContactLife, stay: Stay, connected: bool) -> str:
    if connected:
        # A callback leaves its queue before its customer answers.
        return "connected"
    if life.next_method == "CALLBACK" and stay.why in ("abandoned", "ended_by_flow"):
        return "callback"
    return stay.why
