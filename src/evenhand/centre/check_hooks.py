"""The check of `default_hooks`: events that there are, and flows that can run at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from evenhand.centre.findings import Findings, place, ways
from evenhand.model.definition import CentreDefinition

__all__ = ["DEFAULT_HOOK_TYPES", "check_hooks"]

DEFAULT_HOOK_TYPES: Final[Mapping[str, str]] = {
    "CustomerQueue": "CUSTOMER_QUEUE",
    "AgentWhisper": "AGENT_WHISPER",
    "CustomerWhisper": "CUSTOMER_WHISPER",
    "OutboundWhisper": "OUTBOUND_WHISPER",
    "AgentHold": "AGENT_HOLD",
    "CustomerHold": "CUSTOMER_HOLD",
    "AgentTransfer": "AGENT_TRANSFER",
    "QueueTransfer": "QUEUE_TRANSFER",
}
"""Each event that can have a default flow, and the type of the flow."""


def check_hooks(definition: CentreDefinition, findings: Findings) -> None:
    """Find events that nobody knows, and flows that are not there or of another type. No name is no flow."""
    types = {flow.name: flow.type for flow in definition.flows}
    for hook, name in definition.default_hooks.items():
        where, wanted = place("centre", "default_hooks", hook), DEFAULT_HOOK_TYPES.get(hook)
        if wanted is None:
            findings.error(
                where,
                "unknown-event",
                f"No flow runs by default at an event '{hook}'.",
                ways(hook, DEFAULT_HOOK_TYPES, f"Write one of {', '.join(DEFAULT_HOOK_TYPES)}."),
            )
        elif name and name not in types:
            findings.error(
                where,
                "unknown-flow",
                f"There is no flow '{name}'.",
                ways(name, types, 'Define it under [flows], or write "" for none.'),
            )
        elif name and types[name] != wanted:
            findings.error(
                where,
                "flow-type",
                f"The flow '{name}' is a {types[name]}, and this event takes a {wanted}.",
                "Name a flow of that type, or correct the flow's type.",
            )
