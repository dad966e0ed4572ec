"""`evenhand events`: the agent event stream or the contact events of a journal, one JSON a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.journal_reading import DEFAULT_DATA, whole_journal
from evenhand.errors import UsageFault

__all__ = ["events"]


def events(
    agents: Annotated[
        bool, typer.Option("--agents", help="The agent event stream, as Kinesis carries it.")
    ] = False,
    contacts: Annotated[
        bool, typer.Option("--contacts", help="Contact events, as EventBridge delivers them.")
    ] = False,
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="The folder with the centre's journal.")
    ] = DEFAULT_DATA,
) -> None:
    """Print what Amazon Connect would have sent while it happened, one JSON object a line.

    Agents: LOGIN, LOGOUT and STATE_CHANGE with the agent before and after, and a HEART_BEAT every 120
    seconds without another event. A contact's state ENDED is after-contact work.

    Contacts: INITIATED, CONNECTED_TO_SYSTEM, QUEUED, CONNECTED_TO_AGENT, DISCONNECTED, COMPLETED,
    CONTACT_DATA_UPDATED.

    \b
    evenhand events --agents --data my-demo | head -1
    evenhand events --contacts --data my-demo
    """
    from evenhand.records.agent_events import AgentEvents
    from evenhand.records.contact_events import ContactEvents

    if agents == contacts:
        raise UsageFault("these are two different streams.", way_out="give either --agents or --contacts.")
    if contacts:
        stream = ContactEvents()
        for facts, _ in whole_journal(data, stream.define):
            for event in stream.feed(facts):
                typer.echo(json.dumps(event, ensure_ascii=False))
        return
    desks = AgentEvents()
    for facts, at in whole_journal(data, desks.define):
        for event in desks.until(at):
            typer.echo(json.dumps(event, ensure_ascii=False))
        for event in desks.feed(facts):
            typer.echo(json.dumps(event, ensure_ascii=False))
