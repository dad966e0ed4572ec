"""A flow as a picture: its blocks with their places, and their branches, in words a person reads at a glance."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from evenhand.flow.compiled import display_names
from evenhand.flow.document import Action, FlowDocument
from evenhand.flow.references import text_of

__all__ = ["BlockPicture", "BranchPicture", "FlowPicture", "picture_of", "spoken"]

_LONGEST = 160
_GENERATED = re.compile(r"^[0-9a-fA-F]{8}-[0-9a-fA-F-]{20,}$")
"""Identifiers that an editor made and that say nothing to a person."""

_TITLES = {
    "CheckHoursOfOperation": "Check hours",
    "CheckMetricData": "Check staffing or queue",
    "Compare": "Check attribute",
    "ConnectParticipantWithLexBot": "Ask a bot",
    "CreateCallbackContact": "Make a callback",
    "DequeueContactAndTransferToQueue": "Move to queue",
    "DisconnectParticipant": "Hang up",
    "DistributeByPercentage": "Split by percentage",
    "EndFlowExecution": "End flow / Resume",
    "GetMetricData": "Get figures",
    "GetParticipantInput": "Ask customer",
    "InvokeFlowModule": "Run module",
    "InvokeLambdaFunction": "Ask function",
    "MessageParticipant": "Say",
    "MessageParticipantIteratively": "Loop prompts",
    "TransferContactToAgent": "Transfer to agent",
    "TransferContactToQueue": "Transfer to queue",
    "TransferParticipantToThirdParty": "Transfer to number",
    "TransferToFlow": "Transfer to flow",
    "UpdateContactAttributes": "Set attributes",
    "UpdateContactEventHooks": "Set flows",
    "UpdateContactRecordingBehavior": "Set recording",
    "UpdateContactRoutingBehavior": "Set priority or age",
    "UpdateContactTargetQueue": "Set queue",
    "UpdateContactTextToSpeechVoice": "Set voice",
    "UpdateFlowAttributes": "Set flow attributes",
    "UpdateFlowLoggingBehavior": "Set logging",
    "UpdateRoutingCriteria": "Set skills wanted",
}
_MAIN = (
    "Text",
    "SSML",
    "PromptId",
    "QueueId",
    "AgentId",
    "ContactFlowId",
    "FlowModuleId",
    "LambdaFunctionARN",
    "ComparisonValue",
    "MetricType",
    "HoursOfOperationId",
    "Name",
)
"""The parameter that says most about a block; the first that is there is shown."""

_SIGNS = {
    "Equals": "=",
    "NumberGreaterThan": ">",
    "NumberGreaterOrEqualTo": "≥",
    "NumberLessThan": "<",
    "NumberLessOrEqualTo": "≤",
    "TextStartsWith": "begins",
    "TextEndsWith": "ends",
    "TextContains": "contains",
}
_ERRORS = {
    "NoMatchingError": "any error",
    "InputTimeLimitExceeded": "no answer in time",
    "InvalidPhoneNumber": "no phone number",
    "QueueAtCapacity": "queue is full",
}


class BranchPicture(msgspec.Struct, frozen=True):
    """A way on: `label` as facts name it, `text` as a person reads it, `kind` `next`, `condition` or `error`."""

    label: str
    text: str
    kind: str
    to: str


class BlockPicture(msgspec.Struct, frozen=True):
    """A block: `title` what it does, `name` the author's own name for it (or ''), `text` its main parameter.

    `x` and `y` are where the author's editor put it; None where that is not known.
    """

    id: str
    type: str
    title: str
    name: str
    text: str
    x: float | None
    y: float | None
    branches: tuple[BranchPicture, ...]


class FlowPicture(msgspec.Struct, frozen=True):
    """A whole flow. `start` is the block it begins with."""

    name: str
    type: str
    start: str
    blocks: tuple[BlockPicture, ...]


def picture_of(document: FlowDocument, name: str, type_: str) -> FlowPicture:
    """The picture of this flow."""
    return FlowPicture(
        name, type_, document.start_action, tuple(_block(document, action) for action in document.actions)
    )


def spoken(type_: str) -> str:
    """What a block of this type does, in a few words: `UpdateContactData` is `Update contact data`."""
    known = _TITLES.get(type_)
    if known is None:
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", type_)
        known = words[:1].upper() + words[1:].lower()
    return known


def _block(document: FlowDocument, action: Action) -> BlockPicture:
    x, y = _place(document, action.identifier)
    return BlockPicture(
        action.identifier,
        action.type,
        spoken(action.type),
        "" if _GENERATED.match(action.identifier) else action.identifier,
        _text(document, action),
        x,
        y,
        tuple(_branches(action)),
    )


def _place(document: FlowDocument, identifier: str) -> tuple[float | None, float | None]:
    node: Any = document.raw
    for key in ("Metadata", "ActionMetadata", identifier, "position"):
        node = node.get(key) if isinstance(node, dict) else None
    if not isinstance(node, dict):
        return None, None
    x, y = node.get("x"), node.get("y")
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (x, y)):
        return None, None
    return x, y


def _text(document: FlowDocument, action: Action) -> str:
    names = display_names(document, action.identifier)
    parameters = action.parameters
    for field in _MAIN:
        value = parameters.get(field)
        if isinstance(value, str) and value:
            return _short(names.get(field) or _last_part(value))
    for field in ("Attributes", "FlowAttributes", "EventHooks"):
        pairs = parameters.get(field)
        if isinstance(pairs, dict) and pairs:
            return _short(", ".join(f"{key} = {_plain(value)}" for key, value in pairs.items()))
    messages = parameters.get("Messages")
    if isinstance(messages, list):
        said = [one for one in messages if isinstance(one, dict)]
        return _short(" · ".join(_plain(one.get("Text") or one.get("PromptId") or "") for one in said))
    return _short(", ".join(f"{key} {_plain(value)}" for key, value in parameters.items()))


def _plain(value: Any) -> str:
    if isinstance(value, dict) and "Value" in value:
        value = value["Value"]
    return _last_part(text_of(value))


def _last_part(value: str) -> str:
    """Of an ARN only what it names."""
    return value.rsplit("/", 1)[-1].rsplit(":", 1)[-1] if value.startswith("arn:") else value


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _branches(action: Action) -> list[BranchPicture]:
    found: list[BranchPicture] = []
    for branch in action.conditions:
        operand = branch.operands[0] if branch.operands else ""
        text = f"{_SIGNS.get(branch.operator, branch.operator)} {operand}".strip()
        found.append(
            BranchPicture(f"{branch.operator} {operand}", _short(text), "condition", branch.next_action)
        )
    otherwise = [one for one in action.errors if one.error_type == "NoMatchingCondition"]
    if action.next_action and not (found and otherwise):
        # Where no match has a way of its own, the plain way is never taken.
        found.append(BranchPicture("NextAction", "else" if found else "then", "next", action.next_action))
    found.extend(BranchPicture(one.error_type, "no match", "next", one.next_action) for one in otherwise)
    found.extend(
        BranchPicture(one.error_type, _ERRORS.get(one.error_type, one.error_type), "error", one.next_action)
        for one in action.errors
        if one.error_type != "NoMatchingCondition"
    )
    return found
