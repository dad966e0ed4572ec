"""The web application: routes, live channel, pages."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, WebSocketRoute
from starlette.routing import Route as WebRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evenhand.adapters.web.api import ROUTES
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.dispatch import Endpoint, answer_fault
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.router import ApiRouter
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


_PROBES = {"/health": f"{PREFIX}/health", "/ready": f"{PREFIX}/ready"}
"""Also without the API's prefix: what watches over processes asks there."""


class _Fork:
    """Sends what is asked of the API there; every page and asset says what it is.

    Answers of the API have headers of their own.
    """

    def __init__(self, app: ASGIApp, api: ASGIApp) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        probe = _PROBES.get(scope["path"])
        if probe is not None:
            await self._api({**scope, "path": probe, "raw_path": probe.encode()}, receive, send)
            return
        if scope["path"].startswith(f"{PREFIX}/"):
            await self._api(scope, receive, send)
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


def make_app(centre: WebCentre) -> Starlette:
    """The application of this centre."""
    app = Starlette(
        routes=[
            WebSocketRoute("/live", live_channel),
            *(WebRoute(path, _page) for path in PAGES),
            *(WebRoute(path + "/{name:path}", _page) for path in ("/contact", "/flow", "/phone")),
            Mount("/assets", StaticFiles(directory=ASSETS)),
        ],
        middleware=[Middleware(_Fork, api=ApiRouter((one, Endpoint(one, centre)) for one in ROUTES))],
    )
    app.router.default = _unknown
    app.state.centre = centre
    return app
