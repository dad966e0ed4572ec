"""A flow document (flow language 2019-10-30) as it stands in a file.

Reading keeps everything: blocks, fields and metadata that nobody knows stay in `raw`, and writing gives
them back. Nothing here knows what a block does.
"""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["Action", "Branch", "ErrorBranch", "FlowDocument"]


class Branch(msgspec.Struct, frozen=True):
    """A condition of a block: taken when its result stands in `operator` to the first of `operands`."""

    operator: str
    operands: tuple[str, ...]
    next_action: str


class ErrorBranch(msgspec.Struct, frozen=True):
    """A block's way on after an error of this type."""

    error_type: str
    next_action: str


class Action(msgspec.Struct, frozen=True):
    """One block. `next_action` is None where the document has none; `raw` is the object as it was read."""

    identifier: str
    type: str
    parameters: dict[str, Any]
    next_action: str | None
    errors: tuple[ErrorBranch, ...]
    conditions: tuple[Branch, ...]
    raw: dict[str, Any]


class FlowDocument(msgspec.Struct, frozen=True):
    """A whole flow. `raw` is the document as it was read, with every field that nobody knows."""

    version: str
    start_action: str
    actions: tuple[Action, ...]
    raw: dict[str, Any]
    file: str = ""
