"""The life of an agent's slot and of an offer, each written down once.

A slot is taken from the offer on and is free again only when it is cleared, but for a paused task, which takes
none until it goes on; what is not in the table is not legal. Source: Amazon Connect's agent states (administrator guide, "About contact states").
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "AFTER_CONTACT_WORK",
    "BLOCKING",
    "ERROR",
    "FREE",
    "MISSED",
    "OFFERED",
    "PAUSED",
    "REJECTED",
    "SLOT",
    "TALKING",
]

FREE: Final = "free"
OFFERED: Final = "offered"
TALKING: Final = "talking"
PAUSED: Final = "paused"
AFTER_CONTACT_WORK: Final = "after_contact_work"
MISSED: Final = "missed"
REJECTED: Final = "rejected"
ERROR: Final = "error"

SLOT: Final[dict[str, dict[str, str]]] = {
    FREE: {"offer": OFFERED, "dial": TALKING},
    OFFERED: {"accept": TALKING, "miss": MISSED, "reject": REJECTED, "fail": ERROR, "withdraw": FREE},
    TALKING: {"pause": PAUSED, "end": AFTER_CONTACT_WORK, "release": FREE},
    PAUSED: {"resume": TALKING, "end": AFTER_CONTACT_WORK, "release": FREE},
    AFTER_CONTACT_WORK: {"clear": FREE},
    MISSED: {"clear": FREE},
    REJECTED: {"clear": FREE},
    ERROR: {"clear": FREE},
}
"""state → what happens → state."""

BLOCKING: Final = frozenset({MISSED, REJECTED, ERROR})
"""States in which the agent gets nothing more, on any channel, until the slot is cleared."""
