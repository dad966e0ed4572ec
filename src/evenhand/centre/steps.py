"""The steps of contacts' routing criteria in the centre: when they begin and end, as facts."""

from __future__ import annotations

from evenhand.centre.contact import Contact
from evenhand.distributor.criteria import Criteria, active_step, in_words
from evenhand.distributor.line import Ticket
from evenhand.flow.world import World
from evenhand.model.facts import RoutingCriteriaSet, RoutingStepChanged
from evenhand.model.units import Instant

__all__ = ["Steps"]


class Steps:
    """Which step a waiting contact stands in. Nothing here is asked for a contact without criteria."""

    def __init__(self, world: World, criteria: Criteria) -> None:
        self.world = world
        self.criteria = criteria

    def enter_queue(self, contact: Contact, ticket: Ticket) -> None:
        """The contact enters a standard queue: its first step begins. `tell` says so once it is queued."""
        self.criteria.begin(ticket, contact.criteria, self.world.now)

    def tell(self, ticket: Ticket, status: str) -> None:
        """The present step has this status now; when there is none any more, nothing is to be said."""
        step = active_step(ticket)
        if step is not None and self.world.recording:
            until = ticket.step_until if status == "ACTIVE" else None
            self._record(ticket, step.number, status, until)

    def _record(self, ticket: Ticket, number: int, status: str, until: Instant | None) -> None:
        assert ticket.criteria is not None
        steps = ticket.criteria.steps
        words = in_words(steps[number - 1].expression)
        self.world.record(
            RoutingStepChanged(
                self.world.now, ticket.contact_id, ticket.queue, number, len(steps), status, words, until
            )
        )

    def replace(self, contact: Contact) -> None:
        """The contact's criteria were set or taken away: if it waits in a standard queue, they hold at once."""
        world, ticket = self.world, contact.ticket
        if world.recording:
            world.record(
                RoutingCriteriaSet(world.now, contact.contact_id, contact.criteria_index, contact.criteria)
            )
        if ticket is None or ticket.line.queue is None:
            return
        self.tell(ticket, "INTERRUPTED")
        self.criteria.begin(ticket, contact.criteria, world.now)
        self.tell(ticket, "ACTIVE")

    def go_on(self, contact: Contact) -> None:
        """Steps that are over give way, unless the contact rings: that agent was asked by the old step."""
        ticket, now = contact.ticket, self.world.now
        if ticket is None or ticket.step_until is None or ticket.step_until > now:
            return
        first = ticket.step
        ended = self.criteria.go_on(ticket, now)
        if self.world.recording:
            for number in range(first + 1, first + 1 + ended):
                self._record(ticket, number, "EXPIRED", None)
        self.tell(ticket, "ACTIVE")
