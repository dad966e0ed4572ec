"""`evenhand records`: the contact records of a journal, one JSON a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.journal_reading import DEFAULT_DATA, whole_journal
from evenhand.errors import UsageFault

__all__ = ["records"]


def records(
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORM", help="`kinesis`: ContactTraceRecord; `api`: DescribeContact."
        ),
    ] = "kinesis",
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="The folder with the centre's journal.")
    ] = DEFAULT_DATA,
) -> None:
    """Print the contact records as Amazon Connect writes them, one JSON object a line.

    A record is written when after-contact work is over. What changes later comes as a whole record again,
    with a greater LastUpdateTimestamp: keep, of each ContactId, the greatest. A contact that was queued
    (Queue.EnqueueTimestamp) and never with an agent (Agent is null) was abandoned.

    \b
    evenhand demo --data my-demo --minutes 1 --speed 60
    evenhand records --data my-demo | head -1
    evenhand records --data my-demo --format api
    """
    from evenhand.records.contact_life import Contacts
    from evenhand.records.contact_record import contact, contact_trace_record

    shapes = {"kinesis": contact_trace_record, "api": contact}
    if form not in shapes:
        raise UsageFault(f"there is no format {form!r}.", way_out="use kinesis or api.")
    contacts = Contacts()

    for facts, _ in whole_journal(data, contacts.define):
        for life in contacts.feed(facts):
            typer.echo(json.dumps(shapes[form](life, contacts.resources), ensure_ascii=False))
