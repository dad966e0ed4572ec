"""The live picture: who does what, who waits, what was decided last. Built from facts, as plain data."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

import msgspec

from evenhand.model.facts import (
    AfterContactWorkStarted,
    AgentChosen,
    BlockExecuted,
    CallbackFailed,
    CallbackScheduled,
    ContactCleared,
    ContactConnected,
    ContactDequeued,
    ContactEnded,
    ContactInitiated,
    ContactPaused,
    ContactQueued,
    ContactResumed,
    ContactScheduled,
    Fact,
    HoldBegan,
    HoldEnded,
    NextStatusSet,
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
from evenhand.records.story import masked, short_reason, why_chosen

__all__ = ["AgentRow", "Board", "DecisionRow", "Load", "Picture", "WaitingRow"]


_SAME_CUSTOMER = ("QUEUE_TRANSFER", "TRANSFER", "DISCONNECT")
"""How a contact begins in which the customer of another goes on."""


class Load(msgspec.Struct, frozen=True):
    """An agent's offline work, what was added for contacts given lately, and how old the number is."""

    work: float = 0.0
    provisional: float = 0.0
    age: Seconds | None = None


class AgentRow(msgspec.Struct, frozen=True):
    """`activity` is `available`, `incoming`, `on contact`, `on hold`, `after-contact work`, `missed`, `rejected`, `error`,
    or the status; `since` counts from when it began. `contact` is the customer, of whom only the end of the
    number can be read."""

    name: str
    status: str
    next_status: str
    activity: str
    since: Instant
    contact_id: str
    contact: str
    load: Load
    handled: int


class WaitingRow(msgspec.Struct, frozen=True):
    """One who waits. `told` is the last wait that was told, at `told_at`; `ringing` the agent who is rung."""

    position: int
    contact_id: str
    contact: str
    queue: str
    waited: Seconds
    told: Seconds | None
    told_at: Instant
    own_agent: str
    ringing: str


class DecisionRow(msgspec.Struct, frozen=True):
    """A decision in short."""

    at: Instant
    contact_id: str
    contact: str
    agent: str
    kind: str
    reason: str
    waited: Seconds


class Picture(msgspec.Struct, frozen=True):
    """The whole board at one moment; `in_flow` contacts listen to a flow and are not queued."""

    at: Instant
    agents: tuple[AgentRow, ...]
    waiting: tuple[WaitingRow, ...]
    decisions: tuple[DecisionRow, ...]
    in_flow: int
    contacts: int
    answered: int
    abandoned: int


class _Contact(msgspec.Struct):
    contact: str
    own_agent: str
    scheduled: bool = False
    paused: bool = False
    queue: str = ""
    order: tuple[int, float, int] | None = None
    since: Instant = 0.0
    first_since: Instant | None = None
    told: Seconds | None = None
    told_at: Instant = 0.0
    ringing: str = ""


class _Agent(msgspec.Struct):
    status: str = "Offline"
    next_status: str = ""
    activity: str = ""
    since: Instant = 0.0
    contact_id: str = ""
    contact: str = ""
    handled: int = 0


class Board:
    """Feed it facts in order. `names` are the agents; one who only turns up in facts is added.

    One agent shows one contact, the newest, however many an agent can take.
    """

    def __init__(self, names: Iterable[str], *, kept: int = 8) -> None:
        self._agents = {name: _Agent() for name in names}
        self._contacts: dict[str, _Contact] = {}
        self._decisions: deque[DecisionRow] = deque(maxlen=kept)
        self._arrivals = self._count = self._answered = self._abandoned = 0

    def add(self, name: str) -> None:
        """Show this agent, also before anything is known of them."""
        self._agent(name)

    def feed(self, facts: Iterable[Fact]) -> None:
        """These became true."""
        for fact in facts:
            self._of_contact(fact)
            self._of_agent(fact)

    def _of_contact(self, fact: Fact) -> None:
        if isinstance(fact, ContactInitiated):
            if fact.initiation_method == "EXTERNAL_OUTBOUND":
                return  # A third party is no customer.
            before = self._contacts.get(fact.previous_contact_id)
            if before is not None and fact.initiation_method in _SAME_CUSTOMER:
                # The same customer goes on: one contact, and from queue to queue one wait.
                waits = fact.initiation_method == "QUEUE_TRANSFER"
                heir = before if waits else _Contact(before.contact, fact.own_agent)
                self._contacts[fact.contact_id] = heir
                return
            self._count += 1
            self._contacts[fact.contact_id] = _Contact(masked(fact.customer_address), fact.own_agent)
            return
        if isinstance(fact, AgentChosen):
            self._decided(fact)
            return
        one = self._contacts.get(getattr(fact, "contact_id", ""))
        if one is None:
            return
        match fact:
            case ContactQueued():
                self._arrivals += 1
                one.scheduled = False
                one.queue = fact.queue or f"{fact.agent_queue}'s own"
                one.since = fact.at
                one.first_since = fact.at if one.first_since is None else one.first_since
                one.order = (fact.priority, fact.at - fact.age_adjustment, self._arrivals)
            case ContactDequeued():
                one.order, one.ringing = None, ""
                self._abandoned += fact.why == "abandoned"
            case CallbackScheduled() | ContactScheduled():
                one.scheduled, one.first_since = True, None
            case BlockExecuted() if one.scheduled:
                one.scheduled = False
            case ContactPaused():
                one.paused, one.first_since = True, None
            case ContactResumed():
                one.paused = False
            case WaitTold():
                one.told, one.told_at = fact.seconds, fact.at
            case OfferMade():
                one.ringing = fact.agent
            case OfferMissed() | OfferRejected() | OfferFailed() | OfferWithdrawn():
                one.ringing = ""
            case ContactEnded():
                del self._contacts[fact.contact_id]

    def _decided(self, fact: AgentChosen) -> None:
        decision = fact.decision
        one = self._contacts.get(decision.contact_id, _Contact("…", ""))
        self._decisions.append(
            DecisionRow(
                fact.at,
                decision.contact_id,
                one.contact,
                decision.agent,
                why_chosen(decision, one.own_agent),
                short_reason(decision, one.own_agent),
                decision.waited,
            )
        )

    def _of_agent(self, fact: Fact) -> None:
        match fact:
            case StatusChanged():
                agent = self._agent(fact.agent)
                agent.status, agent.next_status, agent.since = fact.status, "", fact.at
            case NextStatusSet():
                self._agent(fact.agent).next_status = fact.status
            case OfferMade():
                self._now(fact.agent, "incoming", fact.at, fact.contact_id)
            case OfferMissed():
                self._now(fact.agent, "missed", fact.at, fact.contact_id)
            case OfferRejected():
                self._now(fact.agent, "rejected", fact.at, fact.contact_id)
            case OfferFailed():
                self._now(fact.agent, "error", fact.at, fact.contact_id)
            case ContactConnected():
                self._answered += 1
                self._agent(fact.agent).handled += 1
                self._now(fact.agent, "on contact", fact.at, fact.contact_id)
            case HoldBegan(party="third_party") | HoldEnded(party="third_party"):
                pass
            case HoldBegan():
                self._now(fact.agent, "on hold", fact.at, fact.contact_id)
            case HoldEnded() | OutboundStarted() | ContactResumed() if fact.agent:
                self._now(fact.agent, "on contact", fact.at, fact.contact_id)
            case AfterContactWorkStarted():
                self._now(fact.agent, "after-contact work", fact.at, fact.contact_id)
            case ContactPaused() if fact.agent:
                self._free(fact.agent, fact.at, fact.contact_id)
            case ContactCleared() | OfferWithdrawn() | CallbackFailed() | OutboundFailed():
                self._free(fact.agent, fact.at, fact.contact_id)
            case ContactEnded() if fact.agent:
                # Without after-contact work this is the end of it; else the fact that follows says more.
                self._free(fact.agent, fact.at, fact.contact_id)

    def _agent(self, name: str) -> _Agent:
        return self._agents.setdefault(name, _Agent())

    def _now(self, name: str, activity: str, at: Instant, contact_id: str) -> None:
        agent = self._agent(name)
        one = self._contacts.get(contact_id)
        agent.contact = one.contact if one is not None else agent.contact
        agent.activity, agent.since, agent.contact_id = activity, at, contact_id

    def _free(self, name: str, at: Instant, contact_id: str) -> None:
        agent = self._agent(name)
        if agent.contact_id == contact_id:
            agent.activity, agent.since = "", at
            if agent.next_status == "":
                agent.contact_id = ""

    def picture(self, now: Instant, load_of: Callable[[str], Load] = lambda name: Load()) -> Picture:
        """The board as it stands; `load_of` tells an agent's work."""
        queued = [
            (one.order, contact_id, one)
            for contact_id, one in self._contacts.items()
            if one.order is not None
        ]
        queued.sort(key=lambda each: each[0])
        waiting = tuple(
            WaitingRow(
                place,
                contact_id,
                one.contact,
                one.queue,
                now - (one.first_since if one.first_since is not None else one.since),
                one.told,
                one.told_at,
                one.own_agent,
                one.ringing,
            )
            for place, (_, contact_id, one) in enumerate(queued, 1)
        )
        talking = sum(agent.activity in ("on contact", "on hold") for agent in self._agents.values())
        scheduled = sum(one.scheduled or one.paused for one in self._contacts.values())
        return Picture(
            now,
            tuple(self._row(name, agent, load_of(name)) for name, agent in self._agents.items()),
            waiting,
            tuple(reversed(self._decisions)),
            max(0, len(self._contacts) - len(waiting) - talking - scheduled),
            self._count,
            self._answered,
            self._abandoned,
        )

    def _row(self, name: str, agent: _Agent, load: Load) -> AgentRow:
        activity = agent.activity or agent.status.lower()
        busy = bool(agent.activity)
        return AgentRow(
            name,
            agent.status,
            agent.next_status,
            activity,
            agent.since,
            agent.contact_id if busy else "",
            agent.contact if busy else "",
            load,
            agent.handled,
        )
