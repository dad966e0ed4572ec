"""The centre as the API tells of it: queues, profiles, hours, numbers, functions, health."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from evenhand.adapters.web.centre import WebCentre
from evenhand.model.facts import OverrideNoted
from evenhand.model.inputs import ContactArrived, StatusSet, WorkloadSourceFailed
from tests.web.conftest import Site


def calls(site: Site, contact_id: str, number: str = "+12025550100") -> None:
    """A customer calls; the flow has run until it waits for something."""

    async def arrive(web: WebCentre) -> None:
        arrived = ContactArrived(
            contact_id, customer_address="+12025550199", system_address=number, attributes={}
        )
        await web.send(arrived)

    site.run(arrive)


def test_queues_are_told_with_their_hours_and_how_they_stand(shared_site: Site) -> None:
    (queue,) = shared_site.visitor("anna").get("/queues")
    assert (queue["name"], queue["enabled"], queue["hours"], queue["rank"]) == (
        "BasicQueue",
        True,
        "Office hours",
        "least_workload",
    )
    assert (queue["agents"], queue["staffed"], queue["waiting"]) == (3, 0, {})
    assert shared_site.visitor("anna").get("/queues/BasicQueue") == queue


def test_who_is_available_staffs_the_queue(site: Site) -> None:
    anna = site.visitor("anna")
    anna.ask("PUT", "/agents/anna/status", {"status": "Available"})
    assert anna.get("/queues/BasicQueue")["staffed"] == 1


def test_a_queue_that_is_not_there_is_not_found(shared_site: Site) -> None:
    reply = shared_site.visitor("anna").ask("GET", "/queues/Nowhere")
    assert (reply.status, reply.json["code"], reply.json["wayOut"]) == (404, "not_found", "see GET /queues")


def test_a_supervisor_disables_a_queue_with_a_reason_that_is_kept(site: Site) -> None:
    eva = site.visitor("eva")
    assert eva.ask("PUT", "/queues/BasicQueue/enabled", {"enabled": False, "reason": " "}).status == 422
    assert eva.get("/queues/BasicQueue")["enabled"] is True
    reply = eva.ask("PUT", "/queues/BasicQueue/enabled", {"enabled": False, "reason": "fire drill"})
    assert (reply.status, reply.json["enabled"]) == (200, False)
    noted = [
        fact for entry in site.web.journal.read() for fact in entry.facts if isinstance(fact, OverrideNoted)
    ]
    assert [(one.by, one.action, one.reason) for one in noted] == [
        ("eva", "disabled the queue BasicQueue", "fire drill")
    ]


def test_an_agent_does_not_disable_queues(shared_site: Site) -> None:
    body = {"enabled": False, "reason": "no"}
    assert shared_site.visitor("anna").ask("PUT", "/queues/BasicQueue/enabled", body).status == 403


def test_routing_profiles_name_their_queues_and_agents(shared_site: Site) -> None:
    (profile,) = shared_site.visitor("anna").get("/profiles")
    assert profile["agents"] == ["anna", "ben", "chloe"]
    assert profile["rows"] == [
        {"queue": "BasicQueue", "channel": "VOICE", "priority": 1, "delay": 0.0, "manual": False}
    ]
    assert shared_site.visitor("anna").get("/profiles/Specialist") == profile


def test_hours_tell_what_is_written_and_when_that_changes(shared_site: Site) -> None:
    hours = shared_site.visitor("anna").get("/hours/Office%20hours")
    assert hours["periods"][0] == {"day": "MONDAY", "start": "08:00", "end": "12:30"}
    assert hours["queues"] == ["BasicQueue"]
    assert hours["changesAt"] > shared_site.web.now()
    assert isinstance(hours["open"], bool)


def test_numbers_tell_which_flow_answers(shared_site: Site) -> None:
    numbers = shared_site.visitor("anna").get("/numbers")
    assert {"address": "+12025550101", "channel": "VOICE", "flow": "QueueTimer"} in numbers


def test_functions_tell_how_they_did(site: Site) -> None:
    calls(site, "c1")
    site.until(lambda web: web.functions.tallies["bestAgents"].answered == 1)
    known = {one["name"]: one for one in site.visitor("eva").get("/functions")}
    assert (known["bestAgents"]["answered"], known["bestAgents"]["failed"]) == (1, 0)
    assert "Offline workload routing" in known["bestAgents"]["flows"]
    assert known["putQueue"]["lastFailureAt"] is None


def test_a_functions_environment_is_told_by_name_alone(folder: Path) -> None:
    text = (folder / "centre.toml").read_text()
    line = '[functions.crm]\nsource = "crm.py:handler"\nenvironment = { TOKEN = "s3cret" }\n'
    (folder / "crm.py").write_text("def handler(event, context):\n    return {}\n")
    (folder / "centre.toml").write_text(text.replace("[functions.putQueue]", f"{line}\n[functions.putQueue]"))
    with Site(folder) as site:
        reply = site.visitor("eva").ask("GET", "/functions")
    known = {one["name"]: one for one in reply.json}
    assert known["crm"]["environment"] == ["TOKEN"]
    assert b"s3cret" not in reply.text


def test_health_is_there_for_everybody_also_without_the_prefix(shared_site: Site) -> None:
    visitor = shared_site.visitor()
    assert visitor.get("/health")["status"] == "ok"
    assert shared_site.plain("/health").status == 200


def test_ready_means_that_journal_tables_and_sources_work(shared_site: Site) -> None:
    reply = shared_site.plain("/ready")
    assert (reply.status, reply.json["ready"]) == (200, True)
    assert {one["name"] for one in reply.json["checks"]} == {"open", "journal", "tables", "source"}


def test_a_source_that_fails_while_it_is_fresh_changes_nothing(site: Site) -> None:
    async def fail(web: WebCentre) -> None:
        await web.send(WorkloadSourceFailed("no route", "table AgentWorkload"))

    site.run(fail)
    assert site.plain("/ready").status == 200


def test_not_ready_says_why_to_supervisors_alone(site: Site) -> None:
    async def close_tables(web: WebCentre) -> None:
        web.tables.close()

    site.run(close_tables)
    for reply in (site.plain("/ready"), site.visitor("anna").ask("GET", "/ready")):
        assert reply.status == 503
        assert {"name": "tables", "ok": False, "reason": ""} in reply.json["checks"]
    reasons = {one["name"]: one["reason"] for one in site.visitor("eva").ask("GET", "/ready").json["checks"]}
    assert reasons["tables"]


def test_not_ready_when_the_journal_cannot_be_written(site: Site) -> None:
    """Another process holds the file for longer than is waited for."""
    other = sqlite3.connect(site.folder / "data" / "journal.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        reply = site.visitor("eva").ask("GET", "/ready")
    finally:
        other.close()
    assert reply.status == 503
    assert (
        "did not answer within 2 s" in {one["name"]: one for one in reply.json["checks"]}["journal"]["reason"]
    )


def test_the_centre_tells_its_time_and_size(shared_site: Site) -> None:
    told = shared_site.visitor("anna").get("/centre")
    assert (told["name"], told["agents"], told["queues"], told["open"]) == ("Mortgage desk", 3, 1, True)
    assert {"name": "Lunch", "type": "CUSTOM"} in told["statuses"]


@pytest.mark.parametrize("path", ["/queues/%2e%2e", "/queues/a%2Fb", "/queues/%00", "/queues/%ff"])
def test_a_name_may_hold_any_character(shared_site: Site, path: str) -> None:
    reply = shared_site.visitor("anna").ask("GET", path)
    assert (reply.status, reply.json["code"]) == (404, "not_found")
    assert "there is no queue" in reply.json["message"]


def test_what_is_not_there_and_what_cannot_be_asked_have_the_same_shape(shared_site: Site) -> None:
    visitor = shared_site.visitor("anna")
    assert visitor.ask("GET", "/nothing").json["code"] == "not_found"
    reply = visitor.ask("DELETE", "/queues")
    assert (reply.status, reply.json["code"], reply.headers["allow"]) == (405, "not_this_way", "GET")


def test_a_parameter_that_nobody_knows_is_refused(shared_site: Site) -> None:
    reply = shared_site.visitor("eva").ask("GET", "/metrics?form=2026-11-23")
    assert (reply.status, reply.json["code"]) == (400, "unknown_parameter")
    assert "since" in reply.json["wayOut"]


def test_real_time_metrics_count_who_is_there(site: Site) -> None:
    async def there(web: WebCentre) -> None:
        await web.send(StatusSet("ben", "Available"), StatusSet("chloe", "Lunch"))

    site.run(there)
    (group,) = site.visitor("eva").get("/metrics/now?by=queue")["groups"]
    assert group["dimensions"] == {"QUEUE": "BasicQueue"}
    assert group["metrics"]["AGENTS_ONLINE"] == {"value": 2.0, "unit": "COUNT"}
    assert group["metrics"]["AGENTS_AVAILABLE"] == {"value": 1.0, "unit": "COUNT"}
