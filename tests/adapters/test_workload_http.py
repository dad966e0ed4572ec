"""An HTTP address as a source of offline workload: pages, marks, limits, and what never leaves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from evenhand.adapters.workload.http import HttpReader
from evenhand.adapters.workload.json_paths import dig
from evenhand.errors import EvenhandError, SourceUnavailable, TableFault
from evenhand.host.source_feed import told
from evenhand.model.workload_sources import Paging, WorkloadSource
from tests.adapters.local_server import Asked, LocalServer, Says

SECRET = "Bearer s3cr3t"
ROWS = [
    {"agent": name, "call_type": "billing", "amount": place} for place, name in enumerate("abcde", start=1)
]


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer(lambda asked: Says(ROWS)) as opened:
        yield opened


def reader(server: LocalServer, **more: Any) -> HttpReader:
    given: dict[str, Any] = {"url": server.url + "/work?of=desk", "time_limit": 5.0, **more}
    return HttpReader(WorkloadSource(name="desk", kind="http", **given), {"TOKEN": SECRET + "\n"})


def loads(read: HttpReader) -> dict[str, float]:
    return {row.agent: row.kinds["workload"] for row in read.read().observations}


ALL = {name: float(place) for place, name in enumerate("abcde", start=1)}


def test_an_answer_is_mapped_by_paths(server: LocalServer) -> None:
    """Agent, call type, kind, state and amount are found by paths; nobody's work is left out and counted."""
    issue = {
        "key": "X-1",
        "fields": {
            "assignee": {"mail": "ana@example.com"},
            "type": {"name": "mortgage_file"},
            "status": "new",
        },
        "points": [3],
    }
    nobody = {"key": "X-2", "fields": {"assignee": None}, "points": [1]}
    server.answer = lambda asked: Says({"data": {"issues": [issue, issue, nobody]}})
    reading = reader(
        server,
        rows="data.issues",
        call_types=("billing", "loans"),
        agent_until="@",
        agents={"ana": "anna"},
        fields={
            "agent": "fields.assignee.mail",
            "kind": "fields.type.name",
            "state": "fields.status",
            "amount": "points.0",
            "id": "key",
        },
    ).read()
    assert [(row.call_type, row.agent, row.kinds, row.states) for row in reading.observations] == [
        ("billing", "anna", {}, {"mortgage_file": {"new": 3.0}}),
        ("loans", "anna", {}, {"mortgage_file": {"new": 3.0}}),
    ]
    assert (reading.rows, reading.unassigned) == (3, 1)


def test_rows_without_an_amount_count_as_one_each(server: LocalServer) -> None:
    """A list of tickets is counted."""
    server.answer = lambda asked: Says(
        [{"agent": "a", "call_type": "x"}] * 3 + [{"agent": "b", "call_type": "x"}]
    )
    assert loads(reader(server)) == {"a": 3.0, "b": 1.0}


@pytest.mark.parametrize("by", ["path", "link", "token", "offset"])
def test_every_page_is_read(server: LocalServer, by: str) -> None:
    """However the pages are chained, all are read, the parameters stay, and the size is asked for."""

    def answer(asked: Asked) -> Says:
        start = int(asked.parameters.get("start", "0"))
        assert asked.parameters["of"] == "desk"
        assert asked.parameters["size"] == "2"
        more = start + 2 < len(ROWS)
        then = f"/work?of=desk&size=2&start={start + 2}"
        body: dict[str, Any] = {"rows": ROWS[start : start + 2]}
        headers = {}
        if more and by == "path":
            body["meta"] = {"next": then}
        if more and by == "link":
            headers["Link"] = f'<{server.url}/first>; rel="first", <{server.url}{then}>; rel="next"'
        if more and by == "token":
            body["meta"] = {"next": str(start + 2)}
        return Says(body, headers=headers)

    server.answer = answer
    paging = Paging(by=by, path="meta.next", parameter="start", size=2, size_parameter="size")  # type: ignore[arg-type]
    assert loads(reader(server, rows="rows", paging=paging)) == ALL
    assert len(server.asked) == 3


def test_a_failure_on_the_last_page_leaves_all_pages_out(server: LocalServer) -> None:
    """Half a list is no reading."""
    server.answer = lambda asked: Says(status=500) if "start" in asked.parameters else Says(ROWS[:2])
    with pytest.raises(SourceUnavailable, match="answered 500"):
        reader(server, paging=Paging(by="offset", parameter="start", size=2)).read()


def test_pages_without_end_are_a_failure(server: LocalServer) -> None:
    """A source that always has another page is given up, and so is one that leads to itself."""
    server.answer = lambda asked: Says({"rows": [], "next": f"/work?{len(server.asked)}"})
    with pytest.raises(SourceUnavailable, match="more than 3 pages"):
        reader(server, rows="rows", paging=Paging(by="path", path="next", most=3)).read()
    server.answer = lambda asked: Says({"rows": [], "next": "/work?of=desk"})
    with pytest.raises(SourceUnavailable, match="same page again"):
        reader(server, rows="rows", paging=Paging(by="path", path="next")).read()


def test_a_mark_saves_the_answer(server: LocalServer) -> None:
    """What did not change is not sent again; after a change it is."""
    server.answer = lambda asked: (
        Says(status=304)
        if asked.headers.get("if-none-match") == '"1"'
        else Says(ROWS, headers={"ETag": '"1"'})
    )
    desk = reader(server)
    assert not desk.read().unchanged
    assert desk.read().unchanged
    server.answer = lambda asked: Says(ROWS[:1], headers={"ETag": '"2"'})
    assert loads(desk) == {"a": 1.0}
    assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, '"1"', '"1"']


def test_a_mark_of_bad_rows_is_not_kept(server: LocalServer) -> None:
    """Rows that were not taken are not called unchanged the next time."""
    server.answer = lambda asked: Says(
        [{"agent": "a", "call_type": "x", "amount": "?"}], headers={"ETag": '"1"'}
    )
    desk = reader(server)
    for _ in range(2):
        with pytest.raises(TableFault):
            desk.read()
    assert "if-none-match" not in server.asked[1].headers


def test_the_secret_goes_to_the_one_origin(server: LocalServer) -> None:
    """The header's value comes from the environment, and neither a redirect nor a next page takes it away."""
    secret = {"Authorization": "TOKEN"}
    with LocalServer(lambda asked: Says(ROWS)) as other:
        assert loads(reader(server, secret_headers=secret)) == ALL
        assert server.asked[0].headers["authorization"] == SECRET
        server.answer = lambda asked: Says(status=302, headers={"Location": other.url + "/work"})
        with pytest.raises(SourceUnavailable, match="redirects are not followed"):
            reader(server, secret_headers=secret).read()
        server.answer = lambda asked: Says({"rows": [], "next": other.url + "/work"})
        leads_away = reader(server, rows="rows", secret_headers=secret, paging=Paging(by="path", path="next"))
        with pytest.raises(SourceUnavailable, match="another origin"):
            leads_away.read()
        assert other.asked == []


@pytest.mark.parametrize(
    "says",
    [
        Says(status=401),
        Says(status=403),
        Says(status=404),
        Says(status=429, headers={"Retry-After": "17"}),
        Says(status=500, body=SECRET),
        Says(b"<html>"),
        Says(b'[{"agent": "a"', headers={"Content-Length": "500"}),
        Says({"other": SECRET}),
        Says([{"agent": [SECRET[:3]], "call_type": "x"}]),
        Says(b"\xff\xfe"),
    ],
    ids=lambda says: f"{says.status} {str(says.body)[:12]}",
)
def test_no_failure_shows_a_secret(server: LocalServer, says: Says) -> None:
    """Whatever goes wrong, what is said of it holds neither the header nor the address's parameters."""
    server.answer = lambda asked: says
    with pytest.raises(EvenhandError) as failed:
        reader(server, secret_headers={"Authorization": "TOKEN"}, parameters={"key": "hush"}).read()
    text = told(failed.value) + str(failed.value) + repr(failed.value.__cause__)
    assert "s3cr3t" not in text
    assert "hush" not in text
    assert failed.value.__cause__ is None or "hush" not in str(failed.value.__cause__)
    if says.status == 429:
        assert isinstance(failed.value, SourceUnavailable)
        assert failed.value.retry_after == 17.0
    if says.status in (401, 403):
        assert "look at TOKEN" in text


def test_a_secret_that_is_missing_or_broken_is_named_and_not_shown(server: LocalServer) -> None:
    """The variable is named; nobody is asked without it."""
    source = WorkloadSource(
        name="desk", kind="http", url=server.url, secret_headers={"Authorization": "TOKEN"}
    )
    for value in ("", "s3cr\r\nX: 1 t"):
        with pytest.raises(SourceUnavailable, match="the environment variable TOKEN") as failed:
            HttpReader(source, {"TOKEN": value}).read()
        assert "s3cr" not in str(failed.value)
    assert server.asked == []


def test_a_slow_answer_ends_at_the_limit(server: LocalServer) -> None:
    """Neither silence nor a trickle lasts longer than the source's limit."""
    import threading

    release = threading.Event()

    def answer(asked: Asked) -> Says:
        release.wait(5.0)
        return Says(ROWS)

    server.answer = answer
    began = time.monotonic()
    try:
        with pytest.raises(SourceUnavailable, match=r"did not answer within 0\.2 s"):
            reader(server, time_limit=0.2).read()
    finally:
        release.set()
    assert time.monotonic() - began < 4.0


def test_nobody_at_the_address_is_a_failure(server: LocalServer) -> None:
    """A closed port says so, with the address and without its parameters."""
    source = WorkloadSource(name="desk", kind="http", url="http://127.0.0.1:1/work?key=hush")
    with pytest.raises(SourceUnavailable, match=r"http://127\.0\.0\.1:1/work cannot be reached") as failed:
        HttpReader(source, {}).read()
    assert "hush" not in str(failed.value)


def test_many_bad_rows_are_named_by_page_and_row(server: LocalServer) -> None:
    """Each has its page, its row, its field and the way out."""
    bad = [
        {"agent": "a", "call_type": "x", "amount": -1},
        {"agent": {"n": 1}, "call_type": "x"},
        {"agent": "b"},
    ]
    pages = [ROWS[:2], bad[:2], bad[2:]]
    server.answer = lambda asked: Says(pages[int(asked.parameters.get("start", "0")) // 2])
    with pytest.raises(TableFault) as failed:
        reader(server, paging=Paging(by="offset", parameter="start", size=2)).read()
    assert [(one.block, one.field) for one in failed.value.findings] == [
        ("page 2, row 1", "amount"),
        ("page 2, row 2", "agent"),
        ("page 3, row 1", "call_type"),
    ]
    assert all(one.way_out for one in failed.value.findings)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b", 1),
        ("a.c.0", 5),
        ("a.c.7", ...),
        ("a.c.x", ...),
        ("x.y", 2),
        ("n.more.of.it", None),
        ("a.b.c", ...),
        ("nothing", ...),
        ("s.name", 3),
    ],
)
def test_a_path_leads_to_its_value(path: str, found: Any) -> None:
    """Names, places in lists, keys with dots; beneath null there is null."""
    value = {"a": {"b": 1, "c": [5]}, "x.y": 2, "n": None, "s": {"name": 3}, "s.other": 4}
    assert dig(value, path) is found or dig(value, path) == found
