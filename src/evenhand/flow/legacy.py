"""The older console export (`modules`) turned into the flow language.

Identifiers, positions and displayed names are kept; the modules' types are a table in `legacy_modules.py`.
Whatever could not be carried over as it stood is a finding that names the module, the field and what to do.
Reading is lenient: what is missing stays missing, and the check of the flow says so in its own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evenhand.errors import Finding
from evenhand.flow.catalogue import ERROR_TYPES, BlockRule, rule_for
from evenhand.flow.legacy_modules import MODULES, NEXT, OPERATORS, Row, Way
from evenhand.flow.legacy_others import row_by_analogy
from evenhand.flow.legacy_parameters import target_of
from evenhand.flow.legacy_values import OlderModule, word

__all__ = ["convert_export"]

VERSION = "2019-10-30"
KNOWN = frozenset({"modules", "version", "type", "start", "metadata", "name", "description", "status"})
BY_ERROR = {known.lower(): known for known in ERROR_TYPES}
SILENT = frozenset({"texttospeechtype", "namespace", "maxdigits", "lexversion"})
"""Parameters that say nothing once the others are read."""

INSTEAD: Mapping[str, tuple[str, ...]] = {
    "NoMatchingError": ("", "NoMatchingCondition"),
    "NoMatchingCondition": ("NoMatchingError", ""),
    "InputTimeLimitExceeded": ("NoMatchingCondition", "NoMatchingError"),
    "QueueAtCapacity": ("NoMatchingError",),
    "InvalidPhoneNumber": ("NoMatchingError",),
    "InvalidCallbackNumber": ("CallbackNumberNotDialable", "NoMatchingError"),
    "CallbackNumberNotDialable": ("InvalidCallbackNumber", "NoMatchingError"),
}
"""Where a required error goes that the older module did not have; "" is the block that follows."""


def convert_export(older: dict[str, Any], file: str = "") -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Turn an older export into a flow document, and tell what was not carried over as it stood.

    The first finding says that the flow was converted at all.
    """
    metadata = dict(older["metadata"]) if isinstance(older.get("metadata"), dict) else {}
    for name in ("name", "description", "type", "status"):
        if older.get(name) and not metadata.get(name):
            metadata[name] = older[name]
    modules = older.get("modules")
    items = modules if isinstance(modules, list) else []
    count = f"{len(items)} module{'' if len(items) == 1 else 's'}"
    notes = [
        Finding(
            file=file,
            field="modules",
            severity="warning",
            code="older-export",
            message=f"the older console export, {count}; it was read as the flow language",
            way_out="Write it in the flow language with `evenhand convert`; the service takes nothing else.",
        )
    ]
    for name in older:
        if name not in KNOWN:
            notes.append(
                Finding(
                    file=file,
                    field=name,
                    severity="warning",
                    code="not-carried-over",
                    message=f"{name!r} has no place in the flow language",
                    way_out="Look at what it was for.",
                )
            )
    flow_type = word(metadata.get("type"))
    about: dict[str, Any] = {}
    actions: list[Any] = []
    later: list[Any] = []
    for item in items:
        if not isinstance(item, dict):
            actions.append(item)  # the reader of documents says what is wrong with it
            continue
        first, *more = _split(item, flow_type)
        actions.append(_action(OlderModule(first, file, flow_type), about, notes))
        later += [_action(OlderModule(one, file, flow_type), about, notes) for one in more]
    document = {
        "Version": VERSION,
        "StartAction": word(older.get("start")),
        "Metadata": {**metadata, "ActionMetadata": about},
        "Actions": [*actions, *later] if isinstance(modules, list) else modules,
    }
    return document, tuple(notes)


# --- modules that become two blocks -------------------------------------------------------------------------


def _split(given: dict[str, Any], flow_type: str) -> list[dict[str, Any]]:
    """The module, or the two that it takes to say the same in the flow language."""
    kind, target = word(given.get("type")), word(given.get("target"))
    listed = given.get("branches")
    branches = [b for b in listed if isinstance(b, dict)] if isinstance(listed, list) else []
    identifier = word(given.get("id"))
    if kind == "CheckQueueStatus":
        by_size = [b for b in branches if word(b.get("condition")).lower() == "checkqueuecapacity"]
        by_time = [b for b in branches if word(b.get("condition")).lower() == "checkqueuetime"]
        if by_size and by_time:
            others = [b for b in branches if b not in by_size and b not in by_time]
            failing = [b for b in others if word(b.get("condition")).lower() == "error"]
            second = f"{identifier}-size"
            onward = {"condition": "NoMatch", "transition": second}
            return [
                {**given, "branches": [*by_time, onward, *failing]},
                {**given, "id": second, "branches": [*by_size, *others]},
            ]
    sends = kind in ("CustomerInQueue", "TransferToQueue") or (kind == "Transfer" and target in ("", "Queue"))
    if sends and flow_type != "customerQueue" and target_of(OlderModule(given, "", "")):
        second = f"{identifier}-transfer"
        setting = [b for b in branches if word(b.get("condition")).lower() == "error"]
        onward = {"condition": "Success", "transition": second}
        return [
            {**given, "type": "SetQueue", "target": None, "branches": [onward, *setting]},
            {**given, "id": second, "parameters": [], "metadata": {}},
        ]
    return [given]


# --- one module ---------------------------------------------------------------------------------------------


def _row(module: OlderModule) -> Row:
    name = module.type
    if name == "GetUserInput":
        names = {parameter.name.lower() for parameter in module.parameters}
        if module.target.lower() == "lex" or names & {"botname", "botaliasarn", "lexversion"}:
            name = "GetUserInput/Lex"
    elif f"{name}/{module.target}" in MODULES:
        name = f"{name}/{module.target}"
    elif module.target and name == "Transfer":
        return row_by_analogy(module)
    row = MODULES.get(name)
    if row is None:
        return row_by_analogy(module)
    if row.type == "TransferContactToQueue" and module.flow_type == "customerQueue":
        return Row("DequeueContactAndTransferToQueue", target_of, row.ways, row.mirror)
    return row


def _action(module: OlderModule, about: dict[str, Any], notes: list[Finding]) -> dict[str, Any]:
    row = _row(module)
    parameters = row.parameters(module)
    rule = rule_for(row.type, parameters)
    action = {
        "Identifier": module.given.get("id"),
        "Type": row.type or None,
        "Parameters": parameters,
        "Transitions": _transitions(module, row, rule),
    }
    for parameter in module.parameters:
        name = parameter.name.lower()
        if name not in module.used and name not in SILENT and (parameter.value or parameter.display_name):
            module.used.add(name)
            module.note(
                f"parameters.{parameter.name}",
                "not-carried-over",
                f"{row.type} has no place for {parameter.name} ({_shown(parameter.value)})",
                "Look at what it was for, and say it with another block if it matters.",
            )
    if module.id:
        about[module.id] = module.metadata
    notes.extend(module.notes)
    return action


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


class _Ways:
    """The ways out of one block while they are gathered."""

    def __init__(self) -> None:
        self.next = ""
        self.errors: dict[str, str] = {}
        self.conditions: list[dict[str, Any]] = []
        self.targets: dict[str, str] = {}
        self.open: set[str] = set()


def _transitions(module: OlderModule, row: Row, rule: BlockRule | None) -> dict[str, Any]:
    ways = _Ways()
    share = 0
    for index, branch in enumerate(module.branches):
        name = word(branch.get("condition")).replace(" ", "").lower()
        if not name and branch.get("conditionValue") is not None:
            name = "evaluate"
        target = word(branch.get("transition"))
        way = row.ways.get(name) or _compared(branch, name)
        if row.type == "DistributeByPercentage" and way not in (NEXT, None) and way.operator == "Equals":
            share += int(way.operand) if way.operand.isdecimal() and len(way.operand) < 4 else 0
            way = Way(operator="NumberLessThan", operand=str(share + 1))
        _branch(module, ways, f"branches[{index}]", branch, name, way, target)
    if rule is not None and rule.terminal:
        if ways.targets:
            module.note(
                "branches",
                "branch-not-carried-over",
                f"nothing follows {row.type} in the flow language; its branches were left out",
                "Look at where they went.",
            )
        return {}
    if not ways.next:
        ways.next = next((ways.targets[name] for name in row.mirror if name in ways.targets), "")
    if rule is not None:
        _settle(module, row, rule, ways)
    transitions: dict[str, Any] = {"NextAction": ways.next} if ways.next else {}
    transitions["Errors"] = [{"ErrorType": name, "NextAction": to} for name, to in ways.errors.items()]
    transitions["Conditions"] = ways.conditions
    return transitions


def _compared(branch: dict[str, Any], name: str) -> Way | None:
    """The way of a branch that compares a value, or that names an error as the flow language does."""
    if "conditionValue" in branch:
        kind = word(branch.get("conditionType")).replace(" ", "").lower() or "equals"
        operator = OPERATORS.get(kind.removeprefix("number").removeprefix("text"))
        return Way(operator=operator, operand=word(branch["conditionValue"])) if operator else None
    known = BY_ERROR.get(name)
    return Way(error=known) if known else None


def _branch(
    module: OlderModule,
    ways: _Ways,
    field: str,
    branch: dict[str, Any],
    name: str,
    way: Way | None,
    target: str,
) -> None:
    if way is None:
        said = " ".join(
            word(branch[part]) for part in ("condition", "conditionType", "conditionValue") if part in branch
        )
        module.note(
            field,
            "branch-not-carried-over",
            f"nobody knows what the branch {said!r} means here",
            f"It led to {target}; wire that again if it is needed." if target else "It led nowhere.",
        )
        return
    if not target:
        if way.error:
            ways.open.add(way.error)
        module.note(
            field,
            "branch-not-wired",
            f"the branch {word(branch.get('condition'))!r} leads nowhere, so it was left out",
            "Wire it.",
        )
        return
    ways.targets.setdefault(name, target)
    if way.operator:
        condition = {"Operator": way.operator, "Operands": [way.operand]}
        ways.conditions.append({"NextAction": target, "Condition": condition})
    elif not way.error:
        ways.next = ways.next or target
    elif ways.errors.setdefault(way.error, target) != target:
        module.note(
            field,
            "branch-not-carried-over",
            f"{way.error} is wired already, to {ways.errors[way.error]}; this one led to {target}",
            "Wire the one that is meant.",
        )


def _settle(module: OlderModule, row: Row, rule: BlockRule, ways: _Ways) -> None:
    """Leave out errors that the block cannot have, and add those that the service insists on."""
    allowed = (*rule.errors, *rule.may_fail_with)
    for name in [name for name in ways.errors if name not in allowed and not rule.errors_open]:
        target = ways.errors.pop(name)
        if target != ways.next:
            module.note(
                "branches",
                "branch-not-carried-over",
                f"{row.type} never ends with {name} in the flow language; the branch to {target} was left out",
                "Nothing needs to be done, unless the block behind it is wanted for something else.",
            )
    if not ways.targets:
        return
    for name in rule.errors:
        if name in ways.errors or name in ways.open:
            continue
        found = [ways.errors.get(other, "") if other else ways.next for other in INSTEAD.get(name, ())]
        target = next((to for to in (*found, ways.errors.get("NoMatchingError", ""), ways.next) if to), "")
        if target:
            ways.errors[name] = target
            module.note(
                "branches",
                "branch-added",
                f"the service insists on a way out for {name}, which the module did not have; it leads to "
                f"{target}",
                "Let it lead elsewhere if that is not what should happen then.",
            )
