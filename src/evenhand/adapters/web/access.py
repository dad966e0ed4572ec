"""Who is asking: from a session's cookie, an API key or a customer's token; and whether they may."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping

from evenhand.adapters.web.accounts import Accounts
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import NOBODY, Identity, Role

__all__ = [
    "COOKIE",
    "CSRF_HEADER",
    "check_allowed",
    "check_origin",
    "same_origin",
    "session_cookie",
    "who_asks",
]

COOKIE = "evenhand"
CSRF_HEADER = "x-csrf-token"


def who_asks(headers: Mapping[str, str], accounts: Accounts, *, used: bool = True) -> Identity:
    """Whoever these request headers (by small letters) belong to; nobody when they prove nothing.

    `used` is false for who only looks whether a session still holds.
    """
    authorization = headers.get("authorization", "")
    if authorization:
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return NOBODY
        return bearer(secret.strip(), accounts)
    secret = session_secret(headers.get("cookie", ""))
    return accounts.session(secret, time.time(), used=used) if secret else NOBODY


def bearer(secret: str, accounts: Accounts) -> Identity:
    """Who holds this API key or customer's token."""
    return accounts.token(secret, time.time()) if secret.startswith("evc_") else accounts.key(secret)


def session_secret(cookie: str) -> str:
    """The session's secret out of a Cookie header, or ''. Our secrets have no characters that need quoting."""
    for part in cookie.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def session_cookie(secret: str, *, secure: bool, seconds: int) -> str:
    """The Set-Cookie header's value; no script can read it, and no other site's request carries it."""
    parts = [f"{COOKIE}={secret}", "Path=/", "HttpOnly", "SameSite=Strict", f"Max-Age={seconds}"]
    return "; ".join([*parts, "Secure"] if secure else parts)


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a page of ours asks, or no page at all."""
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")


def check_origin(who: Identity, method: str, headers: Mapping[str, str]) -> None:
    """Raises the answer 403 when another site's page wants to change something with what this browser holds."""
    if method == "GET" or who.way in ("key", "token"):
        # Who shows a secret in the request itself was not led here by another page.
        return
    if not same_origin(headers) or headers.get("sec-fetch-site", "same-origin") in (
        "cross-site",
        "same-site",
    ):
        raise ApiFault(
            403,
            "foreign_origin",
            "this was asked by a page of another site",
            way_out="ask from the centre's own pages, or with an API key",
        )


def check_allowed(who: Identity, roles: frozenset[Role], method: str, csrf: str) -> None:
    """Raises the answer 401 or 403 when this may not be."""
    if who.role not in roles:
        if who.role == "nobody":
            raise ApiFault(
                401,
                "not_known",
                "this needs a login, an API key or a contact's token",
                way_out="log in at /login, or send Authorization: Bearer KEY",
            )
        raise ApiFault(403, "not_allowed", f"this is not for the role {who.role}")
    if who.way == "session" and method != "GET" and not hmac.compare_digest(csrf.encode(), who.csrf.encode()):
        raise ApiFault(
            403,
            "no_csrf_token",
            f"the header {CSRF_HEADER} is missing or not this session's",
            way_out="send the csrf value of GET /api/v1/session",
        )
