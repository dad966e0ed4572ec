"""The blocks of customer profiles."""

from __future__ import annotations

from typing import Any, ClassVar

from evenhand.flow.exits import Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.service_block import ServiceBlock
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.inputs import ServiceAnswered

__all__ = [
    "AssociateContactToCustomerProfile",
    "CreateCustomerProfile",
    "GetCalculatedAttributesForCustomerProfile",
    "GetCustomerProfile",
    "GetCustomerProfileObject",
    "UpdateCustomerProfile",
]


class _Profiles(ServiceBlock):
    """A request names its profile by `ProfileId`; without one it is the profile that was found last."""

    service = "profiles"
    needs_profile = False

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        given = values.get("ProfileRequestData")
        data = dict(given) if isinstance(given, dict) else {}
        if self.needs_profile and not data.get("ProfileId"):
            known = (session.services or {}).get("Customer")
            data["ProfileId"] = text_of(known.get("ProfileId")) if isinstance(known, dict) else ""
            if not data["ProfileId"]:
                return Failed("NoMatchingError", "no profile is named and none was found before")
        request = {**values, "ProfileRequestData": data}
        if self.operation == "associate":
            request["ContactId"] = session.contact_id
        return self.ask(session, world, request, self.limit)


class CreateCustomerProfile(_Profiles):
    """Has the service `profiles` make a customer profile; `$.Customer` is the profile.

    Parameters: `ProfileRequestData`, `ProfileResponseData`. Errors: NoMatchingError. (Administrator guide,
    "Customer profiles".)
    """

    type = "CreateCustomerProfile"
    log_name = "CreateCustomerProfile"
    operation = "create"
    namespace = "Customer"


class GetCustomerProfile(_Profiles):
    """Has the service `profiles` find the one profile with this identifier; `$.Customer` is the profile.

    Parameters: `ProfileRequestData.IdentifierName` and `.IdentifierValue`, `ProfileResponseData`. Errors:
    NoMatchingError, NoneFoundError, MultipleFoundError. (Administrator guide, "Customer profiles".)
    """

    type = "GetCustomerProfile"
    log_name = "GetCustomerProfile"
    operation = "get"
    namespace = "Customer"
    failures: ClassVar[dict[str, str]] = {
        "NoneFound": "NoneFoundError",
        "MultipleFound": "MultipleFoundError",
    }


class UpdateCustomerProfile(_Profiles):
    """Has the service `profiles` change the profile that is `ProfileId`, or the one found last; `$.Customer`
    is the profile as it is then.

    Parameters: `ProfileRequestData`, `ProfileResponseData`. Errors: NoMatchingError. (Administrator guide,
    "Customer profiles".)
    """

    type = "UpdateCustomerProfile"
    log_name = "UpdateCustomerProfile"
    operation = "update"
    namespace = "Customer"
    failures: ClassVar[dict[str, str]] = {"NoneFound": "NoMatchingError"}
    needs_profile = True


class GetCustomerProfileObject(_Profiles):
    """Has the service `profiles` find an object (an order, an asset) of a profile; it is laid into
    `$.Customer`.

    Parameters: `ProfileRequestData`, `ProfileResponseData`, `UseLatest`. Errors: NoMatchingError,
    NoneFoundError. (Administrator guide, "Customer profiles".)
    """

    type = "GetCustomerProfileObject"
    log_name = "GetCustomerProfileObject"
    operation = "get_object"
    namespace = "Customer"
    failures: ClassVar[dict[str, str]] = {"NoneFound": "NoneFoundError"}
    needs_profile = True

    def kept(self, event: ServiceAnswered, before: dict[str, Any]) -> dict[str, Any]:
        return {**before, **event.result}


class GetCalculatedAttributesForCustomerProfile(_Profiles):
    """Has the service `profiles` calculate attributes of a profile; they are laid into `$.Customer` under
    `CalculatedAttributes`.

    Parameters: `ProfileRequestData`, `ProfileResponseData`. Errors: NoMatchingError, NoneFoundError.
    (Administrator guide, "Customer profiles".)
    """

    type = "GetCalculatedAttributesForCustomerProfile"
    log_name = "GetCalculatedAttributesForCustomerProfile"
    operation = "calculated"
    namespace = "Customer"
    failures: ClassVar[dict[str, str]] = {"NoneFound": "NoneFoundError"}
    needs_profile = True

    def kept(self, event: ServiceAnswered, before: dict[str, Any]) -> dict[str, Any]:
        return {**before, "CalculatedAttributes": event.result}


class AssociateContactToCustomerProfile(_Profiles):
    """Has the service `profiles` note that this contact belongs to a profile.

    Parameters: `ProfileRequestData.ProfileId`. Errors: NoMatchingError. (Administrator guide, "Customer
    profiles".)
    """

    type = "AssociateContactToCustomerProfile"
    log_name = "AssociateContactToCustomerProfile"
    operation = "associate"
    failures: ClassVar[dict[str, str]] = {"NoneFound": "NoMatchingError"}
    needs_profile = True
