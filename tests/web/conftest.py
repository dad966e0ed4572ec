"""A centre with its web server for a test: the starter centre in a folder of its own, on a free port."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from evenhand.adapters.web.accounts import User
from evenhand.adapters.web.app import make_app
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.server import serving
from evenhand.cli.init import write_starter
from evenhand.cli.web_run import open_web

PASSWORD = "a fair day's work"

T = TypeVar("T")


class Site:
    """A running centre as its users reach it: over the network. It lives in a thread of its own."""

    def __init__(self, folder: Path, *, speed: float = 1.0) -> None:
        self.folder = folder
        self._speed = speed
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self.web: WebCentre
        self.port = 0

    def __enter__(self) -> Site:
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(self, *rest: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with (
                open_web(self.folder, self.folder / "data", speed=self._speed) as self.web,
                serving(make_app(self.web), port=0) as self.port,
            ):
                self._ready.set()
                await self._stop.wait()
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, work: Callable[[WebCentre], Coroutine[Any, Any, T]]) -> T:
        """Do this inside, in the centre's own loop."""
        return asyncio.run_coroutine_threadsafe(work(self.web), self._loop).result()

    def until(self, test: Callable[[WebCentre], bool], seconds: float = 20.0) -> None:
        """Wait until this holds inside; it is looked at again and again. Raises TimeoutError."""

        async def look(web: WebCentre) -> None:
            async with asyncio.timeout(seconds):
                while not test(web):
                    await asyncio.sleep(0.01)

        self.run(look)

    def plain(self, path: str) -> Reply:
        """What a path answers that is not below the API's prefix."""
        return Visitor(self.port).ask("GET", f"/{path}")

    def visitor(self, name: str = "") -> Visitor:
        """A client of the API; logged in when a name is given."""
        visitor = Visitor(self.port)
        if name:
            visitor.log_in(name, PASSWORD)
        return visitor


class Reply:
    """What came back."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.text = answer.read()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Visitor:
    """Speaks HTTP as a page does, with a cookie and the CSRF header, or with a key."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.headers: dict[str, str] = {}
        self.session: dict[str, Any] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        fields = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path[1:] if path[:2] == "//" else f"/api/v1{path}", data, fields)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """The JSON of a path that must be there."""
        reply = self.ask("GET", path)
        assert reply.status == 200, reply.text
        return reply.json

    def log_in(self, name: str, password: str) -> None:
        reply = self.ask("POST", "/session", {"name": name, "password": password})
        assert reply.status == 200, reply.text
        self.session = reply.json
        self.headers["cookie"] = reply.headers["set-cookie"].partition(";")[0]
        self.headers["x-csrf-token"] = self.session["csrf"]


def fill(site: Site) -> None:
    """anna, ben and chloe as agents, eva as supervisor, and root."""
    for name in ("anna", "ben", "chloe"):
        site.web.accounts.add_user(User(name, "agent", name), PASSWORD)
    site.web.accounts.add_user(User("eva", "supervisor"), PASSWORD)
    site.web.accounts.add_user(User("root", "administrator"), PASSWORD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The starter centre."""
    target = tmp_path / "desk"
    target.mkdir()
    write_starter(target)
    return target


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    """The starter centre with its users."""
    with Site(folder) as site:
        fill(site)
        yield site


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same, for all tests of a module that leave it as they find it."""
    target = tmp_path_factory.mktemp("shared") / "desk"
    target.mkdir()
    write_starter(target)
    with Site(target) as site:
        fill(site)
        yield site
