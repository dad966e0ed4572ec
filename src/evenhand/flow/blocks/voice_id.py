"""CheckVoiceId and StartVoiceIdStream (Check Voice ID, Set Voice ID), whose service ended."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import Exit, Failed
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["CheckVoiceId", "StartVoiceIdStream"]


class _Ended(Block):
    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        return Failed("NoMatchingError", "Voice ID ended on 2026-05-20: nothing can answer this block")


class CheckVoiceId(_Ended):
    """Takes its error branch: the service behind it, Voice ID, ended on 2026-05-20.

    Error: NoMatchingError, always. (Administrator guide, "Check Voice ID".)
    """

    type = "CheckVoiceId"
    log_name = "CheckVoiceId"


class StartVoiceIdStream(_Ended):
    """Takes its error branch: the service behind it, Voice ID, ended on 2026-05-20.

    Error: NoMatchingError, always. (Administrator guide, "Set Voice ID".)
    """

    type = "StartVoiceIdStream"
    log_name = "StartVoiceIdStream"
