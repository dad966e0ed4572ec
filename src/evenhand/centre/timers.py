"""One heap of reminders for the whole machine. Nobody cancels one: whoever is reminded looks whether it still
matters, so a reminder too many, or too early, changes nothing."""

from __future__ import annotations

from heapq import heappop, heappush

from evenhand.model.units import Instant

__all__ = ["Timers"]


class Timers:
    """Reminders by time; at one time, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int, str, str]] = []
        self._counter = 0

    def schedule(self, due: Instant, kind: str, key: str) -> None:
        """Remind of this at `due`."""
        self._counter += 1
        heappush(self._heap, (due, self._counter, kind, key))

    def next_due(self) -> Instant | None:
        """When the next reminder is due, or None."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: Instant) -> tuple[str, str] | None:
        """The next reminder that is due by now: (kind, key), or None."""
        if self._heap and self._heap[0][0] <= now:
            _, _, kind, key = heappop(self._heap)
            return kind, key
        return None
