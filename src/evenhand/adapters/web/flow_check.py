"""The check of one flow of a running centre: what `evenhand check` would say of it, with all its names."""

from __future__ import annotations

import msgspec

from evenhand.centre.check import check_definition
from evenhand.errors import Finding, FlowFault
from evenhand.flow.check import check_document
from evenhand.flow.check_traps import SERVICE_ONLY
from evenhand.flow.document import FlowDocument, read_document
from evenhand.model.definition import CentreDefinition, FlowDefinition

__all__ = ["checked_flow", "with_content"]


def with_content(definition: CentreDefinition, file: str, content: str) -> CentreDefinition:
    """The definition with this content in every flow of the file."""
    flows = tuple(
        msgspec.structs.replace(one, content=content) if one.file == file else one for one in definition.flows
    )
    return msgspec.structs.replace(definition, flows=flows)


def checked_flow(
    definition: CentreDefinition, flow: FlowDefinition, content: str
) -> tuple[FlowDocument | None, tuple[Finding, ...]]:
    """The flow with this content as it would stand in the centre: its document and every finding about it.

    Without a document it cannot be read at all, and the findings say why.
    """
    try:
        document = read_document(content, flow.file)
    except FlowFault as fault:
        unreadable = fault.findings or (
            Finding(file=flow.file, code="unreadable", message=fault.message, way_out=fault.way_out),
        )
        return None, tuple(unreadable)
    findings = [one for one in check_document(document, flow.type) if one.code not in SERVICE_ONLY]
    given = msgspec.structs.replace(flow, content=content)
    # The others count by their names and types alone; reading them all again would take its time.
    others = [msgspec.structs.replace(one, content="") for one in definition.flows if one.name != flow.name]
    tried = msgspec.structs.replace(definition, flows=(given, *others))
    findings.extend(one for one in check_definition(tried) if one.file == flow.file)
    return document, tuple(findings)
