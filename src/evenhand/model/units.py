"""Units, so that a number's meaning stands in its type."""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = ["CHANNELS", "Channel", "Instant", "Seconds"]

Seconds: TypeAlias = float
"""A length of time in seconds."""

Instant: TypeAlias = float
"""A point in time: UTC seconds since 1970-01-01T00:00:00Z. Outside: ISO 8601 with `Z`."""

Channel: TypeAlias = Literal["VOICE", "CHAT", "TASK", "EMAIL"]
"""How a contact reaches the centre, in Amazon Connect's words."""

CHANNELS: tuple[Channel, ...] = ("VOICE", "CHAT", "TASK", "EMAIL")
