"""The OpenAPI document of the API, made from the same routes that answer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from typing import Any, get_args

import msgspec

from evenhand import __version__
from evenhand.adapters.web.access import COOKIE, CSRF_HEADER
from evenhand.adapters.web.dispatch import IDEMPOTENCY_HEADER
from evenhand.adapters.web.faults import Fault
from evenhand.adapters.web.identity import Role
from evenhand.adapters.web.routes import PREFIX, Parameter, Route

__all__ = ["INTRODUCTION", "about", "document", "path_names"]

INTRODUCTION = """\
Everything that the pages of a centre can do, for machines.

* Times are seconds since 1970-01-01T00:00:00Z by the centre's clock; durations are seconds.
* Every answer that is an error has the same shape, `Fault`: a stable `code`, what is wrong, where, and the way out.
* Whoever changes something with a session's cookie sends that session's `csrf` in `X-CSRF-Token`.
* What creates takes an `Idempotency-Key`: asked again within a day under the same key it answers the same and does
  nothing, also after a restart.
"""
_KEY_PARAMETER = {
    "name": IDEMPOTENCY_HEADER,
    "in": "header",
    "required": False,
    "description": "16 to 200 printable characters, a UUID say: asked again under it, nothing is done twice.",
    "schema": {"type": "string", "minLength": 16, "maxLength": 200, "pattern": "^[!-~]*$"},
}
_SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "A session, from POST /session.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "The `csrf` of GET /session, for every change with a session.",
    },
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, or a customer's token."},
}


def path_names(route: Route) -> list[str]:
    """The names in a route's path, in order."""
    return re.findall(r"\{(\w+)\}", route.path)


def about(route: Route) -> str:
    """What there is to say, at least the summary."""
    text = " ".join((route.about or inspect.getdoc(route.handler) or "").split())
    return text if len(text) > len(route.summary) else f"{route.summary}."


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The whole document, OpenAPI 3.1."""
    schemas = _Schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Evenhand",
            "version": __version__,
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": _SCHEMES,
            "responses": {
                "Fault": {
                    "description": "It cannot be done: what is wrong, and the way out",
                    "content": {"application/json": {"schema": schemas.of(Fault)}},
                }
            },
        },
    }


class _Schemas:
    """JSON Schema of every type on either side of a route."""

    def __init__(self, routes: Sequence[Route]) -> None:
        kinds: list[Any] = [Fault]
        for route in routes:
            others = (type_ for _, type_ in route.besides)
            kinds += [
                one for one in (route.body, route.answer, *others) if one is not None and one not in kinds
            ]
        found, self.components = msgspec.json.schema_components(
            kinds, ref_template="#/components/schemas/{name}"
        )
        for component in self.components.values():
            _spell(component)
        self._found = list(zip(kinds, found, strict=True))

    def of(self, kind: Any) -> dict[str, Any]:
        return next(schema for known, schema in self._found if known == kind)


def _spell(component: dict[str, Any]) -> None:
    """A docstring names fields as the code does; the document as JSON has them."""
    fields = {_small(name): name for name in component.get("properties", ())}
    text = " ".join(component.get("description", "").split())
    component["description"] = re.sub(
        r"`(\w+)`", lambda found: f"`{fields.get(_small(found[1]), found[1])}`", text
    )


def _small(name: str) -> str:
    return name.replace("_", "").lower()


def _operation(route: Route, schemas: _Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.tag],
        "summary": route.summary,
        "description": about(route),
        "security": _security(route),
        "x-evenhand-roles": [one for one in get_args(Role) if one in route.roles],
        "parameters": [
            *(_in_path(name) for name in path_names(route)),
            *(_in_query(one) for one in route.query),
            *([_KEY_PARAMETER] if route.creates else []),
        ],
        "responses": _responses(route, schemas),
    }
    if route.raw:
        operation["requestBody"] = {
            "required": True,
            "description": f"Up to {route.largest:,} bytes.",
            "content": {route.media: {"schema": {"type": "string"}}},
        }
    elif route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas.of(route.body)}},
        }
    return operation


def _responses(route: Route, schemas: _Schemas) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if route.gives != "application/json":
        text = {"schema": {"type": "string"}}
        said[str(route.status)] = {"description": route.summary, "content": {route.gives: text}}
    elif route.answer is None:
        said["204"] = {"description": "Done"}
    else:
        said[str(route.status)] = _json(route.summary, schemas.of(route.answer))
    for status, kind in route.besides:
        said[str(status)] = _json(route.summary, schemas.of(kind))
    fault = {"$ref": "#/components/responses/Fault"}
    return {**said, "4XX": fault, "5XX": fault}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": "query",
        "required": False,
        "description": one.about,
        "schema": {"type": one.type},
    }


def _security(route: Route) -> list[dict[str, list[str]]]:
    ways: list[dict[str, list[str]]] = [{}] if "nobody" in route.roles else []
    if route.roles & {"agent", "supervisor", "administrator"}:
        ways.append({"session": []} if route.method == "GET" else {"session": [], "csrf": []})
    return [*ways, {"key": []}]
