"""Logging in and out, and who one is."""

from __future__ import annotations

import asyncio
import time

import msgspec

from evenhand.adapters.web.access import COOKIE, session_cookie
from evenhand.adapters.web.accounts import ABSOLUTE_SECONDS
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import ANYBODY, STAFF, Identity
from evenhand.adapters.web.routes import Answer, Call, Route

__all__ = ["ROUTES"]


class LogIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password."""

    name: str
    password: str


class Session(msgspec.Struct, frozen=True, rename="camel"):
    """Who is asking. `csrf` is what the header X-CSRF-Token of every change must hold."""

    role: str
    name: str = ""
    agent: str = ""
    team: tuple[str, ...] = ()
    csrf: str = ""
    centre: str = ""
    demo: bool = False


def _session(who: Identity, call: Call) -> Session:
    return Session(
        who.role, who.name, who.agent, who.team, who.csrf, call.centre.definition.name, call.centre.demo
    )


async def log_in(call: Call) -> Answer:
    """A session: its cookie, and who it is of."""
    wanted: LogIn = call.body
    limits, now = call.centre.limits, time.monotonic()
    limits.check(limits.logins_of_address, call.address, now, "logins")
    limits.check(limits.logins, wanted.name[:200], now, "logins")
    found = await asyncio.to_thread(
        call.centre.accounts.log_in, wanted.name, wanted.password[:2_000], time.time()
    )
    if found is None:
        raise ApiFault(401, "wrong_login", "name or password is wrong")
    if call.who.way == "session":
        # Whatever this browser was before ends here.
        call.centre.accounts.end_session(call.who)
    secret, who = found
    cookie = session_cookie(secret, secure=call.centre.secure, seconds=int(ABSOLUTE_SECONDS))
    return Answer(_session(who, call), (("set-cookie", cookie),))


async def log_out(call: Call) -> Answer:
    """The session ends; every one of this user's, as nobody knows which page forgot one."""
    if call.who.way == "session":
        call.centre.accounts.end_sessions(call.who.name)
    return Answer(
        None, (("set-cookie", f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"),), status=204
    )


async def session(call: Call) -> Session:
    """Who is asking."""
    return _session(call.who, call)


ROUTES = (
    Route(
        method="POST",
        path="/session",
        name="logIn",
        tag="session",
        summary="Log in: a session in a cookie",
        roles=ANYBODY,
        body=LogIn,
        answer=Session,
        handler=log_in,
    ),
    Route(
        method="DELETE",
        path="/session",
        name="logOut",
        tag="session",
        summary="Log out",
        roles=STAFF,
        status=204,
        handler=log_out,
    ),
    Route(
        method="GET",
        path="/session",
        name="getSession",
        tag="session",
        summary="Who is asking",
        roles=ANYBODY,
        answer=Session,
        handler=session,
    ),
)
