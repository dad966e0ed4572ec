"""`evenhand call`: be the caller, at the keyboard or by a script."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Channel", "call"]


class Channel(StrEnum):
    """The channels, as a choice of the command line."""

    VOICE = "VOICE"
    CHAT = "CHAT"
    TASK = "TASK"
    EMAIL = "EMAIL"


def call(
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="The number to call; without one, the centre's first.")
    ] = "",
    centre: Annotated[
        Path | None, typer.Option(metavar="FILE|DIR", help="The centre; without it, the example.")
    ] = None,
    flow: Annotated[
        str, typer.Option(metavar="NAME|FILE.json", help="The flow that answers: the centre's, or a file's.")
    ] = "",
    customer: Annotated[
        str, typer.Option("--as", metavar="CUSTOMER", help="The number you call from.")
    ] = "+12025550199",
    channel: Annotated[
        Channel, typer.Option(help="How you come in. Keys are for calls, views for chats.")
    ] = Channel.VOICE,
    attribute: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A contact attribute to begin with.")
    ] = None,
    function: Annotated[
        list[str] | None, typer.Option(metavar="NAME=FILE.py:HANDLER", help="A function that the flow calls.")
    ] = None,
    script: Annotated[Path | None, typer.Option(metavar="FILE", help="Play a written call.")] = None,
    no_services: Annotated[
        bool,
        typer.Option("--no-services", help="No service answers, nor do you: each takes its error branch."),
    ] = False,
    seed: Annotated[int, typer.Option(metavar="N", help="Other agents' habits with every number.")] = 1,
    agents: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Only the first N agents are at work.")
    ] = None,
    ahead: Annotated[
        int, typer.Option(metavar="N", min=0, max=50, help="So many call in the 90 s before you.")
    ] = 0,
    at: Annotated[str, typer.Option(metavar="TIME", help="When, in ISO 8601; without it, now.")] = "",
    trace: Annotated[bool, typer.Option("--trace", help="Print the call's trace at the end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole call as JSON at the end.")] = False,
) -> None:
    """Call a centre as a customer: hear the prompts, press keys, see who takes the call and why.

    Time is not real: it stands still while you think and passes at once when you wait. Agents are simulated;
    functions run for real, on a copy of the tables. /help tells what you can type.
    """
    from evenhand.cli.call_run import CallOptions, run_call

    options = CallOptions(
        number=number,
        centre=centre,
        flow=flow,
        customer=customer,
        channel=channel.value,
        attributes=attribute or [],
        functions=function or [],
        script=script,
        no_services=no_services,
        seed=seed,
        agents=agents,
        ahead=ahead,
        at=at,
        trace=trace,
        as_json=as_json,
    )
    code = run_call(options)
    if code:
        raise typer.Exit(code)
