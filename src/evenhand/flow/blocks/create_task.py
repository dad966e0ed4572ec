"""CreateTask (Create task)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.requests import TaskRequest
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.units import Instant

__all__ = ["CreateTask", "task_of"]

_LONGEST_DELAY = 518_400.0
_LONGEST_NAME = 512


class CreateTask(Block):
    """Makes a task: a contact of its own that is related to this one, which goes on itself.

    The task begins in the flow `ContactFlowId`, at once, or `DelaySeconds` from now, or at `ScheduledTime`
    (seconds since 1970, or ISO 8601), at most six days ahead. It gets a `Name`, a `Description`, a copy of
    this contact's user attributes with `Attributes` over them, and `References`: each a text, or an object
    of `Value` and `Type`. `TaskTemplateId` has no effect: there are no templates here.

    Error: NoMatchingError when there is no name, no such flow, or no such time.
    (API reference, "CreateTask"; administrator guide, "Create task".)
    """

    type = "CreateTask"
    log_name = "CreateTask"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        wanted = task_of(self, world, values)
        if isinstance(wanted, str):
            return Failed("NoMatchingError", wanted)
        problem = world.create_task(session, wanted)
        return Failed("NoMatchingError", problem) if problem else NEXT


def task_of(block: Block, world: World, values: dict[str, Any], method: str = "FLOW") -> TaskRequest | str:
    """The task that these parameters describe, or what is wrong with them."""
    name = text_of(values.get("Name"))
    if not name or len(name) > _LONGEST_NAME:
        return f"a task needs a name of 1 to {_LONGEST_NAME} characters"
    flow = block.find(world.find_flow, values, "ContactFlowId")
    if not flow:
        return f"there is no flow {text_of(values.get('ContactFlowId'))!r}"
    due = _due(values, world.now)
    if due is None or not world.now <= due <= world.now + _LONGEST_DELAY:
        return "the task's time is none, is over, or is more than six days ahead"
    attributes, references = values.get("Attributes"), values.get("References")
    return TaskRequest(
        name,
        text_of(values.get("Description")),
        flow,
        {key: text_of(value) for key, value in attributes.items()} if isinstance(attributes, dict) else {},
        {key: _reference(value) for key, value in references.items()} if isinstance(references, dict) else {},
        due,
        method,
    )


def _reference(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {"Type": "STRING", "Value": text_of(value)}
    return {"Type": text_of(value.get("Type")) or "STRING", "Value": text_of(value.get("Value"))}


def _due(values: dict[str, Any], now: Instant) -> Instant | None:
    """When the task begins; None when that is no time, or two times."""
    delay, time = text_of(values.get("DelaySeconds")).strip(), text_of(values.get("ScheduledTime")).strip()
    if not delay and not time:
        return None if "DelaySeconds" in values or "ScheduledTime" in values else now
    if delay and time:
        return None
    text = delay or time
    if text.isascii() and text.isdecimal():
        return float(text) + (now if delay else 0.0) if len(text) <= 12 else None
    try:
        read = datetime.fromisoformat(time)
    except ValueError:
        return None
    return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).timestamp()
