"""Reading a file of rules; its faults are collected beside those of `centre.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from evenhand.adapters.files.table_reading import as_table, fill
from evenhand.centre.findings import Findings, place
from evenhand.model.rules import Rule, RuleSet

__all__ = ["read_rules"]


def read_rules(name: str, file: Any, folder: Path, findings: Findings) -> RuleSet:
    """Give the rule set of a file; an empty one, with the fault noted, where it cannot be read."""
    where = place("rules", name)
    if not isinstance(file, str):
        findings.error(where, "wrong-type", "This must be the path of a rule file.", "Write it in quotes.")
        return RuleSet(name=name)
    try:
        document = tomllib.loads((folder / file).read_bytes().decode("utf-8-sig"))
    except OSError:
        findings.error(where, "no-file", f"There is no file {file}.", "Paths are relative to centre.toml.")
        return RuleSet(name=name, file=file)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        findings.error(where, "not-toml", f"{file} is not TOML: {error}.", "Correct the file.")
        return RuleSet(name=name, file=file)
    inner = Findings()
    rows = document.get("rules", [])
    if not isinstance(rows, list):
        inner.error("rules", "wrong-type", "This must be a list of rules.", "Write each under [[rules]].")
        rows = []
    rules = tuple(_rule(index, row, inner) for index, row in enumerate(rows))
    given = {"name": name, "file": file, "rules": rules, "table": "", "table_file": ""}
    table = document.get("table", "")
    if isinstance(table, str) and table:
        try:
            given |= {"table": ((folder / file).parent / table).read_text("utf-8-sig"), "table_file": table}
        except (OSError, UnicodeDecodeError):
            way_out = f"The path is relative to {file}."
            inner.error("table", "no-file", f"There is no text file {table}.", way_out)
    rule_set = fill(RuleSet, document, (), inner, given=given, also=("rules", "table"))
    for fault in inner.all:
        findings.error(f"{where}: {file}: {fault.field}", fault.code, fault.message, fault.way_out)
    return rule_set


def _rule(index: int, row: Any, findings: Findings) -> Rule:
    where = ("rules", index)
    table = as_table(row, where, findings)
    cells = as_table(table.get("given", {}), (*where, "given"), findings)
    given: dict[str, tuple[str, ...]] = {}
    for key, value in cells.items():
        texts = [value] if isinstance(value, str) else value
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            given[key] = tuple(texts)
        else:
            findings.error(
                place(*where, "given", key),
                "wrong-type",
                "A cell is a text or a list of texts.",
                'Write "TX" or ["TX", "CA"].',
            )
    rest = {key: value for key, value in table.items() if key != "given"}
    rest.setdefault("name", f"row {index + 1}")
    return fill(Rule, rest, where, findings, given={"given": given})
