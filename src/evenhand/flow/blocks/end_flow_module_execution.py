"""EndFlowModuleExecution (Return)."""

from __future__ import annotations

from typing import Any

import msgspec

from evenhand.flow.block import Block
from evenhand.flow.exits import Exit, Failed, Return
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["EndFlowModuleExecution", "too_large"]

LARGEST_DATA = 32_768
"""Bytes of what a module is given or gives back, as JSON; what a function may answer."""


class EndFlowModuleExecution(Block):
    """Ends the module; the flow that invoked it goes on at its Invoke module block.

    Parameters: `Result`, the name of the branch that this block takes (left out: the plain one);
    `ResultData`, an object that is `$.Modules.ResultData` there. It has no way on and no error branch: where the
    data is no object or larger than 32 KB, the invoking block takes its error branch. Outside of a module there
    is nothing to return to, and the flow cannot go on. (Administrator guide, "Return (from module)".)
    """

    type = "EndFlowModuleExecution"
    log_name = "ReturnFromFlowModule"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        if not session.calls:
            return Failed("NoMatchingError", "no module runs here, so there is nothing to return to")
        data = values.get("ResultData")
        if data is not None and not isinstance(data, dict):
            return Failed("NoMatchingError", "ResultData is not an object")
        problem = too_large("the result data", data)
        return Failed("NoMatchingError", problem) if problem else Return(text_of(values.get("Result")), data)


def too_large(what: str, data: dict[str, Any] | None) -> str:
    """What is wrong with the size of this, or ''. Without a limit, data made of itself would double in a loop."""
    size = len(msgspec.json.encode(data)) if data else 0
    return (
        f"{what} would be {size:,} bytes; at most {LARGEST_DATA:,} are allowed" if size > LARGEST_DATA else ""
    )
