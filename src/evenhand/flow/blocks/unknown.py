"""A block of a type that nobody here knows: it fails, and says so. It is never skipped in silence."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.document import Action
from evenhand.flow.exits import Exit, Failed
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["Unknown"]


class Unknown(Block):
    """Takes its error branch; `evenhand check` names it before the flow is ever used."""

    def __init__(self, action: Action, display_names: dict[str, str]) -> None:
        super().__init__(action, display_names)
        self.log_name = action.type

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        return Failed("NoMatchingError", f"block type {self.action.type!r} is not known here")
