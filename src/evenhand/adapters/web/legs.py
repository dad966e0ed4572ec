"""Customers and agents at pages: the port `Media` for people who read, press keys, type and click.

Prompts are shown as text and take the time that speaking them would. What was said on a contact is its
conversation (`chat/CONTACT` in the hub); the customer's own state is `phone/CONTACT`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from evenhand.adapters.web.live import Hub
from evenhand.host.clock import Clock
from evenhand.host.speaking import speaking_time
from evenhand.model.effects import (
    Bridge,
    CarryOver,
    CollectDigits,
    Dial,
    Disconnect,
    Effect,
    Hold,
    LoopPrompts,
    Prompt,
    Speak,
    StopPrompts,
)
from evenhand.model.inputs import CalleeFailed, Input, PromptEnded
from evenhand.model.units import Instant

__all__ = ["Leg", "Line", "WebLegs"]


class Line(msgspec.Struct, frozen=True, rename="camel"):
    """One thing said: by `centre`, `customer` or `agent` (whose `name` is told), as `kind` `prompt`, `keys`,
    `message` or `note`."""

    at: Instant
    who: str
    kind: str
    text: str
    name: str = ""


class Leg(msgspec.Struct, rename="camel"):
    """A customer's end. `contact_id` is the contact it is in now; `keys` whether keys are listened for."""

    contact_id: str
    keys: bool = False
    longest: int = 0
    playing: str = ""
    agent: str = ""
    held: bool = False
    ended: str = ""
    lines: int = 0


class WebLegs:
    """The legs of all customers who came by a page, and the agents' side of what is said."""

    def __init__(self, clock: Clock, hub: Hub) -> None:
        self._clock = clock
        self._hub = hub
        self._send: Callable[[Input], None] = lambda input: None
        self._loop = asyncio.get_running_loop()
        self._legs: dict[str, Leg] = {}
        self._done: set[str] = set()

    def attach(self, send: Callable[[Input], None]) -> None:
        self._send = send

    # --- the centre speaks ----------------------------------------------------------------------------

    def perform(self, effect: Effect, now: Instant) -> None:
        match effect:
            case Speak():
                self._speak(effect, effect.prompt, effect.party, now)
            case CollectDigits():
                leg = self.leg(effect.contact_id)
                leg.keys, leg.longest = True, effect.maximum_length
                self._speak(effect, effect.prompt, "customer", now)
            case LoopPrompts() if effect.party == "customer":
                text = " ".join(_text(one) for one in effect.prompts)
                self.leg(effect.contact_id).playing = text
                self._tell(effect.contact_id)
            case StopPrompts() if effect.party == "customer":
                leg = self.leg(effect.contact_id)
                leg.playing, leg.keys = "", False
                self._tell(effect.contact_id)
            case Bridge():
                leg = self.leg(effect.contact_id)
                leg.agent, leg.keys, leg.playing = effect.agent, False, ""
                self._tell(effect.contact_id)
            case Hold() if effect.party == "customer":
                self.leg(effect.contact_id).held = effect.on
                self._tell(effect.contact_id)
            case CarryOver():
                leg = self.leg(effect.previous)
                del self._legs[effect.previous]
                leg.contact_id, leg.agent, leg.held = effect.contact_id, "", False
                self._legs[effect.contact_id] = leg
                self._tell(effect.contact_id)
            case Dial():
                self._send_later(CalleeFailed(effect.contact_id, effect.id, "unreachable"), 3.0)
            case Disconnect():
                leg = self.leg(effect.contact_id)
                leg.ended, leg.keys, leg.playing = effect.reason, False, ""
                self._tell(effect.contact_id)
            case _:
                return

    def _speak(self, effect: Speak | CollectDigits, prompt: Prompt, party: str, now: Instant) -> None:
        if party == "customer":
            self.leg(effect.contact_id).playing = ""
            self.say(effect.contact_id, Line(now, "centre", "prompt", _text(prompt)))
        ended = PromptEnded(effect.contact_id, effect.id)
        self._send_later(ended, speaking_time(prompt))

    def _send_later(self, input: Input, seconds: float) -> None:
        self._loop.call_later(self._clock.real_seconds(seconds), lambda: self._send(input))

    # --- what pages ask -------------------------------------------------------------------------------

    def leg(self, contact_id: str) -> Leg:
        """The customer's end of this contact."""
        found = self._legs.get(contact_id)
        if found is None:
            found = self._legs[contact_id] = Leg(contact_id)
        return found

    def say(self, contact_id: str, line: Line) -> None:
        """This was said on the contact."""
        leg = self.leg(contact_id)
        leg.lines += 1
        self._hub.put(f"chat/{contact_id}", f"line/{leg.lines:06d}", line)
        self._tell(contact_id)

    def chats_of(self, agent: str) -> list[str]:
        """The contacts on which this agent talks."""
        return [one for one, leg in self._legs.items() if leg.agent == agent]

    def _tell(self, contact_id: str) -> None:
        self._hub.put(f"phone/{contact_id}", "leg", self.leg(contact_id))
        self._loop.call_soon(self._hub.flush)


def _text(prompt: Prompt) -> str:
    return prompt.value if prompt.kind in ("text", "ssml") else f"♪ {prompt.value}"
