"""EndFlowExecution (End flow / Resume)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import END, Exit
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["EndFlowExecution"]


class EndFlowExecution(Block):
    """Ends this flow, not the contact; no parameters, no way on, no error.

    In a customer queue flow it goes back to the Loop prompts block that was interrupted; without one the
    customer keeps the place in the queue in silence. In a whisper flow the next step begins. In an inbound
    flow the contact ends, as with Disconnect. (Administrator guide, "End flow / Resume".)
    """

    type = "EndFlowExecution"
    log_name = "Resume"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        return END
