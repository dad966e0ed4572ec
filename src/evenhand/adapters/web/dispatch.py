"""One route as an ASGI endpoint: who asks, may they, is the body well formed, do it, answer.

It speaks ASGI itself instead of through request objects, which would cost more than the rest of a small call.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.types import Receive, Scope, Send

from evenhand.adapters.web.access import CSRF_HEADER, check_allowed, who_asks
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.faults import ApiFault, fault_of
from evenhand.adapters.web.routes import Answer, Call, Route
from evenhand.errors import EvenhandError

__all__ = ["Endpoint", "answer_fault", "read_body"]

_MOST_KEYS = 10_000
_BODY_SECONDS = 20.0


class Endpoint:
    """The ASGI application of one route."""

    def __init__(self, route: Route, centre: WebCentre) -> None:
        self._route = route
        self._centre = centre
        self._decoder = msgspec.json.Decoder(route.body) if route.body is not None and not route.raw else None
        self._encoder = msgspec.json.Encoder()
        self._done: OrderedDict[str, asyncio.Future[tuple[int, bytes]]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, content, headers, media = await self._answer(scope, receive)
        except ApiFault as fault:
            await answer_fault(send, fault)
            return
        except EvenhandError as error:
            await answer_fault(send, fault_of(error))
            return
        except Exception as error:
            # Never silent, never a stack trace for a visitor.
            self._centre.problem(
                f"{self._route.method} {self._route.path} failed: {type(error).__name__}: {error}"
            )
            await answer_fault(send, ApiFault(500, "failed", "this went wrong here, not at your end"))
            return
        await _send(send, status, content, media, headers)

    async def _answer(
        self, scope: Scope, receive: Receive
    ) -> tuple[int, bytes, tuple[tuple[str, str], ...], str]:
        route = self._route
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        who = who_asks(headers, self._centre.accounts)
        check_allowed(who, route.roles, route.method, headers.get(CSRF_HEADER, ""))
        raw, body = b"", None
        if route.raw or self._decoder is not None:
            raw = await read_body(receive, headers, route.largest)
            if self._decoder is not None:
                body = _decode(self._decoder, raw)
        client = scope.get("client")
        call = Call(
            self._centre,
            who,
            dict(scope["path_params"]),
            dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            body,
            client[0] if client else "",
            raw,
        )
        key = headers.get("idempotency-key", "") if route.creates else ""
        if key:
            return await self._once(f"{who.way} {who.name} {who.contact_id} {key[:200]}", call)
        return await self._do(call)

    async def _do(self, call: Call) -> tuple[int, bytes, tuple[tuple[str, str], ...], str]:
        answer = await self._route.handler(call)
        if isinstance(answer, Answer):
            content = answer.content
            if not isinstance(content, bytes):
                content = self._encoder.encode(content) if content is not None else b""
            return answer.status or self._route.status, content, answer.headers, answer.media_type
        if answer is None:
            return 204, b"", (), ""
        return self._route.status, self._encoder.encode(answer), (), "application/json"

    async def _once(self, key: str, call: Call) -> tuple[int, bytes, tuple[tuple[str, str], ...], str]:
        """The same key means the same thing: it is done once, and answered as the first time."""
        known = self._done.get(key)
        if known is not None:
            status, content = await asyncio.shield(known)
            return status, content, (("idempotent-replayed", "true"),), "application/json"
        future: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        self._done[key] = future
        if len(self._done) > _MOST_KEYS:
            self._done.popitem(last=False)
        try:
            status, content, headers, media = await self._do(call)
        except BaseException as error:
            # What failed did nothing: it may be tried again under the same key.
            self._done.pop(key, None)
            future.set_exception(error if isinstance(error, Exception) else RuntimeError("stopped"))
            future.exception()
            raise
        future.set_result((status, content))
        return status, content, headers, media


async def read_body(receive: Receive, headers: dict[str, str], largest: int) -> bytes:
    """The whole body. Raises the answers 413 (too large), 408 (it does not come) and 400 (it ends early)."""
    too_large = ApiFault(413, "too_large", f"the body has more than {largest:,} bytes")
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > largest:
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
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
        raise ApiFault(408, "too_slow", "the body did not come in time") from error


def _decode(decoder: msgspec.json.Decoder[Any], raw: bytes) -> Any:
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at ")
        raise ApiFault(422, "invalid", message, where=where.strip("`")) from error
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
