"""One engine, two clocks: a scenario in virtual time and through a live host gives the same facts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from evenhand.centre.centre import Centre
from evenhand.centre.outcome import Outcome
from evenhand.host.clock import RealClock
from evenhand.host.host import Host
from evenhand.host.memory import MemoryFunctions, MemoryJournal
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.effects import Bridge, Effect, InvokeFunction, Ring
from evenhand.model.facts import ContactEnded, Fact
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    ContactCleared,
    ContactHungUp,
    FunctionAnswered,
    Input,
    OfferAccepted,
    OfferRejected,
    StatusSet,
    Tick,
    WorkloadObservation,
    WorkloadObserved,
)
from evenhand.simulation.virtual import Later, VirtualRun
from tests.centre.law_centre import block, flow_text

SPEEDS = (60.0, 20.0, 6.0)
"""Things that must not change places are two seconds apart: 33 ms at the first speed. A computer that is busy
with something else may be later than that, so a slower clock is tried before the law is called broken."""

FLOW = flow_text(
    block(
        "ask", "InvokeLambdaFunction", {"LambdaFunctionARN": "choose"}, "hook", {"NoMatchingError": "hook"}
    ),
    block("hook", "UpdateContactEventHooks", {"EventHooks": {"CustomerQueue": "hold"}}, "go"),
    block("go", "TransferContactToQueue"),
)
HOLD = flow_text(
    block(
        "music",
        "MessageParticipantIteratively",
        {"Messages": [{"Text": "please hold"}], "InterruptFrequencySeconds": "9"},
        "back",
    ),
    block("back", "EndFlowExecution"),
)
DEFINITION = CentreDefinition(
    default_queue="Desk",
    flows=(
        FlowDefinition(name="in", content=FLOW),
        FlowDefinition(name="hold", type="CUSTOMER_QUEUE", content=HOLD),
    ),
    queues=(QueueDefinition(name="Desk", policy="least"),),
    routing_profiles=(
        RoutingProfile(name="first", rows=(RoutingRow(queue="Desk"),)),
        RoutingProfile(name="late", rows=(RoutingRow(queue="Desk", delay=13.0),)),
    ),
    agents=(
        AgentDefinition(
            name="ana", routing_profile="first", after_contact_work=6.0, initial_status="Available"
        ),
        AgentDefinition(name="bo", routing_profile="first", initial_status="Available"),
        AgentDefinition(
            name="cy", routing_profile="late", after_contact_work=None, initial_status="Available"
        ),
    ),
    policies=(Policy(name="least", rank="least_workload", call_type="x"),),
)
WORK = WorkloadObserved(
    0.0,
    tuple(WorkloadObservation("x", name, {"workload": load}) for name, load in (("ana", 2.0), ("bo", 5.0))),
)
SCRIPT: tuple[tuple[float, Input], ...] = (
    (0.0, CentreDefined(DEFINITION)),
    (1.0, WORK),
    (2.0, ContactArrived("c1", "in", queue="Desk")),
    (4.0, ContactArrived("c2", "in", queue="Desk")),
    (6.5, ContactArrived("c3", "in", queue="Desk")),
    (8.7, ContactArrived("c4", "in", queue="Desk")),
    (11.0, ContactArrived("c5", "in", queue="Desk")),
    (24.8, ContactHungUp("c5")),
    (27.2, StatusSet("ana", "Offline")),
    (58.6, ContactCleared("c2", "bo")),
    (67.0, ContactCleared("c3", "cy")),
    (75.0, ContactArrived("c6", "in", queue="Desk")),
)


class Outside:
    """Answers by the script: c2 is missed at first, c3 rejected once, everybody else is taken."""

    def __init__(self) -> None:
        self.rejected = False

    def react(self, outcome: Outcome, now: float) -> Iterable[Later]:
        for effect in outcome.effects:
            yield from self.answer(effect)

    def answer(self, effect: Effect) -> Iterable[Later]:
        contact_id = effect.contact_id
        if isinstance(effect, InvokeFunction):
            yield 0.0, lambda: FunctionAnswered(contact_id, effect.id, '{"a": "1"}')
        elif isinstance(effect, Ring):
            if contact_id == "c2" and effect.agent == "bo":
                return
            if contact_id == "c3" and not self.rejected:
                self.rejected = True
                yield 3.1, lambda: OfferRejected(contact_id, effect.agent)
            else:
                yield 3.3, lambda: OfferAccepted(contact_id, effect.agent)
        elif isinstance(effect, Bridge):
            yield 14.9, lambda: ContactHungUp(contact_id, "agent")


def timeless(facts: Iterable[Fact]) -> list[Any]:
    """The facts without their times."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: strip(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [strip(item) for item in value]
        return "a time" if isinstance(value, float) else value

    return [strip(msgspec.to_builtins(fact)) for fact in facts]


def in_virtual_time() -> list[Fact]:
    run = VirtualRun(Centre(), Outside(), start=1_000.0, keep=True)
    for at, input in SCRIPT:
        run.plan(1_000.0 + at, input)
    run.run(1_000.0 + 130.0)
    assert run.refused == []
    return [fact for _, _, outcome in run.log for fact in outcome.facts]


class Legs:
    """The same outside on a live host; it knows when the last contact is over."""

    def __init__(self, clock: RealClock) -> None:
        self.clock, self.outside = clock, Outside()
        self.loop = asyncio.get_running_loop()
        self.over = asyncio.Event()
        self.ended = 0
        self.send: Callable[[Input], None] = lambda input: None

    def attach(self, send: Callable[[Input], None]) -> None:
        self.send = send

    def perform(self, effect: Effect, now: float) -> None:
        for delay, happening in self.outside.answer(effect):
            self.plan(delay, happening)

    def plan(self, delay: float, happening: Callable[[], Input | None]) -> None:
        def fire() -> None:
            input = happening()
            if input is not None:
                self.send(input)

        self.loop.call_later(self.clock.real_seconds(delay), fire)

    def publish(self, entries: Iterable[Any]) -> None:
        for entry in entries:
            self.ended += sum(isinstance(fact, ContactEnded) for fact in entry.facts)
        if self.ended == 6:
            self.over.set()


async def in_real_time(speed: float) -> list[Fact]:
    clock, journal = RealClock(speed), MemoryJournal()
    legs = Legs(clock)
    host = Host(
        Centre(),
        journal=journal,
        fence=1,
        clock=clock,
        media=legs,
        functions=MemoryFunctions({"choose": lambda event: {"a": "1"}}),
        notices=(legs,),
    )
    for at, input in SCRIPT:
        legs.plan(at, lambda input=input: input)  # type: ignore[misc]
    await asyncio.wait_for(legs.over.wait(), 60)
    await host.close()
    assert any(isinstance(entry.input, Tick) for entry in journal.read())
    return [fact for entry in journal.read() for fact in entry.facts]


def test_one_engine_two_clocks() -> None:
    """Misses, rejections, delays, interrupts and after-contact work come in the same order on both clocks."""
    virtual = in_virtual_time()
    last = max(index for index, fact in enumerate(virtual) if isinstance(fact, ContactEnded))
    wanted = timeless(virtual[: last + 1])
    assert len(virtual) > 80
    live: list[Any] = []
    for speed in SPEEDS:
        live = timeless(asyncio.run(in_real_time(speed))[: last + 1])
        if live == wanted:
            return
    assert live == wanted
