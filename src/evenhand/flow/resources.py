"""What a flow refers to outside of itself: queues, flows, functions, prompts, views, bots …

A resource goes by the kind of the parameter that names it. What is only known when the flow runs (`$.…`) is
told as well, so that a table of a flow's resources leaves nothing out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from evenhand.flow.compiled import display_names
from evenhand.flow.document import Action, FlowDocument
from evenhand.flow.references import compile_tree

__all__ = ["KINDS", "Resource", "is_foreign", "resources_of"]

_FIELDS: Mapping[str, str] = {
    "QueueId": "queue",
    "AgentId": "agent",
    "ContactFlowId": "flow",
    "FlowModuleId": "module",
    "LambdaFunctionARN": "function",
    "HoursOfOperationId": "hours",
    "PromptId": "prompt",
    "Messages.*.PromptId": "prompt",
    "EventHooks.*": "flow",
    "ViewResource.Id": "view",
    "LexV2Bot.AliasArn": "bot",
    "LexBot.Name": "bot",
    "WisdomAssistantArn": "assistant",
    "CaseTemplateId": "case template",
    "TaskTemplateId": "task template",
    "DataTableId": "data table",
}
"""The parameter's path and the kind of what it names; `*` is any key or place."""

KINDS = tuple(dict.fromkeys(_FIELDS.values()))
"""Every kind of resource that a block can refer to."""

_PATHS = tuple((tuple(path.split(".")), kind) for path, kind in _FIELDS.items())
_IDENTITY = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that a block refers to.

    `field` is the path under the block (`Parameters.QueueId`); `reference` as it stands there;
    `display_name` the name that an export shows beside it; `dynamic`: only known when the flow runs.
    """

    block: str
    type: str
    field: str
    kind: str
    reference: str
    display_name: str = ""
    dynamic: bool = False


def resources_of(document: FlowDocument) -> Iterator[Resource]:
    """Every resource of every block, in the order of the document."""
    for action in document.actions:
        names = display_names(document, action.identifier)
        for path, kind in _PATHS:
            for place, value in _values(action.parameters, path):
                if isinstance(value, str) and value:
                    yield _resource(action, place, kind, value, names)


def _values(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """What lies at the path, with the path as it was walked."""
    key, rest = path[0], path[1:]
    if isinstance(node, list):
        places = [(str(place), item) for place, item in enumerate(node)] if key == "*" else []
    elif isinstance(node, dict):
        places = list(node.items()) if key == "*" else [(key, node[key])] if key in node else []
    else:
        places = []
    for name, item in places:
        if not rest:
            yield name, item
        else:
            for further, value in _values(item, rest):
                yield f"{name}.{further}", value


def _resource(action: Action, place: str, kind: str, value: str, names: Mapping[str, str]) -> Resource:
    """One resource; an agent queue's ARN in place of a queue means the agent."""
    if kind == "queue" and "/queue/agent/" in value:
        kind = "agent"
    display = names.get(place) or (names.get("EventHooks", "") if place.startswith("EventHooks.") else "")
    return Resource(
        block=action.identifier,
        type=action.type,
        field=f"Parameters.{place}",
        kind=kind,
        reference=value,
        display_name=display,
        dynamic=compile_tree(value)[0] is not None,
    )


def is_foreign(resource: Resource) -> bool:
    """Whether this is an ARN of an instance whose last part is an id made by it, which names nothing elsewhere."""
    reference = resource.reference
    if resource.dynamic or not reference.startswith("arn:") or ":connect:" not in reference:
        return False
    return _IDENTITY.search(reference.rsplit("/", 1)[-1]) is not None
