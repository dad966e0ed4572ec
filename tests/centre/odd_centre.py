"""A small centre whose flows ask too much of it."""

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
from evenhand.model.inputs import CentreDefined
from tests.centre.law_centre import block, flow_text

__all__ = ["DEFINITION", "odd_centre"]

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


def odd_centre() -> Centre:
    """It is open."""
    centre = Centre()
    centre.handle(CentreDefined(DEFINITION), 1_000.0)
    return centre
