"""Contacts meet agents: queueing, offers, talking, after-contact work.

The distributor chooses; here the choice becomes facts and effects, and each contact and slot moves along its
life. Every method asks first whether the move is legal, then moves.

Longer than other modules because the life of an offer and that of its contact are told in one place.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from evenhand.assessment.workload import Workload
from evenhand.centre.contact import (
    AFTER_CONTACT_WORK,
    DIALLING,
    JOINING,
    OFFERED,
    PAUSED_AT_AGENT,
    TALKING,
    WAITING,
    Contact,
)
from evenhand.centre.holding import Holding
from evenhand.centre.joining import Joining
from evenhand.centre.opinions import Opinions
from evenhand.centre.presence import Presence
from evenhand.centre.scoring import Scoring
from evenhand.centre.timers import Timers
from evenhand.centre.world import CentreWorld
from evenhand.distributor.agents import Agent, Slot
from evenhand.distributor.decision import describe
from evenhand.distributor.distributor import Distributor, Match
from evenhand.distributor.line import Ticket
from evenhand.errors import IllegalInput
from evenhand.flow.runner import halt
from evenhand.model.definition import Policy
from evenhand.model.effects import Bridge, Disconnect, Ring, StopPrompts, StopRinging
from evenhand.model.facts import (
    AfterContactWorkStarted,
    AgentChosen,
    ContactCleared,
    ContactConnected,
    ContactDequeued,
    ContactEnded,
    ContactQueued,
    OfferAccepted,
    OfferFailed,
    OfferMade,
    OfferMissed,
    OfferRejected,
    OfferWithdrawn,
)
from evenhand.model.units import Seconds

__all__ = ["DISCONNECT_REASONS", "Routing", "ring_of"]

DISCONNECT_REASONS = {
    "customer": "CUSTOMER_DISCONNECT",
    "agent": "AGENT_DISCONNECT",
    "system": "OTHER",
    "flow": "CONTACT_FLOW_DISCONNECT",
    "third_party": "THIRD_PARTY_DISCONNECT",
    "expired": "EXPIRED",
}
"""Who ended a contact → Amazon Connect's word for it."""


def ring_of(contact: Contact, agent: Agent, slot: Slot, via: str = "") -> Ring:
    """The effect of an offer; made again after a crash it has the same id."""
    until = slot.until if slot.until is not None else slot.since
    return Ring(
        f"{contact.contact_id}/offer/{contact.offers}", contact.contact_id, agent.name, until, slot.queue, via
    )


class Routing:
    """The moves of contacts, offers and agents."""

    def __init__(
        self, world: CentreWorld, distributor: Distributor, timers: Timers, workload: Workload
    ) -> None:
        self.world = world
        self.distributor = distributor
        self.timers = timers
        self.workload = workload
        self.opinions = Opinions(world, distributor, timers.schedule)
        self.presence = Presence(world, distributor, workload)
        self.joining = Joining(self)
        self.holding = Holding(self)
        self.contacts: dict[str, Contact] = {}
        self.scoring = Scoring(world, distributor, timers, self.contacts, self.seek)
        self.decisions = 0
        self.arrivals = 0
        self.ring_seconds: Seconds = 20.0
        self.dial: Callable[[Contact, Ticket], None] | None = None
        self.outbound_ends: Callable[[Contact, str], None] | None = None
        self.give_up_handover: Callable[[Contact, str], bool] | None = None
        self.drop_third_party: Callable[[Contact, str], None] | None = None

    # --- into and out of queues -----------------------------------------------------------------------

    def enqueue(self, contact: Contact) -> None:
        """The contact joins its working queue: an agent is found at once, or it waits."""
        world, distributor = self.world, self.distributor
        now = world.now
        contact.move("enqueue")
        why = self.opinions.send(contact) if self.opinions.name_queues else ""
        self.arrivals += 1
        ticket = Ticket(
            contact.contact_id,
            contact.channel,
            distributor.line(contact.target_queue, contact.target_agent, contact.channel),
            now,
            contact.priority,
            contact.age_adjustment,
            self.arrivals,
        )
        ticket.own_agent = contact.own_agent
        if contact.kept_age:
            ticket.adjustment += contact.kept_age
        ticket.candidates = contact.candidates
        queue = ticket.line.queue
        if queue is None:
            ticket.walked = contact.walked
        elif not queue.plain:
            if queue.wishes:
                self._read_wishes(contact, ticket, queue.policy)
            if queue.policy.rules:
                self.opinions.judge(contact, ticket)
        if queue is not None and contact.criteria is not None:
            world.steps.enter_queue(contact, ticket)
        contact.ticket = ticket
        distributor.add(ticket)
        match = distributor.seek_agent(ticket, now)
        if queue is not None and not queue.plain and queue.asks_model:
            match = self.scoring.hold(contact, match)
        if match is None:
            distributor.wait(ticket, now)
        if world.recording:
            world.record(
                ContactQueued(
                    now,
                    contact.contact_id,
                    ticket.queue,
                    ticket.agent_queue,
                    ticket.priority,
                    ticket.adjustment,
                    0 if match is not None or ticket.agent_queue else ticket.line.position(ticket),
                    why,
                )
            )
        if ticket.criteria is not None:
            world.steps.tell(ticket, "ACTIVE")
        if match is not None:
            self.offer(contact, match)

    def _read_wishes(self, contact: Contact, ticket: Ticket, policy: Policy) -> None:
        """A flow may name the own agent and the candidates in attributes, as the queue's policy says."""
        attributes = contact.attributes
        if policy.own_agent:
            ticket.own_agent = attributes.get(policy.own_agent_attribute) or ticket.own_agent
        if policy.candidates:
            names = attributes.get(policy.candidates_attribute, "")
            found = (self.world.find_agent(name.strip()) or name.strip() for name in names.split(","))
            ticket.candidates = tuple(name for name in found if name) or ticket.candidates

    def leave_queue(self, contact: Contact, why: str) -> None:
        """The contact waits no more; if it rings somewhere, that ends too."""
        world, distributor, ticket = self.world, self.distributor, contact.ticket
        assert ticket is not None
        agent = None
        if ticket.offered_to:
            agent = self._withdraw(contact, ticket, why)
        else:
            distributor.unwait(ticket)
        distributor.drop(ticket)
        contact.ticket = None
        if ticket.criteria is not None:
            world.steps.tell(ticket, "DEACTIVATED")
        if world.recording:
            place = ticket.queue or ticket.agent_queue
            world.record(ContactDequeued(world.now, contact.contact_id, place, world.now - ticket.since, why))
        if agent is not None:
            self.seek_for(agent)

    def _withdraw(self, contact: Contact, ticket: Ticket, why: str) -> Agent:
        world, agent = self.world, self.distributor.agents[ticket.offered_to]
        self.distributor.release(agent, agent.slots[contact.contact_id], "withdraw", world.now)
        self._take_back(agent, contact)
        self.presence.apply_next_status(agent)
        if world.recording:
            world.record(OfferWithdrawn(world.now, contact.contact_id, agent.name, why))
        world.perform(StopRinging(contact.next_effect_id(), contact.contact_id, agent.name, why))
        return agent

    def tickets(self) -> list[Ticket]:
        """Everybody who waits or rings, in the order of queueing."""
        found = [one.ticket for one in self.contacts.values() if one.ticket is not None]
        return sorted(found, key=lambda ticket: ticket.number)

    def place(self, contact_id: str) -> tuple[float, ...]:
        """The contact's place in the order of those who wait; whoever has none comes last."""
        contact = self.contacts.get(contact_id)
        ticket = contact.ticket if contact is not None else None
        return ticket.key if ticket is not None else (math.inf,)

    def seek(self, contact_id: str) -> None:
        """The time came to ask again for this contact: its wait for one person, a delay, or a step of its
        routing criteria is over."""
        contact = self.contacts.get(contact_id)
        ticket = contact.ticket if contact is not None else None
        if contact is None or ticket is None or contact.stage != WAITING or ticket.scoring is not None:
            return
        if ticket.criteria is not None:
            self.world.steps.go_on(contact)
        match = self.scoring.hold(contact, self.distributor.seek_agent(ticket, self.world.now))
        if match is not None:
            self.distributor.unwait(ticket)
            self.offer(contact, match)

    def seek_for(self, agent: Agent) -> None:
        """The agent may have room: everything that waits for them now is offered; then they are idle."""
        while True:
            match = self.distributor.seek_ticket(agent, self.world.now)
            if match is None:
                break
            self.distributor.unwait(match.ticket)
            self.offer(self.contacts[match.ticket.contact_id], match)
            if agent.single_voice:
                return
        self.distributor.refresh(agent)

    # --- the life of an offer -------------------------------------------------------------------------

    def offer(self, contact: Contact, match: Match) -> None:
        """The agent is reserved and the contact rings; with auto-accept it is connected at once."""
        world, agent, ticket = self.world, match.agent, match.ticket
        now = world.now
        self.decisions += 1
        if world.recording:
            world.record(AgentChosen(now, describe(self.distributor, match, self.decisions, now)))
        contact.move("offer")
        contact.offers += 1
        # A callback is never accepted by itself: the agent has to be there before anybody is dialled.
        auto_accept = agent.auto_accept and contact.callback is None
        rings = self.ring_seconds
        if match.rings is not None:
            # Given by name, perhaps to somebody who is busy: who is interrupted has to answer themselves.
            rings = match.rings
            auto_accept = auto_accept and not agent.slots and match.via != "interrupt"
        until = now if auto_accept else now + rings
        slot = self.distributor.reserve(match, until, now)
        if contact.initiation_method == "OUTBOUND":
            slot.outbound = True
        queue = ticket.line.queue
        if queue.counts_workload if queue is not None else self.workload.observed:
            self.workload.give(agent.name, contact.contact_id, now)
        if world.recording:
            world.record(OfferMade(now, contact.contact_id, agent.name, ticket.queue, until))
        if auto_accept:
            self._accepted(contact, agent, slot, ticket)
            return
        self.timers.schedule(until, "ring", contact.contact_id)
        world.perform(ring_of(contact, agent, slot, match.via))

    def _take_back(self, agent: Agent, contact: Contact) -> None:
        self.workload.take_back(agent.name, contact.contact_id)

    def accept(self, contact_id: str, name: str) -> None:
        """The agent took the contact."""
        contact, agent, slot, ticket = self._offered(contact_id, name)
        self._accepted(contact, agent, slot, ticket)

    def _offered(self, contact_id: str, name: str) -> tuple[Contact, Agent, Slot, Ticket]:
        contact = self.contacts.get(contact_id)
        agent = self.distributor.agents.get(name)
        ticket = contact.ticket if contact is not None else None
        if contact is None or agent is None or ticket is None or ticket.offered_to != name:
            raise IllegalInput(f"{contact_id} does not ring at {name}")
        if contact.stage == JOINING:
            raise IllegalInput(f"{name} has taken {contact_id} already")
        return contact, agent, agent.slots[contact_id], ticket

    def _accepted(self, contact: Contact, agent: Agent, slot: Slot, ticket: Ticket) -> None:
        world = self.world
        now = world.now
        if world.recording:
            world.record(OfferAccepted(now, contact.contact_id, agent.name, now - slot.since))
        if contact.flow:
            # The agent's accept pre-empts the queue flow wherever it stands.
            halt(contact)
            if contact.third_party and self.drop_third_party is not None:
                self.drop_third_party(contact, "an agent took the contact")
            world.perform(StopPrompts(contact.next_effect_id(), contact.contact_id))
        if (contact.hooks is None and not world.has_default_hooks) or not self.joining.begin(contact):
            self.join(contact, agent, slot, ticket)

    def join(self, contact: Contact, agent: Agent, slot: Slot, ticket: Ticket) -> None:
        """Customer and agent talk from now on."""
        world = self.world
        now = world.now
        contact_id = contact.contact_id
        slot.until = None
        agent.move(slot, "accept", now)
        callback = contact.callback
        contact.move("accept" if callback is None else "dial")
        contact.agent = agent.name
        contact.connected_at = now
        contact.queued_at = ticket.since
        contact.ticket = None
        self.distributor.drop(ticket)
        if ticket.criteria is not None:
            world.steps.tell(ticket, "JOINED")
        if world.recording:
            place = ticket.queue or ticket.agent_queue
            why = "connected" if callback is None else "dialled"
            world.record(ContactDequeued(now, contact_id, place, now - ticket.since, why))
        if callback is not None and self.dial is not None:
            self.dial(contact, ticket)
            return
        if world.recording:
            world.record(ContactConnected(now, contact_id, agent.name, ticket.queue, now - ticket.since))
        world.perform(Bridge(contact_id + "/bridge", contact_id, agent.name))

    def ring_out(self, contact_id: str) -> None:
        """The ring time may be over: if it is, the offer was missed."""
        contact = self.contacts.get(contact_id)
        ticket = contact.ticket if contact is not None else None
        if contact is None or ticket is None or not ticket.offered_to:
            return
        slot = self.distributor.agents[ticket.offered_to].slots[contact_id]
        if slot.until is not None and slot.until <= self.timers.due:
            self.refuse(contact_id, ticket.offered_to, "miss")

    def refuse(self, contact_id: str, name: str, how: str, reason: str = "") -> None:
        """The offer came to nothing: `miss`, `reject` or `fail`. The agent gets nothing more until cleared;
        the contact keeps its place and asks for the next agent."""
        self.give_up(self._offered(contact_id, name)[0], name, how, reason)

    def give_up(self, contact: Contact, name: str, how: str, reason: str = "") -> None:
        """The same for an agent who is known to have the contact ringing, or in a whisper."""
        world, ticket, agent = self.world, contact.ticket, self.distributor.agents[name]
        assert ticket is not None
        now, contact_id, slot = world.now, contact.contact_id, agent.slots[contact.contact_id]
        slot.until = None
        self.distributor.release(agent, slot, how, now)
        self.distributor.refresh(agent)
        self._take_back(agent, contact)
        contact.move("miss")
        ticket.offered_to = ""
        if world.recording:
            if how == "miss":
                world.record(OfferMissed(now, contact_id, name))
            elif how == "reject":
                world.record(OfferRejected(now, contact_id, name))
            else:
                world.record(OfferFailed(now, contact_id, name, reason))
        why = {"miss": "missed", "reject": "rejected", "fail": "error"}[how]
        world.perform(StopRinging(contact.next_effect_id(), contact_id, name, why))
        if ticket.criteria is not None:
            world.steps.go_on(contact)
        match = self.scoring.anew(contact, ticket)
        if match is not None:
            self.offer(contact, match)
        else:
            self.distributor.wait(ticket, now)

    # --- the end --------------------------------------------------------------------------------------

    def end(self, contact: Contact, by: str, heir: str = "") -> None:
        """The contact is over, wherever it stands. `heir`: the contact in which the customer goes on."""
        if contact.handover and self.give_up_handover is not None and self.give_up_handover(contact, by):
            return
        world = self.world
        now = world.now
        reason = DISCONNECT_REASONS.get(by, "OTHER")
        if contact.third_party and self.drop_third_party is not None:
            self.drop_third_party(contact, by)
        if contact.stage == TALKING:
            if contact.held:
                self.holding.over(contact, talk=False)
            self._end_talk(contact, by, reason, heir)
            return
        if contact.stage == PAUSED_AT_AGENT:
            holder = self.distributor.agents[contact.agent]
            holder.fetch(contact.contact_id)
            self.distributor.refresh(holder)
            contact.paused_for += now - contact.paused_since
            contact.paused_since = 0.0
            self._end_talk(contact, by, reason, heir)
            return
        if contact.ticket is not None:
            self.leave_queue(contact, "abandoned" if by == "customer" else "ended_by_flow")
        if contact.stage == DIALLING and contact.callback is None and self.outbound_ends is not None:
            self.outbound_ends(contact, by)
            return
        if contact.flow:
            halt(contact)
        contact.move("end")
        del self.contacts[contact.contact_id]
        if world.recording:
            lasted = now - contact.arrived_at
            world.record(ContactEnded(now, contact.contact_id, reason, "", 0.0, lasted, heir))
        if by != "customer" and not heir:
            world.perform(Disconnect(contact.next_effect_id(), contact.contact_id, reason))

    def _end_talk(self, contact: Contact, by: str, reason: str, heir: str) -> None:
        world, agent = self.world, self.distributor.agents[contact.agent]
        now, contact_id = world.now, contact.contact_id
        slot = agent.slots[contact_id]
        talked = now - contact.connected_at
        if contact.channel == "TASK":
            talked -= contact.paused_for
            if contact.agent_facts is not None:
                # A flow that runs beside a pause, or at its end.
                halt(contact)
                contact.agent_facts = None
        if world.recording:
            lasted = now - contact.arrived_at
            world.record(ContactEnded(now, contact_id, reason, agent.name, talked, lasted, heir))
        if by != "customer" and not heir:
            world.perform(Disconnect(contact.next_effect_id(), contact_id, reason))
        limit = agent.after_contact_work
        if limit is None:
            contact.move("release")
            del self.contacts[contact_id]
            if slot.queue:
                world.recent.handled(slot.queue, talked)
            self.distributor.release(agent, slot, "release", now)
            self.freed(agent)
            return
        contact.move("end")
        self.distributor.release(agent, slot, "end", now)
        if limit > 0:
            slot.until = now + limit
            self.timers.schedule(slot.until, "after_contact_work", f"{agent.name}\n{contact_id}")
        if world.recording:
            world.record(AfterContactWorkStarted(now, contact_id, agent.name, slot.until))

    def let_go(self, contact: Contact, name: str) -> None:
        """The agent had taken the contact, and nobody was reached: free again."""
        agent = self.distributor.agents[name]
        self._take_back(agent, contact)
        self.distributor.release(agent, agent.slots[contact.contact_id], "release", self.world.now)
        self.freed(agent)

    def work_over(self, key: str) -> None:
        """The time for after-contact work may be over: if it is, the slot is cleared."""
        name, _, contact_id = key.partition("\n")
        agent = self.distributor.agents.get(name)
        slot = agent.slots.get(contact_id) if agent is not None else None
        if slot is None or slot.until is None or slot.state != AFTER_CONTACT_WORK:
            return
        if slot.until <= self.timers.due:
            self.clear(contact_id, name)

    def clear(self, contact_id: str, name: str) -> None:
        """A slot is made free again, after work or after a missed, rejected or failed offer."""
        agent = self.distributor.agents.get(name)
        slot = agent.slots.get(contact_id) if agent is not None else None
        if agent is None or slot is None or slot.state in (OFFERED, TALKING):
            raise IllegalInput(f"{name} has nothing of {contact_id} to clear")
        world, was = self.world, slot.state
        now = world.now
        if was == AFTER_CONTACT_WORK:
            contact = self.contacts.pop(contact_id)
            contact.move("clear")
            if slot.queue:
                world.recent.handled(slot.queue, now - contact.connected_at - contact.paused_for)
        self.distributor.release(agent, slot, "clear", now)
        if world.recording:
            world.record(ContactCleared(now, contact_id, name, was))
        self.freed(agent)

    def set_status(self, name: str, status: str) -> None:
        """The agent chose a status; what waits for them is offered if it makes them available."""
        self.seek_for(self.presence.set_status(name, status))

    def freed(self, agent: Agent) -> None:
        """A slot is free: the next status may come, and what waits for the agent."""
        if agent.next_status:
            self.presence.apply_next_status(agent)
        self.seek_for(agent)
