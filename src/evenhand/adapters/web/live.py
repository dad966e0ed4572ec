"""What the pages see: tables of rows, one for each topic, and what changes in them, told to whoever follows.

A topic is a map from keys to JSON rows (`board` has `agent/anna`, `queue/Mortgages` …). Who follows one is
told all rows, then frames of changes, numbered without a gap. A frame is built once and shared by everybody.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from evenhand.adapters.web.frames import text_frame

__all__ = ["Follower", "Hub", "Topic"]

_KEPT_FRAMES = 128


class Follower(Protocol):
    """One who follows topics: a page's connection."""

    def write_frame(self, frame: bytes) -> bool:
        """Take a frame; never waits. False when the follower is gone or too slow, and is let go."""


class Topic:
    """One table: its rows as JSON, the number of its last frame, the frames of late, and who follows."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: dict[str, msgspec.Raw] = {}
        self.sequence = 0
        self.frames: deque[tuple[int, bytes]] = deque(maxlen=_KEPT_FRAMES)
        self.followers: dict[Follower, None] = {}
        self.set: dict[str, msgspec.Raw] = {}
        self.dropped: dict[str, None] = {}


class Hub:
    """All topics of one centre. `now` is the centre's time; `speed` how many of its seconds pass in one.

    `epoch` is this process's own: numbers of frames mean nothing beyond it.
    """

    def __init__(self, now: Callable[[], float], speed: float = 1.0) -> None:
        self.now = now
        self.speed = speed
        self.epoch = secrets.token_hex(4)
        self.filled: dict[str, Callable[[str], None]] = {}
        """Beginnings of topics that have rows only once somebody follows them → who fills them then."""
        self._topics: dict[str, Topic] = {}
        self._changed: dict[str, Topic] = {}
        self._encoder = msgspec.json.Encoder()

    def topic(self, name: str) -> Topic:
        """The topic of this name; it exists from now on."""
        found = self._topics.get(name)
        if found is None:
            found = self._topics[name] = Topic(name)
        return found

    def put(self, topic: str, key: str, row: Any) -> None:
        """This is the row now (None: there is none). What is not different is not told."""
        table = self.topic(topic)
        if row is None:
            if table.rows.pop(key, None) is None:
                return
            table.set.pop(key, None)
            table.dropped[key] = None
        else:
            raw = msgspec.Raw(self._encoder.encode(row))
            if table.rows.get(key) == raw:
                return
            table.rows[key] = table.set[key] = raw
            table.dropped.pop(key, None)
        self._changed[topic] = table

    def close_topic(self, name: str) -> None:
        """Nothing more will be told here; followers have had all of it."""
        self.flush()
        self._topics.pop(name, None)

    def flush(self) -> None:
        """Tell what changed since the last time, one frame for each topic."""
        if not self._changed:
            return
        changed, self._changed = self._changed, {}
        for topic in changed.values():
            topic.sequence += 1
            frame = self._frame(topic, set=topic.set, drop=list(topic.dropped))
            topic.set, topic.dropped = {}, {}
            topic.frames.append((topic.sequence, frame))
            for follower in list(topic.followers):
                if not follower.write_frame(frame):
                    topic.followers.pop(follower, None)

    def _frame(self, topic: Topic, **rows: Any) -> bytes:
        head = {
            "topic": topic.name,
            "epoch": self.epoch,
            "seq": topic.sequence,
            "now": self.now(),
            "speed": self.speed,
        }
        return text_frame(self._encoder.encode({**head, **rows}))

    def follow(self, name: str, follower: Follower, epoch: str = "", after: int = -1) -> None:
        """Tell this follower all rows, or only the frames since `after` if they are all still here; then go on."""
        if name not in self._topics:
            for beginning, fill in self.filled.items():
                if name.startswith(beginning):
                    fill(name)
        self.flush()
        topic = self.topic(name)
        missed = topic.sequence - after
        if epoch == self.epoch and 0 <= missed <= len(topic.frames):
            frames = [frame for number, frame in topic.frames if number > after]
        else:
            frames = [self._frame(topic, all=topic.rows)]
        for frame in frames:
            if not follower.write_frame(frame):
                return
        topic.followers[follower] = None

    def leave(self, name: str, follower: Follower) -> None:
        """This follower wants no more of this topic."""
        topic = self._topics.get(name)
        if topic is not None:
            topic.followers.pop(follower, None)

    def is_followed(self, name: str) -> bool:
        """Whether anybody follows this topic."""
        topic = self._topics.get(name)
        return topic is not None and bool(topic.followers)

    def leave_all(self, follower: Follower) -> None:
        """This follower is gone."""
        for topic in self._topics.values():
            topic.followers.pop(follower, None)
