"""An expression of a rule, in the language of the ZEN rules engine: checked when it is read, pure and bounded
when it is judged.

The engine comes with the extra `rules`. What would read a clock or throw a die, and what could loop (closures),
is refused, so that a journal is replayed to the same choices and one row cannot hold up the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

__all__ = [
    "AGENT_NAMES",
    "CONTACT_NAMES",
    "FUNCTIONS",
    "LONGEST",
    "TREES",
    "BadExpression",
    "Expression",
    "engine",
]

LONGEST = 2_000
"""How many characters an expression may have."""

_DEEPEST = 30

CONTACT_NAMES = (
    "queue",
    "channel",
    "customer",
    "system",
    "language",
    "priority",
    "own_agent",
    "input",
    "open",
)
"""What an expression may say of the contact; `open` is whether the queue's hours are open now."""

TREES = ("attributes", "external", "hours")
"""Names that hold others: contact attributes, the last function's answer, hours of operation by name."""

AGENT_NAMES = ("name", "profile", "workload", "labels", "lists")

FUNCTIONS = frozenset(
    [
        "abs",
        "ceil",
        "contains",
        "endsWith",
        "floor",
        "isNumeric",
        "len",
        "lower",
        "matches",
        "max",
        "min",
        "number",
        "round",
        "split",
        "startsWith",
        "string",
        "sum",
        "trim",
        "upper",
    ]
)
"""The engine's functions that give the same answer every time and take bounded time."""

_PILED = re.compile(r"(\bnot\s+|[-+!]\s*){30}")
_WORDS = frozenset(["and", "or", "not", "in", "true", "false", "null"])
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_PATH = re.compile(r"([A-Za-z_]\w*)((?:\s*\.\s*[A-Za-z_]\w*)*)(\s*\()?")
_COMPARED = re.compile(
    r"(queue|channel|agent\.name|agent\.profile)\s*(?:(?:==|!=)\s*(['\"])(.*?)\2|(?:not\s+)?in\s*\[(.*?)\])"
)


class BadExpression(Exception):
    """The text is no expression of a rule. The message says why."""


@lru_cache(maxsize=1)
def engine() -> Any:
    """The rules engine. Raises BadExpression, with the way out, where it is not installed."""
    try:
        import zen
    except ImportError:
        raise BadExpression("the rules engine is not installed: pip install 'evenhand[rules]'") from None
    return zen


class Expression:
    """`paths` are the names it uses (`attributes.state`, `agent.lists.licences`), `asks` the same as one text,
    and `compares` the texts that a name is compared with."""

    def __init__(self, text: str, *, agent: bool) -> None:
        self.text = text
        if len(text) > LONGEST:
            raise BadExpression(f"it is longer than {LONGEST} characters")
        bare = _TEXT.sub("''", text)
        _bound(bare)
        self.paths = _paths(bare, agent)
        self.compares = _compares(text)
        self.about_agent_only = "agent.workload" not in self.paths and all(
            path.startswith("agent.") for path in self.paths
        )
        # By name as far as it is clear; a text in brackets is looked up in the whole tree.
        self.trees = [tree for tree in TREES if tree in self.paths]
        self.leaves = [
            (tree, path[len(tree) + 1 :])
            for path in sorted(self.paths)
            for tree in TREES
            if path.startswith(f"{tree}.") and tree not in self.trees
        ]
        self.plain = sorted(self.paths & set(CONTACT_NAMES))
        self.asks = " ".join(sorted(self.paths))
        try:
            self._evaluate = engine().compile_expression(text).evaluate
        except BadExpression:
            raise
        except Exception as error:
            raise BadExpression(_in_words(error)) from None

    def world(self, facts: Mapping[str, Any], trees: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """As much of the contact as this expression asks for: handing the engine all of it costs more."""
        world: dict[str, Any] = {name: facts.get(name) for name in self.plain}
        for tree in self.trees:
            world[tree] = trees[tree]
        for tree, leaf in self.leaves:
            first = leaf.partition(".")[0]
            world.setdefault(tree, {})[first] = trees[tree].get(first, "")
        return world

    def judge(self, world: dict[str, Any]) -> bool:
        """Whether it is true in this world. Raises BadExpression where the values make that impossible."""
        try:
            answer = self._evaluate(world)
        except Exception as error:
            raise BadExpression(_in_words(error)) from None
        if answer is True or answer is False:
            return bool(answer)
        raise BadExpression(f"it answers {answer!r}, not true or false")


def _bound(bare: str) -> None:
    """Refuse what a parser could get lost in."""
    depth = deepest = 0
    for sign in bare:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    if deepest > _DEEPEST or _PILED.search(bare) or bare.count("?") > _DEEPEST:
        raise BadExpression("it is too deep")
    for sign, what in (
        ("#", "closures"),
        ("$", "the whole world"),
        (";", "several expressions"),
        ("..", "ranges"),
    ):
        if sign in bare:
            raise BadExpression(f"{what} ({sign}) are not possible here")


def _paths(bare: str, agent: bool) -> set[str]:
    paths: set[str] = set()
    for found in _PATH.finditer(bare):
        if found.start() and bare[: found.start()].rstrip().endswith("."):
            raise BadExpression(f"nothing can be asked of a value: .{found[1]}")
        first, rest, called = found[1], re.sub(r"\s", "", found[2]), found[3]
        if first in _WORDS and not rest:
            continue
        if called:
            if rest or first not in FUNCTIONS:
                raise BadExpression(
                    f"there is no function {first}{rest}; known: {', '.join(sorted(FUNCTIONS))}"
                )
            continue
        known = first in TREES or (first in CONTACT_NAMES and not rest)
        if first == "agent" and agent:
            known = rest.split(".")[1:2] != [] and rest.split(".")[1] in AGENT_NAMES
        if not known:
            names = [*CONTACT_NAMES, *(f"{tree}.NAME" for tree in TREES)]
            names += [f"agent.{name}" for name in AGENT_NAMES] if agent else []
            raise BadExpression(f"there is no name {first}{rest}; known: {', '.join(names)}")
        paths.add(first + rest)
    return paths


def _compares(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, quote, one, several in _COMPARED.findall(text):
        if quote:
            found.append((name, one))
        else:
            found.extend((name, part[1:-1]) for part in _TEXT.findall(several))
    return found


def _in_words(error: Exception) -> str:
    """The engine's message without its frames."""
    first = str(error).partition("\n")[0]
    said = re.search(r'"source":"(.*)"\}?$', first)
    return said[1] if said else first
