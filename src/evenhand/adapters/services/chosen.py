"""The services that a centre names: each is local, or a function that an author wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evenhand.adapters.services.local import LocalServices
from evenhand.adapters.services.python import PythonServices
from evenhand.adapters.services.rows import LOCAL
from evenhand.host.ports import ServiceAnswer, Services
from evenhand.model.units import Seconds

__all__ = ["ChosenServices"]


class ChosenServices:
    """`sources` is the centre's `[services]`; `database` is opened only where something is local."""

    def __init__(self, sources: Mapping[str, str], folder: Path, database: Path) -> None:
        self.names = frozenset(sources)
        self._local = frozenset(name for name, source in sources.items() if source == LOCAL)
        self._here: Services | None = LocalServices(database) if self._local else None
        self._written = PythonServices(
            {name: source for name, source in sources.items() if name not in self._local}, folder
        )

    async def ask(
        self, service: str, operation: str, request: dict[str, Any], *, request_id: str, time_limit: Seconds
    ) -> ServiceAnswer:
        """Ask the service's adapter."""
        adapter = self._here if self._here is not None and service in self._local else self._written
        return await adapter.ask(service, operation, request, request_id=request_id, time_limit=time_limit)

    async def close(self) -> None:
        """Release everything."""
        await self._written.close()
        if self._here is not None:
            await self._here.close()
