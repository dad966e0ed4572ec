"""Puts a centre's workload sources together: who is asked, who is listened to."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from evenhand.adapters.workload import BACKS_OFF, open_reader
from evenhand.adapters.workload.push_listener import PushListener
from evenhand.assessment.terms import SourceTerms, terms_of
from evenhand.errors import EvenhandError, SourceUnavailable
from evenhand.host.host import Host
from evenhand.host.ports import Tables, WorkloadReader
from evenhand.host.pushed import PushDesk
from evenhand.host.source_feed import SourceFeed, WorkloadFeeds, told
from evenhand.model.definition import WorkloadContract
from evenhand.model.inputs import Input, WorkloadObserved, WorkloadSourceFailed
from evenhand.model.units import Instant, Seconds
from evenhand.model.workload_sources import WorkloadSource

__all__ = ["OpenSources", "call_sources", "sources_of"]

_FIRST_SECONDS = 3.0


def sources_of(contract: WorkloadContract) -> list[tuple[WorkloadSource, SourceTerms]]:
    """Every source with its terms. Where none is listed, the table is the only one, and has no name."""
    written = contract.sources or (WorkloadSource(name="", weights=dict(contract.weights)),)
    return list(zip(written, terms_of(contract), strict=True))


class OpenSources:
    """The sources of a running centre."""

    def __init__(self, host: Host, contract: WorkloadContract, folder: Path, tables: Tables) -> None:
        """The host must know the definition already."""
        feeds: list[SourceFeed] = []
        self._tables: list[SourceFeed] = []
        desks: dict[str, dict[str, PushDesk]] = {}
        for source, terms in sources_of(contract):
            reader = open_reader(source, folder, tables, os.environ)
            if reader is not None:
                feed = SourceFeed(
                    host,
                    reader,
                    terms,
                    words=source.name or contract.source,
                    time_limit=source.time_limit,
                    backs_off=source.kind in BACKS_OFF,
                )
                feeds.append(feed)
                if source.kind == "table":
                    self._tables.append(feed)
            elif token := os.environ.get(source.token_from, ""):
                desks.setdefault(source.listen, {})[source.name] = PushDesk(host, source, terms, token)
            else:
                reason = f"nobody can push: the environment variable {source.token_from} is not set"
                host.tell(WorkloadSourceFailed(reason, source.name))
        self._feeds = WorkloadFeeds(feeds)
        self.listeners: list[PushListener] = []
        """Where others push to."""
        for listen, here in desks.items():
            try:
                self.listeners.append(PushListener(listen, here, asyncio.get_running_loop()))
            except SourceUnavailable as error:
                for name in here:
                    host.tell(WorkloadSourceFailed(error.message, name))
        self._polling = asyncio.create_task(self._feeds.run())

    async def first(self) -> None:
        """Wait for the first readings, but not for a source that is slow."""
        await self._feeds.first(_FIRST_SECONDS)

    async def read_table(self) -> None:
        """Read the table now, as somebody has just changed it."""
        for feed in self._tables:
            await feed.read_once()

    async def close(self) -> None:
        """Ask and listen no more."""
        for listener in self.listeners:
            await asyncio.to_thread(listener.close)
        self._polling.cancel()
        await asyncio.gather(self._polling, return_exceptions=True)
        self._feeds.close()


def call_sources(
    contract: WorkloadContract, folder: Path, tables: Tables
) -> list[tuple[Callable[[Instant], Input], Seconds]]:
    """How a test call hears of offline work: for each source that is asked, what it says at an instant, how often.

    The table is read again and again, for functions may write it. The others are read once, and what they
    said is told again as if it were said now: a test call lasts minutes of a clock that nobody else has.
    """
    sources: list[tuple[Callable[[Instant], Input], Seconds]] = []
    for source, terms in sources_of(contract):
        reader = open_reader(source, folder, tables, os.environ, settle=0.0)
        if reader is not None:
            words = source.name or contract.source
            read = _once_read(reader, words) if source.kind != "table" else _read_again(reader, words)
            sources.append((read, terms.poll))
    return sources


def _read_again(reader: WorkloadReader, words: str) -> Callable[[Instant], Input]:
    return lambda now: WorkloadObserved(now, reader.read().observations, words)


def _once_read(reader: WorkloadReader, words: str) -> Callable[[Instant], Input]:
    try:
        reading = reader.read()
    except EvenhandError as error:
        failed = WorkloadSourceFailed(told(error), words)
        return lambda now: failed
    finally:
        reader.close()
    return lambda now: WorkloadObserved(now - reading.age, reading.observations, words, True)
