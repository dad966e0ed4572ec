"""`evenhand users`: who may log in to the pages of a centre, and which machines may use its API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evenhand.errors import UsageFault

if TYPE_CHECKING:
    from evenhand.adapters.web.accounts import Accounts

__all__ = ["users_app"]

users_app = typer.Typer(
    help="Who may log in to the pages of a centre, and which machines may use its API.\n\n"
    "They stand in `accounts.db` in the centre's data folder. A running centre sees every change at once; who is "
    "removed or has a new password is logged out.",
    no_args_is_help=True,
)
keys_app = typer.Typer(
    help="API keys for machines.\n\n"
    "A key is sent as `Authorization: Bearer KEY`; it needs no session and no CSRF token. What a key may do is its "
    "role's.",
    no_args_is_help=True,
)
users_app.add_typer(keys_app, name="keys")

_Data = Annotated[Path, typer.Option("--data", metavar="DIR", help="The folder with the centre's journal.")]
_Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
_Role = Annotated[
    Literal["agent", "supervisor", "administrator"],
    typer.Option(help="What they may do: agent, supervisor or administrator."),
]
_HERE = Path("data")


@contextmanager
def _accounts(data: Path, *, made: bool = False) -> Iterator[Accounts]:
    """The accounts in this folder; with `made` they are made where there are none. Raises UsageFault."""
    from evenhand.adapters.web.accounts import Accounts

    file = data / "accounts.db"
    if made:
        data.mkdir(parents=True, exist_ok=True)
    elif not file.exists():
        raise UsageFault(
            "there are no accounts here.",
            where=str(data),
            way_out="name the centre's data folder with --data, or make the first user with `evenhand users add`.",
        )
    accounts = Accounts(file)
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


def _print_json(value: object) -> None:
    import msgspec

    typer.echo(msgspec.json.encode(value).decode())


@users_app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to log in with.")],
    role: _Role,
    agent: Annotated[
        str, typer.Option(help="The agent whom this user is; by default of the same name.")
    ] = "",
    team: Annotated[
        list[str] | None, typer.Option(help="An agent whom a supervisor leads; again for more. None: all.")
    ] = None,
    as_json: _Json = False,
    data: _Data = _HERE,
) -> None:
    """Add a user; the password is asked for, or read from standard input.

    An agent takes contacts at the desk. A supervisor sees the board and directs their team (or everybody); an
    administrator also manages users and keys. A password has at least 10 characters.

    \b
    evenhand users add anna --role agent --data my-centre/data
    evenhand users add eva --role supervisor --team anna --team ben --data my-centre/data
    echo "$PASSWORD" | evenhand users add root --role administrator --data my-centre/data
    """
    from evenhand.adapters.web.accounts import User

    mine = agent or (name if role == "agent" else "")
    user = User(name, role, mine, tuple(team or ()))
    with _accounts(data, made=True) as accounts:
        accounts.add_user(user, _password())
    if as_json:
        _print_json(user)
    else:
        typer.echo(f"{name} may log in as {role}")


@users_app.command()
def passwd(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose password.")], data: _Data = _HERE
) -> None:
    """Change a user's password; whoever is logged in under that name is logged out.

    The new one is asked for, or read from standard input.

    \b
    evenhand users passwd anna --data my-centre/data
    """
    with _accounts(data) as accounts:
        accounts.must_exist(name)
        accounts.set_password(name, _password())
    typer.echo(f"{name} has a new password")


@users_app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who may not log in any more.")],
    data: _Data = _HERE,
) -> None:
    """Remove a user; whoever is logged in under that name is logged out. The agent stays in the centre.

    \b
    evenhand users remove anna --data my-centre/data
    """
    with _accounts(data) as accounts:
        accounts.remove_user(name)
    typer.echo(f"{name} may not log in any more")


@users_app.command(name="list")
def list_users(as_json: _Json = False, data: _Data = _HERE) -> None:
    """Show who may log in.

    \b
    evenhand users list --data my-centre/data
    evenhand users list --json --data my-centre/data
    """
    with _accounts(data) as accounts:
        users = accounts.users()
    if as_json:
        _print_json(users)
        return
    for user in users:
        more = f"  agent {user.agent}" if user.agent else ""
        more += f"  leads {', '.join(user.team)}" if user.team else ""
        typer.echo(f"{user.name:<20} {user.role:<14}{more}".rstrip())


@keys_app.command(name="add")
def add_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for; by this name it is removed.")],
    role: _Role,
    as_json: _Json = False,
    data: _Data = _HERE,
) -> None:
    """Make an API key, and print it: it cannot be shown again.

    \b
    KEY=$(evenhand users keys add wallboard --role supervisor --data my-centre/data)
    curl -H "Authorization: Bearer $KEY" http://127.0.0.1:8000/api/v1/queues
    """
    with _accounts(data, made=True) as accounts:
        secret = accounts.add_key(name, role)
    if as_json:
        _print_json({"name": name, "role": role, "secret": secret})
    else:
        typer.echo(secret)


@keys_app.command(name="list")
def list_keys(as_json: _Json = False, data: _Data = _HERE) -> None:
    """Show the keys by name and role. The keys themselves are not kept, only what recognizes them.

    \b
    evenhand users keys list --data my-centre/data
    """
    with _accounts(data) as accounts:
        keys = accounts.api_keys()
    if as_json:
        _print_json([{"name": name, "role": role} for name, role in keys])
        return
    for name, role in keys:
        typer.echo(f"{name:<20} {role}")


@keys_app.command(name="remove")
def remove_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The key's name.")], data: _Data = _HERE
) -> None:
    """Remove an API key; it opens nothing any more, at once.

    \b
    evenhand users keys remove wallboard --data my-centre/data
    """
    with _accounts(data) as accounts:
        accounts.remove_key(name)
    typer.echo(f"the key {name} opens nothing any more")
