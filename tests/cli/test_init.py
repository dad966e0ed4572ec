"""`evenhand init`: a folder with a working example."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from evenhand.adapters.files import read_centre
from evenhand.cli.app import app, run
from evenhand.cli.init import starter_files, write_starter
from evenhand.errors import UsageFault

FILES = [
    "centre.toml",
    "flows/ewt-queue.json",
    "flows/honest-wait-queue.json",
    "flows/least-loaded-with-honest-wait.json",
    "flows/offline-workload-routing.json",
    "flows/queue-timer.json",
    "tables/AgentWorkload.csv",
    "tables/CustomerAgentMap.csv",
]


def test_the_example_consists_of_a_definition_its_flows_and_its_tables() -> None:
    """Everything that is shipped is written, and nothing else."""
    assert list(starter_files()) == FILES


def test_init_writes_a_centre_that_can_be_read(tmp_path: Path) -> None:
    """A new folder holds a whole definition, and the command says what it wrote and what to try next."""
    folder = tmp_path / "my desk"
    result = CliRunner().invoke(app, ["init", str(folder)])
    assert result.exit_code == 0
    assert read_centre(folder).name == "Mortgage desk"
    for name in FILES:
        assert f"wrote {folder / name}" in result.output
    assert f"evenhand check '{folder}'" in result.output
    assert "evenhand demo" in result.output
    assert "evenhand call" in result.output


def test_init_overwrites_nothing_and_names_all_that_is_in_the_way(tmp_path: Path) -> None:
    """Where a file of the example is there already, no file is written at all."""
    (tmp_path / "flows").mkdir()
    for name in ("centre.toml", "flows/queue-timer.json"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(UsageFault, match=r"centre\.toml, flows/queue-timer\.json"):
        write_starter(tmp_path)
    assert (tmp_path / "centre.toml").read_text() == "mine"
    assert not (tmp_path / "tables").exists()


def test_init_overwrites_when_it_is_forced(tmp_path: Path) -> None:
    """With --force the example's files are written anew and others are left alone."""
    (tmp_path / "centre.toml").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine")
    assert CliRunner().invoke(app, ["init", str(tmp_path), "--force"]).exit_code == 0
    assert (tmp_path / "centre.toml").read_bytes() == starter_files()["centre.toml"]
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_refusal_ends_with_code_2_and_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The author sees one message and no stack trace."""
    (tmp_path / "centre.toml").write_text("mine")
    with pytest.raises(SystemExit) as ended:
        run(["init", str(tmp_path)])
    assert ended.value.code == 2
    assert "--force" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where the folder should be is a fault of the command's words."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageFault, match="cannot write"):
        write_starter(tmp_path / "file")
