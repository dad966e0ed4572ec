"""The live channel: all rows, then numbered frames of changes; each sees only what is theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from evenhand.adapters.web.frames import text_frame
from evenhand.adapters.web.live import Hub
from tests.web.conftest import Site, Visitor


class Page:
    """A page's socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def follow(self, topic: str, **more: Any) -> dict[str, Any]:
        self.socket.send(json.dumps({"follow": topic, **more}))
        return self.frame()

    def frame(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=10))
        return frame


@contextmanager
def page_of(visitor: Visitor, **more: Any) -> Iterator[Page]:
    headers = {"Cookie": visitor.headers["cookie"]} if "cookie" in visitor.headers else {}
    with connect(f"ws://127.0.0.1:{visitor.port}/live", additional_headers=headers, **more) as socket:
        yield Page(socket)


def test_who_follows_is_told_all_rows_and_then_the_changes(site: Site) -> None:
    with page_of(site.visitor("eva")) as page:
        first = page.follow("board")
        assert first["all"]["agent/anna"]["status"] == "Offline"
        site.visitor("anna").ask("PUT", "/agents/anna/status", {"status": "Available"})
        change = page.frame()
    assert change["set"]["agent/anna"]["status"] == "Available"
    assert change["seq"] == first["seq"] + 1


def test_who_comes_again_is_told_what_they_missed_and_no_more(site: Site) -> None:
    eva = site.visitor("eva")
    with page_of(eva) as page:
        first = page.follow("board")
    with page_of(eva) as page:
        page.follow("board")
        for status in ("Available", "Offline"):
            site.visitor("anna").ask("PUT", "/agents/anna/status", {"status": status})
            page.frame()
    with page_of(eva) as page:
        missed = page.follow("board", epoch=first["epoch"], after=first["seq"])
        assert missed["set"]["agent/anna"]["status"] == "Available"
        assert page.frame()["set"]["agent/anna"]["status"] == "Offline"


def test_who_comes_again_after_a_restart_is_told_all_rows(site: Site) -> None:
    with page_of(site.visitor("eva")) as page:
        assert "all" in page.follow("board", epoch="another", after=0)


@pytest.mark.parametrize(
    ("name", "topic"), [("", "board"), ("anna", "board"), ("anna", "desk/ben"), ("anna", "phone/x")]
)
def test_what_is_not_theirs_is_refused(site: Site, name: str, topic: str) -> None:
    with page_of(site.visitor(name)) as page:
        assert page.follow(topic) == {"topic": topic, "refused": True}


def test_a_page_of_another_site_gets_no_socket(site: Site) -> None:
    with pytest.raises(Exception, match="403"), page_of(site.visitor("eva"), origin="http://evil.example"):
        pass


def test_nonsense_closes_the_socket(site: Site) -> None:
    with page_of(site.visitor("eva")) as page:
        page.socket.send("{")
        with pytest.raises(ConnectionClosed):
            page.frame()


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_has_the_standards_head(size: int) -> None:
    frame = text_frame(b"x" * size)
    short = frame[1]
    assert frame[0] == 0x81
    wide = {126: 2, 127: 8}.get(short, 0)
    assert (int.from_bytes(frame[2 : 2 + wide], "big") if wide else short) == size
    assert len(frame) == 2 + wide + size


class _Listener:
    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.takes = True

    def write_frame(self, frame: bytes) -> bool:
        if self.takes:
            self.frames.append(frame)
        return self.takes


def test_everybody_gets_the_same_bytes() -> None:
    hub, one, two = Hub(lambda: 0.0), _Listener(), _Listener()
    hub.follow("t", one)
    hub.follow("t", two)
    hub.put("t", "a", {"x": 1})
    hub.flush()
    assert one.frames[-1] is two.frames[-1]


def test_what_did_not_change_is_not_told() -> None:
    hub, one = Hub(lambda: 0.0), _Listener()
    hub.put("t", "a", {"x": 1})
    hub.follow("t", one)
    hub.put("t", "a", {"x": 1})
    hub.flush()
    assert len(one.frames) == 1


def test_who_does_not_take_a_frame_is_let_go() -> None:
    hub, one = Hub(lambda: 0.0), _Listener()
    hub.follow("t", one)
    one.takes = False
    hub.put("t", "a", {"x": 1})
    hub.flush()
    one.takes = True
    hub.put("t", "a", {"x": 2})
    hub.flush()
    assert len(one.frames) == 1
