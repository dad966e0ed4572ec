"""`evenhand demo`: the example centre at work, with people who call and answer by themselves."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from evenhand.errors import UsageFault

__all__ = ["demo"]

_PIPED_MINUTES = 2.0
_FASTEST = 1_000


def demo(
    seed: Annotated[int, typer.Option(metavar="N", help="Other people with every number.")] = 1,
    minutes: Annotated[
        float | None,
        typer.Option(
            metavar="M", help="Stop after so many real minutes; 0: when stopped. Into a pipe: 2 by default."
        ),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(metavar="X", help="How many seconds pass in one; by default 10, on the web 1."),
    ] = None,
    web: Annotated[
        bool,
        typer.Option("--web", help="On web pages, where you can call, take contacts and watch beside them."),
    ] = False,
    port: Annotated[
        int | None, typer.Option(metavar="N", help="The pages' port; by default 8000, or any that is free.")
    ] = None,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The pages' address; by default only this machine.")
    ] = "127.0.0.1",
    plain: Annotated[
        bool, typer.Option("--plain", help="A line for each thing that happens, no board.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep centre, tables and journal here, for explain and trace."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="What happens and the summary as JSON, one object a line.")
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours; so does NO_COLOR.")] = False,
) -> None:
    """Show a mortgage desk at work: three specialists, callers, a queue, and why each call goes where it goes.

    It runs by itself until q or Ctrl-C and ends with a summary. Nothing leaves this machine. With --plain or
    --json there are lines instead of pages, whatever else is asked for.
    """
    import asyncio
    import sys

    from evenhand.cli.demo_run import DemoRun

    on_pages = web and not plain and not as_json
    speed = (1.0 if on_pages else 10.0) if speed is None else speed
    if not 0 < speed <= _FASTEST or (minutes is not None and not 0 <= minutes < math.inf):
        raise UsageFault(
            f"--speed must be above 0 and at most {_FASTEST:,}, and --minutes 0 or more.",
            way_out="try --speed 10 --minutes 5.",
        )
    if on_pages:
        from evenhand.cli.demo_web import run_demo_web
        from evenhand.cli.web_run import in_fast_loop

        in_fast_loop(run_demo_web(seed, minutes or 0.0, speed, data, port, host))
        return
    terminal = sys.stdout.isatty()
    if minutes is None:
        minutes = 0.0 if terminal else _PIPED_MINUTES
    how = "json" if as_json else "plain" if plain or not terminal else "board"
    asyncio.run(DemoRun(seed, minutes, speed, how, no_color).run(data))
