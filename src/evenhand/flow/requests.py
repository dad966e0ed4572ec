"""What a flow asks of the centre that takes more than a word: a callback, a task, a third party."""

from __future__ import annotations

import msgspec

from evenhand.model.units import Instant, Seconds

__all__ = ["CallbackRequest", "TaskRequest", "ThirdPartyRequest"]


class CallbackRequest(msgspec.Struct, frozen=True):
    """Call this number, as `caller_number`, from this queue or agent's own, through this flow first (empty:
    none); `first_delay` from now, then every `retry_delay`, at most `attempts` times."""

    number: str
    caller_number: str
    queue: str
    agent: str
    flow: str
    first_delay: Seconds
    retry_delay: Seconds
    attempts: int


class TaskRequest(msgspec.Struct, frozen=True):
    """A task that begins in this flow at `due`; `attributes` lie over those of the contact it is made in.
    `method` is how it is begun, in Amazon Connect's words."""

    name: str
    description: str
    flow: str
    attributes: dict[str, str]
    references: dict[str, dict[str, str]]
    due: Instant
    method: str = "FLOW"


class ThirdPartyRequest(msgspec.Struct, frozen=True):
    """Call this number, seen as `caller_number` and `caller_name`, and press `digits` when it is answered."""

    number: str
    caller_number: str
    caller_name: str = ""
    digits: str = ""
