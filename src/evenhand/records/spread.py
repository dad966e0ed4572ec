"""How values are spread, in constant memory: counts in bands that grow by a twentieth."""

from __future__ import annotations

import math

__all__ = ["Spread"]

_SMALLEST = 0.1
_GROWTH = math.log(1.05)
_BANDS = 300


class Spread:
    """Values from 0 up. Quantiles are right to a twentieth; values above two days count as two days."""

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self._bands = [0] * _BANDS

    def add(self, value: float) -> None:
        """One more value; one below 0 counts as 0."""
        value = max(0.0, value)
        self.count += 1
        self.total += value
        band = 0 if value < _SMALLEST else 1 + int(math.log(value / _SMALLEST) / _GROWTH)
        self._bands[min(band, _BANDS - 1)] += 1

    @property
    def mean(self) -> float:
        """The mean, 0 of nothing."""
        return self.total / self.count if self.count else 0.0

    def quantile(self, share: float) -> float:
        """The value that this share of all values does not exceed; 0 of nothing."""
        wanted, seen = math.ceil(share * self.count), 0
        if not self.count:
            return 0.0
        for band, count in enumerate(self._bands):
            seen += count
            if seen >= wanted:
                return 0.0 if band == 0 else _SMALLEST * math.exp((band - 0.5) * _GROWTH)
        return 0.0
