"""Simulated people in real time: they hang on a running host as its media."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from evenhand.centre.outcome import Outcome
from evenhand.errors import EvenhandError
from evenhand.host.clock import Clock
from evenhand.host.host import Host
from evenhand.host.outside import Continuity
from evenhand.host.ports import Entry
from evenhand.model.effects import Effect
from evenhand.model.inputs import ContactArrived, Input
from evenhand.model.units import Instant
from evenhand.simulation.people import People
from evenhand.simulation.virtual import Later

__all__ = ["LivePeople"]


class LivePeople:
    """The ports `Media` and `Notices` in one: people see effects as they are done and facts as they are saved."""

    def __init__(self, people: People, clock: Clock) -> None:
        self.people = people
        self._clock = clock
        self._send: Callable[[Input], None] = lambda input: None
        self._loop = asyncio.get_running_loop()
        self.open = True

    def attach(self, send: Callable[[Input], None]) -> None:
        self._send = send

    def perform(self, effect: Effect, now: Instant) -> None:
        self._plan(self.people.react(Outcome((), (effect,)), now))

    def publish(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._plan(self.people.react(Outcome(entry.facts, ()), entry.at))

    def _plan(self, many: Iterable[Later]) -> None:
        for later in many:
            self.plan(later)

    def plan(self, later: Later) -> None:
        """Let this happen in so many of the clock's seconds."""
        delay, happening = later

        def fire() -> None:
            input = happening()
            if input is not None and self.open:
                self._send(input)

        self._loop.call_later(max(0.0, self._clock.real_seconds(delay)), fire)

    async def call(self, host: Host, continuity: Continuity) -> None:
        """Let customers call until cancelled."""
        while True:
            delay, happening = self.people.next_call()
            await asyncio.sleep(self._clock.real_seconds(delay))
            arrival = happening()
            if isinstance(arrival, ContactArrived):
                try:
                    host.send(await continuity.with_own_agent(arrival))
                except EvenhandError:
                    continue  # The centre takes nobody now; the next one may have more luck.
                self.plan(self.people.patience_of(arrival.contact_id))
