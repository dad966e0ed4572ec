"""Customers and agents at pages: the port `Media` for people who read, press keys, type and click.

Prompts are shown as text and take the time that speaking them would. A customer's end is a *phone*: it has an
id of its own (that of the first contact it was in), a number, and is in one contact after another as the
customer is passed on. What was said is its conversation (`chat/PHONE` in the hub); how it stands is
`phone/PHONE`. Both are kept, so that a page finds its way back after the centre was started again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from evenhand.adapters.web.conversations import MOST_LINES, Conversations, Line
from evenhand.adapters.web.live import Hub
from evenhand.adapters.web.phones import Leg, Ringing, phone_row
from evenhand.centre.centre import Centre
from evenhand.centre.contact import TALKING
from evenhand.host.clock import Clock
from evenhand.host.ports import Entry
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
from evenhand.model.facts import ContactEnded, OutboundFailed, WaitTold
from evenhand.model.inputs import CalleeAnswered, CalleeFailed, Input, PromptEnded
from evenhand.model.units import Instant, Seconds

__all__ = ["Heard", "Leg", "Line", "WebLegs"]

RING_SECONDS: Seconds = 25.0
"""How long a phone rings that is dialled."""

_UNREACHABLE_SECONDS: Seconds = 3.0
_READING_SECONDS: Seconds = 0.5
_KEPT_EFFECTS = 8
_FORGET_SECONDS = 600.0
_FORGET_UNSEEN_SECONDS = 30.0


class Heard(msgspec.Struct):
    """What an agent hears on a contact beside the talk: a whisper's words, or that a flow put them on hold."""

    text: str = ""
    held: bool = False


class WebLegs:
    """The ends of all contacts whose media are pages. `changed` is told which contact's end is another now."""

    def __init__(self, clock: Clock, hub: Hub, kept: Conversations) -> None:
        self._clock = clock
        self._hub = hub
        self._kept = kept
        self._send: Callable[[Input], None] = lambda input: None
        self._loop = asyncio.get_running_loop()
        self._legs: dict[str, Leg] = {}
        self._phones: dict[str, Leg] = {}
        self._heard: dict[str, Heard] = {}
        self._ringing: dict[str, Leg] = {}
        self._name_of: Callable[[str], str] = lambda agent: agent
        self.changed: Callable[[str], None] = lambda contact_id: None
        self.opened: Callable[[str], None] = lambda contact_id: None
        """Told of each contact whose customer is a person at a page."""
        for state in kept.open_legs():
            self._resume(state)

    def attach(self, send: Callable[[Input], None]) -> None:
        self._send = send

    def begin(self, centre: Centre) -> None:
        """The centre runs: what its machine says of the contacts is how their ends stand."""

        def name_of(agent: str) -> str:
            known = centre.distributor.agents.get(agent)
            return (known.definition.first_name or agent) if known is not None else agent

        self._name_of = name_of
        for leg in list(self._phones.values()):
            contact = centre.contacts.get(leg.contact_id)
            if contact is not None:
                self._with(leg, contact.agent if contact.stage == TALKING else "")
                leg.held = contact.held == "customer"
            elif leg.contact_id and not leg.ended:
                self._over(leg, "RESTARTED")
            self._tell(leg)

    # --- the centre speaks ----------------------------------------------------------------------------

    def perform(self, effect: Effect, now: Instant) -> None:
        match effect:
            case Speak() | CollectDigits():
                self._speak(effect, now)
            case LoopPrompts():
                self._plays(effect.contact_id, effect.party, " ".join(_text(one) for one in effect.prompts))
            case StopPrompts():
                self._plays(effect.contact_id, effect.party, "")
            case Bridge():
                leg = self.leg(effect.contact_id)
                self._with(leg, effect.agent)
                leg.keys, leg.playing, leg.told = False, "", None
                self._heard.pop(effect.contact_id, None)
                self._tell(leg)
            case Hold(party="customer"):
                leg = self.leg(effect.contact_id)
                leg.held = effect.on
                self._tell(leg)
            case Hold():
                self._heard.setdefault(effect.contact_id, Heard()).held = effect.on
                self.changed(effect.contact_id)
            case CarryOver():
                self._carry_over(effect)
            case Dial():
                self._dial(effect, now)
            case Disconnect():
                self._ring_no_more(effect.contact_id)
                self._over(self.leg(effect.contact_id), effect.reason)
            case _:
                return

    def _with(self, leg: Leg, agent: str) -> None:
        leg.agent, leg.agent_name = agent, self._name_of(agent) if agent else ""

    def _speak(self, effect: Speak | CollectDigits, now: Instant) -> None:
        party = effect.party if isinstance(effect, Speak) else "customer"
        channel = "VOICE"
        if party == "agent":
            self._heard.setdefault(effect.contact_id, Heard()).text = _text(effect.prompt)
            self.changed(effect.contact_id)
        else:
            leg = self.leg(effect.contact_id)
            channel, leg.playing = leg.channel, ""
            again = effect.id in leg.done
            if isinstance(effect, CollectDigits):
                leg.keys, leg.longest = True, effect.maximum_length
            else:
                leg.keys = False
            leg.done = (*leg.done, effect.id)[-_KEPT_EFFECTS:]
            if not again:
                self._add(leg, Line(now, "centre", "prompt", _text(effect.prompt)))
            self._tell(leg)
        # Who reads a chat needs no time in which it is spoken.
        seconds = speaking_time(effect.prompt) if channel == "VOICE" else _READING_SECONDS
        self._send_later(PromptEnded(effect.contact_id, effect.id), seconds)

    def _plays(self, contact_id: str, party: str, text: str) -> None:
        if party == "agent":
            self._heard.setdefault(contact_id, Heard()).text = text
            self.changed(contact_id)
            return
        leg = self.leg(contact_id)
        leg.playing, leg.keys = text, False
        self._tell(leg)

    def _carry_over(self, effect: CarryOver) -> None:
        known = self._legs.get(effect.contact_id)
        if known is not None:
            if effect.previous not in self._legs:
                return  # It was carried over before.
            # Something was heard of the new contact before the customer came into it.
            if not known.page:
                self._phones.pop(known.phone, None)
        leg = self.leg(effect.previous)
        del self._legs[effect.previous]
        self._with(leg, "")
        leg.contact_id, leg.held, leg.told = effect.contact_id, False, None
        self._legs[effect.contact_id] = leg
        self._heard.pop(effect.previous, None)
        self._heard.pop(effect.contact_id, None)
        if leg.page:
            self.opened(effect.contact_id)
        self._tell(leg)

    def _over(self, leg: Leg, reason: str) -> None:
        leg.ended = leg.ended or reason
        leg.ended_at = leg.ended_at or self._clock.now()
        self._with(leg, "")
        leg.keys, leg.playing, leg.held = False, "", False
        self._heard.pop(leg.contact_id, None)
        self._tell(leg)
        self._forget_later(leg, leg.contact_id)

    def _forget_later(self, leg: Leg, contact_id: str) -> None:
        seconds = _FORGET_SECONDS if leg.page else _FORGET_UNSEEN_SECONDS
        self._loop.call_later(seconds, lambda: self._forget(leg, contact_id))

    def _forget(self, leg: Leg, contact_id: str) -> None:
        """Nobody needs it any more, unless the phone is in another contact now, or a page stands open."""
        if self._legs.get(contact_id) is leg:
            del self._legs[contact_id]
        if leg.contact_id != contact_id or not leg.ended:
            return
        if self._watched(leg):
            self._forget_later(leg, contact_id)
            return
        self._phones.pop(leg.phone, None)
        self._hub.close_topic(f"phone/{leg.phone}")
        self._hub.close_topic(f"chat/{leg.phone}")

    def _send_later(self, input: Input, seconds: Seconds) -> None:
        self._loop.call_later(self._clock.real_seconds(seconds), lambda: self._send(input))

    # --- what the facts say ---------------------------------------------------------------------------

    def publish(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            for fact in entry.facts:
                if isinstance(fact, WaitTold):
                    leg = self._legs.get(fact.contact_id)
                    if leg is not None:
                        leg.told, leg.told_at = fact.seconds, fact.at
                        self._tell(leg)
                elif isinstance(fact, ContactEnded) and not fact.next_contact_id:
                    leg = self._legs.get(fact.contact_id)
                    if leg is not None and not leg.ended:
                        self._over(leg, fact.reason)
                    self._ring_no_more(fact.contact_id)
                elif isinstance(fact, OutboundFailed):
                    self._ring_no_more(fact.contact_id)

    # --- phones that are dialled ----------------------------------------------------------------------

    def reaches(self, number: str) -> bool:
        """Whether a page waits that is dialled under this number."""
        return self._phone_of(number) is not None

    def _phone_of(self, number: str) -> Leg | None:
        found = [one for one in self._phones.values() if one.number == number and self._watched(one)]
        return max(found, key=lambda one: (bool(one.ended or not one.contact_id), one.began), default=None)

    def _watched(self, leg: Leg) -> bool:
        """Whether a page stands open that shows this phone."""
        return leg.page and self._hub.is_followed(f"phone/{leg.phone}")

    def _dial(self, effect: Dial, now: Instant, last: bool = False) -> None:
        leg = self._phone_of(effect.number)
        if leg is None and not last:
            # After a restart pages take a moment to come back.
            seconds = self._clock.real_seconds(_UNREACHABLE_SECONDS)
            self._loop.call_later(seconds, lambda: self._dial(effect, now + _UNREACHABLE_SECONDS, True))
            return
        if leg is None or (leg.contact_id and not leg.ended) or leg.ringing is not None:
            reason = "unreachable" if leg is None else "busy"
            self._send_later(CalleeFailed(effect.contact_id, effect.id, reason), 1.0)
            return
        leg.ringing = Ringing(effect.contact_id, effect.id, effect.caller_number, now + RING_SECONDS)
        self._ringing[effect.contact_id] = leg
        self._tell(leg)
        self._loop.call_later(
            self._clock.real_seconds(RING_SECONDS), lambda: self.decline(leg, effect.id, "no_answer")
        )

    def answered(self, leg: Leg) -> CalleeAnswered | None:
        """Whoever is at this phone answers its ringing; None when it does not ring."""
        ringing = leg.ringing
        if ringing is None:
            return None
        self._legs.pop(leg.contact_id, None)
        self._ringing.pop(ringing.contact_id, None)
        leg.ringing, leg.ended, leg.ended_at, leg.told = None, "", 0.0, None
        leg.contact_id, leg.channel = ringing.contact_id, "VOICE"
        self._legs[leg.contact_id] = leg
        self.opened(leg.contact_id)
        self._tell(leg)
        return CalleeAnswered(ringing.contact_id, ringing.effect_id)

    def decline(self, leg: Leg, effect_id: str, reason: str) -> None:
        """The phone rings no more, unanswered."""
        ringing = leg.ringing
        if ringing is not None and ringing.effect_id == effect_id:
            leg.ringing = None
            self._ringing.pop(ringing.contact_id, None)
            self._tell(leg)
            self._send(CalleeFailed(ringing.contact_id, ringing.effect_id, reason))

    def _ring_no_more(self, contact_id: str) -> None:
        leg = self._ringing.pop(contact_id, None)
        if leg is not None:
            leg.ringing = None
            self._tell(leg)

    # --- what pages ask -------------------------------------------------------------------------------

    def open_phone(self, leg: Leg) -> None:
        """A customer at a page: from now on this phone is there."""
        leg.page = True
        self._phones[leg.phone] = leg
        if leg.contact_id:
            self._legs[leg.contact_id] = leg
            self.opened(leg.contact_id)
        self._tell(leg)

    def hand_back(self, leg: Leg) -> None:
        """It came to nothing: there is no such phone."""
        self._phones.pop(leg.phone, None)
        self._legs.pop(leg.contact_id, None)
        self._over(leg, "OTHER")

    def phone(self, phone: str) -> Leg | None:
        """The customer's end of this id, also one that ended a while ago."""
        found = self._phones.get(phone)
        if found is None:
            state = self._kept.leg(phone)
            found = self._resume(state) if state is not None else None
        return found

    def leg(self, contact_id: str) -> Leg:
        """The customer's end of this contact; one without a page is made when it is first spoken to."""
        found = self._legs.get(contact_id)
        if found is None:
            found = self._legs[contact_id] = Leg(contact_id, contact_id, began=self._clock.now())
            self._phones[contact_id] = found
        return found

    def end_of(self, contact_id: str) -> Leg | None:
        """The customer's end of this contact, if anything was heard of it."""
        return self._legs.get(contact_id)

    def heard(self, contact_id: str) -> Heard | None:
        """What the agent hears on this contact."""
        return self._heard.get(contact_id)

    def is_at_page(self, contact_id: str) -> bool:
        """Whether the customer of this contact is a person at a page."""
        leg = self._legs.get(contact_id)
        return leg is not None and leg.page

    def say(self, contact_id: str, line: Line) -> None:
        """This was said on the contact."""
        leg = self.leg(contact_id)
        self._add(leg, line)
        self._hub.put(f"chat/{leg.phone}", f"typing/{line.who}", None)
        self._tell(leg)

    def typing(self, contact_id: str, who: str, name: str) -> None:
        """Somebody is typing; it holds for a few seconds."""
        until = self._clock.now() + 5.0
        row = {"until": round(until, 1), "name": name}
        self._hub.put(f"chat/{self.leg(contact_id).phone}", f"typing/{who}", row)
        self._loop.call_soon(self._hub.flush)

    def conversation_of(self, contact_id: str) -> str:
        """Under which name what is said on this contact can be followed: `chat/NAME`."""
        leg = self._legs.get(contact_id)
        return leg.phone if leg is not None else contact_id

    def _add(self, leg: Leg, line: Line) -> None:
        leg.lines += 1
        topic = f"chat/{leg.phone}"
        self._hub.put(topic, f"line/{leg.lines:06d}", line)
        if leg.lines > MOST_LINES:
            self._hub.put(topic, f"line/{leg.lines - MOST_LINES:06d}", None)
        self._kept.keep_line(leg.phone, leg.lines, line)

    def _tell(self, leg: Leg) -> None:
        if leg.page:
            self._hub.put(f"phone/{leg.phone}", "leg", phone_row(leg))
        self._kept.keep_leg(leg.phone, leg.began, leg.is_over, msgspec.json.encode(leg))
        if leg.contact_id:
            self.changed(leg.contact_id)
        self._loop.call_soon(self._hub.flush)

    def _resume(self, state: bytes) -> Leg:
        """An end as it was kept, with its conversation."""
        leg = msgspec.json.decode(state, type=Leg)
        self._phones[leg.phone] = leg
        if leg.contact_id and not leg.ended:
            self._legs[leg.contact_id] = leg
        for number, line in self._kept.lines(leg.phone):
            self._hub.put(f"chat/{leg.phone}", f"line/{number:06d}", line)
        if leg.page:
            self._hub.put(f"phone/{leg.phone}", "leg", phone_row(leg))
        return leg


def _text(prompt: Prompt) -> str:
    return prompt.value if prompt.kind in ("text", "ssml") else f"♪ {prompt.value}"
