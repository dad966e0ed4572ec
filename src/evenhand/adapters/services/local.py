"""Services that come with Evenhand: profiles, cases and data tables in the centre's own database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from evenhand.adapters.services.cases import answer_cases
from evenhand.adapters.services.data_tables import answer_data_tables
from evenhand.adapters.services.profiles import answer_profiles
from evenhand.adapters.services.records import ServiceRecords
from evenhand.adapters.services.threads import in_thread
from evenhand.errors import TablesUnavailable
from evenhand.host.ports import ServiceAnswer
from evenhand.host.services import no_adapter, read_answer
from evenhand.model.units import Seconds

__all__ = ["LocalServices"]

_Answerer: TypeAlias = Callable[[ServiceRecords, str, dict[str, Any], str], ServiceAnswer]
_ANSWERERS: dict[str, _Answerer] = {
    "profiles": answer_profiles,
    "cases": answer_cases,
    "data_tables": answer_data_tables,
}


class LocalServices:
    """Each request is one transaction, and its answer is kept in it: after a crash nothing is done twice."""

    def __init__(self, database: Path) -> None:
        """Open or make the file. Raises TablesUnavailable."""
        self._records = ServiceRecords(database)

    async def ask(
        self, service: str, operation: str, request: dict[str, Any], *, request_id: str, time_limit: Seconds
    ) -> ServiceAnswer:
        """Ask one of them."""
        if service not in _ANSWERERS:
            return no_adapter(service)
        try:
            async with asyncio.timeout(time_limit):
                return await in_thread(self._answer, service, operation, request, request_id)
        except TimeoutError:
            return ServiceAnswer(False, reason="timeout", detail=f"no answer within {time_limit:g} s")
        except TablesUnavailable as error:
            return ServiceAnswer(False, reason="raised", detail=str(error))

    def _answer(
        self, service: str, operation: str, request: dict[str, Any], request_id: str
    ) -> ServiceAnswer:
        # Judged inside the transaction: what would be refused later is not written either.
        return self._records.once(
            request_id,
            lambda: read_answer(_ANSWERERS[service](self._records, operation, request, request_id)),
        )

    async def close(self) -> None:
        """Close the file."""
        self._records.close()
