"""The machine against SimPy and Ciw on common random numbers.

    python benchmarks/bench_sim.py [PEERS] [--rounds 5] [--contacts 100000] [--models skills,mmc,mmcm] [--compiled DIR]

The same contacts (gaps, handle times, patience, types) through the whole machine in virtual time (a one-block
flow, records off: evenhand_e.py), through SimPy as its documentation shows it (`simpy_e`), SimPy as an expert
writes it (`simpy_x`) and Ciw (`ciw_e`). `mmc` is M/M/50 at 95 %, `mmcm` M/M/50+M at 100 % with patience of two
minutes, `skills` 200 agents with 3 to 5 of 20 call types. Mean wait and number of leavers are compared in
every run; tests/simulation/test_same_waits.py compares every single contact.

Measured: CPU time of the run in a process of its own, without start-up and loading of the numbers.
Bars, times as fast: `skills` 6 (simpy_e), 3 (simpy_x), 12 (ciw_e); `mmc` and `mmcm` 6 (simpy_e), 12 (ciw_e).

PEERS (or EVENHAND_PEERS) is the folder with the peers' engines, gen.py, common.py and run.py; it is copied.
"""

from __future__ import annotations

import argparse
import operator
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rounds import Way, judge, measure, median, ratio, ways_of_ours  # noqa: E402

BARS = {
    "skills": {"simpy_e": 6.0, "simpy_x": 3.0, "ciw_e": 12.0},
    "mmc": {"simpy_e": 6.0, "ciw_e": 12.0},
    "mmcm": {"simpy_e": 6.0, "ciw_e": 12.0},
}


def table(folder: Path, model: str, contacts: int, rounds: int, compiled: Path | None) -> None:
    script = str(folder / "run.py")
    arguments = [model, str(contacts)]
    ours = ways_of_ours(script, ["evenhand_e", *arguments], compiled)
    ways = [way._replace(first=[*way.first, HERE]) for way in ours]
    ways += [Way(peer, [script, peer, *arguments]) for peer in BARS[model]]
    found = measure(ways, rounds)
    print(f"\n{model}: {contacts:,} contacts, {rounds} rounds; CPU µs a contact, medians")
    for label in found:
        print(f"  {label:18s} {median(found, label, 'cpu') / contacts * 1e6:8.2f}")
    same = {(round(one["mean_wait"], 6), one["abandoned"]) for runs in found.values() for one in runs}
    print(f"  the same mean wait and number of leavers everywhere: {len(same) == 1}")
    for way in ours:
        for peer, bar in BARS[model].items():
            value = ratio(found, "cpu", peer, way.label)
            judge(f"{way.label}: times as fast as {peer}", value, bar, operator.ge)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("peers", type=Path, nargs="?", default=os.environ.get("EVENHAND_PEERS"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--models", default="skills,mmc,mmcm")
    parser.add_argument("--compiled", type=Path, help="a copy made by benchmarks/compile.py")
    options = parser.parse_args()
    if options.peers is None:
        parser.error("give the folder of the peers, or set EVENHAND_PEERS")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "peers"
        shutil.copytree(options.peers, folder)
        for model in options.models.split(","):
            subprocess.run([sys.executable, "gen.py", model, str(options.contacts)], cwd=folder, check=True)
            table(folder, model, options.contacts, options.rounds, options.compiled)


if __name__ == "__main__":
    main()
