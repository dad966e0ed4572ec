"""`evenhand check`: every fault of flow files and centre definitions, at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from evenhand.errors import AuthorFault, Finding

__all__ = ["check"]

FAULTS = 1
UNREADABLE = 2


class Checked(NamedTuple):
    """What was found in the files, and the files that could not be read, each with the reason."""

    files: list[str]
    findings: list[Finding]
    unreadable: list[Finding]


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Flow files (.json), centre definitions (.toml), or folders: the centre.toml in it with its "
            "flows, else all .json files inside, at any depth.",
            show_default=False,
        ),
    ],
    flow_type: Annotated[
        str | None,
        typer.Option(
            "--type",
            metavar="FLOWTYPE",
            help="Where the flows will stand: CONTACT_FLOW, CUSTOMER_QUEUE, CUSTOMER_HOLD, CUSTOMER_WHISPER, "
            "AGENT_HOLD, AGENT_WHISPER, OUTBOUND_WHISPER, AGENT_TRANSFER, QUEUE_TRANSFER, CAMPAIGN or MODULE. "
            "Without it each flow's own metadata decides.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write findings and summary as one JSON object, for programs.")
    ] = False,
    bindings: Annotated[
        bool,
        typer.Option(
            "--bindings",
            help="Instead of faults, list every resource that the flows refer to (queues, flows, functions, "
            "prompts …), with its blocks and what it is bound to in the centre; of a single flow file, what has "
            "to be there.",
        ),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as faults.")] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="Plain text. The environment variable NO_COLOR does the same.")
    ] = False,
) -> None:
    """Tell every fault of flows and centre definitions at once, before anybody calls.

    Nothing is run and nothing is changed. An error is what the real service refuses or what cannot be run;
    a warning is what works and will probably not do what was meant. Each comes with the way out.

    \b
    Examples:
      evenhand check flows/sales.json            one flow
      evenhand check my-centre                   a centre's folder: its definition and all flows
      evenhand check --type CUSTOMER_QUEUE q.json   as a customer queue flow
      evenhand check --strict --json flows/      for a build: warnings fail it, JSON comes out
      evenhand check --bindings my-centre        what the flows refer to, and what is left unbound

    \b
    Exit codes: 0 no faults (warnings are none without --strict), 1 faults were found (with --bindings:
    something is left unbound), 2 a file could not be read or the command was used wrongly.
    """
    place = _known_type(flow_type)
    if bindings:
        _show_bindings(files, as_json=as_json)
        return
    checked = _check_all(files, place)
    errors = sum(finding.severity == "error" for finding in checked.findings)
    warnings = len(checked.findings) - errors
    if as_json:
        _write_json(checked, errors, warnings)
    else:
        _write_text(checked, errors, warnings, colour=_colour_wanted(no_color))
    if checked.unreadable:
        raise typer.Exit(UNREADABLE)
    if errors or (strict and warnings):
        raise typer.Exit(FAULTS)


def _show_bindings(paths: Iterable[Path], *, as_json: bool) -> None:
    from evenhand.cli.bindings import bindings_of, write_bindings, write_bindings_json

    files: list[Path] = []
    faults: list[Finding] = []
    for path in paths:
        try:
            found = _files_in(path)
            for file in found:
                file.open("rb").close()
            files.extend(found)
        except OSError as error:
            faults.append(_cannot_read(path, error))
    rows, unreadable = bindings_of(dict.fromkeys(files))
    faults.extend(_printable(fault) for fault in unreadable)
    if as_json:
        write_bindings_json(rows, faults)
    else:
        write_bindings(rows)
        for fault in faults:
            typer.echo(f"{fault.file}: {fault.message}", err=True)
    if faults:
        raise typer.Exit(UNREADABLE)
    if any(row.state == "unbound" for row in rows):
        raise typer.Exit(FAULTS)


def _known_type(flow_type: str | None) -> str | None:
    """The flow type as the service spells it; also customerQueue or customer-queue. Else a usage error."""
    from evenhand.flow.catalogue import FLOW_TYPES, METADATA_TYPES

    if flow_type is None:
        return None
    word = METADATA_TYPES.get(flow_type, flow_type.upper().replace("-", "_"))
    if word not in FLOW_TYPES:
        raise typer.BadParameter(
            f"no flow type is called {flow_type!r}. Write one of {', '.join(FLOW_TYPES)}.",
            param_hint="--type",
        )
    return word


def _check_all(paths: Iterable[Path], place: str | None) -> Checked:
    """Check every file; one that cannot be read does not hide the faults of the others."""
    checked = Checked([], [], [])
    for path in paths:
        try:
            inside = _files_in(path)
        except OSError as error:
            checked.unreadable.append(_cannot_read(path, error))
            continue
        if not inside:
            checked.unreadable.append(
                Finding(
                    file=str(path),
                    code="nothing-to-check",
                    message="there is no centre.toml and no .json file in this folder",
                    way_out="Name a folder with flow files, or the files themselves.",
                )
            )
        for file in inside:
            if str(file) in checked.files:
                continue
            try:
                findings = _check_one(file, place)
            except OSError as error:
                checked.unreadable.append(_cannot_read(file, error))
            else:
                checked.files.append(str(file))
                checked.files.extend(each for each in _named_by(file) if each not in checked.files)
                checked.findings.extend(_printable(finding) for finding in findings)
    return checked


def _files_in(path: Path) -> list[Path]:
    """The file itself; a folder's centre, which brings its flows; else the folder's .json files at any depth,
    in order, without hidden folders."""
    if not path.is_dir():
        return [path]
    if (path / "centre.toml").is_file():
        return [path / "centre.toml"]
    inside = (file for file in path.rglob("*.json") if file.is_file())
    return sorted(
        file for file in inside if not any(part.startswith(".") for part in file.relative_to(path).parts[:-1])
    )


def _named_by(file: Path) -> list[str]:
    """The flow files that a definition names: they were checked with it, as flows of the type it gives them."""
    if file.suffix.lower() != ".toml":
        return []
    from evenhand.adapters.files.centre_toml import read_leniently

    definition, _ = read_leniently(file)
    flows = definition.flows if definition is not None else ()
    return [str(file.parent / flow.file) for flow in flows if flow.file and flow.content]


def _check_one(file: Path, place: str | None) -> list[Finding]:
    if file.suffix.lower() == ".toml":
        return _check_definition(file)
    from evenhand.flow.check import check_document
    from evenhand.flow.document import read_document
    from evenhand.flow.json_text import LONGEST_TEXT_BYTES

    with file.open("rb") as stream:
        text = stream.read(LONGEST_TEXT_BYTES + 1)  # one byte too many is enough to refuse it
    try:
        return check_document(read_document(text, str(file)), place)
    except AuthorFault as fault:
        return list(fault.findings)


def _check_definition(file: Path) -> list[Finding]:
    from evenhand.adapters.files import check_centre_file

    file.open("rb").close()  # a file that is not there is the same error whatever its kind
    try:
        return check_centre_file(file)
    except AuthorFault as fault:
        if fault.findings:
            return list(fault.findings)
        return [
            Finding(file=str(file), code="definition-unusable", message=fault.message, way_out=fault.way_out)
        ]


def _printable(finding: Finding) -> Finding:
    """The finding with what a terminal would obey, and what UTF-8 cannot hold, written as an escape."""

    def shown(text: str) -> str:
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)

    return Finding(
        file=finding.file,
        block=shown(finding.block),
        field=shown(finding.field),
        severity=finding.severity,
        code=finding.code,
        message=shown(finding.message),
        way_out=shown(finding.way_out),
    )


def _cannot_read(path: Path, error: OSError) -> Finding:
    return Finding(
        file=str(path),
        code="cannot-be-read",
        message=f"cannot be read: {error.strerror or error}",
        way_out="Check the name and whether you may read it.",
    )


# --- what is shown ------------------------------------------------------------------------------------------


def _colour_wanted(no_color: bool) -> bool:
    return not no_color and not os.environ.get("NO_COLOR") and _is_terminal()


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _write_text(checked: Checked, errors: int, warnings: int, *, colour: bool) -> None:
    """One group for each file with something to say, and a line that sums up."""

    def paint(text: str, **style: str | bool) -> str:
        return typer.style(text, **style) if colour else text  # type: ignore[arg-type]

    by_file: dict[str, list[Finding]] = {}
    for finding in (*checked.findings, *checked.unreadable):
        by_file.setdefault(finding.file, []).append(finding)
    shades = {"error": "red", "warning": "yellow"}
    for file, findings in by_file.items():
        typer.echo(paint(file, bold=True))
        for finding in findings:
            severity = paint(finding.severity, fg=shades[finding.severity], bold=True)
            place = "  ".join(part for part in (finding.block, finding.field) if part)
            code = paint(f"[{finding.code}]", dim=True)
            typer.echo(f"  {severity}  {place}  {code}" if place else f"  {severity}  {code}")
            typer.echo(f"    {finding.message}")
            if finding.way_out:
                typer.echo(f"    way out: {finding.way_out}")
        typer.echo()
    total = f"{_count(len(checked.files), 'file')}: {_count(errors, 'error')}, {_count(warnings, 'warning')}"
    if checked.unreadable:
        total += f", {len(checked.unreadable)} could not be read"
    typer.echo(total)


def _write_json(checked: Checked, errors: int, warnings: int) -> None:
    import msgspec

    answer = {
        "findings": [*checked.findings, *checked.unreadable],
        "summary": {
            "files": len(checked.files),
            "errors": errors,
            "warnings": warnings,
            "unreadable": len(checked.unreadable),
        },
    }
    typer.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
