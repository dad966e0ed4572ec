"""Pushed workload: what is taken, what is refused, and that sending again is safe."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.assessment.terms import terms_of
from evenhand.host.pushed import Ledger, PushAnswer, judge
from evenhand.model.definition import WorkloadContract
from evenhand.model.workload_sources import WorkloadSource

NOW = 1_800_000_000.0
SOURCE = WorkloadSource(name="portal", kind="push", token_from="T", agents={"a@x": "ana"})
TERMS = terms_of(WorkloadContract(sources=(SOURCE,)))[0]
ROW = {"agent": "ana", "callType": "billing", "kind": "file", "state": "new", "amount": 2}


def at(seconds: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(NOW + seconds, UTC).isoformat().replace("+00:00", "Z")


class Desk:
    """The ledger, and when each row was last observed."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.newest: dict[tuple[str, str], float] = {}

    def push(self, event: str = "e1", seconds: float = -5.0, **more: Any) -> PushAnswer:
        return self.raw(json.dumps({"event": event, "at": at(seconds), "rows": [ROW], **more}).encode())

    def raw(self, body: bytes) -> PushAnswer:
        answer = judge(
            body,
            SOURCE,
            TERMS,
            self.ledger,
            NOW,
            newest=lambda call_type, agent: self.newest.get((call_type, agent), -math.inf),
            known=self.newest,
        )
        if answer.observed is not None:
            self.ledger.keep(answer.body["event"], body, answer.body)
            for row in answer.observed.rows:
                self.newest[row.call_type, row.agent] = answer.observed.observed_at
            for gone in answer.observed.gone:
                del self.newest[gone]
        return answer


def test_an_event_is_taken() -> None:
    """What it says becomes an observation of its time, under the names of the centre."""
    answer = Desk().push(rows=[ROW, {"agent": "a@x", "callType": "billing", "kind": "mail"}])
    assert (answer.status, answer.body) == (202, {"event": "e1", "taken": 1, "ignored": 0})
    assert answer.observed is not None
    (row,) = answer.observed.rows
    assert (row.agent, row.kinds, row.states) == ("ana", {"mail": 1.0}, {"file": {"new": 2.0}})
    assert (answer.observed.observed_at, answer.observed.whole) == (NOW - 5.0, False)


def test_an_event_that_was_taken_is_taken_once() -> None:
    """Sending it again gives the same answer and changes nothing; its id for something else is refused."""
    desk = Desk()
    first = desk.push()
    again = desk.push()
    assert (again.status, again.body, again.observed) == (200, first.body, None)
    assert desk.push(seconds=-4.0).status == 409


def test_the_order_is_that_of_the_time_stamps() -> None:
    """An event that comes late is taken for whom nothing newer is known, and refused if that is nobody."""
    desk = Desk()
    desk.push("e2", -5.0)
    late = desk.push("e1", -9.0, rows=[ROW, {"agent": "bo", "callType": "billing"}])
    assert (late.status, late.body["taken"], late.body["ignored"]) == (202, 1, 1)
    assert late.observed is not None
    assert [row.agent for row in late.observed.rows] == ["bo"]
    assert desk.push("e0", -10.0).status == 409


def test_the_stale_and_the_future_are_refused() -> None:
    """Older than the freshness, or from later than clocks may differ."""
    assert Desk().push(seconds=-299.0).status == 202
    assert Desk().push(seconds=-300.0).status == 422
    assert Desk().push(seconds=59.0).status == 202
    assert Desk().push(seconds=61.0).status == 422


def test_a_whole_event_ends_what_it_does_not_name() -> None:
    """Who is not in it has no work, unless something newer is known of them."""
    desk = Desk()
    desk.push(
        "e1", -20.0, rows=[ROW, {"agent": "bo", "callType": "billing"}, {"agent": "cy", "callType": "x"}]
    )
    desk.push("e2", -5.0, rows=[{"agent": "cy", "callType": "x"}])
    answer = desk.push("e3", -10.0, rows=[ROW], whole=True)
    assert answer.observed is not None
    assert (answer.observed.gone, answer.observed.whole) == ((("billing", "bo"),), False)
    answer = desk.push("e4", -1.0, rows=[ROW], whole=True)
    assert answer.observed is not None
    assert (answer.observed.gone, answer.observed.whole) == ((("x", "cy"),), True)


def test_an_agent_can_be_ended_by_name() -> None:
    """Nothing else of the event is needed."""
    desk = Desk()
    desk.push()
    answer = desk.push("e2", -1.0, rows=[], gone=[{"agent": "a@x", "callType": "billing"}])
    assert answer.observed is not None
    assert (answer.status, answer.observed.gone) == (202, (("billing", "ana"),))


def test_an_empty_event_is_a_sign_of_life() -> None:
    """It makes the source young without a row."""
    answer = Desk().push(rows=[])
    assert answer.observed is not None
    assert (answer.status, answer.observed.rows, answer.observed.gone) == (202, (), ())


def test_every_bad_row_is_named_and_nothing_is_taken() -> None:
    """All at once, each with its place and the way out."""
    rows = [
        ROW,
        "x",
        {"agent": "", "callType": "b"},
        {**ROW, "amount": -1},
        {"agent": "bo"},
        {**ROW, "more": 1},
    ]
    answer = Desk().push(rows=rows)
    assert (answer.status, answer.observed) == (400, None)
    named = [(one["place"], one["field"]) for one in answer.body["rows"]]
    assert sorted(named) == [
        ("row 2", ""),
        ("row 3", "agent"),
        ("row 4", "amount"),
        ("row 5", "call_type"),
        ("row 6", "more"),
    ]
    assert all(one["message"] and one["wayOut"] for one in answer.body["rows"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"event": "e"}',
        b'{"event": "e", "at": "yesterday"}',
        b'{"event": "e", "at": "2026-03-01T09:00:00"}',
        b'{"event": "", "at": "2026-03-01T09:00:00Z"}',
        b'{"event": "e", "at": "2026-03-01T09:00:00Z", "more": 1}',
        b'\xff{"event": "e"}',
    ],
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    """With a reason, and never with an exception."""
    answer = Desk().raw(body)
    assert (answer.status, answer.observed) == (400, None)
    assert answer.body["error"]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(-290, 0), st.sampled_from("abc"), st.integers(0, 9)))
)
def test_any_order_and_any_repetition_end_the_same(events: list[tuple[int, int, str, int]]) -> None:
    """Events that come twice and out of order leave what the newest of each agent said."""

    def final(order: list[tuple[int, int, str, int]]) -> dict[str, tuple[float, float]]:
        desk, held = Desk(), {}
        for number, seconds, agent, amount in order:
            row = {"agent": agent, "callType": "billing", "kind": "w", "amount": amount}
            answer = desk.push(f"{number} {seconds} {agent} {amount}", float(seconds), rows=[row])
            if answer.observed is not None:
                held[agent] = (answer.observed.observed_at, answer.observed.rows[0].kinds["w"])
        return held

    once = sorted(
        {(agent, seconds): (n, seconds, agent, amount) for n, seconds, agent, amount in events}.values(),
        key=lambda one: one[1],
    )
    assert final(once) == final([*reversed(once), *once])


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["event", "at", "rows", "gone", "whole", "agent", "callType", "amount"]),
                inner,
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_body_raises(body: bytes) -> None:
    """Whatever is sent gets an answer."""
    assert Desk().raw(body).status in (202, 400, 422)
