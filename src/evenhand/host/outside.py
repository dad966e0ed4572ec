"""What the host asks the tables on behalf of the machine: the customer's own agent, and offline workload.

A table that fails changes a reason on a decision, never the fate of a contact.
"""

from __future__ import annotations

import asyncio

from evenhand.errors import TablesUnavailable
from evenhand.host.host import Host
from evenhand.host.ports import Tables, WorkloadRow
from evenhand.model.inputs import (
    ContactArrived,
    WorkloadObservation,
    WorkloadObserved,
    WorkloadSourceFailed,
)
from evenhand.model.units import Instant, Seconds

__all__ = ["Continuity", "WorkloadFeed", "observations"]


class Continuity:
    """Looks up the own agent of customers as they arrive, within a limit (seconds)."""

    def __init__(self, tables: Tables, *, limit: Seconds = 0.5) -> None:
        self._tables = tables
        self._limit = limit

    async def with_own_agent(self, arrival: ContactArrived) -> ContactArrived:
        """The same arrival, with the own agent or with the reason why it is not known."""
        customer = arrival.customer_id or arrival.customer_address
        if not customer or arrival.own_agent:
            return arrival
        agent, note = "", ""
        try:
            async with asyncio.timeout(self._limit):
                found = await asyncio.to_thread(self._tables.own_agent, customer)
                agent = found or ""
        except TablesUnavailable as error:
            note = error.message
        except TimeoutError:
            note = f"the table did not answer within {self._limit:g} s"
        fields = {name: getattr(arrival, name) for name in arrival.__struct_fields__}
        return ContactArrived(**{**fields, "own_agent": agent, "own_agent_note": note})


def observations(rows: list[WorkloadRow]) -> tuple[WorkloadObservation, ...]:
    """The rows of AgentWorkload as the machine hears of them."""
    return tuple(
        WorkloadObservation(row.call_type, row.agent_name, {"workload": row.workload}) for row in rows
    )


class WorkloadFeed:
    """Reads the table of workloads again and again and tells the machine what changed since.

    A reading without a change is told too, in a few bytes: it makes what is known young again.
    """

    def __init__(self, host: Host, tables: Tables, *, source: str, every: Seconds) -> None:
        self._host = host
        self._tables = tables
        self._source = source
        self._every = every
        # What the machine knows from before; the first reading tells every row that there is.
        observed = host.centre.workload.state.observed
        self._known: dict[tuple[str, str], float | None] = {
            (call_type, agent): None for call_type, agents in observed.items() for agent in agents
        }

    async def read_once(self) -> None:
        """Read the table now and tell what it says, or that it could not be read."""
        asked_at: Instant = self._host.clock.now()
        try:
            rows = await asyncio.to_thread(self._tables.workloads)
        except TablesUnavailable as error:
            self._host.tell(WorkloadSourceFailed(error.message, self._source))
            return
        found: dict[tuple[str, str], float | None] = {
            (row.call_type, row.agent_name): row.workload for row in rows
        }
        changed = [row for row in rows if self._known.get((row.call_type, row.agent_name)) != row.workload]
        gone = tuple(sorted(self._known.keys() - found.keys()))
        self._known = found
        self._host.tell(WorkloadObserved(asked_at, observations(changed), self._source, True, gone))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.read_once()
            await asyncio.sleep(self._host.clock.real_seconds(self._every))
