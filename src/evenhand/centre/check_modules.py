"""The check of flow modules against those who invoke them: who is inside of whom, results, input and data.

The contract of a module is what its blocks do: the results that its Return blocks name, the input they read. On
the service it is declared beside the content; where a file tells that, `check_module_contracts.py` compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from evenhand.centre.check_module_contracts import check_call, check_return
from evenhand.centre.directory import Directory
from evenhand.centre.findings import Findings, nearest
from evenhand.errors import FlowFault
from evenhand.flow.comparison import COMPARISONS
from evenhand.flow.compiled import display_names
from evenhand.flow.document import Action, FlowDocument, read_document
from evenhand.flow.module_calls import MOST_NESTED
from evenhand.flow.module_contract import Contract, contract_of
from evenhand.flow.references import references_in, segments
from evenhand.model.definition import CentreDefinition, FlowDefinition

__all__ = ["check_modules"]


class _Call(msgspec.Struct, frozen=True):
    """A block that invokes a module."""

    action: Action
    module: str


class _Known(msgspec.Struct, frozen=True):
    """What a flow does with modules: whom it invokes, and as a module, what it returns and reads.

    `results` and `data` None: only known when it runs."""

    flow: FlowDefinition
    document: FlowDocument
    contract: Contract | None
    calls: tuple[_Call, ...]
    returns: int
    results: tuple[str, ...] | None
    data: frozenset[str] | None
    inputs: tuple[str, ...]


def check_modules(definition: CentreDefinition, findings: Findings) -> None:
    """Find modules that are inside of themselves or too deep, and what an invocation and its module disagree on."""
    directory = Directory(definition)
    known: dict[str, _Known] = {}
    for flow in definition.flows:
        try:
            document = read_document(flow.content)
        except FlowFault:
            continue
        known[flow.name] = _read(flow, document, directory)
    modules = {name: one for name, one in known.items() if one.flow.type == "MODULE"}
    own_file = findings.file
    for one in known.values():
        findings.file = one.flow.file or own_file
        for call in one.calls:
            called = modules.get(call.module)
            if called is not None:
                _check_depth(one, call, modules, findings)
                _check_results(call, called, findings)
                _check_input(call, called, findings)
                if called.contract is not None:
                    check_call(call.action, called.contract, findings)
        _check_data(one, modules, findings)
        for action in one.document.actions:
            if action.type == "EndFlowModuleExecution" and one.contract is not None:
                check_return(action, one.contract, findings)
    invoked = {call.module for one in known.values() for call in one.calls}
    for name, module in modules.items():
        if name in invoked and not module.returns:
            findings.file = module.flow.file or own_file
            findings.warn(
                "Actions",
                "module-never-returns",
                f"The module '{name}' has no Return block: flows that invoke it never go on after it.",
                "End it with EndFlowModuleExecution, unless each of its ways ends the flow on purpose.",
            )
    findings.file = own_file


def _read(flow: FlowDefinition, document: FlowDocument, directory: Directory) -> _Known:
    calls = []
    results: list[str] | None = []
    data: set[str] | None = set()
    returns = 0
    for action in document.actions:
        parameters = action.parameters
        if action.type == "InvokeFlowModule":
            shown = display_names(document, action.identifier).get("FlowModuleId", "")
            reference = parameters.get("FlowModuleId")
            if isinstance(reference, str) and not references_in(reference):
                module = directory.module(reference) or directory.module(shown)
                calls.append(_Call(action, module))
        elif action.type == "EndFlowModuleExecution":
            returns += 1
            result = parameters.get("Result", "")
            literal = isinstance(result, str) and not references_in(result)
            results = [*results, result] if results is not None and literal else None
            given = parameters.get("ResultData", {})
            data = data | set(given) if data is not None and isinstance(given, dict) else None
    inputs = (path[2] for path in _paths(document) if path[:2] == ("Modules", "Input") and len(path) > 2)
    return _Known(
        flow,
        document,
        contract_of(document) if flow.type == "MODULE" else None,
        tuple(calls),
        returns,
        None if results is None else tuple(dict.fromkeys(results)),
        None if data is None else frozenset(data),
        tuple(dict.fromkeys(inputs)),
    )


def _paths(document: FlowDocument) -> Iterator[tuple[str, ...]]:
    """Every reference of the flow's blocks, taken apart."""
    for action in document.actions:
        operands = [operand for branch in action.conditions for operand in branch.operands]
        for reference in references_in([action.parameters, operands]):
            yield segments(reference)


def _check_depth(one: _Known, call: _Call, modules: Mapping[str, _Known], findings: Findings) -> None:
    """A module that comes to itself again, told where its circle begins; a chain that is too long, at its start."""
    name = one.flow.name
    circle = _way(call.module, name, modules) if name in modules else ()
    if circle:
        findings.error(
            "Parameters.FlowModuleId",
            "module-invokes-itself",
            f"The module '{name}' invokes itself: {' -> '.join((name, *circle))}; "
            f"{MOST_NESTED} inside of each other are the most, then the block takes its error branch.",
            "Repeat with a Loop block, or wire the block back to the module's first one.",
            block=call.action.identifier,
        )
        return
    chain = _too_deep(call.module, modules) if name not in modules else ()
    if chain:
        findings.error(
            "Parameters.FlowModuleId",
            "modules-too-deep",
            f"{len(chain)} modules are inside of each other: {' -> '.join(chain)}; {MOST_NESTED} are the most, "
            "the next one takes its error branch.",
            "Invoke some of them one after the other instead.",
            block=call.action.identifier,
        )


def _way(start: str, end: str, modules: Mapping[str, _Known]) -> tuple[str, ...]:
    """The shortest way along invocations, both ends included; () when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == end:
            return way
        for call in modules[way[-1]].calls if way[-1] in modules else ():
            if call.module not in seen:
                seen.add(call.module)
                ways.append((*way, call.module))
    return ()


def _too_deep(start: str, modules: Mapping[str, _Known]) -> tuple[str, ...]:
    """A chain of invocations from here that is one too long; () when there is none. Circles are told elsewhere."""
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    for _ in range(MOST_NESTED):
        ways = {
            call.module: (*way, call.module)
            for way in ways.values()
            for call in modules[way[-1]].calls
            if call.module in modules and call.module not in way
        }
    return next(iter(ways.values()), ())


def _check_results(call: _Call, called: _Known, findings: Findings) -> None:
    """Each result has to be asked about, and each one that is asked about to be given."""
    if called.results is None:
        return
    conditions = call.action.conditions
    dynamic = any(references_in(list(branch.operands)) for branch in conditions)
    wired = any(error.error_type == "NoMatchingCondition" for error in call.action.errors)
    name, block = called.flow.name, call.action.identifier
    for result in called.results if not (dynamic or wired) else ():
        if result and not any(_asks(branch.operator, branch.operands, result) for branch in conditions):
            findings.warn(
                "Transitions.Conditions",
                "result-not-wired",
                f"The module '{name}' returns '{result}', which no condition asks about; the contact would take "
                "NextAction.",
                f"Add a condition Equals {result}, or wire NoMatchingCondition.",
                block=block,
            )
    for branch in conditions:
        asked = branch.operands[0] if branch.operands else ""
        if branch.operator == "Equals" and not references_in(asked) and asked not in called.results:
            near = nearest(asked, [result for result in called.results if result])
            findings.warn(
                "Transitions.Conditions",
                "result-not-returned",
                f"No Return block of the module '{name}' has the result '{asked}', so that nobody takes this branch.",
                f"Did you mean '{near}'?" if near else "Remove the condition, or have the module return it.",
                block=block,
            )


def _asks(operator: str, operands: tuple[Any, ...], result: str) -> bool:
    holds = COMPARISONS.get(operator)
    return holds is not None and bool(operands) and holds(result, str(operands[0]))


def _check_input(call: _Call, called: _Known, findings: Findings) -> None:
    given = call.action.parameters.get("Input", {})
    if not isinstance(given, dict):
        return
    missing = [key for key in called.inputs if key not in given]
    if missing:
        findings.warn(
            "Parameters.Input",
            "input-not-given",
            f"The module '{called.flow.name}' reads {', '.join(f'$.Modules.Input.{key}' for key in missing)}, "
            "which this block does not give.",
            "Give it under Input; what is local to this flow does not reach a module.",
            block=call.action.identifier,
        )


def _check_data(one: _Known, modules: Mapping[str, _Known], findings: Findings) -> None:
    """What a flow reads of result data has to come from a module that it invokes."""
    if not one.calls or any(call.module not in modules for call in one.calls):
        return
    returned: set[str] = set()
    for call in one.calls:
        data = modules[call.module].data
        if data is None:
            return
        returned |= data
    told: set[str] = set()
    for action in one.document.actions:
        for path in map(segments, references_in(action.parameters)):
            if path[:2] != ("Modules", "ResultData") or len(path) < 3 or path[2] in returned | told:
                continue
            told.add(path[2])
            near = nearest(path[2], returned)
            findings.warn(
                "Parameters",
                "data-not-returned",
                f"$.Modules.ResultData.{path[2]} is read, and no module that this flow invokes returns it.",
                f"Did you mean '{near}'?" if near else "Add it to the ResultData of a Return block.",
                block=action.identifier,
            )
