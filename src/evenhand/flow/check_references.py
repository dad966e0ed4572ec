"""References in a flow's values: `$.Attributes.name`, `$.External.queue`, `$.StoredCustomerInput`."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["is_whole_reference", "references_in"]

TOKEN = re.compile(r"\$\.[A-Za-z_][\w\-]*(?:\.[\w\-]+|\[[^\]\[$]{0,200}\])*")
WHOLE = re.compile(r"\$(?:\.[^\s.$\[\]]+(?: [^\s.$\[\]]+)*|\[[^\]]+\])+")


def is_whole_reference(value: str) -> bool:
    """Whether this is one reference and nothing else: `$.External.queue`, `$.Attributes['my key']`."""
    return WHOLE.fullmatch(value) is not None


def references_in(value: Any) -> list[str]:
    """Every `$.…` reference in a value, however deep it stands."""
    found: list[str] = []
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            found.extend(TOKEN.findall(item))
        elif isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return found
