"""Routing criteria as they were applied to a contact, and as records show them: steps, expiry, status.

(Administrator guide, "Contact records data model" and "Set up routing based on agent proficiencies".)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from evenhand.model.criteria import Condition, Expression, RoutingCriteria
from evenhand.model.facts import RoutingStepChanged
from evenhand.model.names import resource_id
from evenhand.model.units import Instant

__all__ = ["KEPT", "AppliedCriteria", "criteria_record"]

KEPT: Final = 3
"""How many updates of a contact's criteria its record keeps."""

_OF_THE_API: Final = {"INTERRUPTED": "INACTIVE", "DEACTIVATED": "INACTIVE"}
"""The API's steps know fewer words than events and records."""


class AppliedCriteria(msgspec.Struct):
    """The criteria that were set for the `index`-th time. `activated_at` is when the contact joined a queue
    with them; `statuses` and `ends` belong to the steps."""

    index: int
    criteria: RoutingCriteria
    activated_at: Instant | None = None
    statuses: list[str] = []
    ends: list[Instant | None] = []

    def step(self, fact: RoutingStepChanged) -> None:
        """A step's status is another one now. With the first step all begins anew."""
        steps = len(self.criteria.steps)
        if fact.status == "ACTIVE" and fact.step == 1:
            self.activated_at = fact.at
            self.statuses, self.ends = ["INACTIVE"] * steps, [None] * steps
        if fact.step <= len(self.statuses):
            self.statuses[fact.step - 1] = fact.status
            self.ends[fact.step - 1] = fact.until if fact.status == "ACTIVE" else self.ends[fact.step - 1]

    def interrupt(self) -> None:
        """Other criteria were set."""
        self.statuses = ["INTERRUPTED" if one == "ACTIVE" else one for one in self.statuses]


def criteria_record(
    applied: AppliedCriteria, time_text: Callable[[Instant | None], str | None], *, api: bool = False
) -> dict[str, Any]:
    """The criteria as contact records write them; `api` in the words that DescribeContact has."""
    steps: list[dict[str, Any]] = []
    for number, step in enumerate(applied.criteria.steps):
        status = applied.statuses[number] if applied.statuses else "INACTIVE"
        shown: dict[str, Any] = {
            "Expression": _expression(step.expression),
            "Status": _OF_THE_API.get(status, status) if api else status,
        }
        if step.lasts is not None:
            shown["Expiry"] = {"DurationInSeconds": int(step.lasts)}
            end = applied.ends[number] if applied.ends else None
            if end is not None:
                shown["Expiry"]["ExpiryTimestamp"] = time_text(end)
        steps.append(shown)
    found: dict[str, Any] = {"Index": applied.index, "Steps": steps}
    if applied.activated_at is not None:
        found["ActivationTimestamp"] = time_text(applied.activated_at)
    return found


def _expression(expression: Expression) -> dict[str, Any]:
    parts = []
    for alternative in expression.alternatives:
        conditions = [_condition(one) for one in alternative]
        parts.append(conditions[0] if len(conditions) == 1 else {"AndExpression": conditions})
    return parts[0] if len(parts) == 1 else {"OrExpression": parts}


def _condition(condition: Condition) -> dict[str, Any]:
    if condition.agents:
        ids = [resource_id("agent", name) for name in condition.agents]
        asked: dict[str, Any] = {"MatchCriteria": {"AgentsCriteria": {"AgentIds": ids}}}
    else:
        asked = {"Name": condition.attribute, "Value": condition.value}
        if condition.most < 5.0:
            asked["ComparisonOperator"] = "Range"
            asked["Range"] = {
                "MinProficiencyLevel": condition.least,
                "MaxProficiencyLevel": condition.most,
            }
        else:
            asked["ComparisonOperator"] = "NumberGreaterOrEqualTo"
            asked["ProficiencyLevel"] = condition.least
    return {"NotAttributeCondition" if condition.negated else "AttributeCondition": asked}
