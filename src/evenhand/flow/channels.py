"""What each block type does on each channel: the one table that the runner, `check` and the reference read.

A type without a row runs on every channel. Sources: the table of channels on each block's page of the
administrator guide; where no page says what e-mails do, they are taken as tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from evenhand.flow.exits import Exit, Failed, Next
from evenhand.model.units import CHANNELS, Channel

__all__ = ["CHANNEL_ROWS", "ChannelRow", "elsewhere", "refuses"]


class ChannelRow(msgspec.Struct, frozen=True, kw_only=True):
    """A type runs on the channels in `runs`, does nothing on those in `passes`, and fails with `error` on the
    others; `why` says in words what it lacks there."""

    runs: tuple[Channel, ...] = ("VOICE",)
    passes: tuple[Channel, ...] = ()
    error: str = "NoMatchingError"
    why: str


_BUT_VOICE: Final[tuple[Channel, ...]] = ("CHAT", "TASK", "EMAIL")

CHANNEL_ROWS: Final[Mapping[str, ChannelRow]] = {
    "AuthenticateParticipant": ChannelRow(runs=("CHAT",), why="only chats are authenticated"),
    "CompleteOutboundCall": ChannelRow(passes=_BUT_VOICE, why="only calls call somebody"),
    "ConnectParticipantWithLexBot": ChannelRow(
        runs=("VOICE", "CHAT", "TASK"), why="a bot cannot talk on this channel"
    ),
    "GetParticipantInput": ChannelRow(why="keys can be pressed on voice contacts only"),
    "MessageParticipant": ChannelRow(
        runs=("VOICE", "CHAT"), passes=("TASK", "EMAIL"), why="nobody listens on this channel"
    ),
    "MessageParticipantIteratively": ChannelRow(why="prompts can be looped on voice contacts only"),
    "ResumeContact": ChannelRow(runs=("TASK",), why="only tasks can be paused"),
    "ShowView": ChannelRow(runs=("CHAT",), why="views are shown on chats only"),
    "TransferContactToAgent": ChannelRow(why="only calls are handed to an agent"),
    "TransferParticipantToThirdParty": ChannelRow(why="only calls are transferred to a phone number"),
    "UpdateContactCallbackNumber": ChannelRow(
        error="InvalidCallbackNumber", why="only voice contacts are called back"
    ),
    "UpdateContactMediaProcessing": ChannelRow(
        runs=("CHAT",), error="ChannelMismatch", why="only chat messages are processed"
    ),
    "UpdateContactMediaStreamingBehavior": ChannelRow(why="audio can be streamed of voice contacts only"),
    "UpdateContactTextToSpeechVoice": ChannelRow(passes=_BUT_VOICE, why="there is no speech on this channel"),
    "UpdatePreviousContactParticipantState": ChannelRow(why="somebody can be held on voice contacts only"),
}
"""Every type that is not for all channels."""


def refuses(type_: str, channel: Channel) -> bool:
    """Whether a block of this type fails on this channel, whatever its parameters are."""
    row = CHANNEL_ROWS.get(type_)
    return row is not None and channel not in row.runs and channel not in row.passes


def _exits(row: ChannelRow) -> dict[Channel, Exit]:
    return {
        channel: Next(row.why) if channel in row.passes else Failed(row.error, row.why)
        for channel in CHANNELS
        if channel not in row.runs
    }


_ELSEWHERE: Final = {type_: _exits(row) for type_, row in CHANNEL_ROWS.items()}


def elsewhere(type_: str) -> Mapping[Channel, Exit] | None:
    """How a block of this type is left where it does not run; None when it runs on every channel."""
    return _ELSEWHERE.get(type_)
