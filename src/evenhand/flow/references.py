"""References to attributes (`$.External.agent1`) inside the parameters of a block.

A parameter tree is compiled once, when its flow is read. A string that is one whole reference gives the
value itself where that is an object (JSON answers of functions), else its text; references inside free text
are replaced by their text. What is missing is the empty string.

Amazon Connect publishes no grammar for where a reference in free text ends. Here a name is letters, digits
and underscores, with hyphens only between them, so that a full stop or comma after it is punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from evenhand.flow.namespaces import getter
from evenhand.flow.session import Session

__all__ = ["Reader", "compile_tree", "is_whole_reference", "references_in", "segments", "text_of"]

Reader: TypeAlias = Callable[[Session], Any]
"""Gives a parameter's value for a contact."""

_NAME = r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*"
_STEP = rf"""(?:\.{_NAME}|\.?\[\s*(?:'[^']*'|"[^"]*"|\d+)\s*\])"""
# Rows of listed data tables are written in backticks, which are no part of the text.
_WHOLE = re.compile(rf"`\$\.DataTableList{_STEP}+`|\$(?=\.[A-Za-z_\[]|\[){_STEP}+")
_SPLIT = re.compile(rf"""\.({_NAME})|\.?\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]""")


def segments(reference: str) -> tuple[str, ...]:
    """`$.Attributes.['my key']` → `("Attributes", "my key")`."""
    return tuple(
        next(part for part in found if part) if any(found) else "" for found in _SPLIT.findall(reference)
    )


def text_of(value: Any) -> str:
    """A value as flows speak it: numbers without ornament, true and false in lower case, nothing as ''.

    An object or a list is its JSON, as a function that gets it would read it.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return str(value)


def compile_tree(value: Any) -> tuple[Reader | None, Any]:
    """Compile a parameter tree. Answers (reader, constant): the reader is None when nothing refers."""
    if isinstance(value, str):
        return _compile_text(value)
    if isinstance(value, dict):
        parts = {key: compile_tree(item) for key, item in value.items()}
        if all(reader is None for reader, _ in parts.values()):
            return None, value
        return _mapping(parts), None
    if isinstance(value, list):
        items = [compile_tree(item) for item in value]
        if all(reader is None for reader, _ in items):
            return None, value
        return _sequence(items), None
    return None, value


def _mapping(parts: dict[str, tuple[Reader | None, Any]]) -> Reader:
    pairs = tuple((key, reader, constant) for key, (reader, constant) in parts.items())

    def read(session: Session) -> dict[str, Any]:
        return {key: constant if reader is None else reader(session) for key, reader, constant in pairs}

    return read


def _sequence(items: list[tuple[Reader | None, Any]]) -> Reader:
    def read(session: Session) -> list[Any]:
        return [constant if reader is None else reader(session) for reader, constant in items]

    return read


def _compile_text(text: str) -> tuple[Reader | None, Any]:
    found = list(_WHOLE.finditer(text))
    if not found:
        return None, text
    if len(found) == 1 and found[0].group() == text.strip():
        return _whole(getter(segments(found[0].group()))), None
    parts: list[str | Reader] = []
    end = 0
    for match in found:
        if match.start() > end:
            parts.append(text[end : match.start()])
        parts.append(getter(segments(match.group())))
        end = match.end()
    if end < len(text):
        parts.append(text[end:])

    def read(session: Session) -> str:
        return "".join(part if isinstance(part, str) else text_of(part(session)) for part in parts)

    return read, None


def _whole(get: Reader) -> Reader:
    def read(session: Session) -> Any:
        value = get(session)
        return value if isinstance(value, str | dict | list) else text_of(value)

    return read


def is_whole_reference(value: str) -> bool:
    """Whether this is one reference and nothing else: `$.External.queue`, `$.Attributes['my key']`."""
    return _WHOLE.fullmatch(value) is not None


def references_in(value: Any) -> list[str]:
    """Every reference in a parameter tree, however deep it stands."""
    found: list[str] = []
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            found.extend(match.group() for match in _WHOLE.finditer(item))
        elif isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return found
