"""The commands and how their errors are shown: one clear message, the way out, an exit code, no stack trace.

Each command lives in a module of its own and imports what it needs when it runs, so `--help` stays quick.
Exit codes: 0 all is well; 1 the thing asked about has faults; 2 the command was used wrongly or its input
cannot be read; 3 something outside does not work; 130 stopped by the user.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from evenhand import __version__
from evenhand.cli import (
    call,
    check,
    convert,
    demo,
    events,
    explain,
    init,
    metrics,
    records,
    trace,
    up,
    workload,
)
from evenhand.cli.tables import tables_app
from evenhand.cli.users import users_app
from evenhand.errors import AuthorFault, EvenhandError

__all__ = ["app", "run"]

app = typer.Typer(
    name="evenhand",
    help="A contact centre as one deterministic machine: least-loaded routing, honest waits, Amazon Connect "
    "flows on a laptop.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("call")(call.call)
app.command("check")(check.check)
app.command("convert")(convert.convert)
app.command("init")(init.init)
app.command("demo")(demo.demo)
app.command("up")(up.up)
app.command("explain")(explain.explain)
app.command("trace")(trace.trace)
app.command("records")(records.records)
app.command("events")(events.events)
app.command("metrics")(metrics.metrics)
app.command("workload")(workload.workload)
app.add_typer(tables_app, name="tables")
app.add_typer(users_app, name="users")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"evenhand {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Common options."""


def run(arguments: list[str] | None = None) -> None:
    """Run the command with these arguments (default: the process's) and exit with its code."""
    try:
        app(args=arguments, prog_name="evenhand")
    except EvenhandError as error:
        typer.echo(f"evenhand: {error}", err=True)
        for finding in getattr(error, "findings", ()):
            place = ": ".join(part for part in (finding.file, finding.block, finding.field) if part)
            typer.echo(f"  {place}: {finding.message} {finding.way_out}".rstrip(), err=True)
        sys.exit(2 if isinstance(error, AuthorFault) else 3)
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
