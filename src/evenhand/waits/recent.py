"""How long contacts were handled lately, and the wait that follows for somebody at a place in the queue."""

from __future__ import annotations

from evenhand.model.units import Seconds

__all__ = ["RecentWaits"]

_WEIGHT = 0.1


class RecentWaits:
    """Keeps, for each queue, an exponentially weighted mean of handle times (talk and after-contact work).

    The estimate is the queue-length predictor (n + 1) / (s mu): exact for exponential handle times when
    nobody leaves (GI/M/s); with `position` counted from 1 it is position * mean / agents.
    """

    def __init__(self) -> None:
        self.handle_times: dict[str, Seconds] = {}

    def handled(self, queue: str, seconds: Seconds) -> None:
        """A contact of this queue took so long to handle."""
        before = self.handle_times.get(queue)
        self.handle_times[queue] = seconds if before is None else before + _WEIGHT * (seconds - before)

    def estimate(self, queue: str, position: int, agents: int) -> Seconds | None:
        """The wait of who is at `position` (1 is next); None when nothing is known or nobody is there."""
        mean = self.handle_times.get(queue)
        if mean is None or agents <= 0:
            return None
        return position * mean / agents
