"""What a page finds after the centre was started again."""

from __future__ import annotations

from pathlib import Path

from tests.web.conftest import Site
from tests.web.test_desk_api import accepted, at_work, calls, slot


def test_a_call_goes_on_where_it_was(folder: Path) -> None:
    with Site(folder) as site:
        (ben,) = at_work(site, "ben")
        customer = calls(site)
        why = slot(site, "ben", "incoming")["why"]
        contact = accepted(site, ben)
        customer.ask("POST", "/phone/messages", {"text": "are you there?"})
        ben.ask("POST", f"/agents/ben/contacts/{contact}/notes", {"text": "careful"})
    with Site(folder) as site:
        customer.port = ben.port = site.port
        row = slot(site, "ben", "talking")
        assert row["why"] == why
        assert ben.get(f"/agents/ben/contacts/{contact}/notes")["notes"][0]["text"] == "careful"
        phone = customer.get("/phone")
        assert (phone["state"], phone["agent"]) == ("talking", "Ben")
        said = site.seen(f"chat/{customer.session['phone']}", lambda rows: list(rows.values()))
        assert [one["text"] for one in said if one["kind"] == "message"] == ["are you there?"]
        assert customer.ask("POST", "/phone/hang-up").status == 204


def test_a_call_that_is_over_says_so(folder: Path) -> None:
    with Site(folder) as site:
        customer = calls(site)
        customer.ask("POST", "/phone/hang-up")
    with Site(folder) as site:
        customer.port = site.port
        assert customer.get("/phone")["ended"] == "CUSTOMER_DISCONNECT"
