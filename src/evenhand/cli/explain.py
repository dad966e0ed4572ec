"""`evenhand explain`: why a contact went to this agent, and whether the record still says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.journal_reading import DEFAULT_DATA, contact_facts

__all__ = ["explain"]


def explain(
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="A contact's id, or how it begins.")],
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="The folder with the centre's journal.")
    ] = DEFAULT_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="The whole record as JSON.")] = False,
) -> None:
    """Print a contact's decisions and make each choice again from its record; exit code 1 if one differs."""
    from evenhand.model.facts import AgentChosen, ContactInitiated
    from evenhand.records.explain import derived_again, explanation, explanation_json

    found = contact_facts(data, contact)
    chosen = [fact for fact in found.facts if isinstance(fact, AgentChosen)]
    own_agent = next((fact.own_agent for fact in found.facts if isinstance(fact, ContactInitiated)), "")
    if as_json:
        records = [explanation_json(fact.decision, fact.at) for fact in chosen]
        typer.echo(json.dumps({"contact_id": found.contact_id, "decisions": records}, indent=2))
    elif not chosen:
        typer.echo(f"contact {found.contact_id}: nobody was chosen for it.")
        typer.echo(f"  its way: evenhand trace {found.contact_id} --data {data}")
    else:
        blocks = ["\n".join(explanation(fact.decision, fact.at, own_agent)) for fact in chosen]
        typer.echo("\n\n".join(blocks))
    if not all(derived_again(fact.decision)[0] for fact in chosen):
        raise typer.Exit(1)
