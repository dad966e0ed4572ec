"""A small JSON call of the API, against the same call of FastAPI on uvicorn.

    python benchmarks/bench_web_call.py [--rounds 5] [--requests 4000]

Both servers run uvicorn with uvloop and httptools and answer the same JSON: one agent's row, to a visitor whose
session's cookie is looked up. FastAPI does it as its manual shows: a dependency reads the cookie, a response
model writes the answer. Eight connections are kept alive; the client is a process of its own.

Measured: CPU time of the server's process for a request. The bar: FastAPI takes at least twice as much.
It needs the extras `web` and `bench`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import operator
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rounds import Way, judge, measure, median, ratio  # noqa: E402

BAR = 2.0
CONNECTIONS = 8
PASSWORD = "a fair day's work"


# --- the servers --------------------------------------------------------------------------------------------


async def told_when_asked() -> None:
    """Tell the CPU time on every line of standard input, until it ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.readline():
        print(time.process_time(), flush=True)


async def serve_evenhand() -> None:
    from evenhand.adapters.web.accounts import User
    from evenhand.adapters.web.app import make_app
    from evenhand.adapters.web.server import serving
    from evenhand.cli.init import write_starter
    from evenhand.cli.web_run import open_web

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_starter(folder)
        async with open_web(folder, folder / "data") as web, serving(make_app(web), port=0) as port:
            web.accounts.add_user(User("anna", "agent", "anna"), PASSWORD)
            found = web.accounts.log_in("anna", PASSWORD, time.time())
            assert found is not None
            print(port, found[0], flush=True)
            await told_when_asked()


async def serve_fastapi() -> None:
    import uvicorn
    from fastapi import Cookie, Depends, FastAPI, HTTPException
    from pydantic import BaseModel

    class Load(BaseModel):
        callType: str  # noqa: N815
        work: float
        provisional: float
        observedAt: float | None  # noqa: N815
        stale: bool
        source: str

    class AgentRow(BaseModel):
        name: str
        fullName: str  # noqa: N815
        profile: str
        status: str
        statusType: str  # noqa: N815
        statusSince: float  # noqa: N815
        nextStatus: str  # noqa: N815
        slots: list[dict[str, str]]
        used: dict[str, int]
        room: dict[str, int]
        loads: list[Load]
        handled: int

    sessions = {"secret": "anna"}
    row = {
        "name": "anna",
        "fullName": "Anna Berg",
        "profile": "Specialist",
        "status": "Offline",
        "statusType": "OFFLINE",
        "statusSince": 0.0,
        "nextStatus": "",
        "slots": [],
        "used": {},
        "room": {"VOICE": 1},
        "loads": [
            {
                "callType": "mortgage-originations",
                "work": 12.0,
                "provisional": 0.0,
                "observedAt": 1795439208.7,
                "stale": False,
                "source": "table AgentWorkload",
            }
        ],
        "handled": 0,
    }
    app = FastAPI()

    async def who(evenhand: str = Cookie("")) -> str:
        if evenhand not in sessions:
            raise HTTPException(401)
        return sessions[evenhand]

    @app.get("/api/v1/agents/{agent}", response_model=AgentRow)
    async def agent(agent: str, name: str = Depends(who)) -> object:
        if agent != name:
            raise HTTPException(403)
        return row

    config = uvicorn.Config(app, port=0, log_level="critical", access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], "secret", flush=True)
    await told_when_asked()
    server.should_exit = True
    await task


def serve(which: str) -> None:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve_evenhand() if which == "evenhand" else serve_fastapi())


# --- the client ---------------------------------------------------------------------------------------------


async def load(port: int, secret: str, requests: int) -> None:
    """So many requests over eight connections, one after the other on each."""
    text = (
        f"GET /api/v1/agents/anna HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: evenhand={secret}\r\n"
        "accept: application/json\r\n\r\n"
    ).encode()

    async def one(count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count):
            writer.write(text)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(head.decode())
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
        writer.close()

    await asyncio.gather(*(one(requests // CONNECTIONS) for _ in range(CONNECTIONS)))


def measured(which: str, requests: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--serve", which]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None

        def cpu() -> float:
            server.stdin.write("\n")
            server.stdin.flush()
            return float(server.stdout.readline())

        port, secret = server.stdout.readline().split()
        asyncio.run(load(int(port), secret, requests // 4))
        before, since = cpu(), time.perf_counter()
        asyncio.run(load(int(port), secret, requests))
        took, seconds = cpu() - before, time.perf_counter() - since
        server.stdin.close()
    return {"cpu_us": took / requests * 1e6, "requests_a_second": requests / seconds}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=4_000)
    parser.add_argument("--serve", choices=("evenhand", "fastapi"), help=argparse.SUPPRESS)
    parser.add_argument("--measure", choices=("evenhand", "fastapi"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    if options.measure:
        print(json.dumps(measured(options.measure, options.requests)))
        return
    ways = [
        Way(name, [__file__, "--measure", name, "--requests", str(options.requests)])
        for name in ("evenhand", "fastapi")
    ]
    rounds = measure(ways, options.rounds)
    for name in ("evenhand", "fastapi"):
        print(
            f"{name:10s} {median(rounds, name, 'cpu_us'):7.0f} µs of CPU a request, "
            f"{median(rounds, name, 'requests_a_second'):7.0f} requests a second"
        )
    times = ratio(rounds, "cpu_us", "fastapi", "evenhand")
    sys.exit(0 if judge("times the CPU that FastAPI takes", times, BAR, operator.ge) else 1)


if __name__ == "__main__":
    main()
