"""Effects: what the machine wants done in the world.

Each carries a stable `id`, made from its contact's id and a counter, so that it can be done again after a
crash under the same id. An effect is a wish: the outside answers with inputs, or not at all.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from evenhand.model.units import Instant, Seconds

__all__ = [
    "AskService",
    "Bridge",
    "BridgeThirdParty",
    "CarryOver",
    "CollectDigits",
    "Dial",
    "Disconnect",
    "Effect",
    "Hold",
    "InvokeFunction",
    "LoopPrompts",
    "Prompt",
    "Ring",
    "ScoreCandidates",
    "Speak",
    "StopPrompts",
    "StopRinging",
]


class Prompt(msgspec.Struct, frozen=True, gc=False):
    """What is spoken or played: `kind` is `text`, `ssml`, `prompt` (a prompt's name or ARN) or `media` (a URI)."""

    kind: str
    value: str


class _Effect(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=True):
    """Common settings of all effects."""

    id: str
    contact_id: str


class Speak(_Effect, frozen=True):
    """Speak a prompt once and answer `PromptEnded(id)`. `party` hears it: `customer` or `agent`."""

    prompt: Prompt
    voice: str = ""
    language: str = ""
    engine: str = ""
    style: str = ""
    party: str = "customer"


class LoopPrompts(_Effect, frozen=True):
    """Play prompts over and over until `StopPrompts` or another prompt. `resume`: go on where it stopped."""

    prompts: tuple[Prompt, ...]
    voice: str = ""
    resume: bool = False
    language: str = ""
    engine: str = ""
    style: str = ""
    party: str = "customer"


class CollectDigits(_Effect, frozen=True):
    """Speak a prompt, listening for keys all the while: `DigitsEntered` for each, `PromptEnded` at its end."""

    prompt: Prompt
    maximum_length: int
    terminator: str
    voice: str = ""
    language: str = ""
    engine: str = ""
    style: str = ""


class StopPrompts(_Effect, frozen=True):
    """Let this party hear silence now."""

    party: str = "customer"


class InvokeFunction(_Effect, frozen=True):
    """Invoke a function with this event, answer within `time_limit`; `asynchronous` wants no answer."""

    function: str
    event: dict[str, Any]
    time_limit: Seconds
    asynchronous: bool = False


class AskService(_Effect, frozen=True):
    """Ask a service outside (`lex`, `profiles`, `cases` …) for `operation`, answer within `time_limit`."""

    service: str
    operation: str
    request: dict[str, Any]
    time_limit: Seconds


class ScoreCandidates(_Effect, frozen=True):
    """Ask a model for a score for each of `agents`, answer within `time_limit`. `features` has a row for each."""

    model: str
    agents: tuple[str, ...]
    features: tuple[tuple[float, ...], ...]
    time_limit: Seconds


class Ring(_Effect, frozen=True):
    """Offer the contact to the agent until `until`."""

    agent: str
    until: Instant
    queue: str = ""
    reason: str = ""


class StopRinging(_Effect, frozen=True):
    """The offer is over: `why` is `missed`, `contact_ended`, `accepted` …"""

    agent: str
    why: str


class Bridge(_Effect, frozen=True):
    """Join customer and agent."""

    agent: str


class BridgeThirdParty(_Effect, frozen=True):
    """Join who was dialled as this contact to the talk of the contact `beside`: to its `agent` (empty: there is
    none) and to its customer, unless they are on hold. What was played to them stops."""

    beside: str
    agent: str


class Dial(_Effect, frozen=True):
    """Call `number` for the agent, who waits on the line, and answer `CalleeAnswered(id)` or `CalleeFailed(id)`.

    Without an agent a customer waits. `digits` are keys to press when the call is answered; a comma is a
    pause of 0.75 s. `Disconnect` of the contact takes the call back."""

    number: str
    caller_number: str
    agent: str
    caller_name: str = ""
    digits: str = ""


class CarryOver(_Effect, frozen=True):
    """The customer of the contact `previous` goes on as `contact_id`: the same leg under another id. In the call
    to a third party, both hear each other from now on."""

    previous: str


class Hold(_Effect, frozen=True):
    """Part this party (`customer`, `agent` or `third_party`) from the talk; with `on` false, join them again."""

    agent: str
    party: str
    on: bool = True


class Disconnect(_Effect, frozen=True):
    """Hang up the customer, and whoever else is on the line of this contact but the agent."""

    reason: str


Effect: TypeAlias = (
    Speak
    | LoopPrompts
    | CollectDigits
    | StopPrompts
    | InvokeFunction
    | AskService
    | ScoreCandidates
    | Ring
    | StopRinging
    | Bridge
    | BridgeThirdParty
    | CarryOver
    | Dial
    | Hold
    | Disconnect
)
