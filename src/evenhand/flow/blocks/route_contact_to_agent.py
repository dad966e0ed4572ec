"""RouteContactToAgent (Interrupt agent)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["RouteContactToAgent"]


class RouteContactToAgent(Block):
    """Has the waiting contact ring at one agent, who may be busy: one more than their concurrency, 30 s long.

    Parameter: `AgentId`, a name, an id, an ARN or one reference. The block goes on as soon as it rings. Error:
    NoMatchingError when there is no such agent, they are offline or have one more than their concurrency
    already, or the contact is not waiting or rings elsewhere. Whoever misses it leaves the contact at its
    place in the queue. (Administrator guide, "Interrupt agent"; the parameter's name is not public.)
    """

    type = "RouteContactToAgent"
    log_name = "InterruptAgent"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        agent = self.find(world.find_agent, values, "AgentId")
        if not agent:
            return Failed("NoMatchingError", f"there is no agent {text_of(values.get('AgentId', ''))!r}")
        refusal = world.interrupt(session, agent)
        return Failed("NoMatchingError", refusal) if refusal else NEXT
