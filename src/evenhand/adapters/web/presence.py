"""Who is at their desk: which agents have their own page open, and in how many places."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Presence"]


class Presence:
    """Counts the desks of each agent. `listeners` are told of an agent and how many desks are open now."""

    def __init__(self) -> None:
        self._desks: dict[str, int] = {}
        self.listeners: list[Callable[[str, int], None]] = []

    def desks(self, agent: str) -> int:
        """In how many places this agent's desk is open."""
        return self._desks.get(agent, 0)

    def came(self, agent: str) -> None:
        """The agent opened their desk."""
        self._count(agent, 1)

    def left(self, agent: str) -> None:
        """One of the agent's desks was closed, or its connection is lost."""
        self._count(agent, -1)

    def _count(self, agent: str, more: int) -> None:
        count = self._desks.get(agent, 0) + more
        if count > 0:
            self._desks[agent] = count
        else:
            self._desks.pop(agent, None)
        for tell in self.listeners:
            tell(agent, max(0, count))
