"""Whatever the OpenAPI document allows, and much that it does not, is answered without an error of the server's.

Requests are made from the document at random; the same seed makes the same ones. The administrator asks, so that
nothing stops at the door.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from evenhand.adapters.web.api import ROUTES
from evenhand.adapters.web.limits import Bucket
from evenhand.adapters.web.openapi import document
from tests.web.conftest import Site, Visitor

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (extra: test)")

EXAMPLES = 60 if os.environ.get("EVENHAND_LONG") else 12
"""Requests for each route."""

_SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

schema = schemathesis.openapi.from_dict(document(ROUTES))


@pytest.fixture(scope="module")
def administrator(shared_site: Site) -> Visitor:
    limits = shared_site.web.limits
    limits.contacts = limits.logins = limits.logins_of_address = Bucket(20, 3600.0)
    machine = shared_site.visitor()
    secret = shared_site.web.accounts.add_key("everything", "administrator")
    machine.headers["authorization"] = f"Bearer {secret}"
    return machine


@schema.parametrize()
@_SETTINGS
def test_no_request_makes_the_server_fail(case: object, shared_site: Site, administrator: Visitor) -> None:
    ask(case, shared_site, administrator.headers)


def ask(case: object, site: Site, headers: dict[str, str]) -> None:
    reply = case.call(base_url=site.url, headers=headers, timeout=20)  # type: ignore[attr-defined]
    assert reply.status_code < 500 or reply.status_code == 503, reply.text
    checks = (
        schemathesis.checks.not_a_server_error,
        schemathesis.specs.openapi.checks.status_code_conformance,
        schemathesis.specs.openapi.checks.content_type_conformance,
        schemathesis.specs.openapi.checks.response_schema_conformance,
    )
    case.validate_response(reply, checks=list(checks))  # type: ignore[attr-defined]
