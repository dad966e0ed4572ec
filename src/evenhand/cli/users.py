"""`evenhand users`: who may log in to the pages of a centre."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from evenhand.adapters.web.accounts import Accounts

__all__ = ["users_app"]

users_app = typer.Typer(help="Who may log in to the pages of a centre.", no_args_is_help=True)

_Data = Annotated[Path, typer.Option("--data", metavar="DIR", help="The folder with the centre's journal.")]
_HERE = Path("data")
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The name to log in with.")]


@contextmanager
def _accounts(data: Path) -> Iterator[Accounts]:
    from evenhand.adapters.web.accounts import Accounts

    data.mkdir(parents=True, exist_ok=True)
    accounts = Accounts(data / "accounts.db")
    try:
        yield accounts
    finally:
        accounts.close()


def _password() -> str:
    """Asked for without echo, twice; from a pipe the first line."""
    import sys

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


@users_app.command()
def add(
    name: _Name,
    role: Annotated[Literal["agent", "supervisor", "administrator"], typer.Option(help="What they may do.")],
    agent: Annotated[
        str, typer.Option(help="The agent whom this user is; by default of the same name.")
    ] = "",
    team: Annotated[
        list[str] | None, typer.Option(help="An agent whom a supervisor leads; again for more. None: all.")
    ] = None,
    data: _Data = _HERE,
) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    from evenhand.adapters.web.accounts import User

    mine = agent or (name if role == "agent" else "")
    with _accounts(data) as accounts:
        accounts.add_user(User(name, role, mine, tuple(team or ())), _password())
    typer.echo(f"{name} may log in as {role}")


@users_app.command()
def passwd(name: _Name, data: _Data = _HERE) -> None:
    """Change a user's password; whoever is logged in under that name is logged out."""
    with _accounts(data) as accounts:
        accounts.set_password(name, _password())
    typer.echo(f"{name} has a new password")


@users_app.command(name="list")
def list_users(
    data: _Data = _HERE, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """Show who may log in."""
    import msgspec

    with _accounts(data) as accounts:
        users = accounts.users()
    if as_json:
        typer.echo(msgspec.json.encode(users).decode())
        return
    for user in users:
        more = f"  agent {user.agent}" if user.agent else ""
        typer.echo(f"{user.name:<20} {user.role:<14}{more}")
