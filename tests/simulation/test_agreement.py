"""The whole machine in virtual time against the textbook: Erlang C and Erlang A.

Each figure is the mean of independent runs; the textbook's must lie within the 99 % confidence interval of
Student's t. Formulas: L. Kleinrock, *Queueing Systems*, volume 1 (1975), sections 3.5 and 5.1 (M/M/m), and
A. Mandelbaum, S. Zeltyn, *Service Engineering in Action: The Palm/Erlang-A Queue* (2007), section 3.
"""

from __future__ import annotations

import math
import random
from array import array
from statistics import mean, stdev

from evenhand.simulation.streams import run_streams, skills_centre

AGENTS, RUNS, CONTACTS, WARM_UP = 5, 10, 20_000, 1_000
ARRIVALS, SERVICE = 4.0, 1.0
"""Per minute: five agents are busy 80 % of the time."""

STUDENT_99 = 3.250
"""The two-sided 99 % quantile of Student's t with nine degrees of freedom."""


def runs(patience: float | None) -> list[array[float]]:
    """The waits of independent runs, in minutes, without the first of each."""
    definition = skills_centre([[0]] * AGENTS)
    found = []
    for seed in range(RUNS):
        dice = random.Random(seed)
        gaps = [dice.expovariate(ARRIVALS) for _ in range(CONTACTS)]
        talks = [dice.expovariate(SERVICE) for _ in range(CONTACTS)]
        patiences = [dice.expovariate(patience) for _ in range(CONTACTS)] if patience else None
        found.append(run_streams(definition, gaps, talks, patiences)[WARM_UP:])
    return found


def assert_agrees(figures: list[float], expected: float) -> None:
    half_width = STUDENT_99 * stdev(figures) / math.sqrt(len(figures))
    assert abs(mean(figures) - expected) <= half_width, (mean(figures), half_width, expected)
    # A wide interval would prove nothing.
    assert half_width < 0.15 * expected


def test_erlang_c() -> None:
    """M/M/5 with patient customers: the chance to wait and the mean wait are Erlang's."""
    load = ARRIVALS / SERVICE
    last = load**AGENTS / math.factorial(AGENTS) * AGENTS / (AGENTS - load)
    wait_chance = last / (sum(load**k / math.factorial(k) for k in range(AGENTS)) + last)
    mean_wait = wait_chance / (AGENTS * SERVICE - ARRIVALS)
    found = runs(None)
    assert_agrees([mean(wait > 0 for wait in one) for one in found], wait_chance)
    assert_agrees([mean(one) for one in found], mean_wait)


def test_erlang_a() -> None:
    """M/M/5+M, customers who leave after a minute on average: who abandons, and the mean wait of all."""
    leaving = 1.0
    # The birth-death chain: the chance of each number of contacts, busy and waiting.
    weights = [1.0]
    for number in range(1, 400):
        served = min(number, AGENTS) * SERVICE + max(number - AGENTS, 0) * leaving
        weights.append(weights[-1] * ARRIVALS / served)
    waiting = sum(max(k - AGENTS, 0) * weight for k, weight in enumerate(weights)) / sum(weights)
    # Little's law, and everybody who waits leaves at the same rate.
    mean_wait, abandon_chance = waiting / ARRIVALS, leaving * waiting / ARRIVALS
    found = runs(leaving)
    assert_agrees([mean(wait < 0 for wait in one) for one in found], abandon_chance)
    assert_agrees([mean(abs(wait) for wait in one) for one in found], mean_wait)
