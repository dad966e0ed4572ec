"""UpdateContactRecordingBehavior (Set recording and analytics behavior, older form)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactRecordingBehavior"]


class UpdateContactRecordingBehavior(Block):
    """Notes who is to be recorded and analysed; the contact carries the wish, nothing is recorded here.

    Parameters, kept as they are: `RecordingBehavior` (`RecordedParticipants`, `ScreenRecordedParticipants`,
    `IVRRecordingBehavior`) and `AnalyticsBehavior`. The last block decides. There is no error.
    (Developer guide, "UpdateContactRecordingBehavior".)
    """

    type = "UpdateContactRecordingBehavior"
    log_name = "SetRecordingBehavior"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        session.recording = dict(values)
        return NEXT
