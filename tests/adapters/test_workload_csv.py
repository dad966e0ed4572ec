"""A CSV file as a source of offline workload: watched, and never taken half-written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evenhand.adapters.workload.csv_file import CsvReader
from evenhand.errors import SourceUnavailable, TableFault
from evenhand.model.workload_sources import WorkloadSource

NOW = 1_800_000_000.0
GOOD = "agentName,callType,workload\nana,billing,5\nbo,billing,2\n"


class Desk:
    """The reader, and a file whose age a test decides."""

    def __init__(self, folder: Path, **more: object) -> None:
        self.path = folder / "work.csv"
        self.time = NOW
        source = WorkloadSource(name="desk", kind="csv", file="work.csv", **more)  # type: ignore[arg-type]
        self.reader = CsvReader(self.path, source, now=lambda: self.time)

    def write(self, text: str | bytes, *, age: float = 5.0) -> None:
        self.path.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(self.path, (self.time - age, self.time - age))

    def loads(self) -> dict[str, float] | None:
        """None where nothing changed."""
        reading = self.reader.read()
        if reading.unchanged:
            return None
        return {row.agent: row.kinds["workload"] for row in reading.observations}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_file_is_read_when_it_changed(desk: Desk) -> None:
    """The same file is not read twice; a new one is; its age is the file's."""
    desk.write(GOOD)
    assert desk.loads() == {"ana": 5.0, "bo": 2.0}
    desk.time += 60.0
    assert desk.loads() is None
    assert desk.reader.read().age == pytest.approx(65.0, abs=0.01)
    desk.write(GOOD.replace("5", "6"))
    assert desk.loads() == {"ana": 6.0, "bo": 2.0}


def test_the_same_content_written_again_is_young_and_unchanged(desk: Desk) -> None:
    """An export that runs and finds no change shows that it is alive."""
    desk.write(GOOD)
    desk.loads()
    desk.time += 100.0
    desk.write(GOOD)
    reading = desk.reader.read()
    assert reading.unchanged
    assert reading.age == pytest.approx(5.0, abs=0.01)


def test_a_file_that_is_being_written_is_not_taken(desk: Desk) -> None:
    """Until it is left alone the reading before stands, as old as it is."""
    desk.write(GOOD)
    desk.loads()
    desk.time += 50.0
    desk.write("agentName,callType,workload\nana,billing,1\n", age=0.2)
    reading = desk.reader.read()
    assert reading.unchanged
    assert reading.age == pytest.approx(55.0, abs=0.01)
    desk.time += 2.0
    assert desk.loads() == {"ana": 1.0}


def test_a_file_whose_last_line_has_no_end_may_be_cut_off(desk: Desk) -> None:
    """`12` may become `125`: it is taken only when it was left alone for long."""
    desk.write("agentName,callType,workload\nana,billing,12")
    with pytest.raises(SourceUnavailable, match="being written"):
        desk.reader.read()
    desk.time += 10.0
    assert desk.loads() == {"ana": 12.0}


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (GOOD + "cy,bil\n", "line 4", "It has 2 cells"),
        (GOOD + "cy,billing,many\n", "line 4", "'many' is not a number"),
        (GOOD + "cy,,1\n", "line 4", "It is missing"),
        (GOOD + 'cy,"bill', "line 4", "no CSV"),
        ("agent,callType,workload\n", "line 1", "no column 'agentName'"),
        ("agentName,agentName\n", "line 1", "two columns 'agentName'"),
        ("", "line 1", "no header"),
        (GOOD.encode() + b"\xff\n", "byte 56", "not UTF-8"),
    ],
)
def test_a_bad_file_is_named_and_what_stood_stands(
    desk: Desk, text: str | bytes, place: str, message: str
) -> None:
    """Every look at it says what is wrong, until it is written anew."""
    desk.write(GOOD)
    desk.loads()
    desk.time += 20.0
    desk.write(text, age=15.0)
    for _ in range(2):
        with pytest.raises(TableFault) as failed:
            desk.reader.read()
        assert message in failed.value.findings[0].message
        assert failed.value.findings[0].block == place
    desk.time += 20.0
    desk.write(GOOD)
    assert desk.loads() in (None, {"ana": 5.0, "bo": 2.0})


def test_an_older_file_in_its_place_is_refused(desk: Desk) -> None:
    """A backup that was put back must not pass for news."""
    desk.write(GOOD)
    desk.loads()
    desk.write(GOOD.replace("5", "9"), age=500.0)
    with pytest.raises(SourceUnavailable, match="older than"):
        desk.reader.read()


def test_a_spreadsheet_from_elsewhere_can_be_read(tmp_path: Path) -> None:
    """A mark at the begin, other columns, semicolons, Windows' line ends, empty lines and cells."""
    desk = Desk(
        tmp_path,
        delimiter=";",
        fields={"agent": "Owner", "kind": "Topic", "state": "Status"},
        call_types=("billing",),
    )
    desk.write(
        "\ufeffId;Owner;Topic;Status\r\n1;ana;file;new\r\n\r\n2;ana;file;new\r\n3;;file;new\r\n4;bo;;\r\n"
    )
    rows = {row.agent: (row.kinds, row.states) for row in desk.reader.read().observations}
    assert rows == {"ana": ({}, {"file": {"new": 2.0}}), "bo": ({"workload": 1.0}, {})}
