"""A million contacts in virtual time: how much memory the process grows by.

    python benchmarks/bench_memory.py [--contacts 1000000] [--rounds 1] [--compiled DIR]

200 agents and 20 call types at 95 % load, patience of two minutes, drawn as they come. After 50,000 contacts
of warm-up the greatest resident size of the process is read, and again at the end. `recorded`: every fact is
made and fed to the summary of `records/summary.py`. `bare`: no facts, the driver's own counts.

The bar: at most 10 MB more. It is no ratio and needs no rounds.
"""

from __future__ import annotations

import argparse
import json
import operator
import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rounds import judge, measure, median, ways_of_ours  # noqa: E402

from evenhand.records.summary import Summary  # noqa: E402
from evenhand.simulation.steady import Arrival, SteadyRun  # noqa: E402
from evenhand.simulation.streams import skills_centre  # noqa: E402

BAR, WARM_UP = 10.0, 50_000
AGENTS, KINDS = 200, 20


def traffic(dice: random.Random, contacts: int) -> Iterator[Arrival]:
    drawn, rate = dice.expovariate, 0.95 * AGENTS / 180
    queues = [f"q{kind}" for kind in range(KINDS)]
    for _ in range(contacts):
        yield Arrival(drawn(rate), drawn(1 / 180), drawn(1 / 120), queues[dice.randrange(KINDS)])


def resident() -> float:
    """The greatest resident size of this process so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux getrusage starts at the size of whoever started this process.
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    scale = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def once(contacts: int, recorded: bool) -> None:
    dice = random.Random(20240607)
    skills = [sorted(dice.sample(range(KINDS), dice.randint(3, 5))) for _ in range(AGENTS)]
    summary = Summary()
    run = SteadyRun(skills_centre(skills, KINDS), "in", summary.feed if recorded else None)
    run.run(traffic(dice, WARM_UP))
    before, cpu = resident(), time.process_time()
    run.run(traffic(dice, contacts))
    growth, cpu = resident() - before, time.process_time() - cpu
    run.finish()
    assert run.answered + run.abandoned == WARM_UP + contacts
    if recorded:
        assert summary.figures().answered == run.answered
    print(
        json.dumps(
            {
                "growth": growth,
                "at_warm_up": before,
                "per_contact": cpu / contacts * 1e6,
                "mean_wait": run.waits.mean,
                "abandoned": run.abandoned / (WARM_UP + contacts),
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--compiled", type=Path, help="a copy made by benchmarks/compile.py")
    parser.add_argument("--once", choices=("recorded", "bare"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once(options.contacts, options.once == "recorded")
        return
    ways = []
    for kind in ("recorded", "bare"):
        arguments = ["--once", kind, "--contacts", str(options.contacts)]
        for way in ways_of_ours(__file__, arguments, options.compiled):
            ways.append(way._replace(label=f"{way.label}, {kind}"))
    found = measure(ways, options.rounds)
    print(f"{options.contacts:,} contacts after {WARM_UP:,}")
    for way in ways:
        names = ("at_warm_up", "per_contact", "mean_wait", "abandoned")
        figures = {name: median(found, way.label, name) for name in names}
        print(
            f"  {way.label:28s} {figures['at_warm_up']:6.1f} MB after the warm-up; {figures['per_contact']:6.2f} µs CPU "
            f"a contact, mean wait {figures['mean_wait']:.2f} s, {figures['abandoned']:.1%} left"
        )
    for way in ways:
        judge(f"{way.label}: MB more", median(found, way.label, "growth"), BAR, operator.le)


if __name__ == "__main__":
    main()
