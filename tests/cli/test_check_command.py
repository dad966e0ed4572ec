"""The command `evenhand check`, as a person or a build uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evenhand.cli.app import app
from evenhand.cli.init import write_starter

SOUND = {
    "Version": "2019-10-30",
    "StartAction": "hello",
    "Actions": [
        {
            "Identifier": "hello",
            "Type": "MessageParticipant",
            "Parameters": {"Text": "Hello"},
            "Transitions": {"NextAction": "bye"},
        },
        {"Identifier": "bye", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
    ],
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A flow without a fault."""
    return written(tmp_path / "sound.json", SOUND)


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """A flow with one warning and no error."""
    greeting = {**SOUND["Actions"][0], "Identifier": "alone"}  # type: ignore[dict-item]
    return written(tmp_path / "doubtful.json", {**SOUND, "Actions": [*SOUND["Actions"], greeting]})


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A flow with one error."""
    return written(tmp_path / "wrong.json", {**SOUND, "StartAction": "nowhere"})


def written(file: Path, flow: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(flow), encoding="utf-8")
    return file


def test_a_sound_flow_passes_with_a_line_that_sums_up(sound: Path) -> None:
    """A flow without faults gives one line and exit code 0."""
    result = run(sound)
    assert (result.exit_code, result.output) == (0, "1 file: 0 errors, 0 warnings\n")


def test_a_fault_is_shown_with_its_file_its_place_and_the_way_out(wrong: Path) -> None:
    """An error stands under its file with severity, place, message and way out; the exit code is 1."""
    result = run(wrong)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        str(wrong),
        "  error  StartAction  [start-missing]",
        "    StartAction: no block is called 'nowhere'",
        "    way out: Name the Identifier of the first block.",
        "",
        "1 file: 1 error, 0 warnings",
    ]


def test_warnings_pass_unless_they_are_to_count(doubtful: Path) -> None:
    """A flow with warnings only is let pass, and is not with --strict."""
    assert run(doubtful).exit_code == 0
    assert "1 file: 0 errors, 1 warning\n" in run(doubtful).output
    assert run("--strict", doubtful).exit_code == 1


def test_a_text_that_is_no_json_is_a_fault_of_its_file(tmp_path: Path, wrong: Path) -> None:
    """A file that is not JSON counts as one with an error, and the others are checked as well."""
    torn = tmp_path / "torn.json"
    torn.write_text('{"Version": ', encoding="utf-8")
    result = run(torn, wrong)
    assert result.exit_code == 1
    assert "not JSON" in result.output
    assert "line 1 column 13" in result.output
    assert "2 files: 2 errors, 0 warnings\n" in result.output


def test_a_file_that_is_not_there_does_not_hide_the_others(tmp_path: Path, wrong: Path) -> None:
    """An unreadable file is named, the faults of the others are told, and the exit code is 2."""
    result = run(tmp_path / "absent.json", wrong)
    assert result.exit_code == 2
    assert "cannot be read" in result.output
    assert "no block is called 'nowhere'" in result.output
    assert "1 file: 1 error, 0 warnings, 1 could not be read\n" in result.output


def test_a_folder_stands_for_the_flows_inside(tmp_path: Path) -> None:
    """All .json files of a folder are checked, at any depth, in order, but not those of hidden folders."""
    written(tmp_path / "b" / "deep" / "wrong.json", {**SOUND, "StartAction": "nowhere"})
    written(tmp_path / "a.json", SOUND)
    written(tmp_path / ".cache" / "junk.json", [])
    (tmp_path / "notes.txt").write_text("no flow", encoding="utf-8")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "2 files: 1 error, 0 warnings\n" in result.output


def test_a_file_named_twice_is_checked_once(sound: Path) -> None:
    """A file that is named itself and by its folder is counted once."""
    assert run(sound, sound.parent).output == "1 file: 0 errors, 0 warnings\n"


def test_a_folder_without_flows_is_said_to_be_empty(tmp_path: Path) -> None:
    """A folder without a .json file is no silent success."""
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "no .json file" in result.output


def test_programs_get_json(wrong: Path, tmp_path: Path) -> None:
    """With --json the findings and the summary come as one object and nothing else is written."""
    result = run("--json", wrong, tmp_path / "absent.json")
    assert result.exit_code == 2
    answer = json.loads(result.output)
    assert answer["summary"] == {"files": 1, "errors": 1, "warnings": 0, "unreadable": 1}
    fault, absent = answer["findings"]
    assert fault == {
        "file": str(wrong),
        "block": "",
        "field": "StartAction",
        "severity": "error",
        "code": "start-missing",
        "message": "StartAction: no block is called 'nowhere'",
        "way_out": "Name the Identifier of the first block.",
    }
    assert absent["code"] == "cannot-be-read"


@pytest.mark.parametrize("spelling", ["CUSTOMER_HOLD", "customer-hold", "customerHold"])
def test_the_flow_type_may_be_spelled_as_service_console_or_shell_do(sound: Path, spelling: str) -> None:
    """--type decides where the flow stands, in any of the usual spellings."""
    result = run("--type", spelling, sound)
    assert result.exit_code == 1
    assert "MessageParticipant (Play prompt) may not stand in a flow of type CUSTOMER_HOLD" in result.output


def test_an_unknown_flow_type_is_a_fault_of_the_command(sound: Path) -> None:
    """A flow type nobody knows stops the command with exit code 2 and the known ones."""
    result = run("--type", "dream", sound)
    assert result.exit_code == 2
    assert "CUSTOMER_QUEUE" in result.output


def test_what_a_terminal_would_obey_is_shown_as_an_escape(tmp_path: Path) -> None:
    """Control characters and halves of surrogate pairs in a flow are written out, not sent to the screen."""
    file = tmp_path / "odd.json"
    file.write_text('{"Version": "\\u001b[2J \\ud800", "Actions": []}', encoding="utf-8")
    for arguments in ([file], ["--json", file]):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "\x1b" not in result.output
        assert "ud800" in result.output


@pytest.mark.parametrize(
    ("arguments", "variable", "coloured"),
    [([], None, True), (["--no-color"], None, False), ([], "1", False), ([], "", True)],
)
def test_colour_is_for_terminals_that_want_it(
    wrong: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    variable: str | None,
    coloured: bool,
) -> None:
    """A terminal gets colour, unless --no-color or a NO_COLOR that is not empty asks for none."""
    monkeypatch.setattr("evenhand.cli.check._is_terminal", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if variable is not None:
        monkeypatch.setenv("NO_COLOR", variable)
    result = CliRunner().invoke(app, ["check", *arguments, str(wrong)], color=True)
    assert ("\x1b[" in result.output) == coloured


def test_a_centre_definition_goes_to_its_own_check(tmp_path: Path) -> None:
    """A .toml file is handed to the check of centre definitions and its findings are shown like others."""
    centre = tmp_path / "centre.toml"
    centre.write_text('[queues.Sales]\npolicy = "nobody"\n', encoding="utf-8")
    result = run(centre)
    assert result.exit_code == 1
    assert "nobody" in result.output
    centre.write_text("[queues", encoding="utf-8")
    result = run(centre)
    assert result.exit_code == 1
    assert "TOML" in result.output


def test_the_help_teaches_by_examples() -> None:
    """The help shows how the command is used and what its exit codes mean."""
    result = run("--help")
    assert result.exit_code == 0
    assert "evenhand check flows/sales.json" in result.output
    assert "Exit codes" in result.output


def test_the_flows_of_a_centre_count_as_checked(tmp_path: Path) -> None:
    """Definition and flows are counted, and a fault is told once."""
    write_starter(tmp_path)
    assert "6 files: 0 errors, 0 warnings" in run(tmp_path).output
    file = tmp_path / "centre.toml"
    file.write_text(file.read_text().replace('hours = "Office hours"', 'hours = "Nights"'))
    result = run(tmp_path)
    assert result.exit_code == 1
    assert result.output.count("Nights") == 1


def test_a_folder_with_a_centre_is_checked_as_that_centre_with_its_flows(tmp_path: Path) -> None:
    """A folder's centre and its flows are checked together; its data files are not taken for flows."""
    assert CliRunner().invoke(app, ["init", str(tmp_path / "desk")]).exit_code == 0
    (tmp_path / "desk" / "tables" / "rows.json").write_text("[]")
    assert run(tmp_path / "desk").exit_code == 0
    centre = tmp_path / "desk" / "centre.toml"
    centre.write_text(centre.read_text().replace('default_queue = "BasicQueue"', 'default_queue = "Basic"'))
    (tmp_path / "desk" / "flows" / "queue-timer.json").write_text("{")
    result = run(tmp_path / "desk")
    assert result.exit_code == 1
    assert "unknown-queue" in result.output
    assert "queue-timer.json" in result.output
