"""`evenhand records`, `events` and `metrics`: what a journal comes to in Amazon Connect's shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.centre.centre import Centre
from evenhand.cli.app import run
from evenhand.host.ports import Entry
from evenhand.model.inputs import CentreDefined, ContactArrived, ContactHungUp, Input, Tick
from evenhand.simulation.streams import skills_centre


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A journal: one contact is answered at once and ends after 10 s, one gives up after 5 s."""
    centre = Centre()
    happened: list[tuple[float, Input]] = [
        (0.0, CentreDefined(skills_centre([[0]]))),
        (10.0, ContactArrived("abc-1", "in", attributes={"tier": "gold"})),
        (12.0, ContactArrived("abd-2", "in")),
        (17.0, ContactHungUp("abd-2")),
        (20.0, ContactHungUp("abc-1")),
        (60.0, Tick()),
    ]
    entries = [
        Entry(number, at, input, centre.handle(input, at).facts)
        for number, (at, input) in enumerate(happened, 1)
    ]
    journal = SqliteJournal(tmp_path / "journal.db")
    journal.append(1, 1, entries)
    journal.close()
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """A command's JSON lines."""
    with pytest.raises(SystemExit) as done:
        run(list(arguments))
    assert done.value.code == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that is used wrongly says."""
    with pytest.raises(SystemExit) as done:
        run(list(arguments))
    assert done.value.code == 2
    return capsys.readouterr().err


def test_records_are_json_lines_in_both_spellings(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One of each contact, with the attributes it came with."""
    kinesis = lines(capsys, "records", "--data", str(data))
    assert [one["ContactId"] for one in kinesis] == ["abd-2", "abc-1"]
    assert kinesis[1]["Attributes"] == {"tier": "gold"}
    assert kinesis[0]["Agent"] is None
    api = lines(capsys, "records", "--data", str(data), "--format", "api")
    assert [one["Id"] for one in api] == ["abd-2", "abc-1"]


def test_a_format_that_is_not_known_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The way out stands beside."""
    assert "use kinesis or api" in fails(capsys, "records", "--data", str(data), "--format", "xml")


def test_events_are_of_agents_or_of_contacts(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two streams; one has to be chosen."""
    agents = lines(capsys, "events", "--agents", "--data", str(data))
    assert agents[0]["EventType"] == "LOGIN"
    contacts = lines(capsys, "events", "--contacts", "--data", str(data))
    assert contacts[0]["detail"]["eventType"] == "INITIATED"
    assert "either --agents or --contacts" in fails(capsys, "events", "--data", str(data))


def test_metrics_are_grouped_and_bounded(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One handled, one abandoned; before 18 s only the abandoned one has ended."""
    (whole,) = lines(capsys, "metrics", "--data", str(data), "--by", "queue", "--json")
    assert whole["Metrics"]["CONTACTS_HANDLED"] == {"Value": 1, "Unit": "COUNT"}
    assert whole["Metrics"]["ABANDONMENT_RATE"]["Value"] == 50.0
    (part,) = lines(
        capsys,
        "metrics",
        "--data",
        str(data),
        "--json",
        "--from",
        "1970-01-01",
        "--to",
        "1970-01-01T00:00:18Z",
    )
    assert part["Metrics"]["CONTACTS_HANDLED"]["Value"] == 0
    assert part["Metrics"]["CONTACTS_ABANDONED"]["Value"] == 1


def test_metrics_by_agent_tell_the_time_in_each_status(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A minute of being available."""
    (agent,) = lines(capsys, "metrics", "--data", str(data), "--by", "agent", "--json")
    assert agent["SecondsInStatus"] == {"Available": pytest.approx(60.0)}
    assert agent["Metrics"]["SUM_CONTACT_TIME_AGENT"]["Value"] == pytest.approx(10.0)


def test_metrics_of_a_moment_are_as_things_stood_then(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At 15 s one talks and one waits, for 3 s."""
    (now,) = lines(capsys, "metrics", "--data", str(data), "--now", "--to", "1970-01-01T00:00:15Z", "--json")
    assert now["Metrics"]["CONTACTS_IN_QUEUE"]["Value"] == 1
    assert now["Metrics"]["AGENTS_ON_CONTACT"]["Value"] == 1
    assert now["Metrics"]["OLDEST_CONTACT_AGE"] == {"Value": 3.0, "Unit": "SECONDS"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (["--by", "weather"], "use queue, channel, routing-profile, agent"),
        (["--by", "agent", "--now"], "agent-status"),
        (["--from", "yesterday"], "write it as 2026-11-23T08:00:00Z"),
        (["--threshold", "0"], "must be above 0"),
    ],
)
def test_metrics_say_what_they_cannot_read(
    data: Path, capsys: pytest.CaptureFixture[str], wrong: list[str], says: str
) -> None:
    """What is wrong and the way out."""
    assert says in fails(capsys, "metrics", "--data", str(data), *wrong)


def test_metrics_for_people_are_lines(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dash for what cannot be computed; a word where there is nothing at all."""
    with pytest.raises(SystemExit):
        run(["metrics", "--data", str(data)])
    shown = capsys.readouterr().out
    assert "SERVICE_LEVEL" in shown
    assert any(line.split() == ["AVG_HOLD_TIME", "-"] for line in shown.splitlines())
    with pytest.raises(SystemExit):
        run(["metrics", "--data", str(data), "--to", "1970-01-01"])
    assert "nothing in this time" in capsys.readouterr().out
