"""Pauses: a task is laid aside and goes on later.

Where nobody has it yet it leaves its queue, or its flow stands still; where an agent has it their slot is free
for another contact. A flow may run when a task is paused, and one when it goes on. (Administrator guide, "Pause
and resume tasks"; decision 056.)
"""

from __future__ import annotations

from typing import Final

from evenhand.centre.callbacks import Callbacks
from evenhand.centre.contact import (
    AFTER_CONTACT_WORK,
    IN_FLOW,
    JOINING,
    LIFE,
    OFFERED,
    SCHEDULED,
    TALKING,
    WAITING,
    Contact,
    Standing,
)
from evenhand.centre.routing import Routing
from evenhand.errors import IllegalInput
from evenhand.flow.compiled import Flow
from evenhand.flow.exits import ENQUEUE, Leave
from evenhand.flow.runner import LOST, halt
from evenhand.model.facts import ContactPaused, ContactResumed
from evenhand.model.inputs import PauseRequested, ResumeRequested

__all__ = ["PAUSE_HOOKS", "Pausing"]

PAUSE_HOOKS: Final = ("PauseContact", "ResumeContact")
"""The events at which a flow runs."""

_OF_THE_CONTACT: Final = ("external", "services", "stored_input", "metrics")
"""What a module has of its own; outside of modules it is the contact's, and the flow of a pause may change it."""

_STATES: Final = {
    SCHEDULED: "is scheduled for later",
    OFFERED: "rings at an agent",
    JOINING: "is about to reach its agent",
    AFTER_CONTACT_WORK: "is over",
}
"""Why a task cannot be paused as it stands."""


class Pausing:
    """The moves of tasks into a pause and out of it."""

    def __init__(self, routing: Routing, callbacks: Callbacks) -> None:
        self.routing = routing
        self.world = routing.world
        self.callbacks = callbacks

    def pause(self, input: PauseRequested) -> tuple[Contact, Flow | None]:
        """The task is laid aside. Answers it, and the flow that runs now."""
        contact = self._task(input)
        stage = contact.stage
        if "pause" not in LIFE[stage]:
            raise IllegalInput(f"{contact.contact_id} {_STATES.get(stage, 'is paused already')}")
        if contact.handover:
            raise IllegalInput(f"{contact.contact_id} is being transferred and cannot be paused")
        if stage == IN_FLOW and contact.pending is not None:
            raise IllegalInput(
                f"the flow of {contact.contact_id} waits for an answer",
                way_out="pause it when that is there",
            )
        flow = self._flow(contact, input.flow, "PauseContact")
        agent = None
        if stage == TALKING:
            agent = self.routing.distributor.agents[contact.agent]
            most = agent.profile.concurrency.get("TASK", 0)
            if len(agent.paused) >= most:
                raise IllegalInput(
                    f"{agent.name} has paused as many tasks as the profile allows, {most}",
                    way_out="end one or let it go on",
                )
            agent.lay_aside(agent.slots[contact.contact_id], self.world.now)
        elif stage == WAITING:
            self.routing.leave_queue(contact, "paused")
        elif not contact.hook:
            contact.standing = _standing(contact)
        self._halt(contact)
        contact.move("pause")
        contact.paused_since = self.world.now
        if self.world.recording:
            self.world.record(ContactPaused(self.world.now, contact.contact_id, contact.agent))
        if agent is not None:
            self.routing.freed(agent)
        return contact, flow

    def resume(self, input: ResumeRequested) -> tuple[Contact, Flow | None]:
        """The task goes on. Answers it, and the flow that runs now."""
        contact = self._task(input)
        if "resume" not in LIFE[contact.stage]:
            raise IllegalInput(f"{contact.contact_id} is not paused")
        flow = self._flow(contact, input.flow, "ResumeContact")
        self._halt(contact)
        self._go_on(contact)
        return contact, flow

    def resumed_by_flow(self, contact: Contact) -> str:
        """The flow that runs beside the pause ends it, and goes on. Answers why that cannot be, or ''."""
        if "resume" not in LIFE[contact.stage]:
            return "the contact is not paused"
        self._go_on(contact)
        contact.hook = "ResumeContact"
        return ""

    def begin(self, contact: Contact, hook: str) -> None:
        """A flow begins beside the pause, or at its end."""
        contact.hook = hook
        contact.agent_facts = self.world.agent_facts(contact.agent) if contact.agent else None

    def left(self, contact: Contact, leave: Leave) -> Leave | None:
        """That flow was left. Answers how the task goes on its way, if it does."""
        self._halt(contact)
        if leave.how == "disconnect":
            self.routing.end(contact, "flow")
            return None
        if contact.stage != IN_FLOW:
            # It is paused still, or with its agent again.
            return None
        standing, contact.standing = contact.standing, None
        if leave.how != "end":
            return leave
        if standing is not None:
            self._stand(contact, standing)
            return None
        return ENQUEUE if self.callbacks.has_a_queue(contact) else LOST

    def _task(self, input: PauseRequested | ResumeRequested) -> Contact:
        contact = self.routing.contacts.get(input.contact_id)
        if contact is None:
            raise IllegalInput(f"there is no contact {input.contact_id}")
        if contact.channel != "TASK":
            raise IllegalInput(
                f"{input.contact_id} is a {contact.channel.lower()}", way_out="pause tasks only"
            )
        if input.agent and contact.agent != input.agent:
            raise IllegalInput(f"{input.agent} does not have {input.contact_id}")
        return contact

    def _flow(self, contact: Contact, wanted: str, hook: str) -> Flow | None:
        if not wanted:
            return self.world.hook_flow(contact, hook)
        flow = self.world.flows.get(self.world.find_flow(wanted))
        if flow is None:
            raise IllegalInput(f"there is no flow {wanted!r}")
        return flow

    def _go_on(self, contact: Contact) -> None:
        world, name = self.world, contact.agent
        paused = world.now - contact.paused_since
        contact.move("resume")
        contact.paused_since = 0.0
        if world.recording:
            world.record(ContactResumed(world.now, contact.contact_id, name, paused))
        if name:
            contact.paused_for += paused
            agent = self.routing.distributor.agents[name]
            agent.move(agent.fetch(contact.contact_id), "resume", world.now)
            self.routing.distributor.refresh(agent)

    def _halt(self, contact: Contact) -> None:
        halt(contact)
        contact.agent_facts = None

    def _stand(self, contact: Contact, standing: Standing) -> None:
        """The interrupted flow waits again, where it did; what it waited for may be due by now."""
        for field in Standing.__struct_fields__:
            if standing.calls or field not in _OF_THE_CONTACT:
                setattr(contact, field, getattr(standing, field))
        if contact.alarm is not None:
            self.routing.timers.schedule(contact.alarm, "alarm", contact.contact_id)


def _standing(contact: Contact) -> Standing:
    return Standing(*(getattr(contact, field) for field in Standing.__struct_fields__))
