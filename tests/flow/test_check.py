"""What `check_document` finds, what it lets pass, and that nothing makes it fall over."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.errors import Finding, FlowFault
from evenhand.flow.catalogue import BLOCKS, ERROR_TYPES, FLOW_TYPES, OPERATORS, REFUSED_TYPES
from evenhand.flow.check import check_document, flow_type_of
from evenhand.flow.document import read_document

CORPUS = os.environ.get("EVENHAND_CORPUS", "")
REWRITE = "EVENHAND_REWRITE_GOLDEN"
BROKEN = sorted((Path(__file__).parent / "broken").glob("*.json"))


def block(identifier: str, type_: str, next_action: str | None = None, **fields: Any) -> dict[str, Any]:
    """One block; `errors` is {error: target}, `conditions` a list of (operator, operand, target)."""
    transitions: dict[str, Any] = {}
    if next_action is not None:
        transitions["NextAction"] = next_action
    if "errors" in fields:
        transitions["Errors"] = [
            {"ErrorType": error, "NextAction": target} for error, target in fields["errors"].items()
        ]
    if "conditions" in fields:
        transitions["Conditions"] = [
            {"NextAction": target, "Condition": {"Operator": operator, "Operands": [operand]}}
            for operator, operand, target in fields["conditions"]
        ]
    parameters = fields.get("parameters", {})
    return {"Identifier": identifier, "Type": type_, "Parameters": parameters, "Transitions": transitions}


END = block("end", "DisconnectParticipant")


def found(*blocks: dict[str, Any], flow_type: str | None = None, **fields: Any) -> list[Finding]:
    """What a flow of these blocks, starting at the first, is told."""
    value = {
        "Version": "2019-10-30",
        "StartAction": blocks[0]["Identifier"],
        "Actions": list(blocks),
        **fields,
    }
    return check_document(read_document(json.dumps(value)), flow_type)


def codes(*blocks: dict[str, Any], flow_type: str | None = None, **fields: Any) -> list[str]:
    return [finding.code for finding in found(*blocks, flow_type=flow_type, **fields)]


def all_findings(file: Path) -> list[Finding]:
    try:
        return check_document(read_document(file.read_bytes(), file.name))
    except FlowFault as fault:
        return list(fault.findings)


def golden(findings: list[Finding]) -> str:
    """Findings as a person reads them, an empty line between two."""
    return "\n".join(
        f"{finding.severity} {finding.code}\n"
        f"  at       {finding.block or '(whole flow)'} {finding.field}".rstrip()
        + f"\n  says     {finding.message}\n  way out  {finding.way_out}\n"
        for finding in findings
    )


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_flow_is_told_exactly_what_its_golden_text_says(file: Path) -> None:
    """Each broken flow gets the findings that stand beside it, word for word."""
    text = golden(all_findings(file))
    expected = file.with_suffix(".txt")
    if os.environ.get(REWRITE):
        expected.write_text(text, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == text


def test_every_finding_of_the_broken_flows_has_a_way_out() -> None:
    """No finding leaves its reader without a code, a message and a way out."""
    findings = [finding for file in BROKEN for finding in all_findings(file)]
    assert len(findings) > 80
    for finding in findings:
        assert finding.code == finding.code.lower().replace(" ", "-")
        assert finding.message
        assert finding.way_out


def test_a_sound_flow_has_no_findings() -> None:
    """A flow that asks for a workload, tries two agents and falls back on a queue is let pass in silence."""
    capacity = {"QueueAtCapacity": "basic", "NoMatchingError": "basic"}
    staffed = {"MetricType": "NumberOfAgentsAvailable", "AgentId": "$.External.first"}
    assert (
        found(
            block("log", "UpdateFlowLoggingBehavior", "music", parameters={"FlowLoggingBehavior": "Enabled"}),
            block(
                "music",
                "UpdateContactEventHooks",
                "ask",
                parameters={"EventHooks": {"CustomerQueue": "Wait a while"}},
                errors={"NoMatchingError": "ask"},
            ),
            block(
                "ask",
                "InvokeLambdaFunction",
                "free",
                parameters={
                    "LambdaFunctionARN": "arn:aws:lambda:eu-central-1:000000000000:function:best",
                    "InvocationTimeLimitSeconds": 8,
                    "LambdaInvocationAttributes": {"callType": "$.Attributes.callType"},
                },
                errors={"NoMatchingError": "basic"},
            ),
            block(
                "free",
                "CheckMetricData",
                "basic",
                parameters=staffed,
                conditions=[("NumberGreaterThan", "0", "own")],
                errors={"NoMatchingCondition": "basic", "NoMatchingError": "basic"},
            ),
            block(
                "own",
                "UpdateContactTargetQueue",
                "to own",
                parameters={"AgentId": "$.External.first"},
                errors={"NoMatchingError": "basic"},
            ),
            block("to own", "TransferContactToQueue", "end", errors=capacity),
            block(
                "basic",
                "UpdateContactTargetQueue",
                "to basic",
                parameters={"QueueId": "${BasicQueueArn}"},
                errors={"NoMatchingError": "end"},
            ),
            block(
                "to basic",
                "TransferContactToQueue",
                "end",
                errors={"QueueAtCapacity": "end", "NoMatchingError": "end"},
            ),
            END,
            flow_type="CONTACT_FLOW",
        )
        == []
    )


@pytest.mark.parametrize("type_", sorted(REFUSED_TYPES))
def test_a_refused_name_is_led_to_the_real_type(type_: str) -> None:
    """A name that the service refuses is an error that names the type which does the same."""
    (finding, *_) = found(block("a", type_, "end"), END)
    assert (finding.severity, finding.code) == ("error", "unknown-type")
    assert finding.message == f"Invalid Action type. Type: {type_}"
    assert REFUSED_TYPES[type_] in finding.way_out
    assert REFUSED_TYPES[type_] in BLOCKS


@pytest.mark.parametrize("type_", sorted(BLOCKS))
def test_every_known_type_is_known(type_: str) -> None:
    """No type of the flow language is called unknown, and none makes the check fall over when bare."""
    assert "unknown-type" not in codes(block("a", type_, "end"), END)


def test_the_metadata_tell_where_a_flow_stands() -> None:
    """Without a given flow type the one in the export's metadata decides, and a given one goes before it."""
    transfer = block(
        "a", "TransferContactToQueue", "end", errors={"QueueAtCapacity": "end", "NoMatchingError": "end"}
    )
    queue: dict[str, Any] = {"Metadata": {"type": "customerQueue"}}
    assert codes(transfer, END) == []
    assert codes(transfer, END, **queue) == ["wrong-flow-type"]
    assert codes(transfer, END, flow_type="CONTACT_FLOW", **queue) == []


@pytest.mark.parametrize(("metadata", "expected"), [("agentWhisper", "AGENT_WHISPER"), ("dream", None)])
def test_the_flow_type_is_read_from_the_metadata(metadata: str, expected: str | None) -> None:
    """The word of the console becomes the service's name; an unknown word becomes none."""
    document = read_document(json.dumps({"Actions": [], "Metadata": {"type": metadata}}))
    assert flow_type_of(document) == expected


def test_where_sources_disagree_a_place_is_only_doubted() -> None:
    """A block whose place the sources disagree about gets a warning, not an error."""
    priority = block("a", "UpdateContactRoutingBehavior", "end", parameters={"QueuePriority": "1"})
    (finding,) = found(priority, END, flow_type="QUEUE_TRANSFER")
    assert (finding.severity, finding.code) == ("warning", "doubtful-place")


def test_a_loop_that_waits_is_no_endless_loop() -> None:
    """A circle in which a prompt is played, or from which a condition leads out, is let pass."""
    again = block("again", "MessageParticipant", "again", parameters={"Text": "Please hold"})
    assert codes(again) == []
    compare = block(
        "ask",
        "Compare",
        "ask",
        parameters={"ComparisonValue": "$.Channel"},
        conditions=[("Equals", "CHAT", "end")],
        errors={"NoMatchingCondition": "ask"},
    )
    assert codes(compare, END) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$.Attributes.queue", []),
        ("$.Attributes['my queue']", []),
        ("{{queues.sales}}", []),
        ("arn:aws:connect:x/$.Attributes.queue", ["part-reference"]),
        ("", ["empty-value"]),
        ({}, ["wrong-shape"]),
    ],
)
def test_a_resource_is_fixed_or_one_whole_reference(value: Any, expected: list[str]) -> None:
    """A resource takes a fixed value, one whole reference or a deployment tool's placeholder."""
    target = block(
        "a",
        "UpdateContactTargetQueue",
        "end",
        parameters={"QueueId": value},
        errors={"NoMatchingError": "end"},
    )
    assert codes(target, END) == expected


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["$.External.x", "True", "0", "", "a", "b", "${x}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=6) | st.sampled_from(["Text", "Value", "QueueId"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
parameter_names = sorted({name for rule in BLOCKS.values() for name in rule.parameters})
places = st.sampled_from(["a", "b", "c", ""])


@st.composite
def blocks(draw: st.DrawFn) -> dict[str, Any]:
    """Blocks of known and unknown types whose parts may have any shape."""
    error = st.fixed_dictionaries(
        {"NextAction": places, "ErrorType": st.sampled_from(sorted(ERROR_TYPES)) | st.text(max_size=5)}
    )
    condition = st.fixed_dictionaries(
        {
            "Operator": st.sampled_from(OPERATORS) | st.text(max_size=5),
            "Operands": st.lists(st.text(max_size=4) | st.integers() | st.booleans(), max_size=2),
        },
        optional={"Conditions": anything},
    )
    branch = st.fixed_dictionaries({"NextAction": places, "Condition": condition})
    return {
        "Identifier": draw(places),
        "Type": draw(st.sampled_from([*BLOCKS, *REFUSED_TYPES]) | st.text(max_size=8)),
        "Parameters": draw(st.dictionaries(st.sampled_from(parameter_names), anything, max_size=4)),
        "Transitions": draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "NextAction": places,
                    "Errors": st.lists(error, max_size=3),
                    "Conditions": st.lists(branch, max_size=3),
                },
            )
        ),
    }


documents = st.fixed_dictionaries(
    {"Actions": st.lists(blocks(), max_size=4) | anything},
    optional={
        "Version": anything,
        "StartAction": places | anything,
        "Metadata": anything,
        "Settings": anything,
    },
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents | anything, st.none() | st.sampled_from(FLOW_TYPES))
def test_nothing_makes_the_check_fall_over(value: Any, flow_type: str | None) -> None:
    """Whatever JSON comes in, the answer is findings or one FlowFault, and the same each time."""
    text = json.dumps(value)
    try:
        document = read_document(text)
    except FlowFault as fault:
        assert len(fault.findings) > 0  # noqa: PT017
    else:
        findings = check_document(document, flow_type)
        assert findings == check_document(read_document(text), flow_type)
        assert all(finding.code and finding.message and finding.way_out for finding in findings)


@pytest.mark.skipif(not CORPUS, reason="EVENHAND_CORPUS does not name a folder of public flows")
def test_public_flows_have_no_errors() -> None:
    """Flows that were exported from the real service pass with warnings at most."""
    files = sorted((Path(CORPUS) / "flows" / "current").glob("*.json"))
    assert files
    for file in files:
        findings = check_document(read_document(file.read_bytes(), file.name))
        assert [finding for finding in findings if finding.severity == "error"] == []
