"""The articles' estimated wait: what is left of the queue's oldest age after the contact's own wait.

A queue record says when a call was queued. It is written in the article's own form, `MM/DD/YYYY HH:MM:SS`,
which names no time zone; here it always means UTC, so that two machines read the same moment from it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from evenhand.model.units import Instant, Seconds

__all__ = ["estimate", "format_times", "parse_queue_time", "parse_times"]

_FORM = "%m/%d/%Y %H:%M:%S"


def estimate(queue_time: Seconds, own: Seconds) -> Seconds:
    """The wait still to come: `queue_time` (age of the queue's oldest contact) less the `own` wait, never below 0.

    An own wait below 0 (the clocks of two machines differ) counts as 0.
    """
    return max(0, queue_time - max(0, own))


def parse_queue_time(value: Any) -> int:
    """Whole seconds, from what a flow hands over as "Oldest contact in queue". Raises ValueError."""
    problem = (
        f"queue_time must be a whole number of seconds, not {value!r}. Pass the queue metric "
        "'Oldest contact in queue' after a Get queue metrics block, while the contact is queued."
    )
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(problem)
    try:
        seconds = int(value)
    except ValueError:
        raise ValueError(problem) from None
    if seconds < 0:
        raise ValueError(problem)
    return seconds


def format_times(at: Instant) -> str:
    """An instant in the article's form, in UTC, cut to whole seconds."""
    return datetime.fromtimestamp(int(at), UTC).strftime(_FORM)


def parse_times(text: str) -> Instant:
    """The instant of a queue record's `times`: the article's form or ISO 8601, UTC where no zone is named.

    Raises ValueError.
    """
    try:
        moment = datetime.strptime(text, _FORM).replace(tzinfo=UTC)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"times must be MM/DD/YYYY HH:MM:SS (UTC) or ISO 8601, not {text!r}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
