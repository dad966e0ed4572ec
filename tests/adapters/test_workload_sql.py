"""A query as a source of offline workload."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")

from evenhand.adapters.workload.sql import SqlReader
from evenhand.errors import SourceUnavailable
from evenhand.model.workload_sources import WorkloadSource

QUERY = "SELECT owner AS agentName, 'billing' AS callType, topic AS kind, status AS state, count(*) AS workload FROM cases GROUP BY owner, topic, status"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "cases.db") as database:
        database.execute("CREATE TABLE cases (owner, topic, status)")
        rows = [("ana", "file", "new"), ("ana", "file", "new"), (7, "mail", None), (None, "mail", "new")]
        database.executemany("INSERT INTO cases VALUES (?, ?, ?)", rows)
    database.close()
    return tmp_path


def reader(folder: Path, environment: dict[str, str] | None = None, **more: Any) -> SqlReader:
    given: dict[str, Any] = {"url": "sqlite:///cases.db", "query": QUERY, **more}
    return SqlReader(WorkloadSource(name="cases", kind="sql", **given), folder, environment or {})


def test_a_query_is_counted(folder: Path) -> None:
    """Columns are fields by name; numbers may be names; nobody's rows are left out."""
    desk = reader(folder)
    reading = desk.read()
    desk.close()
    rows = {row.agent: (row.kinds, row.states) for row in reading.observations}
    assert rows == {"ana": ({}, {"file": {"new": 2.0}}), "7": ({"mail": 1.0}, {})}
    assert reading.unassigned == 1


def test_an_address_may_stand_in_a_variable(folder: Path) -> None:
    """With a password in it, it belongs there; a missing one is named."""
    desk = reader(folder, {"CASES": "sqlite:///cases.db"}, url="", url_from="CASES")
    assert len(desk.read().observations) == 2
    desk.close()
    with pytest.raises(SourceUnavailable, match="variable CASES is not set"):
        reader(folder, url="", url_from="CASES").read()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"query": "SELECT * FROM missing"}, "no such table: missing"),
        ({"query": "SELECT owner FROM cases"}, "no column 'agentName' for the agent"),
        ({"url": "sqlite:///other.db"}, "there is no file"),
        ({"url": "postgresql+nobody://ana:hush@h/d"}, "Can't load plugin"),
        ({"url": "ana:hush@h"}, "not one of SQLAlchemy's"),
        ({"query": "PRAGMA foreign_keys = ON"}, "answers no rows"),
        ({"query": "CREATE TABLE mine (a)"}, "readonly"),
    ],
)
def test_what_cannot_be_asked_is_named_without_its_password(
    folder: Path, more: dict[str, Any], message: str
) -> None:
    """The database's own words, in one line; nothing is made where nothing was."""
    desk = reader(folder, **more)
    with pytest.raises(SourceUnavailable) as failed:
        desk.read()
    desk.close()
    assert message in failed.value.message
    assert "hush" not in str(failed.value)
    assert sorted(path.name for path in folder.iterdir()) == ["cases.db"]


def test_a_query_cannot_write(folder: Path) -> None:
    """Also one that begins like a question."""
    query = "WITH x AS (SELECT 1) DELETE FROM cases RETURNING owner AS agentName, 'b' AS callType"
    desk = reader(folder, query=query)
    with pytest.raises(SourceUnavailable, match="readonly"):
        desk.read()
    desk.close()
    with sqlite3.connect(folder / "cases.db") as database:
        assert database.execute("SELECT count(*) FROM cases").fetchone() == (4,)
    database.close()
