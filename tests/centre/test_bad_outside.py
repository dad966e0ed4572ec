"""A bad outside cannot stop the inside: whatever a function or a table does, the contact reaches the queue."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.adapters.workload.table import TableReader
from evenhand.assessment.terms import terms_of
from evenhand.centre.centre import Centre
from evenhand.errors import TablesUnavailable
from evenhand.host.clock import RealClock
from evenhand.host.host import Host
from evenhand.host.memory import MemoryJournal, MemoryTables
from evenhand.host.outside import Continuity
from evenhand.host.ports import Entry, WorkloadRow
from evenhand.host.recovery import recover
from evenhand.host.source_feed import SourceFeed
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    FunctionDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
    WorkloadContract,
)
from evenhand.model.effects import Effect
from evenhand.model.facts import (
    AgentChosen,
    BlockExecuted,
    ContactInitiated,
    ContactQueued,
    Fact,
    OfferMade,
    WorkloadNoted,
)
from evenhand.model.inputs import CentreDefined, ContactArrived, Input
from evenhand.model.workload_sources import WorkloadSource
from tests.centre.law_centre import block, flow_text

FLOW = flow_text(
    block(
        "ask",
        "InvokeLambdaFunction",
        {"LambdaFunctionARN": "choose", "InvocationTimeLimitSeconds": "1"},
        "queue",
        {"NoMatchingError": "basic"},
    ),
    block(
        "queue",
        "UpdateContactTargetQueue",
        {"QueueId": "$.External.queue"},
        "go",
        {"NoMatchingError": "basic"},
    ),
    block("basic", "UpdateContactTargetQueue", {"QueueId": "BasicQueue"}, "go"),
    block("go", "TransferContactToQueue"),
)

BAD = {
    "raises": ("raise RuntimeError('no table')", "raised: RuntimeError: no table"),
    "hangs": ("import threading; threading.Event().wait()", "within"),
    "dies": ("import os; os._exit(3)", "crashed"),
    "answers too much": ("return {'queue': 'x' * 40_000}", "too_large"),
    "answers a list": ("return ['Sales']", "a list; a flat object of strings is expected"),
    "answers nothing": ("return None", "null; a flat object of strings is expected"),
    "answers no JSON": ("return {'queue': object()}", "not_json"),
    "answers half a character": ("return {'queue': '\\ud800'}", "not_json"),
    "answers an infinite number": ("return {'queue': float('inf')}", "not_json"),
    "names nobody's queue": ("return {'queue': 'Nowhere'}", "there is no queue 'Nowhere' here"),
}


class Silence:
    """Media that do nothing."""

    def attach(self, send: object) -> None:
        pass

    def perform(self, effect: Effect, now: float) -> None:
        pass


class Published:
    """Remembers facts; whoever waits for one is woken by it."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.offered = asyncio.Event()

    def publish(self, entries: list[Entry]) -> None:
        for entry in entries:
            self.facts.extend(entry.facts)
            if any(isinstance(fact, OfferMade) for fact in entry.facts):
                self.offered.set()


def definition(function: FunctionDefinition | None = None, policy: Policy | None = None) -> CentreDefinition:
    chosen = policy or Policy()
    return CentreDefinition(
        flows=(FlowDefinition(name="in", content=FLOW),),
        functions=(function,) if function is not None else (),
        queues=(QueueDefinition(name="BasicQueue", policy=chosen.name), QueueDefinition(name="Sales")),
        routing_profiles=(RoutingProfile(name="all", rows=(RoutingRow(queue="BasicQueue"),)),),
        agents=(AgentDefinition(name="ana", routing_profile="all", initial_status="Available"),),
        policies=(chosen,),
    )


async def serve(folder: Path, centre: CentreDefinition, *inputs: Input) -> tuple[list[Fact], MemoryJournal]:
    """What a real host with real processes does with a contact, until it is offered."""
    journal, published = MemoryJournal(), Published()
    functions = ProcessFunctions(centre.functions, folder)
    host = Host(
        Centre(),
        journal=journal,
        fence=1,
        clock=RealClock(),
        media=Silence(),
        functions=functions,
        notices=(published,),  # type: ignore[arg-type]
    )
    try:
        for input in (CentreDefined(centre), *inputs):
            host.send(input)
        await asyncio.wait_for(published.offered.wait(), 20)
    finally:
        await host.close()
        await functions.close()
    return published.facts, journal


@pytest.mark.parametrize("case", BAD)
def test_a_bad_function_changes_only_the_reason(case: str, tmp_path: Path) -> None:
    """The contact is offered from the default queue, the facts say why, and the journal replays."""
    body, why = BAD[case]
    (tmp_path / "f.py").write_text(f"def handler(event, context):\n    {body}\n")
    centre = definition(FunctionDefinition(name="choose", source="f.py:handler"))
    facts, journal = asyncio.run(serve(tmp_path, centre, ContactArrived("c1", "in")))
    queued = next(fact for fact in facts if isinstance(fact, ContactQueued))
    assert queued.queue == "BasicQueue"
    reasons = [fact.why for fact in facts if isinstance(fact, BlockExecuted)]
    assert any(why in reason for reason in reasons), reasons
    assert recover(journal).sequence == journal.last_sequence()


@pytest.mark.parametrize("source", ["", "gone.py:handler"])
def test_a_missing_function_changes_only_the_reason(source: str, tmp_path: Path) -> None:
    """A function that is not defined, or whose file is gone, sends the contact to the default queue."""
    function = FunctionDefinition(name="choose", source=source) if source else None
    facts, _ = asyncio.run(serve(tmp_path, definition(function), ContactArrived("c1", "in")))
    assert next(fact for fact in facts if isinstance(fact, ContactQueued)).queue == "BasicQueue"
    assert any(isinstance(fact, BlockExecuted) and "(missing" in fact.why for fact in facts)


class BrokenTables(MemoryTables):
    """Tables whose database is gone."""

    def own_agent(self, customer_id: str) -> str | None:
        raise TablesUnavailable("the database is locked")

    def workloads(self, call_type: str | None = None) -> list[WorkloadRow]:
        raise TablesUnavailable("the database is locked")


def test_broken_tables_change_only_the_reason(tmp_path: Path) -> None:
    """Without tables the contact is routed all the same; arrival and decision say what was not known."""

    async def story() -> None:
        journal, published = MemoryJournal(), Published()
        functions = ProcessFunctions((), tmp_path)
        tables = BrokenTables()
        host = Host(
            Centre(),
            journal=journal,
            fence=1,
            clock=RealClock(),
            media=Silence(),
            functions=functions,
            notices=(published,),  # type: ignore[arg-type]
        )
        policy = Policy(name="work", rank="least_workload", own_agent=True, own_agent_wait=30.0)
        host.send(CentreDefined(definition(policy=policy)))
        (terms,) = terms_of(WorkloadContract())
        reader = TableReader(tables, WorkloadSource(name=""))
        await SourceFeed(host, reader, terms, words="table AgentWorkload").read_once()
        arrival = ContactArrived("c1", "in", customer_address="+1555")
        host.send(await Continuity(tables).with_own_agent(arrival))
        await asyncio.wait_for(published.offered.wait(), 20)
        await host.close()
        await functions.close()
        facts = published.facts
        noted = next(fact for fact in facts if isinstance(fact, WorkloadNoted))
        begun = next(fact for fact in facts if isinstance(fact, ContactInitiated))
        decision = next(fact.decision for fact in facts if isinstance(fact, AgentChosen))
        assert noted.problem == begun.own_agent_note == "the database is locked"
        assert decision.workload_source == "table AgentWorkload: the database is locked"

    asyncio.run(story())
