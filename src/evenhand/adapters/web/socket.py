"""The live channel: one WebSocket for each page, over which it follows topics.

The page sends `{"follow": TOPIC, "epoch": E, "after": N}` or `{"leave": TOPIC}`; it is sent frames (see
`live.py`). Who is known by no cookie sends `{"token": …}` first. Who may see a topic is decided here alone.
"""

from __future__ import annotations

import asyncio

import msgspec
from starlette.types import Message
from starlette.websockets import WebSocket

from evenhand.adapters.web.access import bearer, same_origin, who_asks
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.frames import EXTENSION, FrameProtocol, text_frame
from evenhand.adapters.web.identity import SUPERVISORS, Identity
from evenhand.adapters.web.views.board import team_topic
from evenhand.adapters.web.views.desks import THEIRS

__all__ = ["live_channel", "may_follow"]

_MOST_TOPICS = 20


class _Wish(msgspec.Struct, frozen=True):
    """What a page may say."""

    follow: str = ""
    leave: str = ""
    token: str = ""
    epoch: str = ""
    after: int = -1


def may_follow(who: Identity, topic: str, centre: WebCentre) -> bool:
    """Whether they may see this topic.

    `board` is for supervisors, `board/NAMES` for those who lead only these; `desk/AGENT` for that agent and
    who leads them; `targets` for everybody at work; `phone/CONTACT` for its customer; `chat/CONTACT` also for
    the agent who has it and who leads them; `contact/…` and `flow/…` for supervisors.
    """
    kind, _, name = topic.partition("/")
    if who.role == "administrator":
        return True
    if who.role == "customer":
        return kind in ("phone", "chat") and name == who.contact_id
    if who.role == "agent":
        if kind == "desk":
            return name == who.agent != ""
        if kind == "chat":
            return who.agent in _at_desks(name, centre)
        return topic == "targets"
    if who.role in SUPERVISORS:
        if kind == "board":
            # Who leads a team sees that team's board; who leads everybody the whole.
            return topic == (team_topic(who.team) if who.team else "board")
        if kind == "chat" and who.team:
            talking = _at_desks(name, centre)
            return not talking or any(who.leads(one) for one in talking)
        return who.leads(name) if kind == "desk" else kind in ("targets", "chat", "contact", "flow")
    return False


def _at_desks(conversation: str, centre: WebCentre) -> list[str]:
    """The agents who have the contact of this conversation at their desk."""
    return [
        agent.name
        for agent in centre.host.centre.distributor.agents.values()
        if any(
            centre.legs.conversation_of(one) == conversation
            for one, slot in {**agent.slots, **agent.paused}.items()
            if slot.state in THEIRS
        )
    ]


async def live_channel(socket: WebSocket) -> None:
    """The endpoint."""
    centre: WebCentre = socket.app.state.centre
    headers = {name.lower(): value for name, value in socket.headers.items()}
    if not same_origin(headers):
        # Browsers send cookies with WebSockets of any site.
        await socket.close(4403)
        return
    proof = _Proof(headers, centre)
    who = proof.who()
    await socket.accept()
    page: FrameProtocol = socket.scope["extensions"][EXTENSION]
    followed: set[str] = set()

    def leave(topic: str) -> None:
        centre.hub.leave(topic, page)
        if topic in followed:
            followed.remove(topic)
            _left(who, topic, centre)

    try:
        while True:
            message = await _next(socket, centre.limits.check_seconds)
            if message is not None and message["type"] == "websocket.disconnect":
                return
            if message is None:
                if proof.who() != who:
                    # Logged out, removed or over, by whatever way.
                    await socket.close(4401)
                    return
                continue
            try:
                wish = msgspec.json.decode(message.get("text") or "", type=_Wish)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                await socket.close(4400)
                return
            if wish.token:
                for topic in list(followed):
                    leave(topic)
                proof.token = wish.token
                who = proof.who()
            if wish.leave:
                leave(wish.leave)
            if wish.follow:
                if not may_follow(proof.who(), wish.follow, centre) or len(followed) >= _MOST_TOPICS:
                    refused = {"topic": wish.follow, "refused": True}
                    page.write_frame(text_frame(msgspec.json.encode(refused)))
                    continue
                if wish.follow not in followed:
                    followed.add(wish.follow)
                    _came(who, wish.follow, centre)
                centre.hub.follow(wish.follow, page, wish.epoch, wish.after)
    finally:
        centre.hub.leave_all(page)
        for topic in followed:
            _left(who, topic, centre)


class _Proof:
    """By what a page is known: its cookie or key, or the token it sent. It may end while the page is open."""

    def __init__(self, headers: dict[str, str], centre: WebCentre) -> None:
        self._headers = headers
        self._centre = centre
        self.token = ""

    def who(self) -> Identity:
        """Who that is now. To look is not to use: a page that is left open does not keep a session alive."""
        accounts = self._centre.accounts
        return bearer(self.token, accounts) if self.token else who_asks(self._headers, accounts, used=False)


async def _next(socket: WebSocket, seconds: float) -> Message | None:
    """The next message, or None when there was none for so long."""
    try:
        async with asyncio.timeout(seconds):
            return await socket.receive()
    except TimeoutError:
        return None


def _came(who: Identity, topic: str, centre: WebCentre) -> None:
    """A page opened this topic: agents are at their desks then, and customers' phones come back."""
    kind, _, name = topic.partition("/")
    if kind == "desk" and name == who.agent:
        centre.presence.came(name)
    elif kind == "phone":
        centre.legs.phone(name)


def _left(who: Identity, topic: str, centre: WebCentre) -> None:
    """A page closed this topic."""
    if topic == f"desk/{who.agent}":
        centre.presence.left(who.agent)
