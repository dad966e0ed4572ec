"""`evenhand trace`: a contact's whole way, block by block."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.journal_reading import DEFAULT_DATA, contact_facts
from evenhand.errors import UsageFault

__all__ = ["trace"]


def trace(
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="A contact's id, or how it begins.")],
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="The folder with the centre's journal.")
    ] = DEFAULT_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="The trace as JSON, nothing shortened.")] = False,
    as_flow_log: Annotated[
        bool, typer.Option("--flow-log", help="Amazon Connect's flow log records, one JSON a line.")
    ] = False,
) -> None:
    """Print what a contact went through: blocks with values and branches, queues, offers, the decision."""
    from evenhand.records.flow_log import flow_log
    from evenhand.records.trace import trace_json, trace_lines, trace_of

    if as_json and as_flow_log:
        raise UsageFault("--json and --flow-log are two different outputs.", way_out="give one of them.")
    found = contact_facts(data, contact)
    if as_flow_log:
        for record in flow_log(found.facts, found.definition):
            typer.echo(json.dumps(record, ensure_ascii=False))
        return
    made = trace_of(found.facts, found.contact_id)
    typer.echo(trace_json(made).decode() if as_json else "\n".join(trace_lines(made)))
