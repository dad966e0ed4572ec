"""Routes as data: one table says for each what it is, who may ask, what it takes and what it answers.

From it come the application, the OpenAPI document and the security tests.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec

from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.identity import Identity, Role

__all__ = ["PREFIX", "Answer", "Call", "Parameter", "Route"]

PREFIX = "/api/v1"


class Call(msgspec.Struct):
    """One request, after it was found allowed and well formed. `body` is of the route's `body` type.

    `once` names what is created: whoever asks and their Idempotency-Key ('' without one).
    """

    centre: WebCentre
    who: Identity
    path: dict[str, str]
    query: dict[str, str]
    body: Any
    address: str
    raw: bytes = b""
    once: str = ""

    def new_id(self) -> str:
        """An id for what is created: under the same Idempotency-Key the same, also after a restart."""
        if not self.once:
            return str(uuid.uuid4())
        return str(uuid.UUID(bytes=hashlib.blake2b(self.once.encode(), digest_size=16).digest(), version=4))


class Answer(msgspec.Struct):
    """An answer that is more than its JSON: other headers (cookies, say), another media type, another status."""

    content: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = "application/json"
    status: int | None = None


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of the query: its name, what it means, and its JSON type."""

    name: str
    about: str
    type: Literal["string", "integer", "number", "boolean"] = "string"


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be asked. `path` is below `/api/v1`, with `{names}` in it.

    `body` and `answer` are the types of the JSON on either side (None: none). What `creates` takes an
    `Idempotency-Key`: asked again under the same key it answers the same and does nothing. `raw` bodies are
    not JSON (`media` says what) and come as bytes. `besides` are answers of another status than the usual one.
    `gives` is the answer's media type where it is not JSON.
    `about` says more than the summary; without one the handler's docstring does.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    name: str
    summary: str
    roles: frozenset[Role]
    handler: Callable[[Call], Awaitable[Any]]
    tag: str
    body: Any = None
    answer: Any = None
    status: int = 200
    creates: bool = False
    raw: bool = False
    media: str = "application/json"
    gives: str = "application/json"
    about: str = ""
    besides: tuple[tuple[int, Any], ...] = ()
    query: tuple[Parameter, ...] = ()
    largest: int = 64_000
