"""The centre that a test call reaches: a written one or the example, with a foreign flow and functions added."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from evenhand.adapters.files import read_centre
from evenhand.centre.directory import Directory
from evenhand.cli.call_module import with_flow_around
from evenhand.errors import UsageFault
from evenhand.flow.compiled import compile_flow
from evenhand.flow.document import FlowDocument, read_document
from evenhand.flow.references import is_whole_reference, text_of
from evenhand.model.definition import (
    CentreDefinition,
    FlowDefinition,
    FunctionDefinition,
    QueueDefinition,
    RoutingRow,
)
from evenhand.model.names import last_part

__all__ = ["Prepared", "prepare"]

_FLOW_TYPES = {
    "customerqueue": "CUSTOMER_QUEUE",
    "contactflow": "CONTACT_FLOW",
    "contactflowmodule": "MODULE",
}


class Prepared(msgspec.Struct):
    """A definition to call, the flow that answers ('' : the number's), and what was added or will not work."""

    definition: CentreDefinition
    flow: str
    notes: list[str]


def prepare(folder: Path, flow: str, functions: Sequence[str]) -> Prepared:
    """The centre in `folder` with the functions and the flow. Raises AuthorFault."""
    definition = read_centre(folder)
    given = tuple(_function(text) for text in functions)
    names = {one.name for one in given}
    kept = tuple(one for one in definition.functions if one.name not in names)
    definition = msgspec.structs.replace(definition, functions=given + kept)
    if not flow:
        return Prepared(definition, "", [])
    if flow.endswith(".json"):
        return _with_file(definition, Path(flow))
    known = {one.name: one.type for one in definition.flows}
    if flow not in known:
        raise UsageFault(
            f"there is no flow {flow!r}.",
            where=str(folder),
            way_out=f"name one of {', '.join(sorted(known)) or 'none'}; or a file that ends with .json.",
        )
    if known[flow] == "MODULE":
        definition, flow = with_flow_around(definition, flow)
    return Prepared(definition, flow, [])


def _function(text: str) -> FunctionDefinition:
    name, mark, source = text.partition("=")
    file, colon, handler = source.rpartition(":")
    if not (mark and name and colon and file and handler):
        raise UsageFault(
            f"--function {text!r} is not a function.", way_out="write NAME=path/to/file.py:handler."
        )
    if file.endswith(".py"):
        # Relative to where the command was typed, not to the centre's folder.
        source = f"{Path(file).absolute()}:{handler}"
    return FunctionDefinition(name=name, source=source)


def _with_file(definition: CentreDefinition, file: Path) -> Prepared:
    """The flow of the file added to the centre, unchanged, and whatever queues it needs."""
    try:
        content = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(
            f"the flow cannot be read: {error}.", where=str(file), way_out="name a flow's JSON file."
        ) from error
    document = read_document(content, str(file))
    name = _name_of(document, file, {one.name for one in definition.flows})
    type_ = _FLOW_TYPES.get(text_of(_metadata(document).get("type")).lower(), "CONTACT_FLOW")
    if any(action.type == "EndFlowModuleExecution" for action in document.actions):
        type_ = "MODULE"
    added = FlowDefinition(name=name, type=type_, content=content, file=str(file))
    compiled = compile_flow(document, name=name, type_=type_)
    directory = Directory(definition)
    notes: list[str] = []
    queues: dict[str, None] = {}
    for block in compiled.blocks.values():
        for field, reference in _references(block.action.parameters):
            _judge(block.display_names.get(field, ""), field, reference, directory, queues, notes)
    definition = _with_queues(definition, tuple(queues))
    notes[:0] = [
        f"queue {queue!r} is not in this centre: a plain one with all agents was made" for queue in queues
    ]
    definition = msgspec.structs.replace(definition, flows=(*definition.flows, added))
    if type_ == "MODULE":
        definition, name = with_flow_around(definition, name)
    return Prepared(definition, name, list(dict.fromkeys(notes)))


def _metadata(document: FlowDocument) -> dict[str, Any]:
    found = document.raw.get("Metadata")
    return found if isinstance(found, dict) else {}


def _name_of(document: FlowDocument, file: Path, taken: set[str]) -> str:
    name = text_of(_metadata(document).get("name")) or file.stem
    return name if name not in taken else f"{name} ({file.name})"


def _references(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """(field, reference) of every resource that the block names itself, without asking an attribute."""
    found: list[tuple[str, str]] = []
    for field in ("QueueId", "LambdaFunctionARN", "ContactFlowId", "FlowModuleId"):
        value = text_of(parameters.get(field))
        if value and not is_whole_reference(value):
            found.append((field, value))
    hooks = parameters.get("EventHooks")
    for key, value in hooks.items() if isinstance(hooks, dict) else ():
        text = text_of(value)
        if text and not is_whole_reference(text):
            found.append((f"EventHooks.{key}", text))
    return found


def _judge(
    display: str, field: str, reference: str, directory: Directory, queues: dict[str, None], notes: list[str]
) -> None:
    """Whether the centre has it, by reference or by the name that the export shows."""
    shown = display or last_part(reference)
    if field == "QueueId":
        if not directory.queue(reference) and not directory.queue(display) and "/agent/" not in reference:
            queues[shown] = None
    elif field == "LambdaFunctionARN":
        if not directory.function(reference) and not directory.function(display):
            name = reference.partition(":function:")[2].partition(":")[0] or shown
            notes.append(
                f"function {name!r} is not here: its error branch is taken. "
                f"Give it with --function {name}=path.py:handler"
            )
    elif field == "FlowModuleId":
        if not directory.module(reference) and not directory.module(display):
            notes.append(
                f"module {shown!r} is not in this centre: where it is invoked, the error branch is taken"
            )
    elif not directory.flow(reference) and not directory.flow(display):
        notes.append(f"flow {shown!r} is not in this centre: where it is named, the error branch is taken")


def _with_queues(definition: CentreDefinition, names: Sequence[str]) -> CentreDefinition:
    """Plain queues, served by everybody; they rank as the centre's default queue does."""
    like = next((one for one in definition.queues if one.name == definition.default_queue), None)
    policy = like.policy if like is not None else "longest_available"
    queues = tuple(QueueDefinition(name=name, policy=policy) for name in names)
    rows = tuple(RoutingRow(queue=name) for name in names)
    profiles = tuple(
        msgspec.structs.replace(profile, rows=(*profile.rows, *rows))
        for profile in definition.routing_profiles
    )
    return msgspec.structs.replace(
        definition, queues=(*definition.queues, *queues), routing_profiles=profiles
    )
