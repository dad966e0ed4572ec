"""Offline workload in memory, kept in order: the few least loaded agents of a call type without a search."""

from __future__ import annotations

from bisect import bisect_left, insort

from evenhand.model.inputs import WorkloadObservation

__all__ = ["WorkloadTable"]


class WorkloadTable:
    """Work by call type and agent; ties by name, as the tables of a live centre answer them."""

    def __init__(self) -> None:
        self._work: dict[tuple[str, str], float] = {}
        self._order: dict[str, list[tuple[float, str]]] = {}

    def set(self, call_type: str, agent: str, work: float) -> None:
        """The agent has so much work of this type now."""
        order = self._order.setdefault(call_type, [])
        before = self._work.get((call_type, agent))
        if before is not None:
            del order[bisect_left(order, (before, agent))]
        self._work[call_type, agent] = work
        insort(order, (work, agent))

    def add(self, call_type: str, agent: str, work: float) -> None:
        """The agent has so much work of this type more (or less, never below none)."""
        self.set(call_type, agent, max(0.0, self._work[call_type, agent] + work))

    def least_loaded(self, call_type: str, count: int) -> list[str]:
        """The agents with the least work of this type, ascending."""
        return [agent for _, agent in self._order[call_type][:count]]

    def rows(self) -> tuple[WorkloadObservation, ...]:
        """Everything, as a reading of the source."""
        return tuple(
            WorkloadObservation(call_type, agent, {"workload": work})
            for (call_type, agent), work in self._work.items()
        )
