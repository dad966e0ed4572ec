"""An HTTP address that is asked for JSON, as a source of offline workload.

Secrets go to the one origin that the definition names and to no other: redirects are not followed, and a
next page at another origin is a failure. No error shows a header or the query part of an address.
"""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from email.message import Message
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import msgspec

from evenhand import __version__
from evenhand.adapters.workload.json_paths import dig
from evenhand.errors import SourceUnavailable
from evenhand.host.ports import Reading
from evenhand.host.source_rows import SourceRow, field_names, gather, row_of
from evenhand.model.units import Seconds
from evenhand.model.workload_sources import Paging, WorkloadSource

__all__ = ["HttpReader"]

_MOST_BYTES = 50_000_000
_CHUNK = 65_536
_NEXT = re.compile(r"<([^>]*)>((?:\s*;[^,]*)?)")


class HttpReader:
    """Asks page after page within the source's time limit, all or nothing."""

    def __init__(self, source: WorkloadSource, environment: Mapping[str, str]) -> None:
        self._source = source
        self._environment = environment
        self._etag = ""
        self._opener = urllib.request.build_opener(_NoRedirect)

    def read(self) -> Reading:
        """All rows of all pages. Raises SourceUnavailable, TableFault."""
        try:
            return self._read(self._address())
        except ValueError:
            # Of taking an address apart; nothing else raises it.
            raise SourceUnavailable("it has, or leads to, an address that cannot be asked") from None

    def _read(self, first: str) -> Reading:
        deadline = time.monotonic() + self._source.time_limit
        pages: list[Any] = []
        address: str | None = first
        etag = ""
        while address is not None:
            answer = self._ask(address, deadline, if_changed=not pages)
            if answer is None:
                return Reading(unchanged=True)
            content, headers = answer
            pages.append(self._list(content))
            etag = headers.get("ETag", "") if len(pages) == 1 else ""
            address = self._next(content, headers, address, pages)
            if address is not None and _origin(address) != _origin(first):
                raise SourceUnavailable(f"the next page is at another origin, {_shown(address)}")
        reading = gather(self._rows(pages), self._source)
        # With several pages the first one's mark says nothing of the others.
        self._etag = etag if len(pages) == 1 else ""
        return reading

    def close(self) -> None:
        """Nothing is held."""

    def _address(self) -> str:
        source = self._source
        address = self._environment.get(source.url_from, "") if source.url_from else source.url
        if not address:
            raise SourceUnavailable(f"the environment variable {source.url_from} is not set")
        address = _with(address, source.parameters)
        paging = source.paging
        if paging is not None:
            sized = {paging.size_parameter: str(paging.size)} if paging.size_parameter else {}
            address = _with(address, sized)
        return address

    def _headers(self) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"evenhand/{__version__}",
            **self._source.headers,
        }
        for name, variable in self._source.secret_headers.items():
            value = self._environment.get(variable, "").strip()
            if not value:
                raise SourceUnavailable(
                    f"the environment variable {variable} is not set",
                    way_out=f"set it: {name} is made of it.",
                )
            if not value.isprintable() or not value.isascii():
                raise SourceUnavailable(f"the environment variable {variable} holds what no header can hold")
            headers[name] = value
        return headers

    def _ask(self, address: str, deadline: float, *, if_changed: bool) -> tuple[Any, Message] | None:
        """(the page, its headers); None where nothing changed since the last reading."""
        headers = self._headers()
        if if_changed and self._etag:
            headers["If-None-Match"] = self._etag
        try:
            request = urllib.request.Request(address, headers=headers)
            with self._opener.open(request, timeout=self._left(deadline)) as response:
                content = self._content(response, deadline)
                told = response.headers
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304 and if_changed and self._etag:
                    return None
                raise self._refused(address, error) from None
        except TimeoutError:
            raise self._late() from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._late() from None
            raise SourceUnavailable(f"{_shown(address)} cannot be reached: {error.reason}") from None
        except (OSError, http.client.HTTPException) as error:
            raise SourceUnavailable(f"{_shown(address)} broke off: {type(error).__name__}") from None
        try:
            return msgspec.json.decode(content), told
        except (msgspec.DecodeError, UnicodeDecodeError):
            kind = told.get("Content-Type", "something")
            raise SourceUnavailable(f"{_shown(address)} answered {kind} that is no JSON") from None

    def _content(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        # What came, as it comes: waiting for a full chunk could outlast the limit.
        while part := response.read1(_CHUNK):
            size += len(part)
            if size > _MOST_BYTES:
                raise SourceUnavailable(f"a page has more than {_MOST_BYTES:,} bytes")
            parts.append(part)
            self._left(deadline)
        expected = response.headers.get("Content-Length", "")
        if expected.isdecimal() and size < int(expected):
            raise http.client.IncompleteRead(b"", int(expected) - size)
        return b"".join(parts)

    def _left(self, deadline: float) -> Seconds:
        left = deadline - time.monotonic()
        if left <= 0:
            raise self._late()
        return left

    def _late(self) -> SourceUnavailable:
        return SourceUnavailable(f"it did not answer within {self._source.time_limit:g} s")

    def _refused(self, address: str, error: urllib.error.HTTPError) -> SourceUnavailable:
        words = http.client.responses.get(error.code, "")
        text = f"{_shown(address)} answered {error.code} {words}".rstrip()
        if 300 <= error.code < 400:
            to = urljoin(address, error.headers.get("Location", ""))
            text += f", which leads to {_shown(to)}; redirects are not followed"
        elif error.code in (401, 403):
            variables = ", ".join(self._source.secret_headers.values())
            text += f"; look at {variables}" if variables else "; it wants a secret header"
        unavailable = SourceUnavailable(text)
        wished = error.headers.get("Retry-After", "")
        if wished.isdecimal():
            unavailable.retry_after = float(wished[:9])
        return unavailable

    def _list(self, content: Any) -> list[Any]:
        rows = dig(content, self._source.rows)
        if isinstance(rows, list):
            return rows
        has = f"; it has {', '.join(map(str, content))}" if isinstance(content, dict) else ""
        where = f"at {self._source.rows!r}" if self._source.rows else "on top"
        raise SourceUnavailable(
            f"the answer has no list of rows {where}{has}"[:300], way_out="name the list's path: rows = …"
        )

    def _next(self, content: Any, headers: Message, address: str, pages: list[Any]) -> str | None:
        """The next page's address, or None after the last."""
        paging = self._source.paging
        if paging is None:
            return None
        found = self._follow(paging, content, headers, address, pages)
        if found == address:
            raise SourceUnavailable("the next page is the same page again")
        if found is not None and len(pages) >= paging.most:
            raise SourceUnavailable(
                f"there are more than {paging.most} pages",
                way_out="ask for less, or raise `most` of the paging.",
            )
        return found

    def _follow(
        self, paging: Paging, content: Any, headers: Message, address: str, pages: list[Any]
    ) -> str | None:
        if paging.by == "offset":
            if len(pages[-1]) < paging.size:
                return None
            return _with(address, {paging.parameter: str(sum(map(len, pages)))})
        if paging.by == "link":
            for line in headers.get_all("Link", []):
                for link, rest in _NEXT.findall(line):
                    if re.search(r"""rel\s*=\s*["']?next\b""", rest, re.IGNORECASE):
                        return str(urljoin(address, link))
            return None
        value = dig(content, paging.path)
        if value is None or value is ... or value == "":
            return None
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise SourceUnavailable(f"what stands at {paging.path!r} leads to no next page")
        if paging.by == "token":
            return _with(address, {paging.parameter: str(value)})
        return str(urljoin(address, str(value)))

    def _rows(self, pages: list[Any]) -> Iterator[SourceRow]:
        names = field_names(self._source)
        for number, page in enumerate(pages, start=1):
            before = f"page {number}, " if len(pages) > 1 else ""
            for place, row in enumerate(page, start=1):
                yield row_of(f"{before}row {place}", names, partial(dig, row))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: nobody else is to see the secret headers."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """No new request."""


def _with(address: str, parameters: Mapping[str, str]) -> str:
    """The address with these parameters, each in the place of an older one of its name."""
    if not parameters:
        return address
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, True) if name not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*query, *parameters.items()])))


def _origin(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _shown(address: str) -> str:
    """The address without what may be secret in it."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"
