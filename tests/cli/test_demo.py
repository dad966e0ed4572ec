"""`evenhand demo`: the example centre at work. The command runs as a process of its own, in a pipe."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from evenhand.cli.app import app
from evenhand.cli.board_view import view
from evenhand.errors import UsageFault
from evenhand.model.facts import StatusChanged, WaitTold
from evenhand.records.board import Board, Load
from evenhand.records.summary import Summary
from tests.records.stories import answered, initiated, queued

COMMAND = (sys.executable, "-m", "evenhand", "demo", "--seed", "1", "--speed", "60")


def test_a_short_demo_decides_and_ends_with_a_summary() -> None:
    """Two seconds are enough for decisions with reasons; the exit code is 0 and no number can be read."""
    done = subprocess.run(
        [*COMMAND, "--plain", "--minutes", "0.04"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "chosen: " in done.stdout
    assert "talks to " in done.stdout
    assert "\nSummary\n  contacts " in done.stdout
    assert "+1202" not in done.stdout


def test_a_demo_that_is_stopped_still_ends_with_its_summary(tmp_path: Path) -> None:
    """Ctrl-C after the first decision: exit code 0, the summary, and the decision can be explained."""
    with subprocess.Popen(
        [*COMMAND, "--plain", "--minutes", "2", "--data", str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "chosen: " in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(timeout=60) == 0
    assert "Summary" in rest
    contact = line.split()[1]
    assert f"evenhand explain {contact}" in rest
    explained = CliRunner().invoke(app, ["explain", contact, "--data", str(tmp_path)])
    assert explained.exit_code == 0, explained.output
    assert "derived again from the record: the same choice" in explained.output


def test_a_demonstration_can_go_on_in_the_folder_of_an_earlier_one(tmp_path: Path) -> None:
    """Whoever was left over is gone, everybody is at work, and new people call."""
    command = [*COMMAND, "--plain", "--minutes", "0.03", "--data", str(tmp_path)]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        for agent in ("anna", "ben", "chloe"):
            assert f"{agent} is Available (was Offline)" in done.stdout
        assert "talks to " in done.stdout


def test_the_demonstration_keeps_away_from_a_centre_of_ones_own(tmp_path: Path) -> None:
    """A folder with a centre that the demonstration did not make is refused, and nothing in it changes."""
    CliRunner().invoke(app, ["init", str(tmp_path)])
    before = sorted(tmp_path.rglob("*"))
    result = CliRunner().invoke(app, ["demo", "--data", str(tmp_path), "--plain", "--minutes", "0.01"])
    assert isinstance(result.exception, UsageFault)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_reader_who_goes_ends_the_demonstration() -> None:
    """`evenhand demo | head` ends quietly, not after two minutes."""
    with subprocess.Popen([*COMMAND, "--plain"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == b""


def test_a_demo_as_json_is_one_object_a_line() -> None:
    """Facts, and the summary at the end; who calls is masked here too."""
    done = subprocess.run(
        [*COMMAND, "--json", "--minutes", "0.03"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert "AgentChosen" in {line.get("type") for line in lines}
    assert lines[-1]["summary"]["contacts"] >= 1
    assert all(
        line["customer_address"].startswith("…") for line in lines if line.get("type") == "ContactInitiated"
    )


def test_the_board_fits_80_columns_and_24_rows() -> None:
    """However many wait, nothing is wider or taller than the terminal, and who is not shown is counted."""
    board, summary = Board(["anna", "ben"]), Summary()
    board.feed([StatusChanged(1.0, "ben", "Available", "Offline")])
    for number in range(12):
        board.feed(answered(f"c{number}", number * 10.0, 1.0))
    for number in range(30):
        board.feed([initiated(f"w{number}", 100.0 + number, "anna"), queued(f"w{number}", 100.0 + number)])
    board.feed([WaitTold(150.0, "w0", 90.0)])
    console = Console(file=StringIO(), width=80, height=24, force_terminal=False)
    picture = board.picture(200.0, lambda name: Load(30.0, 4.0, 2.0))
    console.print(view(picture, summary.figures(), "Evenhand demo", 0.0, 24))
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().rstrip("\n").split("\n")
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    shown = "\n".join(lines)
    assert "QUEUE 30" in shown
    assert "more" in shown
    assert "90 s, 0:50 ago" in shown
    assert "has the least work: 2 + 1 provisional" in shown


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "1e300"])
def test_a_speed_of_nothing_is_refused(speed: str) -> None:
    """A mistake on the command line is explained before anything starts."""
    result = CliRunner().invoke(app, ["demo", "--speed", speed])
    assert result.exit_code != 0
    assert "--speed must be above 0" in str(result.exception)
