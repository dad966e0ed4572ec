"""The demonstration on the web: simulated callers and agents, and whoever opens a page beside them."""

from __future__ import annotations

import asyncio
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import typer

from evenhand.adapters.web.accounts import Accounts, User
from evenhand.adapters.web.app import make_app
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.legs import WebLegs
from evenhand.adapters.web.presence import Presence
from evenhand.adapters.web.server import serving
from evenhand.cli.demo_desk import Desk
from evenhand.cli.demo_people import MixedPeople
from evenhand.cli.web_run import open_web
from evenhand.errors import OutsideFailure
from evenhand.host.clock import RealClock
from evenhand.host.ports import Entry, Media, Notices
from evenhand.records.summary import Summary, summary_lines

__all__ = ["open_demo", "run_demo_web"]

_PORT = 8000
_WORDS = (
    "amber", "basil", "cedar", "coral", "delta", "ember", "fjord", "grove", "hazel", "ivory", "juniper", "kelp",
    "lemon", "maple", "nectar", "olive", "pearl", "quartz", "raven", "saffron", "tulip", "umber", "violet", "willow",
)  # fmt: skip
_USERS = (User("eva", "supervisor"), User("root", "administrator"))


class _Count:
    """Counts for the summary."""

    def __init__(self) -> None:
        self.summary = Summary()

    def publish(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self.summary.feed(entry.facts)


async def run_demo_web(
    seed: int, minutes: float, speed: float, data: Path | None, port: int | None, address: str
) -> None:
    """Until the time is over or somebody stops it; then the summary."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    count = _Count()
    with tempfile.TemporaryDirectory(prefix="evenhand-demo-") as folder:
        async with open_demo(data or Path(folder), seed, speed, count) as web, AsyncExitStack() as server:
            bound = await _serve(server, web, address, port)
            _tell(web, f"http://{address}:{bound}")
            try:
                async with asyncio.timeout(minutes * 60.0 or None):
                    await stop.wait()
            except TimeoutError:
                pass
            web.open = False
    typer.echo("\nSummary")
    for line in summary_lines(count.summary.figures()):
        typer.echo(f"  {line}")


async def _serve(server: AsyncExitStack, web: WebCentre, address: str, port: int | None) -> int:
    """On the port that was asked for; if none was, on the usual one or on any that is free."""
    try:
        wanted = _PORT if port is None else port
        return await server.enter_async_context(serving(make_app(web), address=address, port=wanted))
    except OutsideFailure:
        if port is not None:
            raise
        return await server.enter_async_context(serving(make_app(web), address=address, port=0))


def _tell(web: WebCentre, url: str) -> None:
    typer.echo("Evenhand demo: a mortgage desk, three specialists, and callers who come by themselves.\n")
    typer.echo(f"  {url}/        where to begin")
    typer.echo(f"  {url}/board   queues, people and every decision: log in as eva")
    typer.echo(f"  {url}/phone   call or chat, as a customer: no login")
    typer.echo(f"  {url}/desk    take contacts: whoever logs in takes over from the simulated agent\n")
    for name, role, password in web.logins:
        typer.echo(f"  {name:<6} {role:<14} password  {password}")
    typer.echo("\nThe passwords are for this run alone. Ctrl-C stops it.")


@asynccontextmanager
async def open_demo(folder: Path, seed: int, speed: float, *listeners: Notices) -> AsyncIterator[WebCentre]:
    """The example centre with its people and everything that pages need, but no server yet."""
    desk = Desk(folder, seed)
    made: list[MixedPeople] = []

    def beside(clock: RealClock, legs: WebLegs, presence: Presence) -> tuple[Media, Sequence[Notices]]:
        played, cases = desk.people(clock)
        mixed = MixedPeople(played, legs, presence, clock)
        made.append(mixed)
        return mixed, (mixed, cases, *listeners)

    async with open_web(folder, folder, speed=speed, beside=beside) as web:
        made[0].begin(web.host)
        web.demo = True
        agents = tuple(User(one.name, "agent", one.name) for one in web.definition.agents)
        web.logins = tuple(_let_in(web.accounts, user) for user in (*_USERS, *agents))
        async with desk.at_work(web.host, web.continuity):
            yield web


def _let_in(accounts: Accounts, user: User) -> tuple[str, str, str]:
    """The user may log in with a password that was made for this run."""
    password = "-".join((*(secrets.choice(_WORDS) for _ in range(3)), str(secrets.randbelow(90) + 10)))
    if accounts.user(user.name) is None:
        accounts.add_user(user, password)
    else:
        accounts.set_password(user.name, password)
    return user.name, user.role, password
