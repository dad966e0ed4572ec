"""The API's description of itself."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from evenhand.adapters.web.identity import ANYBODY
from evenhand.adapters.web.openapi import document
from evenhand.adapters.web.routes import Answer, Call, Route

__all__ = ["with_description"]


def with_description(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """These routes and the one that describes them all."""

    @cache
    def text() -> bytes:
        return msgspec.json.encode(document(everything))

    async def describe(call: Call) -> Answer:
        """OpenAPI 3.1, made from the routes themselves; the page /api shows it and lets you try each."""
        return Answer(text())

    route = Route(
        method="GET",
        path="/openapi.json",
        name="getDescription",
        tag="centre",
        summary="This description",
        roles=ANYBODY,
        answer=dict[str, Any],
        handler=describe,
    )
    everything = (*routes, route)
    return everything
