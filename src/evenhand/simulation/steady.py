"""Traffic without end through the machine in virtual time: contacts come one by one, and only those that are
here are remembered, so that a million cost no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from evenhand.centre.centre import Centre
from evenhand.centre.outcome import Outcome
from evenhand.model.definition import CentreDefinition
from evenhand.model.effects import Bridge
from evenhand.model.facts import Fact
from evenhand.model.inputs import CentreDefined, ContactArrived, ContactHungUp, Input, Tick
from evenhand.model.units import Instant, Seconds
from evenhand.records.spread import Spread

__all__ = ["Arrival", "SteadyRun"]


class Arrival(NamedTuple):
    """The next contact: how long after the one before it, for which queue, and what it brings along."""

    gap: Seconds
    handle_time: Seconds
    patience: Seconds
    queue: str


class SteadyRun:
    """One centre and the contacts that are here. `facts` is told what was decided; None: nothing is recorded.

    `flow` answers every contact. `arrived`, `answered`, `abandoned` and `waits` (of the answered) are what it
    came to so far. A contact that can never be answered here stays: agents must answer at once.
    """

    def __init__(
        self,
        definition: CentreDefinition,
        flow: str,
        facts: Callable[[Sequence[Fact]], None] | None = None,
    ) -> None:
        self.centre = Centre(recording=facts is not None)
        self.flow = flow
        self.facts = facts
        self.now: Instant = 0.0
        self.arrived = self.answered = self.abandoned = 0
        self.waits = Spread()
        self._waiting: dict[str, tuple[Instant, Seconds]] = {}
        self._leaving: list[tuple[Instant, str]] = []
        self._talking: list[tuple[Instant, str]] = []
        self._tell(CentreDefined(definition), 0.0)

    def run(self, arrivals: Iterable[Arrival]) -> None:
        """Let these contacts come, one after the other; who is still here afterwards stays."""
        for gap, handle_time, patience, queue in arrivals:
            at = self.now + gap
            self._until(at)
            self.arrived += 1
            contact_id = str(self.arrived)
            self._waiting[contact_id] = (at, handle_time)
            self._tell(ContactArrived(contact_id, self.flow, queue), at)
            if contact_id in self._waiting and patience < _FOR_EVER:
                heappush(self._leaving, (at + patience, contact_id))
            self.now = at

    def finish(self) -> None:
        """Let everybody who is here talk to the end, or leave."""
        self._until(_FOR_EVER)

    def _until(self, limit: Instant) -> None:
        """Let all happen that happens before this time."""
        leaving, talking = self._leaving, self._talking
        while True:
            due = self.centre.wake_at()
            tick = due if due is not None else _FOR_EVER
            leave = leaving[0][0] if leaving else _FOR_EVER
            end = talking[0][0] if talking else _FOR_EVER
            at = min(tick, leave, end)
            if at >= limit:
                return
            if at == tick:
                self._tell(Tick(), at)
            elif at == end:
                self._tell(ContactHungUp(heappop(talking)[1]), at)
            else:
                contact_id = heappop(leaving)[1]
                if self._waiting.pop(contact_id, None) is not None:
                    self.abandoned += 1
                    self._tell(ContactHungUp(contact_id), at)
            self.now = at

    def _tell(self, input: Input, at: Instant) -> None:
        outcome: Outcome = self.centre.handle(input, at)
        if outcome.facts and self.facts is not None:
            self.facts(outcome.facts)
        for effect in outcome.effects:
            if isinstance(effect, Bridge):
                since, handle_time = self._waiting.pop(effect.contact_id)
                self.answered += 1
                self.waits.add(at - since)
                heappush(self._talking, (at + handle_time, effect.contact_id))


_FOR_EVER = float("inf")
