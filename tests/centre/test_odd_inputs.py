"""Inputs that no honest outside sends: they are refused with a way out, and nothing has changed."""

from __future__ import annotations

import math
from typing import Any, cast

import msgspec
import pytest

from evenhand.centre.centre import Centre
from evenhand.centre.snapshot import snapshot, write_state
from evenhand.errors import IllegalInput
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
)
from evenhand.model.facts import CentreOpened
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    Input,
    StatusSet,
    Tick,
    WorkloadObservation,
    WorkloadObserved,
)
from tests.centre.odd_centre import DEFINITION, odd_centre


def _observed(amount: float, at: float = 1_000.0) -> WorkloadObserved:
    return WorkloadObserved(at, (WorkloadObservation("loans", "ana", {"workload": amount}),))


@pytest.mark.parametrize(
    "input",
    [
        ContactArrived("one", channel=cast(Any, "FAX")),
        ContactArrived(""),
        _observed(math.nan),
        _observed(math.inf),
        _observed(1.0, math.nan),
        _observed(1.0, -math.inf),
    ],
)
def test_an_input_that_no_journal_could_hold_is_refused_and_changes_nothing(input: Input) -> None:
    """An unknown channel, no id, numbers without an order: the next turn knows nothing of them."""
    centre = odd_centre()
    before = write_state(snapshot(centre))
    with pytest.raises(IllegalInput) as refused:
        centre.handle(input, 1_001.0)
    assert refused.value.way_out
    assert write_state(snapshot(centre)) == before
    assert not centre.handle(Tick(), 1_000.0).facts


def test_a_definition_with_an_unknown_first_status_is_refused_as_a_whole() -> None:
    """Neither half a definition nor its facts stay behind."""
    agent = AgentDefinition(name="ana", routing_profile="all", initial_status="Asleep")
    centre = Centre()
    with pytest.raises(IllegalInput, match="Asleep"):
        centre.handle(CentreDefined(msgspec.structs.replace(DEFINITION, agents=(agent,))), 1_000.0)
    assert centre.definition == CentreDefinition()
    opened = centre.handle(CentreDefined(DEFINITION), 1_001.0).facts
    assert [type(fact) for fact in opened] == [CentreOpened]


def test_an_absurd_amount_of_work_breaks_no_sum() -> None:
    """Everybody has the most work there is; someone comes back, and the mean is still a number."""
    agents = tuple(AgentDefinition(name=name, routing_profile="all") for name in ("ana", "bo", "cy"))
    centre = Centre()
    centre.handle(CentreDefined(msgspec.structs.replace(DEFINITION, agents=agents)), 1_000.0)
    rows = tuple(WorkloadObservation("loans", name, {"workload": 1.7e308}) for name in ("bo", "cy"))
    centre.handle(WorkloadObserved(1_000.0, rows), 1_000.0)
    for name, status in (("bo", "Available"), ("cy", "Available"), ("ana", "Available"), ("ana", "Offline")):
        centre.handle(StatusSet(name, status), 1_001.0)
    centre.handle(StatusSet("ana", "Available"), 40_000.0)
    assert 0 < centre.workload.load("loans", "ana") <= 1e15
