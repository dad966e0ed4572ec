"""The command `evenhand convert`, as a person or a build uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evenhand.cli.app import app
from evenhand.errors import UsageFault

OLDER: dict[str, Any] = {
    "modules": [
        {
            "id": "hours",
            "type": "CheckHoursOfOperation",
            "branches": [{"condition": name, "transition": "bye"} for name in ("True", "False", "Error")],
            "parameters": [{"name": "Hours", "value": "", "resourceName": "Office"}],
            "metadata": {},
        },
        {"id": "bye", "type": "Disconnect", "branches": [], "parameters": [], "metadata": {}},
    ],
    "version": "1",
    "type": "contactFlow",
    "start": "hours",
    "metadata": {"name": "Main"},
}


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A flow of the older export that lost the id of its hours."""
    return written(tmp_path / "old.json", OLDER)


def written(file: Path, value: object) -> Path:
    file.write_text(json.dumps(value), encoding="utf-8")
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["convert", *map(str, arguments)])


def test_the_flow_comes_out_and_the_losses_are_told_beside_it(older: Path) -> None:
    """Standard output is the flow and nothing else."""
    result = run(older)
    assert result.exit_code == 0
    assert [action["Type"] for action in json.loads(result.stdout)["Actions"]] == [
        "CheckHoursOfOperation",
        "DisconnectParticipant",
    ]
    assert "hours: parameters.Hours  [name-without-id]" in result.stderr
    assert "way out:" in result.stderr


def test_strict_makes_losses_faults(older: Path) -> None:
    """For a build that must not lose anything."""
    assert run(older, "--strict").exit_code == 1


def test_a_converted_flow_passes_through_unchanged(older: Path, tmp_path: Path) -> None:
    """What is in the flow language comes out as it went in."""
    once = run(older).stdout
    again = run(written(tmp_path / "new.json", json.loads(once)))
    assert (again.exit_code, again.stdout, again.stderr) == (0, once, "")


def test_several_flows_go_into_a_folder(older: Path, tmp_path: Path) -> None:
    """A list is taken apart by the flows' names; without names the file's counts up."""
    both = written(tmp_path / "both.json", [OLDER, {**OLDER, "metadata": {"name": "a/b"}}, OLDER])
    result = run(older, both, "--out", tmp_path / "new")
    assert result.exit_code == 0
    names = sorted(file.name for file in (tmp_path / "new").iterdir())
    assert names == ["Main-2.json", "Main.json", "a_b.json", "old.json"]


def test_several_flows_do_not_share_standard_output(older: Path, tmp_path: Path) -> None:
    """The way out is a folder."""
    result = run(older, written(tmp_path / "other.json", OLDER))
    assert isinstance(result.exception, UsageFault)


def test_the_source_is_never_overwritten(older: Path) -> None:
    """An export is converted beside itself."""
    before = older.read_bytes()
    assert isinstance(run(older, "--out", older).exception, UsageFault)
    assert older.read_bytes() == before


def test_json_holds_flows_and_findings(older: Path) -> None:
    """For programs, all in one object."""
    answer = json.loads(run(older, "--json").stdout)
    assert answer["summary"] == {"flows": 1, "findings": 1}
    assert answer["flows"][0]["flow"]["StartAction"] == "hours"
    assert answer["findings"][0]["code"] == "name-without-id"


def test_what_is_no_flow_is_a_fault_and_what_is_not_there_an_error(tmp_path: Path) -> None:
    """The exit codes are those of `check`."""
    assert run(written(tmp_path / "no.json", {"a": 1})).exit_code == 1
    assert run(tmp_path / "missing.json").exit_code == 2


def test_check_says_that_it_read_an_older_export(older: Path) -> None:
    """Nobody needs to convert a flow to have it checked."""
    result = CliRunner().invoke(app, ["check", str(older)])
    assert result.exit_code == 0
    assert "[older-export]" in result.stdout
    assert "1 file: 0 errors, 2 warnings" in result.stdout
