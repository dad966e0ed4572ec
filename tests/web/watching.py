"""Follows a topic from inside a test: the rows as they are told, and a wait until they are as expected."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from typing import Any

from evenhand.adapters.web.centre import WebCentre
from tests.web.conftest import Site

__all__ = ["Watch"]

Rows = dict[str, Any]


class Watch:
    """The rows of a topic. Frames come in the centre's thread and are taken in the test's."""

    def __init__(self, site: Site, topic: str = "board") -> None:
        self.rows: Rows = {}
        self._frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()

        async def follow(web: WebCentre) -> None:
            web.hub.follow(topic, self)

        site.run(follow)

    def write_frame(self, frame: bytes) -> bool:
        self._frames.put(frame)
        return True

    def until(self, seen: Callable[[Rows], Any]) -> Any:
        """Wait until this is so; answers what it answered."""
        self._take(self._frames.get_nowait) if not self._frames.empty() else None
        while not (found := self._look(seen)):
            self._take(lambda: self._frames.get(timeout=10))
        return found

    def row(self, key: str, **fields: Any) -> Any:
        """Wait until the row is there, with these values; answers it."""

        def there(rows: Rows) -> Any:
            row = rows.get(key)
            return row if row is not None and all(row[name] == one for name, one in fields.items()) else None

        return self.until(there)

    def _look(self, seen: Callable[[Rows], Any]) -> Any:
        try:
            return seen(self.rows)
        except KeyError:
            return None

    def _take(self, get: Callable[[], bytes]) -> None:
        frame = get()
        head = {126: 4, 127: 10}.get(frame[1], 2)
        told = json.loads(frame[head:])
        if "all" in told:
            self.rows = told["all"]
        else:
            self.rows = {**self.rows, **told["set"]}
            for key in told["drop"]:
                del self.rows[key]
