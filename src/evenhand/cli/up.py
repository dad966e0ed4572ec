"""`evenhand up`: a live centre with a web server, until it is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["up"]


def up(
    centre: Annotated[
        Path, typer.Argument(metavar="[CENTRE]", help="The centre.toml, or the folder with it.")
    ] = Path("centre.toml"),
    port: Annotated[
        int, typer.Option(metavar="N", help="The port to listen on; 0: any that is free.")
    ] = 8000,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address to listen on; by default only this machine.")
    ] = "127.0.0.1",
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Journal and accounts; by default `data` beside the centre.toml."),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TLS: the certificate (PEM); needs --key too.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TLS: the certificate's key (PEM).")
    ] = None,
) -> None:
    """Run a centre live, with pages for agents, customers and supervisors.

    What was under way when it stopped goes on where it was. Users are made with `evenhand users add`.
    """
    from evenhand.cli.web_run import in_fast_loop, run_web

    in_fast_loop(run_web(centre, data, host, port, certificate, key))
