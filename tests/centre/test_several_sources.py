"""A decision by the work of several sources: what the record says, and that it can be derived again."""

from __future__ import annotations

import msgspec

from evenhand.centre.centre import Centre
from evenhand.centre.snapshot import read_state, restore, snapshot, write_state
from evenhand.model.decision import Decision
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
    WorkloadContract,
)
from evenhand.model.facts import AgentChosen, WorkloadNoted
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    Tick,
    WorkloadObservation,
    WorkloadObserved,
    WorkloadSourceFailed,
)
from evenhand.model.names import arn
from evenhand.model.workload_sources import WorkloadSource
from evenhand.records.explain import explanation
from tests.centre.law_centre import block, flow_text

SOURCES = (
    WorkloadSource(name="tickets", freshness=60.0, when_stale="ignore"),
    WorkloadSource(name="files", weights={"mortgage_file": {"new": 2.0, "waiting": 0.5}}),
)


def centre() -> Centre:
    """Three agents who are available, and one queue that ranks by work."""
    base = CentreDefinition()
    queue = arn(base.instance_arn, "queue", "BasicQueue")
    flow = flow_text(
        block("queue", "UpdateContactTargetQueue", {"QueueId": queue}, "transfer"),
        block("transfer", "TransferContactToQueue", {}, "end"),
        block("end", "DisconnectParticipant"),
    )
    definition = msgspec.structs.replace(
        base,
        flows=(FlowDefinition(name="in", content=flow),),
        queues=(QueueDefinition(name="BasicQueue", policy="work"),),
        policies=(Policy(name="work", rank="least_workload", call_type="billing"),),
        routing_profiles=(RoutingProfile(name="voice", rows=(RoutingRow(queue="BasicQueue"),)),),
        agents=tuple(
            AgentDefinition(name=name, routing_profile="voice", initial_status="Available")
            for name in ("ana", "bo", "cy")
        ),
        workload=WorkloadContract(sources=SOURCES),
    )
    made = Centre()
    made.handle(CentreDefined(definition), 0.0)
    return made


def tickets(at: float, **loads: float) -> WorkloadObserved:
    rows = tuple(WorkloadObservation("billing", who, {"workload": load}) for who, load in loads.items())
    return WorkloadObserved(at, rows, "tickets", True)


def files(at: float, **states: dict[str, float]) -> WorkloadObserved:
    rows = tuple(
        WorkloadObservation("billing", who, {}, {"mortgage_file": one}) for who, one in states.items()
    )
    return WorkloadObserved(at, rows, "files", True)


def decided(made: Centre, contact: str, now: float) -> Decision:
    facts = made.handle(ContactArrived(contact, "in"), now).facts
    return next(fact.decision for fact in facts if isinstance(fact, AgentChosen))


def test_a_decision_shows_each_source_and_its_age() -> None:
    """The least sum is chosen, the record tells what it is made of, and leads to the same choice again."""
    made = centre()
    made.handle(tickets(0.0, ana=1.0, bo=3.0, cy=9.0), 0.0)
    made.handle(files(10.0, ana={"new": 4.0, "waiting": 2.0}, bo={"waiting": 1.0}), 10.0)
    decision = decided(made, "c1", 20.0)
    assert decision.agent == "bo"
    text = "\n".join(explanation(decision, 20.0))
    assert "work 3.5: tickets 3 (seen 20 s ago), files 0.5 (seen 10 s ago)" in text
    assert "work 10: tickets 1 (seen 20 s ago), files 9 (seen 10 s ago)" in text
    assert "source      tickets + files" in text
    assert "derived again from the record: the same choice, bo" in text


def test_a_stale_source_is_named_and_left_out() -> None:
    """The choice is made by what is fresh; the record says which source was not, and why."""
    made = centre()
    made.handle(tickets(0.0, ana=1.0, bo=3.0, cy=9.0), 0.0)
    made.handle(files(0.0, ana={"new": 4.0}, bo={"new": 1.0}), 0.0)
    made.handle(WorkloadSourceFailed("no route to host", "tickets"), 30.0)
    made.handle(Tick(), 60.0)
    decision = decided(made, "c1", 70.0)
    assert decision.agent == "cy"
    text = "\n".join(explanation(decision, 70.0))
    assert "source      tickets (no route to host; stale, ignored) + files" in text
    assert "tickets 9 (seen 1 min 10 s ago, stale and ignored)" in text
    assert "the same choice, cy" in text


def test_a_source_that_is_not_defined_is_noted() -> None:
    """It is said once in the facts, and nothing else comes of it."""
    made = centre()
    (noted,) = made.handle(
        WorkloadObserved(5.0, (WorkloadObservation("billing", "ana", {"workload": 1.0}),), "old"), 5.0
    ).facts
    assert isinstance(noted, WorkloadNoted)
    assert (noted.rows, noted.ignored, noted.problem) == (0, 1, "there is no such workload source")


def test_a_snapshot_keeps_what_each_source_said() -> None:
    """A machine that was restored decides as the one it was taken of."""
    made = centre()
    made.handle(tickets(0.0, ana=1.0, bo=3.0, cy=9.0), 0.0)
    made.handle(files(10.0, ana={"new": 4.0}, bo={"waiting": 1.0}), 10.0)
    made.handle(ContactArrived("c0", "in"), 15.0)
    again = restore(read_state(write_state(snapshot(made))))
    assert write_state(snapshot(again)) == write_state(snapshot(made))
    assert again.handle(ContactArrived("c1", "in"), 80.0) == made.handle(ContactArrived("c1", "in"), 80.0)
