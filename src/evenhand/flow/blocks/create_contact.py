"""CreateContact (Create contact)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.blocks.create_task import task_of
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["CreateContact"]

_ELSEWHERE = {
    "VOICE": "calls of another telephone system are not followed here",
    "CHAT": "a chat begins with its customer",
    "EMAIL": "no e-mail goes out from here",
}
"""Channel → why no such contact is made."""


class CreateContact(Block):
    """Makes a contact beside this one, which goes on itself; here that is a task.

    The developer guide does not tell its parameters; those of the operation of the same name are read:
    `Channel` TASK, `InitiationMethod` API (or none), `Name`, `Description`, `Attributes`, `References`, and as
    in CreateTask `ContactFlowId`, the flow in which the task begins, with `DelaySeconds` or `ScheduledTime`.
    The task is related to this contact.

    Error: NoMatchingError, with the reason, for other channels and methods, for a task that is to begin with
    an agent (`UserInfo`, `InitiateAs`) or in another contact's chain (`PreviousContactId`), and for what is
    an error in CreateTask. (API reference, "CreateContact".)
    """

    type = "CreateContact"
    log_name = "CreateContact"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        channel = text_of(values.get("Channel")).upper()
        if channel != "TASK":
            known = _ELSEWHERE.get(channel, f"there is no channel {channel!r}")
            return Failed("NoMatchingError", known)
        method = text_of(values.get("InitiationMethod")) or "API"
        if method != "API":
            return Failed("NoMatchingError", f"a task is not begun by {method!r}, but by API")
        for field in ("UserInfo", "InitiateAs", "PreviousContactId"):
            if values.get(field):
                return Failed("NoMatchingError", f"{field} is not for tasks that begin in a flow")
        wanted = task_of(self, world, values, method)
        if isinstance(wanted, str):
            return Failed("NoMatchingError", wanted)
        problem = world.create_task(session, wanted)
        return Failed("NoMatchingError", problem) if problem else NEXT
