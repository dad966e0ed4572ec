"""Cases: CreateCase, GetCase and UpdateCase."""

from __future__ import annotations

from typing import ClassVar

from evenhand.flow.service_block import ServiceBlock

__all__ = [
    "CreateCase",
    "GetCase",
    "UpdateCase",
]


class CreateCase(ServiceBlock):
    """Has the service `cases` make a case of a template and its fields; `$.Case` is the case.

    Parameters: `CaseTemplateId`, `CaseRequestFields`, `LinkContactToCase`, `ContactToLink`. Errors:
    NoMatchingError, ContactNotLinked. (Administrator guide, "Cases".)
    """

    type = "CreateCase"
    log_name = "CreateCase"
    service = "cases"
    operation = "create"
    namespace = "Case"
    failures: ClassVar[dict[str, str]] = {"ContactNotLinked": "ContactNotLinked"}


class GetCase(ServiceBlock):
    """Has the service `cases` find the one case whose fields are these; `$.Case` is the case.

    Parameters: `CaseRequestFields`, `CaseResponseFields`, `GetLastUpdatedCase` (the newest of several),
    `LinkContactToCase`. Errors: NoMatchingError, NoneFound, MultipleFound, ContactNotLinked. (Administrator
    guide, "Cases".)
    """

    type = "GetCase"
    log_name = "GetCase"
    service = "cases"
    operation = "get"
    namespace = "Case"
    failures: ClassVar[dict[str, str]] = {
        "ContactNotLinked": "ContactNotLinked",
        "MultipleFound": "MultipleFound",
        "NoneFound": "NoneFound",
    }


class UpdateCase(ServiceBlock):
    """Has the service `cases` change fields of a case; `$.Case` is the case as it is then.

    Parameters: `CaseId`, `CaseRequestFields`, `LinkContactToCase`. Errors: NoMatchingError,
    ContactNotLinked. (Administrator guide, "Cases".)
    """

    type = "UpdateCase"
    log_name = "UpdateCase"
    service = "cases"
    operation = "update"
    namespace = "Case"
    failures: ClassVar[dict[str, str]] = {
        "ContactNotLinked": "ContactNotLinked",
        "NoneFound": "NoMatchingError",
    }
