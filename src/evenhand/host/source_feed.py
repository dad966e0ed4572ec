"""Reads the sources of offline workload, each on its own schedule, and tells the machine what changed.

A source that is slow, silent or absurd changes what decisions say of it, and nothing else: every reading has
a thread of its own and a limit, and one that fails leaves the last values standing.
"""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Sequence

from evenhand.assessment.terms import SourceTerms
from evenhand.errors import EvenhandError, SourceUnavailable, TableFault
from evenhand.host.host import Host
from evenhand.host.ports import Reading, WorkloadReader
from evenhand.model.inputs import WorkloadObservation, WorkloadObserved, WorkloadSourceFailed
from evenhand.model.units import Instant, Seconds

__all__ = ["SourceFeed", "WorkloadFeeds", "told", "wait_after"]

_LONGEST_WAIT: Seconds = 300.0
_SAME: Seconds = 0.5
"""Ages are measured by another clock than the centre's; so much closer they are the same."""


class SourceFeed:
    """One source: it is read again and again.

    A reading without a change is told too, in a few bytes: it makes what is known young again.
    `words` is what the machine hears as the source's name; `backs_off` says that a source which failed is
    asked less and less often.
    """

    def __init__(
        self,
        host: Host,
        reader: WorkloadReader,
        terms: SourceTerms,
        *,
        words: str = "",
        time_limit: Seconds = 10.0,
        backs_off: bool = False,
    ) -> None:
        self._host = host
        self._reader = reader
        self._terms = terms
        self._words = words or terms.name
        self._time_limit = time_limit
        self._backs_off = backs_off
        self._reading: asyncio.Future[Reading] | None = None
        self._told_as_of = -math.inf
        self._looked = asyncio.Event()
        self._turn = asyncio.Lock()
        self._failures = 0
        self._retry_after: Seconds = 0.0
        # What the machine knows from before; the first reading tells every row that there is.
        observed = host.centre.workload.state.sources[terms.name].observed
        self._known: dict[tuple[str, str], WorkloadObservation | None] = {
            (call_type, agent): None for call_type, agents in observed.items() for agent in agents
        }

    async def read_once(self) -> None:
        """Read the source now and tell what it says, or that it could not be read. One reading at a time: who
        asks meanwhile has it read again afterwards."""
        async with self._turn:
            await self._read_and_tell()

    async def _read_and_tell(self) -> None:
        asked_at: Instant = self._host.clock.now()
        try:
            reading = await self._read()
        except Exception as error:
            self._failures += 1
            self._retry_after = getattr(error, "retry_after", 0.0)
            self._host.tell(WorkloadSourceFailed(told(error), self._words))
            return
        failed, self._failures, self._retry_after = self._failures, 0, 0.0
        # The age is in real seconds; the centre's clock may be a faster one.
        as_of = asked_at - reading.age / self._host.clock.real_seconds(1.0)
        if reading.unchanged:
            rows: tuple[WorkloadObservation, ...] = ()
            gone: tuple[tuple[str, str], ...] = ()
            if not failed and as_of <= self._told_as_of + _SAME:
                # It is as old as it was: no news.
                return
        else:
            found: dict[tuple[str, str], WorkloadObservation | None] = {
                (row.call_type, row.agent): row for row in reading.observations
            }
            rows = tuple(
                row for row in reading.observations if self._known.get((row.call_type, row.agent)) != row
            )
            gone = tuple(sorted(self._known.keys() - found.keys()))
            self._known = found
        self._told_as_of = as_of
        self._host.tell(WorkloadObserved(as_of, rows, self._words, True, gone))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.read_once()
            self._looked.set()
            failures = self._failures if self._backs_off else 0
            wait = wait_after(failures, self._terms.poll, self._retry_after)
            await asyncio.sleep(self._host.clock.real_seconds(wait))

    async def looked(self) -> None:
        """Wait until it was read, or could not be, for the first time since `run`."""
        await self._looked.wait()

    def close(self) -> None:
        """Release the reader."""
        self._reader.close()

    async def _read(self) -> Reading:
        if self._reading is not None and not self._reading.done():
            raise SourceUnavailable("it still has not answered")
        self._reading = _in_thread(self._reader)
        done, _ = await asyncio.wait({self._reading}, timeout=self._time_limit + 1.0)
        if not done:
            raise SourceUnavailable(f"it did not answer within {self._time_limit:g} s")
        return self._reading.result()


def _in_thread(reader: WorkloadReader) -> asyncio.Future[Reading]:
    """The reading to come. The thread is nobody's prisoner: one that hangs holds up neither others nor the end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Reading] = loop.create_future()

    def settle(reading: Reading | None, error: Exception | None) -> None:
        if future.cancelled():
            return
        if reading is not None:
            future.set_result(reading)
        else:
            future.set_exception(error or RuntimeError("no reading"))
            # Also where nobody waits any more it counts as looked at.
            future.exception()

    def run() -> None:
        reading: Reading | None = None
        failure: Exception | None = None
        try:
            reading = reader.read()
        except Exception as error:
            failure = error
        try:
            loop.call_soon_threadsafe(settle, reading, failure)
        except RuntimeError:
            # The loop is closed; nobody waits any more.
            return

    threading.Thread(target=run, name="workload source", daemon=True).start()
    return future


def wait_after(failures: int, poll: Seconds, retry_after: Seconds = 0.0) -> Seconds:
    """How long until the next reading: twice as long after each failure, and never before it is wished for."""
    longest = max(poll, _LONGEST_WAIT)
    return max(min(longest, poll * 2.0 ** min(failures, 30)), min(longest, retry_after))


def told(error: Exception) -> str:
    """The failure in one line, the first of the bad rows with it."""
    if isinstance(error, TableFault) and error.findings:
        first = error.findings[0]
        place = ": ".join(part for part in (first.file, first.block, first.field) if part)
        return f"{error.message.rstrip('.')}: {place}: {first.message}"
    if isinstance(error, EvenhandError):
        return error.message
    return f"its reader failed: {type(error).__name__}: {error}"


class WorkloadFeeds:
    """All sources that are asked, at once."""

    def __init__(self, feeds: Sequence[SourceFeed]) -> None:
        self._feeds = feeds

    async def read_once(self) -> None:
        """Read every source now; nobody waits for the slowest longer than its limit."""
        await asyncio.gather(*(feed.read_once() for feed in self._feeds))

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.gather(*(feed.run() for feed in self._feeds))

    async def first(self, limit: Seconds) -> None:
        """Wait for the first reading of each, but not longer than this."""
        try:
            async with asyncio.timeout(limit):
                await asyncio.gather(*(feed.looked() for feed in self._feeds))
        except TimeoutError:
            return

    def close(self) -> None:
        """Release every reader."""
        for feed in self._feeds:
            feed.close()
