"""What is read before anything can have set it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evenhand.flow.catalogue import BLOCKS
from evenhand.flow.check_report import BlockReport
from evenhand.flow.document import Action
from evenhand.flow.references import references_in, segments

__all__ = ["check_reads"]

PROFILES = (
    "CreateCustomerProfile",
    "GetCustomerProfile",
    "UpdateCustomerProfile",
    "GetCustomerProfileObject",
    "GetCalculatedAttributesForCustomerProfile",
    "AssociateContactToCustomerProfile",
)
SETTERS: Mapping[str, tuple[str, ...]] = {
    "StoredCustomerInput": ("GetParticipantInput",),
    "Metrics": ("GetMetricData",),
    "Lex": ("ConnectParticipantWithLexBot", "ConnectParticipantWithAgenticCX"),
    "Customer": PROFILES,
    "Case": ("CreateCase", "GetCase", "UpdateCase"),
    "Views": ("ShowView",),
    "Modules": ("InvokeFlowModule",),
}
"""A namespace and the types that fill it."""

_INPUT = ("Modules", "Input")

Routes = Mapping[str, tuple[str, ...]]


def check_reads(reports: Iterable[BlockReport], routes: Routes, place: str | None) -> None:
    """Warn once for each namespace that a flow reads where nothing can have filled it.

    A namespace that no block of the flow fills may come from an earlier flow, and is let pass; a module begins
    with none. Flow attributes live in one run of one flow, so what no block has set is surely nothing, and user
    attributes differ in capitals at most.
    """
    told = {report.action.identifier: report for report in reports}
    actions = {name: report.action for name, report in told.items()}
    reads = {
        name: [segments(one) for one in references_in(action.parameters)] for name, action in actions.items()
    }
    for namespace in SETTERS:
        _namespace(namespace, told, reads, routes, place == "MODULE")
    if place is not None and place != "MODULE":
        _input_of_no_module(told, reads)
    _flow_attributes(told, reads, routes)
    _capitals(told, reads)


def _fills(action: Action, namespace: str) -> bool:
    if action.type not in BLOCKS:
        return True  # may do anything
    if namespace == "StoredCustomerInput" and action.type == "GetParticipantInput":
        return str(action.parameters.get("StoreInput", "")).lower() == "true"
    return action.type in SETTERS[namespace]


def _namespace(
    namespace: str,
    told: Mapping[str, BlockReport],
    reads: Mapping[str, list[tuple[str, ...]]],
    routes: Routes,
    module: bool,
) -> None:
    setters = [name for name, report in told.items() if _fills(report.action, namespace)]
    if not module and not any(told[name].action.type in SETTERS[namespace] for name in setters):
        return
    filled = _after(setters, routes)
    early = [
        name
        for name, paths in reads.items()
        if name not in filled and any(path[0] == namespace and path[:2] != _INPUT for path in paths)
    ]
    if early:
        more = f", in {len(early)} blocks" if len(early) > 1 else ""
        told[early[0]].warning(
            "Parameters",
            "read-before-set",
            f"$.{namespace} is read{more}, and no {' or '.join(SETTERS[namespace][:3])} can have run before "
            f"in this {'module' if module else 'flow'}",
            "A module does not have what is local to the flow that invokes it: give it as Input, or fill it inside."
            if module
            else "Move the block behind the one that fills it. If an earlier flow does, keep the value in a contact "
            "attribute.",
        )


def _input_of_no_module(told: Mapping[str, BlockReport], reads: Mapping[str, list[tuple[str, ...]]]) -> None:
    for name, paths in reads.items():
        if any(path[:2] == _INPUT for path in paths):
            told[name].warning(
                "Parameters",
                "input-of-no-module",
                "$.Modules.Input is what a module is given, and this is no module: it is always empty here",
                "Read the value from where it comes.",
            )
            return


def _flow_attributes(
    told: Mapping[str, BlockReport], reads: Mapping[str, list[tuple[str, ...]]], routes: Routes
) -> None:
    setters: dict[str, list[str]] = {}
    anything: list[str] = []
    for name, report in told.items():
        given = report.action.parameters.get("FlowAttributes")
        if report.action.type == "UpdateFlowAttributes" and isinstance(given, dict):
            for key in given:
                (anything if references_in(key) else setters.setdefault(key, [])).append(name)
        elif report.action.type not in BLOCKS:
            anything.append(name)
    warned: set[str] = set()
    for name, paths in reads.items():
        for path in paths:
            if path[0] != "FlowAttributes" or len(path) < 2 or path[1] in warned:
                continue
            key = path[1]
            if name not in _after([*setters.get(key, ()), *anything], routes):
                warned.add(key)
                told[name].warning(
                    "Parameters",
                    "read-before-set",
                    f"$.FlowAttributes.{key} is read, and nothing on a way to this block sets it; flow attributes "
                    "do not come from other flows",
                    "Set it before with UpdateFlowAttributes, or use a contact attribute ($.Attributes).",
                )


def _capitals(told: Mapping[str, BlockReport], reads: Mapping[str, list[tuple[str, ...]]]) -> None:
    """User attributes may come from anywhere; one that is set here in other capitals is surely meant."""
    written: dict[str, str] = {}
    exact: set[str] = set()
    for report in told.values():
        given = report.action.parameters.get("Attributes")
        if report.action.type == "UpdateContactAttributes" and isinstance(given, dict):
            exact.update(given)
            written.update((key.casefold(), key) for key in given)
    warned: set[str] = set()
    for name, paths in reads.items():
        for path in paths:
            if path[0] != "Attributes" or len(path) != 2 or path[1] in exact or path[1] in warned:
                continue
            meant = written.get(path[1].casefold())
            if meant is not None:
                warned.add(path[1])
                told[name].warning(
                    "Parameters",
                    "attribute-capitals",
                    f"$.Attributes.{path[1]} is read, and this flow sets {meant}: names of attributes tell "
                    "capitals from small letters",
                    f"Write $.Attributes.{meant}, if that is meant.",
                )


def _after(setters: Iterable[str], routes: Routes) -> set[str]:
    """Every block that a contact can come to when it has been in one of these."""
    reached: set[str] = set()
    pending = [way for setter in setters for way in routes.get(setter, ())]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending.extend(routes.get(name, ()))
    return reached
