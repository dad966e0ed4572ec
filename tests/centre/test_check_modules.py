"""The check of flow modules against those who invoke them."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from evenhand.centre.bindings import bindings
from evenhand.centre.check import check_definition
from evenhand.errors import Finding
from evenhand.flow.document import read_document
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    NumberDefinition,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.names import arn, resource_id
from tests.centre.law_centre import block, flow_text

CENTRE = CentreDefinition(
    numbers=(NumberDefinition(address="+12025550100", flow="main"),),
    queues=(QueueDefinition(name="BasicQueue"),),
    routing_profiles=(RoutingProfile(name="all", rows=(RoutingRow(queue="BasicQueue"),)),),
    agents=(AgentDefinition(name="ann", routing_profile="all"),),
)
FAILS = {"NoMatchingError": "bye"}
BYE = block("bye", "DisconnectParticipant")


def invoke(module: str, conditions: dict[str, str] | None = None, **fields: Any) -> dict[str, Any]:
    """An Invoke module block called `invoke`."""
    errors = {**FAILS, **fields.pop("errors", {})}
    return block("invoke", "InvokeFlowModule", {"FlowModuleId": module, **fields}, "bye", errors, conditions)


def back(name: str = "back", **parameters: Any) -> dict[str, Any]:
    return block(name, "EndFlowModuleExecution", parameters)


def say(text: str, name: str = "say", then: str = "back") -> dict[str, Any]:
    return block(name, "MessageParticipant", {"Text": text}, then, {"NoMatchingError": then})


def check(main: list[dict[str, Any]], **modules: list[dict[str, Any]]) -> list[Finding]:
    """What the check tells of a flow and its modules."""
    flows = [FlowDefinition(name="main", content=flow_text(*main), file="main.json")]
    flows += [
        FlowDefinition(name=name, type="MODULE", content=flow_text(*blocks), file=f"{name}.json")
        for name, blocks in modules.items()
    ]
    definition = CentreDefinition(**{**as_fields(CENTRE), "flows": tuple(flows)})
    return check_definition(definition)


def as_fields(definition: CentreDefinition) -> dict[str, Any]:
    return {name: getattr(definition, name) for name in definition.__struct_fields__}


def test_a_flow_and_its_module_that_agree_are_told_nothing() -> None:
    """Results that are asked about, input that is given, data that is returned."""
    main = [
        invoke("verify", {"good": "say"}, Input={"who": "$.CustomerEndpoint.Address"}),
        say("Hello $.Modules.ResultData.name", then="bye"),
        BYE,
    ]
    verify = [say("$.Modules.Input.who?"), back(Result="good", ResultData={"name": "Ann"})]
    assert check(main, verify=verify) == []


@pytest.mark.parametrize(
    "reference",
    [
        resource_id("flow-module", "verify"),
        arn(CENTRE.instance_arn, "flow-module", "verify"),
        arn(CENTRE.instance_arn, "flow-module", "verify") + ":3",
        resource_id("flow-module", "verify") + ":$LATEST",
        "verify:live",
        "$.Attributes.module",
    ],
)
def test_a_module_is_found_in_every_form_that_flows_use(reference: str) -> None:
    """A name, an id, an ARN, each with a version or an alias, or what is only known later."""
    assert check([invoke(reference), BYE], verify=[back()]) == []


def test_an_unknown_module_is_told_with_the_near_name() -> None:
    """The block would take its error branch at run time."""
    (finding,) = check([invoke("verfy"), BYE], verify=[back()])
    assert (finding.severity, finding.code, finding.file) == ("error", "unknown-flow-module", "main.json")
    assert finding.block == "invoke"
    assert "verify" in finding.way_out
    (finding,) = check([invoke("verify"), BYE])
    assert 'type = "MODULE"' in finding.way_out


def test_a_flow_is_no_module_and_a_module_is_no_flow() -> None:
    """Each is told that it is of the wrong type."""
    (finding,) = check([invoke("main"), BYE])
    assert finding.code == "flow-type"
    go = block("go", "TransferToFlow", {"ContactFlowId": "verify"}, "", FAILS)
    (finding,) = check([go, BYE], verify=[back()])
    assert finding.code == "flow-type"


def test_a_module_that_invokes_itself_is_told_with_its_circle() -> None:
    """Directly, or by another one; each block of the circle is told."""
    (finding,) = check([invoke("a"), BYE], a=[invoke("a"), back("bye")])
    assert (finding.severity, finding.code, finding.file) == ("error", "module-invokes-itself", "a.json")
    assert "a -> a" in finding.message
    first, second = check([invoke("a"), BYE], a=[invoke("b"), back("bye")], b=[invoke("a"), back("bye")])
    assert "a -> b -> a" in first.message
    assert "b -> a -> b" in second.message


def test_six_modules_inside_of_each_other_are_too_many() -> None:
    """Five are let pass, and a way that is shorter than the longest does not hide it."""
    names = "abcdef"
    modules = {name: [invoke(after), back("bye")] for name, after in itertools.pairwise(names)}
    assert check([invoke("b"), BYE], **modules, f=[back()]) == []
    modules["a"] = [
        invoke("f") | {"Identifier": "short"},
        invoke("b"),
        back("bye"),
    ]
    (finding,) = check([invoke("a"), BYE], **modules, f=[back()])
    assert (finding.code, finding.file, finding.block) == ("modules-too-deep", "main.json", "invoke")
    assert "a -> b -> c -> d -> e -> f" in finding.message


def test_a_result_that_nobody_asks_about_is_told() -> None:
    """Unless NoMatchingCondition is wired, or the result is only known when it runs."""
    verify = [say("Yes?", then="back"), back(Result="good")]
    (finding,) = check([invoke("verify"), BYE], verify=verify)
    assert (finding.severity, finding.code, finding.block) == ("warning", "result-not-wired", "invoke")
    assert "'good'" in finding.message
    assert check([invoke("verify", errors={"NoMatchingCondition": "bye"}), BYE], verify=verify) == []
    assert check([invoke("verify"), BYE], verify=[back(Result="$.Attributes.how")]) == []


def test_a_branch_for_a_result_that_no_return_gives_is_told() -> None:
    """With the near name, if there is one."""
    (finding,) = check([invoke("verify", {"good": "bye", "god": "bye"}), BYE], verify=[back(Result="good")])
    assert (finding.severity, finding.code) == ("warning", "result-not-returned")
    assert "good" in finding.way_out


def test_input_that_a_module_reads_and_nobody_gives_is_told() -> None:
    """Also where the module only compares with it."""
    (finding,) = check(
        [invoke("verify", Input={"pin": "1"}), BYE], verify=[say("$.Modules.Input.who"), back()]
    )
    assert (finding.code, finding.field) == ("input-not-given", "Parameters.Input")
    assert "$.Modules.Input.who" in finding.message
    asks = block(
        "asks",
        "Compare",
        {"ComparisonValue": "$.Attributes.pin"},
        "back",
        {"NoMatchingCondition": "back"},
        {"$.Modules.Input.pin": "back"},
    )
    (finding,) = check([invoke("verify"), BYE], verify=[asks, back()])
    assert finding.code == "input-not-given"


def test_data_that_no_module_returns_is_told_once() -> None:
    """With the near name; not where the data is only known when it runs."""
    main = [
        invoke("verify"),
        say("$.Modules.ResultData.nam", then="bye"),
        say("$.Modules.ResultData.nam", "again", "bye"),
        BYE,
    ]
    (finding,) = check(main, verify=[back(ResultData={"name": "Ann"})])
    assert (finding.code, finding.block) == ("data-not-returned", "say")
    assert "name" in finding.way_out
    assert check(main, verify=[back(ResultData="$.External.all")]) == []


def test_an_invoked_module_without_a_return_is_told() -> None:
    """What comes after its block is never reached; a module that nobody invokes is let be."""
    (finding,) = check([invoke("verify"), BYE], verify=[BYE])
    assert (finding.severity, finding.code, finding.file) == (
        "warning",
        "module-never-returns",
        "verify.json",
    )
    assert check([BYE], verify=[BYE]) == []


def test_broken_content_is_left_to_its_own_check() -> None:
    """Modules that cannot be read are passed over."""
    flows = (
        FlowDefinition(name="main", content=flow_text(invoke("verify"), BYE)),
        FlowDefinition(name="verify", type="MODULE", content="{"),
    )
    definition = CentreDefinition(**{**as_fields(CENTRE), "flows": flows})
    assert check_definition(definition) == []


def test_a_foreign_module_is_bound_by_the_name_its_export_shows() -> None:
    """In the check and in the table of bindings; newer and older exports keep the name in two places."""
    foreign = "arn:aws:connect:eu-central-1:0:instance/i/flow-module/22222222-2222-2222-2222-222222222222"
    for about in (
        {"contactFlowModuleName": "verify"},
        {"parameters": {"FlowModuleId": {"displayName": "verify"}}},
    ):
        content = json.dumps(
            {
                **json.loads(flow_text(invoke(foreign), BYE)),
                "Metadata": {"ActionMetadata": {"invoke": about}},
            }
        )
        flows = (
            FlowDefinition(name="main", content=content),
            FlowDefinition(name="verify", type="MODULE", content=flow_text(back())),
        )
        definition = CentreDefinition(**{**as_fields(CENTRE), "flows": flows})
        assert check_definition(definition) == []
        (row,) = bindings([("main", read_document(content))], definition)
        assert (row.kind, row.display_name, row.state, row.to) == ("module", "verify", "bound", "verify")


SETTINGS = {
    "input": {"schema": {"type": "object", "properties": {"who": {"type": "string"}}}},
    "resultData": {"schema": {"type": "object", "properties": {"name": {"type": "string"}}}},
    "transitions": {"results": [{"name": "good", "description": ""}]},
}


def check_declared(main: list[dict[str, Any]], module: list[dict[str, Any]], settings: Any) -> list[str]:
    """The codes for a flow and a module whose file is an answer of the service's API."""
    answer = {"ContactFlowModule": {"Name": "verify", "Content": flow_text(*module), "Settings": settings}}
    flows = (
        FlowDefinition(name="main", content=flow_text(*main)),
        FlowDefinition(name="verify", type="MODULE", content=json.dumps(answer)),
    )
    return [one.code for one in check_definition(CentreDefinition(**{**as_fields(CENTRE), "flows": flows}))]


def test_what_a_module_declares_is_kept_to() -> None:
    """An answer of the API has the declaration beside the content; without one nothing is compared."""
    main = [
        invoke("verify", {"good": "bye"}, Input={"who": "Ann"}),
        BYE,
    ]
    module = [say("$.Modules.Input.who"), back(Result="good", ResultData={"name": "Ann"})]
    assert check_declared(main, module, json.dumps(SETTINGS)) == []
    assert check_declared(main, module, None) == []
    assert check_declared(main, module, "no JSON") == []
    assert check_declared(main, module, "{}") == [
        "undeclared-input",
        "undeclared-result",
        "undeclared-result",
        "undeclared-result-data",
    ]
    assert check_declared([invoke("verify"), BYE], [back()], "{}") == []
    assert check_declared(main, module, {"transitions": {"results": [7, {"name": "good"}]}, "input": []}) == [
        "undeclared-input",
        "undeclared-result-data",
    ]
