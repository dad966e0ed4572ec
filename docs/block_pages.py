"""The reference of block types: an index table, and a page of entries for each category of the catalogue.

Texts come from the docstrings, rules from the catalogue and the table of channels, examples from the first case of each type under
`tests/flow/cases`, and the numbers of public flows from `flows-covered.csv` (out of 121 flows).
"""

from __future__ import annotations

import csv
import functools
import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evenhand.flow import catalogue
from evenhand.flow.blocks import BLOCKS
from evenhand.flow.catalogue import BLOCKS as CATALOGUE
from evenhand.flow.catalogue import BlockRule, Parameter
from evenhand.flow.channels import CHANNEL_ROWS, refuses
from evenhand.flow.service_block import ServiceBlock
from evenhand.model.units import CHANNELS

__all__ = ["block_pages", "category_of", "example_of"]

DOCS = Path(__file__).resolve().parent
CASES = DOCS.parent / "tests" / "flow" / "cases"
CATEGORIES = {
    "participant": ("Talking with the customer", catalogue.PARTICIPANT_BLOCKS),
    "queues": ("Queues, agents and callbacks", catalogue.QUEUE_BLOCKS),
    "contact": ("The contact", catalogue.CONTACT_BLOCKS),
    "control": ("Flow control and services", catalogue.CONTROL_BLOCKS),
}
FLOWS = 121


@functools.cache
def _flows() -> dict[str, int]:
    with (DOCS / "flows-covered.csv").open(encoding="utf-8", newline="") as file:
        return {row["block type"]: int(row["flows"]) for row in csv.DictReader(file)}


def category_of(name: str) -> str:
    """The page on which a type has its entry."""
    return next(key for key, (_, rules) in CATEGORIES.items() if name in rules)


def block_pages(note: str) -> dict[Path, str]:
    """The index and the pages of entries, by their paths."""
    made = {DOCS / "reference" / "block-types.md": note + _index()}
    for key, (title, rules) in CATEGORIES.items():
        lines = [f"# Blocks: {title}", "", "[All block types](../block-types.md)", ""]
        for name in sorted(rules):
            lines += _entry(name, CATALOGUE[name])
        made[DOCS / "reference" / "blocks" / f"{key}.md"] = note + "\n".join(lines).rstrip() + "\n"
    return made


def _index() -> str:
    others = len(CATALOGUE) - len(BLOCKS)
    lines = [
        "# Block types",
        "",
        f"The flow language has {len(CATALOGUE)} block types that `evenhand check` knows; "
        f"{len(BLOCKS)} of them run.",
        f"The other {others} take their error branch, and so does a type that nobody knows.",
        f"The last column counts the flows that use the type, out of {FLOWS} public sample flows.",
        "",
        "| type | in the console | runs here | flows |",
        "|---|---|---|---|",
    ]
    for name in sorted(CATALOGUE):
        link = f"[`{name}`](blocks/{category_of(name)}.md#{name.lower()})"
        lines.append(f"| {link} | {CATALOGUE[name].console} | {_runs(name)} | {_flows().get(name, 0)} |")
    return "\n".join(lines) + "\n"


def _runs(name: str) -> str:
    block = BLOCKS.get(name)
    if block is None:
        return "checked only; takes its error branch"
    if issubclass(block, ServiceBlock) and block.service:
        return f"with an adapter for the service `{block.service}`"
    return "with a function of the centre" if name == "InvokeLambdaFunction" else "yes"


def _entry(name: str, rule: BlockRule) -> list[str]:
    lines = [f"## {name}", ""]
    block = BLOCKS.get(name)
    if block is not None:
        lines += [inspect.cleandoc(vars(block).get("__doc__") or ""), ""]
    lines += [
        f"* In the console: {rule.console}",
        f"* Runs here: {_runs(name)}",
        f"* Stands in: {_where(rule)}",
        f"* Channels: {_channels(name)}",
        f"* Outcomes: {_outcomes(rule)}",
        f"* Errors: {_errors(rule)}",
        f"* Public sample flows with it: {_flows().get(name, 0)} of {FLOWS}",
    ]
    if rule.standing:
        lines.append(f"* Doubtful: {rule.standing}")
    lines.append("")
    if rule.parameters:
        lines += ["| parameter | takes | |", "|---|---|---|"]
        for key, parameter in rule.parameters.items():
            lines += _parameter(key, parameter, rule)
        lines.append("")
    if rule.open:
        lines += ["Not all of its parameters are published; others are let pass.", ""]
    if block is not None:
        says, example = example_of(name)
        lines += [
            f"Example: {says}",
            "",
            "```json",
            json.dumps(example, indent=2, ensure_ascii=False),
            "```",
            "",
        ]
    return lines


def _where(rule: BlockRule) -> str:
    where = "flows of every type" if rule.where >= catalogue.EVERYWHERE else ", ".join(sorted(rule.where))
    disputed = sorted(rule.where_disputed - rule.where)
    return where + (f"; sources disagree on {', '.join(disputed)}" if disputed else "")


def _channels(name: str) -> str:
    row = CHANNEL_ROWS.get(name)
    if row is None:
        return "all"
    refused = [channel for channel in CHANNELS if refuses(name, channel)]
    parts = [_and(row.runs)]
    if row.passes:
        parts.append(f"does nothing for {_and(row.passes)}")
    if refused:
        parts.append(f"{row.error} for {_and(refused)} ({row.why})")
    return "; ".join(parts)


def _and(channels: Sequence[str]) -> str:
    words = ["e-mail" if channel == "EMAIL" else channel.lower() for channel in channels]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _outcomes(rule: BlockRule) -> str:
    if rule.terminal:
        return "none, the flow ends here"
    if rule.outcomes is None:
        return "none" + ("; success leaves the flow" if rule.leaves else "")
    operands = ", ".join(f"`{one}`" for one in rule.outcomes.operands) or "any value"
    return f"{operands} ({', '.join(rule.outcomes.operators)})"


def _errors(rule: BlockRule) -> str:
    needed = [f"{one} (must be wired)" for one in rule.errors]
    return ", ".join([*needed, *rule.may_fail_with, *(["others"] if rule.errors_open else [])]) or "none"


def _parameter(key: str, parameter: Parameter, rule: BlockRule | None = None) -> list[str]:
    takes = {
        "text": "text with references",
        "resource": "a name, id or ARN, or one reference",
        "reference": "one reference",
        "integer": "a whole number",
        "flag": "True or False",
        "choice": " or ".join(f"`{one}`" for one in parameter.choices),
        "object": "an object",
        "map": "an object with names of your own",
        "list": "a list",
        "any": "not checked",
    }[parameter.kind]
    if (
        parameter.kind == "integer"
        and parameter.maximum is not None
        and parameter.maximum < catalogue.LARGEST
    ):
        takes += f", {parameter.minimum} to {parameter.maximum}"
    elif parameter.kind == "integer" and parameter.minimum is not None and parameter.minimum >= 0:
        takes += f", at least {parameter.minimum}"
    if parameter.dynamic:
        takes += ", or one reference"
    if parameter.longest:
        takes += f", at most {parameter.longest} characters"
    said = "required" if parameter.required else ""
    if rule is not None and key in rule.exactly_one:
        said = f"exactly one of {', '.join(rule.exactly_one)}"
    for group in rule.at_most_one if rule is not None else ():
        if key in group:
            said = f"at most one of {', '.join(group)}"
    lines = [f"| `{key}` | {takes} | {said} |"]
    for inner, below in parameter.fields.items():
        lines += _parameter(f"{key}[].{inner}" if parameter.kind == "list" else f"{key}.{inner}", below)
    return lines


def example_of(name: str) -> tuple[str, dict[str, Any]]:
    """What the first case of a type says, and its block, whole, as it runs in the tests."""
    case = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))[0]
    ways = case.get("ways") or {"NextAction": "next", "NoMatchingError": "error"}
    action: dict[str, Any] = {"Identifier": "block", "Parameters": {}, **case["action"]}
    if "Transitions" not in action or "ways" in case:
        action["Transitions"] = transitions(ways)
    return case["says"], {key: action[key] for key in ("Identifier", "Type", "Parameters", "Transitions")}


def transitions(ways: dict[str, str]) -> dict[str, Any]:
    """Transitions from branches in the words of a fact: `Equals 1`, `NextAction`, `NoMatchingError`."""
    made: dict[str, Any] = {"NextAction": ways["NextAction"]} if "NextAction" in ways else {}
    conditions = [(way.split(" ", 1), to) for way, to in ways.items() if " " in way]
    errors = [(way, to) for way, to in ways.items() if " " not in way and way != "NextAction"]
    if conditions:
        made["Conditions"] = [
            {"NextAction": to, "Condition": {"Operator": operator, "Operands": [operand]}}
            for (operator, operand), to in conditions
        ]
    if errors:
        made["Errors"] = [{"ErrorType": error, "NextAction": to} for error, to in errors]
    return made
