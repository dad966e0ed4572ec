"""HTTP connections that cannot be held open for nothing: a request's head has a size and a time to come."""

from __future__ import annotations

import asyncio

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from evenhand.adapters.web.faults import Fault

__all__ = ["HEAD_SECONDS", "LARGEST_HEAD", "GuardedHttp"]

HEAD_SECONDS = 10.0
LARGEST_HEAD = 32_000

_WORDS = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large"}


class GuardedHttp(HttpToolsProtocol):
    """uvicorn's own protocol with the limits that it lacks. `head_seconds` are for each request's head."""

    head_seconds = HEAD_SECONDS
    _head = 0
    _waiting = True
    _too_large = False
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            # It was told already what is wrong; whatever still comes is let go.
            return
        if self._waiting:
            self._head += len(data)
        super().data_received(data)
        if self._waiting:
            if self._head > LARGEST_HEAD:
                self._too_large = True
                self.send_400_response("")
            elif self._head_timer is None:
                self._expect()

    def on_message_begin(self) -> None:
        # What came with the end of the request before is not counted; it is no more than one read.
        self._waiting, self._head = True, 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._came()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > LARGEST_HEAD:
            self._too_large = True
            # It ends the parser, and with it this connection.
            raise ValueError("the head is too large")
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._came()
        if self._too_large:
            self._refuse(431, "too_large", f"the request's head has more than {LARGEST_HEAD:,} bytes")
        else:
            self._refuse(400, "not_http", "this is no HTTP request that can be read")

    def _expect(self) -> None:
        """From now on a head has its time to come."""
        self._head_timer = self.loop.call_later(self.head_seconds, self._too_slow)

    def _came(self) -> None:
        self._waiting = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        self._head_timer = None
        if self._waiting and not self.transport.is_closing():
            if self._head:
                self._refuse(408, "too_slow", "the request did not come in time")
            else:
                self.transport.close()

    def _refuse(self, status: int, code: str, message: str) -> None:
        if self.transport.is_closing():
            return
        body = msgspec.json.encode(Fault(code, message))
        head = (
            f"HTTP/1.1 {status} {_WORDS[status]}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
