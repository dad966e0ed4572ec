"""Contacts that are given to one agent by name, whatever the two questions would answer.

Somebody assigns a queued contact, an agent picks one from a worklist, a flow interrupts an agent or hands the
contact over. The agent is reserved as for any other offer, and what comes of it is the same.
"""

from __future__ import annotations

from collections.abc import Callable

from evenhand.centre.contact import WAITING, Contact
from evenhand.centre.routing import Routing
from evenhand.distributor.agents import Agent
from evenhand.distributor.distributor import Match
from evenhand.distributor.life import AFTER_CONTACT_WORK
from evenhand.distributor.line import Ticket
from evenhand.errors import IllegalInput
from evenhand.flow.runner import halt
from evenhand.model.facts import ContactQueued, FlowFailed
from evenhand.model.inputs import ContactAssigned
from evenhand.model.units import Seconds

__all__ = ["INTERRUPTION_RINGS", "Assignments"]

INTERRUPTION_RINGS: Seconds = 30.0
"""How long an interruption rings; Amazon Connect's own, not configurable."""


class Assignments:
    """Gives contacts to agents by name."""

    def __init__(self, routing: Routing) -> None:
        self.routing = routing

    def assign(self, input: ContactAssigned) -> None:
        """A queued contact is offered to this agent, however much they have and whatever their status."""
        routing = self.routing
        contact = routing.contacts.get(input.contact_id)
        ticket = contact.ticket if contact is not None else None
        if contact is None or ticket is None:
            raise IllegalInput(f"{input.contact_id} does not wait in a queue")
        if contact.stage != WAITING:
            raise IllegalInput(f"{input.contact_id} rings at {ticket.offered_to} already")
        agent = self._known(input.agent)
        if agent is None:
            raise IllegalInput(f"there is no agent {input.agent!r}")
        refusal = self._unreachable(agent, contact)
        if refusal:
            raise IllegalInput(refusal)
        self._offer(contact, agent, "worklist" if ticket.line in agent.worklists else "assigned")

    def interrupt(self, contact: Contact, name: str) -> str:
        """A waiting contact rings at this agent though they may be busy: one more than their concurrency.
        Answers why that cannot be, or ''."""
        agent = self._known(name)
        if agent is None:
            return f"there is no agent {name!r}"
        if contact.stage != WAITING:
            ringing = contact.ticket.offered_to if contact.ticket is not None else ""
            return f"the contact rings at {ringing} already" if ringing else "the contact is not in a queue"
        most = agent.profile.concurrency.get(contact.channel, 0)
        if most == 0:
            return f"{name} takes no contacts of the channel {contact.channel}"
        refusal = self._unreachable(agent, contact)
        if refusal:
            return refusal
        taken = sum(slot.channel == contact.channel for slot in agent.slots.values())
        if taken > most:
            return f"{name} has {taken} contacts already, one more than the profile's {most}"
        self._offer(contact, agent, "interrupt", INTERRUPTION_RINGS)
        return ""

    def hand_over(self, contact: Contact, complete: Callable[[Contact], None]) -> bool:
        """The flow hands the contact to the agent whose queue is its working queue. After-contact work is
        cleared for it; the contact of an agent who is busy or offline is disconnected. False: there is no such
        agent. `complete` ends the part of the agent who transfers the contact, where one does."""
        routing, world = self.routing, self.routing.world
        agent = self._known(contact.target_agent)
        if agent is None:
            why = "no agent is the contact's target"
            world.record(FlowFailed(world.now, contact.contact_id, "", "", why, "default queue"))
            return False
        halt(contact)
        working = [one.contact_id for one in agent.slots.values() if one.state == AFTER_CONTACT_WORK]
        if agent.status_type == "OFFLINE" or len(working) < len(agent.slots):
            routing.end(contact, "flow")
            return True
        if contact.handover:
            complete(contact)
        contact.move("enqueue")
        routing.arrivals += 1
        ticket = Ticket(
            contact.contact_id,
            contact.channel,
            agent.own,
            world.now,
            contact.priority,
            contact.age_adjustment,
            routing.arrivals,
        )
        contact.ticket = ticket
        routing.distributor.add(ticket)
        if world.recording:
            world.record(
                ContactQueued(
                    world.now,
                    contact.contact_id,
                    "",
                    agent.name,
                    ticket.priority,
                    ticket.adjustment,
                    0,
                    "handed over by the flow",
                )
            )
        # First the offer, so that nothing else takes the place that the work leaves.
        match = self._match(ticket, agent, "handed_over", routing.ring_seconds)
        routing.offer(contact, match)
        for contact_id in working:
            routing.clear(contact_id, agent.name)
        return True

    def _known(self, name: str) -> Agent | None:
        found = self.routing.world.find_agent(name) if name else ""
        return self.routing.distributor.agents.get(found)

    def _unreachable(self, agent: Agent, contact: Contact) -> str:
        if agent.status_type == "OFFLINE":
            return f"{agent.name} is offline"
        slot = agent.slots.get(contact.contact_id)
        if slot is not None:
            return f"{agent.name} has not cleared the {slot.state} {contact.contact_id} yet"
        return ""

    def _offer(self, contact: Contact, agent: Agent, via: str, rings: Seconds | None = None) -> None:
        routing, ticket = self.routing, contact.ticket
        assert ticket is not None
        routing.distributor.unwait(ticket)
        # A model that is being asked is asked in vain.
        ticket.scoring = None
        ring_seconds = routing.ring_seconds if rings is None else rings
        routing.offer(contact, self._match(ticket, agent, via, ring_seconds))

    def _match(self, ticket: Ticket, agent: Agent, via: str, rings: Seconds) -> Match:
        match = Match(ticket, agent, via, "", "assignment")
        match.rings = rings
        return match
