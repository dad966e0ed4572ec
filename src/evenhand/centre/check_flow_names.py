"""The check of the names that a flow's blocks use: queues, agents, flows, functions and hours.

A literal resolves as a name, as an id, by the last part of an ARN, or by the display name that an export
keeps beside it. What is only known when the flow runs (`$.…`) is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

import msgspec

from evenhand.centre.findings import Findings, place, ways
from evenhand.model.definition import CentreDefinition, FlowDefinition
from evenhand.model.names import resource_id

__all__ = ["FLOW_TYPES", "check_flow_names"]

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

_Kind: TypeAlias = Literal["queue", "agent", "flow", "function", "hours"]

_KINDS: dict[str, _Kind] = {
    "QueueId": "queue",
    "AgentId": "agent",
    "ContactFlowId": "flow",
    "FlowModuleId": "flow",
    "LambdaFunctionARN": "function",
    "HoursOfOperationId": "hours",
}

_SECTIONS = {"queue": "queues", "agent": "agents", "flow": "flows", "function": "functions", "hours": "hours"}

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

_METADATA_TYPES = {
    "contactFlow": "CONTACT_FLOW",
    "customerQueue": "CUSTOMER_QUEUE",
    "customerHold": "CUSTOMER_HOLD",
    "customerWhisper": "CUSTOMER_WHISPER",
    "agentHold": "AGENT_HOLD",
    "agentWhisper": "AGENT_WHISPER",
    "outboundWhisper": "OUTBOUND_WHISPER",
    "agentTransfer": "AGENT_TRANSFER",
    "queueTransfer": "QUEUE_TRANSFER",
}


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
    known = {kind: _known(definition, kind) for kind in _SECTIONS}
    types = {flow.name: flow.type for flow in definition.flows}
    own_file = findings.file
    for flow in definition.flows:
        content = _content(flow)
        findings.file = flow.file or own_file
        for reference in _references(content):
            _check_reference(reference, known[reference.kind], types, findings)
        findings.file = own_file
        _check_type(flow, content, findings)


def _content(flow: FlowDefinition) -> dict[str, Any]:
    """Give the flow's document; nothing at all if it cannot be read, which the flow check tells."""
    try:
        content = msgspec.json.decode(flow.content)
    except msgspec.MsgspecError:
        return {}
    return content if isinstance(content, dict) else {}


def _known(definition: CentreDefinition, kind: str) -> dict[str, str]:
    """Give name by everything a part of this kind may be called: its name, its id, its ARN."""
    if kind == "queue":
        return {w: q.name for q in definition.queues for w in (q.name, resource_id("queue", q.name))}
    if kind == "agent":
        return {w: a.name for a in definition.agents for w in (a.name, resource_id("agent", a.name))}
    if kind == "hours":
        return {w: h.name for h in definition.hours for w in (h.name, resource_id("operating-hours", h.name))}
    if kind == "flow":
        return {
            word: flow.name
            for flow in definition.flows
            for word in (flow.name, resource_id("contact-flow", flow.name), *_ends(flow.id))
            if word
        }
    return {
        word: function.name
        for function in definition.functions
        for word in (function.name, *function.arn.replace(",", " ").split())
    }


def _ends(value: str) -> tuple[str, ...]:
    """Give the value and what may be meant by it: an ARN's last part, without version or alias."""
    if not value.startswith("arn:"):
        return (value, value.partition(":")[0])
    _, _, tail = value.partition(":function:")
    last = tail or value.rsplit("/", 1)[-1]
    return (value, last, last.partition(":")[0])


def _check_reference(
    reference: _Reference, known: dict[str, str], types: dict[str, str], findings: Findings
) -> None:
    words = (*_ends(reference.value), reference.display_name)
    name = next((known[word] for word in words if word in known), "")
    if not name:
        _tell_unknown(reference, known, findings)
    elif reference.flow_types and types[name] not in reference.flow_types:
        findings.error(
            reference.field,
            "flow-type",
            f"The flow '{name}' is a {types[name]}, and this block takes {' or '.join(reference.flow_types)}.",
            "Name a flow of that type, or correct the flow's type in the definition.",
            block=reference.block,
        )


def _tell_unknown(reference: _Reference, known: dict[str, str], findings: Findings) -> None:
    shown = reference.display_name or _ends(reference.value)[-1]
    section = _SECTIONS[reference.kind]
    way_out = ways(shown, set(known.values()), f"Define it under [{section}].")
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
        f"unknown-{reference.kind}",
        f"There {noun} {called}; the block would take its error branch.",
        way_out,
        block=reference.block,
    )


def _check_type(flow: FlowDefinition, content: dict[str, Any], findings: Findings) -> None:
    metadata = content.get("Metadata")
    written = metadata.get("type") if isinstance(metadata, dict) else None
    type_ = _METADATA_TYPES.get(written) if isinstance(written, str) else None
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
        _dig(about, *({"queue": ("queue", "text"), "flow": ("contactFlow", "text")}.get(kind, ("",)))),
    )
    display_name = next((name for name in names if isinstance(name, str) and name), "")
    return _Reference(
        block=block,
        field=field,
        kind=kind,
        value=value,
        display_name=display_name,
        flow_types=flow_types if kind == "flow" else (),
    )


def _literal(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not value.startswith("$.")


def _dig(node: Any, *keys: str) -> Any:
    """Give what lies at the end of these keys; None where one is missing."""
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node
