"""The request that a function gets, in Amazon Connect's own shape.

Reference: "Invoke AWS Lambda functions", administrator guide; compared with the public SDKs' fixtures.
"""

from __future__ import annotations

from typing import Any

from evenhand.flow.session import Session

__all__ = ["function_event"]


def function_event(session: Session, parameters: dict[str, Any]) -> dict[str, Any]:
    """The event for this contact. Flow attributes, answers of functions, stored input and metrics are not
    in it: a flow passes what it wants to pass as parameters."""
    contact_id = session.contact_id
    data: dict[str, Any] = {
        "Attributes": dict(session.attributes),
        "AwsRegion": (session.instance_arn.split(":") + [""] * 4)[3],
        "Channel": session.channel,
        "ContactId": contact_id,
        "CustomerEndpoint": _endpoint(session.customer_address, session.customer_type),
        "CustomerId": session.customer_id or None,
        "Description": session.description or None,
        "InitialContactId": session.initial_contact_id or contact_id,
        "InitiationMethod": session.initiation_method,
        "InstanceARN": session.instance_arn,
        "LanguageCode": session.language,
        "MediaStreams": {"Customer": {"Audio": None}},
        "Name": session.name or None,
        "PreviousContactId": session.previous_contact_id or contact_id,
        "Queue": _queue(session),
        "References": dict(session.references or {}),
        "SystemEndpoint": _endpoint(session.system_address, session.system_type),
        "Tags": dict(session.tags or {}),
    }
    return {"Name": "ContactFlowEvent", "Details": {"ContactData": data, "Parameters": parameters}}


def _endpoint(address: str, kind: str) -> dict[str, str] | None:
    return {"Address": address, "Type": kind} if address else None


def _queue(session: Session) -> dict[str, Any] | None:
    if not (session.queue_arn or session.queue_name):
        return None
    queue: dict[str, Any] = {"ARN": session.queue_arn, "Name": session.queue_name or None}
    number = session.queue_caller_number
    queue["OutboundCallerId"] = {"Address": number, "Type": "TELEPHONE_NUMBER"} if number else None
    return queue
