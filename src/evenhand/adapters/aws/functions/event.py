"""Reading the event that Amazon Connect sends, whatever of it is there."""

from __future__ import annotations

from typing import Any

__all__ = ["contact_id", "customer_address", "parameter"]


def parameter(event: Any, name: str) -> Any:
    """A parameter of the Invoke function block, or None."""
    return _inside(event, "Details", "Parameters", name)


def contact_id(event: Any) -> str:
    """The contact's id. Raises ValueError when there is none."""
    found = _inside(event, "Details", "ContactData", "ContactId")
    if not isinstance(found, str) or not found:
        raise ValueError(
            "the event has no Details.ContactData.ContactId; invoke this function from a contact's flow"
        )
    return found


def customer_address(event: Any) -> str:
    """The customer's own number or address; empty when it is not known."""
    found = _inside(event, "Details", "ContactData", "CustomerEndpoint", "Address")
    return found if isinstance(found, str) else ""


def _inside(value: Any, *names: str) -> Any:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
