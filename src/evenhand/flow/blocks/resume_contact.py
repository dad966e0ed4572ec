"""ResumeContact (Resume contact)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["ResumeContact"]


class ResumeContact(Block):
    """Ends the pause of a task; the flow itself goes on.

    It stands in the flow that runs at a pause (`PauseContact` of UpdateContactEventHooks), after a Wait for
    instance. A task that nobody has yet needs Transfer to queue after it: on Amazon Connect it stays out of
    every queue otherwise; here it goes back into the queue out of which it was taken when the flow ends.

    Parameters: none. Error: NoMatchingError on any channel but tasks, and when the task is not paused.
    (Developer guide, "ResumeContact"; administrator guide, "Resume contact".)
    """

    type = "ResumeContact"
    log_name = "ResumeContact"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        problem = world.resume(session)
        return Failed("NoMatchingError", problem) if problem else NEXT
