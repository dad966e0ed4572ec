"""A flow that is ready to run: its document's blocks, made once into objects."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.blocks import BLOCKS
from evenhand.flow.blocks.unknown import Unknown
from evenhand.flow.document import FlowDocument

__all__ = ["Flow", "compile_flow"]


class Flow:
    """A named flow: `type` as in Amazon Connect (`CONTACT_FLOW` …), `arn` for logs, blocks by Identifier."""

    def __init__(self, name: str, type_: str, arn: str, start: str, blocks: dict[str, Block]) -> None:
        self.name = name
        self.type = type_
        self.arn = arn
        self.start = start
        self.blocks = blocks


def compile_flow(document: FlowDocument, *, name: str, type_: str = "CONTACT_FLOW", arn: str = "") -> Flow:
    """Make the document's blocks ready to run. A type that nobody knows becomes a block that fails."""
    blocks = {
        action.identifier: BLOCKS.get(action.type, Unknown)(
            action, _display_names(document, action.identifier)
        )
        for action in document.actions
    }
    return Flow(name, type_, arn, document.start_action, blocks)


def _display_names(document: FlowDocument, identifier: str) -> dict[str, str]:
    """The names that an export shows for the resources of a block: the way a foreign ARN is bound again."""
    node: Any = document.raw
    for key in ("Metadata", "ActionMetadata", identifier, "parameters"):
        node = node.get(key) if isinstance(node, dict) else None
    names: dict[str, str] = {}
    if isinstance(node, dict):
        for field, about in node.items():
            if isinstance(about, dict) and isinstance(about.get("displayName"), str):
                names[field] = about["displayName"]
    return names
