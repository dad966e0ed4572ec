"""Loop."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.comparison import number
from evenhand.flow.exits import Exit, Failed, Result
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["Loop"]


class Loop(Block):
    """Counts: the result is ContinueLooping `LoopCount` times, then DoneLooping once; then it starts anew.

    The counter belongs to the contact and to this block of this flow, so it goes on when a customer queue
    flow comes by again. Parameters: `LoopCount`, a whole number from 0 to 100 or one reference to it; 0 is
    done at once. Error: NoMatchingError for anything else; the counter stays as it was. (Administrator
    guide, "Loop".)
    """

    type = "Loop"
    log_name = "Loop"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        text = text_of(values.get("LoopCount"))
        count = number(text)
        if count is None or not 0 <= count <= 100 or not count.is_integer():
            return Failed("NoMatchingError", f"LoopCount {text!r} is not a whole number from 0 to 100")
        if session.loops is None:
            session.loops = {}
        counter = f"{session.flow}/{self.id}"
        passes = session.loops.get(counter, 0)
        if passes >= count:
            session.loops.pop(counter, None)
            return Result("DoneLooping")
        session.loops[counter] = passes + 1
        return Result("ContinueLooping", f"pass {passes + 1} of {int(count)}")
