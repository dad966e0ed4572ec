"""The request that a function gets, beside requests that Amazon Connect sent.

The requests stand in the folder `$EVENHAND_CORPUS/events`: fixtures of the public SDKs and samples of
different years, some of them cut short by hand.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from evenhand.flow.function_event import function_event
from evenhand.flow.session import Session
from tests.flow.worlds import session_of

_NO_STREAM = "live media streaming is not offered: there is no stream to name; current requests say null too"
ALLOWED_TYPES = {"Details.ContactData.MediaStreams.Customer.Audio": _NO_STREAM}
"""Paths whose type may differ from theirs, and why."""

_LATER = "the administrator guide's current sample has it; the fixture is older"
ALLOWED_EXTRA = {
    "Details.ContactData.AwsRegion": "seen in requests that were logged in 2024 and later",
    "Details.ContactData.CustomerId": _LATER,
    "Details.ContactData.Description": _LATER,
    "Details.ContactData.LanguageCode": _LATER,
    "Details.ContactData.MediaStreams": _LATER,
    "Details.ContactData.Name": _LATER,
    "Details.ContactData.References": _LATER,
    "Details.ContactData.Tags": "seen in requests that were logged in 2024 and later",
    "Details.ContactData.Queue.OutboundCallerId": _LATER,
    "Details.ContactData.Queue": "the sample is of a contact without a queue and leaves the key out; we say null",
}
"""Keys of ours that some of theirs do not have, and why."""

_CUT_SHORT = {"Attributes"}
"""The only key under ContactData that a sample which was cut short by its author has."""


def _events() -> list[Any]:
    corpus = os.environ.get("EVENHAND_CORPUS")
    if not corpus:
        return [pytest.param(None, marks=pytest.mark.skip(reason="EVENHAND_CORPUS names no folder"))]
    files = sorted((Path(corpus) / "events").glob("*.json"))
    assert files, "EVENHAND_CORPUS has no events"
    return [pytest.param(file, id=file.stem) for file in files]


def _session_like(event: dict[str, Any]) -> Session:
    """The contact that this request is about."""
    data = event["Details"]["ContactData"]
    customer, system = data.get("CustomerEndpoint") or {}, data.get("SystemEndpoint") or {}
    queue = data.get("Queue") or {}
    known = {
        "contact_id": data.get("ContactId"),
        "initial_contact_id": data.get("InitialContactId"),
        "previous_contact_id": data.get("PreviousContactId"),
        "channel": data.get("Channel", "VOICE").upper(),
        "instance_arn": data.get("InstanceARN"),
        "initiation_method": data.get("InitiationMethod"),
        "queue_arn": queue.get("ARN"),
        "queue_name": queue.get("Name"),
        "attributes": data["Attributes"],
    }
    ends = {
        "customer_address": customer.get("Address", ""),
        "customer_type": customer.get("Type", ""),
        "system_address": system.get("Address", ""),
        "system_type": system.get("Type", ""),
    }
    return session_of(**{key: value for key, value in known.items() if value is not None}, **ends)


@pytest.mark.parametrize("file", _events())
def test_our_request_is_theirs(file: Path) -> None:
    """For the same contact our request has every key of theirs, of the same type, with the same value."""
    theirs = json.loads(file.read_text("utf-8"))
    ours = function_event(_session_like(theirs), theirs["Details"]["Parameters"])
    differences: list[str] = []
    _compare(theirs, ours, "", differences)
    assert not differences


def _compare(theirs: Any, ours: Any, path: str, differences: list[str]) -> None:
    if path in ALLOWED_TYPES:
        return
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in theirs:
            below = f"{path}.{key}" if path else key
            if key in ours:
                _compare(theirs[key], ours[key], below, differences)
            else:
                differences.append(f"{below} is not in ours")
        cut_short = path == "Details.ContactData" and set(theirs) == _CUT_SHORT
        for key in ours:
            below = f"{path}.{key}" if path else key
            if key not in theirs and not cut_short and below not in ALLOWED_EXTRA:
                differences.append(f"{below} is only in ours")
    elif theirs is None or ours is None:
        if ours is not None or theirs is not None:
            differences.append(f"{path} is {theirs!r} in theirs and {ours!r} in ours")
    elif type(theirs) is not type(ours):
        differences.append(f"{path} is {type(theirs).__name__} in theirs, {type(ours).__name__} in ours")
    elif theirs != ours and path not in ("Name", "Details.ContactData.Channel"):
        # Samples spell the channel "Voice" and the name "ContactFlowExecution"; the service does not.
        differences.append(f"{path} is {theirs!r} in theirs and {ours!r} in ours")


def test_the_whole_request() -> None:
    """A contact with everything set gives this request, and nothing private of the flow is in it."""
    session = session_of(
        initial_contact_id="c-0",
        previous_contact_id="c-0",
        attributes={"tier": "gold"},
        customer_id="C-7",
        name="A call",
        description="about a lamp",
        references={"ticket": {"Type": "URL", "Value": "https://example.org"}},
        tags={"team": "a"},
        queue_name="Sales",
        queue_arn="arn:queue/Sales",
        queue_caller_number="+12025550101",
        stored_input="secret",
        flow_attributes={"step": "secret"},
        external={"a": "secret"},
        metrics={"Queue": {"Name": "secret"}},
    )
    event = function_event(session, {"p": "1"})
    assert event == {
        "Name": "ContactFlowEvent",
        "Details": {
            "ContactData": {
                "Attributes": {"tier": "gold"},
                "AwsRegion": "eu-west-2",
                "Channel": "VOICE",
                "ContactId": "c-1",
                "CustomerEndpoint": {"Address": "+12025550100", "Type": "TELEPHONE_NUMBER"},
                "CustomerId": "C-7",
                "Description": "about a lamp",
                "InitialContactId": "c-0",
                "InitiationMethod": "INBOUND",
                "InstanceARN": "arn:aws:connect:eu-west-2:111122223333:instance/i-1",
                "LanguageCode": "en-US",
                "MediaStreams": {"Customer": {"Audio": None}},
                "Name": "A call",
                "PreviousContactId": "c-0",
                "Queue": {
                    "ARN": "arn:queue/Sales",
                    "Name": "Sales",
                    "OutboundCallerId": {"Address": "+12025550101", "Type": "TELEPHONE_NUMBER"},
                },
                "References": {"ticket": {"Type": "URL", "Value": "https://example.org"}},
                "SystemEndpoint": {"Address": "+12025550199", "Type": "TELEPHONE_NUMBER"},
                "Tags": {"team": "a"},
            },
            "Parameters": {"p": "1"},
        },
    }
    assert "secret" not in json.dumps(event)


def test_a_new_contact() -> None:
    """A first contact has three equal ids, no queue, and null where nothing is known."""
    data = function_event(session_of(customer_address="", system_address=""), {})["Details"]["ContactData"]
    assert data["ContactId"] == data["InitialContactId"] == data["PreviousContactId"]
    for key in ("Queue", "CustomerEndpoint", "SystemEndpoint", "CustomerId", "Description", "Name"):
        assert data[key] is None
    assert data["Attributes"] == data["References"] == data["Tags"] == {}
