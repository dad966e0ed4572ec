"""A test call to a flow module alone: the flow around it, which invokes it and says what it returned."""

from __future__ import annotations

import json

import msgspec

from evenhand.model.definition import CentreDefinition, FlowDefinition

__all__ = ["with_flow_around"]


def with_flow_around(definition: CentreDefinition, module: str) -> tuple[CentreDefinition, str]:
    """The definition with such a flow in it, and the flow's name."""
    taken = {flow.name for flow in definition.flows}
    name = f"{module} alone"
    while name in taken:
        name += "'"
    after = {"NextAction": "end", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}]}
    failed = {"NextAction": "said", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "failed"}]}
    said = {"Text": "Result: $.Modules.Result. Data: $.Modules.ResultData."}
    blocks = [
        ("module", "InvokeFlowModule", {"FlowModuleId": module}, failed),
        ("said", "MessageParticipant", said, after),
        ("failed", "MessageParticipant", {"Text": "The module failed."}, after),
        ("end", "DisconnectParticipant", {}, {}),
    ]
    actions = [
        {"Identifier": block, "Type": type_, "Parameters": parameters, "Transitions": transitions}
        for block, type_, parameters, transitions in blocks
    ]
    content = json.dumps({"Version": "2019-10-30", "StartAction": "module", "Actions": actions})
    flow = FlowDefinition(name=name, content=content)
    return msgspec.structs.replace(definition, flows=(*definition.flows, flow)), name
