"""Writes the reference of the HTTP API from the routes that answer it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from evenhand.adapters.web.api import ROUTES
from evenhand.adapters.web.identity import Role
from evenhand.adapters.web.openapi import INTRODUCTION, about, document
from evenhand.adapters.web.routes import PREFIX, Route

__all__ = ["api_page"]


def api_page(note: str) -> str:
    """The page, under the note of who writes it."""
    described = document(ROUTES)
    lines = [
        "# HTTP API",
        "",
        *INTRODUCTION.splitlines(),
        "",
        "A running centre describes itself at `/api/v1/openapi.json`, and its page `/api` lets you try every route.",
        "How to use it from a program: [use the API with a key](../how-to/use-the-api.md). "
        "What protects it: [why the pages are safe](../why/safe-pages.md).",
        "",
        *_access(),
        "",
        "## Errors",
        "",
        "| status | when |",
        "|---|---|",
        "| 400 | the request cannot be read: no JSON, an unknown parameter, a bad key |",
        "| 401 | a login, an API key or a contact's token is needed, or the login is wrong |",
        "| 403 | not for this role, not in this team, no CSRF token, or asked by another site's page |",
        "| 404, 405 | there is no such thing; it cannot be asked this way |",
        "| 408, 413, 415, 431 | the body or the head is too slow, too large, or of another kind |",
        "| 409 | it cannot be now (`not_now`), or is there already (`exists`) |",
        "| 422 | a value does not fit; `where` names it, `findings` are all faults of a document |",
        "| 429 | too often; `Retry-After` says when again |",
        "| 500 | a mistake of Evenhand's |",
        "| 503 | the journal or something outside does not work now; nothing was done |",
        "",
    ]
    for tag in dict.fromkeys(route.tag for route in ROUTES):
        lines += [f"## {tag[0].upper()}{tag[1:]}", ""]
        for route in ROUTES:
            if route.tag == tag:
                lines += _route(route, described)
    lines += ["## Types", ""]
    for name, schema in sorted(described["components"]["schemas"].items()):
        lines += _type(name, schema)
    return note + "\n".join(lines).rstrip() + "\n"


def _access() -> list[str]:
    return [
        "| who | how it is known | may |",
        "|---|---|---|",
        "| nobody | | health, this description, the numbers, start a contact, log in |",
        "| customer | `Authorization: Bearer` with the token that starting a contact answered | their own contact |",
        "| agent | a session, or a key | what concerns themselves, and how the centre is laid out |",
        "| supervisor | a session, or a key | their team (without one: everybody), queues, records, metrics |",
        "| administrator | a session, or a key | everything, users and keys too |",
    ]


def _route(route: Route, described: dict[str, Any]) -> Iterator[str]:
    operation = described["paths"][PREFIX + route.path][route.method.lower()]
    yield f"### {route.method} {route.path}"
    yield ""
    roles = [one for one in get_args(Role) if one in route.roles]
    whom = "everybody" if "nobody" in roles else ", ".join(f"{one}s" for one in roles)
    yield f"**{route.summary}.** " + (f"{about(route)} " if about(route) != f"{route.summary}." else "")
    yield f"For {whom}. Its name is `{route.name}`."
    yield ""
    if route.query:
        yield "| parameter | type | |"
        yield "|---|---|---|"
        for one in route.query:
            yield f"| `{one.name}` | {_word({'type': one.type})} | {_cell(one.about)} |"
        yield ""
    takes = ""
    if route.raw:
        takes = f"Takes `{route.media}`, up to {route.largest:,} bytes. "
    elif route.body is not None:
        takes = f"Takes {_word(operation['requestBody']['content']['application/json']['schema'])}. "
    if route.creates:
        takes += "Takes an `Idempotency-Key`. "
    gives = "nothing (204)"
    if route.gives != "application/json":
        gives = f"`{route.gives}`"
    elif route.answer is not None:
        schema = operation["responses"][str(route.status)]["content"]["application/json"]["schema"]
        gives = _word(schema) + (f" ({route.status})" if route.status != 200 else "")
    yield f"{takes}Answers {gives}."
    yield ""


def _type(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    yield schema.get("description", "")
    yield ""
    if schema.get("properties"):
        yield "| field | type | |"
        yield "|---|---|---|"
        needed = schema.get("required", ())
        for field, one in schema["properties"].items():
            yield f"| `{field}` | {_cell(_word(one))} | {'' if field in needed else 'may be left out'} |"
        yield ""


def _word(schema: dict[str, Any]) -> str:
    """A JSON Schema in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_word(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_word(schema.get('items') or {})}"
    if schema.get("type") == "object":
        inside = schema.get("additionalProperties")
        return f"table of {_word(inside)}" if isinstance(inside, dict) and inside else "table of anything"
    words = {"string": "text", "integer": "whole number", "null": "nothing", "boolean": "true or false"}
    kind = schema.get("type", "anything")
    return words.get(kind, kind)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
