"""What a learned model is given: numbers about a contact and an agent, named by the author, in that order."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

__all__ = ["AGENT_NUMBERS", "AGENT_TEXTS", "CONTACT_NUMBERS", "CONTACT_TEXTS", "BadInput", "Features"]

CONTACT_NUMBERS = ("waited", "priority", "offers")
CONTACT_TEXTS = ("channel", "queue", "language", "customer")
AGENT_NUMBERS = ("workload", "provisional", "idle_minutes", "handled", "contacts", "own")
AGENT_TEXTS = ("name", "profile")
"""Names of what there is; an agent's stand behind `agent.`, as do `agent.labels.NAME`."""

Facts: TypeAlias = Mapping[str, Any]
_Read: TypeAlias = Callable[[Facts], float]


class BadInput(ValueError):
    """An input that is none: what is wrong with it, in words."""


class Features:
    """Inputs, read once: `waited`, `channel=CHAT` (1 or 0), `agent.workload`, `agent.labels.languages=es` …

    Facts are plain data: numbers and texts by name, `attributes` and `labels` as tables of text.
    """

    def __init__(self, inputs: Sequence[str]) -> None:
        self._size = len(inputs)
        self._contact: list[tuple[int, _Read]] = []
        self._agent: list[tuple[int, _Read]] = []
        for place, name in enumerate(inputs):
            of_agent = name.startswith("agent.")
            (self._agent if of_agent else self._contact).append((place, _read(name, of_agent)))

    def rows(self, contact: Facts, agents: Sequence[Facts]) -> tuple[tuple[float, ...], ...]:
        """A row of numbers for each agent."""
        row = [0.0] * self._size
        for place, read in self._contact:
            row[place] = read(contact)
        rows = []
        for agent in agents:
            for place, read in self._agent:
                row[place] = read(agent)
            rows.append(tuple(row))
        return tuple(rows)


def _read(name: str, of_agent: bool) -> _Read:
    """How this input is read from the contact's or the agent's facts."""
    what, mark, wanted = name.removeprefix("agent.").partition("=")
    table, _, key = what.partition(".")
    numbers, texts = (AGENT_NUMBERS, AGENT_TEXTS) if of_agent else (CONTACT_NUMBERS, CONTACT_TEXTS)
    if table == ("labels" if of_agent else "attributes") and key:
        if mark and of_agent:
            return lambda facts: float(wanted in _items(facts["labels"].get(key, "")))
        if mark:
            return lambda facts: float(facts[table].get(key, "") == wanted)
        return lambda facts: _number(facts[table].get(key, ""))
    if what in numbers and not mark:
        return lambda facts: _number(facts[what])
    if what in texts and mark:
        return lambda facts: float(facts[what] == wanted)
    if what in texts:
        raise BadInput(f"{name} is a text; write {name}=… for 1 where it is that text and 0 elsewhere")
    known = ", ".join(("agent." if of_agent else "") + one for one in (*numbers, *texts))
    table = "agent.labels.NAME" if of_agent else "attributes.NAME"
    raise BadInput(f"there is no input {name!r}; there are {known} and {table}")


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")]


def _number(value: Any) -> float:
    """The number; 0 for what is none, or is without bounds."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if math.isfinite(number) else 0.0
