"""How often one may: a bucket of tokens for each address or name, which fills again with time."""

from __future__ import annotations

from collections import OrderedDict

from evenhand.adapters.web.faults import ApiFault

__all__ = ["Bucket", "Limits"]

_MOST_KEPT = 10_000


class Bucket:
    """`most` at once, and `most` again in `seconds`. Of many thousand names the oldest are forgotten."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._rate = most / seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @property
    def kept(self) -> int:
        """How many names are remembered."""
        return len(self._left)

    def take(self, name: str, now: float) -> float:
        """Take one for this name. Answers 0, or the seconds to wait when there is none."""
        left, since = self._left.pop(name, (float(self._most), now))
        left = min(float(self._most), left + (now - since) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._left[name] = (left - 1 if wait == 0.0 else left, now)
        if len(self._left) > _MOST_KEPT:
            self._left.popitem(last=False)
        return wait


class Limits:
    """The limits of one centre's web server. Times are real seconds."""

    def __init__(self) -> None:
        self.logins = Bucket(10, 60.0)
        self.logins_of_address = Bucket(30, 60.0)
        self.contacts = Bucket(20, 60.0)
        self.words = Bucket(40, 20.0)
        self.body_seconds = 20.0
        """How long a body may take to come."""
        self.check_seconds = 15.0
        """How often it is looked whether who follows the live channel still may."""

    @staticmethod
    def check(bucket: Bucket, name: str, now: float, what: str) -> None:
        """Raises the answer 429 when it is too often."""
        wait = bucket.take(name, now)
        if wait > 0:
            seconds = max(1, round(wait + 0.5))
            raise ApiFault(
                429,
                "too_often",
                f"too many {what} from here",
                way_out=f"try again in {seconds} s",
                headers=(("retry-after", str(seconds)),),
            )
