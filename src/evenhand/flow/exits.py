"""How a block is left: the five answers `run` and `resume` can give."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

__all__ = [
    "DISCONNECT",
    "END",
    "ENQUEUE",
    "MOVE",
    "NEXT",
    "TO_AGENT",
    "WAIT",
    "Exit",
    "Failed",
    "Leave",
    "Next",
    "Result",
    "Wait",
]


class Next:
    """Done; the plain way on. `why` says more where the plain way is not plain."""

    def __init__(self, why: str = "") -> None:
        self.why = why


class Result:
    """Done with a value; the block's conditions decide."""

    def __init__(self, value: str, why: str = "") -> None:
        self.value = value
        self.why = why


class Failed:
    """An error of this type (`NoMatchingError`, `QueueAtCapacity` …), and why in words."""

    def __init__(self, error: str, why: str) -> None:
        self.error = error
        self.why = why


class Wait:
    """The block waits for an input or its alarm."""


class Leave:
    """The flow is left for good.

    `disconnect`: hang up; `end`: End flow / Resume; `enqueue`: into the target queue; `move`: out of this
    queue into another (now the working queue); `agent`: to the agent who is its target; `flow`: to the start of
    another flow.
    """

    def __init__(
        self, how: Literal["disconnect", "end", "enqueue", "move", "agent", "flow"], flow: str = ""
    ) -> None:
        self.how = how
        self.flow = flow


Exit: TypeAlias = Next | Result | Failed | Wait | Leave

NEXT: Final = Next()
WAIT: Final = Wait()
END: Final = Leave("end")
DISCONNECT: Final = Leave("disconnect")
ENQUEUE: Final = Leave("enqueue")
MOVE: Final = Leave("move")
TO_AGENT: Final = Leave("agent")
