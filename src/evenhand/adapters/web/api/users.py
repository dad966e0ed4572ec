"""Who may log in, API keys, and one's own password."""

from __future__ import annotations

import asyncio
import time
from typing import Literal

import msgspec

from evenhand.adapters.web.accounts import User
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import STAFF, Role
from evenhand.adapters.web.routes import Call, Route

__all__ = ["ROUTES"]

_ADMINISTRATORS: frozenset[Role] = frozenset({"administrator"})

StaffRole = Literal["agent", "supervisor", "administrator"]


class NewUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to add. `agent` is the agent whom they are (for the role agent the name, if not said); `team` whom
    a supervisor leads (empty: everybody)."""

    name: str
    role: StaffRole
    password: str
    agent: str = ""
    team: tuple[str, ...] = ()


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A password of 10 to 1,000 characters."""

    password: str


class OwnPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password until now, and the one from now on."""

    old: str
    new: str


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key's name, by which it is removed, and what it may do."""

    name: str
    role: StaffRole


class Key(msgspec.Struct, frozen=True):
    """An API key. What opens the door is shown once, when it is made."""

    name: str
    role: str


class MadeKey(msgspec.Struct, frozen=True):
    """The new key: send it as `Authorization: Bearer SECRET`. It cannot be shown again."""

    name: str
    role: str
    secret: str


def _the_user(call: Call) -> User:
    name = call.path["user"]
    found = call.centre.accounts.user(name)
    if found is None:
        raise ApiFault(404, "not_found", f"there is no user {name!r}", way_out="see GET /users")
    return found


async def list_users(call: Call) -> list[User]:
    """Everybody, by name."""
    return call.centre.accounts.users()


async def add_user(call: Call) -> User:
    """Add somebody who may log in."""
    wanted: NewUser = call.body
    if call.centre.accounts.user(wanted.name) is not None:
        raise ApiFault(409, "exists", f"there is a user {wanted.name!r} already", where="name")
    mine = wanted.agent or (wanted.name if wanted.role == "agent" else "")
    known = call.centre.host.centre.distributor.agents
    unknown = [one for one in (mine, *wanted.team) if one and one not in known]
    if unknown:
        raise ApiFault(
            422, "invalid", f"there is no agent {unknown[0]!r}", way_out="name agents of this centre"
        )
    user = User(wanted.name, wanted.role, mine, wanted.team)
    await asyncio.to_thread(call.centre.accounts.add_user, user, wanted.password)
    return user


async def set_password(call: Call) -> None:
    """Whoever is logged in under that name is logged out."""
    user = _the_user(call)
    await asyncio.to_thread(call.centre.accounts.set_password, user.name, call.body.password)


async def remove_user(call: Call) -> None:
    """All sessions of theirs end. Nobody removes themselves: somebody has to be left."""
    user = _the_user(call)
    if call.who.way == "session" and user.name == call.who.name:
        raise ApiFault(409, "not_now", "nobody removes themselves", way_out="ask another administrator")
    await asyncio.to_thread(call.centre.accounts.remove_user, user.name)


async def set_own_password(call: Call) -> None:
    """All sessions of one's own end, this one too: log in with the new password."""
    if call.who.way != "session":
        raise ApiFault(403, "not_allowed", "an API key has no password")
    limits, wanted = call.centre.limits, call.body
    limits.check(limits.logins, call.who.name[:200], time.monotonic(), "passwords")
    fits = await asyncio.to_thread(call.centre.accounts.password_fits, call.who.name, wanted.old[:2_000])
    if not fits:
        raise ApiFault(403, "wrong_login", "that is not your password", where="old")
    await asyncio.to_thread(call.centre.accounts.set_password, call.who.name, wanted.new)


async def list_keys(call: Call) -> list[Key]:
    """Name and role of every key."""
    return [Key(name, role) for name, role in call.centre.accounts.api_keys()]


async def add_key(call: Call) -> MadeKey:
    """The answer is the only time that the secret can be seen."""
    wanted: NewKey = call.body
    if any(name == wanted.name for name, _ in call.centre.accounts.api_keys()):
        raise ApiFault(409, "exists", f"there is a key {wanted.name!r} already", where="name")
    secret = await asyncio.to_thread(call.centre.accounts.add_key, wanted.name, wanted.role)
    return MadeKey(wanted.name, wanted.role, secret)


async def remove_key(call: Call) -> None:
    """It opens nothing any more."""
    name = call.path["key"]
    if not any(one == name for one, _ in call.centre.accounts.api_keys()):
        raise ApiFault(404, "not_found", f"there is no key {name!r}", way_out="see GET /keys")
    await asyncio.to_thread(call.centre.accounts.remove_key, name)


ROUTES = (
    Route(
        method="GET",
        path="/users",
        name="listUsers",
        tag="users and keys",
        summary="Who may log in",
        roles=_ADMINISTRATORS,
        answer=list[User],
        handler=list_users,
    ),
    Route(
        method="POST",
        path="/users",
        name="addUser",
        tag="users and keys",
        summary="Add somebody who may log in",
        roles=_ADMINISTRATORS,
        body=NewUser,
        answer=User,
        status=201,
        creates=True,
        handler=add_user,
    ),
    Route(
        method="PUT",
        path="/users/{user}/password",
        name="setPassword",
        tag="users and keys",
        summary="Give somebody a new password",
        roles=_ADMINISTRATORS,
        body=NewPassword,
        status=204,
        handler=set_password,
    ),
    Route(
        method="DELETE",
        path="/users/{user}",
        name="removeUser",
        tag="users and keys",
        summary="Remove somebody",
        roles=_ADMINISTRATORS,
        status=204,
        handler=remove_user,
    ),
    Route(
        method="PUT",
        path="/session/password",
        name="setOwnPassword",
        tag="session",
        summary="Change one's own password",
        roles=STAFF,
        body=OwnPassword,
        status=204,
        handler=set_own_password,
    ),
    Route(
        method="GET",
        path="/keys",
        name="listKeys",
        tag="users and keys",
        summary="API keys",
        roles=_ADMINISTRATORS,
        answer=list[Key],
        handler=list_keys,
    ),
    Route(
        method="POST",
        path="/keys",
        name="addKey",
        tag="users and keys",
        summary="Make an API key",
        roles=_ADMINISTRATORS,
        body=NewKey,
        answer=MadeKey,
        status=201,
        creates=True,
        handler=add_key,
    ),
    Route(
        method="DELETE",
        path="/keys/{key}",
        name="removeKey",
        tag="users and keys",
        summary="Remove an API key",
        roles=_ADMINISTRATORS,
        status=204,
        handler=remove_key,
    ),
)
