"""A view as the caller of a test call sees it: its texts, its fields and its actions, read from its data.

Views of Amazon Connect's own name their parts (`Heading`, `Sections`, `Items`, `Actions`, `Next` …); whatever
else the data holds is shown as it is. The actions that the flow asks about belong to every view.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from evenhand.flow.references import text_of
from evenhand.model.names import last_part

__all__ = ["Field", "Form", "form_of"]

_BUTTONS = ("Next", "Previous", "Back", "Cancel", "Edit", "NoMatchFound")
_HEADINGS = ("Heading", "Title", "SubHeading", "Description", "Status", "TemplateString")
_QUIET = ("Type", "_id", "Id", "Icon", "Graphic", "Layout", "Configuration", "ErrorText", "Wizard")
"""What says how a view looks, not what it says."""
_DEEPEST = 12


class Field(msgspec.Struct, frozen=True):
    """Something to fill in. With `options` only those are taken."""

    name: str
    label: str = ""
    value: str = ""
    required: bool = False
    options: tuple[str, ...] = ()


class Form(msgspec.Struct, frozen=True):
    """What a view shows, and what can be done with it."""

    lines: tuple[str, ...]
    fields: tuple[Field, ...]
    actions: tuple[str, ...]

    def shown(self) -> list[str]:
        """The form in lines of text: what it says, the fields, the numbered actions."""
        shown = list(self.lines)
        for field in self.fields:
            about = [text for text in (field.label, " | ".join(field.options)) if text and text != field.name]
            mark = "*" if field.required else ""
            text = f"[{field.name}{mark}]" + (f" {': '.join(about)}" if about else "")
            shown.append(text + (f" = {field.value}" if field.value else ""))
        if self.actions:
            shown.append("  ".join(f"({number}) {name}" for number, name in enumerate(self.actions, 1)))
        return shown

    def action(self, word: str) -> str:
        """The action with this number or name, however it is typed; '' if there is none."""
        if word.isdecimal() and 1 <= int(word) <= len(self.actions):
            return self.actions[int(word) - 1]
        return next((name for name in self.actions if name.lower() == word.lower()), "")

    def filled(self, given: dict[str, Any]) -> dict[str, Any]:
        """What the view answers: its fields as they stood, with what the caller gave."""
        return {field.name: field.value for field in self.fields if field.value} | given

    def problem(self, given: dict[str, Any]) -> str:
        """What of this a form would not take; '' if it takes all."""
        for field in self.fields:
            if field.options and field.name in given and given[field.name] not in field.options:
                return f"{field.name} is one of {', '.join(field.options)}"
        return ""


def form_of(view: str, data: dict[str, Any], choices: Iterable[str]) -> Form:
    """The form that a view shows for its data; `choices` are the actions that the flow asks about."""
    fields: list[Field] = []
    actions: dict[str, None] = dict.fromkeys(choices)
    lines = [line for line in _lines(data, "", fields, actions, 0) if line]
    if not any(text_of(data.get(name)) for name in ("Heading", "Title")):
        lines.insert(0, last_part(view))
    unique = {field.name: field for field in fields}
    return Form(tuple(lines), tuple(unique.values()), tuple(actions))


def _lines(node: Any, name: str, fields: list[Field], actions: dict[str, None], depth: int) -> Iterator[str]:
    """The lines of a part; its fields and actions are put where they belong."""
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for item in node:
            yield from _lines(item, name, fields, actions, depth + 1)
    elif not isinstance(node, dict):
        yield f"{name}: {text_of(node)}" if name and text_of(node) else text_of(node)
    elif "Label" in node and "Value" in node and "Name" not in node:
        yield f"{text_of(node['Label'])}: {text_of(node['Value'])}"
    elif isinstance(node.get("Name"), str) and node["Name"]:
        fields.append(_field(node))
    else:
        for key in sorted(node, key=lambda key: _HEADINGS.index(key) if key in _HEADINGS else len(_HEADINGS)):
            value = node[key]
            if key == "Actions" or key == "Action":
                for one in value if isinstance(value, list) else [value]:
                    actions.setdefault(_action(one))
            elif key in _BUTTONS and isinstance(value, dict | str):
                actions.setdefault(key)
            elif key in _HEADINGS:
                yield from _lines(value, "", fields, actions, depth + 1)
            elif key not in _QUIET:
                plain = not isinstance(value, dict | list)
                yield from _lines(value, key if plain else "", fields, actions, depth + 1)
    actions.pop("", None)


def _action(one: Any) -> str:
    if isinstance(one, dict):
        return next((text_of(one[key]) for key in ("Action", "Label", "Id") if text_of(one.get(key))), "")
    return text_of(one)


def _field(node: dict[str, Any]) -> Field:
    options = node.get("Options")
    return Field(
        name=node["Name"],
        label=text_of(node.get("Label")),
        value=text_of(node.get("DefaultValue") or node.get("Value")),
        required=text_of(node.get("Required")).lower() == "true",
        options=tuple(
            text_of(one.get("Value") or one.get("Label")) if isinstance(one, dict) else text_of(one)
            for one in (options if isinstance(options, list) else ())
        ),
    )
