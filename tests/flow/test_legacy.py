"""Flows of the older console export, read as the flow language."""

from __future__ import annotations

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.errors import Finding, FlowFault
from evenhand.flow.check import check_document
from evenhand.flow.compiled import compile_flow
from evenhand.flow.document import read_document, write_document
from evenhand.flow.legacy_modules import MODULES

CORPUS = os.environ.get("EVENHAND_CORPUS", "")
FILES = sorted(Path(CORPUS, "flows", "legacy").glob("*.json")) if CORPUS else []
needs_corpus = pytest.mark.skipif(not FILES, reason="EVENHAND_CORPUS names no folder with flows/legacy")


def parameter(name: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "value": value, **more}


def module(kind: str, *parameters: dict[str, Any], target: str = "", **ways: Any) -> dict[str, Any]:
    """A module whose branches lead to the end, or where `ways` says."""
    branches = ways.pop("branches", None)
    if branches is None:
        branches = [{"condition": name, "transition": "end"} for name in ways.pop("ends", ["Success"])]
    one = {"id": "one", "type": kind, "parameters": list(parameters), "branches": branches, "metadata": {}}
    return {**one, "target": target} if target else one


def export(*modules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    end = {"id": "end", "type": "Disconnect", "branches": [], "parameters": [], "metadata": {}}
    return {
        "modules": [*modules, end],
        "version": "1",
        "type": "contactFlow",
        "start": modules[0]["id"] if modules else "end",
        "metadata": {"name": "Old", "status": "published"},
        **fields,
    }


def read(value: Any) -> tuple[dict[str, Any], list[Finding]]:
    """The flow document that comes of this export, and what the check says of it besides."""
    document = read_document(json.dumps(value), "old.json")
    findings = check_document(document)
    assert findings[0].code == "older-export"
    return document.raw, findings[1:]


def first(value: Any) -> dict[str, Any]:
    """The block that the export's first module becomes, which must be without any fault."""
    raw, findings = read(value)
    assert findings == []
    block: dict[str, Any] = raw["Actions"][0]
    return block


@pytest.mark.parametrize(
    ("one", "type_", "parameters"),
    [
        (
            module("PlayPrompt", parameter("Text", "Hi"), parameter("TextToSpeechType", "ssml")),
            "MessageParticipant",
            {"SSML": "Hi"},
        ),
        (
            module("PlayPrompt", parameter("Text", "greeting", namespace="External")),
            "MessageParticipant",
            {"Text": "$.External.greeting"},
        ),
        (
            module("SetLoggingBehavior", parameter("LoggingBehavior", "Enable")),
            "UpdateFlowLoggingBehavior",
            {"FlowLoggingBehavior": "Enabled"},
        ),
        (
            module(
                "SetAttributes",
                parameter("Attribute", "Customer Number", key="who", namespace="System"),
                parameter("Attribute", "my key", key="what", namespace="User Defined"),
                parameter("Attribute", 5, key="five", namespace=None),
                ends=["Success", "Error"],
            ),
            "UpdateContactAttributes",
            {
                "Attributes": {
                    "who": "$.CustomerEndpoint.Address",
                    "what": "$.Attributes['my key']",
                    "five": "5",
                }
            },
        ),
        (
            module(
                "StoreUserInput",
                parameter("Text", "Number?"),
                parameter("CustomerInputType", "PhoneNumber"),
                parameter("PhoneNumberFormat", "Local"),
                parameter("CountryCode", "US"),
                parameter("Timeout", 7),
                parameter("DisableCancel", False),
                ends=["Success", "Error", "InvalidNumber"],
            ),
            "GetParticipantInput",
            {
                "Text": "Number?",
                "StoreInput": "True",
                "InputTimeLimitSeconds": "7",
                "InputValidation": {"PhoneNumberValidation": {"NumberFormat": "Local", "CountryCode": "US"}},
                "DTMFConfiguration": {"DisableCancelKey": "False"},
            },
        ),
        (
            module("UpdateRoutingPriority", parameter("AbsolutePosition", 1)),
            "UpdateContactRoutingBehavior",
            {"QueuePriority": "1"},
        ),
        (
            module(
                "Transfer",
                parameter("PhoneNumber", "+12025550100"),
                parameter("BlindTransfer", True),
                parameter("TimeLimit", "30"),
                target="PhoneNumber",
                ends=["Error"],
            ),
            "TransferParticipantToThirdParty",
            {
                "ThirdPartyPhoneNumber": "+12025550100",
                "ThirdPartyConnectionTimeLimitSeconds": "30",
                "ContinueFlowExecution": "False",
            },
        ),
        (
            module("Wait", parameter("TimeoutSeconds", "60"), ends=["Timeout", "CustomerReturn", "Error"]),
            "Wait",
            {"TimeLimitSeconds": "60", "Events": ["CustomerReturned"]},
        ),
        (
            module("CheckStaffing", parameter("Status", "Staffed"), ends=["True", "False", "Error"]),
            "CheckMetricData",
            {"MetricType": "NumberOfAgentsStaffed"},
        ),
        (
            module(
                "GetUserInput",
                parameter("Text", "What?"),
                parameter("BotName", "Bot"),
                parameter("BotAlias", "live"),
                parameter("BotRegion", ""),
                parameter("Parameter", "1", key="k"),
                target="Lex",
                ends=["NoMatch", "Error"],
            ),
            "ConnectParticipantWithLexBot",
            {
                "Text": "What?",
                "LexSessionAttributes": {"k": "1"},
                "LexBot": {"Name": "Bot", "Alias": "live"},
            },
        ),
    ],
    ids=lambda value: value.get("type", "") if isinstance(value, dict) else value,
)
def test_a_module_becomes_its_block(one: dict[str, Any], type_: str, parameters: dict[str, Any]) -> None:
    """Each type becomes the block that does the same, without a fault."""
    block = first(export(one))
    assert (block["Type"], block["Parameters"]) == (type_, parameters)


def test_branches_become_transitions() -> None:
    """Values become conditions in their order, the rest errors; NextAction repeats what the console writes."""
    one = module(
        "CheckAttribute",
        parameter("Attribute", "Stored customer input"),
        parameter("Namespace", "System"),
        branches=[
            {"condition": "Evaluate", "conditionType": "Equals", "conditionValue": 1, "transition": "end"},
            {
                "condition": "Evaluate",
                "conditionType": "GreaterThanOrEqualTo",
                "conditionValue": "5",
                "transition": "end",
            },
            {"condition": "NoMatch", "transition": "end"},
        ],
    )
    block = first(export(one))
    assert block["Parameters"] == {"ComparisonValue": "$.StoredCustomerInput"}
    assert block["Transitions"] == {
        "NextAction": "end",
        "Errors": [{"ErrorType": "NoMatchingCondition", "NextAction": "end"}],
        "Conditions": [
            {"NextAction": "end", "Condition": {"Operator": "Equals", "Operands": ["1"]}},
            {"NextAction": "end", "Condition": {"Operator": "NumberGreaterOrEqualTo", "Operands": ["5"]}},
        ],
    }


def test_a_queue_check_by_age_and_by_size_becomes_two_blocks() -> None:
    """The flow language asks for one figure at a time; who does not match the first is asked the second."""
    compared = {"conditionType": "LessThan", "conditionValue": 300000, "transition": "end"}
    sized = {"conditionType": "LessThan", "conditionValue": 5, "transition": "end"}
    one = module(
        "CheckQueueStatus",
        branches=[
            {"condition": "CheckQueueTime", **compared},
            {"condition": "CheckQueueCapacity", **sized},
            {"condition": "NoMatch", "transition": "end"},
            {"condition": "Error", "transition": "end"},
        ],
    )
    raw, findings = read(export(one))
    by_age, end, by_size = raw["Actions"]
    assert findings == []
    assert end["Identifier"] == "end"
    assert by_age["Parameters"]["MetricType"] == "OldestContactInQueueAgeSeconds"
    assert by_size["Parameters"]["MetricType"] == "NumberOfContactsInQueue"
    assert {"ErrorType": "NoMatchingCondition", "NextAction": "one-size"} in by_age["Transitions"]["Errors"]


def test_a_transfer_that_names_a_queue_sets_it_first() -> None:
    """Outside of queue flows a transfer takes no queue; inside of them it is a block of its own."""
    one = module("Transfer", parameter("Queue", "Sales"), target="Queue", ends=["AtCapacity", "Error"])
    raw, findings = read(export(one))
    assert findings == []
    assert [action["Type"] for action in raw["Actions"]] == [
        "UpdateContactTargetQueue",
        "DisconnectParticipant",
        "TransferContactToQueue",
    ]
    raw, findings = read(export(one, type="customerQueue"))
    assert findings == []
    assert raw["Actions"][0]["Type"] == "DequeueContactAndTransferToQueue"
    assert raw["Actions"][0]["Parameters"] == {"QueueId": "Sales"}


def test_names_and_positions_are_kept() -> None:
    """The name beside an ARN is kept where a foreign ARN is bound again by it."""
    queue = "arn:aws:connect:us-east-1:111122223333:instance/i/queue/q"
    one = module("SetQueue", parameter("Queue", queue, resourceName="Sales"), ends=["Success", "Error"])
    one["metadata"] = {"position": {"x": 1, "y": 2}}
    document = read_document(json.dumps(export(one)))
    assert document.raw["Metadata"]["name"] == "Old"
    assert document.raw["Metadata"]["type"] == "contactFlow"
    assert document.raw["Metadata"]["ActionMetadata"]["one"]["position"] == {"x": 1, "y": 2}
    assert compile_flow(document, name="f").blocks["one"].display_names == {"QueueId": "Sales"}


def test_a_prompt_inside_a_loop_keeps_its_name() -> None:
    """Names in lists stand at their place."""
    one = module(
        "LoopPrompts",
        parameter("Text", "Please wait", key="text"),
        parameter("AudioPrompt", "arn:aws:connect:x:1:instance/i/prompt/p", resourceName="Music.wav"),
        parameter("InterruptSeconds", 30),
        ends=["Timeout", "Error"],
    )
    document = read_document(json.dumps(export(one, type="customerQueue")))
    assert [finding.code for finding in check_document(document)] == ["older-export"]
    names = compile_flow(document, name="f").blocks["one"].display_names
    assert names == {"Messages.1.PromptId": "Music.wav"}


def test_a_resource_without_id_goes_by_its_name() -> None:
    """Public exports often have their ids removed; the name that is left is what is looked for, and told."""
    one = module("CheckHoursOfOperation", parameter("Hours", "", resourceName="Basic Hours"))
    one["branches"] = [{"condition": name, "transition": "end"} for name in ("True", "False", "Error")]
    raw, (finding,) = read(export(one))
    assert raw["Actions"][0]["Parameters"] == {"HoursOfOperationId": "Basic Hours"}
    assert (finding.block, finding.field, finding.code) == ("one", "parameters.Hours", "name-without-id")


def test_what_is_not_carried_over_is_told() -> None:
    """A parameter or branch that nobody knows is named with its module; nothing is lost in silence."""
    one = module(
        "PlayPrompt", parameter("Text", "Hi"), parameter("Colour", "red"), ends=["Success", "Sneeze"]
    )
    _, findings = read(export(one))
    assert [(finding.block, finding.field, finding.code) for finding in findings] == [
        ("one", "branches[1]", "branch-not-carried-over"),
        ("one", "parameters.Colour", "not-carried-over"),
    ]
    assert all(finding.way_out for finding in findings)


def test_an_unknown_module_stays_what_it_is() -> None:
    """The check names the type that nobody knows."""
    raw, findings = read(export(module("Teleport", parameter("To", "Mars"))))
    assert raw["Actions"][0]["Type"] == "Teleport"
    assert raw["Actions"][0]["Parameters"] == {"To": "Mars"}
    assert [finding.code for finding in findings] == ["unknown-module", "unknown-type"]


def test_a_required_way_out_is_added_and_told() -> None:
    """The older block for a queue flow could not fail; the one of today must say where a failure goes."""
    one = module("SetContactFlow", parameter("Type", "CustomerQueue"), parameter("ContactFlowId", "Waiting"))
    raw, (finding,) = read(export(one))
    assert finding.code == "branch-added"
    errors = raw["Actions"][0]["Transitions"]["Errors"]
    assert errors == [{"ErrorType": "NoMatchingError", "NextAction": "end"}]


def test_a_flow_comes_out_of_its_wrapping() -> None:
    """An API answer, a JSON string and a list of one hold the same flow, and the service's name for it."""
    flow = export(module("PlayPrompt", parameter("Text", "Hi")), metadata=None)
    plain = read_document(json.dumps(flow)).actions
    answer = {"ContactFlow": {"Name": "Main", "Type": "CONTACT_FLOW", "Content": json.dumps(flow)}}
    for wrapped in (answer, json.dumps(flow), [flow], {"Content": flow}, [answer]):
        document = read_document("\ufeff" + json.dumps(wrapped))
        assert [action.type for action in document.actions] == [action.type for action in plain]
    assert read_document(json.dumps(answer)).raw["Metadata"]["name"] == "Main"


def test_several_flows_in_one_file_are_a_fault() -> None:
    """The way out says how to take them apart."""
    flow = export(module("PlayPrompt", parameter("Text", "Hi")))
    with pytest.raises(FlowFault) as caught:
        read_document(json.dumps([flow, flow]))
    assert [finding.code for finding in caught.value.findings] == ["several-flows"]


# --- whatever may come --------------------------------------------------------------------------------------

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 400_000) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = [
    *("Text", "AudioPrompt", "Queue", "Agent", "Attribute", "Namespace", "Parameter", "Timeout", "Type"),
    *("ContactFlowId", "FunctionArn", "Track", "LoopCount", "InterruptSeconds", "ContactData", "Status"),
]
PARAMETERS = st.fixed_dictionaries(
    {"name": st.sampled_from(NAMES) | JUNK, "value": JUNK},
    optional={
        "key": JUNK,
        "resourceName": JUNK,
        "namespace": st.sampled_from(["External", "System", "User Defined"]) | JUNK,
    },
)
WORDS = ["Success", "Error", "Timeout", "NoMatch", "Evaluate", "True", "AtCapacity", "CheckQueueTime"]
BRANCHES = st.fixed_dictionaries(
    {"condition": st.sampled_from(WORDS) | JUNK, "transition": st.sampled_from(["a", "b"]) | JUNK},
    optional={"conditionType": st.sampled_from(["Equals", "Contains"]) | JUNK, "conditionValue": JUNK},
)
ANY_MODULE = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["a", "b", "c"]) | JUNK,
        "type": st.sampled_from([name.split("/")[0] for name in MODULES] + ["CreateTask", "Nobody"]) | JUNK,
        "target": st.sampled_from(["Queue", "Flow", "PhoneNumber", "Agent", "Lex"]) | JUNK,
        "parameters": st.lists(PARAMETERS | JUNK, max_size=4) | JUNK,
        "branches": st.lists(BRANCHES | JUNK, max_size=4) | JUNK,
        "metadata": JUNK,
    },
)


def survives(value: Any) -> None:
    """Reading ends in a document that can be checked, compiled and written, or in findings."""
    try:
        document = read_document(json.dumps(value), "old.json")
    except FlowFault:
        return
    check_document(document)
    compile_flow(document, name="f")
    assert read_document(write_document(document)).actions == document.actions


@settings(max_examples=300, deadline=None)
@given(
    modules=st.lists(ANY_MODULE | JUNK, max_size=4),
    fields=st.fixed_dictionaries(
        {}, optional={"start": JUNK, "metadata": JUNK, "type": JUNK, "version": JUNK}
    ),
)
def test_no_export_breaks_the_reading(modules: list[Any], fields: dict[str, Any]) -> None:
    """Whatever stands in an export, it is read or refused with findings."""
    survives({"modules": modules, **fields})


@needs_corpus
def test_public_exports_become_flows_without_errors() -> None:
    """Every public export is converted, has no error then, and loses no module."""
    for path in FILES:
        older = json.loads(path.read_text(encoding="utf-8-sig"))
        document = read_document(path.read_bytes(), path.name)
        assert [f for f in check_document(document) if f.severity == "error"] == [], path.name
        assert {one["id"] for one in older["modules"]} <= {action.identifier for action in document.actions}
        assert not [note for note in document.notes if note.code.endswith("not-carried-over")], path.name


@needs_corpus
def test_damaged_public_exports_do_not_break_the_reading() -> None:
    """Values are removed, swapped and broken at random places; nothing crashes."""
    dice = random.Random(31)
    for path in FILES:
        older = json.loads(path.read_text(encoding="utf-8-sig"))
        for _ in range(15):
            broken = copy.deepcopy(older)
            for _ in range(dice.randint(1, 6)):
                _damage(broken, dice)
            survives(broken)


def _damage(value: Any, dice: random.Random) -> None:
    """Change one value somewhere inside."""
    holder: Any = None
    key: Any = None
    node = value
    while isinstance(node, dict | list) and node and (holder is None or dice.random() < 0.8):
        holder = node
        key = dice.choice(list(node)) if isinstance(node, dict) else dice.randrange(len(node))
        node = node[key]
    if holder is None:
        return
    if dice.random() < 0.4:
        del holder[key]
    else:
        holder[key] = dice.choice([None, "", 0, 5, True, [], {}, "x", [None], {"a": 1}, "$.External.x", 1.5])


def test_an_older_export_invokes_modules_and_returns_from_them() -> None:
    """By analogy: no table has them. The name that the export shows beside the module is kept."""
    invoke = module("InvokeModule", parameter("ContactFlowModuleId", "arn:m"), ends=["Success", "Error"])
    invoke["metadata"] = {"contactFlowModuleName": "Verify"}
    raw, findings = read(export(invoke))
    assert findings == []
    assert raw["Actions"][0]["Type"] == "InvokeFlowModule"
    assert raw["Actions"][0]["Parameters"] == {"FlowModuleId": "arn:m"}
    document = read_document(json.dumps(export(invoke)))
    assert compile_flow(document, name="old").blocks["one"].display_names == {"FlowModuleId": "Verify"}
    returns = read_document(json.dumps(export(module("Return", branches=[]), type="contactFlowModule")))
    assert returns.actions[0].type == "EndFlowModuleExecution"
    assert [one.code for one in check_document(returns)] == ["older-export", "unreachable"]
