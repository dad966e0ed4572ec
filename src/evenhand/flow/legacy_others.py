"""Module types that only exports of newer console years have, read by analogy; and those nobody knows.

Their parameters are carried over one by one under their own names, keyed ones as maps, repeated ones as
lists. A type that nobody knows stays the type of its block, so that the check names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evenhand.flow.catalogue import BLOCKS
from evenhand.flow.legacy_modules import PLAIN, Row, Way, equals, error
from evenhand.flow.legacy_values import OlderModule, word

__all__ = ["row_by_analogy"]

TYPES: Mapping[str, str] = {
    "Return": "EndFlowModuleExecution",
    "ReturnFromFlowModule": "EndFlowModuleExecution",
    "InvokeModule": "InvokeFlowModule",
    "Dial": "CompleteOutboundCall",
    "CallPhoneNumber": "CompleteOutboundCall",
    "HoldCustomerOrAgent": "UpdatePreviousContactParticipantState",
    "SetVoiceId": "StartVoiceIdStream",
    "SetRoutingCriteria": "UpdateRoutingCriteria",
    "SetWisdomAssistant": "CreateWisdomSession",
    "UnTagContact": "UntagContact",
}
NAMES: Mapping[str, Mapping[str, str]] = {
    "InvokeFlowModule": {
        "ContactFlowModuleId": "FlowModuleId",
        "ModuleId": "FlowModuleId",
        "FlowModuleArn": "FlowModuleId",
    },
    "UpdatePreviousContactParticipantState": {
        "State": "PreviousContactParticipantState",
        "ParticipantState": "PreviousContactParticipantState",
    },
}
"""Parameters that have another name today."""

MAPS: Mapping[str, str] = {
    "Tag": "Tags",
    "Attribute": "Attributes",
    "Reference": "References",
    "Parameter": "Parameters",
    "CustomerProfileAttribute": "ProfileRequestData",
}
WAYS: Mapping[str, Way] = {
    **PLAIN,
    "timeout": error("TimeLimitExceeded"),
    "timelimitexceeded": error("TimeLimitExceeded"),
    "nomatch": error("NoMatchingCondition"),
    "multiplefound": error("MultipleFoundError"),
    "nonefound": error("NoneFoundError"),
    "channelmismatch": error("ChannelMismatch"),
}
OUTCOMES = ("CallAnswered", "VoicemailBeep", "VoicemailNoBeep", "NotDetected")


def row_by_analogy(module: OlderModule) -> Row:
    """How a module is read whose type the table does not have."""
    kind = TYPES.get(module.type, module.type)
    ways = dict(WAYS)
    if kind == "CheckOutboundCallStatus":
        ways |= {name.lower(): equals(name) for name in OUTCOMES}
    if kind not in BLOCKS:
        module.note(
            "type",
            "unknown-module",
            f"no table of the older export has a module type {module.type!r}; its block keeps that type",
            "Put blocks of the flow language in its place.",
        )
    return Row(kind, _parameters, ways, ("error", "nomatch"))


def _parameters(module: OlderModule) -> dict[str, Any]:
    kind = TYPES.get(module.type, module.type)
    names = NAMES.get(kind, {})
    found: dict[str, Any] = {}
    for parameter in module.parameters:
        module.used.add(parameter.name.lower())
        name = names.get(parameter.name, parameter.name)
        if parameter.key:
            holder = found.setdefault(MAPS.get(name, name), {})
            if isinstance(holder, dict):
                holder[parameter.key] = parameter.value
            continue
        value = parameter.value
        if not isinstance(value, dict | list):
            value = module.resource(parameter, name)
        if value in ("", None):
            continue
        if name in found and word(value):
            before = found[name]
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[name] = value
    return found
