"""`evenhand users`: people and keys, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evenhand.adapters.web.accounts import Accounts
from evenhand.cli.app import app
from evenhand.errors import UsageFault

PASSWORD = "a fair day's work"


def users(data: Path, *words: str, typed: str = PASSWORD + "\n") -> Result:
    """What a command prints, its standard input being a pipe."""
    return CliRunner().invoke(app, ["users", *words, "--data", str(data)], input=typed)


def test_who_was_added_may_log_in_and_who_was_removed_may_not(tmp_path: Path) -> None:
    assert users(tmp_path, "add", "anna", "--role", "agent").output == "anna may log in as agent\n"
    accounts = Accounts(tmp_path / "accounts.db")
    assert accounts.password_fits("anna", PASSWORD)
    assert users(tmp_path, "remove", "anna").output == "anna may not log in any more\n"
    assert not accounts.password_fits("anna", PASSWORD)
    accounts.close()


def test_the_list_tells_agents_and_teams(tmp_path: Path) -> None:
    users(tmp_path, "add", "anna", "--role", "agent")
    users(tmp_path, "add", "eva", "--role", "supervisor", "--team", "anna", "--team", "ben")
    lines = users(tmp_path, "list").output.splitlines()
    assert [line.split() for line in lines] == [
        ["anna", "agent", "agent", "anna"],
        ["eva", "supervisor", "leads", "anna,", "ben"],
    ]
    assert json.loads(users(tmp_path, "list", "--json").output) == [
        {"name": "anna", "role": "agent", "agent": "anna", "team": []},
        {"name": "eva", "role": "supervisor", "agent": "", "team": ["anna", "ben"]},
    ]


def test_a_key_is_shown_once_and_opens_until_it_is_removed(tmp_path: Path) -> None:
    secret = users(tmp_path, "keys", "add", "wallboard", "--role", "supervisor").output.strip()
    accounts = Accounts(tmp_path / "accounts.db")
    assert accounts.key(secret).role == "supervisor"
    assert users(tmp_path, "keys", "list").output.split() == ["wallboard", "supervisor"]
    assert secret not in users(tmp_path, "keys", "list", "--json").output
    users(tmp_path, "keys", "remove", "wallboard")
    assert accounts.key(secret).role == "nobody"
    accounts.close()


def test_json_says_the_same(tmp_path: Path) -> None:
    made = json.loads(users(tmp_path, "keys", "add", "k", "--role", "agent", "--json").output)
    assert (made["name"], made["role"], made["secret"][:4]) == ("k", "agent", "evh_")
    added = json.loads(users(tmp_path, "add", "ben", "--role", "agent", "--json").output)
    assert added == {"name": "ben", "role": "agent", "agent": "ben", "team": []}


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "anna", "--role", "agent"), "short\n", "10 to 1,000 characters"),
        (("add", " anna", "--role", "agent"), PASSWORD, "printable characters, without blanks around it"),
        (("add", "ben", "--role", "agent"), PASSWORD, "there is a user 'ben' already"),
        (("remove", "nobody"), "", "there is no user 'nobody'"),
        (("passwd", "nobody"), PASSWORD, "there is no user 'nobody'"),
        (("keys", "remove", "none"), "", "there is no key 'none'"),
        (("keys", "add", "ben's", "--role", "agent"), "", 'there is a key "ben\'s" already'),
    ],
)
def test_what_does_not_fit_is_refused_with_the_way_out(
    tmp_path: Path, words: tuple[str, ...], typed: str, said: str
) -> None:
    users(tmp_path, "add", "ben", "--role", "agent")
    users(tmp_path, "keys", "add", "ben's", "--role", "agent")
    fault = users(tmp_path, *words, typed=typed).exception
    assert isinstance(fault, UsageFault)
    assert said in str(fault)


def test_a_folder_without_accounts_is_not_filled_by_looking(tmp_path: Path) -> None:
    for words in (("list",), ("remove", "anna"), ("passwd", "anna"), ("keys", "list")):
        fault = users(tmp_path / "nowhere", *words).exception
        assert isinstance(fault, UsageFault)
        assert "there are no accounts here" in str(fault)
    assert not (tmp_path / "nowhere").exists()


def test_a_role_that_there_is_not_is_refused(tmp_path: Path) -> None:
    result = users(tmp_path, "add", "anna", "--role", "king")
    assert result.exit_code == 2
