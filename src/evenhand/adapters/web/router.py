"""Finds the route of a request to the API by its path, segment by segment.

A name may hold any character: a path is split before its parts are decoded (`/flows/Sales%2FNorth`). What is
not there is answered in the API's own shape, and so is a method that a path does not have.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from evenhand.adapters.web.dispatch import answer_fault
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.routes import PREFIX, Route

__all__ = ["ApiRouter"]


class _Place:
    """Where a path has come to: what may follow, and what can be asked here, by method."""

    def __init__(self) -> None:
        self.fixed: dict[str, _Place] = {}
        self.named: _Place | None = None
        self.found: dict[str, tuple[tuple[str, ...], ASGIApp]] = {}


class ApiRouter:
    """All routes of the API as one ASGI application. A fixed word counts before a name."""

    def __init__(self, routes: Iterable[tuple[Route, ASGIApp]]) -> None:
        self._root = _Place()
        for route, endpoint in routes:
            place, names = self._root, []
            for segment in route.path.strip("/").split("/"):
                if segment[:1] == "{":
                    names.append(segment[1:-1])
                    place.named = place.named or _Place()
                    place = place.named
                else:
                    place = place.fixed.setdefault(segment, _Place())
            if route.method in place.found:
                raise ValueError(f"there are two routes {route.method} {route.path}")
            place.found[route.method] = (tuple(names), endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = scope.get("raw_path") or scope["path"].encode()
        segments = raw.split(b"?")[0].decode("latin-1")[len(PREFIX) + 1 :].split("/")
        place, values = _walk(self._root, segments, 0, ())
        if place is None:
            way_out = "see /api for what there is"
            await answer_fault(
                send, ApiFault(404, "not_found", f"there is no {scope['path']}", way_out=way_out)
            )
            return
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        found = place.found.get(method)
        if found is None:
            allowed = ", ".join(sorted(place.found))
            message = f"{scope['method']} cannot be asked of {scope['path']}"
            fault = ApiFault(
                405, "not_this_way", message, way_out=f"ask {allowed}", headers=(("allow", allowed),)
            )
            await answer_fault(send, fault)
            return
        names, endpoint = found
        scope["path_params"] = dict(zip(names, values, strict=True))
        await endpoint(scope, receive, send)


def _walk(
    place: _Place, segments: list[str], at: int, values: tuple[str, ...]
) -> tuple[_Place | None, tuple[str, ...]]:
    if at == len(segments):
        return (place if place.found else None), values
    fixed = place.fixed.get(segments[at])
    if fixed is not None:
        found, collected = _walk(fixed, segments, at + 1, values)
        if found is not None:
            return found, collected
    if place.named is not None and segments[at]:
        return _walk(place.named, segments, at + 1, (*values, unquote(segments[at])))
    return None, ()
