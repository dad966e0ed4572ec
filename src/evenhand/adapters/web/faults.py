"""What the API answers when it cannot do what was asked: one JSON shape, for every kind of error."""

from __future__ import annotations

import msgspec

from evenhand.errors import (
    AuthorFault,
    EvenhandError,
    Finding,
    IllegalInput,
    JournalUnavailable,
    OutsideFailure,
)

__all__ = ["ApiFault", "Fault", "fault_of"]


class Fault(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The body of every answer that is an error.

    `code` is a stable word for machines, `message` says what is wrong, `where` in which field or thing,
    `way_out` what to do. `findings` are all faults of a document at once.
    """

    code: str
    message: str
    where: str = ""
    way_out: str = ""
    findings: tuple[Finding, ...] = ()


class ApiFault(Exception):
    """An answer that is an error: `status` is HTTP's. `headers` go with it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        where: str = "",
        way_out: str = "",
        findings: tuple[Finding, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.fault = Fault(code, message, where=where, way_out=way_out, findings=findings)


def fault_of(error: EvenhandError) -> ApiFault:
    """The answer for an error of the house: whose fault it is says which status."""
    findings = error.findings if isinstance(error, AuthorFault) else ()
    status, code, headers = _answer_to(error)
    return ApiFault(
        status,
        code,
        error.message,
        where=error.where,
        way_out=error.way_out,
        findings=findings,
        headers=headers,
    )


def _answer_to(error: EvenhandError) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    """Status, code and headers."""
    if isinstance(error, IllegalInput):
        return 409, "not_now", ()
    if isinstance(error, AuthorFault):
        return 422, "invalid", ()
    if isinstance(error, OutsideFailure):
        code = "not_saved" if isinstance(error, JournalUnavailable) else "outside_failed"
        return 503, code, (("retry-after", "1"),)
    return 500, "failed", ()
