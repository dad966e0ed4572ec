"""What rules and models said: how it ranks, and how a decision's record keeps it."""

from __future__ import annotations

import msgspec

from evenhand.distributor.line import Ticket
from evenhand.model.decision import Candidate
from evenhand.model.definition import Policy
from evenhand.model.models import ModelOpinion, ModelTold
from evenhand.model.rules import Opinion, RulesTold

__all__ = ["advised", "judged", "model_told", "told_of", "weighed"]


def weighed(policy: Policy, own: float, rules_score: float, model_score: float | None) -> tuple[bool, float]:
    """The number to rank by, ascending: the policy's own with what rules and model add. Whom a model that has
    a say did not score comes after all whom it did."""
    if policy.rank == "rules":
        return False, -rules_score
    if policy.rank == "model":
        return model_score is None, 0.0 if model_score is None else -model_score
    if policy.rank == "blend":
        if policy.rules_weight:
            own -= policy.rules_weight * rules_score
        if policy.model_weight and model_score is not None:
            own -= policy.model_weight * model_score
        return policy.asks_model and model_score is None, own
    return False, own


def advised(policy: Policy, ticket: Ticket, agent: str, own: float) -> tuple[bool, float]:
    """The same for an agent and the contact of this ticket."""
    opinion, scored = ticket.opinion, ticket.scored
    return weighed(
        policy,
        own,
        opinion.scores.get(agent, 0.0) if opinion is not None else 0.0,
        scored.scores.get(agent) if scored is not None else None,
    )


def told_of(opinion: Opinion | None) -> RulesTold | None:
    """The rule set that had a say."""
    if opinion is None:
        return None
    return RulesTold(opinion.rule_set, opinion.version, opinion.digest, opinion.fired, opinion.problems)


def model_told(scored: ModelOpinion | None) -> ModelTold | None:
    """The model that was asked."""
    if scored is None:
        return None
    return ModelTold(scored.name, scored.version, scored.digest, scored.inputs, scored.reason, scored.detail)


def judged(ticket: Ticket, one: Candidate) -> Candidate:
    """The candidate with the rule that excluded them, and what rules and model said of them."""
    opinion, scored, name = ticket.opinion, ticket.scored, one.agent
    if opinion is not None:
        rule, score = opinion.excluded.get(name, ""), opinion.scores.get(name, 0.0)
        if rule or score:
            one = msgspec.structs.replace(one, rule=rule, score=score)
    if scored is not None and name in scored.features:
        one = msgspec.structs.replace(
            one, model_score=scored.scores.get(name), features=scored.features[name]
        )
    return one
