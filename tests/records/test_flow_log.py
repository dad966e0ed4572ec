"""The flow log in the real service's shape."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from evenhand.model.definition import CentreDefinition, FlowDefinition
from evenhand.model.facts import BlockExecuted, Fact, ModuleInvoked
from evenhand.records.flow_log import flow_log
from tests.records.stories import block

INSTANCE = "arn:aws:connect:eu-central-1:123456789012:instance/11111111-2222-3333-4444-555555555555"
CENTRE = CentreDefinition(instance_arn=INSTANCE, flows=(FlowDefinition(name="Main", id="flow-id"),))


def records(*facts: BlockExecuted) -> list[dict[str, Any]]:
    """The records of these blocks."""
    return list(flow_log(facts, CENTRE))


def test_a_record_has_the_services_own_fields() -> None:
    """Contact, flow by ARN and name, the older module name, block, time with milliseconds, values, result."""
    fact = block(
        "c1",
        1_772_618_400.5,
        "InvokeLambdaFunction",
        block="Ask",
        values={
            "LambdaFunctionARN": "arn:x",
            "InvocationTimeLimitSeconds": "8",
            "LambdaInvocationAttributes": {"a": "1"},
        },
        external={"agent1": "ben"},
    )
    assert records(fact) == [
        {
            "ContactId": "c1",
            "ContactFlowId": f"{INSTANCE}/contact-flow/flow-id",
            "ContactFlowName": "Main",
            "ContactFlowModuleType": "InvokeExternalResource",
            "Identifier": "Ask",
            "Timestamp": "2026-03-04T10:00:00.500Z",
            "Parameters": {"FunctionArn": "arn:x", "TimeLimit": "8 s", "Parameters": {"a": "1"}},
            "Results": "Success",
            "ExternalResults": {"agent1": "ben"},
        }
    ]


def test_blocks_without_logging_are_not_in_the_log() -> None:
    """Only where the flow has switched logging on is there a record."""
    assert records(block("c1", 1.0, logging=False)) == []


def test_several_attributes_are_several_records() -> None:
    """Set contact attributes writes one record for each key, as the service does."""
    fact = block("c1", 1.0, "UpdateContactAttributes", values={"Attributes": {"a": "1", "b": "2"}})
    assert [one["Parameters"] for one in records(fact)] == [
        {"Key": "a", "Value": "1"},
        {"Key": "b", "Value": "2"},
    ]


@pytest.mark.parametrize(
    ("kind", "values", "name"),
    [
        ("UpdateContactTargetQueue", {"QueueId": "q"}, "SetQueue"),
        ("MessageParticipant", {"Text": "hello"}, "PlayPrompt"),
        ("GetParticipantInput", {"StoreInput": "True"}, "StoreUserInput"),
        ("GetParticipantInput", {"StoreInput": "False"}, "GetUserInput"),
        ("CheckMetricData", {"MetricType": "NumberOfAgentsAvailable"}, "CheckStaffing"),
        ("CheckMetricData", {"MetricType": "NumberOfContactsInQueue"}, "CheckQueueStatus"),
        ("NobodyKnowsThis", {}, "NobodyKnowsThis"),
    ],
)
def test_modules_go_by_their_older_names(kind: str, values: dict[str, str], name: str) -> None:
    """The log of a flow in today's language still has the older console's names."""
    assert records(block("c1", 1.0, kind, values=values))[0]["ContactFlowModuleType"] == name


def test_a_comparison_says_whether_it_held() -> None:
    """Check contact attributes shows both values, the method, and true or false."""
    held = block("c1", 1.0, values={"ComparisonValue": "90"}, branch="NumberGreaterThan 60", result="90")
    (record,) = records(held)
    assert record["Parameters"] == {
        "Value": "90",
        "ComparisonMethod": "NumberGreaterThan",
        "SecondValue": "60",
    }
    assert record["Results"] == "true"
    assert records(block("c1", 1.0, branch="NoMatchingCondition"))[0]["Results"] == "false"


def test_failures_have_the_services_words() -> None:
    """No key in time is Timeout, a failed function is the service's own sentence."""
    silent = block("c1", 1.0, "GetParticipantInput", result="InputTimeLimitExceeded")
    broken = block("c1", 1.0, "InvokeLambdaFunction", result="NoMatchingError", why="raised")
    assert [one["Results"] for one in records(silent, broken)] == [
        "Timeout",
        "The Lambda Function Returned An Error.",
    ]


def test_a_module_stands_in_the_log_where_it_begins_and_where_it_returns() -> None:
    """Invoking is a record of the flow, before those of the module, which go by the module's ARN; an invocation
    that failed has a record of its own."""
    centre = msgspec.structs.replace(
        CENTRE, flows=(*CENTRE.flows, FlowDefinition(name="Verify", type="MODULE", id="module-id"))
    )
    back = block("c1", 3.0, "EndFlowModuleExecution", block="Back", values={"Result": "good"}, result="good")
    facts: list[Fact] = [
        ModuleInvoked(1.0, "c1", "Main", "Go", "Verify", {"FlowModuleId": "Verify"}, True),
        msgspec.structs.replace(back, flow="Verify"),
        block("c1", 3.0, "InvokeFlowModule", block="Go", result="good"),
        block("c1", 4.0, "InvokeFlowModule", block="Again", result="NoMatchingError"),
        ModuleInvoked(5.0, "c1", "Main", "Go", "Verify", {}, False),
    ]
    told = list(flow_log(facts, centre))
    assert [(one["ContactFlowName"], one["ContactFlowModuleType"], one["Identifier"]) for one in told] == [
        ("Main", "InvokeFlowModule", "Go"),
        ("Verify", "ReturnFromFlowModule", "Back"),
        ("Main", "InvokeFlowModule", "Again"),
    ]
    assert told[0]["Parameters"] == {"FlowModuleId": "Verify"}
    assert told[1]["ContactFlowId"] == f"{INSTANCE}/flow-module/module-id"
    assert told[1]["Results"] == "good"
    assert told[2]["Results"] == "Error"
