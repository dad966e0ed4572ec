"""UntagContact (Contact tags: untag)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed, Next
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UntagContact"]


class UntagContact(Block):
    """Takes tags away from the contact; one that is not there is no error, and the block says so.

    Parameters: `TagKeys`, a list of keys. Error: NoMatchingError when it is no list or empty. Documents
    also spell the type `UnTagContact`. (Administrator guide, "Contact tags".)
    """

    type = "UntagContact"
    log_name = "UntagContact"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        given = values.get("TagKeys")
        if not isinstance(given, list) or not given:
            return Failed("NoMatchingError", "TagKeys is not a list of keys")
        keys = [text_of(key) for key in given]
        before = session.tags or {}
        session.tags = {key: value for key, value in before.items() if key not in keys} or None
        absent = [key for key in keys if key not in before]
        return Next(f"not there: {', '.join(absent)}") if absent else NEXT
