"""A function that a flow of another instance calls."""

from __future__ import annotations

from typing import Any


def handler(event: Any, context: Any) -> dict[str, str]:
    """Who is calling?"""
    return {"name": "Ada"}
