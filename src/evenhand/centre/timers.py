"""One heap of reminders for the whole machine. Nobody cancels one: whoever is reminded looks whether it still
matters, so a reminder too many, or too early, changes nothing.

At one instant reminders come by kind and key, never by when they were asked for: a machine that was restored
asks anew, in another order, and must still decide the same.
"""

from __future__ import annotations

from heapq import heappop, heappush

from evenhand.model.units import Instant

__all__ = ["Timers"]

_ORDER = (
    "load",
    "stale",
    "after_contact_work",
    "ring",
    "whisper",
    "callback",
    "scheduled",
    "expiry",
    "scoring",
    "alarm",
    "seek",
)
"""At one instant: first what is known changes, then agents become free, then contacts ask for them."""

_RANK = {kind: rank for rank, kind in enumerate(_ORDER)}


class Timers:
    """Reminders by time, kind and key. `due` is for when the last one that was popped was asked: when time
    passed unnoticed, an old reminder must not bring forward what became due after it."""

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int, str]] = []
        self.due: Instant = 0.0

    def schedule(self, due: Instant, kind: str, key: str) -> None:
        """Remind of this at `due`."""
        heappush(self._heap, (due, _RANK[kind], key))

    def next_due(self) -> Instant | None:
        """When the next reminder is due, or None."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: Instant) -> tuple[str, list[str]] | None:
        """The next reminders that are due by now, all of one instant and kind: (kind, keys), or None."""
        heap = self._heap
        if not heap or heap[0][0] > now:
            return None
        due, rank, key = heappop(heap)
        self.due = due
        keys = [key]
        while heap and heap[0][0] == due and heap[0][1] == rank:
            key = heappop(heap)[2]
            if key != keys[-1]:
                keys.append(key)
        return _ORDER[rank], keys
