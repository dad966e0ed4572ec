"""A web server on loopback that says what a test wrote down, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

__all__ = ["Asked", "LocalServer", "Says"]


class Asked(NamedTuple):
    """A request: its path, its parameters, its headers by lower-case name."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


class Says(NamedTuple):
    """An answer; a body that is no text is written as JSON."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = {}


class LocalServer:
    """Serves while it is entered. `answer` may be changed at any time."""

    def __init__(self, answer: Callable[[Asked], Says]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> LocalServer:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(parts.path, dict(parse_qsl(parts.query)), headers)
                outer.asked.append(asked)
                says = outer.answer(asked)
                body = says.body if isinstance(says.body, bytes) else json.dumps(says.body).encode()
                self.send_response(says.status)
                given = {"Content-Type": "application/json", "Content-Length": str(len(body)), **says.headers}
                for name, value in given.items():
                    self.send_header(name, value)
                self.end_headers()
                if says.status != 304:
                    self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
