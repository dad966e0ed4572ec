"""What somebody does to a contact by hand: move it to another queue, or set attributes of it."""

from __future__ import annotations

from evenhand.centre.journey import Journey
from evenhand.centre.routing import Routing
from evenhand.errors import IllegalInput
from evenhand.flow.blocks.update_contact_attributes import LARGEST_ATTRIBUTES, size_of
from evenhand.flow.exits import ENQUEUE
from evenhand.flow.runner import halt
from evenhand.model.effects import StopPrompts
from evenhand.model.facts import AttributesChanged
from evenhand.model.inputs import AttributesSet, ContactMoved

__all__ = ["move", "set_attributes"]


def move(journey: Journey, input: ContactMoved) -> None:
    """A waiting contact goes on in another queue, or an agent's own, and keeps the age that it has."""
    routing, world = journey.routing, journey.world
    contact = routing.contacts.get(input.contact_id)
    ticket = contact.ticket if contact is not None else None
    if contact is None or ticket is None:
        raise IllegalInput(f"{input.contact_id} does not wait in a queue")
    if contact.callback is not None:
        raise IllegalInput(f"{input.contact_id} is a callback, which stays in its queue")
    if bool(input.queue) == bool(input.agent):
        raise IllegalInput("a contact moves either to a queue or to an agent's own queue")
    queue = world.find_queue(input.queue) if input.queue else ""
    agent = world.find_agent(input.agent) if input.agent else ""
    if not queue and not agent:
        wanted = f"queue {input.queue!r}" if input.queue else f"agent {input.agent!r}"
        raise IllegalInput(f"there is no {wanted}")
    if (queue, agent) == (ticket.queue, ticket.agent_queue):
        raise IllegalInput(f"{input.contact_id} waits there already")
    error, why = world.move_refusal(contact, queue, agent)
    if error:
        raise IllegalInput(why)
    if contact.flow:
        halt(contact)
        world.perform(StopPrompts(contact.next_effect_id(), contact.contact_id))
    world.set_working_queue(contact, queue, agent)
    kept = world.now - ticket.since + contact.kept_age
    heir = journey.segments.to_another_queue(contact)
    heir.kept_age = kept
    journey.go_on(heir, ENQUEUE)


def set_attributes(routing: Routing, input: AttributesSet) -> None:
    """The contact, and all of its chain, has these user attributes too from now on."""
    contact = routing.contacts.get(input.contact_id)
    if contact is None:
        raise IllegalInput(f"there is no contact {input.contact_id}")
    for key in input.attributes:
        if not key or "$" in key or "." in key:
            raise IllegalInput(f"attribute key {key!r}: a key is not empty, without $ and .")
    size = size_of(contact.attributes | input.attributes)
    if size > LARGEST_ATTRIBUTES:
        raise IllegalInput(
            f"the attributes would be {size:,} bytes; at most {LARGEST_ATTRIBUTES:,} are allowed"
        )
    if input.attributes:
        contact.attributes.update(input.attributes)
        world = routing.world
        world.record(AttributesChanged(world.now, contact.contact_id, dict(input.attributes)))
