"""Reading a table's rows from a file a person wrote: CSV, a JSON list, or a JSON object on each line.

Every row knows its line, so that a fault can be shown where it is.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from evenhand.adapters.services.rows import SERVICE_TABLES, accept_rows
from evenhand.errors import Finding, TableFault, UsageFault
from evenhand.host.ports import TableName
from evenhand.host.rows import TABLES, accept

__all__ = ["read_rows", "rows_in"]


class _Line(NamedTuple):
    """A row and the line of the file it begins on, from 1."""

    number: int
    row: dict[Any, Any]


def read_rows(path: Path, table: str) -> list[dict[str, Any]]:
    """The file's rows, all of them good for the table.

    Raises UsageFault if the file cannot be read, TableFault with every fault (its `file` is `path:line`).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageFault(
            f"the file cannot be read: {error.strerror}",
            where=str(path),
            way_out="give a file that you may read.",
        ) from error
    except UnicodeDecodeError as error:
        raise UsageFault(
            f"the file is not UTF-8 (byte {error.start + 1})", where=str(path), way_out="save it as UTF-8."
        ) from error
    return rows_in(text, table, str(path))


def rows_in(text: str, table: str, source: str) -> list[dict[str, Any]]:
    """The rows in a text, all of them good for the table. `source` is what the text is called.

    Raises TableFault with every fault (its `file` is `source:line`).
    """
    # No CSV header begins with a bracket, so the content tells the kind better than the name does.
    lines, findings = _json(text) if text.lstrip()[:1] in ("[", "{") else _csv(text, table)
    try:
        rows = [line.row for line in lines]
        if table in SERVICE_TABLES:
            accept_rows(table, rows)
        else:
            accept(cast(TableName, table), rows)
    except TableFault as fault:
        for finding in fault.findings:
            number = lines[int(finding.block.removeprefix("row ")) - 1].number
            message = _with_lines(finding, lines)
            findings.append(msgspec.structs.replace(finding, block="", file=str(number), message=message))
    if findings:
        findings.sort(key=lambda finding: int(finding.file))
        bad = len({finding.file for finding in findings})
        raise TableFault(
            f"{bad} {'line' if bad == 1 else 'lines'} cannot be taken; nothing was written.",
            where=f"{source} for {table}",
            way_out="mend what is named below and import the file again.",
            findings=[msgspec.structs.replace(each, file=f"{source}:{each.file}") for each in findings],
        )
    return [line.row for line in lines]


def _with_lines(finding: Finding, lines: list[_Line]) -> str:
    """A message that names another row (a duplicate), with that row's line instead."""
    head, mark, row = finding.message.rpartition(" is already in row ")
    if finding.code != "duplicate" or not mark:
        return finding.message
    return f"{head} is already in line {lines[int(row.rstrip('.')) - 1].number}."


def _csv(text: str, table: str) -> tuple[list[_Line], list[Finding]]:
    """Rows of a CSV file with a header; an empty cell counts as one that is not there."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[_Line] = []
    header: list[str] | None = None
    try:
        while True:
            number = reader.line_num + 1
            cells = next(reader)
            if not cells:
                continue
            if header is None:
                header = cells
                faults = _header_faults(header, table, number)
                if faults:
                    return [], faults
                continue
            row: dict[Any, Any] = {
                name: cell for name, cell in zip(header, cells, strict=False) if cell != ""
            }
            if len(cells) > len(header):
                row[None] = cells[len(header) :]
            lines.append(_Line(number, row))
    except StopIteration:
        pass
    except csv.Error as error:
        return lines, [
            Finding(
                file=str(number),
                code="not_csv",
                message=f"This is no CSV: {error}.",
                way_out="Mend the quotes.",
            )
        ]
    return lines, [] if header is not None else _header_faults([], table, 1)


def _header_faults(header: list[str], table: str, number: int) -> list[Finding]:
    if table in SERVICE_TABLES:
        key = SERVICE_TABLES[table]
        problems = [f"There is no column {name!r} in the header." for name in key if name not in header]
        way_out = f"Write the header as {','.join(key)} and whatever else the rows have."
        return _header_findings(problems, header, way_out, number)
    shape = TABLES[cast(TableName, table)]
    missing = [name for name in shape.columns if name not in header and name not in shape.optional]
    problems = [f"There is no column {name!r} in the header." for name in missing]
    problems += [f"{table} has no column {name!r}." for name in header if name not in shape.columns]
    return _header_findings(problems, header, f"Write the header as {','.join(shape.columns)}.", number)


def _header_findings(problems: list[str], header: list[str], way_out: str, number: int) -> list[Finding]:
    twice = sorted({name for name in header if header.count(name) > 1})
    problems = problems + [f"The column {name!r} comes twice." for name in twice]
    return [
        Finding(file=str(number), code="header", message=problem, way_out=way_out) for problem in problems
    ]


def _json(text: str) -> tuple[list[_Line], list[Finding]]:
    """Rows of a JSON list, of a single object, or of an object on each line."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("{"):
            return _json_lines(text)
        return [], [_not_json(error.lineno, error)]
    if isinstance(whole, dict):
        return [_Line(text[: text.index("{")].count("\n") + 1, whole)], []
    return _json_list(text), []


def _json_list(text: str) -> list[_Line]:
    """The items of a list that is known to be good JSON, each with its line."""
    decode = json.JSONDecoder().raw_decode
    lines: list[_Line] = []
    position, number = text.index("[") + 1, text[: text.index("[")].count("\n") + 1
    while True:
        while text[position] in " \t\r\n,":
            number += text[position] == "\n"
            position += 1
        if text[position] == "]":
            return lines
        row, end = decode(text, position)
        lines.append(_Line(number, row))
        number += text.count("\n", position, end)
        position = end


def _json_lines(text: str) -> tuple[list[_Line], list[Finding]]:
    lines: list[_Line] = []
    findings: list[Finding] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                lines.append(_Line(number, json.loads(line)))
            except json.JSONDecodeError as error:
                findings.append(_not_json(number, error))
    return lines, findings


def _not_json(number: int, error: json.JSONDecodeError) -> Finding:
    return Finding(
        file=str(number),
        code="not_json",
        message=f"This is no JSON: {error.msg} (column {error.colno}).",
        way_out="Write a list of objects, or one object on each line.",
    )
