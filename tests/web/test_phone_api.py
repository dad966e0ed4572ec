"""What customers do at a page, over the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Site, Visitor
from tests.web.test_desk_api import LEAST_LOADED, accepted, at_work, calls, slot


def waits(site: Site, number: str) -> Visitor:
    """A phone that waits to be called."""
    customer = site.visitor()
    reply = customer.ask("POST", "/phone/waiting", {"number": number})
    customer.session = reply.json
    customer.headers["authorization"] = f"Bearer {reply.json['token']}"
    return customer


def test_the_directory_names_the_centres_numbers_and_no_login(site: Site) -> None:
    directory = site.visitor().get("/directory")
    assert LEAST_LOADED in [one["number"] for one in directory["numbers"]]
    assert directory["logins"] == directory["customers"] == []


def test_a_customer_sees_their_own_phone_and_no_other(site: Site) -> None:
    one, other = calls(site), calls(site, "+12025550171")
    assert one.get("/phone")["number"] == "+12025550199"
    assert other.get("/phone")["number"] == "+12025550171"
    assert site.visitor().ask("GET", "/phone").status == 401
    assert one.ask("GET", "/agents").status == 403


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"dialled": "+1999"}, 404),
        ({"dialled": LEAST_LOADED, "channel": "EMAIL"}, 422),
        ({"dialled": LEAST_LOADED, "number": "9" * 100}, 422),
        ({"dialled": LEAST_LOADED, "attributes": {str(n): "" for n in range(21)}}, 422),
    ],
)
def test_a_contact_that_cannot_be_is_refused(site: Site, wish: dict[str, Any], status: int) -> None:
    reply = site.visitor().ask("POST", "/phone", wish)
    assert reply.status == status
    assert reply.json["message"]


def test_who_starts_too_many_contacts_has_to_wait(site: Site) -> None:
    customer = site.visitor()
    replies = [customer.ask("POST", "/phone", {"dialled": "none"}) for _ in range(21)]
    assert replies[-1].status == 429
    assert int(replies[-1].headers["retry-after"]) > 0


def test_the_same_request_twice_is_one_call(site: Site) -> None:
    customer, wish = site.visitor(), {"dialled": LEAST_LOADED}
    first = customer.ask("POST", "/phone", wish, idempotency_key="only once, please")
    again = customer.ask("POST", "/phone", wish, idempotency_key="only once, please")
    assert first.json == again.json


def test_a_call_ends_when_the_customer_hangs_up(site: Site) -> None:
    customer = calls(site)
    assert customer.ask("POST", "/phone/hang-up").status == 204
    phone = site.seen(
        f"phone/{customer.session['phone']}", lambda rows: rows["leg"]["state"] == "ended" and rows["leg"]
    )
    assert phone["ended"] == "CUSTOMER_DISCONNECT"
    assert customer.ask("POST", "/phone/hang-up").status == 409
    assert customer.ask("POST", "/phone/messages", {"text": "hello?"}).status == 409


def test_messages_go_both_ways_with_the_agents_name(site: Site) -> None:
    (ben,) = at_work(site, "ben")
    customer = calls(site)
    contact = accepted(site, ben)
    assert customer.ask("POST", "/phone/messages", {"text": "Good morning"}).status == 204
    assert ben.ask("POST", f"/agents/ben/contacts/{contact}/messages", {"text": "Hello"}).status == 204

    def said(rows: dict[str, Any]) -> Any:
        messages = [row for row in rows.values() if row.get("kind") == "message"]
        return len(messages) == 2 and messages

    lines = site.seen(f"chat/{customer.session['phone']}", said)
    assert [(one["who"], one["name"], one["text"]) for one in lines] == [
        ("customer", "", "Good morning"),
        ("agent", "Ben", "Hello"),
    ]


def test_a_waiting_phone_rings_when_its_number_is_dialled(site: Site) -> None:
    (ben,) = at_work(site, "ben")
    customer = waits(site, "+12025550177")
    topic = f"phone/{customer.session['phone']}"

    async def stay(web: Any) -> None:
        web.hub.follow(topic, _Page())

    site.run(stay)
    reply = ben.ask("POST", "/agents/ben/calls", {"number": "+12025550177"})
    assert reply.status == 201, reply.text
    assert slot(site, "ben", "dialling")["method"] == "OUTBOUND"
    assert site.seen(topic, lambda rows: rows["leg"]["ringsUntil"])
    assert customer.ask("POST", "/phone/answer").json["contactId"] == reply.json["contactId"]
    slot(site, "ben", "talking")
    assert customer.get("/phone")["agent"] == "Ben"


def test_a_declined_call_frees_the_agent(site: Site) -> None:
    (ben,) = at_work(site, "ben")
    customer = waits(site, "+12025550177")
    topic = f"phone/{customer.session['phone']}"

    async def stay(web: Any) -> None:
        web.hub.follow(topic, _Page())

    site.run(stay)
    ben.ask("POST", "/agents/ben/calls", {"number": "+12025550177"})
    assert site.seen(topic, lambda rows: rows["leg"]["ringsUntil"])
    assert customer.ask("POST", "/phone/decline").status == 204
    site.seen("desk/ben", lambda rows: not any(key.startswith("slot/") for key in rows) and rows)


def test_a_number_where_no_page_waits_is_not_reached(folder: Path) -> None:
    with Site(folder, speed=20.0) as site:
        (ben,) = at_work(site, "ben")
        ben.ask("POST", "/agents/ben/calls", {"number": "+12025550177"})
        slot(site, "ben", "dialling")
        site.seen("desk/ben", lambda rows: not any(key.startswith("slot/") for key in rows) and rows)


def test_the_phone_is_told_the_wait_and_the_place(folder: Path) -> None:
    with Site(folder, speed=30.0) as site:
        customer = calls(site)
        rows = site.seen(
            f"phone/{customer.session['phone']}",
            lambda rows: rows["leg"]["told"] is not None and "wait" in rows and rows,
        )
        assert rows["wait"]["position"] == 1
        assert rows["leg"]["toldAt"] > rows["wait"]["since"]


class _Page:
    """A page that stands open."""

    def write_frame(self, frame: bytes) -> bool:
        return True
