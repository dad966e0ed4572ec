"""One route as an ASGI endpoint: who asks, may they, is the body well formed, do it, answer.

It speaks ASGI itself instead of through request objects, which would cost more than the rest of a small call.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
import traceback
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.types import Receive, Scope, Send

from evenhand.adapters.web.access import CSRF_HEADER, check_allowed, check_origin, who_asks
from evenhand.adapters.web.answers import Answered
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.faults import ApiFault, fault_of
from evenhand.adapters.web.routes import Answer, Call, Parameter, Route
from evenhand.errors import EvenhandError, OutsideFailure

__all__ = ["IDEMPOTENCY_HEADER", "Endpoint", "answer_fault", "read_body"]

IDEMPOTENCY_HEADER = "idempotency-key"
_KEY_LENGTHS = range(16, 201)
_MOST_PARAMETERS = 50

_Reply = tuple[int, bytes, tuple[tuple[str, str], ...], str]


class Endpoint:
    """The ASGI application of one route."""

    def __init__(self, route: Route, centre: WebCentre) -> None:
        self._route = route
        self._centre = centre
        self._decoder = msgspec.json.Decoder(route.body) if route.body is not None and not route.raw else None
        self._encoder = msgspec.json.Encoder()
        self._parameters = {one.name: one for one in route.query}
        self._doing: dict[str, asyncio.Future[None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, content, headers, media = await self._answer(scope, receive)
        except ApiFault as fault:
            await answer_fault(send, fault)
        except EvenhandError as error:
            await answer_fault(send, fault_of(error))
        except Exception as error:
            # Never silent, never a stack trace for a visitor. What was sent is not told: it may be a secret.
            where = "".join(traceback.format_tb(error.__traceback__))
            asked = f"{self._route.method} {self._route.path}"
            self._centre.problem(f"{asked} failed: {type(error).__name__} at\n{where}")
            await answer_fault(send, ApiFault(500, "failed", "this went wrong here, not at your end"))
        else:
            await _send(send, status, content, media, headers)

    async def _answer(self, scope: Scope, receive: Receive) -> _Reply:
        route = self._route
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        who = who_asks(headers, self._centre.accounts)
        check_origin(who, route.method, headers)
        check_allowed(who, route.roles, route.method, headers.get(CSRF_HEADER, ""))
        query = self._query(scope["query_string"])
        raw, body = b"", None
        if route.raw or self._decoder is not None:
            raw = await read_body(receive, headers, route.largest, self._centre.limits.body_seconds)
            if self._decoder is not None:
                _check_media(headers.get("content-type", ""))
                body = _decode(self._decoder, raw)
        client = scope.get("client")
        call = Call(self._centre, who, scope["path_params"], query, body, client[0] if client else "", raw)
        key = headers.get(IDEMPOTENCY_HEADER) if route.creates else None
        if key is None:
            return await self._do(call)
        if len(key) not in _KEY_LENGTHS or not (key.isascii() and key.isprintable()):
            raise ApiFault(
                400,
                "bad_key",
                f"an Idempotency-Key has {_KEY_LENGTHS[0]} to {_KEY_LENGTHS[-1]} printable ASCII characters",
                way_out="take a new UUID for each thing that you create",
            )
        call.once = f"{route.name} {who.way} {who.name} {who.contact_id} {key}"
        asked = hashlib.sha256(msgspec.json.encode([call.path, query]) + raw).hexdigest()
        return await self._once(call, asked)

    async def _do(self, call: Call) -> _Reply:
        answer = await self._route.handler(call)
        if isinstance(answer, Answer):
            content = answer.content
            if not isinstance(content, bytes):
                content = self._encoder.encode(content) if content is not None else b""
            return answer.status or self._route.status, content, answer.headers, answer.media_type
        if answer is None:
            return 204, b"", (), ""
        return self._route.status, self._encoder.encode(answer), (), "application/json"

    async def _once(self, call: Call, asked: str) -> _Reply:
        """The same key means the same thing: it is done once, and answered as the first time."""
        key = call.once
        while (under_way := self._doing.get(key)) is not None:
            await asyncio.shield(under_way)
        done = self._doing[key] = asyncio.get_running_loop().create_future()
        try:
            known = await asyncio.to_thread(self._centre.answers.find, key, time.time())
            if known is not None:
                if known.asked != asked:
                    raise ApiFault(
                        422,
                        "key_reused",
                        "this Idempotency-Key was used for something else",
                        way_out="take a new key for each thing that you create",
                    )
                media = "application/json" if known.content else ""
                return known.status, known.content, (("idempotent-replayed", "true"),), media
            reply = await self._do(call)
            try:
                answered = Answered(asked, reply[0], reply[1])
                await asyncio.to_thread(self._centre.answers.keep, key, answered, time.time())
            except OutsideFailure as error:
                # It was done; that a repetition may not be known as one is no reason to say otherwise.
                self._centre.problem(f"an answer could not be kept for its Idempotency-Key: {error.message}")
            return reply
        finally:
            # What failed did nothing: it may be tried again under the same key.
            del self._doing[key]
            done.set_result(None)

    def _query(self, text: bytes) -> dict[str, str]:
        """The query's parameters, each known and of its type."""
        if not text:
            return {}
        try:
            pairs = parse_qsl(text.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
        except ValueError as error:
            raise ApiFault(400, "too_many", f"more than {_MOST_PARAMETERS} parameters") from error
        for name, value in pairs:
            known = self._parameters.get(name)
            if known is None:
                there = ", ".join(self._parameters) or "none"
                raise ApiFault(
                    400,
                    "unknown_parameter",
                    f"there is no parameter {name[:100]!r}",
                    way_out=f"there is: {there}",
                )
            if not _fits(known, value):
                raise ApiFault(422, "invalid", f"{name} is no {known.type}", where=name)
        return dict(pairs)


def _fits(parameter: Parameter, value: str) -> bool:
    match parameter.type:
        case "integer":
            return re.fullmatch(r"-?\d{1,18}", value, re.ASCII) is not None
        case "number":
            return re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?([eE][-+]?\d{1,2})?", value, re.ASCII) is not None
        case "boolean":
            return value in ("true", "false")
        case _:
            return True


def _check_media(media: str) -> None:
    """A page of another site can send text or a form without being asked, but not JSON."""
    kind = media.partition(";")[0].strip().lower()
    if kind and kind != "application/json":
        raise ApiFault(
            415, "not_json", f"the body is {kind[:100]}", way_out="send Content-Type: application/json"
        )


async def read_body(receive: Receive, headers: dict[str, str], largest: int, seconds: float) -> bytes:
    """The whole body. Raises the answers 413 (too large), 408 (it does not come) and 400 (it ends early)."""
    # Whoever is refused in the middle of a body has to stop sending it.
    closing = (("connection", "close"),)
    too_large = ApiFault(413, "too_large", f"the body has more than {largest:,} bytes", headers=closing)
    length = headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and (len(length) > 18 or int(length) > largest):
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ApiFault(400, "cut_off", "the body ended early")
                part = message.get("body", b"")
                size += len(part)
                if size > largest:
                    raise too_large
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError as error:
        raise ApiFault(408, "too_slow", "the body did not come in time", headers=closing) from error


def _decode(decoder: msgspec.json.Decoder[Any], raw: bytes) -> Any:
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at ")
        raise ApiFault(422, "invalid", message[:500], where=where.strip("`")[:200]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiFault(400, "not_json", f"the body is not JSON: {error}") from error


async def answer_fault(send: Send, fault: ApiFault) -> None:
    """Answer with the error's JSON."""
    content = msgspec.json.encode(fault.fault)
    await _send(send, fault.status, content, "application/json", fault.headers)


async def _send(
    send: Send, status: int, content: bytes, media: str, headers: tuple[tuple[str, str], ...]
) -> None:
    raw = [
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if media:
        raw.append((b"content-type", media.encode()))
    raw.extend((name.encode(), value.encode("latin-1")) for name, value in headers)
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
