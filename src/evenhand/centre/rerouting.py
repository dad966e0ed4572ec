"""Routing that is changed from outside: of one contact under way, or of a queue."""

from __future__ import annotations

import math

from evenhand.centre.contact import AFTER_CONTACT_WORK, TALKING, WAITING
from evenhand.centre.routing import Routing
from evenhand.errors import IllegalInput
from evenhand.model.facts import ContactRoutingChanged, QueueStatusChanged
from evenhand.model.inputs import ContactRoutingUpdated, QueueStatusSet

__all__ = ["set_queue_status", "update_routing"]

_LARGEST = 2**63 - 1


def set_queue_status(routing: Routing, input: QueueStatusSet) -> None:
    """The queue takes new contacts from now on, or none; setting what it is already changes nothing."""
    queue = routing.distributor.queues.get(input.queue)
    if queue is None:
        raise IllegalInput(f"there is no queue {input.queue!r}")
    if queue.enabled != input.enabled:
        queue.enabled = input.enabled
        routing.world.record(QueueStatusChanged(routing.world.now, queue.name, queue.enabled))


def update_routing(routing: Routing, input: ContactRoutingUpdated) -> None:
    """Priority, age or criteria of a contact are others from now on; if it waits, it asks anew at once."""
    contact = routing.contacts.get(input.contact_id)
    if contact is None:
        raise IllegalInput(f"there is no contact {input.contact_id}")
    if contact.stage in (TALKING, AFTER_CONTACT_WORK):
        raise IllegalInput(f"{input.contact_id} has an agent already; its routing is over")
    priority, adjustment, criteria = input.priority, input.age_adjustment, input.criteria
    if priority is not None and adjustment is not None:
        raise IllegalInput("priority and age cannot both be changed", way_out="send one of the two")
    if priority is not None and not 1 <= priority <= _LARGEST:
        raise IllegalInput(f"the priority {priority} is not from 1 to 2^63 - 1")
    if adjustment is not None and (not math.isfinite(adjustment) or abs(adjustment) > _LARGEST):
        raise IllegalInput("the age adjustment is no number of seconds")
    world = routing.world
    if priority is not None or adjustment is not None:
        contact.priority = contact.priority if priority is None else priority
        contact.age_adjustment = contact.age_adjustment if adjustment is None else adjustment
        world.routing_changed(contact)
        if world.recording:
            world.record(
                ContactRoutingChanged(world.now, contact.contact_id, contact.priority, contact.age_adjustment)
            )
    if criteria is not None:
        contact.criteria = criteria if criteria.steps else None
        contact.criteria_index += 1
        world.steps.replace(contact)
        if contact.stage == WAITING:
            routing.seek(contact.contact_id)
