"""The check of flow modules against what they declare, where their files tell it: the service refuses the rest."""

from __future__ import annotations

from collections.abc import Iterable

from evenhand.centre.findings import Findings, nearest
from evenhand.flow.document import Action
from evenhand.flow.module_contract import Contract
from evenhand.flow.references import references_in

__all__ = ["check_call", "check_return"]


def check_return(action: Action, contract: Contract, findings: Findings) -> None:
    """A Return block of a module gives back what the module declares, and nothing else."""
    result = action.parameters.get("Result")
    if isinstance(result, str) and result and not references_in(result):
        _known(action, "Parameters.Result", "result", (result,), contract.results, findings)
    data = action.parameters.get("ResultData")
    if isinstance(data, dict):
        _known(action, "Parameters.ResultData", "result data", data, contract.data, findings)


def check_call(action: Action, contract: Contract, findings: Findings) -> None:
    """A block that invokes a module gives what the module declares, and asks about its results only."""
    given = action.parameters.get("Input")
    if isinstance(given, dict):
        _known(action, "Parameters.Input", "input", given, contract.inputs, findings)
    asked = [
        operand
        for branch in action.conditions
        for operand in branch.operands
        if isinstance(operand, str) and not references_in(operand)
    ]
    _known(action, "Transitions.Conditions", "result", asked, contract.results, findings)


def _known(
    action: Action, field: str, what: str, names: Iterable[str], declared: tuple[str, ...], findings: Findings
) -> None:
    for name in names:
        if name in declared:
            continue
        near = nearest(name, declared)
        findings.error(
            field,
            f"undeclared-{what.replace(' ', '-')}",
            f"The module does not declare the {what} '{name}'; the service refuses it.",
            f"Did you mean '{near}'?" if near else "Declare it in the module's settings, or drop it.",
            block=action.identifier,
        )
