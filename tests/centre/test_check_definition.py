"""The check of a whole definition: every fault at once, each with a place and a way out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.adapters.files import check_centre_file
from evenhand.centre.check import check_definition
from evenhand.errors import Finding
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    FunctionDefinition,
    HoursOfOperation,
    NumberDefinition,
    OpenPeriod,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.names import arn, resource_id

BROKEN = Path(__file__).parent / "broken"


def told(findings: list[Finding], folder: Path) -> str:
    """Write findings as the expected files hold them: paths relative, one fault in two lines."""
    lines = []
    for finding in findings:
        file = finding.file.removeprefix(f"{folder}/")
        place = ": ".join(part for part in (file, finding.block, finding.field) if part)
        lines.append(f"{finding.severity} {finding.code} at {place}\n  {finding.message} {finding.way_out}\n")
    return "".join(lines)


@pytest.mark.parametrize("name", sorted(path.stem for path in BROKEN.glob("*.toml")))
def test_a_broken_centre_is_told_all_its_faults(name: str) -> None:
    """Each broken centre gets exactly the findings that stand beside it."""
    findings = check_centre_file(BROKEN / f"{name}.toml")
    assert told(findings, BROKEN) == (BROKEN / f"{name}.txt").read_text()


def flow(*actions: dict[str, Any], metadata: dict[str, Any] | None = None) -> str:
    """Write a flow of these blocks."""
    return json.dumps(
        {"Version": "2019-10-30", "StartAction": "1", "Metadata": metadata or {}, "Actions": actions}
    )


def block(type_: str, **parameters: object) -> dict[str, Any]:
    """Write a block called Block."""
    return {"Identifier": "Block", "Type": type_, "Parameters": parameters, "Transitions": {}}


def display(**parameters: Any) -> dict[str, Any]:
    """Write the metadata of that block."""
    return {"ActionMetadata": {"Block": {"parameters": parameters}}}


SOUND = CentreDefinition(
    default_queue="Sales",
    numbers=(NumberDefinition(address="+12025550100", flow="Welcome"),),
    flows=(
        FlowDefinition(name="Welcome", id="11111111-2222-3333-4444-555555555555"),
        FlowDefinition(name="Waiting", type="CUSTOMER_QUEUE"),
    ),
    functions=(FunctionDefinition(name="ask", source="module:handler", arn="arn:x:two"),),
    hours=(
        HoursOfOperation(name="Office", periods=(OpenPeriod(day="MONDAY", start_minute=0, end_minute=1440),)),
    ),
    queues=(QueueDefinition(name="Sales", hours="Office"),),
    routing_profiles=(RoutingProfile(name="All", rows=(RoutingRow(queue="Sales"),)),),
    agents=(AgentDefinition(name="anna", routing_profile="All"),),
)


def with_flow(content: str, type_: str = "CONTACT_FLOW") -> list[Finding]:
    """Check the sound centre with one more flow."""
    more = FlowDefinition(name="More", type=type_, content=content, file="flows/more.json")
    return check_definition(msgspec.structs.replace(SOUND, flows=(*SOUND.flows, more)))


def test_a_sound_centre_has_no_findings() -> None:
    """Nothing is said about a centre whose parts fit."""
    assert check_definition(SOUND) == []


INSTANCE = "arn:aws:connect:eu-central-1:111122223333:instance/aaaa"


@pytest.mark.parametrize(
    "one",
    [
        block("UpdateContactTargetQueue", QueueId="Sales"),
        block("UpdateContactTargetQueue", QueueId=f"{INSTANCE}/queue/Sales"),
        block("UpdateContactTargetQueue", QueueId=resource_id("queue", "Sales")),
        block("UpdateContactTargetQueue", QueueId=arn(INSTANCE, "agent-queue", "anna")),
        block("UpdateContactTargetQueue", QueueId="$.Attributes.queue"),
        block("UpdateContactTargetQueue", AgentId="anna"),
        block("CheckMetricData", AgentId=f"{INSTANCE}/agent/anna"),
        block(
            "TransferToFlow", ContactFlowId=f"{INSTANCE}/contact-flow/11111111-2222-3333-4444-555555555555"
        ),
        block(
            "TransferToFlow",
            ContactFlowId=f"{INSTANCE}/contact-flow/11111111-2222-3333-4444-555555555555:$LATEST",
        ),
        block("UpdateContactEventHooks", EventHooks={"CustomerQueue": "Waiting"}),
        block("InvokeLambdaFunction", LambdaFunctionARN="ask"),
        block("InvokeLambdaFunction", LambdaFunctionARN="arn:x:two"),
        block("InvokeLambdaFunction", LambdaFunctionARN="arn:aws:lambda:eu-central-1:1:function:ask:live"),
        block("CheckHoursOfOperation", HoursOfOperationId=f"{INSTANCE}/operating-hours/Office"),
    ],
    ids=str,
)
def test_a_name_resolves_in_every_form_that_flows_use(one: dict[str, Any]) -> None:
    """A name, an id, an ARN's last part, or what is only known later: none of them is a fault."""
    assert with_flow(flow(one)) == []


@pytest.mark.parametrize(
    ("one", "metadata"),
    [
        (
            block("UpdateContactTargetQueue", QueueId=f"{INSTANCE}/queue/foreign"),
            display(QueueId={"displayName": "Sales"}),
        ),
        (
            block(
                "UpdateContactEventHooks", EventHooks={"CustomerQueue": f"{INSTANCE}/contact-flow/foreign"}
            ),
            display(EventHooks={"CustomerQueue": {"displayName": "Waiting"}}),
        ),
        (
            block("TransferToFlow", ContactFlowId=f"{INSTANCE}/contact-flow/foreign"),
            {"ActionMetadata": {"Block": {"contactFlow": {"text": "Welcome"}}}},
        ),
    ],
    ids=["queue", "hook", "older export"],
)
def test_a_foreign_arn_is_bound_by_its_display_name(one: dict[str, Any], metadata: dict[str, Any]) -> None:
    """A flow from another instance finds its resources here by the names that its export shows."""
    assert with_flow(flow(one, metadata=metadata)) == []


@pytest.mark.parametrize(
    ("one", "code", "way_out"),
    [
        (block("UpdateContactTargetQueue", QueueId="Slaes"), "unknown-queue", "Did you mean 'Sales'?"),
        (block("CheckMetricData", AgentId="ana"), "unknown-agent", "Did you mean 'anna'?"),
        (block("TransferToFlow", ContactFlowId="Wellcome"), "unknown-flow", "Did you mean 'Welcome'?"),
        (block("InvokeLambdaFunction", LambdaFunctionARN="asks"), "unknown-function", "Did you mean 'ask'?"),
        (
            block("CheckHoursOfOperation", HoursOfOperationId="Ofice"),
            "unknown-hours",
            "Did you mean 'Office'?",
        ),
        (
            block("UpdateContactEventHooks", EventHooks={"CustomerQueue": "Wating"}),
            "unknown-flow",
            "Did you mean 'Waiting'?",
        ),
    ],
    ids=["queue", "agent", "flow", "function", "hours", "hook"],
)
def test_a_name_that_leads_nowhere_is_told_with_its_flow_and_block(
    one: dict[str, Any], code: str, way_out: str
) -> None:
    """A literal that nothing here answers to is an error at its block, with the near name."""
    (finding,) = with_flow(flow(one))
    assert (finding.severity, finding.code, finding.way_out) == ("error", code, way_out)
    assert (finding.file, finding.block) == ("flows/more.json", "Block")
    assert finding.field.startswith("Parameters.")


def test_a_whole_lambda_arn_that_is_not_of_this_centre_is_a_warning() -> None:
    """It may be a real function, which only AWS can run."""
    stranger = "arn:aws:lambda:eu-central-1:111122223333:function:other"
    (finding,) = with_flow(flow(block("InvokeLambdaFunction", LambdaFunctionARN=stranger)))
    assert (finding.severity, finding.code) == ("warning", "unknown-function")


@pytest.mark.parametrize(
    "one",
    [
        block("UpdateContactEventHooks", EventHooks={"CustomerQueue": "Welcome"}),
        block("TransferToFlow", ContactFlowId="Waiting"),
        block("InvokeFlowModule", FlowModuleId="Welcome"),
    ],
    ids=["hook", "transfer", "module"],
)
def test_a_flow_of_the_wrong_type_does_not_fit(one: dict[str, Any]) -> None:
    """A queue flow cannot answer, an inbound flow cannot entertain a queue."""
    (finding,) = with_flow(flow(one))
    assert (finding.code, finding.block) == ("flow-type", "Block")


def test_a_number_is_not_answered_by_a_queue_flow() -> None:
    """Only an inbound flow answers a number."""
    number = NumberDefinition(address="+12025550109", flow="Waiting")
    (finding,) = check_definition(msgspec.structs.replace(SOUND, numbers=(number,)))
    assert (finding.code, finding.field) == ("flow-type", 'numbers."+12025550109"')


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"Actions": 7}',
        '{"Actions": [7, {}, {"Parameters": 3}, {"Parameters": {}, "Identifier": [], "Type": "Wait"}]}',
        '{"Actions": [{"Identifier": "a", "Type": "UpdateContactTargetQueue", "Parameters": {"QueueId": 7}}]}',
        '{"Metadata": [], "Actions": [{"Identifier": "a", "Type": "UpdateContactEventHooks", "Parameters": {"EventHooks": []}}]}',
        '{"Metadata": {"type": ["x"]}, "Actions": null}',
    ],
)
def test_a_flow_that_cannot_be_read_is_left_to_its_own_check(content: str) -> None:
    """Broken content raises nothing and says nothing here."""
    assert with_flow(content) == []


def test_a_name_that_stands_twice_is_told_wherever_it_stands() -> None:
    """Names are keys, so two parts of one section cannot share one."""
    twice = msgspec.structs.replace(SOUND, agents=SOUND.agents * 2, queues=SOUND.queues * 2)
    assert [(finding.code, finding.field) for finding in check_definition(twice)] == [
        ("duplicate", "queues.Sales"),
        ("duplicate", "agents.anna"),
    ]
