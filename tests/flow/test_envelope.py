"""What public tools wrap flows in: the flow comes out with its name and type, wherever it was kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evenhand.errors import FlowFault
from evenhand.flow.check import check_document, flow_type_of
from evenhand.flow.document import FlowDocument, read_document, read_value

FLOW = {
    "Version": "2019-10-30",
    "StartAction": "queue",
    "Actions": [
        {
            "Identifier": "queue",
            "Type": "UpdateContactTargetQueue",
            "Parameters": {"QueueId": "${Sales.QueueArn}"},
            "Transitions": {
                "NextAction": "end",
                "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}],
            },
        },
        {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
    ],
}
TEXT = json.dumps(FLOW)


def template(content: Any) -> dict[str, Any]:
    """A CloudFormation template with other things in it too."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "Sales": {"Type": "AWS::Connect::Queue", "Properties": {"Name": "Sales"}},
            "Inbound": {
                "Type": "AWS::Connect::ContactFlow",
                "Properties": {"Name": "Inbound", "Type": "CONTACT_FLOW", "Content": content},
            },
        },
    }


JOINED = {
    "Fn::Join": ["", [TEXT.partition("${")[0], {"Fn::GetAtt": ["Sales", "QueueArn"]}, TEXT.partition("}")[2]]]
}


@pytest.mark.parametrize(
    "wrapped",
    [
        {"Name": "Inbound", "Type": "CONTACT_FLOW", "Content": TEXT, "Tags": {}},
        {"Name": "Inbound", "ContactFlowType": "CONTACT_FLOW", "Content": FLOW},
        {"ContactFlow": {"Name": "Inbound", "Type": "CONTACT_FLOW", "Status": "PUBLISHED", "Content": TEXT}},
        {"contactFlowName": "Inbound", "contactFlowType": "CONTACT_FLOW", "contactFlowContent": TEXT},
        {"name": "Inbound", "type": "CONTACT_FLOW", "content": TEXT, "instance_id": "i"},
        template(TEXT),
        template(FLOW),
        template({"Fn::Sub": TEXT}),
        template({"Fn::Sub": [TEXT, {"Sales.QueueArn": {"Ref": "Sales"}}]}),
        template(JOINED),
        template({"Fn::ToJsonString": FLOW}),
    ],
)
def test_a_flow_comes_out_of_what_tools_keep_it_in(wrapped: Any) -> None:
    """With its blocks as they were, and with the name and the type that stood beside it."""
    document = read_value(wrapped)
    assert [action.type for action in document.actions] == [
        "UpdateContactTargetQueue",
        "DisconnectParticipant",
    ]
    assert document.actions[0].parameters == {"QueueId": "${Sales.QueueArn}"}
    assert document.raw["Metadata"]["name"] == "Inbound"
    assert flow_type_of(document) == "CONTACT_FLOW"
    assert check_document(document) == []


def test_a_template_with_several_flows_has_to_be_taken_apart() -> None:
    """As any file with several flows."""
    both = template(TEXT)
    both["Resources"]["Other"] = both["Resources"]["Inbound"]
    with pytest.raises(FlowFault) as caught:
        read_value(both)
    assert [finding.code for finding in caught.value.findings] == ["several-flows"]


@pytest.mark.parametrize(
    "resources",
    [{}, {"a": 1}, {"a": {"Type": "AWS::Connect::ContactFlow"}}, {"a": {"Type": ["x"], "Properties": []}}],
)
def test_a_template_without_a_flow_is_none(resources: Any) -> None:
    """It is told in the usual words."""
    with pytest.raises(FlowFault) as caught:
        read_value({"Resources": resources})
    assert [finding.code for finding in caught.value.findings] == ["actions-not-a-list"]


@pytest.mark.parametrize("join", [None, [], ["", None], [1, ["a"]], ["", [{"Ref": "a"}, 1, None]]])
def test_a_join_that_makes_no_json_is_no_flow(join: Any) -> None:
    """Whatever stands in it."""
    with pytest.raises(FlowFault):
        read_value(template({"Fn::Join": join}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"])
def test_the_encodings_of_windows_are_read(encoding: str) -> None:
    """UTF-16 by its byte order mark, as Windows PowerShell writes what a command prints."""
    mark = {"utf-16-be": b"\xfe\xff", "utf-16-le": b"\xff\xfe"}.get(encoding, b"")
    document: FlowDocument = read_document(mark + TEXT.encode(encoding))
    assert document.raw == FLOW


def test_half_a_byte_of_utf_16_is_a_fault() -> None:
    """Not a crash."""
    with pytest.raises(FlowFault) as caught:
        read_document(b"\xff\xfe\x00")
    assert caught.value.findings[0].code == "not-utf-8"
