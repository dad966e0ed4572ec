"""Contact events as EventBridge delivers them: INITIATED, QUEUED, CONNECTED_TO_AGENT, DISCONNECTED …

The service delivers at best effort and in no order; these come in the order in which things happened.
(Administrator guide, "Contact events".)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import (
    AttributesChanged,
    BlockExecuted,
    ContactCleared,
    ContactConnected,
    ContactDataGiven,
    ContactEnded,
    ContactInitiated,
    ContactPaused,
    ContactQueued,
    ContactResumed,
    Fact,
    RoutingCriteriaSet,
    RoutingStepChanged,
    ThirdPartyJoined,
)
from evenhand.model.units import Instant
from evenhand.records.agent_events import event_id
from evenhand.records.contact_life import ContactLife, Contacts
from evenhand.records.criteria_applied import criteria_record
from evenhand.records.flow_log import iso_text

__all__ = ["ContactEvents"]

_EVENTS: dict[type[Fact], str] = {
    ContactInitiated: "INITIATED",
    ContactQueued: "QUEUED",
    ContactConnected: "CONNECTED_TO_AGENT",
    ContactEnded: "DISCONNECTED",
    ContactPaused: "PAUSED",
    ContactResumed: "RESUMED",
}
"""Fact → the event it always is. What depends on more stands in `_kinds`."""


class ContactEvents:
    """Feed it facts in order; each answers its events."""

    def __init__(self, definition: CentreDefinition | None = None) -> None:
        self.contacts = Contacts(definition)
        self._number = 0

    def define(self, definition: CentreDefinition) -> None:
        """This definition holds from now on."""
        self.contacts.define(definition)

    def feed(self, facts: Iterable[Fact]) -> Iterator[dict[str, Any]]:
        """These became true; what the events say of it."""
        for fact in facts:
            changed = self.contacts.add(fact)
            if not changed:
                continue
            for kind, properties in _kinds(fact, changed[0]):
                yield self._event(changed[0], kind, properties, fact.at)

    def _event(
        self, life: ContactLife, kind: str, properties: tuple[str, ...], at: Instant
    ) -> dict[str, Any]:
        resources = self.contacts.resources
        self._number += 1
        return {
            "version": "0",
            "id": event_id(life.contact_id, kind, self._number),
            "detail-type": "Amazon Connect Contact Event",
            "source": "aws.connect",
            "account": resources.account,
            "time": iso_text(at),
            "region": resources.region,
            "resources": [
                resources.contact_arn(life.contact_id),
                resources.instance,
            ],
            "detail": self._detail(life, kind, properties),
        }

    def _detail(self, life: ContactLife, kind: str, properties: tuple[str, ...]) -> dict[str, Any]:
        full: dict[str, Any] = {
            "eventType": kind,
            "updatedProperties": list(properties),
            "contactId": life.contact_id,
            "initialContactId": _other(life, life.initial_contact_id),
            "previousContactId": _other(life, life.previous_contact_id),
            "channel": life.channel,
            "instanceArn": self.contacts.resources.instance,
            "initiationMethod": life.method,
            "initiationTimestamp": iso_text(life.initiated_at),
            "connectedToSystemTimestamp": _time(life.connected_to_system_at),
            "scheduledTimestamp": _time(life.scheduled_at),
            "disconnectTimestamp": _time(life.ended_at),
            "disconnectReason": life.reason,
            "queueInfo": self._queue(life),
            "agentInfo": self._agent(life),
            "routingCriteria": _lower(criteria_record(life.criteria[-1], _time)) if life.criteria else None,
            "tags": {"aws:connect:instanceId": self.contacts.resources.instance.rsplit("/", 1)[-1]},
        }
        return {key: value for key, value in full.items() if value not in (None, "", [])}

    def _queue(self, life: ContactLife) -> dict[str, Any] | None:
        stay = life.stay
        if stay is None:
            return None
        return {
            "queueArn": self.contacts.resources.queue_arn(stay.queue, stay.agent_queue),
            "queueType": "STANDARD" if stay.queue else "AGENT",
            "enqueueTimestamp": iso_text(stay.since),
        }

    def _agent(self, life: ContactLife) -> dict[str, Any] | None:
        if life.connected_at is None:
            return None
        full = {
            "agentArn": self.contacts.resources.agent_arn(life.agent),
            "connectedToAgentTimestamp": iso_text(life.connected_at),
            "afterContactWorkStartTimestamp": _time(life.work.since) if life.work is not None else None,
            "afterContactWorkEndTimestamp": _time(life.work.until) if life.work is not None else None,
        }
        return {key: value for key, value in full.items() if value is not None}


def _kinds(fact: Fact, life: ContactLife) -> list[tuple[str, tuple[str, ...]]]:
    """The events of a fact, each with the properties that were updated."""
    kinds: list[tuple[str, tuple[str, ...]]] = []
    known = _EVENTS.get(type(fact))
    if known is not None:
        kinds.append((known, ()))
    reached = isinstance(fact, ContactInitiated) and life.connected_to_system_at is not None
    if reached or isinstance(fact, ThirdPartyJoined):
        kinds.append(("CONNECTED_TO_SYSTEM", ()))
    if isinstance(fact, AttributesChanged | ContactDataGiven | BlockExecuted):
        kinds.append(("CONTACT_DATA_UPDATED", _updated(fact)))
    if isinstance(fact, RoutingCriteriaSet) or (
        isinstance(fact, RoutingStepChanged) and fact.status == "EXPIRED"
    ):
        kinds.append(("CONTACT_DATA_UPDATED", ("routingCriteria",)))
    if isinstance(fact, ContactEnded | ContactCleared) and life.complete:
        kinds.append(("COMPLETED", ()))
    return kinds


def _updated(fact: AttributesChanged | ContactDataGiven | BlockExecuted) -> tuple[str, ...]:
    if isinstance(fact, BlockExecuted):
        return (
            ("userDefinedAttributes",)
            if fact.block_type == "UpdateContactAttributes"
            else ("contactDetails",)
        )
    return ("userDefinedAttributes",) if fact.attributes else ("contactDetails",)


def _lower(value: Any) -> Any:
    """The same with keys as events write them: `routingCriteria`."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: _lower(one) for key, one in value.items()}
    return [_lower(one) for one in value] if isinstance(value, list) else value


def _other(life: ContactLife, contact_id: str) -> str | None:
    return contact_id if contact_id and contact_id != life.contact_id else None


def _time(at: Instant | None) -> str | None:
    return iso_text(at) if at is not None else None
