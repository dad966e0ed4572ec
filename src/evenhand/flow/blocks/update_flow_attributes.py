"""UpdateFlowAttributes (Set contact attributes, of the flow)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.blocks.update_contact_attributes import LARGEST_ATTRIBUTES, size_of
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateFlowAttributes"]


class UpdateFlowAttributes(Block):
    """Sets attributes that live only while this flow runs: `$.FlowAttributes.<key>`, all of them or none.

    They do not reach functions, other flows or the contact record. Parameters: `FlowAttributes`, an object
    `{key: {"Value": value}}`. Error: NoMatchingError for any other shape, as Amazon Connect refuses flat
    strings too, and when the attributes would be more than 32 KB together: a value made of itself, in a loop,
    would double until no memory is left. (Developer guide, "UpdateFlowAttributes".)
    """

    type = "UpdateFlowAttributes"
    log_name = "SetFlowAttributes"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        given = values.get("FlowAttributes")
        if not isinstance(given, dict):
            return Failed("NoMatchingError", "FlowAttributes is not an object")
        after = dict(session.flow_attributes or {})
        for key, about in given.items():
            if not key or "$" in key or "." in key:
                return Failed(
                    "NoMatchingError", f"attribute key {key!r}: a key is not empty, without $ and ."
                )
            if not isinstance(about, dict) or "Value" not in about:
                return Failed("NoMatchingError", f'flow attribute {key!r} is not written {{"Value": …}}')
            after[key] = text_of(about["Value"])
        size = size_of(after)
        if size > LARGEST_ATTRIBUTES:
            why = f"the flow attributes would be {size:,} bytes; at most {LARGEST_ATTRIBUTES:,} are allowed"
            return Failed("NoMatchingError", why)
        session.flow_attributes = after
        return NEXT
