"""How long a prompt takes to speak, where nothing speaks it: people on a page or in a simulation."""

from __future__ import annotations

from evenhand.model.effects import Prompt
from evenhand.model.units import Seconds

__all__ = ["speaking_time"]

_CHARACTERS_PER_SECOND = 16.0


def speaking_time(prompt: Prompt) -> Seconds:
    """How long a prompt takes to speak: 16 characters a second; 8 seconds for a recording, 1 for a beep."""
    if prompt.value.lower().startswith("beep."):
        return 1.0
    return max(1.0, len(prompt.value) / _CHARACTERS_PER_SECOND) if prompt.kind in ("text", "ssml") else 8.0
