"""The live channel: one WebSocket for each page, over which it follows topics.

The page sends `{"follow": TOPIC, "epoch": E, "after": N}` or `{"leave": TOPIC}`; it is sent frames (see
`live.py`). Who is known by no cookie sends `{"token": …}` first. Who may see a topic is decided here alone.
"""

from __future__ import annotations

import asyncio

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from evenhand.adapters.web.access import bearer, same_origin, who_asks
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.identity import SUPERVISORS, Identity

__all__ = ["PageSocket", "live_channel", "may_follow"]

_MOST_BEHIND = 1_000_000
_MOST_TOPICS = 20


class _Wish(msgspec.Struct, frozen=True):
    """What a page may say."""

    follow: str = ""
    leave: str = ""
    token: str = ""
    epoch: str = ""
    after: int = -1


class PageSocket:
    """One page's connection, which frames are handed to; what it has not taken yet is bounded."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[bytes] = asyncio.Queue()
        self._behind = 0
        self.gone = False

    def push(self, text: bytes) -> bool:
        if self.gone:
            return False
        self._behind += len(text)
        if self._behind > _MOST_BEHIND:
            # Never waited for: it is cut off, and comes again for all rows.
            self.gone = True
            self._frames.put_nowait(b"")
            return False
        self._frames.put_nowait(text)
        return True

    async def next(self) -> bytes:
        """The next frame; empty when the page was cut off."""
        text = await self._frames.get()
        self._behind -= len(text)
        return b"" if self.gone else text


def may_follow(who: Identity, topic: str, centre: WebCentre) -> bool:
    """Whether they may see this topic.

    `board` is for supervisors; `desk/AGENT` for that agent and who leads them; `targets` for everybody at work;
    `phone/CONTACT` for its customer; `chat/CONTACT` also for the agent who has it; `contact/…` and `flow/…`
    for supervisors.
    """
    kind, _, name = topic.partition("/")
    if who.role == "administrator":
        return True
    if who.role == "customer":
        return kind in ("phone", "chat") and name == who.contact_id
    if who.role == "agent":
        if kind == "desk":
            return name == who.agent
        if kind == "chat":
            return name in centre.legs.chats_of(who.agent)
        return topic == "targets"
    if who.role in SUPERVISORS:
        return who.leads(name) if kind == "desk" else kind in ("board", "targets", "chat", "contact", "flow")
    return False


async def live_channel(socket: WebSocket) -> None:
    """The endpoint."""
    centre: WebCentre = socket.app.state.centre
    headers = {name.lower(): value for name, value in socket.headers.items()}
    if not same_origin(headers):
        # Browsers send cookies with WebSockets of any site.
        await socket.close(4403)
        return
    who = who_asks(headers, centre.accounts)
    await socket.accept()
    page = PageSocket()
    writer = asyncio.create_task(_write(socket, page))
    followed: set[str] = set()
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text") or ""
            try:
                wish = msgspec.json.decode(text, type=_Wish)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                await socket.close(4400)
                return
            if wish.token:
                who = bearer(wish.token, centre.accounts)
            if wish.leave:
                centre.hub.leave(wish.leave, page)
                followed.discard(wish.leave)
            if wish.follow:
                if not may_follow(who, wish.follow, centre) or len(followed) >= _MOST_TOPICS:
                    page.push(msgspec.json.encode({"topic": wish.follow, "refused": True}))
                    continue
                followed.add(wish.follow)
                centre.hub.follow(wish.follow, page, wish.epoch, wish.after)
    except WebSocketDisconnect:
        return
    finally:
        page.gone = True
        centre.hub.leave_all(page)
        writer.cancel()


async def _write(socket: WebSocket, page: PageSocket) -> None:
    while True:
        text = await page.next()
        if not text:
            await socket.close(4408)
            return
        await socket.send_text(text.decode())
