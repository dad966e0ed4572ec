"""What an agent is doing, in one word, where several things are true at once: Amazon Connect's precedence.

Error > Missed > Rejected > On contact > After contact work > Incoming > custom status > Available or Offline.
After-contact work and a missed contact are states of contacts that shadow the status; they are no statuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

__all__ = ["PRECEDENCE", "activity"]

PRECEDENCE: Final[tuple[tuple[str, str], ...]] = (
    ("ERROR", "Error"),
    ("MISSED", "Missed"),
    ("REJECTED", "Rejected"),
    ("CONNECTED", "On contact"),
    ("CONNECTED_ONHOLD", "On contact"),
    ("PAUSED", "On contact"),
    ("ENDED", "After contact work"),
    ("CONNECTING", "Incoming"),
    ("INCOMING", "Incoming"),
    ("PENDING", "Incoming"),
)
"""State of a contact → the agent's activity; the first that the agent has is shown."""


def activity(status: str, states: Iterable[str]) -> str:
    """The activity of an agent with this status whose contacts are in these states."""
    present = set(states)
    return next((word for state, word in PRECEDENCE if state in present), status)
