"""Times in requests: ISO 8601, or seconds since 1970 as the API's answers have them."""

from __future__ import annotations

from datetime import UTC, datetime

from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.routes import Call
from evenhand.model.units import Instant

__all__ = ["instant_from", "instant_of"]

_FIRST, _LAST = 0.0, 253_402_300_799.0


def instant_of(call: Call, name: str) -> Instant | None:
    """The time in this parameter, or None. Raises the answer 422."""
    text = call.query.get(name, "")
    return instant_from(text, name) if text else None


def instant_from(text: str, name: str) -> Instant:
    """The time that this text of the field `name` says. Raises the answer 422."""
    try:
        at = float(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
            at = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            at = -1.0
    if not _FIRST <= at <= _LAST:
        raise ApiFault(
            422,
            "invalid",
            f"{text[:100]!r} is no time",
            where=name,
            way_out="write it as 2026-11-23T08:00:00Z, or in seconds since 1970",
        )
    return at
