"""Routing criteria: whom of a queue's agents a contact asks for, step by step.

An expression is kept as alternatives, each a list of conditions that all hold: an OR of ANDs, which is all
that Amazon Connect's expressions can say.
"""

from __future__ import annotations

import msgspec

from evenhand.model.units import Seconds

__all__ = ["ActiveStep", "Condition", "CriteriaStep", "Expression", "Proficiency", "RoutingCriteria"]


class Proficiency(msgspec.Struct, frozen=True):
    """What an agent can: a value of an attribute (`Language`, `German`) at a level from 1 to 5."""

    attribute: str
    value: str
    level: float = 1.0


class Condition(msgspec.Struct, frozen=True):
    """A level of one attribute's value, from `least` to `most`; or, with `agents`, being one of them.

    `negated`: whoever meets it is not wanted.
    """

    attribute: str = ""
    value: str = ""
    least: float = 1.0
    most: float = 5.0
    agents: tuple[str, ...] = ()
    negated: bool = False


class Expression(msgspec.Struct, frozen=True):
    """One of the alternatives holds; an alternative holds when all of its conditions do."""

    alternatives: tuple[tuple[Condition, ...], ...]


class CriteriaStep(msgspec.Struct, frozen=True):
    """Only these agents, for `lasts` seconds; None: for as long as the contact waits."""

    expression: Expression
    lasts: Seconds | None = None


class RoutingCriteria(msgspec.Struct, frozen=True):
    """The steps in order. After the last one that ends, every agent of the queue may have the contact."""

    steps: tuple[CriteriaStep, ...]


class ActiveStep(msgspec.Struct, frozen=True):
    """The step by which a decision was made: its number (from 1), of how many, and what it asks."""

    number: int
    steps: int
    expression: Expression
