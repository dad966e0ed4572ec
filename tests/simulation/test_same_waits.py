"""Every contact waits as long as in SimPy and in Ciw on the same numbers, contact by contact."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from evenhand.simulation.streams import run_streams, skills_centre
from tests.simulation.other_simulators import Streams, ciw_waits, simpy_waits

CONTACTS, HANDLE_TIME, PATIENCE = 4_000, 180.0, 120.0


def drawn(agents: int, load: float, kinds: int, patience: bool, seed: int) -> Streams:
    """Exponential gaps, handle times and patience; with several kinds each agent takes three to five."""
    dice = random.Random(seed)
    rate = load * agents / HANDLE_TIME
    skills = [
        sorted(dice.sample(range(kinds), dice.randint(3, 5))) if kinds > 1 else [0] for _ in range(agents)
    ]
    return Streams(
        gaps=[dice.expovariate(rate) for _ in range(CONTACTS)],
        handle_times=[dice.expovariate(1 / HANDLE_TIME) for _ in range(CONTACTS)],
        patience=[dice.expovariate(1 / PATIENCE) for _ in range(CONTACTS)] if patience else None,
        kinds=[dice.randrange(kinds) for _ in range(CONTACTS)],
        skills=skills,
    )


MODELS = {
    "M/M/20": drawn(20, 0.95, 1, False, 1),
    "M/M/20+M": drawn(20, 1.0, 1, True, 2),
    "skills": drawn(40, 1.0, 10, True, 3),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("other", [simpy_waits, ciw_waits])
def test_every_contact_waits_as_long(model: str, other: Callable[[Streams], Sequence[float]]) -> None:
    """Who is served waits the same, and the same contacts leave after the same time."""
    streams = MODELS[model]
    ours = run_streams(
        skills_centre(streams.skills, 1 + max(streams.kinds)),
        streams.gaps,
        streams.handle_times,
        streams.patience,
        streams.kinds,
    )
    assert list(ours) == pytest.approx(other(streams), abs=1e-6)
    # An empty queue would prove nothing, nor one without leavers.
    assert sum(wait > 1.0 for wait in ours) > 400
    assert (sum(wait < 0.0 for wait in ours) > 100) == (streams.patience is not None)
