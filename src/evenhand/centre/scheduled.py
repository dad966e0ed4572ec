"""Contacts that are scheduled: they are known now, and their flow begins later."""

from __future__ import annotations

import math

from evenhand.centre.contact import SCHEDULED, Contact
from evenhand.centre.timers import Timers
from evenhand.centre.world import CentreWorld
from evenhand.errors import IllegalInput
from evenhand.model.facts import ContactScheduled
from evenhand.model.units import Instant

__all__ = ["check_time", "now_due", "schedule"]


def check_time(due: Instant) -> None:
    """A time that never comes is none."""
    if not math.isfinite(due):
        raise IllegalInput("the time of a scheduled contact is a finite number", way_out="0 means now")


def schedule(contact: Contact, flow: str, due: Instant, world: CentreWorld, timers: Timers) -> None:
    """The contact stands by until `due`; then `flow` begins, as it is defined by then. One that is due now
    begins when the turn is over."""
    contact.stage = SCHEDULED
    contact.scheduled_at, contact.first_flow = due, flow
    timers.schedule(due, "scheduled", contact.contact_id)
    if world.recording and due > world.now:
        world.record(ContactScheduled(world.now, contact.contact_id, due, contact.target_queue))


def now_due(contact: Contact | None, now: Instant) -> Contact | None:
    """The contact, if it stands by and its time has come; its flow may begin."""
    if contact is None or contact.stage != SCHEDULED or contact.callback is not None:
        return None
    if contact.scheduled_at > now:
        return None
    contact.move("due")
    return contact
