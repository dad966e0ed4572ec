"""A flow document (flow language 2019-10-30) as it stands in a file, and how it is read and written.

Reading keeps everything: blocks, fields and metadata that nobody knows stay in `raw`, and writing gives
them back in the order they had. Nothing here knows what a block does; `flow/check.py` judges that.
Reading is lenient about what real exports do: no `Parameters`, no `Transitions`, an empty `NextAction`,
`null` lists, numbers and booleans where the language has strings; the answer of an API around the flow; the
older console export, which is converted. What it cannot make sense of it reports all at once, as the
findings of one `FlowFault`.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from evenhand.errors import Finding
from evenhand.flow.envelope import flows_in, is_older
from evenhand.flow.json_text import kind_of, parse_json, reading_fault
from evenhand.flow.legacy import convert_export

__all__ = [
    "Action",
    "Branch",
    "ErrorBranch",
    "FlowDocument",
    "read_document",
    "read_value",
    "write_document",
]


class Branch(msgspec.Struct, frozen=True):
    """A condition of a block: taken when its result stands in `operator` to the first of `operands`."""

    operator: str
    operands: tuple[str, ...]
    next_action: str


class ErrorBranch(msgspec.Struct, frozen=True):
    """A block's way on after an error of this type."""

    error_type: str
    next_action: str


class Action(msgspec.Struct, frozen=True):
    """One block. `next_action` is None where the document has none; `raw` is the object as it was read."""

    identifier: str
    type: str
    parameters: dict[str, Any]
    next_action: str | None
    errors: tuple[ErrorBranch, ...]
    conditions: tuple[Branch, ...]
    raw: dict[str, Any]


class FlowDocument(msgspec.Struct, frozen=True):
    """A whole flow. `raw` is the document as it was read, with every field that nobody knows.

    `notes` tell what reading had to change: an older export is converted, and `raw` is what came of it.
    """

    version: str
    start_action: str
    actions: tuple[Action, ...]
    raw: dict[str, Any]
    file: str = ""
    notes: tuple[Finding, ...] = ()


def read_document(text: str | bytes, file: str = "") -> FlowDocument:
    """Read a flow's JSON text. `file` is only a name for the findings.

    Raises FlowFault with every structural fault in `findings` when the text is not a flow document.
    """
    return read_value(parse_json(text, file), file)


def read_value(value: Any, file: str = "") -> FlowDocument:
    """Read a flow from its JSON value, in a wrapping or not; several at once are a fault."""
    reader = _Reader(file)
    flows = flows_in(value, file)
    if len(flows) > 1:
        reader.fault(
            "",
            "",
            "several-flows",
            f"{len(flows)} flows in one file",
            "Write each into a file of its own: `evenhand convert FILE --out FOLDER`.",
        )
    document = reader.document(flows[0])
    if document is None or reader.findings:
        raise reading_fault(reader.findings, file)
    return document


def write_document(document: FlowDocument) -> str:
    """The document's JSON text, indented, ending in a newline. It is written from `raw` and nothing else."""
    text = json.dumps(document.raw, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can escape and UTF-8 cannot hold
        return json.dumps(document.raw, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
    return text


def _word(value: Any) -> str | None:
    """A scalar as the language writes it: `5` is "5", `true` is "True". None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):  # a boolean is an int, and str(True) is the word that exports write
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else str(value)
    return None


class _Reader:
    """Reads one document and collects its faults instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def fault(self, block: str, field: str, code: str, message: str, way_out: str) -> None:
        self.findings.append(
            Finding(file=self.file, block=block, field=field, code=code, message=message, way_out=way_out)
        )

    def document(self, value: Any) -> FlowDocument | None:
        if not isinstance(value, dict):
            self.fault(
                "",
                "",
                "not-an-object",
                f"a flow is one JSON object; this is {kind_of(value)}",
                "Give the whole flow: {Version, StartAction, Actions}.",
            )
            return None
        notes: tuple[Finding, ...] = ()
        if is_older(value):
            value, notes = convert_export(value, self.file)
        version = self.text(value, "Version", "", "")
        start = self.text(value, "StartAction", "", "")
        items = value.get("Actions")
        if not isinstance(items, list):
            found = "is missing" if "Actions" not in value else f"is {kind_of(items)}"
            self.fault(
                "",
                "Actions",
                "actions-not-a-list",
                f"Actions {found}; it must be a list of blocks",
                'Write "Actions": [ ... ], one object for each block.',
            )
            return None
        actions = [
            action for index, item in enumerate(items) if (action := self.action(item, index)) is not None
        ]
        self.duplicates(actions)
        return FlowDocument(version, start, tuple(actions), value, self.file, notes)

    def duplicates(self, actions: list[Action]) -> None:
        seen: set[str] = set()
        for action in actions:
            if action.identifier in seen:
                self.fault(
                    action.identifier,
                    "Identifier",
                    "duplicate-identifier",
                    f"Identifier {action.identifier!r} is used by more than one block",
                    "Give each block an Identifier of its own and let the transitions name the right one.",
                )
            seen.add(action.identifier)

    def text(self, holder: dict[str, Any], name: str, block: str, prefix: str) -> str:
        """A field that should be a string; "" where it is absent. A wrong shape is a fault."""
        value = holder.get(name)
        word = "" if value is None else _word(value)
        if word is None:
            self.fault(
                block,
                prefix + name,
                "not-a-string",
                f"{name} is {kind_of(value)}; it must be a string",
                f'Write "{name}" as a string.',
            )
        return word or ""

    def action(self, item: Any, index: int) -> Action | None:
        place = f"Actions[{index}]"
        if not isinstance(item, dict):
            self.fault(
                "",
                place,
                "action-not-an-object",
                f"{place} is {kind_of(item)}; a block is an object",
                "Write {Identifier, Type, Parameters, Transitions}.",
            )
            return None
        before = len(self.findings)
        identifier = self.text(item, "Identifier", "", place + ".")
        kind = self.text(item, "Type", identifier, "" if identifier else place + ".")
        if len(self.findings) == before:
            for name, word in (("Identifier", identifier), ("Type", kind)):
                if not word:
                    self.fault(
                        identifier,
                        name if identifier else f"{place}.{name}",
                        f"missing-{name.lower()}",
                        f"{place} has no {name}",
                        f'Give the block its "{name}".',
                    )
        at = identifier if identifier else place
        parameters = item.get("Parameters")
        if not isinstance(parameters, dict | None):
            self.malformed(at, "Parameters", parameters, "an object of parameters")
            parameters = None
        transitions = item.get("Transitions")
        if not isinstance(transitions, dict | None):
            self.malformed(at, "Transitions", transitions, "an object {NextAction, Errors, Conditions}")
            transitions = None
        transitions = transitions or {}
        following = self.text(transitions, "NextAction", at, "Transitions.")
        return Action(
            identifier,
            kind,
            parameters or {},
            following or None,
            self.errors(transitions.get("Errors"), at),
            self.conditions(transitions.get("Conditions"), at),
            item,
        )

    def malformed(self, block: str, field: str, value: Any, wanted: str) -> None:
        self.fault(
            block,
            field,
            "wrong-shape",
            f"{field} is {'missing' if value is None else kind_of(value)}; it must be {wanted}",
            f"Write {field} as {wanted}.",
        )

    def entries(self, value: Any, block: str, field: str) -> list[tuple[str, dict[str, Any]]]:
        """The objects of a list with the path of each; faults for whatever is no object."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.malformed(block, field, value, "a list")
            return []
        found = []
        for index, entry in enumerate(value):
            path = f"{field}[{index}]"
            if isinstance(entry, dict):
                found.append((path, entry))
            else:
                self.malformed(block, path, entry, "an object")
        return found

    def target(self, entry: dict[str, Any], block: str, path: str) -> str:
        """Where a branch leads. Absent is a fault; "" is kept, for `check` to report in its own words."""
        if entry.get("NextAction") is None:
            self.malformed(block, f"{path}.NextAction", None, "a block's Identifier")
        return self.text(entry, "NextAction", block, path + ".")

    def errors(self, value: Any, block: str) -> tuple[ErrorBranch, ...]:
        branches = []
        for path, entry in self.entries(value, block, "Transitions.Errors"):
            if entry.get("ErrorType") is None:
                self.malformed(block, f"{path}.ErrorType", None, "the name of an error")
            error_type = self.text(entry, "ErrorType", block, path + ".")
            branches.append(ErrorBranch(error_type, self.target(entry, block, path)))
        return tuple(branches)

    def conditions(self, value: Any, block: str) -> tuple[Branch, ...]:
        branches = []
        for path, entry in self.entries(value, block, "Transitions.Conditions"):
            following = self.target(entry, block, path)
            condition = entry.get("Condition")
            if not isinstance(condition, dict):
                self.malformed(block, f"{path}.Condition", condition, "an object {Operator, Operands}")
                continue
            if condition.get("Operator") is None:
                self.malformed(block, f"{path}.Condition.Operator", None, "the name of an operator")
            operator = self.text(condition, "Operator", block, f"{path}.Condition.")
            operands = self.operands(condition, block, f"{path}.Condition")
            branches.append(Branch(operator, operands, following))
        return tuple(branches)

    def operands(self, condition: dict[str, Any], block: str, path: str) -> tuple[str, ...]:
        values = condition.get("Operands")
        if values is None and isinstance(condition.get("Conditions"), list):
            return ()  # a nested condition has conditions instead; `check` tells what becomes of it
        if not isinstance(values, list):
            self.malformed(block, f"{path}.Operands", values, "a list with one value")
            return ()
        words = []
        for index, value in enumerate(values):
            word = _word(value)
            if word is None:
                self.malformed(block, f"{path}.Operands[{index}]", value, "a string")
            else:
                words.append(word)
        return tuple(words)
