"""The machine: a whole contact centre in one deterministic object.

`handle(input, now)` is the only way in; facts and effects are the only way out. It reads no clock, no die, no
file; the same inputs at the same times give the same facts and effects on any machine.
What each input does to a contact on its way stands in `journey.py`, to agents and offers in `routing.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import chain
from typing import Any

from evenhand.assessment.workload import Workload
from evenhand.centre.by_hand import move, set_attributes
from evenhand.centre.journey import Journey
from evenhand.centre.outcome import NOTHING, Outcome
from evenhand.centre.outstanding import outstanding_effects
from evenhand.centre.rerouting import set_queue_status, update_routing
from evenhand.centre.routing import Routing
from evenhand.centre.scheduled import now_due
from evenhand.centre.timers import Timers
from evenhand.centre.world import CentreWorld
from evenhand.distributor.distributor import Distributor
from evenhand.distributor.floor import homeless_ticket
from evenhand.distributor.ranking import digest_of
from evenhand.errors import FlowFault, IllegalInput
from evenhand.flow.block import Alarm
from evenhand.flow.compiled import Flow, compile_flow
from evenhand.flow.document import read_document
from evenhand.model.definition import CentreDefinition
from evenhand.model.effects import Effect
from evenhand.model.facts import CentreOpened, OverrideNoted, WorkloadNoted
from evenhand.model.inputs import (
    AttributesSet,
    CalleeAnswered,
    CalleeFailed,
    CentreDefined,
    ContactArrived,
    ContactAssigned,
    ContactCleared,
    ContactHungUp,
    ContactMoved,
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
    OverrideMade,
    PauseRequested,
    PromptEnded,
    QueueStatusSet,
    ResumeRequested,
    ServiceAnswered,
    ServiceFailed,
    StatusSet,
    Tick,
    TransferRequested,
    WorkloadObserved,
    WorkloadSourceFailed,
)
from evenhand.model.names import arn, flow_kind
from evenhand.model.units import Instant
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
        self.journey = Journey(self.routing)
        self.contacts = self.routing.contacts
        self.definition = CentreDefinition()
        self.defined = False
        self._handlers: dict[type, Callable[[Any], None]] = {
            CentreDefined: self._defined,
            PromptEnded: self.journey.answered,
            FunctionAnswered: self.journey.answered,
            FunctionFailed: self.journey.answered,
            ServiceAnswered: self.journey.answered,
            ServiceFailed: self.journey.answered,
            DigitsEntered: self.journey.entered,
            CustomerReturned: self.journey.entered,
            ContactRoutingUpdated: lambda input: update_routing(self.routing, input),
            ContactAssigned: self.journey.assignments.assign,
            ContactMoved: lambda input: move(self.journey, input),
            AttributesSet: lambda input: set_attributes(self.routing, input),
            QueueStatusSet: lambda input: set_queue_status(self.routing, input),
            TransferRequested: self.journey.transfer,
            StatusSet: self._status_set,
            OfferAccepted: self._accepted,
            OfferRejected: self._rejected,
            OfferFailed: self._failed,
            ContactCleared: self._cleared,
            CalleeAnswered: self.journey.callee_answered,
            CalleeFailed: self.journey.callee_failed,
            OutboundRequested: self.journey.call_out,
            HoldSet: self.journey.hold,
            PauseRequested: self.journey.pause,
            ResumeRequested: self.journey.resume_paused,
            WorkloadObserved: self._observed,
            WorkloadSourceFailed: self._source_failed,
            OverrideMade: self._overridden,
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
                self.journey.hung_up(input)
            elif isinstance(input, ContactArrived):
                self.journey.arrived(input)
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
            flow_arn = arn(definition.instance_arn, flow_kind(flow.type), flow.name, flow.id)
            flows[flow.name] = compile_flow(document, name=flow.name, type_=flow.type, arn=flow_arn)
        self.definition = definition
        self.world.define(definition, flows)
        self.journey.define(definition, flows)
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

    def _overridden(self, input: OverrideMade) -> None:
        now = self.world.now
        self.world.record(
            OverrideNoted(now, input.by, input.action, input.reason, input.contact_id, input.agent)
        )

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
                self.journey.resume(contact, Alarm())
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
                self.journey.begin(begins, self.world.flows.get(begins.first_flow), begins.first_flow)
        elif kind == "expiry":
            self.journey.expire(key)
        elif kind == "callback":
            self.journey.call_back(key)
        else:
            self.workload.remind(kind, key, now)
