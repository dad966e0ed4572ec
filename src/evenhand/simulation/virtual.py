"""The machine in virtual time: no time passes but what happens is the same.

An outside (people, functions, scripts) answers effects and facts with later happenings; the run goes from one
to the next, letting the machine tick in between exactly when it asked to be woken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import Protocol, TypeAlias

from evenhand.centre.centre import Centre
from evenhand.centre.outcome import Outcome
from evenhand.errors import IllegalInput
from evenhand.model.inputs import Input, Tick
from evenhand.model.units import Instant, Seconds

__all__ = ["Happening", "Later", "Outside", "VirtualRun"]

Happening: TypeAlias = Callable[[], Input | None]
"""What may happen when its time comes; None: it does not happen after all."""

Later: TypeAlias = tuple[Seconds, Happening]
"""A happening and in how many seconds."""


class Outside(Protocol):
    """Whoever answers the machine."""

    def react(self, outcome: Outcome, now: Instant) -> Iterable[Later]:
        """What follows from these facts and effects, and when."""


class VirtualRun:
    """Runs a centre against an outside. `log` keeps every (time, input, outcome) when `keep` is set."""

    def __init__(self, centre: Centre, outside: Outside, *, start: Instant = 0.0, keep: bool = False) -> None:
        self.centre = centre
        self.outside = outside
        self.now = start
        self.keep = keep
        self.log: list[tuple[Instant, Input, Outcome]] = []
        self.refused: list[tuple[Instant, Input, str]] = []
        self._heap: list[tuple[Instant, int, Happening]] = []
        self._counter = 0

    def plan(self, at: Instant, happening: Happening | Input) -> None:
        """Let this happen at this time (an input as it is, or a function that decides then)."""
        self._counter += 1
        action = happening if callable(happening) else _always(happening)
        heappush(self._heap, (at, self._counter, action))

    def tell(self, input: Input) -> Outcome | None:
        """Let this happen now. None: the machine says it cannot be."""
        try:
            outcome = self.centre.handle(input, self.now)
        except IllegalInput as error:
            self.refused.append((self.now, input, error.message))
            return None
        if self.keep:
            self.log.append((self.now, input, outcome))
        for delay, happening in self.outside.react(outcome, self.now):
            self.plan(self.now + delay, happening)
        return outcome

    def step(self, until: Instant = float("inf")) -> bool:
        """Let the next thing happen, if it does by this time. False: nothing does."""
        due, planned = self.centre.wake_at(), self._heap[0][0] if self._heap else None
        if due is not None and (planned is None or due <= planned):
            if due > until:
                return False
            self.now = max(self.now, due)
            self.tell(Tick())
        elif planned is not None and planned <= until:
            at, _, happening = heappop(self._heap)
            self.now = max(self.now, at)
            input = happening()
            if input is not None:
                self.tell(input)
        else:
            return False
        return True

    def run(self, until: Instant = float("inf")) -> None:
        """Go on until this time, or until nothing is left to happen."""
        while self.step(until):
            pass
        if until != float("inf"):
            self.now = max(self.now, until)


def _always(input: Input) -> Happening:
    return lambda: input
