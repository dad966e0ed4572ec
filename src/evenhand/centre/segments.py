"""Segments: how one contact makes another.

What a customer goes through is a chain of contacts: a transfer to another queue, the flow after the agent
left and a callback are contacts of their own, each pointing to the one before. Here is the only way to begin
one, so that ids, attributes and what is carried along are the same for all of them.
"""

from __future__ import annotations

from typing import Final

from evenhand.centre.contact import TALKING, Contact
from evenhand.centre.routing import Routing
from evenhand.centre.world import MOST_SEGMENTS
from evenhand.flow.compiled import Flow
from evenhand.flow.runner import halt
from evenhand.model.effects import CarryOver
from evenhand.model.facts import ContactInitiated, RoutingCriteriaSet

__all__ = ["MOST_SEGMENTS", "Segments", "share_attributes"]

CARRIED: Final = (
    "instance_arn",
    "customer_address",
    "customer_type",
    "system_address",
    "system_type",
    "customer_id",
    "name",
    "description",
    "language",
    "voice",
    "engine",
    "style",
    "references",
    "tags",
    "hooks",
    "recording",
    "media_streaming",
    "media_processing",
    "contact_data",
    "target_queue",
    "target_agent",
    "queue_name",
    "queue_arn",
    "queue_caller_number",
    "priority",
    "age_adjustment",
    "logging",
    "own_agent",
    "candidates",
    "walked",
    "expires_at",
)
"""What a segment takes over from the one before it. What belongs to one run of a flow (answers of functions,
stored input, metrics, counters of loops) stays behind; user attributes belong to the whole chain."""


class Segments:
    """Begins contacts out of contacts."""

    def __init__(self, routing: Routing) -> None:
        self.routing = routing

    def begin(self, parent: Contact, method: str, flow: str) -> Contact:
        """The next contact of the chain: the customer goes on in it, `parent` begins no more of them."""
        heir = self.prepare(parent, method, flow)
        self.routing.world.perform(CarryOver(heir.next_effect_id(), heir.contact_id, parent.contact_id))
        return heir

    def prepare(self, parent: Contact, method: str, flow: str) -> Contact:
        """The same, while the customer is still in `parent` and may stay there."""
        root, number = self._next(parent)
        heir = self._make(parent, f"{root}.{number}", method)
        heir.chain, heir.segments = root, number
        self._tell(heir, flow)
        return heir

    def branch(self, parent: Contact, method: str, flow: str, address: str) -> Contact:
        """A contact beside `parent`, which goes on itself: a callback to this address. Nobody listens while
        it waits, so no customer queue flow runs."""
        root, number = self._next(parent)
        parent.segments = number
        child = self._make(parent, f"{root}.{number}", method)
        child.channel, child.customer_address = "VOICE", address
        child.expires_at = 0.0
        if child.hooks:
            child.hooks.pop("CustomerQueue", None)
        self._tell(child, flow)
        return child

    def outside(self, parent: Contact, number: str, caller_number: str) -> Contact:
        """The call to a third party at this number, who is to talk in `parent`. It is told where it is made."""
        root, count = self._next(parent)
        parent.segments = count
        call = self._make(parent, f"{root}.{count}", "EXTERNAL_OUTBOUND")
        call.hooks = None
        call.customer_address, call.system_address = number, caller_number
        self._tell(call, "")
        return call

    def beside(self, parent: Contact) -> str:
        """The id of a contact that is no part of the parent's chain, but came of it."""
        root, number = self._next(parent)
        parent.segments = number
        return f"{root}.{number}"

    def _next(self, parent: Contact) -> tuple[str, int]:
        """What the id begins with, and the next number that nobody has."""
        root = parent.chain or parent.contact_id
        number = max(parent.segments, 1) + 1
        while f"{root}.{number}" in self.routing.contacts:
            # Somebody outside chose such an id.
            number += 1
        return root, number

    def _make(self, parent: Contact, contact_id: str, method: str) -> Contact:
        heir = Contact(contact_id, parent.channel, parent.attributes)
        for field in CARRIED:
            value = getattr(parent, field)
            if value != getattr(Contact, field):
                setattr(heir, field, dict(value) if isinstance(value, dict) else value)
        if heir.expires_at:
            self.routing.timers.schedule(heir.expires_at, "expiry", contact_id)
        heir.place = parent.place + 1
        heir.initial_contact_id = parent.initial_contact_id or parent.contact_id
        heir.previous_contact_id = parent.contact_id
        heir.initiation_method = method
        heir.arrived_at = self.routing.world.now
        self.routing.contacts[contact_id] = heir
        return heir

    def _tell(self, heir: Contact, flow: str) -> None:
        world = self.routing.world
        if world.recording:
            world.record(
                ContactInitiated(
                    world.now,
                    heir.contact_id,
                    heir.channel,
                    flow,
                    heir.customer_address,
                    heir.system_address,
                    heir.initiation_method,
                    heir.initial_contact_id,
                    heir.previous_contact_id,
                    heir.own_agent,
                )
            )

    def to_another_queue(self, contact: Contact) -> Contact:
        """The contact leaves its queue; the new one is on its way into the other, where its time starts anew."""
        routing = self.routing
        routing.leave_queue(contact, "transferred")
        halt(contact)
        hook = contact.hooks.get("CustomerQueue", "") if contact.hooks else ""
        heir = self.begin(contact, "QUEUE_TRANSFER", hook)
        if contact.criteria is not None:
            # Until an agent has the contact its criteria go along, and begin anew with their first step.
            heir.criteria, heir.criteria_index = contact.criteria, contact.criteria_index
            world = routing.world
            if world.recording:
                world.record(
                    RoutingCriteriaSet(world.now, heir.contact_id, heir.criteria_index, heir.criteria)
                )
        routing.end(contact, "flow", heir.contact_id)
        return heir

    def customer_remains(self, contact: Contact, by: str) -> tuple[Contact, Flow] | None:
        """The agent ended the contact and the customer is still there: with a disconnect flow they go on in a
        contact of its own: answers it and its flow. None when there is no such flow, or no customer who could listen to it."""
        flow = self.routing.world.flows.get(
            contact.hooks.get("CustomerRemaining", "") if contact.hooks else ""
        )
        if flow is None or by != "agent" or contact.stage != TALKING or contact.channel == "TASK":
            return None
        heir = self.begin(contact, "DISCONNECT", flow.name)
        self.routing.end(contact, by, heir.contact_id)
        return heir, flow


def share_attributes(contacts: dict[str, Contact]) -> None:
    """After a restore: contacts of one chain have one set of user attributes again."""
    shared: dict[str, dict[str, str]] = {}
    for contact in contacts.values():
        initial = contact.initial_contact_id or contact.contact_id
        contact.attributes = shared.setdefault(initial, contact.attributes)
