"""Callbacks: contacts that wait in a queue in their customer's stead.

A callback is scheduled, then queued, then offered to an agent as any contact is. The agent's accept dials the
customer; only when they answer is the contact connected. A customer who is not reached is tried again later.
"""

from __future__ import annotations

from evenhand.centre.contact import DIALLING, SCHEDULED, Callback, Contact
from evenhand.centre.routing import Routing
from evenhand.centre.segments import MOST_SEGMENTS, Segments
from evenhand.distributor.line import Ticket
from evenhand.errors import IllegalInput
from evenhand.flow.requests import CallbackRequest
from evenhand.model.effects import Bridge, Dial, Disconnect
from evenhand.model.facts import CallbackFailed, CallbackScheduled, ContactConnected, ContactEnded
from evenhand.model.inputs import CalleeAnswered, CalleeFailed
from evenhand.model.units import Instant

__all__ = ["Callbacks"]


class Callbacks:
    """The life of callbacks, but for their time in the queue."""

    def __init__(self, routing: Routing, segments: Segments) -> None:
        self.routing = routing
        self.segments = segments

    def request(self, parent: Contact, wanted: CallbackRequest) -> str:
        """A customer is to be called back; answers why that cannot be, or ''."""
        if parent.place + 1 >= MOST_SEGMENTS:
            return f"this is contact {parent.place + 1} of its chain, and {MOST_SEGMENTS} is the most"
        world = self.routing.world
        contact = self.segments.branch(parent, "CALLBACK", wanted.flow, wanted.number)
        world.set_working_queue(contact, wanted.queue, wanted.agent)
        caller_number = wanted.caller_number or contact.queue_caller_number or parent.system_address
        contact.system_address = caller_number
        contact.callback = Callback(
            wanted.number, caller_number, wanted.flow, wanted.retry_delay, wanted.attempts
        )
        contact.stage = SCHEDULED
        self._schedule(contact, world.now + wanted.first_delay)
        return ""

    def _schedule(self, contact: Contact, due: Instant) -> None:
        callback, world = contact.callback, self.routing.world
        assert callback is not None
        callback.due = due
        self.routing.timers.schedule(due, "callback", contact.contact_id)
        if world.recording:
            world.record(
                CallbackScheduled(world.now, contact.contact_id, due, callback.made + 1, contact.target_queue)
            )

    def due(self, contact_id: str) -> Contact | None:
        """The contact, if it is its time to join the queue. A queue that is full beyond measure is asked
        again later; that is no attempt."""
        contact = self.routing.contacts.get(contact_id)
        callback = contact.callback if contact is not None else None
        world = self.routing.world
        if (
            contact is None
            or callback is None
            or contact.stage != SCHEDULED
            or callback.due > self.routing.timers.due
        ):
            return None
        queue = self.routing.distributor.queues.get(contact.target_queue)
        if queue is not None and queue.is_full(transfer=True):
            self._schedule(contact, world.now + callback.retry_delay)
            return None
        contact.move("due")
        return contact

    def has_a_queue(self, contact: Contact) -> bool:
        """Whether the queue that was asked for is still there."""
        world = self.routing.world
        if contact.target_agent:
            return bool(world.find_agent(contact.target_agent))
        return contact.target_queue in self.routing.distributor.queues

    def dial(self, contact: Contact, ticket: Ticket) -> None:
        """The agent has taken the callback: now the customer is dialled."""
        callback, world = contact.callback, self.routing.world
        assert callback is not None
        callback.made += 1
        callback.waited = world.now - ticket.since
        contact.callback_dial = Dial(
            f"{contact.contact_id}/dial/{callback.made}",
            contact.contact_id,
            callback.number,
            callback.caller_number,
            contact.agent,
        )
        world.perform(contact.callback_dial)

    def _dialled(self, contact_id: str, effect_id: str) -> tuple[Contact, Callback]:
        contact = self.routing.contacts.get(contact_id)
        if contact is None or contact.callback is None or contact.callback_dial is None:
            raise IllegalInput(f"nobody is dialled for {contact_id}")
        if contact.callback_dial.id != effect_id:
            raise IllegalInput(f"{contact_id} does not wait for {effect_id}: it comes too late")
        return contact, contact.callback

    def answered(self, input: CalleeAnswered) -> None:
        """The customer answers: they are joined with the agent."""
        contact, callback = self._dialled(input.contact_id, input.effect_id)
        world = self.routing.world
        contact.callback_dial = None
        contact.call_status = input.status
        contact.move("answer")
        contact.connected_at = world.now
        if world.recording:
            queue = "" if contact.target_agent else contact.target_queue
            world.record(
                ContactConnected(world.now, contact.contact_id, contact.agent, queue, callback.waited)
            )
        world.perform(Bridge(contact.contact_id + "/bridge", contact.contact_id, contact.agent))

    def failed(self, input: CalleeFailed) -> None:
        """The customer was not reached: later again, or the attempts are used up and the callback ends."""
        contact, callback = self._dialled(input.contact_id, input.effect_id)
        self._let_go(contact, callback, input.reason, again=callback.made < callback.attempts)

    def hang_up(self, contact: Contact, by: str) -> None:
        """Somebody ends the callback while it is dialled."""
        if by == "customer":
            raise IllegalInput(f"the customer of {contact.contact_id} has not answered yet")
        callback = contact.callback
        assert callback is not None
        world = self.routing.world
        effect = Disconnect(contact.next_effect_id(), contact.contact_id, "AGENT_DISCONNECT")
        world.perform(effect)
        self._let_go(contact, callback, "cancelled", again=False)

    def _let_go(self, contact: Contact, callback: Callback, reason: str, *, again: bool) -> None:
        """The agent is free again at once, without after-contact work: nobody was talked to."""
        routing, world, name = self.routing, self.routing.world, contact.agent
        assert contact.stage == DIALLING
        contact.callback_dial = None
        contact.agent = ""
        if world.recording:
            world.record(CallbackFailed(world.now, contact.contact_id, name, reason, callback.made))
        contact.move("fail" if again else "end")
        if again:
            self._schedule(contact, world.now + callback.retry_delay)
        else:
            del routing.contacts[contact.contact_id]
            if world.recording:
                why = "AGENT_DISCONNECT" if reason == "cancelled" else "TELECOM_PROBLEM"
                lasted = world.now - contact.arrived_at
                world.record(ContactEnded(world.now, contact.contact_id, why, "", 0.0, lasted))
        routing.let_go(contact, name)
