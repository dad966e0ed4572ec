"""The guides for Jira, ServiceNow and Salesforce: what they tell to write, run against recorded forms of answers.

The answers are made up; their form is that of the public API documentation of the three.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.files import check_centre_file
from evenhand.cli.app import run
from tests.adapters.local_server import Asked, LocalServer, Says

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
CENTRE = """
[centre]
default_queue = "Desk"
[queues.Desk]
[agents.anna]
routing_profile = "Voice"
[agents.ben]
routing_profile = "Voice"
[routing_profiles.Voice]
queues = ["Desk"]
"""


def jira(asked: Asked) -> Says:
    """GET /rest/api/3/search/jql, with `nextPageToken`."""
    assert asked.path == "/rest/api/3/search/jql"
    assert asked.parameters["jql"] == "project = LOANS AND statusCategory != Done"
    assert (asked.parameters["maxResults"], asked.headers["authorization"]) == ("100", "Basic c2VjcmV0")

    def issue(id_: str, mail: str | None, kind: str, status: str) -> dict[str, Any]:
        assignee = mail and {
            "accountId": f"5b10-{id_}",
            "emailAddress": mail,
            "displayName": mail,
            "active": True,
        }
        return {
            "id": id_,
            "key": f"LOANS-{id_}",
            "self": f"https://your-site.atlassian.net/rest/api/3/issue/{id_}",
            "fields": {
                "assignee": assignee,
                "issuetype": {"id": "10001", "name": kind, "subtask": False},
                "status": {"id": "3", "name": status, "statusCategory": {"key": "new", "name": "To Do"}},
            },
        }

    if "nextPageToken" not in asked.parameters:
        first = [
            issue("1", "anna@bank.example", "Mortgage file", "To Do"),
            issue("2", None, "Bug", "To Do"),
            issue("3", "anna@bank.example", "Mortgage file", "Waiting for customer"),
        ]
        return Says({"issues": first, "nextPageToken": "CAEaAggD", "isLast": False})
    assert asked.parameters["nextPageToken"] == "CAEaAggD"
    return Says({"issues": [issue("4", "ben@bank.example", "Bug", "To Do")], "isLast": True})


def servicenow(asked: Asked) -> Says:
    """GET /api/now/table/incident, with the header `Link`."""
    assert asked.path == "/api/now/table/incident"
    assert asked.parameters["sysparm_fields"] == "sys_id,assigned_to.user_name,priority,state"
    assert (asked.parameters["sysparm_limit"], asked.headers["authorization"]) == ("500", "Basic c2VjcmV0")

    def incident(number: int, who: str, priority: str, state: str) -> dict[str, str]:
        return {
            "sys_id": f"{number:032x}",
            "assigned_to.user_name": who,
            "priority": priority,
            "state": state,
        }

    if "sysparm_offset" not in asked.parameters:
        base = f"http://{asked.headers['host']}{asked.path}?sysparm_limit=500"
        more = "&".join(
            f"{name}={asked.parameters[name]}" for name in ("sysparm_fields", "sysparm_display_value")
        )
        link = f'<{base}&{more}&sysparm_offset=0>;rel="first",<{base}&{more}&sysparm_offset=500>;rel="next"'
        rows = [
            incident(1, "anna", "1 - Critical", "In Progress"),
            incident(2, "", "3 - Moderate", "New"),
            incident(3, "anna", "3 - Moderate", "On Hold"),
        ]
        return Says({"result": rows}, headers={"Link": link, "X-Total-Count": "5"})
    return Says(
        {"result": [incident(4, "ben", "2 - High", "New"), incident(5, "ben", "3 - Moderate", "New")]}
    )


def salesforce(asked: Asked) -> Says:
    """GET /services/data/…/query, with `nextRecordsUrl`."""
    assert asked.headers["authorization"] == "Basic c2VjcmV0"

    def case(number: int, who: str, kind: str | None, status: str) -> dict[str, Any]:
        url = f"/services/data/v63.0/sobjects/Case/500{number:012}AAA"
        owner = {
            "attributes": {"type": "Name", "url": "/services/data/v63.0/sobjects/User/005"},
            "Username": who,
        }
        return {
            "attributes": {"type": "Case", "url": url},
            "Id": f"500{number:012}AAA",
            "Owner": owner,
            "Type": kind,
            "Status": status,
        }

    following = "/services/data/v63.0/query/01gD0000002HU6KIAW-2000"
    if asked.path == following:
        assert asked.parameters == {}
        rows = [
            case(3, "ben@bank.example", None, "New"),
            case(4, "ben@bank.example", "Application", "Working"),
        ]
        return Says({"totalSize": 4, "done": True, "records": rows})
    assert asked.path == "/services/data/v63.0/query"
    assert asked.parameters["q"].startswith("SELECT Id, Owner.Username")
    rows = [
        case(1, "anna@bank.example", "Application", "New"),
        case(2, "anna@bank.example", "Application", "Waiting on Customer"),
    ]
    return Says({"totalSize": 4, "done": False, "nextRecordsUrl": following, "records": rows})


@pytest.mark.parametrize("answer", [jira, servicenow, salesforce], ids=lambda one: one.__name__)
def test_a_guide_can_be_followed(
    answer: Callable[[Asked], Says],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What the guide tells to write is without a fault, and `evenhand workload` prints what the guide shows."""
    guide = (GUIDES / f"workload-from-{answer.__name__}.md").read_text(encoding="utf-8")
    (settings,) = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", guide, re.DOTALL)
    file = tmp_path / "centre.toml"
    monkeypatch.setenv(f"{answer.__name__.upper()}_AUTHORIZATION", "Basic c2VjcmV0")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    file.write_text(CENTRE + settings)
    findings = [finding for finding in check_centre_file(file) if finding.field.startswith("workload")]
    assert findings == []
    with LocalServer(answer) as server:
        file.write_text(CENTRE + re.sub(r"https://[\w.-]+", server.url, settings))
        with pytest.raises(SystemExit) as left:
            run(["workload", "--centre", str(tmp_path)])
    printed = capsys.readouterr()
    assert left.value.code == 0, printed
    assert printed.out.strip() == shown.strip()
