"""Services that blocks need and nobody named, and names that nothing needs."""

from __future__ import annotations

from evenhand.centre.check import check_definition
from evenhand.model.definition import CentreDefinition, FlowDefinition
from tests.centre.law_centre import block, flow_text

_FLOW = FlowDefinition(
    name="in",
    content=flow_text(
        block("find", "GetCustomerProfile", {"ProfileRequestData": {}}, "out", {"NoMatchingError": "out"}),
        block("out", "DisconnectParticipant"),
    ),
)


def test_a_block_without_its_service_is_a_warning_with_a_way_out() -> None:
    """The author learns before the first call which block will fail, and what to write."""
    found = [one for one in check_definition(CentreDefinition(flows=(_FLOW,))) if one.code == "no-service"]
    assert [(one.severity, one.block) for one in found] == [("warning", "find")]
    assert "'profiles'" in found[0].message
    assert found[0].way_out == 'Name one: [services] profiles = "local".'


def test_a_service_that_is_named_is_no_warning() -> None:
    """An adapter is there."""
    definition = CentreDefinition(flows=(_FLOW,), services={"profiles": "services.py:answer"})
    assert not [one for one in check_definition(definition) if "service" in one.code]


def test_a_misspelt_service_is_an_error() -> None:
    """Nothing would ever ask it."""
    found = check_definition(CentreDefinition(services={"profile": "services.py:answer"}))
    assert [one.way_out for one in found if one.code == "unknown-service"] == ["Did you mean 'profiles'?"]
