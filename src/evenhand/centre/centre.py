"""The machine: a whole contact centre in one deterministic object.

`handle(input, now)` is the only way in; facts and effects are the only way out. It reads no clock, no die, no
file; the same inputs at the same times give the same facts and effects on any machine.

Longer than other modules because what each input does stands here, one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import chain
from typing import Any

from evenhand.assessment.workload import Workload
from evenhand.centre.assignment import Assignments
from evenhand.centre.callbacks import Callbacks
from evenhand.centre.contact import AFTER_CONTACT_WORK, DIALLING, IN_FLOW, JOINING, OFFERED, WAITING, Contact
from evenhand.centre.given import note_given
from evenhand.centre.outbound import Outbound
from evenhand.centre.outcome import NOTHING, Outcome
from evenhand.centre.outstanding import outstanding_effects
from evenhand.centre.rerouting import set_queue_status, update_routing
from evenhand.centre.routing import Routing
from evenhand.centre.scheduled import check_time, now_due, schedule
from evenhand.centre.segments import Segments
from evenhand.centre.tasks import Tasks
from evenhand.centre.timers import Timers
from evenhand.centre.transfers import Transfers
from evenhand.centre.world import CentreWorld
from evenhand.distributor.distributor import Distributor
from evenhand.distributor.floor import homeless_ticket
from evenhand.distributor.ranking import digest_of
from evenhand.errors import FlowFault, IllegalInput
from evenhand.flow.block import Alarm, Answering, Event
from evenhand.flow.compiled import Flow, compile_flow
from evenhand.flow.document import read_document
from evenhand.flow.exits import END, ENQUEUE, Leave
from evenhand.flow.runner import LOST, answered, enter_flow, halt, resume_flow
from evenhand.model.definition import CentreDefinition
from evenhand.model.effects import Effect
from evenhand.model.facts import CentreOpened, ContactInitiated, FlowFailed, WorkloadNoted
from evenhand.model.inputs import (
    CalleeAnswered,
    CalleeFailed,
    CentreDefined,
    ContactArrived,
    ContactAssigned,
    ContactCleared,
    ContactHungUp,
    ContactRoutingUpdated,
    CustomerReturned,
    DigitsEntered,
    FunctionAnswered,
    FunctionFailed,
    HoldSet,
    Input,
    OfferAccepted,
    OfferFailed,
    OfferRejected,
    OutboundRequested,
    PromptEnded,
    QueueStatusSet,
    ServiceAnswered,
    ServiceFailed,
    StatusSet,
    Tick,
    TransferRequested,
    WorkloadObserved,
    WorkloadSourceFailed,
)
from evenhand.model.names import arn
from evenhand.model.units import CHANNELS, Instant
from evenhand.waits.recent import RecentWaits

__all__ = ["Centre"]


class Centre:
    """One contact centre. With `recording` off no facts are made: only for simulations that want none."""

    def __init__(self, *, recording: bool = True) -> None:
        self.timers = Timers()
        self.workload = Workload(self.timers.schedule, self._reranked, self._all_reranked)
        self.distributor = Distributor(self.workload, self.timers.schedule)
        self.recent = RecentWaits()
        self.world = CentreWorld(self.distributor, self.recent, recording)
        self.routing = Routing(self.world, self.distributor, self.timers, self.workload)
        self.segments = Segments(self.routing)
        self.callbacks = Callbacks(self.routing, self.segments)
        self.routing.dial = self.callbacks.dial
        self.world.request_callback = self.callbacks.request
        self.assignments = Assignments(self.routing)
        self.world.interrupt_agent = self.assignments.interrupt
        self.tasks = Tasks(self.routing, self.segments)
        self.world.request_task = self.tasks.request
        self.transfers = Transfers(self.routing, self.segments)
        self.routing.give_up_handover = self.transfers.given_up
        self.outbound = Outbound(self.routing)
        self.routing.outbound_ends = self.outbound.ends
        self.contacts = self.routing.contacts
        self.world.hold_previous = self.routing.holding.hold_previous
        self.definition = CentreDefinition()
        self.instance_arn = ""
        self.flows: dict[str, Flow] = {}
        self.numbers: dict[str, str] = {}
        self.defined = False
        self._handlers: dict[type, Callable[[Any], None]] = {
            CentreDefined: self._defined,
            PromptEnded: self._answered,
            FunctionAnswered: self._answered,
            FunctionFailed: self._answered,
            ServiceAnswered: self._answered,
            ServiceFailed: self._answered,
            DigitsEntered: self._entered,
            CustomerReturned: self._entered,
            ContactRoutingUpdated: lambda input: update_routing(self.routing, input),
            ContactAssigned: self.assignments.assign,
            QueueStatusSet: lambda input: set_queue_status(self.routing, input),
            TransferRequested: self._transfer,
            StatusSet: self._status_set,
            OfferAccepted: self._accepted,
            OfferRejected: self._rejected,
            OfferFailed: self._failed,
            ContactCleared: self._cleared,
            CalleeAnswered: self._callee_answered,
            CalleeFailed: self._callee_failed,
            OutboundRequested: self._call_out,
            HoldSet: self.routing.holding.set,
            WorkloadObserved: self._observed,
            WorkloadSourceFailed: self._source_failed,
            Tick: self._ticked,
            **self.routing.scoring.handlers,
        }

    # --- the way in -----------------------------------------------------------------------------------

    def handle(self, input: Input, now: Instant) -> Outcome:
        """Something happened at `now`. Answers what was decided and what is to be done.

        Raises IllegalInput when it cannot be now; then nothing has changed. Time that seems to run
        backwards counts as standing still.
        """
        world = self.world
        before = world.now
        if now > before:
            world.now = now
        try:
            # The two most frequent first; the rest by table.
            if isinstance(input, ContactHungUp):
                self._hung_up(input)
            elif isinstance(input, ContactArrived):
                self._arrived(input)
            else:
                self._handlers[type(input)](input)
        except IllegalInput:
            world.now = before
            raise
        facts, effects = world.facts, world.effects
        if not facts and not effects:
            return NOTHING
        outcome = Outcome(tuple(facts) if world.recording else (), tuple(effects))
        if facts:
            facts.clear()
        effects.clear()
        return outcome

    def wake_at(self) -> Instant | None:
        """When the next Tick is wanted. A Tick that comes too early changes nothing."""
        return self.timers.next_due()

    def outstanding(self) -> list[Effect]:
        """The effects whose answer is awaited: after a crash the host does them again, under the same ids."""
        return outstanding_effects(self.routing)

    # --- the definition -------------------------------------------------------------------------------

    def _defined(self, input: CentreDefined) -> None:
        definition = input.definition
        tickets = self.routing.tickets()
        homeless = homeless_ticket(definition, tickets)
        if homeless is not None:
            raise IllegalInput(
                f"{homeless.contact_id} waits in {homeless.queue or homeless.agent_queue!r}, which is no more, "
                f"and there is no default queue {definition.default_queue!r} to wait in instead",
                way_out="name a default queue that exists, or let the contacts end first",
            )
        statuses = {"Available", "Offline"} | {status.name for status in definition.statuses}
        for one in definition.agents:
            if not self.defined and one.initial_status not in statuses:
                raise IllegalInput(
                    f"{one.name} begins with the status {one.initial_status!r}, which there is not",
                    way_out=f"choose one of: {', '.join(sorted(statuses))}",
                )
        flows: dict[str, Flow] = {}
        problems: list[str] = []
        for flow in definition.flows:
            try:
                document = read_document(flow.content, flow.file or flow.name)
            except FlowFault as fault:
                problems.append(str(fault))
                continue
            flow_arn = arn(definition.instance_arn, "contact-flow", flow.name, flow.id)
            flows[flow.name] = compile_flow(document, name=flow.name, type_=flow.type, arn=flow_arn)
        self.definition = definition
        self.instance_arn = definition.instance_arn
        self.flows = flows
        self.numbers = {number.address: number.flow for number in definition.numbers}
        self.world.define(definition, flows)
        self.workload.define(definition.workload, self.world.now)
        self.distributor.define(definition, tickets, self.world.now)
        self.routing.opinions.define(definition)
        for ticket in tickets:
            self.routing.opinions.judge(self.contacts[ticket.contact_id], ticket)
        self.routing.scoring.define(definition, tickets)
        self.routing.ring_seconds = definition.ring_seconds
        self.world.record(
            CentreOpened(self.world.now, definition.name, digest_of(definition), tuple(problems))
        )
        if not self.defined:
            self.defined = True
            for agent in definition.agents:
                if agent.initial_status != "Offline":
                    self.routing.set_status(agent.name, agent.initial_status)
        for known in self.distributor.agents.values():
            self.routing.seek_for(known)
        for ticket in sorted(tickets, key=lambda one: one.key):
            self.routing.seek(ticket.contact_id)

    def _reranked(self, agent: str) -> None:
        known = self.distributor.agents.get(agent)
        if known is not None:
            self.distributor.rerank(known)

    def _all_reranked(self) -> None:
        for agent in self.distributor.agents.values():
            self.distributor.rerank(agent)

    # --- contacts in flows ----------------------------------------------------------------------------

    def _arrived(self, input: ContactArrived) -> None:
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
        contact = Contact(contact_id, input.channel, dict(attributes) if attributes else {})
        contact.instance_arn = self.instance_arn
        contact.stage = IN_FLOW
        contact.hooks = contact.callback = None
        # Only what is not the default: CPython keeps an object fast up to thirty attributes of its own.
        if input.initiation_method != "INBOUND":
            contact.initiation_method = input.initiation_method
        if input.customer_address:
            contact.customer_address = input.customer_address
        if number:
            contact.system_address = number
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
        if world.recording:
            world.record(
                ContactInitiated(
                    world.now,
                    contact_id,
                    input.channel,
                    flow.name if flow is not None else wanted,
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
        if input.scheduled_at > world.now:
            schedule(
                contact, flow.name if flow is not None else wanted, input.scheduled_at, world, self.timers
            )
            return
        if flow is None:
            self._begin(contact, flow, wanted)
        else:
            self._go_on(contact, enter_flow(contact, flow, world, self.flows))

    def _begin(self, contact: Contact, flow: Flow | None, wanted: str) -> None:
        """The contact's first flow begins."""
        if flow is None:
            why = f"there is no flow {wanted!r}" if wanted else "no flow answers this number"
            self.world.record(
                FlowFailed(self.world.now, contact.contact_id, wanted, "", why, "default queue")
            )
            self._go_on(contact, LOST)
        else:
            self._go_on(contact, enter_flow(contact, flow, self.world, self.flows))

    def _resume(self, contact: Contact, event: Event) -> None:
        asked = contact.alarm
        self._go_on(contact, resume_flow(contact, event, self.world, self.flows), asked)

    def _go_on(self, contact: Contact, leave: Leave | None, asked: Instant | None = None) -> None:
        """The flow waits for something, or was left. For `asked` a reminder is under way already."""
        if contact.stage == DIALLING and contact.callback is None:
            self._before_the_talk(contact, leave, asked)
            return
        while leave is not None:
            if contact.stage != IN_FLOW and contact.hook:
                beside = self.routing.joining if contact.stage == JOINING else self.routing.holding
                beside.left(contact, leave)
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
                if self.assignments.hand_over(contact):
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

    def _to_default_queue(self, contact: Contact) -> bool:
        """The ordinary queue is the fallback for everything, whatever it may hold; a contact that has nowhere
        else to go is not turned away for a number. False when there is no such queue."""
        name = self.definition.default_queue
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

    def _call_back(self, contact: Contact) -> None:
        """A callback is due: through its flow, the first time, and into its queue."""
        flow = None
        if contact.callback is not None and contact.callback.flow:
            flow, contact.callback.flow = self.flows.get(contact.callback.flow), ""
        if flow is not None:
            self._go_on(contact, enter_flow(contact, flow, self.world, self.flows))
        else:
            self._go_on(contact, ENQUEUE if self.callbacks.has_a_queue(contact) else LOST)

    def _call_out(self, input: OutboundRequested) -> None:
        contact, flow = self.outbound.begin(input, self.instance_arn)
        self._before_the_talk(
            contact, END if flow is None else enter_flow(contact, flow, self.world, self.flows), None
        )

    def _callee_answered(self, input: CalleeAnswered) -> None:
        contact = self.outbound.dialled(input)
        if contact is None:
            self.callbacks.answered(input)
            return
        leave: Leave | None = END
        if contact.flow:
            leave = answered(contact, self.world, self.flows)
        contact.unanswered = False
        self._before_the_talk(contact, leave, None)

    def _callee_failed(self, input: CalleeFailed) -> None:
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

    def _transfer(self, input: TransferRequested) -> None:
        """An agent hands the customer over, through a flow or straight into the queue, if that has room."""
        heir, flow = self.transfers.begin(input)
        if flow is not None:
            self._go_on(heir, enter_flow(heir, flow, self.world, self.flows))
            return
        error, why = self.world.queue_refusal(heir)
        if error:
            self.routing.end(heir, why)
        else:
            self._go_on(heir, ENQUEUE)

    def _contact(self, contact_id: str) -> Contact:
        contact = self.contacts.get(contact_id)
        if contact is None:
            raise IllegalInput(f"there is no contact {contact_id}")
        return contact

    def _answered(self, input: Answering) -> None:
        contact = self._contact(input.contact_id)
        if contact.pending is None or contact.pending.id != input.effect_id:
            raise IllegalInput(f"{input.contact_id} does not wait for {input.effect_id}: it comes too late")
        self._resume(contact, input)

    def _entered(self, input: DigitsEntered | CustomerReturned) -> None:
        contact = self._contact(input.contact_id)
        if not contact.flow or (contact.pending is None and contact.alarm is None):
            raise IllegalInput(f"nothing listens to {input.contact_id} now")
        self._resume(contact, input)

    def _hung_up(self, input: ContactHungUp) -> None:
        contact = self._contact(input.contact_id)
        stage = contact.stage
        if stage == AFTER_CONTACT_WORK:
            raise IllegalInput(f"{input.contact_id} is over already")
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
                self._go_on(contact, self._queue_flow(contact))
            return
        if input.by == "customer" and contact.flow and not contact.held:
            halt(contact)
        remaining = self.segments.customer_remains(contact, input.by) if contact.hooks else None
        if remaining is None:
            self.routing.end(contact, input.by)
        else:
            heir, flow = remaining
            self._go_on(heir, enter_flow(heir, flow, self.world, self.flows))

    # --- agents ---------------------------------------------------------------------------------------

    def _status_set(self, input: StatusSet) -> None:
        self.routing.set_status(input.agent, input.status)

    def _accepted(self, input: OfferAccepted) -> None:
        self.routing.accept(input.contact_id, input.agent)

    def _rejected(self, input: OfferRejected) -> None:
        self.routing.refuse(input.contact_id, input.agent, "reject")

    def _failed(self, input: OfferFailed) -> None:
        self.routing.refuse(input.contact_id, input.agent, "fail", input.reason)

    def _cleared(self, input: ContactCleared) -> None:
        self.routing.clear(input.contact_id, input.agent)

    # --- workload -------------------------------------------------------------------------------------

    def _observed(self, input: WorkloadObserved) -> None:
        amounts = chain.from_iterable(
            (*row.kinds.values(), *chain.from_iterable(one.values() for one in row.states.values()))
            for row in input.rows
        )
        if not math.isfinite(input.observed_at) or not all(map(math.isfinite, amounts)):
            # They have no order, and no form in a journal.
            raise IllegalInput("workload and its time are finite numbers", way_out="leave such rows out")
        taken, ignored = self.workload.observe(
            input.rows,
            input.observed_at,
            input.source,
            self.world.now,
            whole=input.whole,
            gone=input.gone,
        )
        problem = "" if self.workload.knows(input.source) else "there is no such workload source"
        self.world.record(WorkloadNoted(self.world.now, input.source, taken, ignored, problem))

    def _source_failed(self, input: WorkloadSourceFailed) -> None:
        self.workload.fail(input.reason, input.source)
        self.world.record(WorkloadNoted(self.world.now, input.source, 0, 0, input.reason))

    # --- time -----------------------------------------------------------------------------------------

    def _ticked(self, input: Tick) -> None:
        now = self.world.now
        while (due := self.timers.pop_due(now)) is not None:
            kind, keys = due
            if len(keys) > 1 and kind in ("ring", "scoring", "seek"):
                # Whoever asks at one instant asks in the order of the queue.
                keys.sort(key=self.routing.place)
            for key in keys:
                self._remind(kind, key, now)

    def _remind(self, kind: str, key: str, now: Instant) -> None:
        if kind == "alarm":
            contact = self.contacts.get(key)
            if contact is not None and contact.alarm is not None and contact.alarm <= self.timers.due:
                contact.alarm = None
                self._resume(contact, Alarm())
        elif kind == "ring":
            self.routing.ring_out(key)
        elif kind == "whisper":
            self.routing.joining.remind(key)
        elif kind == "after_contact_work":
            self.routing.work_over(key)
        elif kind == "scoring":
            self.routing.scoring.over(key, self.timers.due)
        elif kind == "seek":
            self.routing.seek(key)
        elif kind == "scheduled":
            begins = now_due(self.contacts.get(key), now)
            if begins is not None:
                self._begin(begins, self.flows.get(begins.first_flow), begins.first_flow)
        elif kind == "callback":
            due = self.callbacks.due(key)
            if due is not None:
                self._call_back(due)
        else:
            self.workload.remind(kind, key, now)
