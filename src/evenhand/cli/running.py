"""Opens a centre: a folder becomes a running host with its journal, tables and functions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from evenhand.adapters.files import read_centre
from evenhand.adapters.files.starting_rows import fill_tables
from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.adapters.journals.lease import FolderLease
from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.adapters.models.sources import SourceModels
from evenhand.adapters.services.chosen import ChosenServices
from evenhand.adapters.tables.sqlite import SqliteTables
from evenhand.cli.sources import OpenSources
from evenhand.host.clock import RealClock
from evenhand.host.host import Host
from evenhand.host.outside import Continuity
from evenhand.host.ports import Journal, Media, Notices
from evenhand.host.recovery import recover
from evenhand.model.definition import CentreDefinition
from evenhand.model.inputs import CentreDefined

__all__ = ["RunningCentre", "open_centre", "with_tables"]


class RunningCentre:
    """A host and what hangs on it."""

    def __init__(
        self,
        host: Host,
        definition: CentreDefinition,
        tables: SqliteTables,
        journal: Journal,
        functions: ProcessFunctions,
    ) -> None:
        self.host = host
        self.definition = definition
        self.tables = tables
        self.journal = journal
        self.functions = functions
        self.continuity = Continuity(tables)
        self.recovered = 0


@asynccontextmanager
async def open_centre(
    folder: Path,
    data: Path,
    media: Callable[[RealClock], tuple[Media, Sequence[Notices]]],
    *,
    speed: float = 1.0,
    problem: Callable[[str], None] = lambda text: None,
    function_output: Callable[[str, str], None] = lambda function, line: None,
) -> AsyncIterator[RunningCentre]:
    """The centre in `folder`, with its journal and lock in `data`. What stood in the journal goes on."""
    definition = read_centre(folder)
    base = folder if folder.is_dir() else folder.parent
    lease = FolderLease(data)
    fence = lease.acquire()
    try:
        journal = SqliteJournal(data / "journal.db")
        recovered = recover(journal)
        clock = RealClock(speed, recovered.last_at)
        database = base / definition.tables
        fill_tables(database, definition, base)
        tables = SqliteTables(database)
        functions = ProcessFunctions(
            with_tables(definition, database).functions,
            base,
            output=function_output,
            now=clock.now,
        )
        await functions.preload()
        services = ChosenServices(definition.services, base, database)
        models = SourceModels(definition.models, base)
        for fault in await models.preload():
            problem(str(fault))
        legs, notices = media(clock)
        host = Host(
            recovered.centre,
            journal=journal,
            fence=fence,
            clock=clock,
            media=legs,
            functions=functions,
            services=services,
            models=models,
            notices=notices,
            sequence=recovered.sequence,
            problem=problem,
        )
        running = RunningCentre(host, definition, tables, journal, functions)
        running.recovered = recovered.sequence
        if recovered.centre.definition != definition:
            host.send(CentreDefined(definition))
        host.redo(recovered.redo)
        sources = OpenSources(host, definition.workload, base, tables)
        await sources.first()
        try:
            yield running
        finally:
            await sources.close()
            await host.close()
            await functions.close()
            await services.close()
            await models.close()
            tables.close()
            journal.close()
    finally:
        lease.release()


def with_tables(definition: CentreDefinition, database: Path) -> CentreDefinition:
    """Functions find the centre's tables where the definition says they are."""
    functions = tuple(
        msgspec.structs.replace(
            one, environment={"EVENHAND_TABLES": str(database.absolute()), **one.environment}
        )
        for one in definition.functions
    )
    return msgspec.structs.replace(definition, functions=functions)
