"""A centre at work with 500 live pages: how long a fact takes to reach them, and whether each gets all of it.

    python benchmarks/bench_web_load.py [--seconds 60] [--rate 20] [--desks 100] [--boards 400]

A real centre (SQLite journal, 150 agents, least workload first) takes 20 contacts a second, which simulated
people make, answer and end. 100 pages follow desks, 400 the board; they are another process, which shares the
two cores.

Measured: from the moment of a fact to the moment when a page has read the frame that tells it (an offer at its
desk, a decision on the board; every desk, every twentieth board). Every page checks that frames' numbers have
no gap. The bars: 99 % within 250 ms, no gap and nobody cut off, and less than 20 MB more memory at the end than
after the first quarter. It needs the extra `web`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import operator
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rounds import judge  # noqa: E402

BAR_SECONDS = 0.25
BAR_MEGABYTES = 20.0
AGENTS = 150
PASSWORD = "a fair day's work"
NUMBER = "+12025550100"

FLOW = {
    "Version": "2019-10-30",
    "StartAction": "queue",
    "Actions": [
        {
            "Identifier": "queue",
            "Type": "UpdateContactTargetQueue",
            "Parameters": {"QueueId": "Line"},
            "Transitions": {
                "NextAction": "transfer",
                "Errors": [{"NextAction": "transfer", "ErrorType": "NoMatchingError"}],
            },
        },
        {
            "Identifier": "transfer",
            "Type": "TransferContactToQueue",
            "Parameters": {},
            "Transitions": {
                "NextAction": "end",
                "Errors": [
                    {"NextAction": "end", "ErrorType": "QueueAtCapacity"},
                    {"NextAction": "end", "ErrorType": "NoMatchingError"},
                ],
            },
        },
        {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
    ],
}

CENTRE = f"""
[centre]
name = "Load"
default_queue = "Line"
default_flows = false
tables = "evenhand.db"

[numbers]
"{NUMBER}" = "In"

[flows.In]
file = "in.json"

[queues.Line]
policy = "least"

[policies.least]
rank = "least_workload"
call_type = "work"

[routing_profiles.All]
concurrency = {{ VOICE = 1 }}
queues = [{{ queue = "Line", channel = "VOICE" }}]
"""


# --- the server ---------------------------------------------------------------------------------------------


async def serve(desks: int, rate: float) -> None:
    from evenhand.adapters.web.accounts import User
    from evenhand.adapters.web.app import make_app
    from evenhand.adapters.web.legs import WebLegs
    from evenhand.adapters.web.presence import Presence
    from evenhand.adapters.web.server import serving
    from evenhand.cli.web_run import open_web
    from evenhand.host.clock import RealClock
    from evenhand.host.ports import Media, Notices
    from evenhand.model.inputs import StatusSet
    from evenhand.simulation.live import LivePeople
    from evenhand.simulation.people import Habits, People

    habits = Habits(
        between_calls=1 / rate, talk=3.0, answer=0.5, after_work=0.5, miss=0.0, reject=0.0, patience=600.0
    )
    made: list[LivePeople] = []

    def beside(clock: RealClock, legs: WebLegs, presence: Presence) -> tuple[Media, Sequence[Notices]]:
        people = LivePeople(People(seed=1, habits=habits, number=NUMBER), clock)
        made.append(people)
        return people, (people,)

    with tempfile.TemporaryDirectory(dir=HERE) as name:
        folder = Path(name)
        agents = "".join(f'[agents.a{number:03d}]\nrouting_profile = "All"\n' for number in range(AGENTS))
        (folder / "centre.toml").write_text(CENTRE + agents)
        (folder / "in.json").write_text(json.dumps(FLOW))
        async with (
            open_web(folder, folder / "data", beside=beside) as web,
            serving(make_app(web), port=0) as port,
        ):
            cookies = []
            for who in [
                User("eva", "supervisor"),
                *(User(f"a{n:03d}", "agent", f"a{n:03d}") for n in range(desks)),
            ]:
                web.accounts.add_user(who, PASSWORD)
                found = web.accounts.log_in(who.name, PASSWORD, time.time())
                assert found is not None
                cookies.append(found[0])
            print(json.dumps({"port": port, "cookies": cookies}), flush=True)
            await web.send(*(StatusSet(f"a{number:03d}", "Available") for number in range(AGENTS)))
            reader = asyncio.StreamReader()
            await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
            )
            await reader.readline()
            calls = asyncio.create_task(made[0].call(web.host, web.continuity))
            while await reader.readline():
                board = web.hub.topic("board")
                told = {
                    "followers": len(board.followers),
                    "memory": _memory(),
                    "cpu": time.process_time(),
                    "contacts": web.views.day.contacts,
                }
                print(json.dumps(told), flush=True)
            made[0].open = False
            calls.cancel()


def _memory() -> float:
    """What this process holds now, in MB; where that cannot be read, the most it ever held."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


# --- the pages ----------------------------------------------------------------------------------------------


class Pages:
    """All pages; `late` are the seconds that facts took to them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.late: list[float] = []
        self.frames = self.gaps = self.lost = 0
        self.begun = False
        self.ending = False

    async def page(self, cookie: str, topic: str, reads: bool) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
        writer.write(
            f"GET /live HTTP/1.1\r\nhost: 127.0.0.1:{self._port}\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            f"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"cookie: evenhand={cookie}\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        wish = json.dumps({"follow": topic}).encode()
        # A client's frames are masked; with a mask of zeros the text stays as it is.
        writer.write(bytes((0x81, 0x80 | len(wish))) + bytes(4) + wish)
        last = -1
        try:
            while True:
                head = await reader.readexactly(2)
                size = head[1]
                if size > 125:
                    size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
                text = await reader.readexactly(size)
                now = time.time()
                if head[0] == 0x89:
                    writer.write(bytes((0x8A, 0x80 | len(text))) + bytes(4) + text)
                if head[0] != 0x81:
                    continue
                number = int(re.search(rb'"seq":(\d+)', text[:300])[1])  # type: ignore[index]
                self.frames += 1
                self.gaps += last >= 0 and number != last + 1
                if last >= 0 and reads and self.begun:
                    self._judge(json.loads(text), now)
                last = number
        except (asyncio.IncompleteReadError, ConnectionError):
            self.lost += not self.ending

    def _judge(self, frame: dict[str, Any], now: float) -> None:
        for key, row in frame.get("set", {}).items():
            if key.startswith("decision/"):
                self.late.append(now - row["at"])
            elif key.startswith("slot/") and row["state"] == "incoming":
                self.late.append(now - row["since"])


async def load(options: argparse.Namespace) -> bool:
    command = [
        sys.executable,
        __file__,
        "--serve",
        "--desks",
        str(options.desks),
        "--rate",
        str(options.rate),
    ]
    server = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=1 << 20
    )
    assert server.stdin is not None
    assert server.stdout is not None
    told = json.loads(await server.stdout.readline())

    async def ask() -> dict[str, float]:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(b"\n")
        answer: dict[str, float] = json.loads(await server.stdout.readline())
        return answer

    pages = Pages(told["port"])
    eva, *desks = told["cookies"]
    tasks = [
        asyncio.create_task(pages.page(cookie, f"desk/a{number:03d}", True))
        for number, cookie in enumerate(desks)
    ]
    tasks += [
        asyncio.create_task(pages.page(eva, "board", number % 20 == 0)) for number in range(options.boards)
    ]
    while pages.frames < options.desks + options.boards:
        await asyncio.sleep(0.1)
    server.stdin.write(b"\n")
    await asyncio.sleep(options.seconds / 4)
    pages.begun = True
    early = await ask()
    await asyncio.sleep(options.seconds * 3 / 4)
    late = await ask()
    pages.ending = True
    server.stdin.close()
    await server.wait()
    await asyncio.gather(*tasks)
    took = sorted(pages.late)
    seconds = options.seconds * 3 / 4
    contacts = late["contacts"] - early["contacts"]
    print(
        f"{contacts / seconds:.1f} contacts a second, {pages.frames:,} frames, {len(took):,} judged; the server used "
        f"{(late['cpu'] - early['cpu']) / seconds:.0%} of a core"
    )
    print(f"median {statistics.median(took) * 1e3:.0f} ms, worst {took[-1] * 1e3:.0f} ms")
    fine = [
        judge("99 % of facts told within, s", took[int(len(took) * 0.99)], BAR_SECONDS, operator.le),
        judge("gaps in the frames' numbers", pages.gaps, 0, operator.le),
        judge("pages cut off", pages.lost, 0, operator.le),
        judge("memory, MB more", late["memory"] - early["memory"], BAR_MEGABYTES, operator.le),
    ]
    return all(fine)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--desks", type=int, default=100)
    parser.add_argument("--boards", type=int, default=400)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(options.desks, options.rate))
        return
    sys.exit(0 if asyncio.run(load(options)) else 1)


if __name__ == "__main__":
    main()
