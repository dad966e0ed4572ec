"""The command `evenhand`: the composition root, the only place where adapters meet the host."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command."""
    from evenhand.cli.app import run

    run()
