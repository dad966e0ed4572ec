"""However many contacts came, only those that are here take memory."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections.abc import Iterator

import pytest

from evenhand.records.summary import Summary
from evenhand.simulation.steady import Arrival, SteadyRun
from evenhand.simulation.streams import skills_centre

WARM_UP, CONTACTS, MOST = 10_000, 30_000, 500_000
"""Contacts before and while memory is watched, and the bytes it may grow by."""


def traffic(dice: random.Random, contacts: int) -> Iterator[Arrival]:
    """Twenty agents, all busy, for customers who wait two minutes on average."""
    for _ in range(contacts):
        yield Arrival(
            dice.expovariate(20 / 180),
            dice.expovariate(1 / 180),
            dice.expovariate(1 / 120),
            f"q{dice.randrange(4)}",
        )


@pytest.mark.parametrize("recording", [True, False])
def test_memory_does_not_grow_with_contacts(recording: bool) -> None:
    """With facts summed up, and without facts."""
    summary = Summary()
    skills = [[number % 4, (number + 1) % 4] for number in range(20)]
    run = SteadyRun(skills_centre(skills, 4), "in", summary.feed if recording else None)
    dice = random.Random(7)
    run.run(traffic(dice, WARM_UP))
    tracemalloc.start()
    try:
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        run.run(traffic(dice, CONTACTS))
        gc.collect()
        growth = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert growth < MOST
    run.finish()
    assert run.arrived == run.answered + run.abandoned == WARM_UP + CONTACTS
    assert not run.centre.contacts
    assert run.abandoned > 1_000
    if recording:
        figures = summary.figures()
        assert (figures.answered, figures.abandoned) == (run.answered, run.abandoned)
        assert figures.mean_wait == pytest.approx(run.waits.mean)
