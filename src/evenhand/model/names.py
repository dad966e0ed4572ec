"""Names, ids and ARNs of a centre's own resources.

Inside, a name is the key. Outside, Amazon Connect speaks in ids and ARNs: each resource has one id, derived
from its kind and name, so that every machine and every replay makes the same one.
"""

from __future__ import annotations

import hashlib
from typing import Literal, TypeAlias

__all__ = ["Kind", "arn", "flow_kind", "last_part", "resource_id", "seconds_text"]

Kind: TypeAlias = Literal[
    "queue",
    "agent-queue",
    "agent",
    "contact-flow",
    "flow-module",
    "routing-profile",
    "operating-hours",
    "agent-state",
    "prompt",
]


def resource_id(kind: Kind, name: str) -> str:
    """The resource's id: a UUID-shaped digest of kind and name."""
    digest = hashlib.blake2b(f"{kind}/{name}".encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


def arn(instance: str, kind: Kind, name: str, id_: str = "") -> str:
    """The resource's ARN. An agent's queue ends in the agent's id (`…/queue/agent/<id>`)."""
    if kind == "agent-queue":
        return f"{instance}/queue/agent/{id_ or resource_id('agent', name)}"
    return f"{instance}/{kind}/{id_ or resource_id(kind, name)}"


def flow_kind(type_: str) -> Kind:
    """The kind of a flow of this type: a flow module is a resource of its own."""
    return "flow-module" if type_ == "MODULE" else "contact-flow"


def last_part(reference: str) -> str:
    """The id at the end of an ARN, without a version or alias; anything else stays as it is."""
    if not reference.startswith("arn:"):
        return reference
    return reference.rsplit("/", 1)[-1].partition(":")[0]


def seconds_text(value: float) -> str:
    """Whole seconds as flows write them: an integer as text."""
    return str(int(value))
