"""`evenhand explain` and `evenhand trace`: looking back into a journal."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.centre.centre import Centre
from evenhand.cli.app import app, run
from evenhand.host.ports import Entry
from evenhand.model.facts import AgentChosen
from evenhand.model.inputs import CentreDefined, ContactArrived, ContactHungUp, Input
from evenhand.simulation.streams import skills_centre


@pytest.fixture
def entries() -> list[Entry]:
    """Two contacts of a small centre: one is answered, one gives up."""
    centre = Centre()
    happened: list[Input] = [
        CentreDefined(skills_centre([[0]])),
        ContactArrived("abc-1", "in", customer_address="+12025550171"),
        ContactArrived("abd-2", "in"),
        ContactHungUp("abd-2"),
    ]
    return [
        Entry(number, float(number), input, centre.handle(input, float(number)).facts)
        for number, input in enumerate(happened, 1)
    ]


def keep(folder: Path, entries: list[Entry]) -> None:
    """Write these entries into the journal of a data folder."""
    journal = SqliteJournal(folder / "journal.db")
    journal.append(1, 1, entries)
    journal.close()


def look(*arguments: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, list(arguments))


def test_explain_prints_the_decision_and_derives_it_again(tmp_path: Path, entries: list[Entry]) -> None:
    """The beginning of an id is enough; the same choice gives exit code 0."""
    keep(tmp_path, entries)
    result = look("explain", "abc", "--data", str(tmp_path))
    assert result.exit_code == 0
    assert "chosen      agent0" in result.output
    assert "derived again from the record: the same choice, agent0" in result.output


def test_a_decision_that_does_not_follow_from_its_record_gives_exit_code_1(
    tmp_path: Path, entries: list[Entry]
) -> None:
    """Somebody altered the journal: explain says whom the record leads to."""
    altered = [
        msgspec.structs.replace(fact, decision=msgspec.structs.replace(fact.decision, agent="mallory"))
        if isinstance(fact, AgentChosen)
        else fact
        for fact in entries[1].facts
    ]
    entries[1] = msgspec.structs.replace(entries[1], facts=tuple(altered))
    keep(tmp_path, entries)
    result = look("explain", "abc-1", "--data", str(tmp_path))
    assert result.exit_code == 1
    assert "derived again from the record: agent0, but the record says mallory" in result.output


def test_a_contact_for_whom_nobody_was_chosen_is_no_error(tmp_path: Path, entries: list[Entry]) -> None:
    """Who gave up has no decision; explain says so and names the trace."""
    keep(tmp_path, entries)
    result = look("explain", "abd-2", "--data", str(tmp_path))
    assert result.exit_code == 0
    assert "nobody was chosen for it" in result.output
    assert f"evenhand trace abd-2 --data {tmp_path}" in result.output


def test_explain_as_json_has_every_decision(tmp_path: Path, entries: list[Entry]) -> None:
    """Machines get the records with the second derivation."""
    keep(tmp_path, entries)
    told = json.loads(look("explain", "abc", "--data", str(tmp_path), "--json").stdout)
    assert told["contact_id"] == "abc-1"
    assert told["decisions"][0]["derived_again"] == {
        "same": True,
        "says": "derived again from the record: the same choice, agent0",
    }


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("zzz", "the last ones are abc-1, abd-2"),
        ("ab", "more than one contact begins with 'ab': abc-1, abd-2"),
    ],
)
def test_an_id_that_names_no_single_contact_is_explained(
    wanted: str,
    message: str,
    tmp_path: Path,
    entries: list[Entry],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The last few contacts, or those that begin so, are listed; exit code 2."""
    keep(tmp_path, entries)
    with pytest.raises(SystemExit) as stopped:
        run(["explain", wanted, "--data", str(tmp_path)])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_a_folder_without_a_journal_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No journal is made by looking for one."""
    with pytest.raises(SystemExit) as stopped:
        run(["trace", "abc", "--data", str(tmp_path)])
    assert stopped.value.code == 2
    assert "there is no journal here" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_trace_prints_the_contacts_way(tmp_path: Path, entries: list[Entry]) -> None:
    """Blocks, queue, decision and talk, with times from the contact's beginning."""
    keep(tmp_path, entries)
    shown = look("trace", "abc", "--data", str(tmp_path)).output
    assert "queue [TransferContactToQueue]" in shown
    assert "talks to agent0" in shown
    steps = json.loads(look("trace", "abc", "--data", str(tmp_path), "--json").stdout)["steps"]
    assert [step["kind"] for step in steps][:2] == ["ContactInitiated", "BlockExecuted"]


def test_the_flow_log_is_empty_where_logging_is_off(tmp_path: Path, entries: list[Entry]) -> None:
    """This flow never switched logging on."""
    keep(tmp_path, entries)
    result = look("trace", "abc", "--data", str(tmp_path), "--flow-log")
    assert (result.exit_code, result.stdout) == (0, "")
