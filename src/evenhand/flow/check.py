"""Every fault of a flow at once, in the words of the real service where they are known.

Errors are what the service refuses or the machine cannot run; warnings are what it takes and what will
probably not do what was meant. What the sources disagree about is a warning at most.
"""

from __future__ import annotations

import difflib
import json
import re

from evenhand.errors import Finding
from evenhand.flow.catalogue import (
    BLOCKS,
    FLOW_TYPES,
    METADATA_TYPES,
    REFUSED_TYPES,
    BlockRule,
    rule_for,
)
from evenhand.flow.check_parameters import check_parameters
from evenhand.flow.check_report import BlockReport
from evenhand.flow.check_routes import check_routes
from evenhand.flow.check_transitions import check_targets, check_transitions
from evenhand.flow.document import Action, FlowDocument

__all__ = ["check_document", "flow_type_of"]

VERSION = "2019-10-30"
MOST_ACTIONS = 250
MOST_CONSOLE_ACTIONS = 200
LONGEST_CONTENT = 256_000
LONGEST_IDENTIFIER = 50
FORBIDDEN = re.compile(r"[%:(\\/)=$,;\[\]{}]")
PROTOTYPE_NAMES = frozenset(
    {
        "__proto__",
        "constructor",
        "__defineGetter__",
        "__defineSetter__",
        "toString",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "valueOf",
    }
)


def flow_type_of(document: FlowDocument) -> str | None:
    """The flow type that the document itself tells (`Metadata.type`, or a module's `Settings`), or None."""
    metadata = document.raw.get("Metadata")
    word = metadata.get("type") if isinstance(metadata, dict) else None
    if isinstance(word, str):
        return METADATA_TYPES.get(word, word if word in FLOW_TYPES else None)
    # Only modules have settings, but tools copy an empty one into other flows.
    if document.raw.get("Settings") and any(a.type == "EndFlowModuleExecution" for a in document.actions):
        return "MODULE"
    return None


def check_document(document: FlowDocument, flow_type: str | None = None) -> list[Finding]:
    """Every fault of the flow, the whole's first and then block by block.

    `flow_type` (CONTACT_FLOW, CUSTOMER_QUEUE, …, MODULE) tells where the flow will stand; without it the
    document's own metadata does, and without that no block is out of place.
    """
    findings: list[Finding] = [*document.notes]
    _whole(document, findings)
    place = flow_type or flow_type_of(document)
    known = frozenset(action.identifier for action in document.actions)
    reports = [BlockReport(document.file, action, index, []) for index, action in enumerate(document.actions)]
    seen: set[str] = set()
    for report in reports:
        _identifier(report, seen)
        check_targets(report, known)
        rule = rule_for(report.action.type, report.action.parameters)
        if rule is None:
            _unknown_type(report)
            continue
        _standing(report, rule, place)
        check_parameters(report, rule)
        check_transitions(report, rule)
    if len(reports) <= 4 * MOST_ACTIONS:  # far beyond the limit, routes are no longer worth the walk
        check_routes(document, reports, place)
    for report in reports:
        findings.extend(report.findings)
    return findings


def _whole(document: FlowDocument, findings: list[Finding]) -> None:
    """Faults that belong to no block."""

    def note(field: str, code: str, message: str, way_out: str, *, error: bool = True) -> None:
        findings.append(
            Finding(
                file=document.file,
                field=field,
                severity="error" if error else "warning",
                code=code,
                message=message,
                way_out=way_out,
            )
        )

    if document.version != VERSION:
        said = f"Version is {document.version!r}" if document.version else "Version is missing"
        note("Version", "unknown-version", said, f'Write "Version": "{VERSION}", the only one there is.')
    if document.start_action not in {action.identifier for action in document.actions}:
        said = f"no block is called {document.start_action!r}" if document.start_action else "it is missing"
        note(
            "StartAction", "start-missing", f"StartAction: {said}", "Name the Identifier of the first block."
        )
    count = len(document.actions)
    if count > MOST_ACTIONS:
        note(
            "Actions",
            "too-many-blocks",
            f"{count} blocks; a flow may have {MOST_ACTIONS}",
            "Move a part into a flow of its own (TransferToFlow) or a module (InvokeFlowModule).",
        )
    elif count > MOST_CONSOLE_ACTIONS:
        note(
            "Actions",
            "many-blocks",
            f"{count} blocks; the console imports and exports {MOST_CONSOLE_ACTIONS}",
            "Move a part into a flow of its own (TransferToFlow) or a module (InvokeFlowModule).",
            error=False,
        )
    size = len(json.dumps(document.raw, ensure_ascii=False, separators=(",", ":")))
    if size > LONGEST_CONTENT:
        note(
            "",
            "content-too-long",
            f"{size:,} characters; the service takes {LONGEST_CONTENT:,} when a flow is created",
            "Remove the metadata, which nothing runs, or move a part into a flow of its own.",
            error=False,
        )


def _identifier(report: BlockReport, seen: set[str]) -> None:
    name = report.action.identifier
    if name in seen:
        report.error(
            "Identifier",
            "duplicate-identifier",
            f"Identifier {name!r} is used by more than one block",
            "Give each block an Identifier of its own and let the transitions name the right one.",
        )
    seen.add(name)
    if len(name) > LONGEST_IDENTIFIER:
        report.invalid_value(
            "Identifier",
            "identifier-too-long",
            f"{len(name)} characters, at most {LONGEST_IDENTIFIER}",
            "Give the block a shorter Identifier, here and in every transition to it.",
        )
    found = FORBIDDEN.search(name)
    if found:
        report.invalid_value(
            "Identifier",
            "identifier-character",
            f"{found.group()!r} is not allowed",
            "Use letters, digits, spaces, - and _; not % : ( \\ / ) = $ , ; [ ] { }.",
        )
    if name in PROTOTYPE_NAMES:
        report.invalid_value(
            "Identifier", "identifier-reserved", "the name is reserved", "Give the block another Identifier."
        )


def _unknown_type(report: BlockReport) -> None:
    name = report.action.type
    meant = REFUSED_TYPES.get(name)
    if meant is None:
        lower = {known.lower(): known for known in (*BLOCKS, *REFUSED_TYPES)}
        near = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.75)
        meant = lower[near[0]] if near else None
        meant = REFUSED_TYPES.get(meant, meant) if meant else None
    hint = (
        f"Did you mean {meant} ({BLOCKS[meant].console})?"
        if meant
        else "Use a type of the flow language; at run time such a block takes its error branch."
    )
    report.error("Type", "unknown-type", f"Invalid Action type. Type: {name}", hint)


def _standing(report: BlockReport, rule: BlockRule, place: str | None) -> None:
    """May a block of this type stand in a flow of this type, and should it stand anywhere?"""
    action: Action = report.action
    if rule.standing:
        report.warning(
            "Type",
            "doubtful-type",
            f"{action.type}: {rule.standing}",
            "Do without it, or try it on the service first.",
        )
    if place is None or place not in FLOW_TYPES or place in rule.where:
        return
    stands = ", ".join(sorted(rule.where))
    if place == "MODULE":
        report.warning(
            "Type",
            "doubtful-place",
            f"{action.type} takes its error branch where the flow that invokes the module does not have it",
            f"It stands in flows of type: {stands}.",
        )
    elif place in rule.where_disputed or place == "CAMPAIGN":
        report.warning(
            "Type",
            "doubtful-place",
            f"the sources disagree on whether {action.type} may stand in a flow of type {place}",
            f"It certainly may in: {stands}.",
        )
    else:
        report.error(
            "Type",
            "wrong-flow-type",
            f"{action.type} ({rule.console}) may not stand in a flow of type {place}",
            f"It may in: {stands}.",
        )
