"""Interleaved rounds: every way of doing a piece of work is run in turn, each time in a process of its own.

A shared machine makes absolute figures noisy, so ratios are taken round by round, between neighbours in time,
and the median of the ratios counts.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["OURS", "Way", "judge", "measure", "median", "ratio", "ways_of_ours"]

OURS = "evenhand"

Rounds = Mapping[str, Sequence[dict[str, Any]]]


class Way(NamedTuple):
    """One way of doing the work: its name, the command after `python`, and folders to import from first."""

    label: str
    command: Sequence[str]
    first: Sequence[Path] = ()


def ways_of_ours(script: str, arguments: Sequence[str], compiled: Path | None) -> list[Way]:
    """Evenhand as it is, and compiled where there is such a copy."""
    command = [script, *arguments]
    ways = [Way(OURS, command)]
    if compiled is not None:
        ways.append(Way(f"{OURS} compiled", command, [compiled.resolve()]))
    return ways


def measure(ways: Sequence[Way], rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Run all ways once a round. Each prints one line of JSON, the last one, with its figures."""
    found: dict[str, list[dict[str, Any]]] = {way.label: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            paths = [str(path) for path in way.first]
            environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
            done = subprocess.run(
                [sys.executable, *way.command], capture_output=True, text=True, env=environment, check=False
            )
            if done.returncode:
                raise SystemExit(f"{way.label} failed:\n{done.stderr}")
            found[way.label].append(json.loads(done.stdout.strip().splitlines()[-1]))
    return found


def median(rounds: Rounds, label: str, figure: str) -> float:
    """The median of one figure."""
    return statistics.median(one[figure] for one in rounds[label])


def ratio(rounds: Rounds, figure: str, label: str, to: str) -> float:
    """The median of one way's figure divided by another's of the same round."""
    pairs = zip(rounds[label], rounds[to], strict=True)
    return statistics.median(one[figure] / other[figure] for one, other in pairs)


def judge(text: str, value: float, bar: float, compare: Callable[[float, float], bool]) -> bool:
    """Print one bar and whether it is met."""
    met = compare(value, bar)
    print(f"  {text:58s} {value:8.2f}  bar {bar:g}  {'met' if met else 'NOT met'}")
    return met
