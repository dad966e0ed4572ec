"""The check of services: which blocks need one that has no adapter, and adapters of what no block needs."""

from __future__ import annotations

from evenhand.centre.check_flow_names import document_of
from evenhand.centre.findings import Findings, place, ways
from evenhand.flow.blocks import BLOCKS
from evenhand.flow.document import Action
from evenhand.flow.service_block import ServiceBlock
from evenhand.model.definition import CentreDefinition

__all__ = ["LOCAL_SERVICES", "check_services"]

LOCAL_SERVICES = ("profiles", "cases", "data_tables")
"""The services that can be "local": an adapter for them comes with Evenhand."""

_NEEDED = {
    name: block.service for name, block in BLOCKS.items() if issubclass(block, ServiceBlock) and block.service
}


def check_services(definition: CentreDefinition, findings: Findings) -> None:
    """Find each block that will take its error branch for want of a service."""
    known = sorted(set(_NEEDED.values()))
    for name in definition.services:
        if name not in known:
            findings.error(
                place("services", name),
                "unknown-service",
                f"No block needs a service '{name}'.",
                ways(name, known, "Drop it."),
            )
    own_file = findings.file
    for flow in definition.flows:
        findings.file = flow.file or own_file
        document = document_of(flow)
        for action in document.actions if document is not None else ():
            _check_block(action, definition, findings)
    findings.file = own_file


def _check_block(action: Action, definition: CentreDefinition, findings: Findings) -> None:
    service = _NEEDED.get(action.type)
    if service and service not in definition.services:
        source = "local" if service in LOCAL_SERVICES else "services.py:answer"
        findings.warn(
            "Type",
            "no-service",
            f"{action.type} needs the service '{service}', which has no adapter: the block takes its error branch.",
            f'Name one: [services] {service} = "{source}".',
            block=action.identifier,
        )
