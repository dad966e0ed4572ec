"""Logging in and out."""

from __future__ import annotations

import pytest

from tests.web.conftest import PASSWORD, Site


def test_nobody_is_nobody(site: Site) -> None:
    assert site.visitor().get("/session")["role"] == "nobody"


def test_who_logs_in_is_known_by_the_cookie(site: Site) -> None:
    assert site.visitor("anna").get("/session")["agent"] == "anna"


@pytest.mark.parametrize(("name", "password"), [("anna", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_login_tells_nothing(site: Site, name: str, password: str) -> None:
    reply = site.visitor().ask("POST", "/session", {"name": name, "password": password})
    assert (reply.status, reply.json["message"]) == (401, "name or password is wrong")


def test_a_change_without_the_csrf_header_is_refused(site: Site) -> None:
    anna = site.visitor("anna")
    del anna.headers["x-csrf-token"]
    assert anna.ask("PUT", "/agents/anna/status", {"status": "Available"}).status == 403


def test_who_logged_out_is_nobody(site: Site) -> None:
    anna = site.visitor("anna")
    assert anna.ask("DELETE", "/session").status == 204
    assert anna.get("/session")["role"] == "nobody"


def test_an_agent_sets_their_own_status_and_nobody_elses(site: Site) -> None:
    anna = site.visitor("anna")
    assert anna.ask("PUT", "/agents/anna/status", {"status": "Available"}).json["status"] == "Available"
    assert anna.ask("PUT", "/agents/ben/status", {"status": "Available"}).status == 403


def test_a_supervisor_who_sets_a_status_says_why(site: Site) -> None:
    eva = site.visitor("eva")
    assert eva.ask("PUT", "/agents/ben/status", {"status": "Available"}).status == 422
    assert eva.ask("PUT", "/agents/ben/status", {"status": "Available", "reason": "he forgot"}).status == 200
