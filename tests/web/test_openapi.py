"""The OpenAPI document: valid, complete, and true."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from evenhand.adapters.web.api import ROUTES
from evenhand.adapters.web.openapi import document, path_names
from evenhand.adapters.web.routes import PREFIX
from tests.web.conftest import Site


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document(ROUTES)


def test_the_document_is_valid_openapi(described: dict[str, Any]) -> None:
    definitions = pytest.importorskip("schemathesis.specs.openapi.definitions")
    definitions.OPENAPI_31_VALIDATOR.validate(described)


def test_every_schema_that_is_named_is_there(described: dict[str, Any]) -> None:
    text = json.dumps(described)
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named == set(described["components"]["schemas"])
    assert [name for name in named if not name.isalnum()] == [], "two types have one name"


def test_every_route_is_in_it_under_a_name_of_its_own(described: dict[str, Any]) -> None:
    names = [
        operation["operationId"] for methods in described["paths"].values() for operation in methods.values()
    ]
    assert sorted(names) == sorted(route.name for route in ROUTES)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_says_what_it_takes_and_gives(described: dict[str, Any], route: Any) -> None:
    operation = described["paths"][PREFIX + route.path][route.method.lower()]
    assert operation["summary"]
    assert operation["description"]
    assert [one["name"] for one in operation["parameters"] if one["in"] == "path"] == path_names(route)
    assert ("requestBody" in operation) == (route.body is not None or route.raw)
    assert any(one["name"] == "idempotency-key" for one in operation["parameters"]) == route.creates
    assert {"4XX", "5XX"} < set(operation["responses"])
    assert route.method == "GET" or not any(way == {"session": []} for way in operation["security"])


def test_anybody_reads_it(shared_site: Site) -> None:
    told = shared_site.visitor().get("/openapi.json")
    assert told["openapi"] == "3.1.0"
    assert f"{PREFIX}/queues/{{queue}}" in told["paths"]
