"""What supervisors do to contacts over the API: each thing with a reason, which the journal keeps."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.adapters.web.accounts import User
from evenhand.model.facts import OverrideNoted
from evenhand.model.inputs import ContactArrived, Input, OfferAccepted, OfferRejected, StatusSet
from tests.web.conftest import PASSWORD, Site

WHY = {"reason": "she waited long enough"}


def tell(site: Site, *inputs: Input) -> None:
    site.run(lambda web: web.send(*inputs))


@pytest.fixture
def waiting(site: Site) -> Site:
    """Two calls wait, the first c1; anna has lunch."""
    tell(site, StatusSet("anna", "Lunch"), ContactArrived("c1", customer_address="+12025550171"))
    tell(site, ContactArrived("c2", customer_address="+12025550172", attributes={"tier": "gold"}))
    return site


def overrides(site: Site) -> list[OverrideNoted]:
    facts = (fact for entry in site.web.journal.read(1) for fact in entry.facts)
    return [fact for fact in facts if isinstance(fact, OverrideNoted)]


def test_those_who_wait_are_listed_in_their_order_with_why_nobody_has_them(waiting: Site) -> None:
    told = waiting.visitor("eva").get("/contacts")
    assert [one["contactId"] for one in told["contacts"]] == ["c1", "c2"]
    assert told["contacts"][0]["waiting"]["why"] == {"custom_status": 1, "offline": 2}
    assert told["leftOut"] == 0


def test_the_list_can_be_narrowed(waiting: Site) -> None:
    eva = waiting.visitor("eva")
    for query, found in {
        "?stage=waiting,offered": ["c1", "c2"],
        "?stage=talking": [],
        "?queue=BasicQueue&channel=VOICE&limit=1": ["c1"],
        "?queue=nowhere": [],
        "?agent=anna": [],
    }.items():
        assert [one["contactId"] for one in eva.get("/contacts" + query)["contacts"]] == found


def test_a_limit_that_is_no_number_is_refused(waiting: Site) -> None:
    assert waiting.visitor("eva").ask("GET", "/contacts?limit=x").status == 422


def test_one_contact_comes_with_its_attributes(waiting: Site) -> None:
    told = waiting.visitor("eva").get("/contacts/c2")
    assert (told["attributes"], told["contact"]["customer"]) == ({"tier": "gold"}, "…0172")
    assert waiting.visitor("eva").ask("GET", "/contacts/c9").status == 404


@pytest.mark.parametrize(
    ("method", "what", "body", "action"),
    [
        ("PUT", "routing", {"priority": 1}, "set the priority to 1"),
        ("PUT", "routing", {"ageAdjustment": 60}, "set the age adjustment to 60 s"),
        ("PUT", "queue", {"agent": "anna"}, "moved the contact to anna's own queue"),
        ("PUT", "agent", {"agent": "anna"}, "assigned the contact to anna"),
        ("POST", "end", {}, "ended the contact"),
        ("PATCH", "attributes", {"attributes": {"note": "vip"}}, "set the attributes note"),
    ],
)
def test_each_action_is_done_and_kept_with_who_and_why(
    waiting: Site, method: str, what: str, body: dict[str, Any], action: str
) -> None:
    eva = waiting.visitor("eva")
    assert eva.ask(method, f"/contacts/c2/{what}", body).status == 422
    assert eva.ask(method, f"/contacts/c2/{what}", body | {"reason": "  "}).json["code"] == "no_reason"
    assert overrides(waiting) == []
    assert eva.ask(method, f"/contacts/c2/{what}", body | WHY).status in (200, 204)
    told = overrides(waiting)
    assert [(one.by, one.action, one.reason, one.contact_id) for one in told] == [
        ("eva", action, WHY["reason"], "c2")
    ]


def test_who_is_given_priority_comes_first(waiting: Site) -> None:
    eva = waiting.visitor("eva")
    eva.ask("PUT", "/contacts/c2/routing", {"priority": 1, **WHY})
    assert [one["contactId"] for one in eva.get("/contacts")["contacts"]] == ["c2", "c1"]


def test_a_contact_that_is_moved_goes_on_as_the_next_of_its_chain_and_keeps_its_age(waiting: Site) -> None:
    moved = waiting.visitor("eva").ask("PUT", "/contacts/c1/queue", {"agent": "anna", **WHY}).json
    assert (moved["contactId"], moved["agentQueue"], moved["stage"]) == ("c1.2", "anna", "waiting")
    assert moved["waiting"]["ageAdjustment"] > 0


def test_what_cannot_be_done_says_why_and_leaves_no_trace(waiting: Site) -> None:
    eva = waiting.visitor("eva")
    reply = eva.ask("PUT", "/contacts/c1/agent", {"agent": "ben", **WHY})
    assert (reply.status, reply.json["message"]) == (409, "ben is offline")
    assert eva.ask("PUT", "/contacts/c1/routing", {"priority": 1, "ageAdjustment": 2, **WHY}).status == 422
    assert overrides(waiting) == []


def test_a_missed_contact_is_cleared_for_an_agent(site: Site) -> None:
    tell(site, StatusSet("anna", "Available"), ContactArrived("c1"), OfferRejected("c1", "anna"))
    eva = site.visitor("eva")
    assert eva.ask("POST", "/contacts/c1/clear", {"agent": "anna", **WHY}).status == 204
    assert eva.get("/contacts/c1")["contact"]["stage"] == "offered"


def test_a_supervisor_moves_only_what_their_team_has(waiting: Site) -> None:
    waiting.web.accounts.add_user(User("tom", "supervisor", team=("ben",)), PASSWORD)
    tell(waiting, StatusSet("chloe", "Available"), OfferAccepted("c1", "chloe"))
    tom = waiting.visitor("tom")
    assert tom.ask("POST", "/contacts/c1/end", WHY).status == 403
    assert tom.ask("PUT", "/contacts/c2/agent", {"agent": "anna", **WHY}).status == 403
    assert tom.ask("PUT", "/contacts/c2/routing", {"priority": 2, **WHY}).status == 200
    assert [one["contactId"] for one in tom.get("/contacts")["contacts"]] == ["c2"]
