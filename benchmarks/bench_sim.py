"""The machine against SimPy and Ciw on common random numbers, in interleaved rounds.

python benchmarks/bench_sim.py PEERS [--rounds 5] [--compiled DIR] [--models skills,mmc,mmcm] [--contacts 100000]

PEERS is a folder with the peers' engines (`engines/simpy_e.py`, `simpy_x.py`, `ciw_e.py`) and their scripts
`gen.py`, `common.py`, `run.py`. Each run is a process of its own; a ratio is taken round by round, and the
median of the ratios counts. `--compiled` adds the copy that benchmarks/compile.py made.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(folder: Path, engine: str, model: str, contacts: int, extra: list[Path]) -> dict[str, float]:
    path = os.pathsep.join(str(each) for each in (*extra, folder, folder / "engines", HERE))
    code = (
        "import sys, runpy; sys.path[:0] = sys.argv[1].split(__import__('os').pathsep); sys.argv = sys.argv[2:]; "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = [sys.executable, "-c", code, path, str(folder / "run.py"), engine, model, str(contacts)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("peers", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--compiled", type=Path)
    parser.add_argument("--models", default="skills,mmc,mmcm")
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--peers-only", default="simpy_e,simpy_x,ciw_e")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "peers"
        shutil.copytree(options.peers, folder)
        for model in options.models.split(","):
            subprocess.run([sys.executable, "gen.py", model, str(options.contacts)], cwd=folder, check=True)
            table(folder, model, options)


def table(folder: Path, model: str, options: argparse.Namespace) -> None:
    engines = [("evenhand", "evenhand_e", [])]
    if options.compiled:
        engines.append(("evenhand compiled", "evenhand_e", [options.compiled.resolve()]))
    engines += [
        (name, name, [])
        for name in options.peers_only.split(",")
        if not (name == "simpy_x" and model == "mmc")
    ]
    costs: dict[str, list[float]] = {label: [] for label, _, _ in engines}
    means: dict[str, tuple[float, float]] = {}
    for _ in range(options.rounds):
        for label, engine, extra in engines:
            result = run(folder, engine, model, options.contacts, extra)
            costs[label].append(result["cpu"] / options.contacts * 1e6)
            means[label] = (round(result["mean_wait"], 6), result["abandoned"])
    print(f"\n{model}: {options.contacts:,} contacts, {options.rounds} rounds; CPU µs per contact, median")
    ours = [label for label, engine, _ in engines if engine == "evenhand_e"]
    for label, _, _ in engines:
        against = "".join(
            f"  {statistics.median(t / o for t, o in zip(costs[label], costs[own], strict=True)):6.2f} x {own}"
            for own in ours
            if label not in ours
        )
        print(f"  {label:18s} {statistics.median(costs[label]):8.2f}{against}")
    print(f"  the same mean wait and number of leavers everywhere: {len(set(means.values())) == 1}")


if __name__ == "__main__":
    main()
