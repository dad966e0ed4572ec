"""The board in a terminal: agents, queue and last decisions, at 80 columns and more. Words, not colour alone."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evenhand.cli.clock_text import clock_text
from evenhand.model.units import Seconds
from evenhand.records.board import AgentRow, DecisionRow, Picture, WaitingRow
from evenhand.records.summary import SummaryFigures

__all__ = ["view"]

_COLOURS = {
    "available": "green",
    "incoming": "yellow",
    "on contact": "cyan",
    "on hold": "cyan",
    "after-contact work": "blue",
    "missed": "red",
    "rejected": "red",
    "error": "red",
}
_SHORTER = {
    "became free and this contact was first in order": "became free, first in line",
    "is the first available of the flow's list": "first free of the flow's list",
    "is this customer's own agent": "the customer's own agent",
    "; before: ": "; not free: ",
    "after-contact work": "ACW",
}
_LONG_WAIT: Seconds = 120.0
_FIXED_LINES = 9


def view(picture: Picture, figures: SummaryFigures, title: str, began: float, height: int) -> RenderableType:
    """The whole board, no taller than the terminal: what does not fit is counted, never cut off silently."""
    room = max(4, height - _FIXED_LINES - len(picture.agents))
    queue_room = min(len(picture.waiting) or 1, max(2, room // 2))
    return Group(
        _title(title, picture.at - began),
        _agents(picture),
        _queue(picture, queue_room),
        _decisions(picture.decisions[: max(1, room - queue_room)], began),
        _footer(figures),
    )


def _title(title: str, elapsed: Seconds) -> Table:
    line = Table.grid(expand=True)
    line.add_column(no_wrap=True)
    line.add_column(justify="right", no_wrap=True)
    line.add_row(Text(title, "bold"), f"{clock_text(elapsed)}   q to stop")
    return line


def _table(*columns: tuple[str, int | None, bool]) -> Table:
    """A table without frames: (heading, width or None for the rest, right-aligned)."""
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading, width, right in columns:
        table.add_column(
            heading,
            width=width,
            justify="right" if right else "left",
            no_wrap=True,
            overflow="ellipsis",
            ratio=None if width else 1,
        )
    return table


def _agents(picture: Picture) -> Table:
    table = _table(
        ("AGENT", 10, False),
        ("DOES", 19, False),
        ("WITH", 6, False),
        ("FOR", 5, True),
        ("TAKEN", 5, True),
        ("OFFLINE WORK + NEW", None, False),
    )
    for row in picture.agents:
        since = clock_text(picture.at - row.since) if row.since else ""
        table.add_row(row.name, _activity(row), row.contact, since, str(row.handled), _load(row))
    return table


def _activity(row: AgentRow) -> Text:
    words = row.activity + (f", then {row.next_status}" if row.next_status else "")
    return Text(words, _COLOURS.get(row.activity, "dim"))


def _load(row: AgentRow) -> Text:
    work, given = row.load.work, row.load.provisional
    numbers = f"{work:>3g}" + (f" + {given:g}" if given else "")
    bar = Text(f"{numbers:<9}")
    bar.append("█" * min(16, round(work)), "magenta")
    bar.append("▒" * min(6, round(given)), "magenta")
    return bar


def _queue(picture: Picture, room: int) -> Group:
    waiting = picture.waiting
    shown = waiting if len(waiting) <= room else waiting[: room - 1]
    table = _table(
        (f"QUEUE {len(waiting)}", 8, False),
        ("CALLER", 7, False),
        ("WAITED", 6, True),
        ("TOLD", 18, False),
        ("", None, False),
    )
    for row in shown:
        waited = Text(clock_text(row.waited), "red" if row.waited > _LONG_WAIT else "")
        table.add_row(str(row.position), row.contact, waited, _told(row, picture.at), _beside(row))
    if len(shown) < len(waiting):
        table.add_row("", "", "", f"and {len(waiting) - len(shown)} more", "")
    if not waiting:
        table.add_row("", "nobody", "", "", "")
    return Group("", table)


def _told(row: WaitingRow, now: float) -> str:
    if row.told is None:
        return "-"
    return f"{row.told:g} s, {clock_text(now - row.told_at)} ago"


def _beside(row: WaitingRow) -> str:
    words = [f"rings at {row.ringing}"] if row.ringing else []
    if row.own_agent:
        words.append(f"own agent {row.own_agent}")
    if "own" in row.queue:
        words.append(f"in {row.queue} queue")
    return ", ".join(words)


def _decisions(decisions: tuple[DecisionRow, ...], began: float) -> Group:
    table = _table(("DECIDED", 7, True), ("CALLER", 6, False), ("TO", 6, False), ("WHY", None, False))
    for row in decisions:
        style = "" if row is not decisions[0] else "bold"
        table.add_row(clock_text(row.at - began), row.contact, row.agent, _brief(row), style=style)
    return Group("", table)


def _brief(row: DecisionRow) -> str:
    """The reason without what the other columns say, and short enough for 80 of them."""
    text = row.reason.removeprefix(f"{row.agent} ")
    for long, short in _SHORTER.items():
        text = text.replace(long, short)
    return text


def _footer(figures: SummaryFigures) -> Text:
    return Text(
        f"\n{figures.contacts} calls, {figures.answered} answered, {figures.abandoned} gave up, "
        f"{figures.left} left; wait {figures.mean_wait:.0f} s on average; "
        f"{figures.service_level:.0%} within {figures.service_seconds:g} s",
        "dim",
        no_wrap=True,
        overflow="ellipsis",
    )
