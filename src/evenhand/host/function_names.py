"""Finding a function by whatever a flow calls it: its name, an ARN, an ARN with an alias or version."""

from __future__ import annotations

from collections.abc import Iterable

from evenhand.model.definition import FunctionDefinition

__all__ = ["FunctionNames"]

_MARK = ":function:"


class FunctionNames:
    """The functions of a centre by all their names; the first defined wins a name that two share."""

    def __init__(self, definitions: Iterable[FunctionDefinition]) -> None:
        self._exact: dict[str, FunctionDefinition] = {}
        self._loose: dict[str, FunctionDefinition] = {}
        known = list(definitions)
        for definition in known:
            self._exact.setdefault(definition.name, definition)
        for definition in known:
            if definition.arn:
                self._exact.setdefault(definition.arn, definition)
                self._loose.setdefault(_unqualified(definition.arn), definition)
        for definition in known:
            self._loose.setdefault(definition.name, definition)
        for definition in known:
            if definition.arn:
                self._loose.setdefault(_name_part(definition.arn), definition)

    def find(self, called: str) -> FunctionDefinition | None:
        """The function that is meant, or None. The full name counts before the name inside an ARN."""
        return (
            self._exact.get(called)
            or self._loose.get(_unqualified(called))
            or self._loose.get(_name_part(called))
        )

    def all(self) -> tuple[FunctionDefinition, ...]:
        """Every function, once, in the order of their definition."""
        return tuple({id(found): found for found in self._exact.values()}.values())


def _unqualified(called: str) -> str:
    """Without an alias or version: `arn:…:function:NAME:live` is `arn:…:function:NAME`."""
    before, mark, rest = called.partition(_MARK)
    return before + mark + rest.partition(":")[0]


def _name_part(called: str) -> str:
    """The function's name alone, out of an ARN, a part of one, or `NAME:live`."""
    return called.partition(_MARK)[2].partition(":")[0] if _MARK in called else called.partition(":")[0]
