"""UpdateContactRecordingAndAnalyticsBehavior (Set recording, analytics and processing behavior)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactRecordingAndAnalyticsBehavior"]

_CHANNELS = {"VoiceBehavior": "VOICE", "ChatBehavior": "CHAT"}


class UpdateContactRecordingAndAnalyticsBehavior(Block):
    """Notes what is to be recorded and analysed; the contact carries the wish, nothing is recorded here.

    Parameters, kept as they are: `VoiceBehavior`, `ChatBehavior` and others. The last block decides. Errors:
    ChannelMismatch when there is a behaviour for the other channel only; NoMatchingError for a behaviour
    that is no object. (Developer guide, "UpdateContactRecordingAndAnalyticsBehavior".)
    """

    type = "UpdateContactRecordingAndAnalyticsBehavior"
    log_name = "SetRecordingBehavior"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        given = [field for field in _CHANNELS if field in values]
        for field in given:
            if not isinstance(values[field], dict):
                return Failed("NoMatchingError", f"{field} is not an object")
        if given and all(_CHANNELS[field] != session.channel for field in given):
            return Failed("ChannelMismatch", f"{given[0]} is not for a {session.channel.lower()}")
        session.recording = dict(values)
        return NEXT
