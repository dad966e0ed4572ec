"""What the host asks the tables on behalf of the machine: the customer's own agent.

A table that fails changes a reason on a decision, never the fate of a contact.
"""

from __future__ import annotations

import asyncio

from evenhand.errors import TablesUnavailable
from evenhand.host.ports import Tables
from evenhand.model.inputs import ContactArrived
from evenhand.model.units import Seconds

__all__ = ["Continuity"]


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
