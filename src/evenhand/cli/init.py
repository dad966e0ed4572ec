"""`evenhand init`: a working example centre, written into a folder."""

from __future__ import annotations

import shlex
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from evenhand.errors import UsageFault

__all__ = ["init", "starter_files", "write_starter"]

_KINDS = (".toml", ".json", ".csv")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write into; made if need be.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Write a working example centre into a folder: definition, flows and tables, ready to change."""
    for name in write_starter(folder, force=force):
        typer.echo(f"wrote {folder / name}")
    shown = shlex.quote(str(folder))
    typer.echo("")
    typer.echo("A mortgage desk with three specialists. Try:")
    tries = {
        f"evenhand check {shown}": "tell every fault of the definition and its flows",
        f"evenhand call +12025550102 --centre {shown}": "call it as a customer",
        "evenhand demo": "see the same desk at work",
    }
    width = max(map(len, tries))
    for command, purpose in tries.items():
        typer.echo(f"  {command:<{width}}  {purpose}")


def starter_files() -> dict[str, bytes]:
    """Give the example centre: content by path, the paths with `/` and in order."""
    found: dict[str, bytes] = {}

    def walk(node: Traversable, prefix: str) -> None:
        for child in node.iterdir():
            if child.is_dir():
                walk(child, f"{prefix}{child.name}/")
            elif child.name.endswith(_KINDS):
                found[prefix + child.name] = child.read_bytes()

    walk(files("evenhand.adapters.files") / "starter", "")
    return dict(sorted(found.items()))


def write_starter(folder: Path, *, force: bool = False) -> list[str]:
    """Write the example centre and give the paths written, relative to `folder`.

    Raises UsageFault, and writes nothing, where files of these names are there and `force` is not given, or
    where the folder cannot be made.
    """
    contents = starter_files()
    there = [name for name in contents if (folder / name).exists()]
    if there and not force:
        names = ", ".join(there)
        raise UsageFault(
            f"these files are there already, and nothing was written: {names}.",
            where=str(folder),
            way_out="Name another folder, or add --force to overwrite them.",
        )
    try:
        for name, content in contents.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise UsageFault(
            f"cannot write here: {error.strerror}.",
            where=str(error.filename or folder),
            way_out="Name a folder that you may write to.",
        ) from error
    return list(contents)
