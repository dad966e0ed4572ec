"""Tasks: those that flows make, as contacts of their own beside the one in whose flow they were made, and how long
any task lasts."""

from __future__ import annotations

from typing import Final

from evenhand.centre.contact import Contact
from evenhand.centre.routing import Routing
from evenhand.centre.scheduled import schedule
from evenhand.centre.segments import MOST_SEGMENTS, Segments
from evenhand.centre.timers import Timers
from evenhand.flow.requests import TaskRequest
from evenhand.model.facts import ContactDataGiven, ContactInitiated
from evenhand.model.units import Instant, Seconds

__all__ = ["TASKS_LAST", "Tasks", "expire_later"]

TASKS_LAST: Final[Seconds] = 7 * 86_400.0
"""How long after it began, or was due, a task ends of itself, paused or not: Amazon Connect's default."""


def expire_later(task: Contact, due: Instant, timers: Timers) -> None:
    """The task begins at `due`; it will not last for ever."""
    task.expires_at = due + TASKS_LAST
    timers.schedule(task.expires_at, "expiry", task.contact_id)


class Tasks:
    """Makes tasks; once they are scheduled they are contacts like any other."""

    def __init__(self, routing: Routing, segments: Segments) -> None:
        self.routing = routing
        self.segments = segments

    def request(self, parent: Contact, wanted: TaskRequest) -> str:
        """A flow makes a task; answers why that cannot be, or ''. It begins when the parent's turn is over,
        so that the parent's way is told in one piece."""
        if parent.place + 1 >= MOST_SEGMENTS:
            return f"this is contact {parent.place + 1} of its chain, and {MOST_SEGMENTS} is the most"
        routing, world = self.routing, self.routing.world
        task = Contact(self.segments.beside(parent), "TASK", {**parent.attributes, **wanted.attributes})
        task.place = parent.place + 1
        task.instance_arn, task.language = parent.instance_arn, parent.language
        task.customer_id, task.logging = parent.customer_id, parent.logging
        task.name, task.description = wanted.name, wanted.description
        task.references = wanted.references or None
        task.related_contact_id = parent.contact_id
        task.initiation_method = wanted.method
        task.arrived_at = world.now
        routing.contacts[task.contact_id] = task
        if world.recording:
            self._tell(task, wanted.flow)
        schedule(task, wanted.flow, wanted.due, world, routing.timers)
        expire_later(task, wanted.due, routing.timers)
        return ""

    def _tell(self, task: Contact, flow: str) -> None:
        world = self.routing.world
        world.record(
            ContactInitiated(
                world.now,
                task.contact_id,
                task.channel,
                flow,
                "",
                "",
                task.initiation_method,
                task.contact_id,
                task.contact_id,
                related_contact_id=task.related_contact_id,
            )
        )
        world.record(
            ContactDataGiven(
                world.now,
                task.contact_id,
                task.attributes.copy() or None,
                task.name,
                task.description,
                task.customer_id,
                task.references,
            )
        )
