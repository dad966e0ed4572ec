"""What a model is given: numbers by name, in the author's order."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.assessment.features import BadInput, Features

CONTACT: dict[str, Any] = {
    "waited": 12.0,
    "priority": 5,
    "offers": 0,
    "channel": "CHAT",
    "queue": "Desk",
    "language": "en",
    "customer": "+1",
    "attributes": {"amount": "250.5", "state": "TX", "odd": "much", "endless": "inf"},
}
AGENT: dict[str, Any] = {
    "workload": 3.5,
    "provisional": 1.0,
    "idle_minutes": 2.0,
    "handled": 7,
    "contacts": 0,
    "own": True,
    "name": "ana",
    "profile": "all",
    "labels": {"languages": "en, es", "years": "4"},
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("waited", 12.0),
        ("channel=CHAT", 1.0),
        ("channel=VOICE", 0.0),
        ("attributes.amount", 250.5),
        ("attributes.state=TX", 1.0),
        ("attributes.odd", 0.0),
        ("attributes.endless", 0.0),
        ("attributes.absent", 0.0),
        ("agent.workload", 3.5),
        ("agent.own", 1.0),
        ("agent.name=ana", 1.0),
        ("agent.labels.languages=es", 1.0),
        ("agent.labels.years", 4.0),
    ],
)
def test_an_input_is_a_number(name: str, value: float) -> None:
    assert Features((name,)).rows(CONTACT, [AGENT]) == ((value,),)


def test_a_row_for_each_agent_in_the_order_of_the_inputs() -> None:
    other = {**AGENT, "workload": 0.0}
    features = Features(("agent.workload", "waited", "agent.handled"))
    assert features.rows(CONTACT, [AGENT, other]) == ((3.5, 12.0, 7.0), (0.0, 12.0, 7.0))


@pytest.mark.parametrize(
    "name",
    ["", "mood", "channel", "waited=3", "agent.mood", "agent.name", "attributes.", "agent.attributes.x"],
)
def test_what_there_is_not_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(BadInput):
        Features((name,))
