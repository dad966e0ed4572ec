"""One run of the demonstration: from the open desk to the summary, as a board, as lines or as JSON."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import typer

from evenhand.cli.clock_text import clock_text
from evenhand.cli.demo_desk import CALL_TYPE, open_desk
from evenhand.cli.running import RunningCentre
from evenhand.host.ports import Entry
from evenhand.model.facts import (
    AfterContactWorkStarted,
    AgentChosen,
    BlockExecuted,
    CentreOpened,
    ContactCleared,
    ContactEnded,
    ContactInitiated,
    Fact,
    OfferAccepted,
    OfferMade,
    ThirdPartyCalled,
    WhisperStarted,
)
from evenhand.records.board import Board, Load
from evenhand.records.story import contact_of, masked, sentence
from evenhand.records.summary import Summary, summary_lines

__all__ = ["DemoRun"]

_REFRESH_SECONDS = 0.25
_TITLE = "Evenhand demo: a mortgage desk, three specialists"


class DemoRun:
    """`how` is `board`, `plain` or `json`. It listens to the centre as one of its notices."""

    def __init__(self, seed: int, minutes: float, speed: float, how: str, no_color: bool) -> None:
        self._seed = seed
        self._minutes = minutes
        self._speed = speed
        self._how = how
        self._no_color = no_color
        self._summary = Summary()
        self._board = Board(())
        self._began: float | None = None
        self._callers: dict[str, tuple[str, str]] = {}
        self._last_decided = ""
        self._problems: list[str] = []
        self._stop = asyncio.Event()
        self._reader_gone = False

    async def run(self, data: Path | None) -> None:
        """Until the time is over or somebody stops it; then the summary."""
        stop = self._stop
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        if data is not None:
            await self._in(data, stop)
        else:
            with tempfile.TemporaryDirectory(prefix="evenhand-demo-") as folder:
                await self._in(Path(folder), stop)
        self._end(data)

    async def _in(self, folder: Path, stop: asyncio.Event) -> None:
        if self._how == "plain":
            self._out(f"{_TITLE}; {self._speed:g} seconds pass in one. Ctrl-C stops it.")
        async with open_desk(folder, self._seed, self._speed, self, self._problem) as running:
            if self._how == "board":
                await self._show(running, stop)
            else:
                await _until(stop, self._minutes)
            if running.host.failure is not None:
                raise running.host.failure

    def _out(self, text: str) -> None:
        """Print a line. When whoever read it has gone (`| head`), that is the end of the demonstration."""
        if self._reader_gone:
            return
        try:
            typer.echo(text)
        except BrokenPipeError:
            self._reader_gone = True
            # What is still buffered must not fail once more when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._stop.set()

    def _problem(self, text: str) -> None:
        self._problems.append(text)
        if self._how != "board":
            typer.echo(f"evenhand: {text}", err=True)

    # --- what happens ---------------------------------------------------------------------------------

    def publish(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if self._began is None:
                self._began = entry.at
            self._board.feed(entry.facts)
            self._summary.feed(entry.facts)
            for fact in entry.facts:
                self._note(fact)

    def _note(self, fact: Fact) -> None:
        if isinstance(fact, ContactInitiated):
            self._callers[fact.contact_id] = (masked(fact.customer_address), fact.own_agent)
        elif isinstance(fact, AgentChosen):
            self._last_decided = fact.decision.contact_id
        if self._how == "json" and not isinstance(fact, BlockExecuted):
            self._out(_json_line(fact))
        elif self._how == "plain":
            self._line(fact)
        if isinstance(fact, ContactEnded):
            self._callers.pop(fact.contact_id, None)

    def _line(self, fact: Fact) -> None:
        if isinstance(
            fact,
            BlockExecuted
            | OfferMade
            | OfferAccepted
            | WhisperStarted
            | AfterContactWorkStarted
            | CentreOpened,
        ):
            return
        if isinstance(fact, ContactCleared) and fact.was == "after_contact_work":
            return
        contact_id = contact_of(fact)
        caller, own_agent = self._callers.get(contact_id, ("", ""))
        text = sentence(fact, own_agent)
        if text:
            time = clock_text(fact.at - (self._began or 0.0))
            self._out(f"{time:>7}  {contact_id[:6]:<6}  {caller:<5}  {text}")

    # --- the board ------------------------------------------------------------------------------------

    async def _show(self, running: RunningCentre, stop: asyncio.Event) -> None:
        from rich.console import Console
        from rich.live import Live

        from evenhand.cli.board_view import view

        console = Console(no_color=self._no_color or None, highlight=False)
        title = f"{_TITLE} ({self._speed:g}x)"
        host = running.host
        for agent in running.definition.agents:
            self._board.add(agent.name)

        def load_of(name: str) -> Load:
            work, given, age, _ = host.centre.workload.facts(CALL_TYPE, name, host.clock.now())
            return Load(work, given, age)

        until = asyncio.create_task(_until(stop, self._minutes))
        with _keys(stop), Live(console=console, screen=True, auto_refresh=False) as live:
            while not until.done() and host.failure is None:
                now = host.clock.now()
                picture = self._board.picture(now, load_of)
                figures = self._summary.figures()
                live.update(view(picture, figures, title, self._began or now, console.height), refresh=True)
                await asyncio.wait([until], timeout=_REFRESH_SECONDS)
        until.cancel()

    # --- the end --------------------------------------------------------------------------------------

    def _end(self, data: Path | None) -> None:
        figures = self._summary.figures()
        if self._how == "json":
            self._out(msgspec.json.encode({"summary": figures}).decode())
            return
        self._out("\nSummary")
        for line in summary_lines(figures):
            self._out(f"  {line}")
        for problem in dict.fromkeys(self._problems):
            self._out(f"  problem        {problem}")
        self._out("")
        if data is None:
            self._out("Look deeper: evenhand demo --data DIR keeps everything, then")
            self._out("  evenhand explain ID --data DIR    why a call went to whom, derived once more")
            self._out("  evenhand trace ID --data DIR      its way, block by block")
        elif self._last_decided:
            self._out("Look deeper:")
            for command in ("explain", "trace"):
                self._out(f"  evenhand {command} {self._last_decided} --data {data}")


def _json_line(fact: Fact) -> str:
    """A fact for machines. The number of whoever calls is masked here as everywhere."""
    if isinstance(fact, ContactInitiated):
        fact = msgspec.structs.replace(fact, customer_address=masked(fact.customer_address))
    elif isinstance(fact, ThirdPartyCalled):
        fact = msgspec.structs.replace(fact, number=masked(fact.number))
    return msgspec.json.encode(fact).decode()


async def _until(stop: asyncio.Event, minutes: float) -> None:
    try:
        async with asyncio.timeout(minutes * 60.0 or None):
            await stop.wait()
    except TimeoutError:
        return


@contextmanager
def _keys(stop: asyncio.Event) -> Iterator[None]:
    """While the board is shown, `q` stops it, without Enter."""
    import termios
    import tty

    if not sys.stdin.isatty():
        yield
        return
    loop, descriptor = asyncio.get_running_loop(), sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)

    def pressed() -> None:
        key = os.read(descriptor, 1)
        if key in (b"q", b"Q", b""):
            loop.remove_reader(descriptor)
            stop.set()

    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, pressed)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
