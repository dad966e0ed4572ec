"""The web application: routes, live channel, pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.routing import Route as WebRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evenhand.adapters.web.api import ROUTES
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.dispatch import Endpoint, answer_fault
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.routes import PREFIX
from evenhand.adapters.web.socket import live_channel

__all__ = ["PAGES", "make_app"]

ASSETS = Path(__file__).with_name("assets")

PAGES = ("/", "/login", "/desk", "/phone", "/board", "/contact", "/flow", "/tables", "/api")
"""Every page is the same small document; its script shows what the address asks for."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=()"),
)


class _PageHeaders:
    """What every page and asset says of itself; answers of the API have headers of their own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(f"{PREFIX}/"):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)


async def _page(request: object) -> Response:
    return FileResponse(ASSETS / "index.html", headers={"cache-control": "no-cache"})


async def _unknown(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4404})
        return
    await answer_fault(
        send, ApiFault(404, "not_found", f"there is no {scope['path']}", way_out="see /api for what there is")
    )


def api_routes(centre: WebCentre) -> Sequence[BaseRoute]:
    """The API's routes: those without names in their paths first, so that a name hides none."""
    ordered = sorted(ROUTES, key=lambda one: "{" in one.path)
    return [
        WebRoute(PREFIX + route.path, Endpoint(route, centre), methods=[route.method]) for route in ordered
    ]


def make_app(centre: WebCentre) -> Starlette:
    """The application of this centre."""
    app = Starlette(
        routes=[
            *api_routes(centre),
            WebSocketRoute("/live", live_channel),
            *(WebRoute(path, _page) for path in PAGES),
            *(WebRoute(path + "/{name:path}", _page) for path in ("/contact", "/flow", "/phone")),
            Mount("/assets", StaticFiles(directory=ASSETS)),
        ],
        middleware=[Middleware(_PageHeaders)],
    )
    app.router.default = _unknown
    app.state.centre = centre
    return app
