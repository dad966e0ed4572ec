"""The contact record in both of the service's spellings: Kinesis (`ContactTraceRecord`) and API (`Contact`).

One record for each contact, when after-contact work is over; what changes later comes as a whole record with
a greater `LastUpdateTimestamp`. A reader keeps, of each ContactId, the greatest. Abandoned is who has an
EnqueueTimestamp and no ConnectedToAgentTimestamp. (Administrator guide, "Contact records data model".)
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from evenhand.model.names import resource_id
from evenhand.model.units import Instant, Seconds
from evenhand.records.contact_life import ContactLife, Stay
from evenhand.records.criteria_applied import criteria_record
from evenhand.records.flow_log import iso_text
from evenhand.records.resources import Resources

__all__ = ["abandoned", "contact", "contact_trace_record", "second_text", "whole"]

_VERSION = "2017-03-10"


def second_text(at: Instant | None) -> str | None:
    """An instant as records write it: ISO 8601 in whole seconds with `Z`."""
    if at is None:
        return None
    return datetime.fromtimestamp(int(at), UTC).isoformat().removesuffix("+00:00") + "Z"


def whole(seconds: Seconds) -> int:
    """A duration as records write it: whole seconds, to the nearest."""
    return int(seconds + 0.5)


def abandoned(life: ContactLife) -> bool:
    """Whether a data lake would count this record as abandoned: queued, and never with an agent."""
    return bool(life.stays) and life.connected_at is None


def contact_trace_record(life: ContactLife, resources: Resources) -> dict[str, Any]:
    """The record as the Kinesis stream carries it. What nobody knows is null, as there."""
    stay = life.stay
    return {
        "AWSAccountId": resources.account,
        "AWSContactTraceRecordFormatVersion": _VERSION,
        "Agent": _agent(life, resources),
        "AgentConnectionAttempts": life.offers,
        "Attributes": life.attributes,
        "Channel": life.channel,
        "ConnectedToSystemTimestamp": second_text(life.connected_to_system_at),
        "ContactDetails": _details(life),
        "ContactId": life.contact_id,
        "CustomerEndpoint": _endpoint(life, life.customer_address),
        "DisconnectReason": life.reason or None,
        "DisconnectTimestamp": second_text(life.ended_at),
        "ExternalThirdParty": {"ExternalThirdPartyInteractionDuration": whole(life.outside_seconds)}
        if life.method == "EXTERNAL_OUTBOUND"
        else None,
        "InitialContactId": _other(life, life.initial_contact_id),
        "InitiationMethod": life.method,
        "InitiationTimestamp": second_text(life.initiated_at),
        "InstanceARN": resources.instance,
        "LastPausedTimestamp": second_text(life.pauses[-1].since) if life.pauses else None,
        "LastResumedTimestamp": second_text(life.resumed_at),
        "LastUpdateTimestamp": second_text(life.updated_at),
        "MediaStreams": [{"Type": "AUDIO"}] if life.channel == "VOICE" else [],
        "NextContactId": life.next_contact_id or None,
        "PreviousContactId": _other(life, life.previous_contact_id),
        "Queue": _queue(stay, life, resources) if stay is not None else None,
        "Recording": None,
        "Recordings": None,
        "References": [
            {"Name": name, "Type": one.get("Type", ""), "Value": one.get("Value", "")}
            for name, one in life.references.items()
        ],
        "RelatedContactId": life.related_contact_id or None,
        "RoutingCriteria": [criteria_record(one, second_text) for one in life.criteria] or None,
        "ScheduledTimestamp": second_text(life.scheduled_at),
        "SegmentAttributes": _subtype(life),
        "SystemEndpoint": _endpoint(life, life.system_address),
        "Tags": {"aws:connect:instanceId": resources.instance.rsplit("/", 1)[-1]},
        "TotalPauseCount": len(life.pauses),
        "TotalPauseDurationInSeconds": whole(life.paused),
        "TransferCompletedTimestamp": second_text(life.transfer_completed_at),
        "TransferredToEndpoint": _endpoint(life, life.handed_out_to),
    }


def _agent(life: ContactLife, resources: Resources) -> dict[str, Any] | None:
    if life.connected_at is None:
        return None
    work = life.work
    return {
        "ARN": resources.agent_arn(life.agent),
        "AfterContactWorkDuration": whole(life.work_seconds),
        "AfterContactWorkEndTimestamp": second_text(work.until) if work is not None else None,
        "AfterContactWorkStartTimestamp": second_text(work.since) if work is not None else None,
        "AgentInteractionDuration": whole(life.interaction),
        "AgentPauseDuration": whole(life.paused_by_agent),
        "ConnectedToAgentTimestamp": second_text(life.connected_at),
        "CustomerHoldDuration": whole(life.held),
        "HierarchyGroups": None,
        "LongestHoldDuration": whole(max((one.seconds(life.updated_at) for one in life.holds), default=0.0)),
        "NumberOfHolds": len(life.holds),
        "RoutingProfile": resources.profile(life.routing_profile),
        "Username": life.agent,
    }


def _queue(stay: Stay, life: ContactLife, resources: Resources) -> dict[str, Any]:
    return {
        "ARN": resources.queue_arn(stay.queue, stay.agent_queue),
        "DequeueTimestamp": second_text(stay.left),
        "Duration": whole(stay.waited(life.updated_at)),
        "EnqueueTimestamp": second_text(stay.since),
        "Name": stay.queue or None,
    }


def _details(life: ContactLife) -> dict[str, str]:
    known = {"Name": life.name, "Description": life.description}
    return {key: value for key, value in known.items() if value}


def _endpoint(life: ContactLife, address: str) -> dict[str, str] | None:
    if not address:
        return None
    kind = {"VOICE": "TELEPHONE_NUMBER", "EMAIL": "EMAIL_ADDRESS"}.get(life.channel, "VOIP")
    return {"Address": address, "Type": kind}


def _other(life: ContactLife, contact_id: str) -> str | None:
    """Another contact's id: the first of a chain names nobody."""
    return contact_id if contact_id and contact_id != life.contact_id else None


def _subtype(life: ContactLife) -> dict[str, Any]:
    words = {
        "VOICE": "connect:Telephony",
        "CHAT": "connect:Chat",
        "TASK": "connect:Task",
        "EMAIL": "connect:Email",
    }
    return {"connect:Subtype": {"ValueString": words[life.channel]}}


def contact(life: ContactLife, resources: Resources) -> dict[str, Any]:
    """The contact as DescribeContact answers it. What is not known is left out, as there."""
    stay = life.stay
    full: dict[str, Any] = {
        "Arn": resources.contact_arn(life.contact_id),
        "Id": life.contact_id,
        "InitialContactId": _other(life, life.initial_contact_id),
        "PreviousContactId": _other(life, life.previous_contact_id),
        "RelatedContactId": life.related_contact_id,
        "InitiationMethod": life.method,
        "Name": life.name,
        "Description": life.description,
        "Channel": life.channel,
        "QueueInfo": stay
        and {
            "Id": resources.queue_id(stay.queue, stay.agent_queue),
            "EnqueueTimestamp": iso_text(stay.since),
        },
        "AgentInfo": _agent_info(life),
        "InitiationTimestamp": iso_text(life.initiated_at),
        "DisconnectTimestamp": _time(life.ended_at),
        "LastUpdateTimestamp": iso_text(life.updated_at),
        "LastPausedTimestamp": _time(life.pauses[-1].since) if life.pauses else None,
        "LastResumedTimestamp": _time(life.resumed_at),
        "RingStartTimestamp": _time(life.rang_at),
        "TotalPauseCount": len(life.pauses) or None,
        "TotalPauseDurationInSeconds": whole(life.paused) if life.ended_at is not None else None,
        "ScheduledTimestamp": _time(life.scheduled_at),
        "CustomerId": life.customer_id,
        "CustomerEndpoint": _endpoint(life, life.customer_address),
        "SystemEndpoint": _endpoint(life, life.system_address),
        "QueueTimeAdjustmentSeconds": stay and whole(stay.adjustment),
        "QueuePriority": stay and stay.priority,
        "Tags": {"aws:connect:instanceId": resources.instance.rsplit("/", 1)[-1]},
        "ConnectedToSystemTimestamp": _time(life.connected_to_system_at),
        "RoutingCriteria": criteria_record(life.criteria[-1], _time, api=True) if life.criteria else None,
        "SegmentAttributes": _subtype(life),
        "DisconnectReason": life.reason,
        "ContactDetails": _details(life),
        "Attributes": life.attributes,
    }
    return {key: value for key, value in full.items() if value not in (None, "", {})}


def _agent_info(life: ContactLife) -> dict[str, Any] | None:
    if life.connected_at is None:
        return None
    work = life.work
    full: dict[str, Any] = {
        "Id": resource_id("agent", life.agent),
        "AcceptedByAgentTimestamp": iso_text(life.connected_at),
        "ConnectedToAgentTimestamp": iso_text(life.connected_at),
        "AgentPauseDurationInSeconds": whole(life.paused_by_agent) if life.pauses else None,
        "AfterContactWorkDuration": whole(life.work_seconds) if work is not None else None,
        "AfterContactWorkStartTimestamp": _time(work.since) if work is not None else None,
        "AfterContactWorkEndTimestamp": _time(work.until) if work is not None else None,
        "AgentInitiatedHoldDuration": whole(life.held),
    }
    return {key: value for key, value in full.items() if value is not None}


def _time(at: Instant | None) -> str | None:
    return iso_text(at) if at is not None else None
