"""What flows refer to, and what of it a centre has: the table of `evenhand check --bindings`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, TypeAlias

import msgspec

from evenhand.centre.directory import Directory
from evenhand.flow.blocks import BLOCKS
from evenhand.flow.document import FlowDocument
from evenhand.flow.resources import Resource, resources_of
from evenhand.flow.service_block import ServiceBlock
from evenhand.model.definition import CentreDefinition

__all__ = ["Binding", "State", "bindings"]

State: TypeAlias = Literal["bound", "unbound", "at run time", "needed"]


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that flows refer to.

    `blocks` by flow; `state`: `bound` to `to` in this centre, `unbound`, `at run time` (an attribute decides),
    or `needed`: there is no centre to look into, and it has to be in the one where the flow will run.
    """

    kind: str
    reference: str
    display_name: str
    blocks: dict[str, list[str]]
    state: State
    to: str = ""


def bindings(
    documents: Iterable[tuple[str, FlowDocument]], definition: CentreDefinition | None
) -> list[Binding]:
    """One row for each resource of these flows (name, document), by kind and in the order of the flows."""
    rows: dict[tuple[str, str, str], Binding] = {}
    directory = Directory(definition) if definition is not None else None
    for flow, document in documents:
        for resource in resources_of(document):
            key = (resource.kind, resource.reference, resource.display_name)
            row = rows.get(key)
            if row is None:
                state, to = _bound(resource, definition, directory)
                row = rows[key] = Binding(
                    kind=resource.kind,
                    reference=resource.reference,
                    display_name=resource.display_name,
                    blocks={},
                    state=state,
                    to=to,
                )
            blocks = row.blocks.setdefault(flow, [])
            if resource.block not in blocks:
                blocks.append(resource.block)
    return sorted(rows.values(), key=lambda row: row.kind)


def _bound(
    resource: Resource, definition: CentreDefinition | None, directory: Directory | None
) -> tuple[State, str]:
    if resource.dynamic:
        return "at run time", ""
    if resource.kind == "prompt":
        name = resource.display_name or resource.reference
        return ("needed", "") if definition is None else ("bound", f"the prompt by its name, {name}")
    if definition is None or directory is None:
        return "needed", ""
    finders: dict[str, Callable[[str], str]] = {
        "queue": directory.queue,
        "agent": directory.agent,
        "flow": directory.flow,
        "module": directory.module,
        "function": directory.function,
        "hours": directory.hours,
    }
    find = finders.get(resource.kind)
    if find is not None:
        name = find(resource.reference) or (resource.display_name and find(resource.display_name))
        return ("bound", name) if name else ("unbound", "")
    return _service(resource, definition)


def _service(resource: Resource, definition: CentreDefinition) -> tuple[State, str]:
    """A view, a bot and the like belong to the service that the block asks."""
    block = BLOCKS.get(resource.type)
    service = block.service if block is not None and issubclass(block, ServiceBlock) else ""
    adapter = definition.services.get(service, "")
    return ("bound", f"the service {service} ({adapter})") if adapter else ("unbound", "")
