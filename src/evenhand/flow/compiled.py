"""A flow that is ready to run: its document's blocks, made once into objects."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.blocks import ALSO_SPELLED, BLOCKS
from evenhand.flow.blocks.unknown import Unknown
from evenhand.flow.document import FlowDocument

__all__ = ["Flow", "compile_flow", "display_names"]


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
        action.identifier: BLOCKS.get(ALSO_SPELLED.get(action.type, action.type), Unknown)(
            action, display_names(document, action.identifier)
        )
        for action in document.actions
    }
    return Flow(name, type_, arn, document.start_action, blocks)


def display_names(document: FlowDocument, identifier: str) -> dict[str, str]:
    """The names that an export shows for the resources of a block: the way a foreign ARN is bound again.

    By the path of the parameter (`QueueId`, `EventHooks.CustomerQueue`, `Messages.0.PromptId`). Newer
    exports keep them under `parameters`, older ones under a key for each kind of resource.
    """
    node: Any = document.raw
    for key in ("Metadata", "ActionMetadata", identifier):
        node = node.get(key) if isinstance(node, dict) else None
    names: dict[str, str] = {}
    if isinstance(node, dict):
        _collect(node.get("parameters"), "", names)
        for key, fields in _OLDER:
            about = node.get(key)
            name = about.get("text") if isinstance(about, dict) else about if key in _PLAIN else None
            if isinstance(name, str) and name:
                for field in fields:
                    names.setdefault(field, name)
        audio = node.get("audio")
        for place, about in enumerate(audio if isinstance(audio, list) else ()):
            if (
                isinstance(about, dict)
                and about.get("type") == "Prompt"
                and isinstance(about.get("text"), str)
            ):
                names.setdefault(f"Messages.{place}.PromptId", about["text"])
    return names


_OLDER = (
    ("queue", ("QueueId",)),
    ("contactFlow", ("ContactFlowId", "EventHooks")),
    ("ContactFlow", ("ContactFlowId", "EventHooks")),
    ("promptName", ("PromptId",)),
    ("contactFlowModuleName", ("FlowModuleId",)),
)
_PLAIN = ("promptName", "contactFlowModuleName")
"""Keys that are the name itself."""


def _collect(node: Any, path: str, names: dict[str, str]) -> None:
    if isinstance(node, dict):
        if path and isinstance(node.get("displayName"), str) and node["displayName"]:
            names[path] = node["displayName"]
        for key, item in node.items():
            _collect(item, f"{path}.{key}" if path else str(key), names)
    elif isinstance(node, list):
        for place, item in enumerate(node):
            _collect(item, f"{path}.{place}", names)
