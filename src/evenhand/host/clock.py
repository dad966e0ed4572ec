"""The clock: the only place where time is read."""

from __future__ import annotations

import time
from typing import Protocol

from evenhand.model.units import Instant, Seconds

__all__ = ["Clock", "RealClock"]


class Clock(Protocol):
    """Tells the machine's time, and how long a while of it takes in real time."""

    def now(self) -> Instant:
        """The time now; it never runs backwards."""

    def real_seconds(self, seconds: Seconds) -> Seconds:
        """How many real seconds pass while `seconds` of this clock do."""


class RealClock:
    """The time of day, or a faster one: with `speed` 10, ten seconds pass in one.

    It starts at the time of day, or at `not_before` where that is later (a journal's last entry: after a
    fast run the machine's time is ahead), and from there follows the steady clock, so that a corrected
    system clock cannot turn time back.
    """

    def __init__(self, speed: float = 1.0, not_before: Instant = 0.0) -> None:
        self.speed = speed
        self._start = max(time.time(), not_before)
        self._zero = time.monotonic()

    def now(self) -> Instant:
        return self._start + (time.monotonic() - self._zero) * self.speed

    def real_seconds(self, seconds: Seconds) -> Seconds:
        return seconds / self.speed
