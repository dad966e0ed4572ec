"""Facts of small stories, as the machine would tell them."""

from __future__ import annotations

from evenhand.distributor.ranking import digest_of
from evenhand.model.decision import Candidate, Decision
from evenhand.model.definition import Policy
from evenhand.model.facts import (
    AgentChosen,
    BlockExecuted,
    ContactConnected,
    ContactDequeued,
    ContactEnded,
    ContactInitiated,
    ContactQueued,
    Fact,
    OfferAccepted,
    OfferMade,
    WaitTold,
)

__all__ = ["answered", "block", "decision", "gave_up", "initiated", "queued"]

POLICY = Policy(name="least loaded", version="7", rank="least_workload", call_type="mortgages")


def initiated(contact_id: str, at: float, own_agent: str = "") -> ContactInitiated:
    """A customer calls."""
    return ContactInitiated(
        at, contact_id, "VOICE", "Main", "+12025550171", "+1", "INBOUND", own_agent=own_agent
    )


def queued(contact_id: str, at: float, position: int = 1) -> ContactQueued:
    """The contact waits in the basic queue."""
    return ContactQueued(at, contact_id, "Basic", "", 5, 0.0, position)


def decision(contact_id: str, agent: str = "ben") -> Decision:
    """Ben has less work than anna; chloe, who has less still, is talking."""
    return Decision(
        contact_id,
        3,
        "Basic",
        agent,
        "contact",
        POLICY,
        digest_of(POLICY),
        (
            Candidate("chloe", "at_capacity", workload=1.0, age=4.0, order=1),
            Candidate("ben", "chosen", workload=2.0, provisional=1.0, age=4.0, order=2),
            Candidate("anna", "runner_up", workload=8.0, age=4.0, order=3),
        ),
        waited=2.0,
        workload_source="table AgentWorkload",
        reason="ben has the least work: 2 + 1 provisional; before: 1 on a contact",
    )


def block(contact_id: str, at: float, kind: str = "Compare", **fields: object) -> BlockExecuted:
    """One block that was left."""
    known: dict[str, object] = {
        "flow": "Main",
        "block": "Check",
        "values": {},
        "branch": "NextAction",
        "result": "",
        "why": "",
        "started": at,
        "next_block": "Next",
        "logging": True,
        "external": None,
    }
    return BlockExecuted(at=at, contact_id=contact_id, block_type=kind, **{**known, **fields})  # type: ignore[arg-type]


def answered(contact_id: str, start: float, wait: float, told: float | None = None) -> list[Fact]:
    """A contact that waits so long, may be told a wait at once, talks to ben for 30 s and ends."""
    at = start + wait
    told_fact: list[Fact] = [WaitTold(start, contact_id, told)] if told is not None else []
    return [
        initiated(contact_id, start),
        queued(contact_id, start),
        *told_fact,
        AgentChosen(at, decision(contact_id)),
        OfferMade(at, contact_id, "ben", "Basic", at + 20),
        OfferAccepted(at, contact_id, "ben", 0.0),
        ContactDequeued(at, contact_id, "Basic", wait, "connected"),
        ContactConnected(at, contact_id, "ben", "Basic", wait),
        ContactEnded(at + 30, contact_id, "CUSTOMER_DISCONNECT", "ben", 30.0, wait + 30),
    ]


def gave_up(contact_id: str, start: float, wait: float) -> list[Fact]:
    """A contact that hangs up while it waits."""
    return [
        initiated(contact_id, start),
        queued(contact_id, start),
        ContactDequeued(start + wait, contact_id, "Basic", wait, "abandoned"),
        ContactEnded(start + wait, contact_id, "CUSTOMER_DISCONNECT", duration=wait),
    ]
