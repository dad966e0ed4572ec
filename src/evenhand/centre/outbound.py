"""Calls that agents make: the agent is on the line from the start, the customer is dialled.

The outbound whisper flow runs first. As far as its first block that is heard (or to its end) it runs before
anybody is dialled; the rest is heard by the customer who answered; then both are joined.
"""

from __future__ import annotations

from typing import Final

from evenhand.centre.contact import DIALLING, Contact
from evenhand.centre.routing import DISCONNECT_REASONS, Routing
from evenhand.distributor.agents import Agent, Slot
from evenhand.distributor.life import TALKING
from evenhand.errors import IllegalInput
from evenhand.flow.compiled import Flow
from evenhand.flow.runner import halt
from evenhand.model.effects import Bridge, Dial, Disconnect
from evenhand.model.facts import (
    ContactConnected,
    ContactEnded,
    ContactInitiated,
    OutboundFailed,
    OutboundStarted,
)
from evenhand.model.inputs import CalleeAnswered, CalleeFailed, OutboundRequested

__all__ = ["STATUSES", "Outbound", "check_status"]

STATUSES: Final = ("CallAnswered", "VoicemailBeep", "VoicemailNoBeep", "NotDetected")
"""What can be heard when a call is answered, in the flow language's words."""


def check_status(status: str) -> None:
    """Nothing else can be heard."""
    if status not in STATUSES:
        raise IllegalInput(f"nobody answers as {status!r}", way_out=f"use one of: {', '.join(STATUSES)}")


class Outbound:
    """The life of an agent's call until customer and agent talk."""

    def __init__(self, routing: Routing) -> None:
        self.routing = routing

    def begin(self, input: OutboundRequested, instance_arn: str) -> tuple[Contact, Flow | None]:
        """The agent's slot is taken. Answers the new contact and its whisper flow."""
        routing, world = self.routing, self.routing.world
        if not input.contact_id or input.contact_id in routing.contacts:
            raise IllegalInput(f"a call needs an id of its own; {input.contact_id!r} is not one")
        if not input.number:
            raise IllegalInput("a call without a number", way_out="say whom to call")
        agent = routing.distributor.agents.get(input.agent)
        if agent is None or not world.find_agent(input.agent):
            raise IllegalInput(f"there is no agent {input.agent!r}")
        self._must_be_free(agent)
        wanted = input.queue or agent.profile.default_outbound_queue
        queue = world.find_queue(wanted)
        if not queue:
            raise IllegalInput(f"there is no queue {wanted!r} that the call could count for")
        wanted = input.flow or world.definition.default_hooks.get("OutboundWhisper", "")
        flow = world.flows.get(world.find_flow(wanted))
        if input.flow and flow is None:
            raise IllegalInput(f"there is no flow {input.flow!r}")
        contact = Contact(input.contact_id, "VOICE", {})
        contact.instance_arn = instance_arn
        contact.initiation_method = "OUTBOUND"
        contact.customer_address = input.number
        contact.arrived_at = world.now
        contact.unanswered = True
        contact.agent = agent.name
        contact.agent_facts = world.agent_facts(agent.name)
        world.set_working_queue(contact, queue, "")
        contact.system_address = contact.queue_caller_number
        contact.move("dial")
        routing.contacts[contact.contact_id] = contact
        slot = Slot(contact.contact_id, "VOICE", queue, TALKING, world.now, None)
        slot.outbound = True
        agent.slots[contact.contact_id] = slot
        routing.distributor.refresh(agent)
        if world.recording:
            self._tell(contact, flow.name if flow is not None else "", queue)
        return contact, flow

    @staticmethod
    def _must_be_free(agent: Agent) -> None:
        """Any status but Offline will do, and contacts of other channels, as in Amazon Connect; a missed contact
        or another call will not, nor a routing profile without calls."""
        most = agent.profile.concurrency.get("VOICE", 0)
        taken = sum(slot.channel == "VOICE" for slot in agent.slots.values())
        if agent.status_type == "OFFLINE":
            raise IllegalInput(f"{agent.name} is not there to call anybody")
        if not most:
            raise IllegalInput(
                f"{agent.name}'s routing profile {agent.profile.name!r} has no calls",
                way_out="give the profile a slot for VOICE",
            )
        if agent.blocked:
            raise IllegalInput(f"{agent.name} has a contact to clear first")
        if taken >= most:
            raise IllegalInput(f"{agent.name} has no room for a call")

    def _tell(self, contact: Contact, flow: str, queue: str) -> None:
        world = self.routing.world
        world.record(
            ContactInitiated(
                world.now,
                contact.contact_id,
                contact.channel,
                flow,
                contact.customer_address,
                contact.system_address,
                contact.initiation_method,
                contact.contact_id,
                contact.contact_id,
            )
        )
        world.record(OutboundStarted(world.now, contact.contact_id, contact.agent, queue))

    def stands(self, contact: Contact) -> None:
        """The flow waits, or is over: if that is because somebody has to listen, the customer is dialled."""
        if contact.unanswered and contact.callback_dial is None:
            if contact.pending is None and contact.alarm is None:
                contact.callback_dial = Dial(
                    contact.contact_id + "/dial",
                    contact.contact_id,
                    contact.customer_address,
                    contact.system_address,
                    contact.agent,
                )
                self.routing.world.perform(contact.callback_dial)
        elif not contact.unanswered and not contact.flow:
            self._join(contact)

    def _join(self, contact: Contact) -> None:
        world = self.routing.world
        contact.move("answer")
        contact.agent_facts = None
        contact.connected_at = world.now
        if world.recording:
            world.record(
                ContactConnected(world.now, contact.contact_id, contact.agent, contact.target_queue, 0.0)
            )
        world.perform(Bridge(contact.contact_id + "/bridge", contact.contact_id, contact.agent))

    def dialled(self, input: CalleeAnswered | CalleeFailed) -> Contact | None:
        """The agent's call that this answers; None when it is no such call."""
        contact = self.routing.contacts.get(input.contact_id)
        if contact is None or contact.initiation_method != "OUTBOUND" or contact.stage != DIALLING:
            return None
        if contact.callback_dial is None or contact.callback_dial.id != input.effect_id:
            raise IllegalInput(f"{input.contact_id} does not wait for {input.effect_id}: it comes too late")
        contact.callback_dial = None
        return contact

    def hang_up(self, contact: Contact, by: str) -> None:
        """Somebody ends the call before the talk."""
        if by == "customer" and contact.unanswered:
            raise IllegalInput(f"the customer of {contact.contact_id} has not answered yet")
        self.ends(contact, by)

    def ends(self, contact: Contact, by: str, reason: str = "") -> None:
        """The call is over before the talk: `by` whom, or `reason`, why the customer was not reached. The
        agent is free again at once, without after-contact work."""
        routing, world, name = self.routing, self.routing.world, contact.agent
        contact.callback_dial = None
        halt(contact)
        contact.move("end")
        del routing.contacts[contact.contact_id]
        why = "TELECOM_PROBLEM" if reason else DISCONNECT_REASONS.get(by, "OTHER")
        if world.recording:
            lasted = world.now - contact.arrived_at
            world.record(OutboundFailed(world.now, contact.contact_id, name, reason or f"ended by the {by}"))
            world.record(ContactEnded(world.now, contact.contact_id, why, "", 0.0, lasted))
        if by != "customer" and not reason:
            world.perform(Disconnect(contact.next_effect_id(), contact.contact_id, why))
        routing.let_go(contact, name)
