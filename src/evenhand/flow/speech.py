"""How long a prompt takes at most: only for noticing that the media are silent, never for telling time."""

from __future__ import annotations

from evenhand.model.effects import Prompt
from evenhand.model.units import Seconds

__all__ = ["longest"]


def longest(prompt: Prompt) -> Seconds:
    """A generous bound in seconds: five characters a second and a minute more; ten minutes for a recording."""
    return 60.0 + len(prompt.value) / 5.0 if prompt.kind in ("text", "ssml") else 600.0
