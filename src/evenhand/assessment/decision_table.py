"""A decision table, as the ZEN engine's editor saves it: its rows answer rules.

Only inputs, outputs, tables, expressions and switches are taken: functions in JavaScript could read a clock or
never end, and a journal is replayed to the same choices.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from evenhand.assessment.expression import FUNCTIONS, BadExpression, engine
from evenhand.model.rules import Rule

__all__ = ["COLUMNS", "DecisionTable"]

COLUMNS = ("rule", "exclude", "prefer", "score", "queue")
"""What a row may answer: the fields of a rule, `rule` for its name."""

_NODES = {"inputNode", "outputNode", "decisionTableNode", "expressionNode", "switchNode"}
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\(")
_OPERATORS = {"and", "or", "not", "in"}


class DecisionTable:
    """Reads a saved decision. Raises BadExpression with everything that keeps it from running."""

    def __init__(self, content: str, name: str) -> None:
        self.name = name
        try:
            graph = json.loads(content)
            nodes = [(str(node["type"]), node.get("content")) for node in graph["nodes"]]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BadExpression("it is no decision as the ZEN editor saves it (nodes and edges)") from None
        for kind, inner in nodes:
            if kind not in _NODES:
                raise BadExpression(f"a {kind} cannot be part of it; use tables, expressions and switches")
            for text in _texts(inner):
                bare = _QUOTED.sub("''", text)
                for called in _CALL.findall(bare):
                    if called not in FUNCTIONS | _OPERATORS:
                        raise BadExpression(f"{text!r} calls {called}; known: {', '.join(sorted(FUNCTIONS))}")
                if "#" in bare:
                    raise BadExpression(f"{text!r} holds a closure (#), which is not possible here")
        try:
            self._decision = engine().ZenEngine().create_decision(content)
            self._decision.validate()
        except BadExpression:
            raise
        except Exception as error:
            raise BadExpression(str(error).partition("\n")[0]) from None

    def rules(self, world: Mapping[str, Any]) -> list[Rule]:
        """The rules that it answers for this contact. Raises BadExpression where it cannot be judged."""
        try:
            result = self._decision.evaluate(dict(world))["result"]
        except Exception as error:
            raise BadExpression(str(error).partition("\n")[0]) from None
        rows = result if isinstance(result, list) else [result]
        found = []
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict) or not any(column in row for column in COLUMNS):
                continue
            given = {column: row[column] for column in COLUMNS if row.get(column) is not None}
            given["name"] = given.pop("rule", f"{self.name}, answer {number}")
            try:
                found.append(msgspec.convert(given, Rule))
            except msgspec.ValidationError as error:
                raise BadExpression(f"{self.name}, answer {number}: {error}") from None
        return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
