"""What the journal tells through the API: records, events and metrics."""

from __future__ import annotations

import asyncio
import json

from evenhand.adapters.web.accounts import User
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.history import History, Page
from evenhand.centre.centre import Centre
from evenhand.host.memory import MemoryJournal
from evenhand.host.ports import Entry
from evenhand.model.definition import AgentDefinition, CentreDefinition, QueueDefinition, RoutingProfile
from evenhand.model.inputs import CentreDefined, ContactArrived, ContactHungUp, Input, StatusSet
from tests.web.conftest import PASSWORD, Site


def short_calls(site: Site, *names: str) -> None:
    """Each of these calls comes and ends at once."""

    async def come_and_go(web: WebCentre) -> None:
        for name in names:
            arrived = ContactArrived(name, customer_address="+12025550199", system_address="+12025550101")
            await web.send(arrived, ContactHungUp(name))

    site.run(come_and_go)


def test_records_come_in_pages_that_can_be_followed(site: Site) -> None:
    short_calls(site, "c1", "c2", "c3")
    eva = site.visitor("eva")
    first = eva.get("/records/contacts?limit=2")
    assert ([one["ContactId"] for one in first["items"]], first["more"]) == (["c1", "c2"], True)
    second = eva.get(f"/records/contacts?limit=2&after={first['next']}")
    assert ([one["ContactId"] for one in second["items"]], second["more"]) == (["c3"], False)
    assert eva.get(f"/records/contacts?after={second['next']}")["items"] == []
    short_calls(site, "c4")
    third = eva.get(f"/records/contacts?after={second['next']}")
    assert [one["ContactId"] for one in third["items"]] == ["c4"]


def test_records_have_both_of_the_services_spellings(site: Site) -> None:
    short_calls(site, "c1")
    (record,) = site.visitor("eva").get("/records/contacts?format=api")["items"]
    assert record["Id"] == "c1"
    assert site.visitor("eva").ask("GET", "/records/contacts?format=xml").status == 422


def test_a_place_that_is_none_is_refused(shared_site: Site) -> None:
    eva = shared_site.visitor("eva")
    for wrong in ("after=x", "after=1.2.3", "limit=0", "limit=1001", "limit=ten", "limit=1_0"):
        assert eva.ask("GET", f"/records/contacts?{wrong}").status == 422, wrong


def test_contact_events_tell_what_happened_in_order(site: Site) -> None:
    short_calls(site, "c1")
    events = site.visitor("eva").get("/records/contact-events")["items"]
    kinds = [one["detail"]["eventType"] for one in events]
    assert (kinds[0], kinds[-1]) == ("INITIATED", "COMPLETED")


def test_a_supervisor_of_a_team_sees_the_events_of_its_agents(site: Site) -> None:
    async def come(web: WebCentre) -> None:
        await web.send(StatusSet("anna", "Available"), StatusSet("ben", "Available"))

    site.run(come)
    site.web.accounts.add_user(User("leo", "supervisor", team=("anna",)), PASSWORD)

    def names(visitor: str) -> set[str]:
        items = site.visitor(visitor).get("/records/agent-events")["items"]
        return {one["CurrentAgentSnapshot"]["Configuration"]["Username"] for one in items}

    assert names("eva") == {"anna", "ben"}
    assert names("leo") == {"anna"}
    by_agent = site.visitor("leo").get("/metrics?by=agent")["groups"]
    assert [one["dimensions"]["AGENT"] for one in by_agent] == ["anna"]


def test_metrics_of_an_interval_count_what_ended_in_it(site: Site) -> None:
    short_calls(site, "c1", "c2")
    eva = site.visitor("eva")
    told = eva.get("/metrics")
    (everything,) = told["groups"]
    assert everything["dimensions"] == {}
    assert everything["metrics"]["CONTACTS_CREATED"] == {"value": 2.0, "unit": "COUNT"}
    assert told["since"] <= told["until"]
    assert eva.get("/metrics?until=2001-01-01")["groups"] == []
    assert eva.get(f"/metrics?since={told['since']}")["groups"][0]["metrics"] == everything["metrics"]


def test_times_and_groups_that_are_none_are_refused(shared_site: Site) -> None:
    eva = shared_site.visitor("eva")
    for wrong in ("since=soon", "since=-5", "until=1e99", "by=colour", "by=queue,queue", "threshold=0"):
        reply = eva.ask("GET", f"/metrics?{wrong}")
        assert (reply.status, reply.json["code"]) == (422, "invalid"), wrong
        assert reply.json["where"] == wrong.partition("=")[0]


def journal_of(*inputs: tuple[float, Input]) -> MemoryJournal:
    """What a centre with an agent and a queue writes down when this happens."""
    centre, journal = Centre(), MemoryJournal()
    definition = CentreDefinition(
        queues=(QueueDefinition(name="BasicQueue"),),
        routing_profiles=(RoutingProfile(name="p"),),
        agents=(AgentDefinition(name="anna", routing_profile="p"),),
    )
    for number, (at, input) in enumerate([(0.0, CentreDefined(definition)), *inputs], 1):
        facts = centre.handle(input, at).facts
        journal.append(1, number, [Entry(number, at, input, facts)])
    return journal


def hours_of_calls(count: int) -> MemoryJournal:
    """A call an hour."""
    inputs: list[tuple[float, Input]] = []
    for number in range(count):
        at = 3600.0 * number
        inputs += [(at, ContactArrived(f"c{number}", flow="none")), (at + 5.0, ContactHungUp(f"c{number}"))]
    return journal_of(*inputs)


def ids(page: Page) -> list[str]:
    return [json.loads(bytes(one.text))["ContactId"] for one in page.items]


def test_records_that_are_kept_no_more_are_read_again() -> None:
    """Paging from the beginning gives each record once, however few are kept."""
    history = History(hours_of_calls(10), kept=3)

    async def all_pages() -> list[str]:
        found, place = list[str](), (0, 0)
        while True:
            page = await history.page("records", place, 4, lambda agent: True)
            found += ids(page)
            place = page.end
            if not page.more:
                return found

    assert asyncio.run(all_pages()) == [f"c{number}" for number in range(10)]


def test_metrics_of_longer_ago_than_is_kept_are_the_same() -> None:
    journal = hours_of_calls(10)
    short, long = History(journal, kept_seconds=7200.0), History(journal)

    async def both(since: float, until: float) -> bool:
        for _ in range(2):
            # The second time something was forgotten.
            if await short.metrics(since, until, (), 60.0) != await long.metrics(since, until, (), 60.0):
                return False
        return True

    assert asyncio.run(both(0.0, 20_000.0))
    assert asyncio.run(both(30_000.0, 40_000.0))
