"""The articles' three functions: by themselves, as Lambda calls them, and with events of real centres."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.aws.functions import best_agents, get_ewt, put_queue, wiring
from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.adapters.tables.sqlite import SqliteTables
from evenhand.errors import TablesUnavailable, UsageFault
from evenhand.host.memory import MemoryTables
from evenhand.host.ports import Answer, WorkloadRow
from evenhand.model.definition import FunctionDefinition

START = 1_772_355_600.0  # 2026-03-01T09:00:00Z


def event(contact: str = "c1", address: str = "+1", **parameters: Any) -> dict[str, Any]:
    return {
        "Name": "ContactFlowEvent",
        "Details": {
            "ContactData": {"ContactId": contact, "CustomerEndpoint": {"Address": address}},
            "Parameters": parameters,
        },
    }


class BrokenTables(MemoryTables):
    """Tables of which some questions fail."""

    def __init__(self, *broken: str) -> None:
        super().__init__()
        self._broken = broken

    def own_agent(self, customer_id: str) -> str | None:
        if "own" in self._broken:
            raise TablesUnavailable("the map is away", way_out="wait.")
        return super().own_agent(customer_id)

    def least_loaded(self, call_type: str, count: int) -> list[WorkloadRow]:
        if "load" in self._broken:
            raise TablesUnavailable("the workload is away", way_out="wait.")
        return super().least_loaded(call_type, count)


def fill(tables: Any) -> None:
    for agent, load in [("ana", 5), ("bo", 1), ("cy", 3), ("di", 2)]:
        tables.set_workload("loans", agent, load)
    tables.bind_agent("+1", "ana")
    tables.bind_agent("+2", "bo")


def agents(answer: dict[str, str]) -> list[str]:
    return [answer[f"agent{n}"] for n in (1, 2, 3)]


def test_the_least_loaded_are_answered() -> None:
    """A customer without an own agent is given the three with the least workload, ascending."""
    tables = MemoryTables()
    fill(tables)
    assert best_agents.answer(event(address="+9", callType="loans"), tables, "BasicQueue") == {
        "agent1": "bo",
        "agent2": "di",
        "agent3": "cy",
        "count": "3",
        "own": "false",
        "default_queue": "BasicQueue",
    }


@pytest.mark.parametrize(("customer", "expected"), [("+1", ["ana", "bo", "di"]), ("+2", ["bo", "di", "cy"])])
def test_the_own_agent_comes_first(customer: str, expected: list[str]) -> None:
    """The customer's own agent comes first and no agent comes twice."""
    tables = MemoryTables()
    fill(tables)
    for asked in (event(address=customer, callType="loans"), event(customerId=customer, callType="loans")):
        answer = best_agents.answer(asked, tables, "BasicQueue")
        assert (agents(answer), answer["own"]) == (expected, "true")


def test_fewer_agents_leave_empty_places() -> None:
    """Where there are fewer agents, the places behind them are empty."""
    tables = MemoryTables()
    tables.set_workload("loans", "ana", 1)
    answer = best_agents.answer(event(callType="loans"), tables, "BasicQueue")
    assert (agents(answer), answer["count"]) == (["ana", "", ""], "1")


@pytest.mark.parametrize(
    ("broken", "expected", "said"),
    [
        (("own",), ["bo", "di", "cy"], "the map is away"),
        (("load",), ["ana", "", ""], "the workload is away"),
        (("own", "load"), ["", "", ""], "the map is away"),
    ],
)
def test_a_broken_table_costs_only_what_it_knows(
    broken: tuple[str, ...], expected: list[str], said: str
) -> None:
    """When a table fails the other one still serves, and the answer says why it is short."""
    tables = BrokenTables(*broken)
    fill(tables)
    answer = best_agents.answer(event(callType="loans"), tables, "Sales")
    assert agents(answer) == expected
    assert said in answer["error"]
    assert answer["default_queue"] == "Sales"
    assert all(isinstance(value, str) for value in answer.values())


@pytest.mark.parametrize(
    "asked", [event(), event(callType=""), event(callType=None), {}, None, [], {"Details": 1}]
)
def test_a_missing_call_type_is_told(asked: Any) -> None:
    """Without a call type, or without an event that makes sense, the answer says so and names the default queue."""
    answer = best_agents.answer(asked, MemoryTables(), "BasicQueue")
    assert (agents(answer), answer["count"]) == (["", "", ""], "0")
    assert "callType is missing" in answer["error"]


def test_a_retry_keeps_the_start() -> None:
    """Putting a call twice keeps the first time, until the record is over."""
    tables = MemoryTables()
    first = put_queue.answer(event(), tables, START, 3600)
    assert first == {"callId": "c1", "times": "03/01/2026 09:00:00"}
    assert put_queue.answer(event(), tables, START + 60, 3600) == first
    assert put_queue.answer(event(), tables, START + 3600, 3600)["times"] == "03/01/2026 10:00:00"


@pytest.mark.parametrize(
    ("waited", "queue_time", "ewt"),
    [(30, "90", 60), (90.9, "90", 0), (100, "90", 0), (0, 7, 7), (-5, "7", 7)],
)
def test_the_wait_is_what_is_left(waited: float, queue_time: Any, ewt: int) -> None:
    """The wait told is the oldest age less the own wait, never below 0, and the record keeps it."""
    tables = MemoryTables()
    put_queue.answer(event(), tables, START, 3600)
    answer = get_ewt.answer(event(queue_time=queue_time), tables, START + waited)
    assert answer == {"callId": "c1", "times": "03/01/2026 09:00:00", "ewt": ewt}
    record = tables.queue_record("c1", START)
    assert record is not None
    assert record.ewt == ewt


@pytest.mark.parametrize("queue_time", [None, "", "soon", "1.5", "-1", -1, True, 1.5, [], "NaN"])
def test_a_bad_queue_time_raises(queue_time: Any) -> None:
    """What is no whole number of seconds raises, so that the flow takes its Error branch."""
    tables = MemoryTables()
    put_queue.answer(event(), tables, START, 3600)
    with pytest.raises(ValueError, match="queue_time must be a whole number of seconds"):
        get_ewt.answer(event(queue_time=queue_time), tables, START)


def test_an_unknown_call_raises() -> None:
    """A call that was never put, or whose record is over, raises with the way out."""
    tables = MemoryTables()
    with pytest.raises(ValueError, match="no queue record of the call 'c1'; invoke putQueue"):
        get_ewt.answer(event(queue_time="5"), tables, START)
    put_queue.answer(event(), tables, START, 60)
    with pytest.raises(ValueError, match="no queue record"):
        get_ewt.answer(event(queue_time="5"), tables, START + 60)


@pytest.mark.parametrize("asked", [None, {}, {"Details": {"ContactData": {"ContactId": ""}}}])
def test_an_event_without_a_contact_raises(asked: Any) -> None:
    """Without a contact id there is nothing to note and nothing to tell."""
    with pytest.raises(ValueError, match="ContactId"):
        put_queue.answer(asked, MemoryTables(), START, 60)
    with pytest.raises(ValueError, match="ContactId"):
        get_ewt.answer(asked, MemoryTables(), START)


def test_the_settings_have_the_articles_names() -> None:
    """The environment names tables, index, region and default queue; each has a default but the file."""
    assert wiring.settings({}) == (
        "",
        "us-east-1",
        "CustomerAgentMap",
        "AgentWorkload",
        "callType-workload-index",
        "queues",
        "BasicQueue",
        "24",
    )
    chosen = wiring.settings({"DEFAULT_QUEUE": "Sales", "QUEUES_TABLE": "", "QUEUE_RECORD_HOURS": "0.5"})
    assert (chosen.default_queue, chosen.queues_table, chosen.queue_record_lifetime) == (
        "Sales",
        "queues",
        1800,
    )
    for bad in ("none", "0", "nan", "-1"):
        with pytest.raises(UsageFault, match="QUEUE_RECORD_HOURS"):
            _ = wiring.settings({"QUEUE_RECORD_HOURS": bad}).queue_record_lifetime


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of tables that the handlers find by their environment."""
    path = tmp_path / "evenhand.db"
    tables = SqliteTables(path)
    fill(tables)
    tables.close()
    monkeypatch.setenv("EVENHAND_TABLES", str(path))
    monkeypatch.setenv("DEFAULT_QUEUE", "Sales")
    yield path
    wiring.close()


def test_the_handlers_work_on_the_file(database: Path) -> None:
    """Called as Lambda calls them, the three handlers find their tables by the environment."""
    assert agents(best_agents.handler(event(callType="loans"), None)) == ["ana", "bo", "di"]
    put = put_queue.handler(event(), None)
    told = get_ewt.handler(event(queue_time="3600"), None)
    assert told["times"] == put["times"]
    assert 3590 <= int(told["ewt"]) <= 3600


def test_best_agents_answers_without_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tables that cannot be opened leave the default queue and the reason; the others raise."""
    for path in ("", str(tmp_path / "nowhere" / "evenhand.db")):
        monkeypatch.setenv("EVENHAND_TABLES", path)
        answer = best_agents.handler(event(callType="loans"), None)
        assert (agents(answer), answer["default_queue"]) == (["", "", ""], "BasicQueue")
        assert "way out" in answer["error"]
        with pytest.raises(TablesUnavailable):
            put_queue.handler(event(), None)
        with pytest.raises(TablesUnavailable):
            get_ewt.handler(event(queue_time="1"), None)


def _shipped(environment: dict[str, str]) -> list[FunctionDefinition]:
    return [
        FunctionDefinition(
            name=name,
            source=f"evenhand.adapters.aws.functions.{module}:handler",
            environment=environment,
        )
        for name, module in [
            ("bestAgents", "best_agents"),
            ("putQueue", "put_queue"),
            ("getEWT", "get_ewt"),
        ]
    ]


def in_processes(folder: Path, calls: list[tuple[str, Any]]) -> list[Answer]:
    async def whole() -> list[Answer]:
        functions = ProcessFunctions(_shipped({"EVENHAND_TABLES": "evenhand.db"}), folder)
        try:
            assert await functions.preload() == ()
            return [
                await functions.invoke(name, given, request_id=str(number), time_limit=8)
                for number, (name, given) in enumerate(calls)
            ]
        finally:
            await functions.close()

    return asyncio.run(whole())


def test_the_shipped_functions_run_in_processes(database: Path) -> None:
    """As a centre runs them, they share one file and their answers are what a flow reads."""
    best, early, put, told = in_processes(
        database.parent,
        [
            ("bestAgents", event(callType="loans")),
            ("getEWT", event(queue_time="3600")),
            ("putQueue", event()),
            ("arn:aws:lambda:eu-central-1:111122223333:function:getEWT", event(queue_time="3600")),
        ],
    )
    assert agents(json.loads(best.payload)) == ["ana", "bo", "di"]
    assert early.reason == "raised"
    assert "invoke putQueue" in early.detail
    assert json.loads(put.payload)["callId"] == "c1"
    assert 3590 <= json.loads(told.payload)["ewt"] <= 3600


CORPUS = os.environ.get("EVENHAND_CORPUS", "")


@pytest.mark.skipif(not CORPUS, reason="EVENHAND_CORPUS does not name a folder with public sample events")
def test_events_of_real_centres_are_understood(database: Path) -> None:
    """Every public sample event gets an answer or a clear refusal from each function, never a crash."""
    files = sorted(Path(CORPUS, "events").glob("*.json"))
    assert len(files) >= 9
    for file in files:
        given = json.loads(file.read_text())
        answers = in_processes(
            database.parent, [("bestAgents", given), ("putQueue", given), ("getEWT", given)]
        )
        assert "callType is missing" in json.loads(answers[0].payload)["error"], file.name
        known = "ContactId" in given["Details"]["ContactData"]
        assert answers[1].ok == known, file.name
        assert answers[2].reason == "raised", file.name
        assert ("queue_time must be" if known else "ContactId") in answers[2].detail, file.name
        if known:
            given["Details"]["Parameters"] = {"callType": "loans", "queue_time": "60"}
            answers = in_processes(database.parent, [("bestAgents", given), ("getEWT", given)])
            assert json.loads(answers[0].payload)["count"] == "3", file.name
            assert 0 < json.loads(answers[1].payload)["ewt"] <= 60, file.name
