"""What the rules said, as a decision's record keeps it."""

from __future__ import annotations

import msgspec

from evenhand.model.decision import Candidate
from evenhand.model.rules import Opinion, RulesTold

__all__ = ["judged", "told_of"]


def told_of(opinion: Opinion | None) -> RulesTold | None:
    """The rule set that had a say."""
    if opinion is None:
        return None
    return RulesTold(opinion.rule_set, opinion.version, opinion.digest, opinion.fired, opinion.problems)


def judged(opinion: Opinion, one: Candidate) -> Candidate:
    """The candidate with the rule that excluded them and what the rules added for them."""
    rule = opinion.excluded.get(one.agent, "")
    score = opinion.scores.get(one.agent, 0.0)
    return msgspec.structs.replace(one, rule=rule, score=score) if rule or score else one
