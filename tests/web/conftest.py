"""A centre with its web server for a test: the starter centre in a folder of its own, on a free port."""

from __future__ import annotations

import asyncio
import functools
import http.client
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from evenhand.adapters.web.accounts import Accounts, User
from evenhand.adapters.web.app import make_app
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.server import serving
from evenhand.cli.init import write_starter
from evenhand.cli.web_run import open_web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "a fair day's work"

_CHROMIUM_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --autoplay-policy=no-user-gesture-required"
)
_SEEN_WITHIN = 20_000
"""Milliseconds that a page may take to show what is waited for; the machine may be busy."""

T = TypeVar("T")


@functools.cache
def _people() -> bytes:
    """A file of accounts with everybody in it, made once: hashing a password takes its time, as it must."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "accounts.db"
        accounts = Accounts(file)
        for name in ("anna", "ben", "chloe"):
            accounts.add_user(User(name, "agent", name), PASSWORD)
        accounts.add_user(User("eva", "supervisor"), PASSWORD)
        accounts.add_user(User("root", "administrator"), PASSWORD)
        accounts.close()
        return file.read_bytes()


class Site:
    """A running centre as its users reach it: over the network. It lives in a thread of its own.

    Anna, ben and chloe may log in as agents, eva as supervisor, root as administrator.
    """

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
        accounts = self.folder / "data" / "accounts.db"
        if not accounts.exists():
            accounts.parent.mkdir(exist_ok=True)
            accounts.write_bytes(_people())
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

    def seen(self, topic: str, wanted: Callable[[dict[str, Any]], Any], seconds: float = 20.0) -> Any:
        """Follow a topic until its rows are as wanted; answers what `wanted` then says."""

        async def follow(web: WebCentre) -> Any:
            watcher = Watcher(wanted)
            web.hub.follow(topic, watcher)
            try:
                async with asyncio.timeout(seconds):
                    return await watcher.found
            except TimeoutError:
                raise AssertionError(f"{topic} never came to it: {watcher.rows}") from None
            finally:
                web.hub.leave(topic, watcher)

        return self.run(follow)

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


class Watcher:
    """Follows a topic as a page does, until its rows are as wanted."""

    def __init__(self, wanted: Callable[[dict[str, Any]], Any]) -> None:
        self.rows: dict[str, Any] = {}
        self.found: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._wanted = wanted

    def write_frame(self, frame: bytes) -> bool:
        head = 2 + {126: 2, 127: 8}.get(frame[1], 0)
        return self._take(json.loads(frame[head:]))

    def _take(self, frame: dict[str, Any]) -> bool:
        self.rows = frame.get("all", self.rows)
        self.rows.update(frame.get("set", {}))
        for key in frame.get("drop", ()):
            self.rows.pop(key, None)
        answer = self._wanted(self.rows)
        if answer and not self.found.done():
            self.found.set_result(answer)
        return True


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The starter centre."""
    target = tmp_path / "desk"
    target.mkdir()
    write_starter(target)
    return target


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    """The starter centre, running."""
    with Site(folder) as site:
        yield site


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same, for all tests of a module that leave it as they find it."""
    target = tmp_path_factory.mktemp("shared") / "desk"
    target.mkdir()
    write_starter(target)
    with Site(target) as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """The system's Chromium, started once, and the loop that drives it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("there is no Chromium on the PATH (Debian: apt-get install chromium)")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed (extra: test)"
    )
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=_CHROMIUM_FLAGS.split())
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def browser(chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """Chromium for one test; a new context is a user of their own. All contexts are closed afterwards.

    Playwright leaves its loop set as this thread's running one; other tests must not find it there.
    """
    browser, loop = chromium
    asyncio._set_running_loop(loop)
    try:
        yield browser
        for context in browser.contexts:
            context.close()
    finally:
        asyncio._set_running_loop(None)


Opening = Callable[..., "Page"]
"""`opened(PATH, NAME)`: this page in a window of NAME's own, logged in (no name: nobody in particular)."""


@pytest.fixture
def opened(browser: Browser, site: Site) -> Iterator[Opening]:
    """Opens pages. What a page complains of in its console fails the test."""
    complaints: list[str] = []

    def open_page(path: str, name: str = "", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        context.set_default_timeout(_SEEN_WITHIN)
        if name:
            cookie = site.visitor(name).headers["cookie"].partition("=")
            context.add_cookies([{"name": cookie[0], "value": cookie[2], "url": site.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{path} {name}: {error}"))
        page.on("console", lambda said: _note(complaints, f"{path} {name}", said.type, said.text))
        page.goto(site.url + path)
        return page

    yield open_page
    assert complaints == []


def _note(complaints: list[str], where: str, kind: str, text: str) -> None:
    # What an API refuses, browsers report too; pages show it, and tests look there.
    if kind == "error" and "Failed to load resource" not in text:
        complaints.append(f"{where}: {text}")
