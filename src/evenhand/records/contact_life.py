"""The life of each contact as the facts tell it: when it was where, with whom, and how long.

Contact records, contact events and metrics are all read off here, so they cannot contradict each other.
A contact is *complete* when after-contact work is over, or at its end where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from evenhand.flow.references import text_of
from evenhand.model.criteria import RoutingCriteria
from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import (
    AfterContactWorkStarted,
    AttributesChanged,
    BlockExecuted,
    CallbackScheduled,
    ContactCleared,
    ContactConnected,
    ContactDataGiven,
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
    OfferMade,
    OutboundStarted,
    RoutingCriteriaSet,
    RoutingStepChanged,
    ThirdPartyJoined,
)
from evenhand.model.units import Channel, Instant, Seconds
from evenhand.records.criteria_applied import KEPT, AppliedCriteria
from evenhand.records.resources import Resources

__all__ = ["ContactLife", "Contacts", "Span", "Stay"]

_KEPT = 10_000


class Stay(msgspec.Struct):
    """One stay in one queue; `why` it ended is `connected`, `abandoned`, `transferred`, `ended_by_flow` …"""

    queue: str
    agent_queue: str
    since: Instant
    priority: int = 5
    adjustment: Seconds = 0.0
    left: Instant | None = None
    why: str = ""

    def waited(self, now: Instant) -> Seconds:
        """How long it was, or is by now."""
        return (self.left if self.left is not None else now) - self.since


class Span(msgspec.Struct):
    """A stretch of time; `until` None while it lasts."""

    since: Instant
    until: Instant | None = None

    def seconds(self, now: Instant) -> Seconds:
        """Its length, or what it is by now."""
        return (self.until if self.until is not None else now) - self.since


class ContactLife(msgspec.Struct):
    """All that is known of one contact. What has not happened is None or empty.

    Of the call to a third party: `joined_at` is when they answered, `party_holds` when they were on hold,
    `outside_seconds` how long they talked with the customer. Of the contact that went to one, `handed_out_at`
    when and `handed_out_to` which number.

    `pauses` are those of before an agent had it too; `resumed_at` is when the last one was ended, which the end
    of the contact does not do. `flow_began` is when its flow did, where it was scheduled first. `criteria` are
    its routing criteria, as often as they were set, of which the last three are kept."""

    contact_id: str
    channel: Channel
    method: str
    initiated_at: Instant
    customer_address: str = ""
    system_address: str = ""
    initial_contact_id: str = ""
    previous_contact_id: str = ""
    related_contact_id: str = ""
    next_contact_id: str = ""
    next_method: str = ""
    name: str = ""
    description: str = ""
    customer_id: str = ""
    references: dict[str, dict[str, str]] = {}
    attributes: dict[str, str] = {}
    stays: list[Stay] = []
    offers: int = 0
    rang_at: Instant | None = None
    agent: str = ""
    routing_profile: str = ""
    connected_at: Instant | None = None
    holds: list[Span] = []
    pauses: list[Span] = []
    joined_at: Instant | None = None
    party_holds: list[Span] = []
    outside_seconds: Seconds = 0.0
    handed_out_at: Instant | None = None
    handed_out_to: str = ""
    resumed_at: Instant | None = None
    criteria: list[AppliedCriteria] = []
    outbound_queue: str = ""
    flow_began: Instant | None = None
    ended_at: Instant | None = None
    reason: str = ""
    work: Span | None = None
    scheduled_at: Instant | None = None
    scheduled_queue: str = ""
    updated_at: Instant = 0.0
    complete: bool = False

    @property
    def stay(self) -> Stay | None:
        """The last stay in a queue."""
        return self.stays[-1] if self.stays else None

    @property
    def waiting(self) -> Stay | None:
        """The stay that lasts."""
        last = self.stay
        return last if last is not None and last.left is None else None

    @property
    def transferred(self) -> bool:
        """Whether the next contact is this one, transferred by an agent or from a queue."""
        return self.next_method in ("TRANSFER", "QUEUE_TRANSFER")

    @property
    def transfer_completed_at(self) -> Instant | None:
        """When the customer was with whom they were transferred to."""
        if self.handed_out_at is not None:
            return self.handed_out_at
        return self.ended_at if self.transferred else None

    @property
    def connected_to_system_at(self) -> Instant | None:
        """When the customer reached the centre. Of a call that the centre makes only the agent's talk tells."""
        if self.method == "EXTERNAL_OUTBOUND":
            return self.joined_at
        if self.method in ("OUTBOUND", "CALLBACK"):
            return self.connected_at
        return self.initiated_at

    @property
    def held(self) -> Seconds:
        """Seconds on hold, all together."""
        return sum(hold.seconds(self.updated_at) for hold in self.holds)

    @property
    def paused(self) -> Seconds:
        """Seconds paused, all together."""
        return sum(pause.seconds(self.updated_at) for pause in self.pauses)

    @property
    def paused_by_agent(self) -> Seconds:
        """Seconds paused while an agent had it."""
        since = self.connected_at
        return sum(
            pause.seconds(self.updated_at)
            for pause in self.pauses
            if since is not None and pause.since >= since
        )

    @property
    def interaction(self) -> Seconds:
        """Seconds with the agent, without hold and pauses."""
        if self.connected_at is None:
            return 0.0
        end = self.ended_at if self.ended_at is not None else self.updated_at
        return end - self.connected_at - self.held - self.paused_by_agent

    @property
    def in_flow(self) -> Seconds:
        """Seconds in flows before the first queue or the talk, or until the end where there was neither."""
        if self.method == "OUTBOUND":
            # The call begins with the agent, not in a flow.
            return 0.0
        began = self.flow_began if self.flow_began is not None else self.initiated_at
        ends = self.stays[0].since if self.stays else self.ended_at
        until = ends if ends is not None else self.updated_at
        return max(0.0, until - began - sum(one.seconds(until) for one in self.pauses if one.since < until))

    @property
    def work_seconds(self) -> Seconds:
        """Seconds of after-contact work."""
        return self.work.seconds(self.updated_at) if self.work is not None else 0.0

    def hold_begins(self, at: Instant) -> None:
        """The agent put the customer on hold."""
        self.holds.append(Span(at))

    def hold_ends(self, at: Instant) -> None:
        """The customer is back, or gone."""
        if self.holds and self.holds[-1].until is None:
            self.holds[-1].until = at

    def pause_begins(self, at: Instant) -> None:
        """The task was laid aside."""
        self.pauses.append(Span(at))

    def pause_ends(self, at: Instant) -> None:
        """The task is taken up again, or over."""
        if self.pauses and self.pauses[-1].until is None:
            self.pauses[-1].until = at


class Contacts:
    """Feed it facts in order; `define` when a definition takes effect.

    Present contacts are all there; of complete ones the last ten thousand, so that what comes later (a next
    contact) still finds its contact.
    """

    def __init__(self, definition: CentreDefinition | None = None, kept: int = _KEPT) -> None:
        self.resources = Resources(definition or CentreDefinition())
        self.present: dict[str, ContactLife] = {}
        self.complete: dict[str, ContactLife] = {}
        self._kept = kept

    def define(self, definition: CentreDefinition) -> None:
        """This definition holds from now on."""
        self.resources = Resources(definition)

    def find(self, contact_id: str) -> ContactLife | None:
        """The contact, present or complete."""
        return self.present.get(contact_id) or self.complete.get(contact_id)

    def feed(self, facts: Iterable[Fact]) -> list[ContactLife]:
        """These became true. Answers the contacts that are complete, or were and have changed since."""
        done: list[ContactLife] = []
        for fact in facts:
            changed = self.add(fact)
            done.extend(life for life in changed if life.complete)
        return done

    def add(self, fact: Fact) -> list[ContactLife]:
        """This became true. Answers the contacts whose record it changed."""
        if isinstance(fact, ContactInitiated):
            return self._begin(fact)
        if isinstance(fact, ThirdPartyJoined):
            return self._joined(fact)
        life = self.present.get(getattr(fact, "contact_id", ""))
        if life is None or not self._apply(fact, life):
            return []
        life.updated_at = fact.at
        if life.complete:
            self._keep(life)
        return [life]

    def _begin(self, fact: ContactInitiated) -> list[ContactLife]:
        before = self.find(fact.previous_contact_id) if fact.previous_contact_id != fact.contact_id else None
        life = ContactLife(
            fact.contact_id,
            fact.channel,
            fact.initiation_method,
            fact.at,
            fact.customer_address,
            fact.system_address,
            fact.initial_contact_id,
            fact.previous_contact_id,
            fact.related_contact_id,
            updated_at=fact.at,
        )
        self.present[fact.contact_id] = life
        if before is None:
            return [life]
        # Attributes belong to the whole chain of a contact's segments.
        life.attributes = dict(before.attributes)
        if fact.initiation_method == "TRANSFER" and before.ended_at is None:
            # The customer may yet stay where they are: the end of the contact before tells.
            return [life]
        before.next_contact_id, before.next_method = fact.contact_id, fact.initiation_method
        before.updated_at = max(fact.at, before.updated_at + 1.0) if before.complete else fact.at
        return [life, before]

    def _joined(self, fact: ThirdPartyJoined) -> list[ContactLife]:
        """A third party answered: their call tells so, and the contact that a flow sends to them."""
        call, life = self.present.get(fact.third_party_id), self.present.get(fact.contact_id)
        if call is None or life is None:
            return []
        call.joined_at = call.updated_at = fact.at
        if fact.agent:
            return [call]
        life.handed_out_at, life.handed_out_to, life.updated_at = fact.at, call.customer_address, fact.at
        return [call, life]

    def _party_hold(self, life: ContactLife, at: Instant) -> None:
        """The third party of this contact is put on hold, or is back."""
        call = self.present.get(life.next_contact_id)
        if call is None:
            return
        if call.party_holds and call.party_holds[-1].until is None:
            call.party_holds[-1].until = at
        else:
            call.party_holds.append(Span(at))

    def _left_outside(self, call: ContactLife, now: Instant) -> None:
        """The call to a third party is over: how long they talked with the customer."""
        if call.joined_at is None:
            return
        before = self.find(call.previous_contact_id)
        silent = [*call.party_holds, *(before.holds if before is not None else ())]
        apart = 0.0
        for hold in silent:
            until = hold.until if hold.until is not None else now
            apart += max(0.0, min(until, now) - max(hold.since, call.joined_at))
        call.outside_seconds = max(0.0, now - call.joined_at - apart)

    def _apply(self, fact: Fact, life: ContactLife) -> bool:
        """Whether the fact says something about the contact's record."""
        match fact:
            case ContactDataGiven():
                life.attributes = {**life.attributes, **(fact.attributes or {})}
                life.name, life.description = fact.name, fact.description
                life.customer_id, life.references = fact.customer_id, fact.references or {}
            case AttributesChanged():
                life.attributes = life.attributes | fact.attributes
            case BlockExecuted():
                return _data_changed(fact, life)
            case ContactQueued():
                life.stays.append(
                    Stay(fact.queue, fact.agent_queue, fact.at, fact.priority, fact.age_adjustment)
                )
                if fact.agent_queue and life.criteria and life.criteria[-1].activated_at is None:
                    # Nobody is asked for by them there; the service notes the time all the same.
                    life.criteria[-1].activated_at = fact.at
            case ContactDequeued():
                if life.stays:
                    life.stays[-1].left, life.stays[-1].why = fact.at, fact.why
            case OfferMade():
                life.offers += 1
                life.rang_at = fact.at
            case ContactConnected():
                life.agent, life.connected_at = fact.agent, fact.at
                life.routing_profile = self.resources.agent(fact.agent).routing_profile
            case ContactEnded():
                life.ended_at, life.reason = fact.at, fact.reason
                heir = self.find(fact.next_contact_id) if fact.next_contact_id else None
                if heir is not None:
                    life.next_contact_id, life.next_method = heir.contact_id, heir.method
                    if heir.method == "EXTERNAL_OUTBOUND":
                        life.handed_out_at, life.handed_out_to = fact.at, heir.customer_address
                life.hold_ends(fact.at)
                life.pause_ends(fact.at)
                if life.method == "EXTERNAL_OUTBOUND":
                    self._left_outside(life, fact.at)
                life.complete = not fact.agent or not self.resources.has_after_contact_work(fact.agent)
            case CallbackScheduled() | ContactScheduled():
                life.scheduled_at, life.scheduled_queue = fact.due, fact.queue
                if life.flow_began is None:
                    life.flow_began = fact.due
            case OutboundStarted():
                life.outbound_queue = fact.queue
            case ContactPaused():
                life.pause_begins(fact.at)
            case ContactResumed():
                life.pause_ends(fact.at)
                life.resumed_at = fact.at
            case RoutingCriteriaSet():
                if life.criteria:
                    life.criteria[-1].interrupt()
                applied = AppliedCriteria(fact.index, fact.criteria or RoutingCriteria(()))
                life.criteria = [*life.criteria, applied][-KEPT:]
            case RoutingStepChanged():
                if fact.status == "INTERRUPTED" or not life.criteria:
                    return False
                life.criteria[-1].step(fact)
            case HoldBegan(party="customer"):
                life.hold_begins(fact.at)
            case HoldEnded(party="customer"):
                life.hold_ends(fact.at)
            case HoldBegan(party="third_party"):
                self._party_hold(life, fact.at)
            case HoldEnded(party="third_party"):
                self._party_hold(life, fact.at)
            case AfterContactWorkStarted():
                life.work = Span(fact.at)
            case ContactCleared(was="after_contact_work"):
                if life.work is not None:
                    life.work.until = fact.at
                life.complete = True
            case _:
                return False
        return True

    def _keep(self, life: ContactLife) -> None:
        del self.present[life.contact_id]
        self.complete[life.contact_id] = life
        if len(self.complete) > self._kept:
            del self.complete[next(iter(self.complete))]


def _data_changed(fact: BlockExecuted, life: ContactLife) -> bool:
    """A block that went well may have changed what the contact says about itself."""
    if fact.branch != "NextAction":
        return False
    if fact.block_type == "UpdateContactAttributes":
        given = fact.values.get("Attributes")
        if not isinstance(given, dict):
            return False
        life.attributes = life.attributes | {key: text_of(value) for key, value in given.items()}
        return True
    if fact.block_type == "UpdateContactData":
        life.customer_id = text_of(fact.values.get("CustomerId", life.customer_id))
        life.name = text_of(fact.values.get("Name", life.name))
        life.description = text_of(fact.values.get("Description", life.description))
        return True
    return False
