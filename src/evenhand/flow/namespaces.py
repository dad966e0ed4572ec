"""The attribute namespaces of Amazon Connect: which value of a contact each `$.…` path names.

Reference: the "contact attributes" pages of the administrator guide. Paths nobody knows give nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evenhand.flow.session import Session

__all__ = ["SERVICE_NAMESPACES", "getter"]

_SYSTEM: dict[tuple[str, ...], Callable[[Session], Any]] = {
    ("ContactId",): lambda s: s.contact_id,
    ("InitialContactId",): lambda s: s.initial_contact_id or s.contact_id,
    ("PreviousContactId",): lambda s: s.previous_contact_id or s.contact_id,
    ("Task", "ContactId"): lambda s: s.contact_id,
    ("Channel",): lambda s: s.channel,
    ("InstanceARN",): lambda s: s.instance_arn,
    ("InitiationMethod",): lambda s: s.initiation_method,
    ("AwsRegion",): lambda s: (s.instance_arn.split(":") + [""] * 4)[3],
    ("LanguageCode",): lambda s: s.language,
    ("TextToSpeechVoiceId",): lambda s: s.voice,
    ("StoredCustomerInput",): lambda s: s.stored_input,
    ("CustomerId",): lambda s: s.customer_id,
    ("CallbackNumber",): lambda s: s.callback_number or s.customer_address,
    ("Name",): lambda s: s.name,
    ("Description",): lambda s: s.description,
    ("CustomerEndpoint", "Address"): lambda s: s.customer_address,
    ("CustomerEndpoint", "Type"): lambda s: s.customer_type if s.customer_address else "",
    ("CustomerEndpoint", "DisplayName"): lambda s: "",
    ("SystemEndpoint", "Address"): lambda s: s.system_address,
    ("SystemEndpoint", "Type"): lambda s: s.system_type if s.system_address else "",
    ("SystemEndpoint", "DisplayName"): lambda s: "",
    ("Queue", "Name"): lambda s: s.queue_name,
    ("Queue", "ARN"): lambda s: s.queue_arn,
    ("Queue", "OutboundCallerId", "Address"): lambda s: s.queue_caller_number,
    ("Queue", "OutboundCallerId", "Type"): lambda s: "TELEPHONE_NUMBER" if s.queue_caller_number else "",
    ("SegmentAttributes", "connect:Subtype"): lambda s: {
        "VOICE": "connect:Telephony",
        "CHAT": "connect:Chat",
    }.get(s.channel, f"connect:{s.channel.capitalize()}"),
    ("SegmentAttributes", "connect:Direction"): lambda s: "INBOUND",
}

_TREES: dict[str, Callable[[Session], Any]] = {
    "Attributes": lambda s: s.attributes,
    "FlowAttributes": lambda s: s.flow_attributes,
    "External": lambda s: s.external,
    "Metrics": lambda s: s.metrics,
    "References": lambda s: s.references,
    "Agent": lambda s: s.agent_facts,
    "Tags": lambda s: s.tags,
    "Modules": lambda s: s.modules,
}


SERVICE_NAMESPACES = ("Lex", "Customer", "Case", "Views", "DataTables", "DataTableList", "Wisdom", "Email")
"""The namespaces that services fill."""


def _of_service(name: str) -> Callable[[Session], Any]:
    return lambda session: session.services.get(name) if session.services else None


_TREES.update((name, _of_service(name)) for name in SERVICE_NAMESPACES)


def getter(path: tuple[str, ...]) -> Callable[[Session], Any]:
    """A function that gives the value at this path for a contact, or None."""
    known = _SYSTEM.get(path)
    if known is not None:
        return known
    if path[:2] == ("LambdaInvocation", "ResultData"):
        path = ("External", *path[2:])
    if not path or path[0] not in _TREES:
        return lambda session: None
    root, rest = _TREES[path[0]], path[1:]
    if len(rest) == 1:
        key = rest[0]

        def one(session: Session) -> Any:
            tree = root(session)
            return tree.get(key) if isinstance(tree, dict) else None

        return one

    if not rest:
        # The whole tree as it is now: what was read must not change with the contact.
        def whole(session: Session) -> Any:
            value = root(session)
            return dict(value) if isinstance(value, dict) else value

        return whole

    indexed = path[0] in SERVICE_NAMESPACES

    def deep(session: Session) -> Any:
        value = root(session)
        # "Attributes" keys are flat: a dotted rest that is not nested is tried as one key first.
        if isinstance(value, dict) and len(rest) > 1:
            flat = value.get(".".join(rest))
            if flat is not None:
                return flat
        for key in rest:
            if isinstance(value, dict):
                value = value.get(key)
            elif indexed and isinstance(value, list) and _is_index(key, value):
                value = value[int(key)]
            else:
                return None
        return value

    return deep


def _is_index(key: str, items: list[Any]) -> bool:
    return key.isdecimal() and len(key) < 7 and int(key) < len(items)
