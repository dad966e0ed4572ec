"""The idle agents of a line, kept in the order in which its policy would choose them.

Only idle agents are in here, so that a choice costs the same whether ten or ten thousand are at work.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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

    def best(self, count: int) -> list[Agent]:
        """The first so many."""
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

    def best(self, count: int) -> list[Agent]:
        chosen: list[Agent] = []
        for agent in self._agents.values():
            if len(chosen) == count:
                break
            chosen.append(agent)
        return chosen

    def __iter__(self) -> Iterator[Agent]:
        return iter(self._agents.values())

    def __len__(self) -> int:
        return len(self._agents)


class ByScore(IdleIndex):
    """Lowest score first; ties by who has been available longest. Scores are read when an agent is added.

    Three lists side by side, so that bisection compares plain numbers.
    """

    def __init__(self, score: Callable[[Agent], float]) -> None:
        self._score = score
        self._scores: list[float] = []
        self._orders: list[int] = []
        self._agents: list[Agent] = []
        self._keys: dict[str, tuple[float, int]] = {}

    def _place(self, score: float, order: int) -> int:
        scores = self._scores
        low = bisect_left(scores, score)
        if low == len(scores) or scores[low] != score:
            return low
        return bisect_left(self._orders, order, low, bisect_right(scores, score, low))

    def add(self, agent: Agent) -> None:
        if agent.name in self._keys:
            self.remove(agent)
        score, order = self._score(agent), agent.order
        self._keys[agent.name] = (score, order)
        place = self._place(score, order)
        self._scores.insert(place, score)
        self._orders.insert(place, order)
        self._agents.insert(place, agent)

    def remove(self, agent: Agent) -> None:
        key = self._keys.pop(agent.name, None)
        if key is not None:
            place = self._place(key[0], key[1])
            del self._scores[place]
            del self._orders[place]
            del self._agents[place]

    def first(self) -> Agent | None:
        return self._agents[0] if self._agents else None

    def best(self, count: int) -> list[Agent]:
        return self._agents[:count]

    def __iter__(self) -> Iterator[Agent]:
        return iter(self._agents)

    def __len__(self) -> int:
        return len(self._agents)
