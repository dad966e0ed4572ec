"""Transfers by an agent: the talk goes on elsewhere, or stays where it is.

The transfer flow runs as the next contact of the chain, while the customer is still with the agent. When it
puts that contact into a queue, the agent's part is over and the customer goes on in it. When it does not,
nothing has changed for the customer.
"""

from __future__ import annotations

from evenhand.centre.contact import IN_FLOW, PAUSED_AT_AGENT, TALKING, Contact
from evenhand.centre.routing import Routing
from evenhand.centre.segments import MOST_SEGMENTS, Segments
from evenhand.errors import IllegalInput
from evenhand.flow.compiled import Flow
from evenhand.flow.runner import halt
from evenhand.model.effects import CarryOver, StopPrompts
from evenhand.model.facts import ContactEnded, TransferFailed
from evenhand.model.inputs import TransferRequested

__all__ = ["Transfers"]


class Transfers:
    """Begins, completes and gives up handovers."""

    def __init__(self, routing: Routing, segments: Segments) -> None:
        self.routing = routing
        self.segments = segments

    def begin(self, input: TransferRequested) -> tuple[Contact, Flow | None]:
        """The agent wants to hand the customer over. Answers the next contact and the flow it begins in."""
        contact = self.routing.contacts.get(input.contact_id)
        if contact is None or contact.stage not in (TALKING, PAUSED_AT_AGENT) or contact.agent != input.agent:
            raise IllegalInput(f"{input.agent} does not talk in {input.contact_id}")
        if contact.handover or contact.third_party:
            busy = contact.handover or contact.third_party
            raise IllegalInput(f"{input.contact_id} is being transferred already, as {busy}")
        if contact.place + 1 >= MOST_SEGMENTS:
            raise IllegalInput(
                f"this is contact {contact.place + 1} of its chain, and {MOST_SEGMENTS} is the most"
            )
        queue, agent = self._destination(input)
        world = self.routing.world
        hook = "QueueTransfer" if queue else "AgentTransfer"
        name = world.find_flow(input.flow or world.definition.default_hooks.get(hook, ""))
        flow = world.flows.get(name)
        if input.flow and flow is None:
            raise IllegalInput(f"there is no flow {input.flow!r}")
        heir = self.segments.prepare(contact, "TRANSFER", name)
        heir.candidates = heir.walked = ()
        contact.handover, heir.handover = heir.contact_id, contact.contact_id
        if contact.queued_at:
            # A transfer by an agent keeps the age; one from queue to queue does not.
            heir.kept_age = world.now - contact.queued_at + contact.kept_age
        world.set_working_queue(heir, queue, agent)
        heir.agent_facts = world.agent_facts(agent) if agent else None
        return heir, flow

    def _destination(self, input: TransferRequested) -> tuple[str, str]:
        world, wanted = self.routing.world, input.destination
        queue = world.find_queue(wanted) if input.kind == "queue" else ""
        agent = world.find_agent(wanted) if input.kind == "agent" else ""
        if input.kind not in ("queue", "agent"):
            raise IllegalInput(
                f"nobody can be transferred to a {input.kind!r}", way_out="use one of: queue, agent, number"
            )
        if not queue and not agent:
            raise IllegalInput(f"there is no {input.kind} {wanted!r}")
        if agent == input.agent:
            raise IllegalInput(f"{agent} has {input.contact_id} already")
        return queue, agent

    def complete(self, heir: Contact) -> None:
        """The next contact is on its way into a queue: the customer goes on in it, the agent's part ends."""
        routing = self.routing
        contact = routing.contacts[heir.handover]
        contact.handover = heir.handover = ""
        heir.agent_facts = None
        routing.world.perform(CarryOver(heir.next_effect_id(), heir.contact_id, contact.contact_id))
        routing.end(contact, "agent", heir.contact_id)

    def given_up(self, contact: Contact, by: str) -> bool:
        """One of the two contacts of a handover ends. Answers whether that was the next one: then all is
        done; the one with the agent still has to end."""
        contacts = self.routing.contacts
        heir = contact if contact.stage == IN_FLOW else contacts[contact.handover]
        parent = contacts[heir.handover]
        world = self.routing.world
        reasons = {"flow": "the flow ended", "agent": "cancelled", "system": "the flow could not go on"}
        reason = reasons.get(by, by) if heir is contact else "the contact ended"
        if heir.third_party and self.routing.drop_third_party is not None:
            self.routing.drop_third_party(heir, "the transfer is over")
        parent.handover = heir.handover = ""
        # Whatever the next one made has a number; nobody gets it a second time.
        parent.segments = max(parent.segments, heir.segments)
        if heir.flow:
            halt(heir)
            world.perform(StopPrompts(heir.next_effect_id(), heir.contact_id, "agent"))
        heir.move("end")
        del contacts[heir.contact_id]
        if world.recording:
            lasted = world.now - heir.arrived_at
            why = "CONTACT_FLOW_DISCONNECT" if by == "flow" and heir is contact else "OTHER"
            world.record(ContactEnded(world.now, heir.contact_id, why, "", 0.0, lasted))
            world.record(TransferFailed(world.now, parent.contact_id, parent.agent, heir.contact_id, reason))
        return heir is contact
