"""Cases: CreateCase, GetCase and UpdateCase."""

from __future__ import annotations

from typing import Any, ClassVar

from evenhand.flow.exits import Exit
from evenhand.flow.references import text_of
from evenhand.flow.service_block import ServiceBlock
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = [
    "CreateCase",
    "GetCase",
    "UpdateCase",
]


class _Cases(ServiceBlock):
    """A request that is to link the contact says which one that is, as `ContactId`."""

    service = "cases"
    namespace = "Case"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        if text_of(values.get("LinkContactToCase")).lower() == "true":
            values = {**values, "ContactId": session.contact_id}
        return self.ask(session, world, values, self.limit)


class CreateCase(_Cases):
    """Has the service `cases` make a case of a template and its fields; `$.Case` is the case.

    Parameters: `CaseTemplateId`, `CaseRequestFields`, `LinkContactToCase`, `ContactToLink`. Errors:
    NoMatchingError, ContactNotLinked. (Administrator guide, "Cases".)
    """

    type = "CreateCase"
    log_name = "CreateCase"
    operation = "create"
    failures: ClassVar[dict[str, str]] = {"ContactNotLinked": "ContactNotLinked"}


class GetCase(_Cases):
    """Has the service `cases` find the one case whose fields are these; `$.Case` is the case.

    Parameters: `CaseRequestFields`, `CaseResponseFields`, `GetLastUpdatedCase` (the newest of several),
    `LinkContactToCase`. Errors: NoMatchingError, NoneFound, MultipleFound, ContactNotLinked. (Administrator
    guide, "Cases".)
    """

    type = "GetCase"
    log_name = "GetCase"
    operation = "get"
    failures: ClassVar[dict[str, str]] = {
        "ContactNotLinked": "ContactNotLinked",
        "MultipleFound": "MultipleFound",
        "NoneFound": "NoneFound",
    }


class UpdateCase(_Cases):
    """Has the service `cases` change fields of a case; `$.Case` is the case as it is then.

    Parameters: `CaseId`, `CaseRequestFields`, `LinkContactToCase`. Errors: NoMatchingError,
    ContactNotLinked. (Administrator guide, "Cases".)
    """

    type = "UpdateCase"
    log_name = "UpdateCase"
    operation = "update"
    failures: ClassVar[dict[str, str]] = {
        "ContactNotLinked": "ContactNotLinked",
        "NoneFound": "NoMatchingError",
    }
