"""The decision record: complete, enough to choose again, and honest when it was changed."""

from __future__ import annotations

from typing import Any

import msgspec

from evenhand.centre.centre import Centre
from evenhand.distributor.decision import derive
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
from evenhand.model.facts import AgentChosen
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    OfferRejected,
    StatusSet,
    Tick,
    WorkloadObservation,
    WorkloadObserved,
)
from evenhand.simulation.streams import ONE_BLOCK_FLOW

LEAST = Policy(name="work", rank="least_workload", call_type="billing")


def centre_with(policy: Policy, **loads: float) -> Centre:
    """One queue, and an available agent for each load."""
    centre = Centre()
    definition = CentreDefinition(
        default_queue="Desk",
        flows=(FlowDefinition(name="in", content=ONE_BLOCK_FLOW),),
        queues=(QueueDefinition(name="Desk", policy=policy.name),),
        routing_profiles=(RoutingProfile(name="all", rows=(RoutingRow(queue="Desk"),)),),
        agents=tuple(
            AgentDefinition(name=name, routing_profile="all", initial_status="Available") for name in loads
        ),
        policies=(policy,),
        workload=WorkloadContract(when_stale="ignore"),
    )
    centre.handle(CentreDefined(definition), 100.0)
    rows = tuple(WorkloadObservation("billing", name, {"workload": load}) for name, load in loads.items())
    centre.handle(WorkloadObserved(100.0, rows, "the list"), 101.0)
    return centre


def decide(centre: Centre, contact_id: str = "c1", at: float = 110.0, **more: Any) -> Decision:
    outcome = centre.handle(ContactArrived(contact_id, "in", queue="Desk", **more), at)
    return next(fact.decision for fact in outcome.facts if isinstance(fact, AgentChosen))


def seen(decision: Decision) -> list[tuple[str, str, str]]:
    return [(one.agent, one.outcome, one.via) for one in decision.candidates]


def test_a_record_is_complete() -> None:
    """It names who was chosen, the next best, who had less but could not be had, and by which numbers."""
    centre = centre_with(LEAST, ana=5.0, bo=3.0, cy=9.0, dee=1.0)
    centre.handle(StatusSet("dee", "Offline"), 105.0)
    decision = decide(centre)
    assert decision.agent == "bo"
    assert seen(decision) == [
        ("dee", "offline", "ranking"),
        ("bo", "chosen", "ranking"),
        ("ana", "runner_up", "ranking"),
        ("cy", "runner_up", "ranking"),
    ]
    chosen = decision.candidates[1]
    assert (chosen.workload, chosen.provisional, chosen.age, chosen.stale) == (3.0, 0.0, 10.0, False)
    assert (decision.policy, decision.workload_source, decision.trigger) == (LEAST, "the list", "contact")
    assert decision.reason == "bo has the least work: 3; before: 1 offline"
    assert derive(decision) == ("bo", "")


def test_the_record_travels_as_json() -> None:
    """What was written and read again derives to the same agent."""
    decision = decide(centre_with(LEAST, ana=5.0, bo=3.0))
    again = msgspec.json.decode(msgspec.json.encode(decision), type=Decision)
    assert again == decision
    assert derive(again) == ("bo", "")


def test_provisional_load_decides_and_is_written_down() -> None:
    """Who was given a contact just now is judged with it."""
    centre = centre_with(LEAST, ana=3.0, bo=3.5)
    assert decide(centre, "c1").agent == "ana"
    centre.handle(OfferRejected("c1", "ana"), 111.0)
    decision = decide(centre_with(LEAST, ana=4.0, bo=3.5), "c2")
    assert (decision.agent, decision.candidates[0].workload) == ("bo", 3.5)


def test_stale_data_ranks_nobody() -> None:
    """When stale data is ignored the longest available comes first, and every candidate says that it is stale."""
    centre = centre_with(LEAST, ana=5.0, bo=3.0)
    decision = decide(centre, at=401.0)
    assert decision.agent == "bo"
    centre = centre_with(LEAST, ana=5.0, bo=3.0)
    due = centre.wake_at()
    assert due is not None
    centre.handle(Tick(), due)
    decision = decide(centre, at=due)
    assert seen(decision) == [("ana", "chosen", "ranking"), ("bo", "stale_data", "ranking")]
    assert all(one.stale for one in decision.candidates)
    assert decision.workload_source == "the list; stale, ignored"
    assert derive(decision) == ("ana", "")


def test_wishes_come_first_and_are_named() -> None:
    """The own agent, then the list; an unknown name is written down as unknown."""
    policy = Policy(name="work", rank="least_workload", call_type="billing", own_agent=True, candidates=True)
    own = decide(centre_with(policy, ana=5.0, bo=3.0), own_agent="ana")
    assert seen(own) == [("ana", "chosen", "own_agent")]
    assert own.reason == "ana is this customer's own agent"
    listed = decide(
        centre_with(policy, ana=5.0, bo=3.0), own_agent="zoe", attributes={"candidates": "yan, ana, bo"}
    )
    assert seen(listed) == [
        ("zoe", "unknown_agent", "own_agent"),
        ("yan", "unknown_agent", "candidate_list"),
        ("ana", "chosen", "candidate_list"),
    ]
    assert listed.fallback == "own_agent_unknown_agent"
    assert listed.reason.startswith("ana is number 2 on the contact's list")
    assert derive(own) == derive(listed) == ("ana", "")


def test_a_changed_policy_is_noticed() -> None:
    """A record whose policy is not the one of its digest derives to nobody."""
    decision = decide(centre_with(LEAST, ana=5.0, bo=3.0))
    other = msgspec.structs.replace(decision, policy=Policy(name="work"))
    assert derive(other) == ("", "the policy in the record is not the one its digest names")


def test_a_changed_number_derives_to_somebody_else() -> None:
    """Whoever turns a workload turns the derived choice, and the record no longer agrees with itself."""
    decision = decide(centre_with(LEAST, ana=5.0, bo=3.0))
    candidates = tuple(
        msgspec.structs.replace(one, workload=8.0) if one.agent == "bo" else one
        for one in decision.candidates
    )
    assert derive(msgspec.structs.replace(decision, candidates=candidates)) == ("ana", "")


def test_a_record_without_anybody_available_is_noticed() -> None:
    """A record that lost its candidates derives to nobody and says so."""
    decision = msgspec.structs.replace(decide(centre_with(LEAST, ana=5.0)), candidates=())
    assert derive(decision) == ("", "the record names nobody who was available")
