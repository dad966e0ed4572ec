"""The check of the names that a flow's blocks use: queues, agents, flows, functions and hours.

A literal resolves as a name, as an id, by the last part of an ARN, or by the display name that an export
keeps beside it. What is only known when the flow runs (`$.…`) is left alone.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from evenhand.centre.directory import Directory
from evenhand.centre.findings import Findings, place, ways
from evenhand.errors import FlowFault
from evenhand.flow.catalogue import METADATA_TYPES
from evenhand.flow.document import FlowDocument, read_document
from evenhand.flow.resources import Resource, resources_of
from evenhand.model.definition import CentreDefinition, FlowDefinition

__all__ = ["check_flow_names", "document_of"]

_SECTIONS = {
    "queue": "queues",
    "agent": "agents",
    "flow": "flows",
    "module": "flows",
    "function": "functions",
    "hours": "hours",
}

_CALLED = {"module": "flow module"}

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


def check_flow_names(definition: CentreDefinition, findings: Findings) -> None:
    """Find each literal in a flow that names nothing of this centre, or a flow of a type that does not fit."""
    known = _known(definition)
    types = {flow.name: flow.type for flow in definition.flows}
    own_file = findings.file
    for flow in definition.flows:
        document = document_of(flow)
        if document is None:
            continue
        findings.file = flow.file or own_file
        for resource in resources_of(document):
            if resource.kind in known and not resource.dynamic:
                _check_resource(resource, known[resource.kind], types, findings)
        findings.file = own_file
        _check_type(flow, document, findings)


def document_of(flow: FlowDefinition) -> FlowDocument | None:
    """Give the flow's document; None if it cannot be read, which the flow check tells."""
    try:
        return read_document(flow.content)
    except FlowFault:
        return None


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
        "module": _Known(
            lambda reference: directory.module(reference) or directory.flow(reference),
            tuple(flow.name for flow in definition.flows if flow.type == "MODULE"),
        ),
        "function": _Known(directory.function, tuple(each.name for each in definition.functions)),
        "hours": _Known(directory.hours, tuple(hours.name for hours in definition.hours)),
    }


def _check_resource(resource: Resource, known: _Known, types: dict[str, str], findings: Findings) -> None:
    name = known.find(resource.reference) or (resource.display_name and known.find(resource.display_name))
    wanted = _flow_types(resource) if resource.kind in ("flow", "module") else ()
    if not name:
        _tell_unknown(resource, known.names, findings)
    elif wanted and types[name] not in wanted:
        findings.error(
            resource.field,
            "flow-type",
            f"The flow '{name}' is a {types[name]}, and this block takes {' or '.join(wanted)}.",
            "Name a flow of that type, or correct the flow's type in the definition.",
            block=resource.block,
        )


def _tell_unknown(resource: Resource, names: tuple[str, ...], findings: Findings) -> None:
    shown = resource.display_name or resource.reference.rsplit("/", 1)[-1].rsplit(":function:", 1)[-1]
    called, section = _CALLED.get(resource.kind, resource.kind), _SECTIONS[resource.kind]
    way_out = ways(shown, names, f"Define it under [{section}].")
    if resource.kind == "module" and not way_out.startswith("Did"):
        way_out = f'{way_out} A module has type = "MODULE".'
    if resource.kind == "function" and resource.reference.startswith("arn:"):
        findings.warn(
            resource.field,
            "unknown-function",
            f"No function of this centre answers for {resource.reference}; only AWS could.",
            f"{way_out} A function's arn may hold this ARN.",
            block=resource.block,
        )
        return
    named = f"'{shown}'" if shown == resource.reference else f"'{shown}' ({resource.reference})"
    noun = "are no hours" if resource.kind == "hours" else f"is no {called}"
    findings.error(
        resource.field,
        f"unknown-{called.replace(' ', '-')}",
        f"There {noun} {named}; the block would take its error branch.",
        way_out,
        block=resource.block,
    )


def _check_type(flow: FlowDefinition, document: FlowDocument, findings: Findings) -> None:
    metadata = document.raw.get("Metadata")
    written = metadata.get("type") if isinstance(metadata, dict) else None
    type_ = METADATA_TYPES.get(written) if isinstance(written, str) else None
    if type_ and type_ != flow.type:
        findings.warn(
            place("flows", flow.name, "type"),
            "flow-type",
            f"The file says that it is a {type_}, the definition that it is a {flow.type}.",
            f'Probably type = "{type_}" is right.',
        )


def _flow_types(resource: Resource) -> tuple[str, ...]:
    """What a flow must be to fit there; empty: anything."""
    _, _, hook = resource.field.partition("Parameters.EventHooks.")
    return _HOOKS.get(hook, ()) if hook else _BY_TYPE.get(resource.type, ())
