"""Routing criteria at work: which agents a step asks for, and when it gives way to the next.

A step's agents are found once and shared by all contacts that ask for the same; a contact without criteria
costs one test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from evenhand.distributor.agents import Agent
from evenhand.distributor.line import Ticket
from evenhand.model.criteria import ActiveStep, Condition, Expression, Proficiency, RoutingCriteria
from evenhand.model.units import Instant

__all__ = ["Criteria", "active_step", "holds", "in_words", "skills_named"]

_MOST = 5.0


def holds(expression: Expression, agent: str, skills: Iterable[Proficiency]) -> bool:
    """Whether an agent of these skills is one whom the expression asks for."""
    levels = {(one.attribute, one.value): one.level for one in skills}
    return any(
        all(_meets(condition, agent, levels) != condition.negated for condition in alternative)
        for alternative in expression.alternatives
    )


def _meets(condition: Condition, agent: str, levels: Mapping[tuple[str, str], float]) -> bool:
    if condition.agents:
        return agent in condition.agents
    level = levels.get((condition.attribute, condition.value))
    return level is not None and condition.least <= level <= condition.most


def skills_named(expression: Expression, skills: Iterable[Proficiency]) -> tuple[Proficiency, ...]:
    """Those of the skills that the expression asks about: enough to say again whether it holds."""
    asked = {(one.attribute, one.value) for alternative in expression.alternatives for one in alternative}
    return tuple(one for one in skills if (one.attribute, one.value) in asked)


def in_words(expression: Expression) -> str:
    """The expression for a person: `Language German 3-5 and not Team Night, or one of ana, bo`."""
    return ", or ".join(
        " and ".join(_condition(one) for one in alternative) for alternative in expression.alternatives
    )


def _condition(condition: Condition) -> str:
    if condition.agents:
        names = ", ".join(condition.agents)
        words = f"one of {names}" if len(condition.agents) > 1 else names
    else:
        words = f"{condition.attribute} {condition.value}"
        if condition.most < _MOST:
            words += f" {condition.least:g}-{condition.most:g}"
        elif condition.least > 1.0:
            words += f" from {condition.least:g}"
    return f"not {words}" if condition.negated else words


def active_step(ticket: Ticket) -> ActiveStep | None:
    """The step that the contact stands in; None when every agent of the queue may have it."""
    if ticket.wanted is None or ticket.criteria is None:
        return None
    steps = ticket.criteria.steps
    return ActiveStep(ticket.step + 1, len(steps), steps[ticket.step].expression)


class Criteria:
    """Steps begin and end. `schedule(due, kind, key)` asks to be reminded of an end."""

    def __init__(self, schedule: Callable[[Instant, str, str], None]) -> None:
        self.schedule = schedule
        self.agents: tuple[Agent, ...] = ()
        self._found: dict[Expression, frozenset[str]] = {}

    def define(self, agents: Iterable[Agent]) -> None:
        """From now on these are the agents."""
        self.agents = tuple(agents)
        self._found = {}

    def found(self, expression: Expression) -> frozenset[str]:
        """The names of all agents whom the expression asks for."""
        names = self._found.get(expression)
        if names is None:
            names = frozenset(
                agent.name
                for agent in self.agents
                if holds(expression, agent.name, agent.definition.proficiencies)
            )
            self._found[expression] = names
        return names

    def begin(self, ticket: Ticket, criteria: RoutingCriteria | None, now: Instant) -> None:
        """The contact's first step begins now; None: it asks for nobody in particular."""
        ticket.criteria, ticket.step, ticket.step_until = criteria, 0, None
        ticket.wanted = None
        if criteria is not None:
            self._enter(ticket, now)

    def go_on(self, ticket: Ticket, now: Instant) -> int:
        """Steps whose time is over give way. Answers how many did."""
        ended = 0
        while ticket.step_until is not None and ticket.step_until <= now:
            ended += 1
            ticket.step += 1
            self._enter(ticket, ticket.step_until)
        return ended

    def narrow(self, ticket: Ticket) -> None:
        """Find the present step's agents: they follow from the definition and are not in a snapshot."""
        steps = ticket.criteria.steps if ticket.criteria is not None else ()
        inside = ticket.step < len(steps)
        ticket.wanted = self.found(steps[ticket.step].expression) if inside else None

    def _enter(self, ticket: Ticket, since: Instant) -> None:
        self.narrow(ticket)
        steps = ticket.criteria.steps if ticket.criteria is not None else ()
        lasts = steps[ticket.step].lasts if ticket.step < len(steps) else None
        ticket.step_until = None if lasts is None else since + lasts
        if ticket.step_until is not None:
            self.schedule(ticket.step_until, "seek", ticket.contact_id)
