"""Is the process there, and is it ready for contacts? For what watches over processes, and for people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import msgspec

from evenhand import __version__
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.identity import ANYBODY, STAFF, SUPERVISORS
from evenhand.adapters.web.routes import Answer, Call, Route
from evenhand.errors import EvenhandError
from evenhand.model.units import Instant

__all__ = ["ROUTES", "Check", "checks"]

_PATIENCE = 2.0
"""Seconds for the journal and the tables to answer."""


class Health(msgspec.Struct, frozen=True):
    """The process is there."""

    status: str
    version: str


class Check(msgspec.Struct, frozen=True):
    """One thing that has to work: `journal`, `tables`, `open`, or `source NAME`. `reason` says what is wrong; only
    supervisors are told."""

    name: str
    ok: bool
    reason: str = ""


class Readiness(msgspec.Struct, frozen=True):
    """Whether all of it works. Contacts are taken as long as the journal works; what else fails only changes
    the reasons of decisions."""

    ready: bool
    checks: tuple[Check, ...]


class StatusKind(msgspec.Struct, frozen=True):
    """A status that agents can choose; the type is ROUTABLE, OFFLINE or CUSTOM."""

    name: str
    type: str


class CentreNow(msgspec.Struct, frozen=True, rename="camel"):
    """The centre: its name, its time (`now`, of which `speed` seconds pass in one), and what it has.

    `contacts` are those that are here now. `open` is false while it closes.
    """

    name: str
    version: str
    time_zone: str
    now: Instant
    speed: float
    demo: bool
    open: bool
    default_queue: str
    statuses: tuple[StatusKind, ...]
    contacts: int
    agents: int
    queues: int
    flows: int


async def health(call: Call) -> Health:
    """Answers as long as the process can answer at all."""
    return Health("ok", __version__)


async def checks(centre: WebCentre) -> tuple[Check, ...]:
    """Everything that has to work, tried now."""
    outside = (
        _tried("journal", centre.host.check_journal()),
        _tried("tables", asyncio.to_thread(centre.tables.own_agent, "")),
    )
    found = [
        Check("open", centre.open, "" if centre.open else "it is closing"),
        *await asyncio.gather(*outside),
    ]
    for name, state in centre.host.centre.workload.state.sources.items():
        fresh = state.last_success is not None and not state.stale
        reason = "" if fresh else state.problem or ("stale" if state.stale else "not read yet")
        found.append(Check(f"source {name or state.words or 'of workload'}", fresh, reason))
    return tuple(found)


async def _tried(name: str, work: Awaitable[object]) -> Check:
    try:
        async with asyncio.timeout(_PATIENCE):
            await work
    except TimeoutError:
        return Check(name, False, f"it did not answer within {_PATIENCE:g} s")
    except EvenhandError as error:
        return Check(name, False, error.message)
    return Check(name, True)


async def ready(call: Call) -> Answer:
    """Tries the journal with a write, the tables with a read, and looks how old the workload sources are."""
    found = await checks(call.centre)
    fine = all(one.ok for one in found)
    if call.who.role not in SUPERVISORS:
        found = tuple(Check(one.name if one.name[:7] != "source " else "source", one.ok) for one in found)
    return Answer(Readiness(fine, found), status=200 if fine else 503)


async def centre_now(call: Call) -> CentreNow:
    """What the pages say at their top."""
    centre = call.centre.host.centre
    wanted = centre.definition
    kinds = [StatusKind("Available", "ROUTABLE"), StatusKind("Offline", "OFFLINE")]
    kinds += [StatusKind(one.name, one.type) for one in wanted.statuses if one.type == "CUSTOM"]
    return CentreNow(
        wanted.name,
        __version__,
        wanted.time_zone,
        call.centre.now(),
        call.centre.hub.speed,
        call.centre.demo,
        call.centre.open,
        wanted.default_queue,
        tuple(kinds),
        len(centre.contacts),
        len(wanted.agents),
        len(wanted.queues),
        len(wanted.flows),
    )


ROUTES = (
    Route(
        method="GET",
        path="/health",
        name="getHealth",
        tag="centre",
        summary="Is the process there?",
        roles=ANYBODY,
        answer=Health,
        handler=health,
    ),
    Route(
        method="GET",
        path="/ready",
        name="getReadiness",
        tag="centre",
        summary="Does everything work? 503 when not, with the reasons",
        roles=ANYBODY,
        answer=Readiness,
        besides=((503, Readiness),),
        handler=ready,
    ),
    Route(
        method="GET",
        path="/centre",
        name="getCentre",
        tag="centre",
        summary="The centre, its time and its size",
        roles=STAFF,
        answer=CentreNow,
        handler=centre_now,
    ),
)
