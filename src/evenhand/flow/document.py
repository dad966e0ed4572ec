"""A flow document (flow language 2019-10-30) as it stands in a file, and how it is read and written.

Reading keeps everything: blocks, fields and metadata that nobody knows stay in `raw`, and writing gives
them back in the order they had. Nothing here knows what a block does; `flow/check.py` judges that.
Reading is lenient about what real exports do: no `Parameters`, no `Transitions`, an empty `NextAction`,
`null` lists, numbers and booleans where the language has strings. What it cannot make sense of it reports
all at once, as the findings of one `FlowFault`.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from evenhand.errors import Finding, FlowFault

__all__ = [
    "LONGEST_TEXT_BYTES",
    "Action",
    "Branch",
    "ErrorBranch",
    "FlowDocument",
    "read_document",
    "write_document",
]

LONGEST_TEXT_BYTES = 1_000_000
"""A flow's text may have this many bytes; the console refuses more as well."""

DEEPEST_NESTING = 100
"""Objects and lists inside each other. Real flows stay below 15; the limit keeps every walk bounded."""


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
    """A whole flow. `raw` is the document as it was read, with every field that nobody knows."""

    version: str
    start_action: str
    actions: tuple[Action, ...]
    raw: dict[str, Any]
    file: str = ""


def read_document(text: str | bytes, file: str = "") -> FlowDocument:
    """Read a flow's JSON text. `file` is only a name for the findings.

    Raises FlowFault with every structural fault in `findings` when the text is not a flow document.
    """
    reader = _Reader(file)
    document = reader.document(_parsed(text, file))
    if document is None or reader.findings:
        raise _fault(reader.findings, file)
    return document


def write_document(document: FlowDocument) -> str:
    """The document's JSON text, indented, ending in a newline. It is written from `raw` and nothing else."""
    text = json.dumps(document.raw, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can escape and UTF-8 cannot hold
        return json.dumps(document.raw, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
    return text


def _fault(findings: list[Finding], file: str) -> FlowFault:
    if len(findings) == 1:
        only = findings[0]
        where = ": ".join(part for part in (file, only.block, only.field) if part)
        return FlowFault(only.message, where=where, way_out=only.way_out, findings=findings)
    return FlowFault(f"{len(findings)} faults keep this flow from being read", where=file, findings=findings)


def _one(file: str, code: str, message: str, way_out: str) -> FlowFault:
    return _fault([Finding(file=file, code=code, message=message, way_out=way_out)], file)


class _Endless(ValueError):
    """A number that JSON does not have."""


def _no_constant(name: str) -> Any:
    raise _Endless(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _Endless(digits)
    return number


def _parsed(text: str | bytes, file: str) -> Any:
    """The JSON value of this text, at most LONGEST_TEXT_BYTES long and DEEPEST_NESTING deep."""
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > LONGEST_TEXT_BYTES:
        raise _one(
            file,
            "text-too-long",
            f"the text has {size:,} bytes; a flow may have {LONGEST_TEXT_BYTES:,}",
            "Split the flow: move a part into a flow of its own (TransferToFlow) or a module (InvokeFlowModule).",
        )
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _one(
                file,
                "not-utf-8",
                f"the text is not UTF-8 (byte {error.start})",
                "Save the file in UTF-8, the encoding of JSON.",
            ) from None
    try:
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise _one(
            file,
            "not-json",
            f"not JSON: {error.msg}, line {error.lineno} column {error.colno}",
            "Correct the text there; a missing comma, quote or bracket usually stands just before that place.",
        ) from None
    except _Endless as error:
        raise _one(
            file,
            "not-json",
            f"not JSON: the number {error} has no JSON form",
            "Write a finite number, or a string.",
        ) from None
    except RecursionError:
        raise _too_deep(file) from None
    except ValueError as error:  # a number of thousands of digits
        raise _one(file, "not-json", f"not JSON: {error}", "Write the long number as a string.") from None
    if _depth_exceeds(value, DEEPEST_NESTING):
        raise _too_deep(file)
    return value


def _too_deep(file: str) -> FlowFault:
    return _one(
        file,
        "nested-too-deep",
        f"objects and lists are nested more than {DEEPEST_NESTING} deep",
        "A flow is flat: blocks in one list. Look for a part that was wrapped again and again.",
    )


def _depth_exceeds(value: Any, deepest: int) -> bool:
    level = [value]
    for _ in range(deepest + 1):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return False
        level = inner
    return any(isinstance(item, dict | list) for item in level)


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
                f"a flow is one JSON object; this is {_kind(value)}",
                "Give the whole flow: {Version, StartAction, Actions}.",
            )
            return None
        if "modules" in value and "Actions" not in value:
            self.fault(
                "",
                "modules",
                "older-export",
                "this is the older console export (`modules`), not the flow language (`Actions`)",
                "Save the flow again in a current console and export it from there. `evenhand convert`, which "
                "will turn an older export into the flow language, is planned and not there yet.",
            )
            return None
        version = self.text(value, "Version", "", "")
        start = self.text(value, "StartAction", "", "")
        items = value.get("Actions")
        if not isinstance(items, list):
            found = "is missing" if "Actions" not in value else f"is {_kind(items)}"
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
        return FlowDocument(version, start, tuple(actions), value, self.file)

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
                f"{name} is {_kind(value)}; it must be a string",
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
                f"{place} is {_kind(item)}; a block is an object",
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
                        f'Give the block a "{name}".',
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
            f"{field} is {'missing' if value is None else _kind(value)}; it must be {wanted}",
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


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case _:
            return "an object"
