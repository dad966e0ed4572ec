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

    def first_of(self, names: frozenset[str]) -> Agent | None:
        """The best of these."""
        return next((agent for agent in self if agent.name in names), None)

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

    Three lists side by side, so that bisection compares plain numbers. Whoever leaves only loses their key:
    their entry stays until it is met at the front, or until too many such entries stand about.
    """

    def __init__(self, score: Callable[[Agent], float]) -> None:
        self._score = score
        self._scores: list[float] = []
        self._orders: list[int] = []
        self._agents: list[Agent] = []
        self._keys: dict[str, tuple[float, int]] = {}

    def add(self, agent: Agent) -> None:
        score, order = self._score(agent), agent.order
        self._keys[agent.name] = (score, order)
        scores, orders = self._scores, self._orders
        place = bisect_left(scores, score)
        if place < len(scores) and scores[place] == score:
            place = bisect_left(orders, order, place, bisect_right(scores, score, place))
            if place < len(orders) and orders[place] == order and scores[place] == score:
                return  # They were here before, with the same key: the old entry counts again.
        scores.insert(place, score)
        orders.insert(place, order)
        self._agents.insert(place, agent)
        if len(scores) > 2 * len(self._keys) + 64:
            self._sweep()

    def remove(self, agent: Agent) -> None:
        self._keys.pop(agent.name, None)

    def _counts(self, place: int) -> bool:
        key = self._keys.get(self._agents[place].name)
        return key is not None and key[1] == self._orders[place] and key[0] == self._scores[place]

    def _sweep(self) -> None:
        kept = [place for place in range(len(self._agents)) if self._counts(place)]
        self._scores = [self._scores[place] for place in kept]
        self._orders = [self._orders[place] for place in kept]
        self._agents = [self._agents[place] for place in kept]

    def first(self) -> Agent | None:
        gone = 0
        while gone < len(self._agents) and not self._counts(gone):
            gone += 1
        if gone:
            del self._scores[:gone]
            del self._orders[:gone]
            del self._agents[:gone]
        return self._agents[0] if self._agents else None

    def best(self, count: int) -> list[Agent]:
        chosen: list[Agent] = []
        for place in range(len(self._agents)):
            if len(chosen) == count:
                break
            if self._counts(place):
                chosen.append(self._agents[place])
        return chosen

    def __iter__(self) -> Iterator[Agent]:
        for place in range(len(self._agents)):
            if self._counts(place):
                yield self._agents[place]

    def __len__(self) -> int:
        return len(self._keys)
