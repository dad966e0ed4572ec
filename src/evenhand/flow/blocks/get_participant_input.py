"""GetParticipantInput (Get customer input by keys; Store customer input)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Alarm, Block, Event, prompt_of
from evenhand.flow.comparison import number
from evenhand.flow.document import Action
from evenhand.flow.exits import NEXT, WAIT, Exit, Failed, Next, Result
from evenhand.flow.phone_numbers import e164, local_number
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.speech import longest
from evenhand.flow.world import World
from evenhand.model.effects import CollectDigits, StopPrompts
from evenhand.model.inputs import DigitsEntered, PromptEnded

__all__ = ["NOTHING_ENTERED", "GetParticipantInput"]

NOTHING_ENTERED = "Timeout"
"""What `$.StoredCustomerInput` says when no key came; public flows compare with this word."""

_KEYS = frozenset("0123456789*#")
_PHONE_DIGITS = 15


class GetParticipantInput(Block):
    """Asks the customer for keys, in one of two forms.

    *Menu* (`StoreInput` "False" or absent): the first key is the result, `0`-`9`, `*` or `#`. No key in time
    is the error InputTimeLimitExceeded.

    *Stored* (`StoreInput` "True"): keys are gathered into `$.StoredCustomerInput` until there are
    `InputValidation.CustomValidation.MaximumLength` of them (1 to 20, 20 by default; 15 for a telephone
    number), until the terminator (`DTMFConfiguration.InputTerminationSequence`, up to 5 keys, `#` by
    default, not stored), or until no key follows for `DTMFConfiguration.InterdigitTimeLimitSeconds` (1 to
    20, 5 by default). `*` takes back what was entered, unless `DisableCancelKey` is "true" or `*` belongs to
    the terminator. No key in time stores the word `Timeout` and goes on. With
    `InputValidation.PhoneNumberValidation` the number is stored in E.164 (`NumberFormat` E164: keyed with
    its country code; Local: as dialled inside `CountryCode`); an implausible one is the error
    InvalidPhoneNumber and stores nothing.

    `InputTimeLimitSeconds` (1 to 180, 5 by default) is the time to the first key; it starts when the prompt
    has ended, or when the prompt should long have ended. A key silences the prompt. Keys that were pressed
    beyond what was asked for are not used.

    Errors: InputTimeLimitExceeded, InvalidPhoneNumber; NoMatchingError when there is nothing to say, on any
    channel but voice, and for `InputEncryption`: keys are not encrypted here, and they are never stored
    in plain where a flow asks for encryption. (Administrator guide, "Get customer input" and "Store customer
    input".)
    """

    type = "GetParticipantInput"

    def __init__(self, action: Action, display_names: dict[str, str]) -> None:
        super().__init__(action, display_names)
        self.stores = text_of(action.parameters.get("StoreInput")).lower() == "true"
        self.log_name = "StoreUserInput" if self.stores else "GetUserInput"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        if values.get("InputEncryption"):
            return Failed(
                "NoMatchingError", "input encryption is not done here, and nothing is stored in plain"
            )
        prompt = prompt_of(values, self.display_names)
        if prompt is None:
            return Failed("NoMatchingError", "no prompt provided")
        most, terminator = (_most(values), _terminator(values)) if self.stores else (1, "")
        collect = CollectDigits(
            session.next_effect_id(),
            session.contact_id,
            prompt,
            most,
            terminator,
            session.voice,
            session.language,
            session.engine,
            session.style,
        )
        world.perform(collect)
        session.function_time = 0.0
        session.pending = collect
        session.alarm = world.now + longest(prompt)
        session.scratch = {"keys": "", "speaking": True}
        return WAIT

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        note = session.scratch or {}
        keys, speaking = note.get("keys", ""), note.get("speaking", False)
        if isinstance(event, PromptEnded):
            if speaking and self.answers(session, event):
                self._listen(session, world, values)
            return WAIT
        if isinstance(event, Alarm):
            if speaking:
                # The media never said that the prompt ended.
                self._listen(session, world, values)
                return WAIT
            return self._stored(session, values, keys) if keys else self._nothing(session, values)
        if not isinstance(event, DigitsEntered):
            return WAIT
        pressed = "".join(key for key in event.digits if key in _KEYS)
        if not pressed:
            return WAIT
        if speaking:
            world.perform(StopPrompts(session.next_effect_id(), session.contact_id))
        if not self.stores:
            unused = len(pressed) - 1
            return Result(pressed[0], f"{unused} further keys were not used" if unused else "")
        return self._gather(session, world, values, keys, pressed)

    def _gather(
        self, session: Session, world: World, values: dict[str, Any], keys: str, pressed: str
    ) -> Exit:
        most, terminator = _most(values), _terminator(values)
        cancels = "*" not in terminator and not _true(_keypad(values).get("DisableCancelKey"))
        for place, key in enumerate(pressed):
            if key == "*" and cancels:
                keys = ""
                continue
            keys += key
            unused = len(pressed) - place - 1
            if keys.endswith(terminator):
                return self._stored(session, values, keys[: -len(terminator)], unused)
            # Keys that may yet become the terminator are not counted before they turn out not to.
            if len(keys) - _begun(keys, terminator) >= most:
                return self._stored(session, values, keys[:most], unused)
        session.scratch = {"keys": keys, "speaking": False}
        session.alarm = world.now + (_between(values) if keys else _first(values))
        return WAIT

    def _listen(self, session: Session, world: World, values: dict[str, Any]) -> None:
        session.scratch = {"keys": "", "speaking": False}
        session.alarm = world.now + _first(values)

    def _nothing(self, session: Session, values: dict[str, Any]) -> Exit:
        why = f"no key within {_first(values):g} s"
        if not self.stores:
            return Failed("InputTimeLimitExceeded", why)
        session.stored_input = NOTHING_ENTERED
        return Next(why)

    def _stored(self, session: Session, values: dict[str, Any], keys: str, unused: int = 0) -> Exit:
        phone = _validation(values, "PhoneNumberValidation")
        if phone is not None:
            country = text_of(phone.get("CountryCode"))
            if text_of(phone.get("NumberFormat")).upper() == "E164":
                keys, problem = e164(keys), f"{len(keys)} keys are not a number in E.164 (8 to 15 digits)"
            else:
                keys, problem = local_number(keys, country)
            if not keys:
                return Failed("InvalidPhoneNumber", problem)
        session.stored_input = keys
        return Next(f"{unused} further keys were not used") if unused else NEXT


def _begun(keys: str, terminator: str) -> int:
    """How many of the last keys are the beginning of the terminator."""
    for length in range(min(len(terminator) - 1, len(keys)), 0, -1):
        if terminator.startswith(keys[-length:]):
            return length
    return 0


def _keypad(values: dict[str, Any]) -> dict[str, Any]:
    keypad = values.get("DTMFConfiguration")
    return keypad if isinstance(keypad, dict) else {}


def _validation(values: dict[str, Any], kind: str) -> dict[str, Any] | None:
    validation = values.get("InputValidation")
    about = validation.get(kind) if isinstance(validation, dict) else None
    return about if isinstance(about, dict) else None


def _most(values: dict[str, Any]) -> int:
    if _validation(values, "PhoneNumberValidation") is not None:
        return _PHONE_DIGITS
    custom = _validation(values, "CustomValidation") or {}
    return int(_within(custom.get("MaximumLength"), 20, 1, 20))


def _terminator(values: dict[str, Any]) -> str:
    return text_of(_keypad(values).get("InputTerminationSequence"))[:5] or "#"


def _first(values: dict[str, Any]) -> float:
    return _within(values.get("InputTimeLimitSeconds"), 5, 1, 180)


def _between(values: dict[str, Any]) -> float:
    return _within(_keypad(values).get("InterdigitTimeLimitSeconds"), 5, 1, 20)


def _within(value: Any, default: float, least: float, most: float) -> float:
    given = number(text_of(value))
    return default if given is None else min(max(given, least), most)


def _true(value: Any) -> bool:
    return text_of(value).lower() == "true"
