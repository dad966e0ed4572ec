"""The way of each contact: into a flow, from block to block, into a queue, out of it, and to its end.

What a flow leaves for is decided by the flow; here it is done. Meeting agents is `routing.py`.

Longer than other modules because every turn that a contact can take is named here once; what a turn means has
a module of its own.
"""

from __future__ import annotations

from evenhand.centre.assignment import Assignments
from evenhand.centre.callbacks import Callbacks
from evenhand.centre.contact import (
    AFTER_CONTACT_WORK,
    DIALLING,
    IN_FLOW,
    JOINING,
    OFFERED,
    OUTSIDE,
    TALKING,
    WAITING,
    Contact,
)
from evenhand.centre.given import note_given
from evenhand.centre.outbound import Outbound, check_status
from evenhand.centre.pausing import PAUSE_HOOKS, Pausing
from evenhand.centre.routing import Routing
from evenhand.centre.scheduled import check_time, schedule
from evenhand.centre.segments import Segments
from evenhand.centre.tasks import Tasks, expire_later
from evenhand.centre.third_parties import ThirdParties
from evenhand.centre.transfers import Transfers
from evenhand.errors import IllegalInput
from evenhand.flow.block import Answering, Event
from evenhand.flow.compiled import Flow
from evenhand.flow.exits import END, ENQUEUE, Leave
from evenhand.flow.runner import LOST, answered, enter_flow, halt, resume_flow
from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import ContactInitiated, FlowFailed
from evenhand.model.inputs import (
    CalleeAnswered,
    CalleeFailed,
    ContactArrived,
    ContactHungUp,
    CustomerReturned,
    DigitsEntered,
    HoldSet,
    OutboundRequested,
    PauseRequested,
    ResumeRequested,
    TransferRequested,
)
from evenhand.model.units import CHANNELS, Instant

__all__ = ["Journey"]


class Journey:
    """The contacts of one centre on their way."""

    def __init__(self, routing: Routing) -> None:
        self.routing = routing
        self.world = routing.world
        self.timers = routing.timers
        self.distributor = routing.distributor
        self.contacts = routing.contacts
        self.segments = Segments(routing)
        self.callbacks = Callbacks(routing, self.segments)
        self.assignments = Assignments(routing)
        self.tasks = Tasks(routing, self.segments)
        self.transfers = Transfers(routing, self.segments)
        self.outbound = Outbound(routing)
        self.third_parties = ThirdParties(routing, self.segments, self.transfers, self.resume)
        self.pausing = Pausing(routing, self.callbacks)
        self.instance_arn = ""
        self.flows: dict[str, Flow] = {}
        self.numbers: dict[str, str] = {}
        routing.dial = self.callbacks.dial
        routing.give_up_handover = self.transfers.given_up
        routing.outbound_ends = self.outbound.ends
        routing.drop_third_party = self.world.drop_third_party = self.third_parties.drop
        self.world.request_third_party = self.third_parties.request
        self.world.request_callback = self.callbacks.request
        self.world.interrupt_agent = self.assignments.interrupt
        self.world.request_task = self.tasks.request
        self.world.resume_paused = self.pausing.resumed_by_flow
        self.world.hold_previous = routing.holding.hold_previous

    def define(self, definition: CentreDefinition, flows: dict[str, Flow]) -> None:
        """From now on names and numbers mean these flows."""
        self.instance_arn = definition.instance_arn
        self.flows = flows
        self.numbers = {number.address: number.flow for number in definition.numbers}

    # --- into a flow ----------------------------------------------------------------------------------

    def arrived(self, input: ContactArrived) -> None:
        contact_id, wanted = input.contact_id, input.flow
        if contact_id in self.contacts:
            raise IllegalInput(f"there is already a contact {contact_id}")
        if not contact_id:
            raise IllegalInput("a contact without an id", way_out="give each contact an id of its own")
        if input.channel not in CHANNELS:
            raise IllegalInput(
                f"there is no channel {input.channel!r}", way_out=f"use one of: {', '.join(CHANNELS)}"
            )
        if input.scheduled_at:
            check_time(input.scheduled_at)
        world, number = self.world, input.system_address
        if not wanted:
            wanted = self.numbers.get(number, "")
        flow: Flow | None = self.flows.get(wanted)
        if flow is None and wanted:
            flow = self.flows.get(world.find_flow(wanted))
        attributes = input.attributes
        # Only what is not the default is set: CPython keeps an object fast up to thirty attributes of its own.
        contact = Contact(contact_id, input.channel, dict(attributes) if attributes else {})
        contact.instance_arn = self.instance_arn
        contact.stage = IN_FLOW
        contact.hooks = contact.callback = None
        # Read for every contact: what stands in the object itself is found several times faster.
        contact.calls = ()
        if input.initiation_method != "INBOUND":
            contact.initiation_method = input.initiation_method
            if input.call_status:
                check_status(input.call_status)
                contact.call_status = input.call_status
        if input.customer_address:
            contact.customer_address = input.customer_address
        if input.system_address:
            contact.system_address = input.system_address
        contact.arrived_at = world.now
        if input.own_agent:
            contact.own_agent = input.own_agent
        if input.name or input.description or input.customer_id or input.references:
            contact.name, contact.description = input.name, input.description
            contact.customer_id = input.customer_id
            contact.references = dict(input.references) if input.references else None
        queue = input.queue
        if queue and queue in self.distributor.queues:
            world.set_working_queue(contact, queue, "")
        self.contacts[contact_id] = contact
        if input.channel == "TASK":
            expire_later(contact, max(input.scheduled_at, world.now), self.timers)
        if world.recording:
            self._record_arrival(input, flow.name if flow is not None else wanted)
        if input.scheduled_at > world.now:
            schedule(
                contact, flow.name if flow is not None else wanted, input.scheduled_at, world, self.timers
            )
            return
        if flow is None:
            self.begin(contact, flow, wanted)
        else:
            self.go_on(contact, enter_flow(contact, flow, world, self.flows))

    def _record_arrival(self, input: ContactArrived, flow: str) -> None:
        world, contact_id = self.world, input.contact_id
        world.record(
            ContactInitiated(
                world.now,
                contact_id,
                input.channel,
                flow,
                input.customer_address,
                input.system_address,
                input.initiation_method,
                contact_id,
                contact_id,
                input.own_agent,
                input.own_agent_note,
            )
        )
        note_given(world, input)

    def begin(self, contact: Contact, flow: Flow | None, wanted: str) -> None:
        """The contact's first flow begins."""
        if flow is None:
            why = f"there is no flow {wanted!r}" if wanted else "no flow answers this number"
            self.world.record(
                FlowFailed(self.world.now, contact.contact_id, wanted, "", why, "default queue")
            )
            self.go_on(contact, LOST)
        else:
            self.go_on(contact, enter_flow(contact, flow, self.world, self.flows))

    def resume(self, contact: Contact, event: Event) -> None:
        asked, call = contact.alarm, contact.third_party
        stood = (contact.flow, contact.block) if call else ("", "")
        leave = resume_flow(contact, event, self.world, self.flows)
        if call and self.third_parties.left(contact, leave, stood, call):
            return
        self.go_on(contact, leave, asked)

    def go_on(self, contact: Contact, leave: Leave | None, asked: Instant | None = None) -> None:
        """The flow waits for something, or was left. For `asked` a reminder is under way already."""
        if contact.stage == DIALLING and contact.callback is None:
            self._before_the_talk(contact, leave, asked)
            return
        while leave is not None:
            if leave is ENQUEUE and contact.stage == IN_FLOW and contact.channel != "TASK":
                # What most flows are left for.
                leave = self._into_queue(contact)
                continue
            # A flow on the way that was left; only a task can stand in one and have a flow beside it too.
            if (contact.stage != IN_FLOW or contact.channel == "TASK") and contact.hook:
                leave = self._left_beside(contact, leave)
                if leave is None:
                    return
            if leave.how == "disconnect":
                self.routing.end(contact, "flow")
                return
            if leave.how in ("end", "agent") and contact.queue_flow:
                # No loop to return to: the contact keeps its place, in silence.
                halt(contact)
                return
            if leave.how == "end":
                self.routing.end(contact, "flow")
                return
            if leave.how == "agent" and contact.stage == IN_FLOW:
                if self.assignments.hand_over(contact, self.transfers.complete):
                    return
                leave = LOST
            if leave is LOST and (contact.handover or not self._to_default_queue(contact)):
                self.routing.end(contact, "system")
                return
            if leave.how == "move":
                contact, asked = self.segments.to_another_queue(contact), None
            leave = self._into_queue(contact)
        if contact.alarm is not None and contact.alarm != asked:
            self.timers.schedule(contact.alarm, "alarm", contact.contact_id)

    def _left_beside(self, contact: Contact, leave: Leave) -> Leave | None:
        """A flow that ran at an event was left. Answers how the contact goes on its way, if it does."""
        if contact.hook in PAUSE_HOOKS:
            return self.pausing.left(contact, leave)
        beside = self.routing.joining if contact.stage == JOINING else self.routing.holding
        beside.left(contact, leave)
        return None

    def _to_default_queue(self, contact: Contact) -> bool:
        """The ordinary queue is the fallback for everything, whatever it may hold; a contact that has nowhere
        else to go is not turned away for a number. False when there is no such queue."""
        name = self.world.definition.default_queue
        if name not in self.distributor.queues:
            why = f"there is no default queue {name!r}"
            self.world.record(FlowFailed(self.world.now, contact.contact_id, "", "", why, "the contact ends"))
            return False
        self.world.set_working_queue(contact, name, "")
        return True

    def _into_queue(self, contact: Contact) -> Leave | None:
        """The contact joins its working queue, and its customer queue flow begins unless it was answered."""
        halt(contact)
        if contact.handover:
            self.transfers.complete(contact)
        self.routing.enqueue(contact)
        if contact.hooks is None and not self.world.has_default_hooks:
            return None
        return self._queue_flow(contact)

    def _queue_flow(self, contact: Contact) -> Leave | None:
        # Nobody listens while a callback waits.
        flow = self.world.hook_flow(contact, "CustomerQueue", default=contact.callback is None)
        if flow is None or contact.stage not in (WAITING, OFFERED):
            return None
        contact.queue_flow = True
        return enter_flow(contact, flow, self.world, self.flows)

    def call_back(self, contact_id: str) -> None:
        """A callback is due, if it still is: through its flow, the first time, and into its queue."""
        contact = self.callbacks.due(contact_id)
        if contact is None:
            return
        flow = None
        if contact.callback is not None and contact.callback.flow:
            flow, contact.callback.flow = self.flows.get(contact.callback.flow), ""
        if flow is not None:
            self.go_on(contact, enter_flow(contact, flow, self.world, self.flows))
        else:
            self.go_on(contact, ENQUEUE if self.callbacks.has_a_queue(contact) else LOST)

    def call_out(self, input: OutboundRequested) -> None:
        contact, flow = self.outbound.begin(input, self.instance_arn)
        self._before_the_talk(
            contact, END if flow is None else enter_flow(contact, flow, self.world, self.flows), None
        )

    def callee_answered(self, input: CalleeAnswered) -> None:
        check_status(input.status)
        call = self.third_parties.find(input.contact_id)
        if call is not None:
            self.third_parties.answered(call, input)
            return
        contact = self.outbound.dialled(input)
        if contact is None:
            self.callbacks.answered(input)
            return
        contact.call_status = input.status
        leave: Leave | None = END
        if contact.flow:
            leave = answered(contact, self.world, self.flows)
        contact.unanswered = False
        self._before_the_talk(contact, leave, None)

    def callee_failed(self, input: CalleeFailed) -> None:
        call = self.third_parties.find(input.contact_id)
        if call is not None:
            self.third_parties.failed(call, input)
            return
        contact = self.outbound.dialled(input)
        if contact is None:
            self.callbacks.failed(input)
        else:
            self.outbound.ends(contact, "system", input.reason)

    def _before_the_talk(self, contact: Contact, leave: Leave | None, asked: Instant | None) -> None:
        """An outbound whisper flow stands or was left; whatever it wanted, the call goes on, but for a
        hang-up."""
        if leave is not None and leave.how == "disconnect":
            self.routing.end(contact, "flow")
            return
        if leave is not None:
            halt(contact)
        self.outbound.stands(contact)
        if contact.alarm is not None and contact.alarm != asked:
            self.timers.schedule(contact.alarm, "alarm", contact.contact_id)

    def transfer(self, input: TransferRequested) -> None:
        """An agent hands the customer over, through a flow or straight into the queue, if that has room; or
        calls a third party."""
        if input.kind == "number":
            self.third_parties.begin(input)
            return
        heir, flow = self.transfers.begin(input)
        if flow is not None:
            self.go_on(heir, enter_flow(heir, flow, self.world, self.flows))
            return
        error, why = self.world.queue_refusal(heir)
        if error:
            self.routing.end(heir, why)
        else:
            self.go_on(heir, ENQUEUE)

    def hold(self, input: HoldSet) -> None:
        """An agent puts the customer or a third party on hold, or comes back to them."""
        call = self.third_parties.find(input.contact_id)
        if call is None:
            self.routing.holding.set(input)
        else:
            self.third_parties.hold(call, input)

    def pause(self, input: PauseRequested) -> None:
        contact, flow = self.pausing.pause(input)
        if flow is not None:
            self.pausing.begin(contact, "PauseContact")
            self.go_on(contact, enter_flow(contact, flow, self.world, self.flows))

    def resume_paused(self, input: ResumeRequested) -> None:
        contact, flow = self.pausing.resume(input)
        self.pausing.begin(contact, "ResumeContact")
        self.go_on(contact, END if flow is None else enter_flow(contact, flow, self.world, self.flows))

    def _contact(self, contact_id: str) -> Contact:
        contact = self.contacts.get(contact_id)
        if contact is None:
            raise IllegalInput(f"there is no contact {contact_id}")
        return contact

    def answered(self, input: Answering) -> None:
        contact = self._contact(input.contact_id)
        if contact.pending is None or contact.pending.id != input.effect_id:
            raise IllegalInput(f"{input.contact_id} does not wait for {input.effect_id}: it comes too late")
        self.resume(contact, input)

    def entered(self, input: DigitsEntered | CustomerReturned) -> None:
        contact = self._contact(input.contact_id)
        if not contact.flow or (contact.pending is None and contact.alarm is None):
            raise IllegalInput(f"nothing listens to {input.contact_id} now")
        self.resume(contact, input)

    def expire(self, contact_id: str) -> None:
        """The time of a task may be over: if it is, it ends, wherever it stands."""
        contact = self.contacts.get(contact_id)
        if contact is None or not contact.expires_at or contact.stage == AFTER_CONTACT_WORK:
            return
        if contact.expires_at <= self.timers.due:
            self.hung_up(ContactHungUp(contact_id, "expired"))

    def hung_up(self, input: ContactHungUp) -> None:
        contact = self._contact(input.contact_id)
        stage = contact.stage
        if stage == AFTER_CONTACT_WORK:
            raise IllegalInput(f"{input.contact_id} is over already")
        if stage == OUTSIDE:
            self._outside(contact, input.by)
            return
        if stage == DIALLING:
            beside = self.outbound if contact.callback is None else self.callbacks
            beside.hang_up(contact, input.by)
            return
        if contact.handover:
            if stage == IN_FLOW and input.by == "customer":
                raise IllegalInput(f"the customer of {input.contact_id} is still in {contact.handover}")
            if self.transfers.given_up(contact, input.by):
                return
        if stage == JOINING:
            if self.routing.joining.hung_up(contact, input.by):
                self.go_on(contact, self._queue_flow(contact))
            return
        leaves = stage == TALKING and input.by == "agent" and contact.third_party
        if leaves and self.third_parties.agent_leaves(contact):
            return
        if input.by == "customer" and contact.flow and not contact.held:
            halt(contact)
        remaining = self.segments.customer_remains(contact, input.by) if contact.hooks else None
        if remaining is None:
            self.routing.end(contact, input.by)
        else:
            heir, flow = remaining
            self.go_on(heir, enter_flow(heir, flow, self.world, self.flows))

    def _outside(self, contact: Contact, by: str) -> None:
        """Somebody hangs up who talks with nobody of the centre."""
        if not contact.third_party:
            self.third_parties.hung_up(contact, by)
        elif by == "agent":
            raise IllegalInput(f"there is no agent in {contact.contact_id}")
        else:
            self.routing.end(contact, by)
