"""The live feed to many pages, against one raw write for each.

    python benchmarks/bench_web_feed.py [--rounds 5] [--pages 500] [--events 400]

The server holds 500 WebSockets that follow the board. `feed`: a status changes, its fact goes through the views,
the row is made and encoded, the frame built, and written to everybody. `raw`: frames of the same size are
written to the same transports. The pages are another process, which reads and throws away.

Measured: CPU time of the server's process for an event and a page. The bar: the feed takes at most 2.2 times
what the raw writes take. It needs the extra `web`.
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
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rounds import Way, judge, measure, median, ratio  # noqa: E402

BAR = 2.2
PASSWORD = "a fair day's work"


async def read_pages(port: int, cookie: str, pages: int) -> None:
    """So many pages that follow the board, and do nothing with what they are told."""

    async def page() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        writer.write(
            f"GET /live HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            f"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"cookie: evenhand={cookie}\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        wish = b'{"follow":"board"}'
        # A client's frames are masked; with a mask of zeros the text stays as it is.
        writer.write(bytes((0x81, 0x80 | len(wish))) + bytes(4) + wish)
        while await reader.read(1 << 16):
            pass

    await asyncio.gather(*(page() for _ in range(pages)))


async def measured(pages: int, events: int) -> dict[str, float]:
    from evenhand.adapters.web.accounts import User
    from evenhand.adapters.web.app import make_app
    from evenhand.adapters.web.server import serving
    from evenhand.cli.init import write_starter
    from evenhand.cli.web_run import open_web
    from evenhand.host.ports import Entry
    from evenhand.model.inputs import StatusSet

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_starter(folder)
        async with open_web(folder, folder / "data") as web, serving(make_app(web), port=0) as port:
            web.accounts.add_user(User("eva", "supervisor"), PASSWORD)
            found = web.accounts.log_in("eva", PASSWORD, time.time())
            assert found is not None
            command = [sys.executable, __file__, "--read", str(port), found[0], "--pages", str(pages)]
            with subprocess.Popen(command) as reader:
                board = web.hub.topic("board")
                while len(board.followers) < pages:
                    await asyncio.sleep(0.05)
                centre, views = web.host.centre, web.views
                statuses = ("Available", "Offline")

                async def cost(work: Callable[[int], None]) -> float:
                    took = 0.0
                    for number in range(events):
                        before = time.process_time()
                        work(number)
                        took += time.process_time() - before
                        # Pages read now; what the loop does for them is not an event's.
                        await asyncio.sleep(0.002)
                    return took / events / pages * 1e6

                def feed(number: int) -> None:
                    # The machine's own turn is not what is measured, but costs little beside 500 writes.
                    input = StatusSet("anna", statuses[number % 2])
                    outcome = centre.handle(input, web.now())
                    views.publish([Entry(number, web.now(), input, outcome.facts, 0)])
                    views.tell()

                sent = board.sequence
                feeding = await cost(feed)
                assert board.sequence - sent >= events
                frame = board.frames[-1][1]
                transports = [one.transport for one in board.followers]

                def raw(number: int) -> None:
                    for transport in transports:
                        transport.write(frame)

                writing = await cost(raw)
                assert len(board.followers) == pages
                reader.terminate()
    return {"feed_us": feeding, "raw_us": writing, "frame": float(len(frame))}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--events", type=int, default=400)
    parser.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        asyncio.run(read_pages(int(options.read[0]), options.read[1], options.pages))
        return
    if options.measure:
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            print(json.dumps(runner.run(measured(options.pages, options.events))))
        return
    command = [__file__, "--measure", "--pages", str(options.pages), "--events", str(options.events)]
    rounds = measure([Way("feed", command)], options.rounds)
    both = {"feed": rounds["feed"], "raw": [{"feed_us": one["raw_us"]} for one in rounds["feed"]]}
    print(
        f"feed {median(both, 'feed', 'feed_us'):.1f} µs, raw {median(both, 'raw', 'feed_us'):.1f} µs of CPU for "
        f"an event and a page; a frame of {median(rounds, 'feed', 'frame'):.0f} bytes"
    )
    times = ratio(both, "feed_us", "feed", "raw")
    sys.exit(0 if judge("times the CPU of raw writes", times, BAR, operator.le) else 1)


if __name__ == "__main__":
    main()
