"""What every implementation of the tables promises. A new one joins by one line in `TABLES`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.adapters.tables.sqlite import SqliteTables
from evenhand.errors import TableFault
from evenhand.host.memory import MemoryTables
from evenhand.host.ports import QueueRecord, TableName, Tables, WorkloadRow

TABLES: dict[str, Callable[[Path], Tables]] = {
    "memory": lambda folder: MemoryTables(),
    "sqlite": lambda folder: SqliteTables(folder / "evenhand.db"),
}


@pytest.fixture(params=TABLES)
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tables]:
    opened = TABLES[request.param](tmp_path)
    yield opened
    opened.close()


def test_the_first_binding_wins(tables: Tables) -> None:
    """A customer keeps the agent bound first, unless the binding is to be overwritten."""
    assert tables.own_agent("+1") is None
    assert tables.bind_agent("+1", "ana") == "ana"
    assert tables.bind_agent("+1", "bo") == "ana"
    assert tables.own_agent("+1") == "ana"
    assert tables.bind_agent("+1", "bo", overwrite=True) == "bo"
    assert tables.own_agent("+1") == "bo"


def test_the_least_loaded_come_first(tables: Tables) -> None:
    """The least loaded of a call type come in ascending order, ties by agent name, others not at all."""
    for agent, load in [("cy", 2), ("ana", 2), ("bo", 0.5), ("di", 2), ("ed", 10)]:
        tables.set_workload("loans", agent, load)
    tables.set_workload("cards", "fay", 0)
    assert [row.agent_name for row in tables.least_loaded("loans", 3)] == ["bo", "ana", "cy"]
    assert tables.least_loaded("loans", 1) == [WorkloadRow("loans", "bo", 0.5)]
    assert len(tables.least_loaded("loans", 99)) == 5
    assert tables.least_loaded("loans", 0) == tables.least_loaded("loans", -1) == []
    assert tables.least_loaded("nothing", 3) == []


def test_the_newest_workload_wins(tables: Tables) -> None:
    """Writing a row again replaces its workload."""
    tables.set_workload("loans", "ana", 2)
    tables.set_workload("loans", "ana", 1)
    assert tables.workloads() == [WorkloadRow("loans", "ana", 1.0)]


def test_workloads_are_in_order(tables: Tables) -> None:
    """All workload comes ordered by call type, workload and agent name."""
    for kind, agent, load in [("b", "ana", 1), ("a", "cy", 2), ("a", "bo", 2), ("a", "di", 1)]:
        tables.set_workload(kind, agent, load)
    assert [(row.call_type, row.agent_name) for row in tables.workloads()] == [
        ("a", "di"),
        ("a", "bo"),
        ("a", "cy"),
        ("b", "ana"),
    ]
    assert [row.agent_name for row in tables.workloads("b")] == ["ana"]


@pytest.mark.parametrize("load", [-1, math.nan, math.inf])
def test_a_workload_that_cannot_be_ordered_is_refused(tables: Tables, load: float) -> None:
    """A workload below 0, or not a number, is refused and changes nothing."""
    tables.set_workload("loans", "ana", 1)
    with pytest.raises(TableFault):
        tables.set_workload("loans", "ana", load)
    assert tables.workloads() == [WorkloadRow("loans", "ana", 1.0)]


def test_a_live_queue_record_stays(tables: Tables) -> None:
    """A retry does not reset when the call was queued; after the expiry a new record is written."""
    first = QueueRecord("c1", "03/01/2026 09:00:00")
    second = QueueRecord("c1", "03/01/2026 09:05:00")
    assert tables.put_queue_record(first, expires_at=200, now=100) == first
    assert tables.put_queue_record(second, expires_at=300, now=150) == first
    assert tables.queue_record("c1", 199.9) == first
    assert tables.queue_record("c1", 200) is None
    assert tables.put_queue_record(second, expires_at=400, now=200) == second
    assert tables.queue_record("c1", 399) == second


def test_the_wait_told_is_noted(tables: Tables) -> None:
    """The last wait told stands in the record; without a live record nothing happens."""
    tables.set_ewt("c1", 5, 0)
    assert tables.queue_record("c1", 0) is None
    tables.put_queue_record(QueueRecord("c1", "03/01/2026 09:00:00"), expires_at=200, now=100)
    tables.set_ewt("c1", 42, 150)
    tables.set_ewt("c1", 43, 200)
    assert tables.queue_record("c1", 150) == QueueRecord("c1", "03/01/2026 09:00:00", 42)


def test_a_deleted_queue_record_is_gone(tables: Tables) -> None:
    """Deleting removes the record, and deleting again is fine."""
    tables.put_queue_record(QueueRecord("c1", "03/01/2026 09:00:00"), expires_at=200, now=100)
    tables.delete_queue_record("c1")
    tables.delete_queue_record("c1")
    assert tables.queue_record("c1", 100) is None


ROWS: dict[TableName, list[dict[str, Any]]] = {
    "CustomerAgentMap": [
        {"customerId": "+1", "agentName": "ana"},
        {"customerId": "ü", "agentName": "bo"},
    ],
    "AgentWorkload": [
        {"callType": "a", "agentName": "cy", "workload": 0.5},
        {"callType": "b", "agentName": "ana", "workload": 3.0},
    ],
    "queues": [{"callId": "c1", "times": "2026-03-01T09:00:00Z", "ewt": 12.0}],
}


@pytest.mark.parametrize("table", ROWS)
def test_imported_rows_come_back(tables: Tables, table: TableName) -> None:
    """What is imported comes back with the articles' field names, in key order, however it was given."""
    assert tables.import_rows(table, reversed(ROWS[table])) == len(ROWS[table])
    assert list(tables.rows(table)) == ROWS[table]


def test_text_from_a_spreadsheet_is_taken_for_numbers(tables: Tables) -> None:
    """A workload may be given as text, as a CSV file has it; a queue record's ewt may be left out."""
    tables.import_rows("AgentWorkload", [{"callType": "a", "agentName": "cy", "workload": "2.50"}])
    tables.import_rows("queues", [{"callId": "c1", "times": "03/01/2026 09:00:00"}])
    assert tables.workloads() == [WorkloadRow("a", "cy", 2.5)]
    assert tables.queue_record("c1", 1e12) == QueueRecord("c1", "03/01/2026 09:00:00", 0)


def test_an_import_adds_or_replaces(tables: Tables) -> None:
    """An import writes over rows of the same key and leaves others, unless it replaces the whole table."""
    tables.import_rows("CustomerAgentMap", ROWS["CustomerAgentMap"])
    tables.import_rows("CustomerAgentMap", [{"customerId": "+1", "agentName": "di"}])
    assert [row["agentName"] for row in tables.rows("CustomerAgentMap")] == ["di", "bo"]
    tables.import_rows("CustomerAgentMap", [{"customerId": "+2", "agentName": "ed"}], replace=True)
    assert list(tables.rows("CustomerAgentMap")) == [{"customerId": "+2", "agentName": "ed"}]


def test_every_bad_row_is_named_and_nothing_is_written(tables: Tables) -> None:
    """One bad row keeps the whole file out, a replacing import included, and every bad row is named."""
    tables.set_workload("loans", "ana", 1)
    bad: list[dict[Any, Any]] = [
        {"callType": "loans", "agentName": "bo", "workload": 1},
        {"callType": "loans", "workload": 1},
        {"callType": "loans", "agentName": "", "workload": "NaN"},
        {"callType": "loans", "agentName": "cy", "workload": "-1"},
        {"callType": "loans", "agentName": "di", "workload": "many"},
        {"callType": "loans", "agentName": "ed", "workload": 1, "team": "x"},
        {"callType": "loans", "agentName": "bo", "workload": 2},
        {"callType": "loans", "agentName": " fay", "workload": True},
        {"callType": 7, "agentName": "gus", "workload": None, None: ["x"]},
    ]
    with pytest.raises(TableFault) as refused:
        tables.import_rows("AgentWorkload", bad, replace=True)
    assert [(finding.block, finding.field, finding.code) for finding in refused.value.findings] == [
        ("row 2", "agentName", "missing"),
        ("row 3", "agentName", "missing"),
        ("row 3", "workload", "not_a_number"),
        ("row 4", "workload", "negative"),
        ("row 5", "workload", "not_a_number"),
        ("row 6", "team", "unknown_column"),
        ("row 7", "agentName", "duplicate"),
        ("row 8", "agentName", "space"),
        ("row 8", "workload", "not_a_number"),
        ("row 9", "", "unknown_column"),
        ("row 9", "callType", "not_text"),
        ("row 9", "workload", "missing"),
    ]
    assert all(finding.message and finding.way_out for finding in refused.value.findings)
    assert tables.workloads() == [WorkloadRow("loans", "ana", 1.0)]


@pytest.mark.parametrize("row", [{"agentName": "ana"}, {"customerId": "", "agentName": "ana"}])
def test_a_customer_without_an_id_is_refused(tables: Tables, row: dict[str, Any]) -> None:
    """A row that names no customer is bad."""
    with pytest.raises(TableFault) as refused:
        tables.import_rows("CustomerAgentMap", [row])
    assert refused.value.findings[0].field == "customerId"


def test_a_queue_time_that_is_no_time_is_refused(tables: Tables) -> None:
    """The `times` of a queue record must be a time."""
    with pytest.raises(TableFault, match="queues"):
        tables.import_rows("queues", [{"callId": "c1", "times": "yesterday"}])


_NAMES = st.text(alphabet="ab\u00e9Z\U0001f600 -", min_size=1, max_size=3).filter(
    lambda name: name == name.strip()
)
_LOADS = st.sampled_from([0.0, 0.1, 1.0, 1.0000000000000002, 2.0, 1e300]) | st.floats(0, 1e6)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from(["a", "b"]), _NAMES, _LOADS), max_size=25),
    count=st.integers(-1, 30),
)
def test_all_agree_on_the_least_loaded(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, float]], count: int
) -> None:
    """Whatever was written, every implementation answers the same agents in the same order."""
    twin = MemoryTables()
    others = [make(tmp_path_factory.mktemp("tables")) for make in TABLES.values()]
    try:
        for row in rows:
            for each in (twin, *others):
                each.set_workload(*row)
        for other in others:
            for kind in ("a", "b"):
                assert other.least_loaded(kind, count) == twin.least_loaded(kind, count)
            assert other.workloads() == twin.workloads()
            assert list(other.rows("AgentWorkload")) == list(twin.rows("AgentWorkload"))
    finally:
        for other in others:
            other.close()


def test_a_page_has_the_rows_that_hold_a_text_and_how_many_there_are(tables: Tables) -> None:
    """Rows are found by any text field in key order, and counted in all."""
    for number in range(30):
        tables.bind_agent(f"+1{number:02d}", "Ana" if number % 2 else "bo")
    tables.bind_agent("+1_x", "100%")
    page = tables.page("CustomerAgentMap", holding="aNA", skip=2, most=3)
    assert [row["customerId"] for row in page.rows] == ["+105", "+107", "+109"]
    assert page.total == 15
    assert tables.page("CustomerAgentMap", holding="%").rows == ({"customerId": "+1_x", "agentName": "100%"},)
    assert tables.page("CustomerAgentMap", holding="_").total == 1
    assert tables.page("CustomerAgentMap", skip=99).rows == ()
    assert tables.page("CustomerAgentMap").total == 31
    tables.set_workload("loans", "ana", 2)
    assert tables.page("AgentWorkload", holding="LOA").rows == (
        {"callType": "loans", "agentName": "ana", "workload": 2.0},
    )


def test_rows_are_deleted_by_their_keys(tables: Tables) -> None:
    """What is there goes, what is not is no fault, and the others stay."""
    tables.bind_agent("+1", "ana")
    tables.bind_agent("+2", "bo")
    assert tables.delete_rows("CustomerAgentMap", [{"customerId": "+1"}, {"customerId": "+9"}]) == 1
    assert [row["customerId"] for row in tables.rows("CustomerAgentMap")] == ["+2"]
    tables.set_workload("loans", "ana", 2)
    tables.set_workload("loans", "bo", 3)
    assert tables.delete_rows("AgentWorkload", [{"callType": "loans", "agentName": "ana"}]) == 1
    assert tables.least_loaded("loans", 3) == [WorkloadRow("loans", "bo", 3.0)]
    tables.put_queue_record(QueueRecord("c1", "2026-01-01T00:00:00Z"), expires_at=9.0, now=1.0)
    assert tables.delete_rows("queues", [{"callId": "c1"}]) == 1
    assert tables.queue_record("c1", 2.0) is None
