"""How the terminal writes times of a run."""

from __future__ import annotations

from evenhand.model.units import Seconds

__all__ = ["clock_text"]


def clock_text(seconds: Seconds) -> str:
    """`3:07`, `1:02:03`."""
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
