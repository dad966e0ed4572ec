"""The table of `evenhand check --bindings`: every resource that flows refer to, and what it is bound to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from evenhand.errors import Finding

if TYPE_CHECKING:
    from evenhand.centre.bindings import Binding
    from evenhand.flow.document import FlowDocument

__all__ = ["bindings_of", "write_bindings", "write_bindings_json"]


def bindings_of(files: Iterable[Path]) -> tuple[list[Binding], list[Finding]]:
    """The table of these flow files and definitions, and the faults that kept files out of it."""
    from evenhand.adapters.files.centre_toml import read_leniently
    from evenhand.centre.bindings import bindings

    rows: list[Binding] = []
    faults: list[Finding] = []
    for file in files:
        if file.suffix.lower() != ".toml":
            rows.extend(bindings(_read([(file.name, _content(file))], file.parent, faults), None))
            continue
        definition, reading = read_leniently(file)
        faults.extend(one for one in reading.all if one.severity == "error")
        if definition is not None:
            flows = [(flow.name, flow.content) for flow in definition.flows if flow.file and flow.content]
            rows.extend(bindings(_read(flows, file, faults), definition))
    return rows, faults


def _content(file: Path) -> bytes:
    from evenhand.flow.json_text import LONGEST_TEXT_BYTES

    with file.open("rb") as stream:
        return stream.read(LONGEST_TEXT_BYTES + 1)


def _read(
    flows: Iterable[tuple[str, str | bytes]], place: Path, faults: list[Finding]
) -> list[tuple[str, FlowDocument]]:
    from evenhand.errors import FlowFault
    from evenhand.flow.document import read_document

    documents = []
    for name, content in flows:
        try:
            documents.append((name, read_document(content, name)))
        except FlowFault as fault:
            faults.extend(
                fault.findings
                or [Finding(file=str(place), code="unreadable", message=fault.message, way_out=fault.way_out)]
            )
    return documents


def write_bindings(rows: Iterable[Binding]) -> None:
    """The table for a person: kind, reference with the name an export shows, what it is bound to, blocks."""
    table = [("KIND", "REFERENCE", "NAME", "BOUND TO", "BLOCKS")]
    for row in rows:
        bound = row.to or {"needed": "has to be there", "unbound": "UNBOUND"}.get(row.state, row.state)
        blocks = "; ".join(f"{flow}: {', '.join(names)}" for flow, names in row.blocks.items())
        table.append((row.kind, row.reference, row.display_name, bound, blocks))
    widths = [max(len(_shown(line[column])) for line in table) for column in range(4)]
    for line in table:
        cells = [_shown(cell).ljust(width) for cell, width in zip(line, widths, strict=False)]
        typer.echo("  ".join([*cells, _shown(line[4])]).rstrip())
    unbound = sum(row.state == "unbound" for row in rows)
    typer.echo(f"\n{len(table) - 1} resources, {unbound} unbound")


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def write_bindings_json(rows: Iterable[Binding], faults: Iterable[Finding]) -> None:
    """The table as one JSON object, for programs."""
    import msgspec

    answer = {"bindings": list(rows), "findings": list(faults)}
    typer.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
