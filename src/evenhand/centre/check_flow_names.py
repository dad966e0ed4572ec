"""The check of the names that a flow's blocks use: queues, agents, flows, functions and hours.

A literal resolves as a name, as an id, by the last part of an ARN, or by the display name that an export
keeps beside it. What is only known when the flow runs (`$.…`) is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

import msgspec

from evenhand.centre.directory import Directory
from evenhand.centre.findings import Findings, place, ways
from evenhand.errors import FlowFault
from evenhand.flow.catalogue import METADATA_TYPES
from evenhand.flow.document import read_document
from evenhand.model.definition import CentreDefinition, FlowDefinition

__all__ = ["FLOW_TYPES", "check_flow_names", "content_of"]

FLOW_TYPES = (
    "CONTACT_FLOW",
    "CUSTOMER_QUEUE",
    "CUSTOMER_HOLD",
    "CUSTOMER_WHISPER",
    "AGENT_HOLD",
    "AGENT_WHISPER",
    "OUTBOUND_WHISPER",
    "AGENT_TRANSFER",
    "QUEUE_TRANSFER",
    "CAMPAIGN",
    "MODULE",
)
"""The types a flow may have: Amazon Connect's, and `MODULE` for flow modules."""

_Kind: TypeAlias = Literal["queue", "agent", "flow", "flow module", "function", "hours"]

_KINDS: dict[str, _Kind] = {
    "QueueId": "queue",
    "AgentId": "agent",
    "ContactFlowId": "flow",
    "FlowModuleId": "flow module",
    "LambdaFunctionARN": "function",
    "HoursOfOperationId": "hours",
}

_SECTIONS = {
    "queue": "queues",
    "agent": "agents",
    "flow": "flows",
    "flow module": "flows",
    "function": "functions",
    "hours": "hours",
}

_HOOKS: dict[str, tuple[str, ...]] = {
    "AgentHold": ("AGENT_HOLD",),
    "AgentWhisper": ("AGENT_WHISPER",),
    "CustomerHold": ("CUSTOMER_HOLD",),
    "CustomerQueue": ("CUSTOMER_QUEUE",),
    "CustomerRemaining": ("CONTACT_FLOW",),
    "CustomerWhisper": ("CUSTOMER_WHISPER",),
    "DefaultAgentUI": ("CONTACT_FLOW",),
    "DisconnectAgentUI": ("CONTACT_FLOW",),
    "PauseContact": ("CONTACT_FLOW",),
    "ResumeContact": ("CONTACT_FLOW",),
}

_BY_TYPE: dict[str, tuple[str, ...]] = {
    "TransferToFlow": ("CONTACT_FLOW", "AGENT_TRANSFER", "QUEUE_TRANSFER"),
    "InvokeFlowModule": ("MODULE",),
    "CreateTask": ("CONTACT_FLOW",),
}

_OLDER_EXPORTS = {
    "queue": ("queue",),
    "flow": ("contactFlow", "ContactFlow"),
    "flow module": ("contactFlowModuleName",),
}
"""Where older exports keep the name of what a block uses."""


class _Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that a block names. `flow_types`: what a flow must be to fit there; empty: anything."""

    block: str
    field: str
    kind: _Kind
    value: str
    display_name: str
    flow_types: tuple[str, ...] = ()


def check_flow_names(definition: CentreDefinition, findings: Findings) -> None:
    """Find each literal in a flow that names nothing of this centre, or a flow of a type that does not fit."""
    known = _known(definition)
    types = {flow.name: flow.type for flow in definition.flows}
    own_file = findings.file
    for flow in definition.flows:
        content = content_of(flow)
        findings.file = flow.file or own_file
        for reference in _references(content):
            _check_reference(reference, known[reference.kind], types, findings)
        findings.file = own_file
        _check_type(flow, content, findings)


def content_of(flow: FlowDefinition) -> dict[str, Any]:
    """Give the flow's document; nothing at all if it cannot be read, which the flow check tells."""
    try:
        return read_document(flow.content).raw
    except FlowFault:
        return {}


class _Known(msgspec.Struct, frozen=True):
    """How one kind of part is found, in the way that a running flow finds it, and all names of that kind."""

    find: Callable[[str], str]
    names: tuple[str, ...]


def _known(definition: CentreDefinition) -> dict[str, _Known]:
    directory = Directory(definition)
    return {
        "queue": _Known(directory.queue, tuple(queue.name for queue in definition.queues)),
        "agent": _Known(directory.agent, tuple(agent.name for agent in definition.agents)),
        "flow": _Known(
            lambda reference: directory.flow(reference) or directory.module(reference),
            tuple(flow.name for flow in definition.flows if flow.type != "MODULE"),
        ),
        "flow module": _Known(
            lambda reference: directory.module(reference) or directory.flow(reference),
            tuple(flow.name for flow in definition.flows if flow.type == "MODULE"),
        ),
        "function": _Known(directory.function, tuple(each.name for each in definition.functions)),
        "hours": _Known(directory.hours, tuple(hours.name for hours in definition.hours)),
    }


def _check_reference(reference: _Reference, known: _Known, types: dict[str, str], findings: Findings) -> None:
    name = known.find(reference.value) or (reference.display_name and known.find(reference.display_name))
    if not name:
        _tell_unknown(reference, known.names, findings)
    elif reference.flow_types and types[name] not in reference.flow_types:
        findings.error(
            reference.field,
            "flow-type",
            f"The flow '{name}' is a {types[name]}, and this block takes {' or '.join(reference.flow_types)}.",
            "Name a flow of that type, or correct the flow's type in the definition.",
            block=reference.block,
        )


def _tell_unknown(reference: _Reference, names: tuple[str, ...], findings: Findings) -> None:
    shown = reference.display_name or reference.value.rsplit("/", 1)[-1].rsplit(":function:", 1)[-1]
    section = _SECTIONS[reference.kind]
    way_out = ways(shown, names, f"Define it under [{section}].")
    if reference.kind == "flow module" and not way_out.startswith("Did"):
        way_out = f'{way_out} A module has type = "MODULE".'
    if reference.kind == "function" and reference.value.startswith("arn:"):
        findings.warn(
            reference.field,
            "unknown-function",
            f"No function of this centre answers for {reference.value}; only AWS could.",
            f"{way_out} A function's arn may hold this ARN.",
            block=reference.block,
        )
        return
    called = f"'{shown}'" if shown == reference.value else f"'{shown}' ({reference.value})"
    noun = "are no hours" if reference.kind == "hours" else f"is no {reference.kind}"
    findings.error(
        reference.field,
        f"unknown-{reference.kind.replace(' ', '-')}",
        f"There {noun} {called}; the block would take its error branch.",
        way_out,
        block=reference.block,
    )


def _check_type(flow: FlowDefinition, content: dict[str, Any], findings: Findings) -> None:
    metadata = content.get("Metadata")
    written = metadata.get("type") if isinstance(metadata, dict) else None
    type_ = METADATA_TYPES.get(written) if isinstance(written, str) else None
    if type_ and type_ != flow.type:
        findings.warn(
            place("flows", flow.name, "type"),
            "flow-type",
            f"The file says that it is a {type_}, the definition that it is a {flow.type}.",
            f'Probably type = "{type_}" is right.',
        )


def _references(content: dict[str, Any]) -> Iterator[_Reference]:
    """Give every literal reference of every block that can be read."""
    actions = content.get("Actions")
    for action in actions if isinstance(actions, list) else ():
        if not isinstance(action, dict) or not isinstance(action.get("Parameters"), dict):
            continue
        block, type_, parameters = action.get("Identifier"), action.get("Type"), action["Parameters"]
        if not isinstance(block, str) or not isinstance(type_, str):
            continue
        about = _dig(content, "Metadata", "ActionMetadata", block)
        for field, kind in _KINDS.items():
            value = parameters.get(field)
            if _literal(value):
                yield _reference(block, f"Parameters.{field}", kind, value, about, _BY_TYPE.get(type_, ()))
        hooks = parameters.get("EventHooks") if type_ == "UpdateContactEventHooks" else None
        for hook, value in hooks.items() if isinstance(hooks, dict) else ():
            if _literal(value):
                field = f"Parameters.EventHooks.{hook}"
                yield _reference(block, field, "flow", value, about, _HOOKS.get(hook, ()))


def _reference(
    block: str, field: str, kind: _Kind, value: str, about: Any, flow_types: tuple[str, ...]
) -> _Reference:
    """Make a reference; an agent queue's ARN in place of a queue means the agent."""
    if kind == "queue" and "/queue/agent/" in value:
        kind = "agent"
    keys = field.split(".")[1:]
    names = (
        _dig(about, "parameters", *keys, "displayName"),
        *(_dig(about, key, "text") or _dig(about, key) for key in _OLDER_EXPORTS.get(kind, ())),
    )
    display_name = next((name for name in names if isinstance(name, str) and name), "")
    return _Reference(
        block=block,
        field=field,
        kind=kind,
        value=value,
        display_name=display_name,
        flow_types=flow_types if kind in ("flow", "flow module") else (),
    )


def _literal(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not value.startswith("$.")


def _dig(node: Any, *keys: str) -> Any:
    """Give what lies at the end of these keys; None where one is missing."""
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node
