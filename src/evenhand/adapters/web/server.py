"""The web server on the running loop: uvicorn, which this process starts and stops itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from evenhand.adapters.web.frames import FrameProtocol
from evenhand.adapters.web.guarded_http import GuardedHttp
from evenhand.errors import OutsideFailure, UsageFault

__all__ = ["serving"]


class _Server(uvicorn.Server):
    """Signals are the caller's."""

    def install_signal_handlers(self) -> None:
        return


@asynccontextmanager
async def serving(
    app: ASGIApp,
    *,
    address: str = "127.0.0.1",
    port: int = 8000,
    certificate: Path | None = None,
    key: Path | None = None,
) -> AsyncIterator[int]:
    """Serve while inside; answers the port. Raises OutsideFailure when the port is taken."""
    if (certificate is None) != (key is None):
        raise UsageFault("TLS needs both files, the certificate and its key.", way_out="give both, or none.")
    config = uvicorn.Config(
        app,
        host=address,
        port=port,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        http=GuardedHttp,
        ws=FrameProtocol,
        ws_max_size=64_000,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=3,
        ssl_certfile=str(certificate) if certificate else None,
        ssl_keyfile=str(key) if key else None,
    )
    server = _Server(config)
    try:
        config.load()
    except OSError as error:
        raise UsageFault(f"the TLS files cannot be used: {error}") from error
    task = asyncio.create_task(_run(server))
    try:
        while not server.started:
            if task.done():
                raise OutsideFailure(
                    f"nothing can listen on {address}:{port}",
                    way_out="another program may have the port: choose another one with --port.",
                )
            await asyncio.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


async def _run(server: _Server) -> None:
    try:
        await server._serve()
    except SystemExit:
        # How uvicorn says that it could not start.
        return
