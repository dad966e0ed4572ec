"""What a flow module declares beside its content: the input it takes, the results and the data it gives back.

The service keeps it as the module's `Settings`, an answer of its API tells it; `envelope.py` leaves it in the
flow's metadata. A module without one declares nothing, and then no input, result or data is allowed there.
"""

from __future__ import annotations

from typing import Any

import msgspec

from evenhand.flow.document import FlowDocument

__all__ = ["Contract", "contract_of"]


class Contract(msgspec.Struct, frozen=True):
    """The names that are declared."""

    inputs: tuple[str, ...]
    results: tuple[str, ...]
    data: tuple[str, ...]


def contract_of(document: FlowDocument) -> Contract | None:
    """The module's contract; None where the file does not say."""
    metadata = document.raw.get("Metadata")
    settings = metadata.get("settings") if isinstance(metadata, dict) else None
    if not isinstance(settings, dict):
        return None
    results = _dig(settings, "transitions", "results")
    names = [one.get("name") for one in results if isinstance(one, dict)] if isinstance(results, list) else []
    return Contract(
        _properties(settings.get("input")),
        tuple(name for name in names if isinstance(name, str)),
        _properties(settings.get("resultData")),
    )


def _properties(part: Any) -> tuple[str, ...]:
    found = _dig(part, "schema", "properties")
    return tuple(found) if isinstance(found, dict) else ()


def _dig(node: Any, *keys: str) -> Any:
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node
