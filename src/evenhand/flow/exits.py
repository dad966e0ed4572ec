"""How a block is left: the answers `run` and `resume` can give."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

__all__ = [
    "DISCONNECT",
    "END",
    "ENQUEUE",
    "MOVE",
    "NEXT",
    "OUTSIDE",
    "TO_AGENT",
    "WAIT",
    "Exit",
    "Failed",
    "Invoke",
    "Leave",
    "Next",
    "Result",
    "Return",
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
    another flow; `outside`: to the third party who is on the line, for good. Into a `module` and back out of it (`return`) the runner goes by itself.
    """

    def __init__(
        self,
        how: Literal["disconnect", "end", "enqueue", "move", "agent", "flow", "outside", "module", "return"],
        flow: str = "",
    ) -> None:
        self.how = how
        self.flow = flow


class Invoke(Leave):
    """Into this module, with this input; the flow goes on at the block when the module returns."""

    def __init__(self, module: str, given: dict[str, Any] | None) -> None:
        super().__init__("module", module)
        self.given = given


class Return(Leave):
    """Out of the module, by this branch of the block that invoked it (empty: the plain one), with this data."""

    def __init__(self, result: str, data: dict[str, Any] | None) -> None:
        super().__init__("return")
        self.result = result
        self.data = data


Exit: TypeAlias = Next | Result | Failed | Wait | Leave

NEXT: Final = Next()
WAIT: Final = Wait()
END: Final = Leave("end")
DISCONNECT: Final = Leave("disconnect")
ENQUEUE: Final = Leave("enqueue")
MOVE: Final = Leave("move")
TO_AGENT: Final = Leave("agent")
OUTSIDE: Final = Leave("outside")
