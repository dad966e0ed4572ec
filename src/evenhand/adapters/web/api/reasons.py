"""The reason that whoever steps in has to give."""

from __future__ import annotations

from evenhand.adapters.web.faults import ApiFault

__all__ = ["checked_reason"]

_LONGEST = 500


def checked_reason(reason: str) -> str:
    """The reason without blanks around it. Raises the answer 422 when there is none, or it is a novel."""
    kept = reason.strip()
    if not kept:
        raise ApiFault(422, "no_reason", "whoever steps in says why", where="reason")
    if len(kept) > _LONGEST:
        raise ApiFault(422, "invalid", f"a reason has up to {_LONGEST} characters", where="reason")
    return kept
