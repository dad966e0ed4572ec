"""Who may what: every route and every live topic, asked by everybody.

The table stands in `access.txt`, so that a person can read it; after a change rewrite it with EVENHAND_REWRITE=1
and read it with your own eyes. What must never be open is said again here.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.web.access import COOKIE, bearer
from evenhand.adapters.web.accounts import ABSOLUTE_SECONDS, INACTIVE_SECONDS, User
from evenhand.adapters.web.api import ROUTES
from evenhand.adapters.web.identity import Identity
from evenhand.adapters.web.openapi import document
from evenhand.adapters.web.routes import PREFIX, Route
from evenhand.adapters.web.socket import may_follow
from tests.web.conftest import PASSWORD, Site, Visitor

TABLE = Path(__file__).with_name("access.txt")
ASKERS = {
    "nobody": "no cookie, no key",
    "expired": "a session that was not used for too long",
    "customer": "the token of a contact",
    "anna": "agent",
    "ben": "another agent",
    "leo": "supervisor of anna",
    "mia": "supervisor of ben alone",
    "eva": "supervisor of everybody",
    "root": "administrator",
    "key-a": "an API key of the role agent",
    "key-s": "an API key of the role supervisor",
}
OPEN_TO_ALL = {
    "GET /session",
    "POST /session",
    "GET /health",
    "GET /ready",
    "GET /openapi.json",
    "GET /directory",
    "POST /phone",
    "POST /phone/waiting",
}
"""What somebody may ask who has proved nothing. Whatever is added here, somebody has thought about."""

TOPICS = (
    "board", "board/anna", "board/ben", "targets", "desk/anna", "desk/ben", "desk/", "phone/CONTACT", "phone/other", "chat/CONTACT",
    "chat/other", "contact/CONTACT", "flow/QueueTimer", "nothing", "",
)  # fmt: skip


class Crowd:
    """Everybody who asks, on one site."""

    def __init__(self, site: Site) -> None:
        accounts = site.web.accounts
        accounts.add_user(User("leo", "supervisor", team=("anna",)), PASSWORD)
        accounts.add_user(User("mia", "supervisor", team=("ben",)), PASSWORD)
        self.site = site
        reply = site.visitor().ask("POST", "/phone", {"dialled": "+12025550101", "number": "+12025550199"})
        self.contact = reply.json["contactId"]
        self.token = reply.json["token"]
        self.keys = {"key-a": accounts.add_key("a", "agent"), "key-s": accounts.add_key("s", "supervisor")}

    def visitor(self, name: str) -> Visitor:
        """A client that is this asker; users have a session of their own each time."""
        visitor = self.site.visitor()
        if name == "customer":
            visitor.headers["authorization"] = f"Bearer {self.token}"
        elif name in self.keys:
            visitor.headers["authorization"] = f"Bearer {self.keys[name]}"
        elif name != "nobody":
            accounts, now = self.site.web.accounts, time.time()
            user, began = ("root", now - INACTIVE_SECONDS - 1.0) if name == "expired" else (name, now)
            secret, who = accounts.begin_session(user, began)
            visitor.headers |= {"cookie": f"{COOKIE}={secret}", "x-csrf-token": who.csrf}
        return visitor

    def identity(self, name: str) -> Identity:
        accounts, now = self.site.web.accounts, time.time()
        if name == "customer":
            return bearer(self.token, accounts)
        if name in self.keys:
            return bearer(self.keys[name], accounts)
        return Identity() if name in ("nobody", "expired") else accounts.begin_session(name, now)[1]


@pytest.fixture(scope="module")
def crowd(shared_site: Site) -> Crowd:
    return Crowd(shared_site)


def example(schema: dict[str, Any], all_of: dict[str, Any]) -> Any:
    """Something small of this type."""
    if "$ref" in schema:
        return example(all_of[schema["$ref"].rpartition("/")[2]], all_of)
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], all_of)
    if schema.get("type") == "object":
        names = schema.get("required", ())
        return {name: example(schema["properties"][name], all_of) for name in names}
    return {"string": "x", "integer": 1, "number": 1, "boolean": True, "array": []}.get(schema["type"])


def path_of(route: Route, contact: str) -> str:
    names = {"agent": "anna", "contact": contact, "queue": "BasicQueue", "user": "gone", "key": "gone"}
    path = route.path
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    while "{" in path:
        # Whatever else there is: something that is not there.
        before, _, rest = path.partition("{")
        path = before + "none" + rest.partition("}")[2]
    return path


def asked(crowd: Crowd, route: Route, body: Any) -> dict[str, bool]:
    """Whom this route lets in: what follows (there is none such, it cannot be now) is another matter."""
    let_in: dict[str, bool] = {}
    for name in ASKERS:
        sent = b"" if route.raw else body
        reply = crowd.visitor(name).ask(route.method, path_of(route, crowd.contact), sent)
        assert reply.status < 500, (route.name, name, reply.text)
        code = reply.json.get("code", "") if reply.status in (401, 403) else ""
        let_in[name] = code not in ("not_known", "not_allowed")
    return let_in


def lines_of(rows: dict[str, dict[str, bool]]) -> list[str]:
    width = max(map(len, rows))
    head = " " * width + "".join(f"  {name:<8}" for name in ASKERS).rstrip()
    marks = [
        f"{what:<{width}}" + "".join(f"  {'yes' if let_in[name] else '-':<8}" for name in ASKERS).rstrip()
        for what, let_in in rows.items()
    ]
    return [head.rstrip(), *marks]


@pytest.fixture(scope="module")
def routes_open(crowd: Crowd) -> dict[str, dict[str, bool]]:
    described = document(ROUTES)
    schemas = described["components"]["schemas"]
    rows = {}
    for route in sorted(ROUTES, key=lambda one: (one.path, one.method)):
        operation = described["paths"][PREFIX + route.path][route.method.lower()]
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        sent = example(body, schemas) if body is not None else None
        if isinstance(sent, dict) and "reason" in sent:
            sent["reason"] = " "
        rows[f"{route.method} {route.path}"] = asked(crowd, route, sent)
    return rows


@pytest.fixture(scope="module")
def topics_open(crowd: Crowd) -> dict[str, dict[str, bool]]:
    return {
        topic or "(empty)": {
            name: may_follow(crowd.identity(name), topic.replace("CONTACT", crowd.contact), crowd.site.web)
            for name in ASKERS
        }
        for topic in TOPICS
    }


def test_who_may_what_is_as_it_is_written_down(
    routes_open: dict[str, dict[str, bool]], topics_open: dict[str, dict[str, bool]]
) -> None:
    people = [f"{name:<8}  {who}" for name, who in ASKERS.items()]
    lines = [*people, "", *lines_of(routes_open), "", *lines_of(topics_open)]
    if os.environ.get("EVENHAND_REWRITE"):
        TABLE.write_text("\n".join(lines) + "\n")
    assert lines == TABLE.read_text().splitlines(), "rewrite it with EVENHAND_REWRITE=1 and read it"


def test_who_proved_nothing_gets_nothing_but_what_is_meant_for_everybody(
    routes_open: dict[str, dict[str, bool]],
) -> None:
    for name in ("nobody", "expired"):
        assert {what for what, let_in in routes_open.items() if let_in[name]} == OPEN_TO_ALL


def test_a_customer_gets_their_phone_and_nothing_else(routes_open: dict[str, dict[str, bool]]) -> None:
    mine = {what for what, let_in in routes_open.items() if let_in["customer"]}
    assert {what for what in mine - OPEN_TO_ALL if "/phone" not in what} == set()


def test_nobody_but_administrators_sees_users_and_keys(routes_open: dict[str, dict[str, bool]]) -> None:
    for what, let_in in routes_open.items():
        if what.split()[1].split("/")[1] in ("users", "keys"):
            assert [name for name in ASKERS if let_in[name]] == ["root"], what


def test_an_agent_and_who_does_not_lead_them_do_nothing_for_another(
    routes_open: dict[str, dict[str, bool]],
) -> None:
    for what, let_in in routes_open.items():
        if "/agents/{agent}" in what:
            assert not let_in["ben"], what
            assert not let_in["mia"], what
            assert let_in["anna"], what
            assert let_in["leo"], what


def test_a_role_lets_in_what_the_route_says(routes_open: dict[str, dict[str, bool]]) -> None:
    roles = {"customer": "customer", "anna": "agent", "eva": "supervisor", "root": "administrator"}
    for route in ROUTES:
        let_in = routes_open[f"{route.method} {route.path}"]
        for name, role in roles.items():
            if name == "anna" and route.path.startswith("/contacts/{contact}"):
                # An agent sees a contact only while it is theirs; this one waits.
                assert not let_in[name], route.name
                continue
            assert let_in[name] == (role in route.roles), (route.name, name)


def test_live_rows_are_for_whom_they_concern(topics_open: dict[str, dict[str, bool]]) -> None:
    for name in ("nobody", "expired"):
        assert not any(let_in[name] for let_in in topics_open.values())
    assert topics_open["desk/anna"]["anna"]
    assert topics_open["desk/anna"]["leo"]
    assert not topics_open["desk/anna"]["ben"]
    assert not topics_open["desk/anna"]["mia"]
    assert not topics_open["phone/other"]["customer"]
    assert not topics_open["chat/other"]["customer"]


def test_a_session_ends_when_it_is_not_used(crowd: Crowd) -> None:
    accounts = crowd.site.web.accounts
    secret, _ = accounts.begin_session("anna", 1_000_000.0)
    assert accounts.session(secret, 1_000_000.0 + INACTIVE_SECONDS).name == "anna"
    assert accounts.session(secret, 1_000_000.0 + 2 * INACTIVE_SECONDS + 1.0).name == ""
    assert accounts.session(secret, 1_000_000.0).name == "", "over is over"


def test_a_session_ends_however_much_it_is_used(crowd: Crowd) -> None:
    accounts = crowd.site.web.accounts
    began = 2_000_000.0
    secret, _ = accounts.begin_session("anna", began)
    for hour in range(25):
        known = accounts.session(secret, began + hour * 3600.0).name == "anna"
        assert known == (hour * 3600.0 <= ABSOLUTE_SECONDS), hour


def test_looking_whether_a_session_holds_does_not_make_it_last(crowd: Crowd) -> None:
    accounts = crowd.site.web.accounts
    secret, _ = accounts.begin_session("anna", 3_000_000.0)
    for hour in range(8):
        assert accounts.session(secret, 3_000_000.0 + hour * 3600.0, used=False).name == "anna"
    assert accounts.session(secret, 3_000_000.0 + INACTIVE_SECONDS + 1.0, used=False).name == ""


def test_a_customers_token_ends(crowd: Crowd) -> None:
    accounts = crowd.site.web.accounts
    token = accounts.add_token("c1", 5_000.0)
    assert accounts.token(token, 4_999.0).contact_id == "c1"
    assert accounts.token(token, 5_000.0).contact_id == ""
