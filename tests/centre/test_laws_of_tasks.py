"""The laws once more, on a centre that has tasks only, so that much is paused, resumed and handed over."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import msgspec
from hypothesis import settings
from hypothesis.stateful import initialize, precondition, rule

from evenhand.centre.contact import OFFERED, PAUSED_AT_AGENT, TALKING, WAITING
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    OfferAccepted,
    PauseRequested,
    ResumeRequested,
    StatusSet,
)
from tests.centre.law_centre import AGENTS, VARIANTS
from tests.centre.test_laws import SETTINGS, Laws, pick

EXAMPLES, STEPS = 120, 50

_DESKS = msgspec.structs.replace(
    VARIANTS[0],
    agents=tuple(
        msgspec.structs.replace(one, routing_profile="text", initial_status="Available", auto_accept=False)
        for one in VARIANTS[0].agents[:4]
    ),
)


class LawsOfTasks(Laws):
    """The same rules, but for those that tasks have no part in."""

    model_answers = model_fails = switch_queue = call_out = hold = press = prompt_ends = None  # type: ignore[assignment]
    dialled_customer = workload_fails = workload_observed = redefine = reroute = None  # type: ignore[assignment]

    @initialize()
    def open_centre(self) -> None:
        super().open_centre(0)
        self.handle(CentreDefined(_DESKS))

    @rule(
        flow=st.sampled_from(("shelf", "queue", "queue", "held", "tasks", "ask")),
        queue=st.sampled_from(("Work", "Basic", "Basic", "")),
        priority=st.sampled_from(("1", "2", "5", "9")),
        own=st.sampled_from(("dee", "", "bo")),
    )
    def arrive(self, flow: str, queue: str, priority: str, own: str, **more: Any) -> None:
        self.arrived += 1
        attributes = {"agent": own, "priority": priority, "age": "0"}
        contact_id = f"c{self.arrived * 7 % 100:02d}-{self.arrived}"
        self.handle(ContactArrived(contact_id, flow, queue, "TASK", attributes=attributes))

    @precondition(lambda self: any(agent.next_status or not agent.may_take() for agent in self.all()))
    @rule(agent=st.sampled_from(("dee", "dee", *AGENTS)))
    def come_back(self, agent: str) -> None:
        self.handle(StatusSet(agent, "Available"))

    @precondition(lambda self: self.slots(OFFERED))
    @rule(number=pick)
    def take(self, number: int) -> None:
        agent, contact_id = self.one(self.slots(OFFERED), number)
        self.handle(OfferAccepted(contact_id, agent))

    @precondition(lambda self: self.tasks(TALKING, WAITING))
    @rule(number=pick, flow=st.sampled_from(("", "", "lunch", "fresh")))
    def lay_aside(self, number: int, flow: str) -> None:
        contact_id = self.one(self.tasks(TALKING) or self.tasks(WAITING), number)
        self.handle(PauseRequested(contact_id, self.centre.contacts[contact_id].agent, flow))

    @precondition(lambda self: self.tasks(PAUSED_AT_AGENT))
    @rule(number=pick)
    def take_up(self, number: int) -> None:
        contact_id = self.one(self.tasks(PAUSED_AT_AGENT), number)
        self.handle(ResumeRequested(contact_id, self.centre.contacts[contact_id].agent))

    def all(self) -> list[Any]:
        return list(self.centre.distributor.agents.values())


TestLawsOfTasks = LawsOfTasks.TestCase
TestLawsOfTasks.settings = settings(SETTINGS, max_examples=EXAMPLES, stateful_step_count=STEPS)
