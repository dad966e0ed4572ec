"""The articles' table AgentWorkload as a source of offline workload."""

from __future__ import annotations

from evenhand.host.ports import Reading, Tables
from evenhand.host.source_rows import SourceRow, gather
from evenhand.model.inputs import WorkloadObservation
from evenhand.model.workload_sources import WorkloadSource

__all__ = ["TableReader"]


class TableReader:
    """Reads the centre's own table; the tables stay the caller's."""

    def __init__(self, tables: Tables, source: WorkloadSource) -> None:
        self._tables = tables
        self._source = source
        self._plain = not (source.agents or source.agent_until or source.call_types)

    def read(self) -> Reading:
        """Every row as it stands. Raises TablesUnavailable."""
        rows = self._tables.workloads()
        if self._plain:
            kind = self._source.default_kind
            found = (WorkloadObservation(row.call_type, row.agent_name, {kind: row.workload}) for row in rows)
            return Reading(tuple(found), rows=len(rows))
        return gather(
            (
                SourceRow(f"row {number}", row.agent_name, row.call_type, None, None, row.workload, None)
                for number, row in enumerate(rows, start=1)
            ),
            self._source,
        )

    def close(self) -> None:
        """Nothing is held."""
