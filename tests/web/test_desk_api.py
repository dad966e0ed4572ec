"""What agents do with their contacts, over the API."""

from __future__ import annotations

from typing import Any

from evenhand.adapters.web.accounts import User
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.identity import Identity
from evenhand.adapters.web.socket import may_follow
from tests.web.conftest import PASSWORD, Site, Visitor

LEAST_LOADED = "+12025550101"
"""The number whose flow puts everybody into BasicQueue, where the least loaded agent is asked first."""


def at_work(site: Site, *names: str) -> list[Visitor]:
    """These agents, logged in and available."""
    people = [site.visitor(name) for name in names]
    for name, one in zip(names, people, strict=True):
        assert one.ask("PUT", f"/agents/{name}/status", {"status": "Available"}).status == 200
    return people


def calls(site: Site, number: str = "+12025550199", **more: Any) -> Visitor:
    """A customer who calls."""
    customer = site.visitor()
    reply = customer.ask("POST", "/phone", {"dialled": LEAST_LOADED, "number": number, **more})
    assert reply.status == 201, reply.text
    customer.session = reply.json
    customer.headers["authorization"] = f"Bearer {reply.json['token']}"
    return customer


def slot(site: Site, agent: str, state: str) -> dict[str, Any]:
    """The contact of this state at the agent's desk, once there is one; an offer once it says why."""

    def found(rows: dict[str, Any]) -> Any:
        slots = [row for key, row in rows.items() if key.startswith("slot/")]
        return next(
            (one for one in slots if one["state"] == state and (state != "incoming" or one["why"])), None
        )

    row: dict[str, Any] = site.seen(f"desk/{agent}", found)
    return row


def accepted(site: Site, agent: Visitor) -> str:
    """The agent takes what rings at their desk; answers the contact once both talk."""
    name = agent.session["agent"]
    contact: str = slot(site, name, "incoming")["contactId"]
    assert agent.ask("POST", f"/agents/{name}/contacts/{contact}/accept", {}).status == 204
    slot(site, name, "talking")
    return contact


def test_the_least_loaded_agent_is_rung_and_told_why(site: Site) -> None:
    at_work(site, "anna", "ben", "chloe")
    calls(site)
    row = slot(site, "ben", "incoming")
    assert row["why"] == "ben has the least work: 5"
    assert row["customer"] == "+12025550199"
    assert row["queue"] == "BasicQueue"


def test_the_decision_opens_for_the_agent_who_has_the_contact(site: Site) -> None:
    anna, ben = at_work(site, "anna", "ben")
    calls(site)
    contact = slot(site, "ben", "incoming")["contactId"]
    why = ben.get(f"/agents/ben/contacts/{contact}/decision")
    assert "derived again from the record: the same choice, ben" in "\n".join(why["lines"])
    assert anna.ask("GET", f"/agents/ben/contacts/{contact}/decision").status == 403
    assert anna.ask("GET", f"/agents/anna/contacts/{contact}/decision").status == 409


def test_an_accepted_contact_talks_is_held_and_ends_in_after_contact_work(site: Site) -> None:
    (ben,) = at_work(site, "ben")
    customer = calls(site)
    contact = accepted(site, ben)
    way = f"/agents/ben/contacts/{contact}"
    assert slot(site, "ben", "talking")["connectedAt"]
    assert customer.get("/phone")["agent"] == "Ben"
    assert ben.ask("POST", f"{way}/hold", {}).status == 204
    slot(site, "ben", "held")
    assert customer.get("/phone")["state"] == "held"
    assert ben.ask("POST", f"{way}/resume", {}).status == 204
    assert ben.ask("POST", f"{way}/hang-up", {}).status == 204
    assert slot(site, "ben", "after_contact_work")["ended"] == "AGENT_DISCONNECT"
    assert customer.get("/phone")["ended"] == "AGENT_DISCONNECT"
    assert ben.ask("POST", f"{way}/clear", {}).status == 204
    site.seen("desk/ben", lambda rows: not any(key.startswith("slot/") for key in rows) and rows)


def test_what_cannot_be_now_is_refused_with_the_reason(site: Site) -> None:
    (ben,) = at_work(site, "ben")
    calls(site)
    contact = slot(site, "ben", "incoming")["contactId"]
    reply = ben.ask("POST", f"/agents/ben/contacts/{contact}/hold", {})
    assert (reply.status, reply.json["code"]) == (409, "not_now")
    assert "does not talk" in reply.json["message"]
    assert ben.ask("POST", "/agents/ben/contacts/none/accept", {}).status == 409


def test_a_rejected_contact_rings_at_the_next_best_and_blocks_until_cleared(site: Site) -> None:
    _, ben, _ = at_work(site, "anna", "ben", "chloe")
    calls(site)
    contact = slot(site, "ben", "incoming")["contactId"]
    assert ben.ask("POST", f"/agents/ben/contacts/{contact}/reject", {}).status == 204
    assert slot(site, "chloe", "incoming")["contactId"] == contact
    row = slot(site, "ben", "rejected")
    assert row["customer"] == "…0199", "who rejected it has no more to do with the customer"
    assert ben.ask("POST", f"/agents/ben/contacts/{contact}/clear", {}).status == 204


def test_a_next_status_can_be_taken_back(site: Site) -> None:
    (ben,) = at_work(site, "ben")
    calls(site)
    slot(site, "ben", "incoming")
    assert ben.ask("PUT", "/agents/ben/status", {"status": "Lunch"}).json["nextStatus"] == "Lunch"
    assert ben.ask("POST", "/agents/ben/keep-status", {}).json["nextStatus"] == ""
    assert ben.ask("POST", "/agents/ben/keep-status", {}).status == 409


def test_a_customer_is_handed_over_to_another_agent_and_keeps_their_phone(site: Site) -> None:
    _, ben = at_work(site, "anna", "ben")
    customer = calls(site)
    contact = accepted(site, ben)
    reply = ben.ask("POST", f"/agents/ben/contacts/{contact}/transfer", {"kind": "agent", "to": "anna"})
    assert reply.status == 204, reply.text
    offered = slot(site, "anna", "incoming")
    assert offered["contactId"] != contact
    assert slot(site, "ben", "after_contact_work")["ended"] == "TRANSFERRED"
    anna = site.visitor("anna")
    anna.ask("POST", f"/agents/anna/contacts/{offered['contactId']}/accept", {})
    phone = site.seen(
        f"phone/{customer.session['phone']}",
        lambda rows: rows.get("leg", {}).get("agent") == "Anna" and rows["leg"],
    )
    assert phone["contactId"] == offered["contactId"]
    assert customer.ask("POST", "/phone/hang-up").status == 204


def test_an_agent_sees_only_themselves_and_a_supervisor_everybody(site: Site) -> None:
    names = [one["name"] for one in site.visitor("anna").get("/agents")["agents"]]
    assert names == ["anna"]
    assert len(site.visitor("eva").get("/agents")["agents"]) == 3


def test_a_supervisor_acts_for_an_agent_only_with_a_reason(site: Site) -> None:
    at_work(site, "ben")
    calls(site)
    contact = slot(site, "ben", "incoming")["contactId"]
    eva = site.visitor("eva")
    assert eva.ask("POST", f"/agents/ben/contacts/{contact}/accept", {}).status == 422
    assert eva.ask("POST", f"/agents/ben/contacts/{contact}/accept", {"reason": "his keyboard"}).status == 204
    slot(site, "ben", "talking")


def test_notes_and_the_disposition_are_kept_for_whoever_has_the_contact_next(site: Site) -> None:
    _, ben = at_work(site, "anna", "ben")
    calls(site)
    contact = accepted(site, ben)
    way = f"/agents/ben/contacts/{contact}"
    assert ben.ask("POST", f"{way}/notes", {"text": "wants the 15-year rate"}).status == 201
    assert ben.ask("PUT", f"{way}/disposition", {"code": "Passed on"}).status == 200
    ben.ask("POST", f"{way}/transfer", {"kind": "agent", "to": "anna"})
    offered = slot(site, "anna", "incoming")["contactId"]
    noted = site.visitor("anna").get(f"/agents/anna/contacts/{offered}/notes")
    assert noted["notes"][0]["text"] == "wants the 15-year rate"
    assert noted["disposition"]["text"] == "Passed on"
    assert "Solved" in noted["usual"]


def test_an_agent_flags_a_wrong_load_and_the_journal_says_so(site: Site) -> None:
    (ben,) = at_work(site, "ben")
    assert ben.ask("POST", "/agents/ben/doubts", {"what": "I closed four cases today"}).status == 204
    flag = site.seen("desk/ben", lambda rows: rows.get("flag"))
    assert flag["what"] == "I closed four cases today"


def test_a_flag_needs_words(site: Site) -> None:
    assert site.visitor("ben").ask("POST", "/agents/ben/doubts", {"what": " "}).status == 422


def test_the_targets_tell_who_is_free(site: Site) -> None:
    at_work(site, "ben")
    row = site.seen("targets", lambda rows: rows.get("agent/ben", {}).get("free") and rows)
    assert row["agent/anna"]["free"] is False
    assert row["queue/BasicQueue"]["available"] == 1


def test_a_conversation_is_seen_by_who_has_it_and_who_leads_them(site: Site) -> None:
    for name, team in (("mia", ("anna",)), ("leo", ("ben",))):
        site.web.accounts.add_user(User(name, "supervisor", team=team), PASSWORD)
    (ben,) = at_work(site, "ben")
    customer = calls(site)
    accepted(site, ben)
    topic = f"chat/{customer.session['phone']}"

    async def followers(web: WebCentre) -> list[str]:
        accounts = web.accounts.users()
        known = [Identity(one.role, one.name, one.agent, one.team) for one in accounts]
        return [one.name for one in known if may_follow(one, topic, web)]

    assert site.run(followers) == ["ben", "eva", "leo", "root"]
