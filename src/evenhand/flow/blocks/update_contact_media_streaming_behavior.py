"""UpdateContactMediaStreamingBehavior (Start media streaming, Stop media streaming)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactMediaStreamingBehavior"]


class UpdateContactMediaStreamingBehavior(Block):
    """Notes whose audio is to be streamed; the contact carries the wish, nothing is streamed here.

    Parameters, kept as they are: `MediaStreamingState` (`Enabled`, `Disabled`), `MediaStreamType`,
    `Participants`. Error: NoMatchingError for another state, and on any channel but voice. (Administrator
    guide, "Start media streaming".)
    """

    type = "UpdateContactMediaStreamingBehavior"
    log_name = "StartMediaStreaming"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        state = text_of(values.get("MediaStreamingState"))
        if state not in ("Enabled", "Disabled"):
            return Failed("NoMatchingError", f"MediaStreamingState {state!r} is not Enabled or Disabled")
        session.media_streaming = dict(values) if state == "Enabled" else None
        return NEXT
