"""A running centre with its web server: opens both, prints the addresses, waits, closes in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import typer

from evenhand.adapters.files.centre_toml import centre_file
from evenhand.adapters.files.flow_versions import FlowVersions
from evenhand.adapters.journals.contact_index import ContactIndex
from evenhand.adapters.web.accounts import Accounts
from evenhand.adapters.web.answers import KeptAnswers
from evenhand.adapters.web.app import make_app
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.conversations import Conversations
from evenhand.adapters.web.legs import WebLegs
from evenhand.adapters.web.live import Hub
from evenhand.adapters.web.presence import Presence
from evenhand.adapters.web.server import serving
from evenhand.adapters.web.views.live_views import LiveViews
from evenhand.adapters.web.views.people_views import PeopleViews
from evenhand.cli.running import open_centre
from evenhand.errors import DefinitionFault
from evenhand.host.clock import RealClock
from evenhand.host.ports import Media, Notices

__all__ = ["Beside", "in_fast_loop", "open_web", "run_web"]

Beside: TypeAlias = Callable[[RealClock, WebLegs, Presence], tuple[Media, Sequence[Notices]]]
"""Makes the media of a centre in which not only people at pages call and answer."""


def in_fast_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run this in uvloop, which takes about half of the CPU for a connection's work."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


async def run_web(
    centre: Path, data: Path | None, address: str, port: int, certificate: Path | None, key: Path | None
) -> None:
    """Until it is stopped."""
    if not centre.exists():
        raise DefinitionFault(
            "there is no such centre.", where=str(centre), way_out="make one with `evenhand init`."
        )
    folder = centre if centre.is_dir() else centre.parent
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with (
        open_web(centre, data or folder / "data", secure=certificate is not None) as web,
        serving(make_app(web), address=address, port=port, certificate=certificate, key=key) as bound,
    ):
        scheme = "https" if certificate is not None else "http"
        typer.echo(f"{web.definition.name} is open: {scheme}://{address}:{bound}/   (Ctrl-C closes it)")
        await stop.wait()
        web.open = False


@asynccontextmanager
async def open_web(
    centre: Path, data: Path, *, speed: float = 1.0, secure: bool = False, beside: Beside | None = None
) -> AsyncIterator[WebCentre]:
    """The centre with everything that pages need, but no server yet. `beside` puts others beside real people."""
    data.mkdir(parents=True, exist_ok=True)
    made: list[tuple[WebLegs, Hub, LiveViews, PeopleViews]] = []
    presence = Presence()
    stories = ContactIndex(data / "contacts.db")

    def media(clock: RealClock) -> tuple[Media, Sequence[Notices]]:
        hub = Hub(clock.now, clock.speed)
        legs, views = WebLegs(clock, hub, conversations), LiveViews(hub)
        people = PeopleViews(hub, legs, presence)
        made.append((legs, hub, views, people))
        own: tuple[Notices, ...] = (legs, views, people, stories)
        if beside is None:
            return legs, own
        others, notices = beside(clock, legs, presence)
        return others, (*own, *notices)

    def problem(text: str) -> None:
        typer.echo(f"evenhand: {text}", err=True)

    accounts = Accounts(data / "accounts.db")
    conversations = Conversations(data / "conversations.db")
    answers = KeptAnswers(data / "answers.db")
    try:
        async with open_centre(centre, data, media, speed=speed, problem=problem) as running:
            legs, hub, views, people = made[0]
            web = WebCentre(
                host=running.host,
                definition=running.definition,
                tables=running.tables,
                journal=running.journal,
                functions=running.functions,
                legs=legs,
                accounts=accounts,
                conversations=conversations,
                people=people,
                presence=presence,
                answers=answers,
                hub=hub,
                views=views,
                folder=centre if centre.is_dir() else centre.parent,
                data=data,
                flows=FlowVersions(centre_file(centre)),
                stories=stories,
                read_table=running.sources.read_table,
                problem=problem,
                secure=secure,
            )
            legs.begin(running.host.centre)
            views.begin(running.host.centre, web.now(), running.journal)
            people.begin(running.host.centre, running.journal)
            await stories.begin(running.journal)
            looking = asyncio.create_task(views.look_back(running.journal, running.recovered))
            try:
                yield web
            finally:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)
                await stories.close()
    finally:
        conversations.close()
        accounts.close()
        answers.close()
