"""TransferToFlow (Transfer to flow)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import Exit, Failed, Leave
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["TransferToFlow"]


class TransferToFlow(Block):
    """Leaves this flow for the start of another; the attributes of this flow (`$.FlowAttributes`) end.

    Parameters: `ContactFlowId`, a name, an id, an ARN or one reference; an ARN of another instance is bound
    by the name its export displays. Error: NoMatchingError when there is no such flow. (Administrator
    guide, "Transfer to flow".)
    """

    type = "TransferToFlow"
    log_name = "Transfer"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        flow = self.find(world.find_flow, values, "ContactFlowId")
        if not flow:
            reference = text_of(values.get("ContactFlowId"))
            return Failed(
                "NoMatchingError", f"there is no flow {reference!r}" if reference else "no flow is named"
            )
        return Leave("flow", flow)
