"""UpdateContactAttributes (Set contact attributes)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.document import Action
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import compile_tree, text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["LARGEST_ATTRIBUTES", "UpdateContactAttributes", "size_of"]

LARGEST_ATTRIBUTES = 32 * 1024
"""Bytes of UTF-8: all keys and values of a contact's attributes together."""


class UpdateContactAttributes(Block):
    """Sets user-defined attributes of the contact, all of them or none.

    They are read as `$.Attributes.<key>`, reach functions and the contact record, and belong to the whole
    chain of a contact's segments. Every value becomes text; an empty value is kept as empty text. References
    in a key are replaced by their text too (`result_$.Attributes.count`); where nothing is left of such a key
    the attribute is left out, since public flows name more keys by reference than there are.

    Parameters: `Attributes`, an object of keys and values; `TargetContact` "Current" (default). Error:
    NoMatchingError when a key is empty, or holds `$` or `.` then, when the attributes would be more than 32 KB
    together, and for `TargetContact` "Related": contacts here have no related contact. (Administrator guide,
    "Set contact attributes".)
    """

    type = "UpdateContactAttributes"
    log_name = "SetAttributes"

    def __init__(self, action: Action, display_names: dict[str, str]) -> None:
        super().__init__(action, display_names)
        written = action.parameters.get("Attributes")
        readers = {key: compile_tree(key)[0] for key in written} if isinstance(written, dict) else {}
        self._keys = {key: reader for key, reader in readers.items() if reader is not None}

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        target = text_of(values.get("TargetContact"))
        if target not in ("", "Current"):
            return Failed("NoMatchingError", f"TargetContact {target!r}: this contact has no such contact")
        given = values.get("Attributes")
        if not isinstance(given, dict):
            return Failed("NoMatchingError", "Attributes is not an object of keys and values")
        if self._keys:
            given = {
                name: value
                for key, value in given.items()
                if (name := text_of(self._keys[key](session)) if key in self._keys else key) or not key
            }
        for key in given:
            if not key or "$" in key or "." in key:
                return Failed(
                    "NoMatchingError", f"attribute key {key!r}: a key is not empty, without $ and ."
                )
        new = {key: text_of(value) for key, value in given.items()}
        size = size_of(session.attributes | new)
        if size > LARGEST_ATTRIBUTES:
            why = f"the attributes would be {size:,} bytes; at most {LARGEST_ATTRIBUTES:,} are allowed"
            return Failed("NoMatchingError", why)
        session.attributes.update(new)
        return NEXT


def size_of(attributes: dict[str, str]) -> int:
    """Bytes of all keys and values together."""
    # Half a character counts too; where it must not be, others say so.
    return sum(len(text.encode("utf-8", "surrogatepass")) for pair in attributes.items() for text in pair)
