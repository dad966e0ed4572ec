"""WebSocket frames that are built once and written to many.

A server's frames are not masked, so the same bytes go to everybody. uvicorn's protocol would build each anew for
each connection, which costs several times the write itself; this one also writes what is ready.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto.events import CloseConnection, Request

__all__ = ["EXTENSION", "MOST_BEHIND", "FrameProtocol", "text_frame"]

EXTENSION = "evenhand.frames"
"""Where the connection is found in the scope's extensions."""

MOST_BEHIND = 1_000_000
"""Bytes that a page may be behind; whoever takes less is cut off, and comes again for all rows."""

_TOO_SLOW = 4408


def text_frame(text: bytes) -> bytes:
    """One unfragmented, unmasked text frame (RFC 6455, section 5.2)."""
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text


class FrameProtocol(WSProtocol):
    """uvicorn's own, and `write_frame`."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = self

    def write_frame(self, frame: bytes) -> bool:
        """Write it now or never; False when the page is gone or too slow, and then it is cut off."""
        transport = self.transport
        if self.close_sent or self.disconnected or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > MOST_BEHIND:
            self.close_sent = True
            transport.write(self.conn.send(CloseConnection(code=_TOO_SLOW)))
            # What it has not read by now it never will: nothing is kept for it.
            transport.abort()
            return False
        transport.write(frame)
        return True
