"""The agent event stream: LOGIN, LOGOUT, STATE_CHANGE and HEART_BEAT with snapshots before and after.

An agent who leaves Offline logs in, one who goes Offline logs out: Evenhand knows no other kind of being
there. Heartbeats come every 120 s without another event, until an hour after logging out. After-contact
work is the time a contact stays `ENDED`. (Administrator guide, "Agent event streams data model".)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import Fact
from evenhand.model.names import arn
from evenhand.model.units import Instant, Seconds
from evenhand.records.contact_life import Contacts
from evenhand.records.desk import Desk, DeskContact, Desks
from evenhand.records.flow_log import iso_text
from evenhand.records.slots import free_slots

__all__ = ["HEARTBEAT_SECONDS", "AgentEvents", "event_id"]

HEARTBEAT_SECONDS: Seconds = 120.0
_AFTER_LOGOUT: Seconds = 3600.0
_VERSION = "2017-10-01"


def event_id(*parts: object) -> str:
    """An event's id, derived from what it is about: every reading of a journal makes the same."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


class AgentEvents:
    """Feed it facts in order and time in between: `feed` and `until` answer the events of that time."""

    def __init__(self, definition: CentreDefinition | None = None) -> None:
        self._contacts = Contacts(definition)
        self._desks = Desks(self._contacts)
        self._last: dict[str, Instant] = {}
        self._logged_out: dict[str, Instant] = {}
        self._snapshots: dict[str, dict[str, Any]] = {}
        self._counts: dict[str, int] = {}
        self._status: dict[str, str] = {}
        self._none_before: Instant = 0.0

    def define(self, definition: CentreDefinition) -> None:
        """This definition holds from now on."""
        self._contacts.define(definition)

    def feed(self, facts: Iterable[Fact]) -> Iterator[dict[str, Any]]:
        """These became true; what the agents' stream says of it, heartbeats of the time before included."""
        for fact in facts:
            yield from self.until(fact.at)
            self._contacts.add(fact)
            desk = self._desks.apply(fact)
            if desk is not None:
                yield self._event(desk, self._kind(desk), fact.at)

    def until(self, now: Instant) -> Iterator[dict[str, Any]]:
        """The heartbeats that were due before now, in order of time."""
        while now > self._none_before:
            due = [(last + HEARTBEAT_SECONDS, name) for name, last in self._last.items() if self._beats(name)]
            at, name = min(due, default=(now, ""))
            # No heartbeat can be due earlier than this: what happens meanwhile only puts it off.
            self._none_before = min(at, now + HEARTBEAT_SECONDS) if name else now
            if not name or at >= now:
                return
            yield self._event(self._desks.desk(name), "HEART_BEAT", at)

    def _beats(self, name: str) -> bool:
        out = self._logged_out.get(name)
        return out is None or self._last[name] + HEARTBEAT_SECONDS <= out + _AFTER_LOGOUT

    def _kind(self, desk: Desk) -> str:
        before = self._status.get(desk.agent, "Offline")
        self._status[desk.agent] = desk.status
        if before == desk.status or "Offline" not in (before, desk.status):
            return "STATE_CHANGE"
        return "LOGIN" if before == "Offline" else "LOGOUT"

    def _event(self, desk: Desk, kind: str, at: Instant) -> dict[str, Any]:
        resources, name = self._contacts.resources, desk.agent
        if kind == "LOGOUT":
            self._logged_out[name] = at
        elif kind == "LOGIN":
            self._logged_out.pop(name, None)
        number = self._counts[name] = self._counts.get(name, 0) + 1
        before, snapshot = self._snapshots.get(name), self._snapshot(desk)
        self._snapshots[name] = snapshot
        self._last[name] = at
        return {
            "AWSAccountId": resources.account,
            "AgentARN": resources.agent_arn(name),
            "CurrentAgentSnapshot": snapshot,
            "EventId": event_id(name, number, at),
            "EventTimestamp": iso_text(at),
            "EventType": kind,
            "InstanceARN": resources.instance,
            "PreviousAgentSnapshot": before,
            "Version": _VERSION,
        }

    def _snapshot(self, desk: Desk) -> dict[str, Any]:
        resources = self._contacts.resources
        return {
            "AgentStatus": {
                "ARN": resources.status_arn(desk.status),
                "Name": desk.status,
                "StartTimestamp": iso_text(desk.since),
                "Type": resources.status_type(desk.status),
            },
            "NextAgentStatus": {
                "ARN": resources.status_arn(desk.next_status),
                "EnqueuedTimestamp": iso_text(desk.next_since),
                "Name": desk.next_status,
            }
            if desk.next_status
            else None,
            "Configuration": self._configuration(desk),
            "Contacts": [self._contact(one) for one in desk.contacts.values()],
        }

    def _configuration(self, desk: Desk) -> dict[str, Any]:
        resources, agent = self._contacts.resources, self._contacts.resources.agent(desk.agent)
        profile = resources.profile_of(desk.agent)
        queues: dict[str, list[str]] = {}
        for row in profile.rows:
            queues.setdefault(row.queue, []).append(row.channel)
        outbound = profile.default_outbound_queue
        own = {
            "ARN": resources.queue_arn("", desk.agent),
            "Channels": list(profile.concurrency),
            "Name": None,
        }
        return {
            "AgentHierarchyGroups": None,
            "FirstName": agent.first_name,
            "LastName": agent.last_name,
            "Proficiencies": [],
            "RoutingProfile": {
                "ARN": arn(resources.instance, "routing-profile", profile.name),
                "Concurrency": [
                    {
                        "AvailableSlots": free_slots(desk, channel, resources),
                        "Channel": channel,
                        "MaximumSlots": most,
                    }
                    for channel, most in profile.concurrency.items()
                ],
                "DefaultOutboundQueue": {"ARN": resources.queue_arn(outbound), "Name": outbound}
                if outbound
                else None,
                # The agent's own queue is one of them, and has no name.
                "InboundQueues": [
                    *(
                        {"ARN": resources.queue_arn(queue), "Channels": channels, "Name": queue}
                        for queue, channels in queues.items()
                    ),
                    own,
                ],
                "Name": profile.name,
            },
            "Username": desk.agent,
        }

    def _contact(self, one: DeskContact) -> dict[str, Any]:
        resources, life = self._contacts.resources, self._contacts.find(one.contact_id)
        stay = life.stay if life is not None else None
        first = life.initial_contact_id if life is not None else ""
        return {
            "Channel": one.channel,
            "ConnectedToAgentTimestamp": iso_text(one.connected_at) if one.connected_at is not None else None,
            "ContactId": one.contact_id,
            "InitialContactId": first if first != one.contact_id else None,
            "InitiationMethod": life.method if life is not None else None,
            "Queue": {"ARN": resources.queue_arn(one.queue, one.agent_queue), "Name": one.queue or None},
            "QueueTimestamp": iso_text(stay.since) if stay is not None else None,
            "State": one.state,
            "StateStartTimestamp": iso_text(one.since),
        }
