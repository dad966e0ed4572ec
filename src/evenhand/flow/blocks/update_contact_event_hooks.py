"""UpdateContactEventHooks (Set customer queue flow, hold flow, whisper flow, disconnect flow …)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.catalogue import EVENT_HOOKS
from evenhand.flow.exits import NEXT, Exit, Failed, Next
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactEventHooks"]

RUNNING_HOOKS = frozenset(
    {
        "AgentHold",
        "AgentWhisper",
        "CustomerHold",
        "CustomerQueue",
        "CustomerRemaining",
        "CustomerWhisper",
        "PauseContact",
        "ResumeContact",
    }
)
"""Those whose flows run. The others are kept with the contact, and the block says so."""


class UpdateContactEventHooks(Block):
    """Says which flow runs at an event of this contact, instead of the centre's default flow.

    Parameters: `EventHooks`, an object of event (`CustomerQueue`, `AgentWhisper`, `CustomerWhisper`,
    `CustomerHold`, `AgentHold`, `CustomerRemaining` for after the agent left, `DefaultAgentUI`,
    `DisconnectAgentUI`, `PauseContact`, `ResumeContact`) and flow (a name, an id, an ARN or one reference).
    Saved exports may carry `EventHooksConfiguration {event: {"DisableExecution": "true"}}`: then nothing runs
    at that event, not even the default flow. All hooks are set or none.

    Error: NoMatchingError when an event is not known or there is no such flow. (Developer guide,
    "UpdateContactEventHooks".)
    """

    type = "UpdateContactEventHooks"
    log_name = "SetContactFlow"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        configuration = values.get("EventHooksConfiguration")
        # A block that only switches an event off has no hooks.
        given = values.get("EventHooks", {} if isinstance(configuration, dict) else None)
        if not isinstance(given, dict):
            return Failed("NoMatchingError", "EventHooks is not an object of events and flows")
        disabled = {
            hook
            for hook, about in (configuration.items() if isinstance(configuration, dict) else ())
            if isinstance(about, dict) and text_of(about.get("DisableExecution")).lower() == "true"
        }
        after = dict(session.hooks or {})
        for hook, value in given.items():
            if hook not in EVENT_HOOKS:
                return Failed("NoMatchingError", f"there is no event {hook!r} to hook a flow to")
            if hook in disabled:
                continue
            reference = text_of(value)
            flow = self.bind(world.find_flow, reference, f"EventHooks.{hook}")
            if not flow and len(given) == 1:
                # Older exports show one name for the block.
                flow = self.bind(world.find_flow, "", "EventHooks")
            if not flow:
                return Failed("NoMatchingError", f"there is no flow {reference!r} for {hook}")
            after[hook] = flow
        removed = [hook for hook in sorted(disabled) if hook in after or hook in given or not given]
        after.update(dict.fromkeys(removed, ""))
        session.hooks = after
        notes = [f"disabled: {', '.join(removed)}"] if removed else []
        idle = sorted(hook for hook in given if hook not in RUNNING_HOOKS and hook not in disabled)
        if idle:
            notes.append(f"kept, and not run here yet: {', '.join(idle)}")
        return Next("; ".join(notes)) if notes else NEXT
