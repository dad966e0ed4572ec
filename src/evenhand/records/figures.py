"""What metrics are computed from: the contacts, moments and times of one group within one interval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from evenhand.model.units import Instant, Seconds
from evenhand.records.metric_rows import ContactRow, MomentRow, TimeRow

__all__ = ["EVERYTHING", "Figures", "Metric", "Threshold"]

EVERYTHING = ("QUEUE", "CHANNEL", "ROUTING_PROFILE", "AGENT")
"""All groupings."""


class Threshold(msgspec.Struct, frozen=True):
    """The X of a metric: at most so many seconds (`LTE`), or less (`LT`)."""

    seconds: Seconds = 60.0
    comparison: Literal["LT", "LTE"] = "LT"

    def holds(self, seconds: Seconds) -> bool:
        """Whether this is within."""
        return seconds < self.seconds if self.comparison == "LT" else seconds <= self.seconds


class Figures:
    """What one group has within one interval: its contacts, its moments and its time."""

    def __init__(
        self,
        contacts: list[ContactRow],
        moments: list[MomentRow],
        times: list[TimeRow],
        since: Instant,
        until: Instant,
    ) -> None:
        self.contacts = contacts
        self.moments = moments
        self.times = times
        self.since = since
        self.until = until
        self.queued = [row for row in contacts if row.queued_at is not None]
        self.handled = [row for row in contacts if row.connected]
        self.answered = [row for row in self.queued if row.why == "connected"]
        self.abandoned = [row for row in self.queued if row.why in ("abandoned", "ended_by_flow")]
        self.removed = [row for row in self.queued if row.why in _REMOVED]

    def moments_of(self, *kinds: str) -> list[MomentRow]:
        """The moments of these kinds."""
        return [row for row in self.moments if row.kind in kinds]

    def seconds(self, kind: str) -> Seconds:
        """How long agents were this, within the interval."""
        return sum(
            max(0.0, min(row.until, self.until) - max(row.since, self.since))
            for row in self.times
            if row.kind == kind
        )


_REMOVED = ("connected", "abandoned", "ended_by_flow", "callback")
"""How a contact leaves a queue that is done with it: answered, given up, or for a callback."""


class Metric(msgspec.Struct, frozen=True):
    """One metric. `compute` answers None where there is nothing to compute it from. `by` are the groupings
    that mean something for it; `threshold` says that it has an X."""

    name: str
    unit: Literal["COUNT", "SECONDS", "PERCENT"]
    meaning: str
    source: str
    compute: Callable[[Figures, Threshold], float | None]
    by: tuple[str, ...] = EVERYTHING
    threshold: bool = False
