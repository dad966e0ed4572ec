"""`evenhand call`: being the caller, by hand and by script."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evenhand.adapters.services.records import ServiceRecords
from evenhand.cli.app import app, run
from evenhand.cli.call_form import form_of

CALLS = Path(__file__).parent / "calls"
SCRIPTS = sorted(CALLS.glob("*.call"))


def call(*arguments: str, typed: str = "") -> Result:
    """Run the command with these words, and type these lines."""
    return CliRunner().invoke(app, ["call", *arguments], input=typed)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_written_calls_go_as_they_are_written(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every script in `calls` holds; its first line says how it is called."""
    monkeypatch.chdir(CALLS)
    first = script.read_text().splitlines()[0].removeprefix("# evenhand call")
    result = call(*shlex.split(first), "--script", str(script))
    assert result.exit_code == 0, result.output


def test_a_call_reads_the_same_every_time() -> None:
    """The transcript of a written call is the one in the golden file, to the letter."""
    script = CALLS / "honest_wait.call"
    options = shlex.split(script.read_text().splitlines()[0].removeprefix("# evenhand call"))
    result = call(*options, "--script", str(script), "--trace")
    assert result.stdout == (CALLS / "honest_wait.txt").read_text()


def test_an_expectation_that_fails_is_named_with_its_line(tmp_path: Path) -> None:
    """The exit code is 1, and the message says where, what was expected, and what was the case."""
    script = tmp_path / "wrong.call"
    script.write_text("# Nobody else has less work than ben.\nexpect-agent anna\n")
    result = call("--script", str(script))
    assert result.exit_code == 1
    assert f"{script}:2: expected 'anna' on the call; it is with the agent 'ben'" in result.stderr


def test_what_was_not_heard_is_shown_beside_what_was(tmp_path: Path) -> None:
    """A text that was not said fails together with everything that was."""
    script = tmp_path / "wrong.call"
    script.write_text('expect "about 5 seconds"\n')
    result = call("--agents", "0", "--script", str(script))
    assert result.exit_code == 1
    assert "expected to hear 'about 5 seconds'; heard since the last step: 'You are next" in result.stderr


def test_keys_that_nobody_listens_for_fail_a_script(tmp_path: Path) -> None:
    """A script that presses keys while music plays is wrong about the flow, and is told so."""
    script = tmp_path / "wrong.call"
    script.write_text("timeout\n> 1\n")
    result = call("--agents", "0", "--script", str(script))
    assert result.exit_code == 1
    assert ":2: nobody listens for the keys 1" in result.stderr


def test_a_script_with_bad_lines_is_not_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every line that cannot be understood is named; the exit code is 2 and there is no call."""
    script = tmp_path / "bad.call"
    script.write_text("pres 1\nwait a while\n> x\n")
    with pytest.raises(SystemExit) as stopped:
        run(["call", "--script", str(script)])
    assert stopped.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    for line in (1, 2, 3):
        assert f"{script}:{line}:" in shown.err


def test_keys_and_commands_can_be_typed() -> None:
    """Digits are pressed, /wait and /timeout let time pass, /time tells it, /hangup ends the call."""
    result = call("--agents", "0", typed="/help\n1\n/wait 30\n/timeout\n/time\nwhat\n/hangup\n")
    assert result.exit_code == 0
    assert "let thirty seconds pass" in result.output
    assert "To leave, press 2." in result.output
    assert "since the call began; in BasicQueue" in result.output
    assert "'what' is not understood" in result.output
    assert "ends: the customer hung up" in result.output


def test_the_end_of_what_is_typed_hangs_up() -> None:
    """A pipe that runs dry is a caller who hangs up."""
    result = call("--agents", "0")
    assert result.exit_code == 0
    assert "(hung up)" in result.output


def test_a_waiting_caller_who_goes_on_is_answered() -> None:
    """With three callers before and one agent, an empty line after the other brings the caller to anna."""
    result = call("--agents", "1", "--ahead", "2", typed="\n" * 40)
    assert result.exit_code == 0
    assert "talks to anna" in result.output


def test_json_tells_the_whole_call() -> None:
    """What was heard, the decisions with their second derivation, and the trace are one JSON document."""
    result = call("--as", "+12025550171", "--json", "--trace", typed="/hangup\n")
    told = json.loads(result.stdout)
    assert told["agent"] == "chloe"
    assert told["ended"] == "CUSTOMER_DISCONNECT"
    assert told["decisions"][0]["derived_again"]["same"] is True
    assert told["trace"][0]["kind"] == "ContactInitiated"


def test_what_was_told_in_a_queue_is_a_fact() -> None:
    """The wait that a prompt speaks as a number stands in the trace."""
    result = call("--agents", "0", "--ahead", "1", "--at", "2026-03-04T10:00:00Z", "--trace")
    assert "is told a wait of 1 min 30 s" in result.output


def test_a_missing_queue_and_function_of_a_flow_are_named() -> None:
    """What an exported flow lacks here is said once, with the way to give it."""
    result = call("--flow", str(CALLS / "sales.json"))
    assert "queue 'Sales' is not in this centre: a plain one with all agents was made" in result.stderr
    assert "--function crm=path.py:handler" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["+4930"], "nothing answers '+4930'"),
        (["--flow", "Nothing"], "there is no flow 'Nothing'"),
        (["--flow", "nothing.json"], "the flow cannot be read"),
        (["--function", "crm"], "write NAME=path/to/file.py:handler"),
        (["--attribute", "vip"], "write KEY=VALUE"),
        (["--at", "soon"], "--at 'soon' is not a time"),
        (["--centre", "nowhere"], "nowhere"),
        (["--script", "nothing.call"], "the script cannot be read"),
    ],
)
def test_a_mistake_on_the_command_line_is_explained(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One message with the way out, exit code 2, no stack trace."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        run(["call", *arguments])
    assert stopped.value.code == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert "Traceback" not in shown


# --- bots and views -------------------------------------------------------------------------------------


def typed(flow: str, *lines: str) -> str:
    """What a call to a flow of `calls` shows when these lines are typed."""
    result = call(
        "--flow", str(CALLS / flow), "--channel", "CHAT", typed="".join(f"{line}\n" for line in lines)
    )
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_bot_is_answered_at_the_keyboard() -> None:
    """The caller is told that it listens and what the flow asks about, and says what it takes for an intent."""
    shown = typed("bot.json", "lex: Buy size=large", "/hangup")
    assert "listens to the caller; the flow asks about Buy" in shown
    assert "size: large" in shown


def test_a_bot_that_is_not_there_is_not_answered() -> None:
    """Words for a bot while a view is shown, and words that name no intent."""
    shown = typed("bot.json", "lex: size=large", "view: Submit", "lex: Buy", "lex: Buy", "/hangup")
    assert shown.count("nothing asks for that now; write lex: NAME field=value when it does") == 2
    assert shown.count("nothing asks for that now; write view: NAME field=value when it does") == 1


def test_a_bot_hears_nothing_when_the_caller_lets_it_time_out() -> None:
    """A chat waits five minutes for it, then the flow's error branch is taken."""
    assert "  5:0" in typed("bot.json", "/timeout", "/hangup")


def test_a_view_is_filled_and_its_action_chosen_by_number() -> None:
    """Fields can be filled one after the other; what is not filled stays as it stood."""
    shown = typed("view.json", 'name="Ann Lee"', "size=l", "1")
    assert "name = Ann Lee  size = l" in shown
    assert "One l to Ann Lee, High Street 1." in shown


def test_a_view_is_for_chats() -> None:
    """A caller takes the block's error branch, and so is told nothing of a form."""
    result = call("--flow", str(CALLS / "view.json"), typed="")
    assert "No view was shown." in result.stdout
    assert "Your order" not in result.stdout


def test_an_action_of_a_view_can_be_named() -> None:
    """In any case of letters; the flow takes the branch of one that it does not ask about."""
    assert "You chose Cancel." in typed("view.json", "cancel")


def test_a_field_of_a_view_takes_only_its_options() -> None:
    """At the keyboard it is said and can be mended; the field stays empty."""
    shown = typed("view.json", "size=x", "view: Next size=x", "1")
    assert shown.count("size is one of s, l") == 2
    assert "One  to , High Street 1." in shown


def test_an_option_that_a_view_does_not_have_fails_a_script(tmp_path: Path) -> None:
    """A script that fills in what nobody can choose is wrong about the flow."""
    script = tmp_path / "wrong.call"
    script.write_text("view: Next size=x\n")
    result = call("--flow", str(CALLS / "view.json"), "--channel", "CHAT", "--script", str(script))
    assert (result.exit_code, ":1: size is one of s, l" in result.stderr) == (1, True)


def test_without_services_the_error_branches_are_taken() -> None:
    """Neither an adapter nor the caller answers."""
    result = call("--flow", str(CALLS / "view.json"), "--channel", "CHAT", "--no-services", typed="")
    assert "No view was shown." in result.stdout
    assert "views show failed: no service answers in this call" in result.stdout


def test_services_are_given_up_before_all_else_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the middle of a call it would be too late; `none` is all that can be said."""
    script = tmp_path / "bad.call"
    script.write_text("services: some\nlisten\nservices: none\n")
    with pytest.raises(SystemExit):
        run(["call", "--script", str(script)])
    shown = capsys.readouterr().err
    assert (f"{script}:1:" in shown, f"{script}:2:" in shown, f"{script}:3:" in shown) == (True, False, True)


def test_a_call_leaves_no_trace_in_the_local_services(tmp_path: Path) -> None:
    """It works on a copy, and finds there what is kept."""
    (tmp_path / "centre.toml").write_text(
        '[centre]\nname = "c"\n[services]\ncases = "local"\n[queues.BasicQueue]\n'
    )
    records = ServiceRecords(tmp_path / "evenhand.db")
    records.import_rows("cases", [{"case_id": "1", "title": "Ann"}])
    result = call(
        *("--centre", str(tmp_path), "--flow", str(CALLS / "bot.json")),
        typed='lex: Buy size=large\nview: Submit name="Ann Lee"\n',
    )
    assert "ends: the flow ended the call" in result.stdout
    assert "failed" not in result.stdout
    assert [row["case_id"] for row in records.rows("cases")] == ["1"]
    records.close()


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({}, ["v"]),
        ({"tier": "gold", "more": {"a": 1, "b": True}}, ["v", "tier: gold", "a: 1", "b: true"]),
        (
            {"Heading": "H", "Sections": "text", "Actions": ["Go", {"Label": "Stay"}]},
            ["H", "Sections: text", "(1) Go  (2) Stay"],
        ),
        (
            {"Cards": [{"Summary": {"Id": "c", "Heading": "Card"}, "Detail": {"Actions": ["Do"]}}]},
            ["v", "Card", "(1) Do"],
        ),
        ({"Sections": {"TemplateString": "Hello"}}, ["v", "Hello"]),
    ],
)
def test_a_view_shows_what_its_data_holds(data: dict[str, Any], shown: list[str]) -> None:
    """Known parts by their meaning, the rest as it is."""
    assert form_of("arn:aws:connect:x:1:view/v", data, ()).shown() == shown


def test_data_without_an_end_is_cut() -> None:
    """A view is shown whatever a function put into it."""
    data: dict[str, Any] = {}
    for _ in range(60):
        data = {"a": data, "b": "deep"}
    assert len(form_of("v", data, ()).lines) < 20


def test_a_module_is_called_alone(tmp_path: Path) -> None:
    """A flow around it invokes it and says what it returned; another module that it lacks is named."""
    blocks = [
        {
            "Identifier": "go",
            "Type": "InvokeFlowModule",
            "Parameters": {"FlowModuleId": "other"},
            "Transitions": {
                "NextAction": "back",
                "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "back"}],
            },
        },
        {
            "Identifier": "back",
            "Type": "EndFlowModuleExecution",
            "Parameters": {"Result": "good", "ResultData": {"a": "1"}},
            "Transitions": {},
        },
    ]
    file = tmp_path / "verify.json"
    file.write_text(json.dumps({"Version": "2019-10-30", "StartAction": "go", "Actions": blocks}))
    result = call("--flow", str(file))
    assert (
        "module 'other' is not in this centre: where it is invoked, the error branch is taken"
        in result.stderr
    )
    assert 'Result: good. Data: {"a":"1"}.' in result.output
