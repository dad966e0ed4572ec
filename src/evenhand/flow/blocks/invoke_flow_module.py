"""InvokeFlowModule (Invoke module)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.blocks.end_flow_module_execution import too_large
from evenhand.flow.exits import Exit, Failed, Invoke
from evenhand.flow.module_calls import MOST_NESTED
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["InvokeFlowModule"]


class InvokeFlowModule(Block):
    """Runs a flow module and goes on when it returns; its Return block gives the result that the conditions
    ask about.

    A module that names no result takes NextAction. Inside the module `$.Modules.Input` is the input; afterwards
    `$.Modules.Result` and `$.Modules.ResultData` are what it gave back, until the next module. What is local to
    this flow (flow attributes, `$.External`, what services answered, stored input, metrics) the module neither
    sees nor changes; contact attributes, the working queue, the voice and whatever else belongs to the contact
    are the same inside and outside. Transfers and Disconnect inside a module leave this flow too, and so
    does End flow / Resume, which goes back to a Loop prompts block as it does outside.

    Parameters: `FlowModuleId`, a name, an id or an ARN, all three also with a version or alias after a colon,
    or one reference; `Input`, an object. Error: NoMatchingError when there is no such module, when five modules
    are inside of each other already (so a module that invokes itself ends there), when the input is larger
    than 32 KB, and when a block inside has no way on. (Administrator guide, "Flow modules".)
    """

    type = "InvokeFlowModule"
    log_name = "InvokeFlowModule"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        module = self.find(world.find_module, values, "FlowModuleId")
        if not module:
            reference = text_of(values.get("FlowModuleId"))
            return Failed(
                "NoMatchingError", f"there is no module {reference!r}" if reference else "no module is named"
            )
        if len(session.calls) >= MOST_NESTED:
            return Failed("NoMatchingError", f"{MOST_NESTED} modules are inside of each other, the most")
        given = values.get("Input")
        if given is not None and not isinstance(given, dict):
            return Failed("NoMatchingError", "Input is not an object")
        problem = too_large("the input", given)
        return Failed("NoMatchingError", problem) if problem else Invoke(module, given)
