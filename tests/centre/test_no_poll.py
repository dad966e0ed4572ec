"""Nothing is polled: what can happen now happens in the turn that made it possible."""

from __future__ import annotations

from evenhand.centre.centre import Centre
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.facts import ContactCleared, ContactQueued, OfferMade, StatusChanged
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    ContactHungUp,
    Input,
    OfferAccepted,
    StatusSet,
    Tick,
)
from evenhand.model.inputs import ContactCleared as Clear
from evenhand.simulation.streams import ONE_BLOCK_FLOW


def opened(after_contact_work: float | None = 0.0, delay: float = 0.0) -> Centre:
    centre = Centre()
    definition = CentreDefinition(
        flows=(FlowDefinition(name="in", content=ONE_BLOCK_FLOW),),
        queues=(QueueDefinition(name="Desk"),),
        routing_profiles=(RoutingProfile(name="all", rows=(RoutingRow(queue="Desk", delay=delay),)),),
        agents=(AgentDefinition(name="ana", routing_profile="all", after_contact_work=after_contact_work),),
    )
    centre.handle(CentreDefined(definition), 100.0)
    return centre


def happen(centre: Centre, at: float, *inputs: Input) -> tuple[object, ...]:
    """The facts of the last of these inputs, all at one time."""
    facts: tuple[object, ...] = ()
    for input in inputs:
        facts = centre.handle(input, at).facts
    return facts


def offered_at(facts: tuple[object, ...], cause: type) -> tuple[float, float]:
    """When the cause was, and the offer that follows it in the same turn."""
    first = next(fact for fact in facts if isinstance(fact, cause))
    offer = next(fact for fact in facts if isinstance(fact, OfferMade))
    return first.at, offer.at  # type: ignore[attr-defined]


def arrive(name: str) -> ContactArrived:
    return ContactArrived(name, "in", queue="Desk")


def test_an_arrival_is_offered_in_its_own_turn() -> None:
    """An idle agent is offered a contact at the instant of its arrival, by the same call."""
    centre = opened()
    happen(centre, 101.0, StatusSet("ana", "Available"))
    assert offered_at(happen(centre, 102.5, arrive("c1")), ContactQueued) == (102.5, 102.5)


def test_becoming_available_takes_a_contact_in_the_same_turn() -> None:
    """Who becomes available beside a waiting contact is offered it at that instant, by the same call."""
    centre = opened()
    happen(centre, 101.0, arrive("c1"))
    assert offered_at(happen(centre, 107.25, StatusSet("ana", "Available")), StatusChanged) == (
        107.25,
        107.25,
    )


def test_clearing_takes_the_next_contact_in_the_same_turn() -> None:
    """The slot that is cleared is filled at that instant, by the same call."""
    centre = opened()
    happen(
        centre, 101.0, StatusSet("ana", "Available"), arrive("c1"), OfferAccepted("c1", "ana"), arrive("c2")
    )
    happen(centre, 150.0, ContactHungUp("c1"))
    assert offered_at(happen(centre, 151.0, Clear("c1", "ana")), ContactCleared) == (151.0, 151.0)


def test_the_end_of_after_contact_work_takes_the_next_contact() -> None:
    """The machine asks to be woken at the very end of the work, and offers in that tick."""
    centre = opened(after_contact_work=12.0)
    happen(
        centre, 101.0, StatusSet("ana", "Available"), arrive("c1"), OfferAccepted("c1", "ana"), arrive("c2")
    )
    happen(centre, 150.0, ContactHungUp("c1"))
    assert centre.wake_at() == 162.0 or happen(centre, 121.0, Tick()) == ()
    assert offered_at(happen(centre, 162.0, Tick()), ContactCleared) == (162.0, 162.0)


def test_a_delay_ends_at_its_instant() -> None:
    """A row's delay is not looked for again and again: one reminder, at the moment it ends."""
    centre = opened(delay=7.5)
    happen(centre, 101.0, StatusSet("ana", "Available"), arrive("c1"))
    assert centre.wake_at() == 108.5
    assert [type(fact) for fact in happen(centre, 108.5, Tick())][-1] is OfferMade
