"""What the articles' functions are told by their environment, and the tables they work on.

| variable | meaning | default |
|---|---|---|
| `EVENHAND_TABLES` | path of the SQLite file with the tables | none; it must be set |
| `DEFAULT_QUEUE` | the queue a flow falls back to | `BasicQueue` |
| `QUEUE_RECORD_HOURS` | how long the record of a queued call is kept | 24 |
| `AWS_REGION` | where the tables are, in AWS | `us-east-1` |
| `CUSTOMER_AGENT_TABLE`, `AGENT_WORKLOAD_TABLE`, `QUEUES_TABLE` | the tables' names, in AWS | the articles' |
| `WORKLOAD_INDEX` | the index of workload by call type, in AWS | `callType-workload-index` |
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from evenhand.errors import TablesUnavailable, UsageFault
from evenhand.model.units import Instant, Seconds

if TYPE_CHECKING:
    from evenhand.host.ports import Tables

__all__ = ["Settings", "close", "now", "settings", "tables"]


class Settings(NamedTuple):
    """The functions' settings."""

    tables: str
    region: str
    customer_agent_table: str
    agent_workload_table: str
    workload_index: str
    queues_table: str
    default_queue: str
    queue_record_hours: str

    @property
    def queue_record_lifetime(self) -> Seconds:
        """How long a queue record is kept. Raises UsageFault."""
        try:
            hours = float(self.queue_record_hours)
        except ValueError:
            hours = math.nan
        if not 0 < hours < math.inf:
            raise UsageFault(
                f"QUEUE_RECORD_HOURS is {self.queue_record_hours!r}",
                way_out="give a number of hours above 0.",
            )
        return hours * 3600


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings as the environment has them now. An empty variable counts as one that is not set."""

    def get(name: str, default: str) -> str:
        return environment.get(name) or default

    return Settings(
        tables=get("EVENHAND_TABLES", ""),
        region=get("AWS_REGION", "us-east-1"),
        customer_agent_table=get("CUSTOMER_AGENT_TABLE", "CustomerAgentMap"),
        agent_workload_table=get("AGENT_WORKLOAD_TABLE", "AgentWorkload"),
        workload_index=get("WORKLOAD_INDEX", "callType-workload-index"),
        queues_table=get("QUEUES_TABLE", "queues"),
        default_queue=get("DEFAULT_QUEUE", "BasicQueue"),
        queue_record_hours=get("QUEUE_RECORD_HOURS", "24"),
    )


def now(context: Any) -> Instant:
    """The time of this invocation: the centre's own where its clock is not the time of day."""
    custom = getattr(getattr(context, "client_context", None), "custom", None)
    told = custom.get("evenhand-now") if isinstance(custom, dict) else None
    return float(told) if isinstance(told, int | float) else time.time()


_open: dict[str, Tables] = {}


def tables(chosen: Settings) -> Tables:
    """The tables, opened once and kept for the next invocation. Raises TablesUnavailable."""
    path = chosen.tables
    if not path:
        raise TablesUnavailable(
            "the function does not know its tables", way_out="set EVENHAND_TABLES to the path of their file."
        )
    if path not in _open:
        from evenhand.adapters.tables.sqlite import SqliteTables

        _open[path] = SqliteTables(path)
    return _open[path]


def close() -> None:
    """Close what was opened."""
    while _open:
        _open.popitem()[1].close()
