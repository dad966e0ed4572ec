"""What a hostile client sends is refused clearly; nothing is lost, and others notice nothing."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from evenhand.adapters.web.guarded_http import LARGEST_HEAD, GuardedHttp
from evenhand.model.facts import ContactInitiated
from tests.web.conftest import PASSWORD, Site


@pytest.fixture(scope="module")
def patient_site(shared_site: Site) -> Iterator[Site]:
    """A site whose patience is short, so that tests need not wait."""
    GuardedHttp.head_seconds, before = 0.5, GuardedHttp.head_seconds
    shared_site.web.limits.body_seconds = 0.5
    yield shared_site
    GuardedHttp.head_seconds = before


def raw(site: Site, *parts: bytes) -> bytes:
    """Send these bytes and read until the server closes, or nothing more comes for a while."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as wire:
        for part in parts:
            try:
                wire.sendall(part)
            except OSError:
                break
        return drained(wire)


def drained(wire: socket.socket) -> bytes:
    wire.settimeout(10)
    found = b""
    try:
        while part := wire.recv(65_536):
            found += part
    except OSError:
        return found
    return found


def head(method: str, path: str, **fields: str | int) -> bytes:
    lines = [f"{method} /api/v1{path} HTTP/1.1", "host: x", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def code_of(answer: bytes) -> tuple[int, str]:
    """Status and code of an answer."""
    top, _, body = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(body)["code"]


def works(site: Site) -> bool:
    """Whether somebody else is served, and quickly."""
    began = time.monotonic()
    return site.visitor().ask("GET", "/health").status == 200 and time.monotonic() - began < 5.0


def test_ten_megabytes_that_are_announced_are_refused_at_once(shared_site: Site) -> None:
    answer = raw(shared_site, head("POST", "/session", content_length=10_000_000))
    assert code_of(answer) == (413, "too_large")


def test_ten_megabytes_that_come_all_the_same_are_refused(shared_site: Site) -> None:
    body = b"[" + b"1," * 5_000_000
    answer = raw(shared_site, head("POST", "/session", content_length=len(body)), body)
    assert answer == b"" or code_of(answer) == (413, "too_large")
    assert works(shared_site)


def test_ten_megabytes_in_chunks_are_refused(shared_site: Site) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    answer = raw(shared_site, head("POST", "/session", transfer_encoding="chunked"), *[chunk] * 160)
    assert answer == b"" or code_of(answer) == (413, "too_large")
    assert works(shared_site)


def test_a_head_without_an_end_is_refused(shared_site: Site) -> None:
    lines = (b"x-%d: " % number + b"y" * 1_000 + b"\r\n" for number in range(10_000))
    answer = raw(shared_site, b"GET / HTTP/1.1\r\n", *lines)
    assert answer == b"" or code_of(answer) == (431, "too_large")
    assert works(shared_site)


@pytest.mark.parametrize("field", ["cookie", "authorization", "x-csrf-token", "origin", "idempotency-key"])
def test_a_field_that_is_too_long_is_refused(shared_site: Site, field: str) -> None:
    answer = raw(shared_site, head("GET", "/session", **{field: "x" * LARGEST_HEAD}))
    assert code_of(answer) == (431, "too_large")


def test_a_path_that_is_too_long_is_refused(shared_site: Site) -> None:
    assert code_of(raw(shared_site, head("GET", "/queues/" + "x" * 100_000))) == (431, "too_large")


@pytest.mark.parametrize(
    "garbage",
    [b"\x00" * 100, b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET /\xff HTTP/1.1\r\n\r\n", b"\n" * 9],
    ids=lambda garbage: repr(garbage)[:30],
)
def test_what_is_no_http_is_refused(patient_site: Site, garbage: bytes) -> None:
    answer = raw(patient_site, garbage)
    assert answer == b"" or code_of(answer) in ((400, "not_http"), (408, "too_slow"))


def test_two_lengths_are_refused(shared_site: Site) -> None:
    """Whoever reads one length and forwards by another can be made to mix up two people's requests."""
    sent = head("POST", "/session", content_length=2, transfer_encoding="chunked") + b"0\r\n\r\n{}"
    assert code_of(raw(shared_site, sent)) == (400, "not_http")
    twice = head("POST", "/session")[:-2] + b"content-length: 2\r\ncontent-length: 9\r\n\r\n{}"
    assert code_of(raw(shared_site, twice)) == (400, "not_http")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"name": "\xff\xfe", "password": "x"}', 400),
        (b'{"name": "\\ud800", "password": "x"}', 400),
        (b"[" * 30_000, 422),
        (b'{"name":' * 7_000, 422),
        (b'{"name": "a", "more": ' + b"[" * 30_000, 422),
        (b'{"name": NaN, "password": "x"}', 400),
        (b'{"name": 1e999, "password": "x"}', 422),
        (b'{"name": "a", "password": "b", "more": 1}', 422),
        (b"null", 422),
        (b'\xef\xbb\xbf{"name": "a", "password": "b"}', 400),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_json_of_the_right_kind_is_refused(shared_site: Site, body: bytes, expected: int) -> None:
    reply = shared_site.visitor().ask("POST", "/session", body)
    assert reply.status == expected, reply.text
    assert reply.json["message"]


def test_a_form_of_another_site_is_no_json(shared_site: Site) -> None:
    body = json.dumps({"name": "anna", "password": PASSWORD}).encode()
    reply = shared_site.visitor().ask("POST", "/session", body, content_type="text/plain")
    assert (reply.status, reply.json["code"]) == (415, "not_json")


@pytest.mark.parametrize("length", [101, 10_000])
def test_a_name_of_ten_thousand_characters_is_refused(shared_site: Site, length: int) -> None:
    root = shared_site.visitor("root")
    body = {"name": "n" * length, "role": "agent", "agent": "anna", "password": PASSWORD}
    assert root.ask("POST", "/users", body).status == 422
    assert root.ask("POST", "/keys", {"name": "n" * length, "role": "agent"}).status == 422
    assert root.ask("GET", "/queues/" + "n" * length).status == 404
    login = shared_site.visitor().ask("POST", "/session", {"name": "n" * length, "password": "p" * length})
    assert login.status == 401


@pytest.mark.parametrize(
    "fields",
    [
        {"dialled": "+12025550101", "number": "1" * 10_000},
        {"dialled": "1" * 10_000},
        {"dialled": "+12025550101", "name": "n" * 10_000},
        {"dialled": "+12025550101", "attributes": {"a" * 10_000: "x"}},
        {"dialled": "+12025550101", "attributes": {str(n): "x" for n in range(1_000)}},
        {"dialled": "+12025550101", "attributes": {"a": {"b": "c"}}},
        {"dialled": "+12025550101", "channel": "SMOKE"},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_a_contact_with_absurd_data_does_not_begin(shared_site: Site, fields: dict[str, Any]) -> None:
    before = len(shared_site.web.host.centre.contacts)
    reply = shared_site.visitor().ask("POST", "/phone", fields)
    assert reply.status in (404, 422)
    assert len(shared_site.web.host.centre.contacts) == before


def test_a_head_that_does_not_come_is_not_waited_for(patient_site: Site) -> None:
    answer = raw(patient_site, b"GET / HTTP/1.1\r\nhost:")
    assert code_of(answer) == (408, "too_slow")


def test_the_second_head_of_a_connection_has_its_time_too(patient_site: Site) -> None:
    first = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", patient_site.port), timeout=10) as wire:
        wire.sendall(first)
        answered = b""
        while not answered.endswith(b"}"):
            answered += wire.recv(65_536)
        assert b"200 OK" in answered
        wire.sendall(b"GET /health HTTP/1.1\r\nho")
        assert code_of(drained(wire)) == (408, "too_slow")


def test_a_body_that_does_not_come_is_not_waited_for(patient_site: Site) -> None:
    answer = raw(patient_site, head("POST", "/session", content_length=50), b'{"name"')
    assert code_of(answer) == (408, "too_slow")


def test_half_open_sockets_hold_up_nobody_and_are_let_go(patient_site: Site) -> None:
    wires = [socket.create_connection(("127.0.0.1", patient_site.port), timeout=10) for _ in range(200)]
    for number, wire in enumerate(wires):
        if number % 2:
            wire.sendall(b"POST /api/v1/session HTTP/1.1\r\ncontent-le")
    assert works(patient_site)
    for wire in wires:
        drained(wire)
        wire.close()
    assert works(patient_site)


def test_who_hangs_up_in_the_middle_leaves_nothing_behind(shared_site: Site) -> None:
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", shared_site.port), timeout=10) as wire:
            wire.sendall(head("POST", "/session", content_length=50) + b'{"na')
    assert works(shared_site)


def test_through_all_of_this_nothing_was_lost(shared_site: Site) -> None:
    """A contact that began before and one that begins now are both there, and in the journal."""
    reply = shared_site.visitor().ask("POST", "/phone", {"dialled": "+12025550101", "number": "+12025550199"})
    assert reply.status == 201
    kept = [
        fact.contact_id
        for entry in shared_site.web.journal.read()
        for fact in entry.facts
        if isinstance(fact, ContactInitiated)
    ]
    assert reply.json["contactId"] in kept
    assert shared_site.web.host.failure is None
