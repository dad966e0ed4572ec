"""Flows and names that ask too much: the contact goes on, and nothing grows without end."""

from __future__ import annotations

from evenhand.centre.centre import Centre
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    HoursOfOperation,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.facts import BlockExecuted
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    DigitsEntered,
    StatusSet,
    Tick,
)
from tests.centre.law_centre import block, flow_text

_HOURS = flow_text(
    block("hours", "CheckHoursOfOperation", {"HoursOfOperationId": "moon"}, "go", {"NoMatchingError": "go"}),
    block("go", "TransferContactToQueue"),
)
_WALK = flow_text(
    block(
        "ask",
        "CheckMetricData",
        {"MetricType": "NumberOfAgentsAvailable", "AgentId": "ana"},
        "pause",
        {"NoMatchingError": "pause", "NoMatchingCondition": "pause"},
    ),
    block("pause", "Wait", {"TimeLimitSeconds": "30"}, "ask", {"NoMatchingError": "ask"}),
)

_DOUBLE = flow_text(
    block(
        "double",
        "UpdateFlowAttributes",
        {"FlowAttributes": {"a": {"Value": "x$.FlowAttributes.a$.FlowAttributes.a"}}},
        "double",
        {"NoMatchingError": "go"},
    ),
    block("go", "TransferContactToQueue"),
)

DEFINITION = CentreDefinition(
    default_queue="Desk",
    flows=(
        FlowDefinition(name="hours", content=_HOURS),
        FlowDefinition(name="walk", content=_WALK),
        FlowDefinition(name="double", content=_DOUBLE),
    ),
    hours=(HoursOfOperation(name="moon", time_zone="Moon/Tycho"),),
    queues=(QueueDefinition(name="Desk"),),
    routing_profiles=(RoutingProfile(name="all", rows=(RoutingRow(queue="Desk"),)),),
    agents=(AgentDefinition(name="ana", routing_profile="all"),),
)


def _centre() -> Centre:
    centre = Centre()
    centre.handle(CentreDefined(DEFINITION), 1_000.0)
    return centre


def test_hours_in_a_time_zone_that_nobody_knows_take_the_error_branch() -> None:
    """The contact goes on; the machine does not break over a name."""
    centre = _centre()
    facts = centre.handle(ContactArrived("one", flow="hours", queue="Desk"), 1_001.0).facts
    hours = next(fact for fact in facts if isinstance(fact, BlockExecuted) and fact.block == "hours")
    assert hours.branch == "NoMatchingError"


def test_what_a_flow_found_about_an_agent_is_kept_once_however_often_it_asks() -> None:
    """A flow that asks every half minute for a day makes no contact heavier."""
    centre = _centre()
    centre.handle(ContactArrived("one", flow="walk"), 1_000.0)
    for turn in range(1, 100):
        centre.handle(Tick(), 1_000.0 + 30.0 * turn)
    assert centre.contacts["one"].walked == (("ana", "offline"),)
    centre.handle(StatusSet("ana", "Available"), 5_000.0)
    centre.handle(Tick(), 5_000.0)
    assert centre.contacts["one"].walked == (("ana", "available"),)


def test_flow_attributes_that_double_in_a_loop_end_at_32_kb() -> None:
    """The error branch is taken; the contact reaches its queue and the memory stays whole."""
    centre = _centre()
    facts = centre.handle(ContactArrived("one", flow="double", queue="Desk"), 1_001.0).facts
    last = [fact for fact in facts if isinstance(fact, BlockExecuted) and fact.block == "double"][-1]
    assert last.branch == "NoMatchingError"
    assert "32,768" in last.why
    assert centre.contacts["one"].stage == "waiting"


def test_keys_that_nobody_listens_to_leave_no_reminders_behind() -> None:
    """A customer who presses keys for hours asks for the same reminder only once."""
    centre = _centre()
    centre.handle(ContactArrived("one", flow="walk"), 1_000.0)
    for turn in range(100):
        centre.handle(DigitsEntered("one", "1"), 1_000.0 + turn / 10)
    assert len(centre.timers._heap) == 1
    assert centre.wake_at() == 1_030.0
