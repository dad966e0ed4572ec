"""`evenhand convert`: flows of the older console export, and flows in a wrapping, in the flow language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from evenhand.errors import AuthorFault, Finding, UsageFault

__all__ = ["convert"]

FAULTS = 1
UNREADABLE = 2


class Converted(NamedTuple):
    """A flow in the flow language: the file it comes from, its own name if it has one, its text."""

    file: Path
    name: str
    text: str


def convert(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="Flow files, in the older export or the flow language.", show_default=False
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE|FOLDER",
            help="Write there instead of to standard output; a folder (which may be new) for several flows.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write flows, findings and summary as one JSON object.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Let what was not carried over count as a fault.")
    ] = False,
) -> None:
    """Turn flows of the older console export into the flow language.

    Identifiers, positions and displayed names are kept. What could not be carried over as it stood is told
    on standard error, with the module, the field and the way out. A flow that is in the flow language
    already passes through; one inside an API answer, a JSON string or a list comes out of it.

    \b
    Examples:
      evenhand convert old.json > new.json       one flow
      evenhand convert exports/*.json --out new  several, into a folder
      evenhand convert old.json --json           for programs

    \b
    Exit codes: 0 converted, 1 a file holds no flow that can be read (or, with --strict, something was not
    carried over), 2 a file could not be read or the command was used wrongly.
    """
    flows: list[Converted] = []
    findings: list[Finding] = []
    unreadable: list[Finding] = []
    for file in files:
        try:
            _convert(file, flows, findings)
        except OSError as error:
            unreadable.append(
                Finding(
                    file=str(file),
                    code="cannot-be-read",
                    message=f"cannot be read: {error.strerror or error}",
                    way_out="Check the name and whether you may read it.",
                )
            )
    places = _write(flows, files, out, as_json=as_json)
    _tell(flows, places, [*findings, *unreadable], as_json=as_json)
    if unreadable:
        raise typer.Exit(UNREADABLE)
    if any(strict or finding.severity == "error" for finding in findings):
        raise typer.Exit(FAULTS)


def _convert(file: Path, flows: list[Converted], findings: list[Finding]) -> None:
    from evenhand.flow.document import read_value, write_document
    from evenhand.flow.envelope import flows_in
    from evenhand.flow.json_text import LONGEST_TEXT_BYTES, parse_json

    with file.open("rb") as stream:
        text = stream.read(LONGEST_TEXT_BYTES + 1)
    try:
        inside = flows_in(parse_json(text, str(file)), str(file))
    except AuthorFault as fault:
        findings.extend(fault.findings)
        return
    for value in inside:
        try:
            document = read_value(value, str(file))
        except AuthorFault as fault:
            findings.extend(fault.findings)
            continue
        metadata: Any = document.raw.get("Metadata")
        name = metadata.get("name") if isinstance(metadata, dict) and len(inside) > 1 else None
        flows.append(Converted(file, name if isinstance(name, str) else "", write_document(document)))
        findings.extend(note for note in document.notes if note.code != "older-export")


def _write(
    flows: list[Converted], files: list[Path], out: Path | None, *, as_json: bool
) -> list[Path | None]:
    """Write the flows where they should go; the place of each, None for standard output."""
    if out is None:
        if len(flows) > 1 and not as_json:
            raise UsageFault(
                f"{len(flows)} flows do not fit on one standard output.",
                way_out="give --out FOLDER, or --json.",
            )
        if flows and not as_json:
            typer.echo(flows[0].text, nl=False)
        return [None] * len(flows)
    places = _places(flows, files, out)
    for flow, place in zip(flows, places, strict=True):
        if any(place.resolve() == file.resolve() for file in files):
            raise UsageFault(
                "that is the file that the flow comes from.",
                where=str(place),
                way_out="choose another file or folder for --out.",
            )
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(flow.text, encoding="utf-8")
        except OSError as error:
            raise UsageFault(
                f"cannot be written: {error.strerror or error}.",
                where=str(place),
                way_out="choose another place for --out.",
            ) from error
    return list(places)


def _places(flows: list[Converted], files: list[Path], out: Path) -> list[Path]:
    if len(files) == 1 and len(flows) <= 1 and not out.is_dir():
        return [out] * len(flows)
    places: list[Path] = []
    for flow in flows:
        stem = re.sub(r"[^\w .-]+", "_", flow.name).strip(" .") or flow.file.stem
        place, number = out / f"{stem}.json", 2
        while place in places:
            place, number = out / f"{stem}-{number}.json", number + 1
        places.append(place)
    return places


def _tell(
    flows: list[Converted], places: list[Path | None], findings: list[Finding], *, as_json: bool
) -> None:
    if as_json:
        import msgspec

        answer = {
            "flows": [
                {
                    "file": str(flow.file),
                    "out": str(place) if place is not None else None,
                    "flow": json.loads(flow.text),
                }
                for flow, place in zip(flows, places, strict=True)
            ],
            "findings": json.loads(msgspec.json.encode(findings)),
            "summary": {"flows": len(flows), "findings": len(findings)},
        }
        typer.echo(json.dumps(answer, indent=2))
        return
    for finding in findings:
        place = ": ".join(part for part in (finding.file, finding.block, finding.field) if part)
        typer.echo(_shown(f"{finding.severity}  {place}  [{finding.code}]"), err=True)
        typer.echo(_shown(f"  {finding.message}"), err=True)
        if finding.way_out:
            typer.echo(_shown(f"  way out: {finding.way_out}"), err=True)


def _shown(text: str) -> str:
    """The text with what a terminal would obey written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
