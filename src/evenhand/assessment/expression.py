"""An expression of a rule: checked when it is read, bounded and pure when it is judged.

It is a small part of Python, compiled by Python: comparisons, `and`, `or`, `not`, `in` and calls of the
functions here. Every node of its tree is looked at before it is compiled; there are no attributes, no
arithmetic, no names but these, so nothing can be reached, grow or loop.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

__all__ = [
    "AGENT_FUNCTIONS",
    "AGENT_NAMES",
    "CONTACT_FUNCTIONS",
    "CONTACT_NAMES",
    "LONGEST",
    "BadExpression",
    "Expression",
    "world_of",
]

LONGEST = 2_000
"""How many characters an expression may have."""

CONTACT_NAMES = (
    "queue",
    "channel",
    "customer",
    "system",
    "language",
    "priority",
    "own_agent",
    "input",
)
AGENT_NAMES = ("agent", "profile")
CONTACT_FUNCTIONS = ("attribute", "external")
AGENT_FUNCTIONS = ("label",)
_PLAIN_FUNCTIONS = {"has": 2, "starts": 2, "number": 1}

_ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq, ast.NotEq,
    ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Name, ast.Load, ast.Constant, ast.Tuple, ast.List,
    ast.Call,
)  # fmt: skip


class BadExpression(Exception):
    """The text is no expression of a rule. The message says why."""


def _has(listed: Any, item: Any) -> bool:
    return str(item).strip() in [part.strip() for part in str(listed).split(",")]


def _starts(text: Any, beginning: Any) -> bool:
    return str(text).startswith(str(beginning))


def world_of(names: Mapping[str, Any], **functions: Any) -> dict[str, Any]:
    """The names and functions that an expression may use, and nothing besides."""
    return {"__builtins__": {}, "has": _has, "starts": _starts, "number": float, **names, **functions}


class Expression:
    """`names` and `functions` are what it uses; `asks` the literal arguments of its functions, and `compares`
    the texts that a name is compared with."""

    def __init__(self, text: str, *, agent: bool) -> None:
        self.text = text
        self.names: set[str] = set()
        self.asks: list[tuple[str, str]] = []
        self.compares: list[tuple[str, str]] = []
        if len(text) > LONGEST:
            raise BadExpression(f"it is longer than {LONGEST} characters")
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise BadExpression(getattr(error, "msg", "") or "it cannot be read") from None
        names = {*CONTACT_NAMES, *(AGENT_NAMES if agent else ())}
        functions: dict[str, int] = {**_PLAIN_FUNCTIONS, **dict.fromkeys(CONTACT_FUNCTIONS, 1)}
        if agent:
            functions |= dict.fromkeys(AGENT_FUNCTIONS, 1)
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            self._look_at(node, names, functions, called)
        self.about_agent_only = not self.names & {*CONTACT_NAMES, *CONTACT_FUNCTIONS}
        try:
            self._code = compile(tree, "<rule>", "eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise BadExpression("it is too deep") from None

    def _look_at(
        self, node: ast.AST, names: set[str], functions: Mapping[str, int], called: set[int]
    ) -> None:
        if not isinstance(node, _ALLOWED):
            raise BadExpression(f"{type(node).__name__} is not possible here")
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name) or node.func.id not in functions:
                raise BadExpression(f"there is no function {ast.unparse(node.func)}")
            wanted = functions[node.func.id]
            if node.keywords or len(node.args) != wanted:
                raise BadExpression(f"{node.func.id} takes {wanted} values")
            argument = node.args[0]
            if node.func.id in (*CONTACT_FUNCTIONS, *AGENT_FUNCTIONS):
                if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                    raise BadExpression(f"{node.func.id} takes a name in quotes")
                self.asks.append((node.func.id, argument.value))
        elif isinstance(node, ast.Name):
            if id(node) not in called and node.id not in names:
                raise BadExpression(f"there is no name {node.id}; known: {', '.join(sorted(names))}")
            self.names.add(node.id)
        elif isinstance(node, ast.Constant):
            if not isinstance(node.value, str | int | float):
                raise BadExpression("a value is text in quotes or a number")
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
            for other in node.comparators:
                parts = other.elts if isinstance(other, ast.Tuple | ast.List) else [other]
                for part in parts:
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        self.compares.append((node.left.id, part.value))

    def judge(self, world: dict[str, Any]) -> bool:
        """Whether it is true in this world, made by `world_of`. Raises whatever the values make impossible."""
        return bool(eval(self._code, world))
