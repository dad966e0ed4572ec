"""Counts of contacts: of the whole day, and of the last quarter of an hour."""

from __future__ import annotations

import msgspec

from evenhand.model.units import Instant, Seconds

__all__ = ["LATELY_MINUTES", "THRESHOLDS", "Counter", "Tally"]

THRESHOLDS: tuple[Seconds, ...] = (15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""The seconds for which a service level can be told."""

LATELY_MINUTES = 15


class Tally(msgspec.Struct, rename="camel"):
    """What came of contacts. `answered_in` and `abandoned_in` are counts for each of the thresholds; `left`
    chose to leave (a callback, say), `moved` went to another queue. Waits are of those answered."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    left: int = 0
    moved: int = 0
    wait_total: Seconds = 0.0
    handled: int = 0
    handle_total: Seconds = 0.0
    answered_in: list[int] = msgspec.field(default_factory=lambda: [0] * len(THRESHOLDS))
    abandoned_in: list[int] = msgspec.field(default_factory=lambda: [0] * len(THRESHOLDS))

    def count(self, what: str, seconds: Seconds) -> None:
        """One more of this kind; it had waited so long."""
        setattr(self, what, getattr(self, what) + 1)
        if what == "answered":
            self.wait_total += seconds
        within = (
            self.answered_in if what == "answered" else self.abandoned_in if what == "abandoned" else None
        )
        if within is not None:
            for number, threshold in enumerate(THRESHOLDS):
                within[number] += seconds <= threshold

    def add(self, other: Tally) -> None:
        """And these too."""
        for name in (
            "offered",
            "answered",
            "abandoned",
            "left",
            "moved",
            "wait_total",
            "handled",
            "handle_total",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, others in ((self.answered_in, other.answered_in), (self.abandoned_in, other.abandoned_in)):
            for number, count in enumerate(others):
                mine[number] += count


class Counter:
    """One tally for the day, and one for each of the last minutes."""

    def __init__(self) -> None:
        self.today = Tally()
        self._minutes: dict[int, Tally] = {}

    def count(self, at: Instant, what: str, seconds: Seconds = 0.0) -> None:
        """One more contact of this kind."""
        self.today.count(what, seconds)
        self._minute(at).count(what, seconds)

    def handled(self, at: Instant, contacts: int, seconds: Seconds) -> None:
        """Contacts were handled, or handling went on for so long."""
        for tally in (self.today, self._minute(at)):
            tally.handled += contacts
            tally.handle_total += seconds

    def _minute(self, at: Instant) -> Tally:
        minute = int(at // 60)
        found = self._minutes.get(minute)
        if found is None:
            found = self._minutes[minute] = Tally()
            for old in [one for one in self._minutes if one <= minute - LATELY_MINUTES]:
                del self._minutes[old]
        return found

    def lately(self, now: Instant) -> Tally:
        """What the last minutes brought."""
        first, sum_ = int(now // 60) - LATELY_MINUTES, Tally()
        for minute, tally in self._minutes.items():
            if minute > first:
                sum_.add(tally)
        return sum_
