"""What a Python file defines, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["function_fault"]


def function_fault(file: Path, name: str) -> tuple[str, str] | None:
    """Why `name` cannot be called in the file, as (message, way out); None where nothing speaks against it.

    What a file makes while it runs (`from … import *`, `globals()[…]`) cannot be seen and is believed.
    """
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (OSError, SyntaxError, ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, SyntaxError) and error.lineno else ""
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return f"{file.name} is not Python{where}: {text}.", "Mend the file."
    found: dict[str, ast.stmt] = {}
    for statement, bound in _bindings(tree.body):
        found[bound] = statement
    if "*" in found:
        return None
    if name not in found:
        functions = [
            one
            for one, statement in found.items()
            if isinstance(statement, ast.FunctionDef) and one[0] != "_"
        ]
        named = f"It has {', '.join(functions)}." if functions else f"Write: def {name}(operation, request):"
        return f"{file.name} has no function '{name}'.", named
    if isinstance(found[name], ast.AsyncFunctionDef):
        return f"'{name}' in {file.name} is async; it is called in a thread.", "Write def, without async."
    return None


def _bindings(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Each name that the statements bind, also inside `if`, `try`, `with` and loops, but not in functions."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement, statement.name
            continue
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                yield statement, alias.asname or alias.name.partition(".")[0]
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield statement, node.id
        for field in ("body", "orelse", "finalbody"):
            yield from _bindings(getattr(statement, field, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from _bindings(handler.body)
