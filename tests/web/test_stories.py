"""Contacts' stories over the API: from the journal, at once, and only what one may see."""

from __future__ import annotations

import asyncio
from typing import Any

from evenhand.adapters.web.accounts import User
from evenhand.adapters.web.centre import WebCentre
from evenhand.model.inputs import ContactArrived, ContactHungUp, OfferAccepted, OfferRejected, StatusSet
from tests.web.conftest import PASSWORD, Site

CUSTOMER = "+491705558171"


async def ring(web: WebCentre, contact_id: str = "c-1") -> str:
    """A customer calls the number that goes to the least loaded; answers who is rung."""
    for agent in ("anna", "ben", "chloe"):
        if web.host.centre.distributor.agents[agent].status != "Available":
            await web.send(StatusSet(agent, "Available"))
    await web.send(
        ContactArrived(
            contact_id, customer_address=CUSTOMER, system_address="+12025550101", attributes={"a": "b"}
        )
    )
    return await rung(web, contact_id)


async def rung(web: WebCentre, contact_id: str) -> str:
    async with asyncio.timeout(20):
        while (contact := web.host.centre.contacts[contact_id]).stage != "offered":
            await asyncio.sleep(0.01)
    assert contact.ticket is not None
    return next(
        name
        for name, one in web.host.centre.distributor.agents.items()
        if contact_id in one.slots and one.slots[contact_id].state == "offered"
    )


def test_a_contact_that_is_here_shows_at_once_with_its_decision(site: Site) -> None:
    eva = site.visitor("eva")
    agent = site.run(ring)
    story = eva.get("/contacts/c-1/story")
    head = story["head"]
    assert (head["stage"], head["customer"], head["endedAt"]) == ("offered", "…8171", None)
    assert [one["outcome"] for one in story["offers"]] == ["ringing"]
    decision = story["decisions"][0]
    assert decision["record"]["agent"] == agent
    assert decision["derivedAgain"]["same"] is True
    assert sorted(one["agent"] for one in decision["record"]["candidates"]) == ["anna", "ben", "chloe"]
    passed = [one for one in story["steps"] if one["block"]]
    assert [one["number"] for one in passed] == list(range(1, len(passed) + 1))
    drawn = {block["id"] for flow in story["flows"] for block in flow["blocks"]}
    assert {one["block"] for one in passed} <= drawn
    # Nowhere on the page stands the customer's whole number; in the record it does.
    assert CUSTOMER[1:] not in eva.ask("GET", "/contacts/c-1/story").text.decode()
    assert eva.get("/contacts/c-1/record")["CustomerEndpoint"]["Address"] == CUSTOMER
    assert eva.get("/contacts/c-1/record?format=api")["Id"] == "c-1"


def test_a_story_goes_on_to_its_end(site: Site) -> None:
    eva = site.visitor("eva")
    first = site.run(ring)

    async def go_on(web: WebCentre) -> str:
        await web.override("eva", "looked at it", "curious", OfferRejected("c-1", first), contact_id="c-1")
        second = await rung(web, "c-1")
        await web.send(OfferAccepted("c-1", second))
        async with asyncio.timeout(20):
            while web.host.centre.contacts["c-1"].stage != "talking":
                await asyncio.sleep(0.01)
        await web.send(ContactHungUp("c-1"))
        return second

    second = site.run(go_on)
    story = eva.get("/contacts/c-1/story")
    assert [(one["agent"], one["outcome"]) for one in story["offers"]] == [
        (first, "rejected"),
        (second, "accepted"),
    ]
    assert story["head"]["agent"] == second
    assert story["head"]["reason"] == "CUSTOMER_DISCONNECT"
    assert [(one["by"], one["reason"]) for one in story["overrides"]] == [("eva", "curious")]
    assert len(eva.get("/contacts/c-1/decisions")) == 2
    number = story["decisions"][1]["number"]
    assert eva.get(f"/contacts/c-1/decisions/{number}")["record"]["agent"] == second
    assert eva.ask("GET", "/contacts/c-1/decisions/99").status == 404
    assert story["events"][-1]["detail"]["eventType"] in ("DISCONNECTED", "COMPLETED")
    assert eva.get("/contacts/c-1/trace")["steps"][0]["kind"] == "ContactInitiated"


def test_contacts_are_found_by_the_beginning_of_the_id_and_the_end_of_the_number(site: Site) -> None:
    eva = site.visitor("eva")

    async def come(web: WebCentre) -> None:
        for number in range(3):
            address = f"+1202555010{number}"
            await web.send(
                ContactArrived(f"x{number}-a", customer_address=address, system_address="+12025550101")
            )

    site.run(come)

    def found(text: str) -> list[str]:
        return [one["contactId"] for one in eva.get(f"/stories?find={text}")["contacts"]]

    assert found("") == ["x2-a", "x1-a", "x0-a"]
    assert found("x1") == ["x1-a"]
    assert found("0102") == ["x2-a"]
    assert found("5550") == []
    assert found("%25") == []
    assert eva.get("/stories?limit=1")["contacts"][0]["customer"] == "…0102"
    assert eva.ask("GET", "/stories?limit=0").status == 422
    assert eva.ask("GET", "/contacts/nobody/story").status == 404


def test_agents_see_why_they_were_chosen_and_nothing_more(site: Site) -> None:
    agent = site.run(ring)
    others = [one for one in ("anna", "ben", "chloe") if one != agent]
    assert site.visitor(agent).get("/contacts/c-1/decisions")[0]["record"]["agent"] == agent
    assert site.visitor(others[0]).ask("GET", "/contacts/c-1/decisions").status == 403
    assert site.visitor(agent).ask("GET", "/contacts/c-1/story").status == 403
    site.web.accounts.add_user(User("lea", "supervisor", team=(others[0],)), PASSWORD)
    lea = site.visitor("lea")
    assert lea.ask("GET", "/contacts/c-1/story").status == 403
    assert lea.get("/stories")["contacts"] == []


def test_who_follows_a_contact_is_told_that_it_goes_on(site: Site) -> None:
    site.run(ring)

    async def follow(web: WebCentre) -> int:
        class Page:
            frames = 0

            def write_frame(self, frame: bytes) -> bool:
                self.frames += 1
                return True

        page: Any = Page()
        web.hub.follow("contact/c-1", page)
        before = page.frames
        await web.send(ContactHungUp("c-1"))
        async with asyncio.timeout(10):
            while page.frames == before:
                await asyncio.sleep(0.01)
        return int(page.frames - before)

    assert site.run(follow) >= 1
