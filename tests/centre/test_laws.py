"""The laws of the machine, tried on whatever can happen to a centre, in any order.

The driver does what every host does: when the machine asked to be woken by now, it ticks first. After each
step the machine is compared with a dumb twin, with a copy of itself that was written down and read again,
and at the end with a fresh machine that is told the same things.
"""

from __future__ import annotations

import json
import math
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from evenhand.centre.centre import Centre
from evenhand.centre.contact import AFTER_CONTACT_WORK, OFFERED, OUTSIDE, PAUSED, PAUSED_AT_AGENT
from evenhand.centre.outcome import NOTHING, Outcome
from evenhand.centre.snapshot import read_state, restore, snapshot, write_state
from evenhand.distributor.decision import derive
from evenhand.errors import IllegalInput
from evenhand.flow.module_calls import MOST_NESTED
from evenhand.model.criteria import Condition, CriteriaStep, Expression, RoutingCriteria
from evenhand.model.effects import CollectDigits, Dial, Effect, InvokeFunction, ScoreCandidates, Speak
from evenhand.model.facts import AgentChosen, ContactEnded, ContactInitiated, ContactPaused, ContactResumed
from evenhand.model.inputs import (
    AttributesSet,
    CalleeAnswered,
    CalleeFailed,
    CandidatesScored,
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
    PauseRequested,
    PromptEnded,
    QueueStatusSet,
    ResumeRequested,
    ScoringFailed,
    StatusSet,
    Tick,
    TransferRequested,
    WorkloadObservation,
    WorkloadObserved,
    WorkloadSourceFailed,
)
from evenhand.model.units import Instant
from tests.centre.law_centre import AGENTS, FLOWS, QUEUES, STATUSES, VARIANTS
from tests.centre.twin import Twin

EXAMPLES, STEPS = 250, 50

CRITERIA = {
    "": None,
    '{"Steps": [{"Expression": {"AttributeCondition": {"Name": "Language", "Value": "German", "ProficiencyLevel": 2}}}]}': (
        RoutingCriteria((CriteriaStep(Expression(((Condition("Language", "German", 2.0, 3.0),),)), 7.0),))
    ),
    '{"Steps": 3}': RoutingCriteria(()),
    '{"Steps": [{"Expression": {"AttributeCondition": {"MatchCriteria": {"AgentsCriteria": {"AgentIds": ["bo"]}}}}, "Expiry": {"DurationInSeconds": 3}}]}': (
        RoutingCriteria(
            (
                CriteriaStep(Expression(((Condition(agents=("ana", "dee")),),)), 2.0),
                CriteriaStep(Expression(((Condition("Team", "Night", negated=True),),)), 2.0),
                CriteriaStep(Expression(((Condition("Language", "English"),),))),
            )
        )
    ),
}
agents = st.sampled_from(AGENTS)
pick = st.integers(0, 1_000_000)
many_agents = st.lists(st.sampled_from((*AGENTS, "nobody")), max_size=3).map(",".join)
short = st.sampled_from((0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 45.0))
answers = st.sampled_from(
    (
        *(json.dumps({"queue": queue}) for queue in QUEUES),
        '{"queue": ""}',
        "[1, 2]",
        "null",
        '{"deep": {"er": 1}}',
        '{"queue": "' + "x" * 40_000 + '"}',
        "not JSON",
    )
)


def state_of(centre: Centre) -> bytes:
    return write_state(snapshot(centre))


class Laws(RuleBasedStateMachine):
    """Everything that can happen to a centre."""

    @initialize(variant=st.sampled_from((0, 0, 0, 1)))
    def open_centre(self, variant: int) -> None:
        self.now: Instant = 1_000.0
        self.centre = Centre()
        self.twin = Twin(self.centre)
        self.copies: list[Centre] = []
        self.log: list[tuple[Instant, Input, Outcome]] = []
        self.arrived = 0
        self.present: set[str] = set()
        self.redefined = self.given = False
        self.aside: set[str] = set()
        self.watch()
        self.handle(CentreDefined(VARIANTS[variant]))

    def watch(self) -> None:
        """Have each of the distributor's answers checked by the twin at the moment it is given."""
        distributor, twin = self.centre.distributor, self.twin
        seek_agent, seek_ticket = distributor.seek_agent, distributor.seek_ticket

        def agent_for(ticket: Any, now: Instant, trigger: str = "contact") -> Any:
            match = seek_agent(ticket, now, trigger)
            if match is not None or not ticket.only:
                twin.check_agent(ticket, now, match)
            return match

        def ticket_for(agent: Any, now: Instant) -> Any:
            match = seek_ticket(agent, now)
            twin.check_ticket(agent, now, match)
            return match

        distributor.seek_agent = agent_for  # type: ignore[method-assign]
        distributor.seek_ticket = ticket_for  # type: ignore[method-assign]

    # --- driving --------------------------------------------------------------------------------------

    def handle(self, input: Input) -> None:
        """Let it happen to the machine and to its copies, or see it refused by all of them."""
        due = self.centre.wake_at()
        if due is not None and due <= self.now and not isinstance(input, Tick):
            self.handle(Tick())
        before = state_of(self.centre)
        try:
            outcome = self.centre.handle(input, self.now)
        except IllegalInput:
            assert state_of(self.centre) == before, "an illegal input changed something"
            for copy in self.copies:
                try:
                    copy.handle(input, self.now)
                except IllegalInput:
                    continue
                raise AssertionError("the copy takes what the machine refuses") from None
            return
        self.log.append((self.now, input, outcome))
        for fact in outcome.facts:
            if isinstance(fact, ContactInitiated):
                assert fact.contact_id not in self.present
                self.present.add(fact.contact_id)
            elif isinstance(fact, ContactEnded):
                self.present.remove(fact.contact_id)
                # A task that ends while it is laid aside has after-contact work beside what came meanwhile.
                self.given |= fact.contact_id in self.aside
                assert not fact.next_contact_id or fact.next_contact_id in self.present
            if isinstance(fact, ContactPaused) and fact.agent:
                self.aside.add(fact.contact_id)
            if isinstance(fact, ContactResumed):
                # Tasks that go on may be more than the profile allows.
                self.given |= fact.agent != ""
            if isinstance(fact, AgentChosen):
                self.given |= fact.decision.trigger == "assignment"
                assert derive(fact.decision) == (fact.decision.agent, "")
        for copy in self.copies:
            assert copy.handle(input, self.now) == outcome
            assert state_of(copy) == state_of(self.centre)

    def one(self, things: list[Any], number: int) -> Any:
        return things[number % len(things)] if things else None

    def pending(self, *kinds: type[Effect]) -> list[Effect]:
        return [
            one.pending
            for one in self.centre.contacts.values()
            if one.pending and isinstance(one.pending, kinds)
        ]

    def slots(self, *states: str) -> list[tuple[str, str]]:
        return [
            (agent.name, slot.contact_id)
            for agent in self.centre.distributor.agents.values()
            for slot in agent.slots.values()
            if slot.state in states
        ]

    # --- customers ------------------------------------------------------------------------------------

    @rule(
        flow=st.sampled_from(FLOWS),
        queue=st.sampled_from((*QUEUES, *QUEUES, "")),
        channel=st.sampled_from(("VOICE", "VOICE", "CHAT", "TASK")),
        own=st.sampled_from((*AGENTS, "", "", "nobody")),
        candidates=many_agents,
        priority=st.sampled_from(("1", "2", "5", "9", "x")),
        age=st.sampled_from(("0", "30", "-30", "600")),
        criteria=st.sampled_from(tuple(CRITERIA)),
        count=st.integers(1, 3),
        later=st.sampled_from((0.0, 0.0, 0.0, 0.0, 3.0, 30.0)),
    )
    def arrive(
        self,
        flow: str,
        queue: str,
        channel: Any,
        own: str,
        candidates: str,
        priority: str,
        age: str,
        criteria: str,
        count: int,
        later: float,
    ) -> None:
        attributes = {"candidates": candidates, "agent": own, "priority": priority, "age": age}
        attributes["criteria"] = criteria
        for _ in range(count):
            self.arrived += 1
            self.handle(
                ContactArrived(
                    # Names whose order is not that of arrival.
                    f"c{self.arrived * 7 % 100:02d}-{self.arrived}",
                    flow,
                    queue,
                    channel,
                    attributes=attributes,
                    own_agent=own,
                    customer_address="+12025550100",
                    system_address="+100",
                    scheduled_at=self.now + later if later else 0.0,
                )
            )

    @precondition(lambda self: self.centre.contacts)
    @rule(number=pick, by=st.sampled_from(("customer", "customer", "agent", "system")))
    def hang_up(self, number: int, by: str) -> None:
        self.handle(ContactHungUp(self.one(list(self.centre.contacts), number), by))

    @precondition(lambda self: self.centre.contacts)
    @rule(
        number=pick,
        priority=st.sampled_from((None, None, 1, 9, 0)),
        age=st.sampled_from((None, None, 60.0, -60.0)),
        criteria=st.sampled_from(tuple(CRITERIA.values())),
    )
    def reroute(self, number: int, priority: Any, age: Any, criteria: Any) -> None:
        contact_id = self.one(list(self.centre.contacts), number)
        self.handle(ContactRoutingUpdated(contact_id, priority, age, criteria))

    @precondition(lambda self: self.centre.contacts)
    @rule(number=pick, agent=st.sampled_from((*AGENTS, "nobody")))
    def assign(self, number: int, agent: str) -> None:
        self.handle(ContactAssigned(self.one(list(self.centre.contacts), number), agent))

    @precondition(lambda self: self.centre.contacts)
    @rule(
        number=pick,
        to=st.sampled_from(
            (*((one, "") for one in QUEUES), *(("", one) for one in AGENTS), ("Nowhere", ""), ("", ""))
        ),
    )
    def move(self, number: int, to: tuple[str, str]) -> None:
        self.handle(ContactMoved(self.one(list(self.centre.contacts), number), *to))

    @precondition(lambda self: self.centre.contacts)
    @rule(number=pick, key=st.sampled_from(("note", "agent", "priority", "", "a.b")), text=short.map(str))
    def set_attributes(self, number: int, key: str, text: str) -> None:
        self.handle(AttributesSet(self.one(list(self.centre.contacts), number), {key: text}))

    @rule(queue=st.sampled_from((*QUEUES, "Nowhere")), enabled=st.sampled_from((True, True, False)))
    def switch_queue(self, queue: str, enabled: bool) -> None:
        self.handle(QueueStatusSet(queue, enabled))

    @precondition(lambda self: self.pending(CollectDigits, Speak))
    @rule(number=pick)
    def prompt_ends(self, number: int) -> None:
        effect = self.one(self.pending(CollectDigits, Speak), number)
        self.handle(PromptEnded(effect.contact_id, effect.id))

    @precondition(lambda self: self.pending(CollectDigits))
    @rule(number=pick, digits=st.sampled_from(("1", "2", "9", "12", "#", "x")))
    def press(self, number: int, digits: str) -> None:
        self.handle(DigitsEntered(self.one(self.pending(CollectDigits), number).contact_id, digits))

    # --- functions ------------------------------------------------------------------------------------

    @precondition(lambda self: self.pending(InvokeFunction))
    @rule(number=pick, answer=answers)
    def function_answers(self, number: int, answer: str) -> None:
        effect = self.one(self.pending(InvokeFunction), number)
        self.handle(FunctionAnswered(effect.contact_id, effect.id, answer))

    @precondition(lambda self: self.pending(InvokeFunction))
    @rule(number=pick, reason=st.sampled_from(("raised", "throttled", "missing", "timeout")))
    def function_fails(self, number: int, reason: str) -> None:
        effect = self.one(self.pending(InvokeFunction), number)
        self.handle(FunctionFailed(effect.contact_id, effect.id, reason))

    # --- models ---------------------------------------------------------------------------------------

    def scorings(self) -> list[ScoreCandidates]:
        tickets = [one.ticket for one in self.centre.contacts.values() if one.ticket is not None]
        return [one.scoring for one in tickets if one.scoring is not None]

    @precondition(lambda self: self.scorings())
    @rule(
        number=pick,
        scores=st.lists(st.sampled_from((0.0, 0.5, 0.5, -1.0, 3.0, math.nan, math.inf)), min_size=1),
        left_out=st.sampled_from((*("",) * 4, *AGENTS)),
    )
    def model_answers(self, number: int, scores: list[float], left_out: str) -> None:
        asked = self.one(self.scorings(), number)
        given = {name: scores[at % len(scores)] for at, name in enumerate(asked.agents) if name != left_out}
        self.handle(CandidatesScored(asked.contact_id, asked.id, given))

    @precondition(lambda self: self.scorings())
    @rule(number=pick, reason=st.sampled_from(("raised", "missing", "timeout")))
    def model_fails(self, number: int, reason: str) -> None:
        asked = self.one(self.scorings(), number)
        self.handle(ScoringFailed(asked.contact_id, asked.id, reason))

    # --- agents ---------------------------------------------------------------------------------------

    @rule(agent=agents, status=st.sampled_from((*STATUSES, *("Available",) * 4)))
    def choose_status(self, agent: str, status: str) -> None:
        self.handle(StatusSet(agent, status))

    @precondition(lambda self: self.slots(OFFERED))
    @rule(number=pick, how=st.sampled_from((OfferAccepted, OfferAccepted, OfferRejected, OfferFailed)))
    def answer_offer(self, number: int, how: Any) -> None:
        agent, contact_id = self.one(self.slots(OFFERED), number)
        self.handle(how(contact_id, agent))

    @rule(
        agent=st.sampled_from(AGENTS),
        queue=st.sampled_from(("Sales", "Basic", "", "Nowhere")),
        flow=st.sampled_from(
            ("", "ask", "survey", "queue", "callback", "tasks", "heard", "heard", "outside")
        ),
    )
    def call_out(self, agent: str, queue: str, flow: str) -> None:
        self.arrived += 1
        self.handle(OutboundRequested(f"o{self.arrived}", agent, "+12025550100", queue, flow))

    @precondition(lambda self: self.slots("talking"))
    @rule(number=pick, by=st.sampled_from(("customer", "agent")))
    def end_talk(self, number: int, by: str) -> None:
        self.handle(ContactHungUp(self.one(self.slots("talking"), number)[1], by))

    @precondition(lambda self: self.dialled())
    @rule(
        number=pick,
        heard=st.sampled_from(("CallAnswered", "CallAnswered", "VoicemailBeep", "NotDetected", "", "Robot")),
    )
    def dialled_customer(self, number: int, heard: str) -> None:
        dial = self.one(self.dialled(), number)
        answered = CalleeAnswered(dial.contact_id, dial.id, heard)
        self.handle(answered if heard else CalleeFailed(dial.contact_id, dial.id))

    def dialled(self) -> list[Dial]:
        return [one.callback_dial for one in self.centre.contacts.values() if one.callback_dial]

    @precondition(lambda self: self.slots("talking"))
    @rule(number=pick, on=st.sampled_from((True, True, False)))
    def hold(self, number: int, on: bool) -> None:
        agent, contact_id = self.one(self.slots("talking"), number)
        self.handle(HoldSet(contact_id, agent, on))

    @precondition(lambda self: self.slots("talking"))
    @rule(
        number=pick,
        to=st.sampled_from(
            (
                *(("queue", one) for one in QUEUES),
                *(("agent", one) for one in AGENTS),
                *[("number", "+12025550188")] * 6,
                ("number", "0800"),
            )
        ),
        flow=st.sampled_from(("", "", "", "ask", "agent", "tasks", "nowhere", "outside", "away")),
    )
    def transfer(self, number: int, to: tuple[str, str], flow: str) -> None:
        agent, contact_id = self.one(self.slots("talking"), number)
        self.handle(TransferRequested(contact_id, agent, *to, flow))

    # --- third parties --------------------------------------------------------------------------------

    def outside(self, *, answered: bool = True) -> list[str]:
        """The calls to third parties, and who has left the centre's hands for one."""
        contacts = self.centre.contacts.items()
        return [
            name
            for name, one in contacts
            if one.stage == OUTSIDE and (one.callback_dial is None or not answered)
        ]

    @precondition(lambda self: self.slots("talking"))
    @rule(number=pick, to=st.sampled_from((*["+12025550188"] * 5, "0800")))
    def call_third_party(self, number: int, to: str) -> None:
        agent, contact_id = self.one(self.slots("talking"), number)
        self.handle(TransferRequested(contact_id, agent, "number", to))

    @precondition(lambda self: len(self.outside(answered=False)) > len(self.outside()))
    @rule(number=pick)
    def third_party_answers(self, number: int) -> None:
        waiting = [dial for dial in self.dialled() if dial.contact_id in self.outside(answered=False)]
        dial = self.one(waiting, number)
        self.handle(CalleeAnswered(dial.contact_id, dial.id))

    @precondition(lambda self: self.outside(answered=False))
    @rule(
        number=pick, by=st.sampled_from(("third_party", "third_party", "agent", "customer", "system", "me"))
    )
    def third_party_ends(self, number: int, by: str) -> None:
        self.handle(ContactHungUp(self.one(self.outside(answered=False), number), by))

    @precondition(lambda self: self.outside())
    @rule(number=pick, agent=agents, on=st.sampled_from((True, True, False)))
    def hold_third_party(self, number: int, agent: str, on: bool) -> None:
        call = self.one(self.outside(), number)
        beside = self.centre.contacts.get(self.centre.contacts[call].beside)
        self.handle(HoldSet(call, (beside.agent if beside is not None else "") or agent, on))

    @precondition(lambda self: self.outside())
    @rule(number=pick, by=st.sampled_from(("agent", "agent", "customer")))
    def somebody_leaves_the_third_party(self, number: int, by: str) -> None:
        call = self.centre.contacts[self.one(self.outside(), number)]
        self.handle(ContactHungUp(call.beside or call.contact_id, by))

    def tasks(self, *stages: str) -> list[str]:
        contacts = self.centre.contacts.values()
        return [
            one.contact_id
            for one in contacts
            if one.channel == "TASK" and (not stages or one.stage in stages)
        ]

    @precondition(lambda self: self.tasks())
    @rule(
        number=pick,
        by_agent=st.booleans(),
        flow=st.sampled_from(("", "", "", "lunch", "fresh", "nowhere")),
    )
    def pause(self, number: int, by_agent: bool, flow: str) -> None:
        contact_id = self.one(self.tasks(), number)
        agent = self.centre.contacts[contact_id].agent if by_agent else ""
        self.handle(PauseRequested(contact_id, agent, flow))

    @precondition(lambda self: self.tasks(PAUSED, PAUSED_AT_AGENT))
    @rule(number=pick, flow=st.sampled_from(("", "", "lunch", "fresh")))
    def resume(self, number: int, flow: str) -> None:
        self.handle(ResumeRequested(self.one(self.tasks(PAUSED, PAUSED_AT_AGENT), number), "", flow))

    @precondition(lambda self: self.tasks(PAUSED_AT_AGENT))
    @rule(number=pick, to=st.sampled_from((("queue", "Work"), ("agent", "dee"))))
    def transfer_what_is_paused(self, number: int, to: tuple[str, str]) -> None:
        contact_id = self.one(self.tasks(PAUSED_AT_AGENT), number)
        self.handle(TransferRequested(contact_id, self.centre.contacts[contact_id].agent, *to))

    @precondition(lambda self: self.slots(AFTER_CONTACT_WORK, "missed", "rejected", "error"))
    @rule(number=pick)
    def clear(self, number: int) -> None:
        agent, contact_id = self.one(self.slots(AFTER_CONTACT_WORK, "missed", "rejected", "error"), number)
        self.handle(ContactCleared(contact_id, agent))

    # --- workload -------------------------------------------------------------------------------------

    @rule(
        loads=st.dictionaries(
            st.sampled_from((*AGENTS, "nobody")), st.sampled_from((0.0, 1.0, 2.5, 7.0, 7.1))
        ),
        age=st.sampled_from((0.0, 0.0, 5.0, 59.0, 61.0, 400.0)),
        whole=st.booleans(),
        left=st.sampled_from(("", *AGENTS)),
    )
    def workload_observed(self, loads: dict[str, float], age: float, whole: bool, left: str) -> None:
        rows = tuple(
            WorkloadObservation("billing", agent, {"cases": load, "mail": load, "tea": 9.0})
            for agent, load in loads.items()
        )
        gone = (("billing", left),) if left and left not in loads else ()
        self.handle(WorkloadObserved(self.now - age, rows, "table", whole, gone))

    @rule()
    def workload_fails(self) -> None:
        self.handle(WorkloadSourceFailed("cannot be read", "table"))

    # --- what cannot be -------------------------------------------------------------------------------

    @rule(data=st.data(), number=pick, agent=st.sampled_from((*AGENTS, "nobody")))
    def try_nonsense(self, data: st.DataObject, number: int, agent: str) -> None:
        contact_id = self.one([*self.centre.contacts, "nobody"], number)
        nonsense = (
            OfferAccepted(contact_id, agent),
            OfferRejected(contact_id, agent),
            OfferFailed(contact_id, agent),
            ContactCleared(contact_id, agent),
            FunctionAnswered(contact_id, f"{contact_id}/1", "{}"),
            FunctionFailed(contact_id, f"{contact_id}/2", "raised"),
            PromptEnded(contact_id, f"{contact_id}/3"),
            CandidatesScored(contact_id, f"{contact_id}/9", {}),
            ScoringFailed(contact_id, f"{contact_id}/9", "timeout"),
            DigitsEntered(contact_id, "1"),
            CustomerReturned(contact_id),
            CalleeAnswered(contact_id, f"{contact_id}/dial/9"),
            CalleeFailed(contact_id, f"{contact_id}/1"),
            StatusSet(agent, "Asleep"),
            HoldSet(contact_id, agent),
            PauseRequested(contact_id, agent),
            ResumeRequested(contact_id, agent),
            TransferRequested(contact_id, "nobody", "queue", "Sales"),
            ContactArrived(contact_id),
            ContactHungUp(contact_id),
        )
        self.handle(data.draw(st.sampled_from(nonsense[:-1] if contact_id != "nobody" else nonsense)))

    # --- time -----------------------------------------------------------------------------------------

    @rule(seconds=short)
    def time_passes(self, seconds: float) -> None:
        """Every tick at the very moment it was asked for."""
        until = self.now + seconds
        while (due := self.centre.wake_at()) is not None and due <= until:
            self.now = max(self.now, due)
            self.handle(Tick())
        self.now = until

    @rule(seconds=short)
    def time_passes_unnoticed(self, seconds: float) -> None:
        """One tick, late."""
        self.now += seconds
        self.handle(Tick())

    @rule()
    def tick_early(self) -> None:
        due = self.centre.wake_at()
        if due is None or due > self.now:
            before = snapshot(self.centre)
            # It is later, and that is all.
            before.now = self.now
            written = write_state(before)
            assert self.centre.handle(Tick(), self.now) is NOTHING
            assert state_of(self.centre) == written
            assert self.centre.wake_at() == due

    # --- the definition, and going on elsewhere -------------------------------------------------------

    @precondition(lambda self: len(self.log) > 8)
    @rule(variant=st.integers(0, len(VARIANTS) - 1), chance=st.integers(0, 2))
    def redefine(self, variant: int, chance: int) -> None:
        if chance == 0:
            self.redefined = True
            self.handle(CentreDefined(VARIANTS[variant]))

    @rule()
    def go_on_from_a_snapshot(self) -> None:
        """A machine that was written down goes on beside the one that was not."""
        written = state_of(self.centre)
        self.copies = [restore(read_state(written)), *self.copies[:1]]
        assert state_of(self.copies[0]) == written

    # --- the laws -------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        if self.log:
            self.twin.check_places()

    @invariant()
    def nobody_is_lost(self) -> None:
        """Who began and has not ended is there, and nobody else; contacts of
        one chain have the same user attributes."""
        contacts = self.centre.contacts.values() if self.log else ()
        assert self.present == {one.contact_id for one in contacts if one.stage != AFTER_CONTACT_WORK}
        shared: dict[str, dict[str, str]] = {}
        for one in contacts:
            initial = one.initial_contact_id or one.contact_id
            assert shared.setdefault(initial, one.attributes) is one.attributes

    @invariant()
    def nobody_waits_beside_an_idle_slot(self) -> None:
        due = self.centre.wake_at() if self.log else None
        if self.log and (due is None or due > self.now):
            self.twin.check_nobody_overlooked(self.now)

    @invariant()
    def nobody_is_held_for_a_model_longer_than_its_limit(self) -> None:
        due = self.centre.wake_at() if self.log else None
        if self.log and (due is None or due > self.now):
            tickets = [one.ticket for one in self.centre.contacts.values() if one.ticket is not None]
            assert all(one.scoring is None or one.scoring_until > self.now for one in tickets)

    @invariant()
    def a_module_runs_in_a_flow_and_not_too_deep(self) -> None:
        for one in self.centre.contacts.values() if self.log else ():
            assert len(one.calls) <= (MOST_NESTED if one.flow else 0)
            assert all(call.flow for call in one.calls)

    @invariant()
    def the_idle_lists_are_right(self) -> None:
        if self.log:
            self.twin.check_idle_lists()

    @invariant()
    def nobody_has_too_much(self) -> None:
        if self.log and not self.redefined:
            self.twin.check_capacity()
            if not self.given:
                # Who is given contacts by name may have more.
                self.twin.check_concurrency()

    @invariant()
    def the_state_survives_being_written(self) -> None:
        if self.log:
            written = state_of(self.centre)
            assert write_state(read_state(written)) == written

    def teardown(self) -> None:
        """The same inputs at the same times: the same facts, effects and state."""
        if not hasattr(self, "log"):
            return
        again = Centre()
        for at, input, outcome in self.log:
            assert again.handle(input, at) == outcome
        again.world.now = self.centre.world.now
        assert state_of(again) == state_of(self.centre)


SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
TestLaws = Laws.TestCase
TestLaws.settings = SETTINGS
