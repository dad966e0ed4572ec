"""A small HTTP listener for pushed workload: `POST /workload/NAME`, on one address for all sources there.

It has no TLS and is meant for this machine; a web server in front of it, or in its place, calls the same
`PushDesk.post`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import TimeoutError as NoAnswer
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import msgspec

from evenhand.errors import SourceUnavailable
from evenhand.host.pushed import PushDesk

__all__ = ["PushListener", "address_of"]

_MOST_BYTES = 1_000_000
_SECONDS = 10.0


def address_of(listen: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:8750`. Raises ValueError."""
    host, mark, port = listen.rpartition(":")
    if not mark or not host or not port.isdecimal() or int(port) > 65_535:
        raise ValueError(f"{listen!r} is not an address and a port")
    return host.strip("[]"), int(port)


class PushListener:
    """Listens from the beginning until `close`. `desks` are the sources by name."""

    def __init__(self, listen: str, desks: Mapping[str, PushDesk], loop: asyncio.AbstractEventLoop) -> None:
        """Raises SourceUnavailable when the address cannot be had."""
        try:
            self._server = _Server(address_of(listen), _Request)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise SourceUnavailable(f"nobody can push to {listen}: {reason}") from error
        self._server.desks, self._server.loop = desks, loop
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="workload push",
            daemon=True,
        )
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    desks: Mapping[str, PushDesk]
    loop: asyncio.AbstractEventLoop


class _Request(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "evenhand"
    sys_version = ""
    timeout = _SECONDS

    def do_POST(self) -> None:
        self.close_connection = True
        length = self.headers.get("Content-Length", "")
        kind, _, name = self.path.lstrip("/").partition("/")
        desk = self.server.desks.get(unquote(name)) if kind == "workload" else None
        if desk is None:
            self._answer(404, {"error": f"post to /workload/NAME; here are {', '.join(self.server.desks)}"})
        elif not length.isdecimal():
            self._answer(411, {"error": "say how long the body is: Content-Length"})
        elif int(length) > _MOST_BYTES:
            self._answer(413, {"error": f"an event has at most {_MOST_BYTES} bytes; send several"})
        else:
            self._post(desk, self.rfile.read(int(length)))

    def _post(self, desk: PushDesk, body: bytes) -> None:
        posting = desk.post(self.headers.get("Authorization", ""), body)
        try:
            done = asyncio.run_coroutine_threadsafe(posting, self.server.loop)
        except RuntimeError:
            posting.close()
            self._answer(503, {"error": "the centre is closed"})
            return
        try:
            answer = done.result(_SECONDS)
        except NoAnswer:
            self._answer(503, {"error": "the centre does not answer; the event may be sent again"})
        except Exception as error:
            self._answer(500, {"error": f"{type(error).__name__}; the event may be sent again"})
        else:
            self._answer(answer.status, answer.body)

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = msgspec.json.encode(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written: a request may hold what is secret."""
