"""Offline workload that others push: what a request says, whether it is taken, and what is answered.

`judge` is a function of the request's body and of what is known; whoever has a web server can call it, and
`PushDesk` does so for the centre. A request is an event:

    {"event": "e-17", "at": "2026-03-01T09:00:00Z",
     "rows": [{"agent": "anna", "callType": "billing", "kind": "mortgage_file", "state": "new", "amount": 3}],
     "gone": [{"agent": "ben", "callType": "billing"}], "whole": false}

It tells *all* the work of the agents it names, for the call types it names; `whole` says that there is no
other work at all. An event without rows is a sign of life.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from evenhand.assessment.terms import SourceTerms
from evenhand.errors import EvenhandError, Finding, TableFault
from evenhand.host.host import Host
from evenhand.host.source_rows import SourceRow, gather, name_here
from evenhand.model.inputs import WorkloadObserved
from evenhand.model.units import Instant, Seconds
from evenhand.model.workload_sources import WorkloadSource

__all__ = ["Ledger", "PushAnswer", "PushDesk", "judge"]

_AHEAD: Seconds = 60.0
"""Clocks differ; what comes from later than this is refused."""

_REMEMBERED = 10_000
_ROW_KEYS = ("agent", "callType", "kind", "state", "amount")


class PushAnswer(msgspec.Struct, frozen=True):
    """An HTTP status, the answer's JSON, and what the machine is to hear, if anything."""

    status: int
    body: dict[str, Any]
    observed: WorkloadObserved | None = None


class _Event(msgspec.Struct, forbid_unknown_fields=True):
    event: str
    at: str
    rows: list[Any] = []
    gone: list[dict[str, str]] = []
    whole: bool = False


class Ledger:
    """The events of late, each by its id with a digest and the answer that was given."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, dict[str, Any]]] = {}

    def find(self, event: str) -> tuple[bytes, dict[str, Any]] | None:
        """(digest, answer) of an event that was taken; None if it is not known."""
        return self._known.get(event)

    def keep(self, event: str, body: bytes, answer: dict[str, Any]) -> None:
        """This event was taken; the oldest is forgotten."""
        self._known[event] = (_digest(body), answer)
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]


def judge(
    body: bytes,
    source: WorkloadSource,
    terms: SourceTerms,
    ledger: Ledger,
    now: Instant,
    *,
    newest: Callable[[str, str], Instant],
    known: Iterable[tuple[str, str]],
) -> PushAnswer:
    """What comes of this request. `newest` tells when a row was last observed, `known` names all rows.

    202 it is taken; 200 it was taken before; 400 it cannot be read, with every bad row; 409 newer is known, or
    the id stands for another event; 422 it is older than the source's freshness, or from the future.
    """
    try:
        event = msgspec.json.decode(body, type=_Event)
        at = _instant(event.at)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        return _refused(400, f"this is no event: {error}")
    if not event.event or len(event.event) > 200:
        return _refused(400, "an event needs an id of 1 to 200 characters")
    before = ledger.find(event.event)
    if before is not None:
        if before[0] == _digest(body):
            return PushAnswer(200, before[1])
        return _refused(409, f"the id {event.event!r} stands for another event")
    if at > now + _AHEAD:
        return _refused(422, f"it is from {at - now:.0f} s ahead; set the clock")
    if at <= now - terms.freshness:
        return _refused(422, f"it is {now - at:.0f} s old, and after {terms.freshness:g} s it is stale")
    findings = [*_misshapen(event.rows), *_unnamed(event.gone)]
    rows = [_row(number, row) for number, row in enumerate(event.rows, start=1) if isinstance(row, dict)]
    try:
        reading = gather(rows, source)
    except TableFault as fault:
        findings += fault.findings
    if findings:
        named = [
            {"place": one.block, "field": one.field, "message": one.message, "wayOut": one.way_out}
            for one in findings
        ]
        return PushAnswer(400, {"error": "rows cannot be taken; nothing of the event was", "rows": named})
    gone = [(one["callType"], name_here(one["agent"], source)) for one in event.gone]
    found = {(row.call_type, row.agent) for row in reading.observations}
    if event.whole:
        gone = [one for one in known if one not in found]
    fresh = tuple(row for row in reading.observations if newest(row.call_type, row.agent) <= at)
    ended = tuple(sorted(one for one in gone if one not in found and newest(*one) <= at))
    count = len(reading.observations) + len(gone)
    if count and not fresh and not ended:
        return _refused(409, "all that it says is older than what is known")
    told = len(fresh) + len(ended)
    answer = {"event": event.event, "taken": told, "ignored": count - told}
    # Only what is told at once as a whole may call itself so: rows in it may be older than what is known.
    whole = event.whole and told == count
    return PushAnswer(202, answer, WorkloadObserved(at, fresh, source.name, whole, ended))


def _row(number: int, row: dict[str, Any]) -> SourceRow:
    agent, call_type, kind, state, amount = (row.get(key, ...) for key in _ROW_KEYS)
    return SourceRow(f"row {number}", agent, call_type, kind, state, amount, None)


def _misshapen(rows: list[Any]) -> Iterator[Finding]:
    """What is wrong with the form of rows; what they say is judged later."""
    for number, row in enumerate(rows, start=1):
        place = f"row {number}"
        if not isinstance(row, dict):
            yield _bad(place, "", f"{row!r} is not a row.", "Write an object.")
            continue
        for key in row:
            if key not in _ROW_KEYS:
                yield _bad(place, str(key), "There is no such key.", f"A row has {', '.join(_ROW_KEYS)}.")
        if not row.get("agent"):
            yield _bad(place, "agent", "It is missing.", "Say whose work it is.")


def _unnamed(gone: list[dict[str, str]]) -> Iterator[Finding]:
    for number, one in enumerate(gone, start=1):
        if set(one) != {"agent", "callType"}:
            yield _bad(f"gone {number}", "", "It does not name one row.", "Write agent and callType.")


def _bad(place: str, field: str, message: str, way_out: str) -> Finding:
    return Finding(block=place, field=field, code="not_a_row", message=message, way_out=way_out)


def _refused(status: int, reason: str) -> PushAnswer:
    return PushAnswer(status, {"error": reason})


def _instant(text: str) -> Instant:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; write it as 2026-03-01T09:00:00Z")
    return at.timestamp()


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()


class PushDesk:
    """Takes what is pushed for one source and tells the machine. Answers when it is durable."""

    def __init__(self, host: Host, source: WorkloadSource, terms: SourceTerms, token: str) -> None:
        self._host = host
        self._source = source
        self._terms = terms
        self._token = token.encode()
        self._ledger = Ledger()

    async def post(self, authorization: str, body: bytes) -> PushAnswer:
        """What comes of a request with this `Authorization` header."""
        wanted = b"Bearer " + self._token
        if not self._token or not hmac.compare_digest(authorization.encode(errors="replace"), wanted):
            return _refused(401, "the token is not the right one; send it as Authorization: Bearer …")
        state = self._host.centre.workload.state.sources.get(self._source.name)
        if state is None:
            return _refused(404, f"there is no workload source {self._source.name!r}")

        def newest(call_type: str, agent: str) -> Instant:
            seen = state.observed.get(call_type, {}).get(agent)
            return max(state.read_at, seen.at if seen is not None else -math.inf)

        known = [(call_type, agent) for call_type, agents in state.observed.items() for agent in agents]
        now = self._host.clock.now()
        answer = judge(body, self._source, self._terms, self._ledger, now, newest=newest, known=known)
        if answer.observed is not None:
            try:
                sequence = self._host.send(answer.observed)
                self._ledger.keep(answer.body["event"], body, answer.body)
                await self._host.saved(sequence)
            except EvenhandError as error:
                return _refused(503, error.message)
        return answer
