"""`evenhand check --bindings`: what flows refer to, and what a centre has of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from evenhand.cli.app import app
from evenhand.cli.init import write_starter

ARN = "arn:aws:connect:eu-central-1:0:instance/i/queue/22222222-2222-2222-2222-222222222222"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["check", "--bindings", *map(str, arguments)])


def rows(*arguments: str | Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("--json", *arguments).output)["bindings"]
    return found


def flow(file: Path, *blocks: tuple[str, str, dict[str, Any]], names: dict[str, Any] | None = None) -> Path:
    actions = [
        {"Identifier": name, "Type": type_, "Parameters": parameters, "Transitions": {}}
        for name, type_, parameters in blocks
    ]
    value: dict[str, Any] = {"Version": "2019-10-30", "StartAction": blocks[0][0], "Actions": actions}
    if names:
        value["Metadata"] = {"ActionMetadata": names}
    file.write_text(json.dumps(value))
    return file


def test_a_single_file_says_what_has_to_be_there(tmp_path: Path) -> None:
    """Each kind of resource is listed with its reference, the name beside it and its blocks."""
    file = flow(
        tmp_path / "sales.json",
        ("a", "UpdateContactTargetQueue", {"QueueId": ARN}),
        ("b", "CheckMetricData", {"QueueId": ARN}),
        ("c", "InvokeFlowModule", {"FlowModuleId": "m"}),
        ("d", "UpdateContactEventHooks", {"EventHooks": {"CustomerQueue": "wait"}}),
        ("e", "MessageParticipantIteratively", {"Messages": [{"Text": "x"}, {"PromptId": "p"}]}),
        ("f", "ShowView", {"ViewResource": {"Id": "form"}}),
        ("g", "ConnectParticipantWithLexBot", {"LexV2Bot": {"AliasArn": "bot"}}),
        ("h", "UpdateContactTargetQueue", {"AgentId": "$.External.agent"}),
        names={
            "a": {"parameters": {"QueueId": {"displayName": "Sales"}}},
            "b": {"parameters": {"QueueId": {"displayName": "Sales"}}},
        },
    )
    found = {row["kind"]: row for row in rows(file)}
    assert sorted(found) == ["agent", "bot", "flow", "module", "prompt", "queue", "view"]
    assert found["queue"]["display_name"] == "Sales"
    assert found["queue"]["blocks"] == {"sales.json": ["a", "b"]}
    assert {row["state"] for row in found.values()} == {"needed", "at run time"}
    assert found["agent"]["state"] == "at run time"
    assert run(file).exit_code == 0


def test_a_centre_says_what_is_bound_to_what(tmp_path: Path) -> None:
    """The starter's flows find all that they name; exit code 0."""
    write_starter(tmp_path)
    result = run(tmp_path)
    assert result.exit_code == 0
    assert ", 0 unbound" in result.output
    assert {row["state"] for row in rows(tmp_path)} <= {"bound", "at run time"}
    assert any(row["kind"] == "function" and row["to"] for row in rows(tmp_path))


def test_what_a_centre_does_not_have_is_unbound(tmp_path: Path) -> None:
    """A queue that is not here is unbound, and the exit code is 1; one with a known display name is bound."""
    write_starter(tmp_path)
    file = tmp_path / "flows" / "queue-timer.json"
    flow(
        file,
        ("a", "DequeueContactAndTransferToQueue", {"QueueId": ARN}),
        ("b", "CheckMetricData", {"QueueId": ARN}),
        ("c", "ShowView", {"ViewResource": {"Id": "form"}}),
        names={"b": {"parameters": {"QueueId": {"displayName": "BasicQueue"}}}},
    )
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "UNBOUND" in result.output
    states = {(row["kind"], row["display_name"]): (row["state"], row["to"]) for row in rows(tmp_path)}
    assert states["queue", ""] == ("unbound", "")
    assert states["queue", "BasicQueue"] == ("bound", "BasicQueue")
    assert states["view", ""] == ("unbound", "")


def test_a_file_that_cannot_be_read_is_told_and_hides_no_other(tmp_path: Path) -> None:
    """The exit code is 2 and the rest of the table is there."""
    file = flow(tmp_path / "sales.json", ("a", "UpdateContactTargetQueue", {"QueueId": "Sales"}))
    result = run(tmp_path / "none.json", file)
    assert result.exit_code == 2
    assert "Sales" in result.output
