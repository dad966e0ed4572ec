"""The check of a centre's folder: the definition, how its parts fit, and each flow file, all at once."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from evenhand.adapters.files.centre_toml import centre_file, read_leniently
from evenhand.adapters.files.workload_sources import check_surroundings
from evenhand.centre.check import check_definition
from evenhand.centre.findings import Findings
from evenhand.errors import Finding, FlowFault
from evenhand.model.definition import CentreDefinition, FlowDefinition

__all__ = ["check_centre_file"]


def check_centre_file(path: Path) -> list[Finding]:
    """Give every fault of a centre: of reading, of the definition as a whole, and of each flow file.

    `path` is a `centre.toml` or a folder that holds one. Nothing is raised for what an author wrote.
    """
    definition, reading = read_leniently(path)
    findings = list(reading.all)
    if definition is None:
        return findings
    file = centre_file(path)
    told = {finding.field for finding in findings}
    told |= {field.removesuffix(".flow") for field in told if field.startswith("numbers.")}
    for finding in check_definition(definition):
        if finding.file:
            findings.append(msgspec.structs.replace(finding, file=str(file.parent / finding.file)))
        elif finding.field not in told:
            # What could not be read has a default in its place; its faults are not the author's.
            findings.append(msgspec.structs.replace(finding, file=str(file)))
    around = Findings(str(file))
    check_surroundings(definition.workload, file.parent, os.environ, around)
    findings.extend(finding for finding in around.all if finding.field not in told)
    findings.extend(_flow_findings(definition, file.parent))
    return findings


def _flow_findings(definition: CentreDefinition, folder: Path) -> list[Finding]:
    findings: list[Finding] = []
    seen: set[tuple[str, str]] = set()
    for flow in definition.flows:
        if flow.file and flow.content and (flow.file, flow.type) not in seen:
            seen.add((flow.file, flow.type))
            findings.extend(_check_flow(flow, str(folder / flow.file)))
    return findings


def _check_flow(flow: FlowDefinition, file: str) -> list[Finding]:
    from evenhand.flow.check import check_document
    from evenhand.flow.check_traps import SERVICE_ONLY
    from evenhand.flow.document import read_document

    try:
        document = read_document(flow.content, file)
        found = [one for one in check_document(document, flow.type) if one.code not in SERVICE_ONLY]
    except FlowFault as fault:
        found = list(fault.findings) or [
            Finding(file=file, code="unreadable", message=fault.message, way_out=fault.way_out)
        ]
    return [finding if finding.file else msgspec.structs.replace(finding, file=file) for finding in found]
