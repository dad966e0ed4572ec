"""The journal's group commit: 64 inputs at once, against one commit for each.

    python benchmarks/bench_journal.py [--rounds 5] [--inputs 6400] [--folder DIR] [--compiled DIR]

A real host over the SQLite journal (write-ahead log, `synchronous=FULL`: a commit returns when the disk has
it). 64 senders each send an input and wait until it is saved, then send the next. `one commit each` is the
same host over the same journal, made to commit every entry by itself.

Measured: wall clock, inputs a second. The bar: at least four times as many with group commit. The folder
must be on a real disk (default: a new one beside this script); the figures depend on how long a flush takes
there, which is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import operator
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rounds import judge, measure, median, ratio, ways_of_ours  # noqa: E402

from evenhand.adapters.journals.sqlite import SqliteJournal  # noqa: E402
from evenhand.centre.centre import Centre  # noqa: E402
from evenhand.host.clock import RealClock  # noqa: E402
from evenhand.host.host import Host  # noqa: E402
from evenhand.host.memory import MemoryFunctions  # noqa: E402
from evenhand.host.ports import Entry  # noqa: E402
from evenhand.model.effects import Effect  # noqa: E402
from evenhand.model.inputs import CentreDefined, ContactArrived, ContactHungUp, Input  # noqa: E402
from evenhand.simulation.streams import skills_centre  # noqa: E402

BAR = 4.0
SENDERS = 64


class Counted(SqliteJournal):
    """Counts its commits."""

    commits = 0

    def append(self, fence: int, first_sequence: int, entries: Sequence[Entry]) -> None:
        super().append(fence, first_sequence, entries)
        self.commits += 1


class OneByOne(Counted):
    """Makes every entry durable by itself."""

    def append(self, fence: int, first_sequence: int, entries: Sequence[Entry]) -> None:
        for entry in entries:
            super().append(fence, entry.sequence, [entry])


class NoLegs:
    """Nobody speaks and nobody listens."""

    def attach(self, send: Callable[[Input], None]) -> None:
        """Nothing will happen."""

    def perform(self, effect: Effect, now: float) -> None:
        """Nothing to do."""


async def send(host: Host, name: str, inputs: int) -> None:
    """Contacts that come and hang up, each step saved before the next."""
    for number in range(inputs // 2):
        contact_id = f"{name}-{number}"
        await host.saved(host.send(ContactArrived(contact_id, "in", "q0")))
        await host.saved(host.send(ContactHungUp(contact_id)))


async def run(journal: Counted, inputs: int) -> dict[str, float]:
    host = Host(
        Centre(), journal=journal, fence=1, clock=RealClock(), media=NoLegs(), functions=MemoryFunctions({})
    )
    await host.saved(host.send(CentreDefined(skills_centre([[0]]))))
    each = inputs // SENDERS
    commits, cpu, before = journal.commits, time.process_time(), time.perf_counter()
    await asyncio.gather(*(send(host, str(sender), each) for sender in range(SENDERS)))
    took = time.perf_counter() - before
    sent = each // 2 * 2 * SENDERS
    figures = {
        "rate": sent / took,
        "batch": sent / (journal.commits - commits),
        "cpu": (time.process_time() - cpu) / sent * 1e6,
    }
    await host.close()
    return figures


def flush_time(folder: Path) -> float:
    """Milliseconds of a small write and its flush, the median of 200."""
    took = []
    with (folder / "flush").open("wb", buffering=0) as file:
        for _ in range(200):
            before = time.perf_counter()
            file.write(b"x" * 200)
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - before) * 1000)
    return sorted(took)[100]


def once(kind: str, inputs: int, folder: Path | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder or HERE, prefix="journal-") as made:
        path = Path(made)
        journal = (Counted if kind == "group" else OneByOne)(path / "journal.db")
        figures = asyncio.run(run(journal, inputs))
        journal.close()
        print(json.dumps(figures | {"flush": flush_time(path)}))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--inputs", type=int, default=6_400)
    parser.add_argument("--folder", type=Path, help="where the journals are made and removed again")
    parser.add_argument("--compiled", type=Path, help="a copy made by benchmarks/compile.py")
    parser.add_argument("--once", choices=("group", "each"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once(options.once, options.inputs, options.folder)
        return
    ways = []
    for kind, words in (("group", "group commit"), ("each", "one commit each")):
        arguments = ["--once", kind, "--inputs", str(options.inputs)]
        if options.folder:
            arguments += ["--folder", str(options.folder)]
        for way in ways_of_ours(__file__, arguments, options.compiled):
            ways.append(way._replace(label=f"{way.label}, {words}"))
    found = measure(ways, options.rounds)
    print(f"{SENDERS} concurrent senders, {options.inputs:,} inputs, {options.rounds} rounds; medians")
    for way in ways:
        figures = {name: median(found, way.label, name) for name in ("rate", "batch", "cpu", "flush")}
        print(
            f"  {way.label:36s} {figures['rate']:9,.0f} inputs/s, {figures['batch']:5.1f} a commit, "
            f"{figures['cpu']:6.1f} µs CPU an input; a bare flush takes {figures['flush']:.3f} ms"
        )
    for way in ways[: len(ways) // 2]:
        alone = way.label.replace("group commit", "one commit each")
        value = ratio(found, "rate", way.label, alone)
        judge(f"{way.label}: times as many inputs", value, BAR, operator.ge)


if __name__ == "__main__":
    main()
