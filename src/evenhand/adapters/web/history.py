"""What the journal tells of the past: metrics of an interval and of this moment, records and events.

Each view is fed from the journal when somebody asks, from where it had come to, in a thread of its own turn:
the first question after a start reads everything, the next ones only what is new. What is kept is bounded; a
question about more than that reads the journal again.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import msgspec

from evenhand.host.ports import Entry, Journal
from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import Fact
from evenhand.model.inputs import CentreDefined
from evenhand.model.units import Instant, Seconds
from evenhand.records.agent_events import AgentEvents
from evenhand.records.contact_events import ContactEvents
from evenhand.records.contact_life import Contacts
from evenhand.records.contact_record import contact, contact_trace_record
from evenhand.records.metric_definitions import Threshold
from evenhand.records.metric_rows import MetricRows
from evenhand.records.metrics import Group, Grouping, metrics
from evenhand.records.metrics_now import MetricsNow, NowGroup, NowGrouping

__all__ = ["KEPT_SECONDS", "MOST_KEPT", "History", "Item", "Page", "Position"]

KEPT_SECONDS: Seconds = 36 * 3600.0
"""What metrics count is kept for so long."""

MOST_KEPT = 5_000
"""So many records or events are kept of each kind."""

Position = tuple[int, int]
"""A place in a stream: the journal's entry, and the number among what came of it."""


class Item(msgspec.Struct, frozen=True):
    """One record or event as JSON, where it stands, and whose it is ('' : no agent had to do with it)."""

    at: Position
    agent: str
    text: msgspec.Raw


class Page(msgspec.Struct, frozen=True):
    """Some items in order; `end` is where to go on, `more` whether something is there already."""

    items: tuple[Item, ...]
    end: Position
    more: bool


class _View(Protocol):
    def define(self, definition: CentreDefinition) -> None: ...

    def take(self, entry: Entry) -> None: ...


class _Cursor:
    """Feeds a view, each time to the journal's end."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.sequence = 0

    def feed(self, view: _View) -> None:
        for entry in self._journal.read(self.sequence + 1):
            if isinstance(entry.input, CentreDefined):
                view.define(entry.input.definition)
            view.take(entry)
            self.sequence = entry.sequence


# --- metrics ----------------------------------------------------------------------------------------------


class _Past:
    """What historical metrics count; of the rows, those of late."""

    def __init__(self, kept: Seconds) -> None:
        self.rows = MetricRows()
        self.horizon: Instant = -math.inf
        self._kept = kept

    def define(self, definition: CentreDefinition) -> None:
        self.rows.define(definition)

    def take(self, entry: Entry) -> None:
        self.rows.feed(entry.facts)
        self.rows.until(entry.at)

    def forget(self) -> None:
        """Let go of what is older than is kept."""
        rows, horizon = self.rows, self.rows.last - self._kept
        if rows.first is None or rows.first >= horizon:
            return
        self.horizon = horizon
        rows.contacts = [one for one in rows.contacts if one.at >= horizon]
        rows.moments = [one for one in rows.moments if one.at >= horizon]
        rows.times = [one for one in rows.times if one.until >= horizon]


class _Present:
    def __init__(self) -> None:
        self.picture = MetricsNow()

    def define(self, definition: CentreDefinition) -> None:
        self.picture.define(definition)

    def take(self, entry: Entry) -> None:
        self.picture.feed(entry.facts)


# --- records and events -----------------------------------------------------------------------------------

_Made = Callable[[tuple[Fact, ...], Instant], Iterator[tuple[str, dict[str, Any]]]]


def _records(shape: Callable[..., dict[str, Any]]) -> tuple[Callable[[CentreDefinition], None], _Made]:
    contacts = Contacts()

    def made(facts: tuple[Fact, ...], at: Instant) -> Iterator[tuple[str, dict[str, Any]]]:
        for life in contacts.feed(facts):
            yield life.agent, shape(life, contacts.resources)

    return contacts.define, made


def _contact_events() -> tuple[Callable[[CentreDefinition], None], _Made]:
    stream = ContactEvents()

    def made(facts: tuple[Fact, ...], at: Instant) -> Iterator[tuple[str, dict[str, Any]]]:
        for event in stream.feed(facts):
            life = stream.contacts.find(event["detail"]["contactId"])
            yield (life.agent if life is not None else ""), event

    return stream.define, made


def _agent_events() -> tuple[Callable[[CentreDefinition], None], _Made]:
    stream = AgentEvents()

    def made(facts: tuple[Fact, ...], at: Instant) -> Iterator[tuple[str, dict[str, Any]]]:
        for event in (*stream.until(at), *stream.feed(facts)):
            yield _username(event), event

    return stream.define, made


def _username(event: dict[str, Any]) -> str:
    now = event.get("CurrentAgentSnapshot") or event.get("PreviousAgentSnapshot") or {}
    return str(now.get("Configuration", {}).get("Username", ""))


_STREAMS: dict[str, Callable[[], tuple[Callable[[CentreDefinition], None], _Made]]] = {
    "records": lambda: _records(contact_trace_record),
    "records-api": lambda: _records(contact),
    "contact-events": _contact_events,
    "agent-events": _agent_events,
}


class _Stream:
    """The items of one kind; the last of them are kept."""

    def __init__(self, kind: str, kept: int) -> None:
        self.define, self._made = _STREAMS[kind]()
        self.items: deque[Item] = deque(maxlen=kept)
        self.dropped = False

    def of(self, entry: Entry) -> Iterator[Item]:
        """What comes of this entry."""
        for number, (agent, made) in enumerate(self._made(entry.facts, entry.at), 1):
            yield Item((entry.sequence, number), agent, msgspec.Raw(msgspec.json.encode(made)))

    def take(self, entry: Entry) -> None:
        for item in self.of(entry):
            self.dropped = self.dropped or len(self.items) == self.items.maxlen
            self.items.append(item)


class History:
    """All that can be asked about the past of one centre. `kept` and `kept_seconds` say how much is remembered."""

    def __init__(
        self, journal: Journal, *, kept: int = MOST_KEPT, kept_seconds: Seconds = KEPT_SECONDS
    ) -> None:
        self._journal = journal
        self._past, self._past_cursor = _Past(kept_seconds), _Cursor(journal)
        self._present, self._present_cursor = _Present(), _Cursor(journal)
        self._streams = {kind: (_Stream(kind, kept), _Cursor(journal)) for kind in _STREAMS}
        self._locks: dict[str, asyncio.Lock] = {}

    def _alone(self, name: str) -> asyncio.Lock:
        return self._locks.setdefault(name, asyncio.Lock())

    async def metrics(
        self, since: Instant | None, until: Instant | None, by: Sequence[Grouping], threshold: Seconds
    ) -> tuple[Instant, Instant, list[Group]]:
        """The interval that was meant and its groups; without `since` all, without `until` up to now."""

        def work() -> tuple[Instant, Instant, list[Group]]:
            self._past_cursor.feed(self._past)
            self._past.forget()
            past = self._past
            begin = since if since is not None else (past.rows.first or 0.0)
            end = until if until is not None else math.nextafter(past.rows.last, math.inf)
            if begin < past.horizon:
                past = _Past(math.inf)
                _Cursor(self._journal).feed(past)
            return begin, end, metrics(past.rows, begin, end, by, threshold=Threshold(threshold))

        async with self._alone("past"):
            return await asyncio.to_thread(work)

    async def metrics_now(
        self, now: Instant, by: Sequence[NowGrouping], estimate: Callable[[str, Any], Seconds | None]
    ) -> list[NowGroup]:
        """How things stand at this moment."""

        def work() -> list[NowGroup]:
            self._present_cursor.feed(self._present)
            return self._present.picture.groups(now, by, estimate=estimate)

        async with self._alone("present"):
            return await asyncio.to_thread(work)

    async def page(self, kind: str, after: Position, most: int, seen: Callable[[str], bool]) -> Page:
        """Up to `most` items after a place, of those whose agent may be seen."""

        def work() -> Page:
            stream, cursor = self._streams[kind]
            cursor.feed(stream)
            upto = cursor.sequence
            if stream.dropped and after < stream.items[0].at:
                found = self._again(kind, after, upto, most + 1, seen)
            else:
                found = [one for one in stream.items if one.at > after and seen(one.agent)][: most + 1]
            more = len(found) > most
            return Page(tuple(found[:most]), found[most - 1].at if more else max(after, (upto + 1, 0)), more)

        async with self._alone(kind):
            return await asyncio.to_thread(work)

    def _again(
        self, kind: str, after: Position, upto: int, most: int, seen: Callable[[str], bool]
    ) -> list[Item]:
        """The same from the journal's beginning: what comes of an entry depends on all before it."""
        stream, found = _Stream(kind, 0), list[Item]()
        for entry in self._journal.read():
            if entry.sequence > upto or len(found) >= most:
                break
            if isinstance(entry.input, CentreDefined):
                stream.define(entry.input.definition)
            found.extend(one for one in stream.of(entry) if one.at > after and seen(one.agent))
        return found[:most]
