"""How a block is left: the five answers `run` and `resume` can give."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

__all__ = [
    "DISCONNECT",
    "END",
    "ENQUEUE",
    "MOVE",
    "NEXT",
    "WAIT",
    "Exit",
    "Failed",
    "Leave",
    "Next",
    "Result",
    "Wait",
]


class Next(msgspec.Struct, frozen=True):
    """Done; the plain way on. `why` says more where the plain way is not plain."""

    why: str = ""


class Result(msgspec.Struct, frozen=True):
    """Done with a value; the block's conditions decide."""

    value: str
    why: str = ""


class Failed(msgspec.Struct, frozen=True):
    """An error of this type (`NoMatchingError`, `QueueAtCapacity` …), and why in words."""

    error: str
    why: str


class Wait(msgspec.Struct, frozen=True):
    """The block waits for an input or its alarm."""


class Leave(msgspec.Struct, frozen=True):
    """The flow is left for good.

    `disconnect`: hang up; `end`: End flow / Resume; `enqueue`: into the target queue; `move`: out of this
    queue into another (now the working queue); `flow`: to the start of another flow.
    """

    how: Literal["disconnect", "end", "enqueue", "move", "flow"]
    flow: str = ""


Exit: TypeAlias = Next | Result | Failed | Wait | Leave

NEXT = Next()
WAIT = Wait()
END = Leave("end")
DISCONNECT = Leave("disconnect")
ENQUEUE = Leave("enqueue")
MOVE = Leave("move")
