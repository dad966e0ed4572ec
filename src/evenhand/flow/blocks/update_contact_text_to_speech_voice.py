"""UpdateContactTextToSpeechVoice (Set voice)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactTextToSpeechVoice"]


class UpdateContactTextToSpeechVoice(Block):
    """Chooses the voice that speaks to this contact from now on.

    Parameters: `TextToSpeechVoice` (Joanna when absent), `TextToSpeechEngine` (Standard, Neural,
    Generative), `TextToSpeechStyle` (None, Conversational, Newscaster). Their words are not checked, as
    Amazon Connect does not check them; what the speech at hand does not know it replaces. Channels without
    speech pass. Error: NoMatchingError when the voice comes out empty. (Administrator guide, "Set voice".)
    """

    type = "UpdateContactTextToSpeechVoice"
    log_name = "SetVoice"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        voice = text_of(values.get("TextToSpeechVoice", "Joanna"))
        if not voice:
            return Failed("NoMatchingError", "TextToSpeechVoice is empty")
        session.voice = voice
        session.engine = text_of(values.get("TextToSpeechEngine"))
        style = text_of(values.get("TextToSpeechStyle"))
        session.style = "" if style == "None" else style
        return NEXT
