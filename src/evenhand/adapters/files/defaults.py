"""The flows that run where none is set, as every Amazon Connect instance has them."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

import msgspec

from evenhand.model.definition import CentreDefinition, FlowDefinition

__all__ = ["DEFAULT_FLOWS", "with_default_flows"]

DEFAULT_FLOWS: Final = (
    ("CustomerQueue", "Default customer queue", "CUSTOMER_QUEUE", "customer-queue.json"),
    ("AgentWhisper", "Default agent whisper", "AGENT_WHISPER", "agent-whisper.json"),
    ("CustomerWhisper", "Default customer whisper", "CUSTOMER_WHISPER", "customer-whisper.json"),
    ("OutboundWhisper", "Default outbound", "OUTBOUND_WHISPER", "outbound-whisper.json"),
    ("AgentHold", "Default agent hold", "AGENT_HOLD", "agent-hold.json"),
    ("CustomerHold", "Default customer hold", "CUSTOMER_HOLD", "customer-hold.json"),
    ("AgentTransfer", "Default agent transfer", "AGENT_TRANSFER", "agent-transfer.json"),
    ("QueueTransfer", "Default queue transfer", "QUEUE_TRANSFER", "queue-transfer.json"),
)
"""Event, name, flow type and file of each."""


def with_default_flows(definition: CentreDefinition) -> CentreDefinition:
    """The definition with a flow for each event that it leaves open.

    An author's flow of the same name is used instead of ours, and an event that `default_hooks` names is as
    it says there. Every default flow can be named by other flows, as exports name them.
    """
    known = {flow.name for flow in definition.flows}
    folder = files("evenhand.adapters.files") / "default_flows"
    added = tuple(
        FlowDefinition(name=name, type=type_, content=(folder / file).read_text(encoding="utf-8"))
        for _, name, type_, file in DEFAULT_FLOWS
        if name not in known
    )
    hooks = {hook: name for hook, name, _, _ in DEFAULT_FLOWS} | definition.default_hooks
    return msgspec.structs.replace(definition, flows=(*definition.flows, *added), default_hooks=hooks)
