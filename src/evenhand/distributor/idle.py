"""The idle agents of a line, kept in the order in which its policy would choose them.

Only idle agents are in here, so that a choice costs the same whether ten or ten thousand are at work.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator

from evenhand.distributor.agents import Agent

__all__ = ["ByScore", "ByTime", "IdleIndex"]


class IdleIndex:
    """The idle agents, best first."""

    def add(self, agent: Agent) -> None:
        """The agent became idle."""
        raise NotImplementedError

    def remove(self, agent: Agent) -> None:
        """The agent is idle no more; one who was not is ignored."""
        raise NotImplementedError

    def first(self) -> Agent | None:
        """The best."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Agent]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


class ByTime(IdleIndex):
    """Longest available first: a dict in order of becoming available."""

    def __init__(self) -> None:
        self._agents: dict[str, Agent] = {}
        self._last = 0

    def add(self, agent: Agent) -> None:
        self._agents[agent.name] = agent
        if agent.order >= self._last:
            self._last = agent.order
        else:
            # An offer that was taken back gives the agent their old place again: rare, so sort anew.
            ordered = sorted(self._agents.values(), key=lambda one: one.order)
            self._agents = {one.name: one for one in ordered}
            self._last = ordered[-1].order

    def remove(self, agent: Agent) -> None:
        self._agents.pop(agent.name, None)

    def first(self) -> Agent | None:
        for agent in self._agents.values():
            return agent
        return None

    def __iter__(self) -> Iterator[Agent]:
        return iter(self._agents.values())

    def __len__(self) -> int:
        return len(self._agents)


class ByScore(IdleIndex):
    """Lowest score first; ties by who has been available longest. Scores are read when an agent is added."""

    def __init__(self, score: Callable[[Agent], float]) -> None:
        self._score = score
        self._items: list[tuple[float, int, Agent]] = []
        self._keys: dict[str, tuple[float, int]] = {}

    def add(self, agent: Agent) -> None:
        if agent.name in self._keys:
            self.remove(agent)
        score = self._score(agent)
        self._keys[agent.name] = (score, agent.order)
        # Orders are unique among agents, so two entries never compare the agents themselves.
        insort(self._items, (score, agent.order, agent))

    def remove(self, agent: Agent) -> None:
        key = self._keys.pop(agent.name, None)
        if key is not None:
            del self._items[bisect_left(self._items, key)]

    def first(self) -> Agent | None:
        return self._items[0][2] if self._items else None

    def __iter__(self) -> Iterator[Agent]:
        return (agent for _, _, agent in self._items)

    def __len__(self) -> int:
        return len(self._items)
