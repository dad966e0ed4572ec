"""A decision as a row: who was chosen, why in one line, and every candidate with their outcome and load."""

from __future__ import annotations

import msgspec

from evenhand.distributor.criteria import in_words
from evenhand.model.decision import Candidate, Decision
from evenhand.model.units import Instant, Seconds
from evenhand.records.story import masked, short_reason, why_chosen

__all__ = ["KEPT_DECISIONS", "CandidateRow", "DecisionRow", "decision_row", "for_team"]

KEPT_DECISIONS = 50


class CandidateRow(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One whom the decision considered; `agent` is empty where whoever looks may not know who it was."""

    agent: str
    outcome: str
    via: str = "ranking"
    workload: float = 0.0
    provisional: float = 0.0
    age: Seconds | None = None
    stale: bool = False
    score: float = 0.0
    model_score: float | None = None
    rule: str = ""
    skills: str = ""
    available_since: Instant = 0.0


class DecisionRow(msgspec.Struct, frozen=True, rename="camel"):
    """A decision in short. `kind` is for counting, `reason` for a person."""

    number: int
    at: Instant
    contact_id: str
    customer: str
    queue: str
    agent: str
    kind: str
    reason: str
    waited: Seconds
    trigger: str
    fallback: str
    policy: str
    policy_version: str
    rank: str
    source: str
    step: str
    candidates: tuple[CandidateRow, ...]


def decision_row(decision: Decision, at: Instant, customer: str, own_agent: str) -> DecisionRow:
    """This decision."""
    return DecisionRow(
        decision.number,
        at,
        decision.contact_id,
        masked(customer) if customer else "",
        decision.queue,
        decision.agent,
        why_chosen(decision, own_agent),
        short_reason(decision, own_agent),
        decision.waited,
        decision.trigger,
        decision.fallback,
        decision.policy.name,
        decision.policy.version,
        decision.policy.rank,
        decision.workload_source,
        in_words(decision.step.expression) if decision.step is not None else "",
        tuple(map(_candidate, decision.candidates)),
    )


def _candidate(one: Candidate) -> CandidateRow:
    return CandidateRow(
        one.agent,
        one.outcome,
        one.via,
        one.workload,
        one.provisional,
        one.age,
        one.stale,
        one.score,
        one.model_score,
        one.rule,
        ", ".join(f"{skill.attribute} {skill.value} {skill.level:g}" for skill in one.skills),
        one.available_since,
    )


def for_team(row: DecisionRow, team: frozenset[str]) -> DecisionRow | None:
    """What a supervisor of this team sees of it: nothing unless it chose one of theirs; others without name
    and load, and a reason that names them is left out."""
    if row.agent not in team:
        return None
    others = [one for one in row.candidates if one.agent not in team]
    if not others:
        return row
    candidates = tuple(
        one if one.agent in team else CandidateRow("", one.outcome, one.via) for one in row.candidates
    )
    reason = row.reason if not any(one.agent in row.reason for one in others) else row.kind
    return msgspec.structs.replace(row, candidates=candidates, reason=reason)
