"""The articles' tables over the API: edited with who and why, and routing goes by it at once."""

from __future__ import annotations

import asyncio
from typing import Any

from evenhand.adapters.web.accounts import User
from evenhand.adapters.web.centre import WebCentre
from evenhand.model.inputs import ContactArrived, StatusSet
from tests.web.conftest import PASSWORD, Site, Visitor

WORK = "/tables/AgentWorkload"


def workloads(visitor: Visitor) -> dict[str, float]:
    rows = visitor.get(f"{WORK}/rows")["rows"]
    return {row["agentName"]: row["workload"] for row in rows}


def call_type(visitor: Visitor) -> str:
    return str(visitor.get(f"{WORK}/rows")["rows"][0]["callType"])


def put(visitor: Visitor, agent: str, workload: Any, **rest: Any) -> Any:
    row = {"callType": call_type(visitor), "agentName": agent, "workload": workload}
    return visitor.ask("PUT", f"{WORK}/rows", {"row": row, "reason": "counted again"} | rest)


def test_a_changed_workload_changes_at_once_who_rings(site: Site) -> None:
    eva = site.visitor("eva")

    async def call(web: WebCentre, contact_id: str) -> str:
        for agent in ("anna", "ben", "chloe"):
            if web.host.centre.distributor.agents[agent].status != "Available":
                await web.send(StatusSet(agent, "Available"))
        await web.send(ContactArrived(contact_id, system_address="+12025550101"))
        async with asyncio.timeout(20):
            while True:
                for name, agent_ in web.host.centre.distributor.agents.items():
                    if contact_id in agent_.slots:
                        return name
                await asyncio.sleep(0.01)

    least = min(workloads(eva), key=workloads(eva).__getitem__)
    most = max(workloads(eva), key=workloads(eva).__getitem__)
    assert put(eva, least, 99).status == 200
    assert put(eva, most, 0).status == 200
    assert site.run(lambda web: call(web, "c-1")) == most


def test_an_edit_is_kept_with_who_when_and_why(site: Site) -> None:
    eva = site.visitor("eva")
    before = workloads(eva)["anna"]
    assert put(eva, "anna", "7.5").json["rows"][0]["workload"] == 7.5
    edit = eva.get(f"{WORK}/edits")[0]
    assert (edit["by"], edit["reason"], edit["agent"]) == ("eva", "counted again", "anna")
    assert edit["action"].endswith(f"/ anna: workload 7.5 (was {before:g})")
    assert eva.get("/tables/CustomerAgentMap/edits") == []


def test_an_edit_without_a_reason_or_of_nonsense_changes_nothing(site: Site) -> None:
    eva = site.visitor("eva")
    before = workloads(eva)
    assert put(eva, "anna", 1, reason=" ").status == 422
    refused = put(eva, "anna", "many")
    assert refused.status == 422
    assert refused.json["findings"][0]["field"] == "workload"
    assert put(eva, "anna", -1).status == 422
    assert eva.ask("PUT", f"{WORK}/rows", {"row": {"x": 1}, "reason": "r"}).status == 422
    assert workloads(eva) == before
    assert eva.get(f"{WORK}/edits") == []


def test_who_looked_at_an_older_row_is_told_what_stands_there_now(site: Site) -> None:
    eva = site.visitor("eva")
    was = {"callType": call_type(eva), "agentName": "anna", "workload": workloads(eva)["anna"]}
    assert put(eva, "anna", 5, was=was).status == 200
    late = put(eva, "anna", 6, was=was)
    assert (late.status, late.json["code"]) == (409, "changed_meanwhile")
    assert "workload 5" in late.json["message"]
    assert put(eva, "anna", 6, was=None).status == 409
    assert workloads(eva)["anna"] == 5


def test_rows_are_filtered_paged_added_and_deleted(site: Site) -> None:
    eva = site.visitor("eva")
    rows = "/tables/CustomerAgentMap/rows"
    start = eva.get(rows)["total"]
    for number in range(5):
        row = {"customerId": f"+4930{number}", "agentName": "ben"}
        assert eva.ask("PUT", rows, {"row": row, "reason": "new", "was": None}).status == 200
    assert [one["customerId"] for one in eva.get(f"{rows}?filter=%2B4930&skip=3")["rows"]] == [
        "+49303",
        "+49304",
    ]
    assert eva.get(f"{rows}?filter=%2B4930&limit=2")["total"] == 5
    gone = eva.ask(
        "POST", "/tables/customeragentmap/deletions", {"keys": [{"customerId": "+49300"}], "reason": "moved"}
    )
    assert gone.json == {"rows": 1}
    assert eva.get(rows)["total"] == start + 4
    assert eva.get("/tables/CustomerAgentMap/edits")[0]["action"] == "CustomerAgentMap +49300: deleted"
    bad = eva.ask(
        "POST", "/tables/CustomerAgentMap/deletions", {"keys": [{"agentName": "ben"}], "reason": "x"}
    )
    assert bad.status == 422
    assert eva.ask("GET", "/tables/nothing/rows").status == 404
    assert eva.ask("GET", f"{rows}?limit=100000").status == 422


def test_what_is_exported_can_be_imported_again(site: Site) -> None:
    eva = site.visitor("eva")
    before = workloads(eva)
    for form in ("csv", "json"):
        reply = eva.ask("GET", f"{WORK}/export?format={form}")
        assert f'filename="AgentWorkload.{form}"' in reply.headers["content-disposition"]
        written = eva.ask("POST", f"{WORK}/import?replace=true&reason=again", reply.text)
        assert written.json == {"rows": len(before)}
        assert workloads(eva) == before
    bad = eva.ask("POST", f"{WORK}/import?replace=true&reason=again", b"callType,agentName,workload\nx,y,z\n")
    assert bad.status == 422
    assert bad.json["findings"]
    assert workloads(eva) == before
    for body in (b"\xff", b"[" * 20_000, b"", b"{}"):
        assert eva.ask("POST", f"{WORK}/import?reason=x", body).status in (400, 422)


def test_a_supervisor_of_a_team_changes_nobody_elses_rows(site: Site) -> None:
    site.web.accounts.add_user(User("lea", "supervisor", team=("anna",)), PASSWORD)
    lea = site.visitor("lea")
    assert put(lea, "anna", 1).status == 200
    assert put(lea, "ben", 1).status == 403
    assert lea.ask("POST", f"{WORK}/import?reason=x", b"callType,agentName,workload\n").status == 403
    assert site.visitor("anna").ask("GET", f"{WORK}/rows").status == 403
