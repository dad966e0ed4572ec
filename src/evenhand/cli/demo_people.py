"""Simulated people beside real ones: who sits at a page is played by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from evenhand.adapters.web.conversations import Line
from evenhand.adapters.web.legs import WebLegs
from evenhand.adapters.web.presence import Presence
from evenhand.host.clock import RealClock
from evenhand.host.host import Host
from evenhand.host.ports import Entry
from evenhand.model.effects import Bridge, CarryOver, Dial, Effect
from evenhand.model.inputs import Input
from evenhand.model.units import Instant
from evenhand.simulation.live import LivePeople

__all__ = ["AWAY_SECONDS", "MixedPeople"]

AWAY_SECONDS = 20.0
"""So many real seconds after a desk's page was closed its agent is played again."""

_WORDS = "Hello, this is {name}. I am a simulated agent: I read nothing and shall end this in a while."


class MixedPeople:
    """The ports `Media` and `Notices`: each effect goes to whoever the contact's people are."""

    def __init__(self, played: LivePeople, pages: WebLegs, presence: Presence, clock: RealClock) -> None:
        self._played = played
        self._people = played.people
        self._pages = pages
        self._presence = presence
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._host: Host | None = None
        pages.opened = self._people.watched.add
        presence.listeners.append(self._desk_opened)

    def begin(self, host: Host) -> None:
        """The centre runs."""
        self._host = host

    def attach(self, send: Callable[[Input], None]) -> None:
        self._played.attach(send)
        self._pages.attach(send)

    def publish(self, entries: Sequence[Entry]) -> None:
        self._played.publish(entries)

    def perform(self, effect: Effect, now: Instant) -> None:
        if isinstance(effect, Dial) and self._pages.reaches(effect.number):
            self._pages.perform(effect, now)
            return
        contact_id = effect.previous if isinstance(effect, CarryOver) else effect.contact_id
        if self._pages.is_at_page(contact_id):
            self._pages.perform(effect, now)
            if isinstance(effect, Bridge) and effect.agent not in self._people.at_desks:
                self._greet(effect)
        self._played.perform(effect, now)

    def _greet(self, effect: Bridge) -> None:
        """Somebody real talks to somebody who is not, and is told so."""
        centre = self._host.centre if self._host is not None else None
        agent = centre.distributor.agents.get(effect.agent) if centre is not None else None
        name = agent.definition.first_name or agent.name if agent is not None else effect.agent

        def say() -> None:
            words = _WORDS.format(name=name)
            self._pages.say(effect.contact_id, Line(self._clock.now(), "agent", "message", words, name))

        self._loop.call_later(self._clock.real_seconds(1.0), say)

    # --- real agents ----------------------------------------------------------------------------------

    def _desk_opened(self, agent: str, desks: int) -> None:
        if desks:
            self._people.at_desks.add(agent)
        else:
            self._loop.call_later(AWAY_SECONDS, self._leave, agent)

    def _leave(self, name: str) -> None:
        if self._presence.desks(name) or name not in self._people.at_desks or self._host is None:
            return
        agent = self._host.centre.distributor.agents.get(name)
        slots = [(slot.contact_id, slot.state) for slot in agent.slots.values()] if agent is not None else []
        for later in self._people.take_back(name, slots):
            self._played.plan(later)
