"""Reading routing criteria as Amazon Connect writes them: `{"Steps": [{"Expression": …, "Expiry": …}]}`.

Read strictly: whatever Amazon Connect would not take raises `UnreadableCriteria` with what is wrong and where.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import msgspec

from evenhand.flow.references import text_of
from evenhand.model.criteria import Condition, CriteriaStep, Expression, RoutingCriteria

__all__ = ["UnreadableCriteria", "read_criteria"]

_MOST_CONDITIONS = 8
_MOST_ALTERNATIVES = 4  # Three ORs between them.
_MOST_AGENTS = 10
_KINDS = ("AttributeCondition", "AndExpression", "OrExpression", "NotAttributeCondition")


class UnreadableCriteria(ValueError):
    """What stands there is not routing criteria; the message says why."""


def read_criteria(given: Any, find_agent: Callable[[str], str]) -> RoutingCriteria:
    """The criteria that this object, or this JSON text, means. `find_agent` gives an agent's name, or ''."""
    document = _decoded(given)
    steps = document.get("Steps") if isinstance(document, dict) else document
    if isinstance(steps, str):
        steps = _decoded(steps)
    if not isinstance(steps, list) or not steps:
        raise UnreadableCriteria("the routing criteria hold no list of Steps")
    read = tuple(_step(step, f"step {number}", find_agent) for number, step in enumerate(steps, 1))
    for number, step in enumerate(read[:-1], 1):
        if step.lasts is None:
            raise UnreadableCriteria(f"step {number} has no Expiry, so the steps after it never begin")
    return RoutingCriteria(read)


def _decoded(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return msgspec.json.decode(given)
    except msgspec.MsgspecError:
        shown = given if len(given) <= 60 else given[:60] + "…"
        raise UnreadableCriteria(f"{shown!r} is not JSON") from None


def _step(step: Any, where: str, find_agent: Callable[[str], str]) -> CriteriaStep:
    if not isinstance(step, dict):
        raise UnreadableCriteria(f"{where} is not an object")
    expression = Expression(_alternatives(step.get("Expression"), where, find_agent))
    named = sum(len(one.agents) for alternative in expression.alternatives for one in alternative)
    if named > _MOST_AGENTS:
        raise UnreadableCriteria(f"{where} names {named} agents; it may name {_MOST_AGENTS}")
    expiry = step.get("Expiry")
    if expiry is None:
        return CriteriaStep(expression)
    seconds = _number(expiry.get("DurationInSeconds") if isinstance(expiry, dict) else None)
    if seconds is None or seconds < 1 or seconds != int(seconds):
        raise UnreadableCriteria(f"the Expiry of {where} is not a number of whole seconds from 1")
    return CriteriaStep(expression, seconds)


def _alternatives(
    expression: Any, where: str, find_agent: Callable[[str], str]
) -> tuple[tuple[Condition, ...], ...]:
    kind, value = _only(expression, where)
    if kind != "OrExpression":
        return (_conjunction(expression, where, find_agent),)
    parts = _list(value, kind, where)
    if len(parts) > _MOST_ALTERNATIVES:
        raise UnreadableCriteria(f"{where} joins {len(parts)} parts by OR; {_MOST_ALTERNATIVES} are possible")
    return tuple(_conjunction(part, where, find_agent) for part in parts)


def _conjunction(expression: Any, where: str, find_agent: Callable[[str], str]) -> tuple[Condition, ...]:
    kind, value = _only(expression, where)
    if kind == "OrExpression":
        raise UnreadableCriteria(f"{where} has an OrExpression inside; OR stands only at the top")
    if kind != "AndExpression":
        return (_condition(value, where, kind == "NotAttributeCondition", find_agent),)
    parts = _list(value, kind, where)
    conditions = tuple(one for part in parts for one in _conjunction(part, where, find_agent))
    if len(conditions) > _MOST_CONDITIONS:
        raise UnreadableCriteria(
            f"{where} joins {len(conditions)} attributes by AND; {_MOST_CONDITIONS} are possible"
        )
    return conditions


def _only(expression: Any, where: str) -> tuple[str, Any]:
    """The one kind of expression that stands there."""
    given = [kind for kind in _KINDS if isinstance(expression, dict) and expression.get(kind) is not None]
    if len(given) != 1:
        raise UnreadableCriteria(f"{where} has an expression that is not exactly one of {', '.join(_KINDS)}")
    return given[0], expression[given[0]]


def _list(value: Any, kind: str, where: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise UnreadableCriteria(f"the {kind} of {where} is not a list of expressions")
    return value


def _condition(value: Any, where: str, negated: bool, find_agent: Callable[[str], str]) -> Condition:
    if not isinstance(value, dict):
        raise UnreadableCriteria(f"a condition of {where} is not an object")
    match = value.get("MatchCriteria")
    if match is not None:
        return Condition(agents=_agents(match, where, find_agent), negated=negated)
    name, wanted = text_of(value.get("Name")), text_of(value.get("Value"))
    if not 1 <= len(name) <= 100 or not 1 <= len(wanted) <= 128:
        raise UnreadableCriteria(f"a condition of {where} does not name an attribute and its value")
    operator = text_of(value.get("ComparisonOperator")) or (
        "Range" if value.get("Range") is not None else "NumberGreaterOrEqualTo"
    )
    if operator == "Range":
        bounds = value.get("Range")
        bounds = bounds if isinstance(bounds, dict) else {}
        least, most = _level(bounds.get("MinProficiencyLevel")), _level(bounds.get("MaxProficiencyLevel"))
        if least is None or most is None or least > most:
            raise UnreadableCriteria(f"the Range for {name} in {where} is not two levels from 1 to 5")
        return Condition(name, wanted, least, most, negated=negated)
    if operator != "NumberGreaterOrEqualTo":
        raise UnreadableCriteria(f"{where} compares {name} by {operator!r}, which does not exist")
    level = _level(value.get("ProficiencyLevel", 1))
    if level is None:
        raise UnreadableCriteria(f"the ProficiencyLevel of {name} in {where} is not from 1 to 5")
    return Condition(name, wanted, level, negated=negated)


def _agents(match: Any, where: str, find_agent: Callable[[str], str]) -> tuple[str, ...]:
    criteria = match.get("AgentsCriteria") if isinstance(match, dict) else None
    given = criteria.get("AgentIds") if isinstance(criteria, dict) else None
    if isinstance(given, str):
        given = _decoded(given) if given.lstrip().startswith("[") else given.split(",")
    if not isinstance(given, list) or not given:
        raise UnreadableCriteria(f"the AgentsCriteria of {where} hold no list of AgentIds")
    names = []
    for one in given:
        reference = text_of(one).strip()
        name = find_agent(reference)
        if not name:
            raise UnreadableCriteria(f"{where} asks for {reference!r}, and there is no such agent")
        names.append(name)
    return tuple(dict.fromkeys(names))


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(text_of(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _level(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and 1.0 <= number <= 5.0 else None
