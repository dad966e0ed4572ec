"""Each agent's desk as the facts tell it: status, next status, and the contacts there in Connect's words."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from evenhand.model.facts import (
    AfterContactWorkStarted,
    CallbackFailed,
    ContactCleared,
    ContactConnected,
    ContactEnded,
    ContactPaused,
    ContactResumed,
    Fact,
    HoldBegan,
    HoldEnded,
    NextStatusSet,
    OfferAccepted,
    OfferFailed,
    OfferMade,
    OfferMissed,
    OfferRejected,
    OfferWithdrawn,
    OutboundFailed,
    OutboundStarted,
    StatusChanged,
)
from evenhand.model.units import Channel, Instant
from evenhand.records.activity import activity
from evenhand.records.contact_life import Contacts

__all__ = ["BLOCKING", "BUSY", "Desk", "DeskContact", "Desks"]

BUSY = frozenset({"CONNECTED", "CONNECTED_ONHOLD", "PAUSED", "ENDED"})
"""States of a contact that keep the agent on contact; after-contact work is one, and a pause."""

BLOCKING = frozenset({"MISSED", "REJECTED", "ERROR"})
"""States in which the agent gets nothing more until the contact is cleared."""


class DeskContact(msgspec.Struct):
    """A contact at an agent; `state` is CONNECTING, CONNECTED, CONNECTED_ONHOLD, PAUSED, ENDED, MISSED …
    `dialled`: the agent calls the customer, of themselves or back."""

    contact_id: str
    channel: Channel
    queue: str
    agent_queue: str
    state: str
    since: Instant
    connected_at: Instant | None = None
    dialled: bool = False

    @property
    def busy(self) -> bool:
        """Whether it keeps the agent on contact."""
        return self.activity_state in BUSY

    @property
    def activity_state(self) -> str:
        """The state by which the agent's activity goes: who dials is on contact."""
        return "CONNECTED" if self.dialled and self.state == "CONNECTING" else self.state


class Desk(msgspec.Struct):
    """One agent. `since` is when the status began, `next_since` when the next one was asked for."""

    agent: str
    status: str = "Offline"
    since: Instant = 0.0
    next_status: str = ""
    next_since: Instant = 0.0
    contacts: dict[str, DeskContact] = {}

    @property
    def activity(self) -> str:
        """What is shown of all that is true at once."""
        contacts = self.contacts.values()
        return activity(self.status, (one.activity_state for one in contacts))


class Desks:
    """Feed it the facts in order, each after the contacts have heard it."""

    def __init__(self, contacts: Contacts, names: Iterable[str] = ()) -> None:
        self.contacts = contacts
        self.desks: dict[str, Desk] = {name: Desk(name) for name in names}

    def desk(self, name: str) -> Desk:
        """The agent's desk, new where nothing was known of them."""
        return self.desks.setdefault(name, Desk(name))

    def apply(self, fact: Fact) -> Desk | None:
        """This became true. Answers the desk that it changed."""
        match fact:
            case StatusChanged():
                desk = self.desk(fact.agent)
                desk.status, desk.since, desk.next_status = fact.status, fact.at, ""
                return desk
            case NextStatusSet():
                desk = self.desk(fact.agent)
                desk.next_status, desk.next_since = fact.status, fact.at
                return desk
            case OutboundStarted():
                desk = self.desk(fact.agent)
                desk.contacts[fact.contact_id] = DeskContact(
                    fact.contact_id, "VOICE", fact.queue, "", "CONNECTING", fact.at, dialled=True
                )
                return desk
            case OfferMade():
                return self._ring(fact)
            case OfferAccepted():
                return self._taken(fact)
            case OfferMissed():
                return self._state(fact.agent, fact.contact_id, "MISSED", fact.at)
            case OfferRejected():
                return self._state(fact.agent, fact.contact_id, "REJECTED", fact.at)
            case OfferFailed():
                return self._state(fact.agent, fact.contact_id, "ERROR", fact.at)
            case ContactConnected() | HoldEnded(party="customer"):
                return self._state(fact.agent, fact.contact_id, "CONNECTED", fact.at)
            case HoldBegan(party="customer"):
                return self._state(fact.agent, fact.contact_id, "CONNECTED_ONHOLD", fact.at)
            case ContactPaused(agent=agent) if agent:
                return self._state(agent, fact.contact_id, "PAUSED", fact.at)
            case ContactResumed(agent=agent) if agent:
                return self._state(agent, fact.contact_id, "CONNECTED", fact.at)
            case ContactEnded(agent=agent) if agent:
                if self.contacts.resources.has_after_contact_work(agent):
                    return self._state(agent, fact.contact_id, "ENDED", fact.at)
                return self._gone(agent, fact.contact_id)
            case AfterContactWorkStarted():
                return self._state(fact.agent, fact.contact_id, "ENDED", fact.at)
            case OfferWithdrawn() | ContactCleared() | CallbackFailed() | OutboundFailed():
                return self._gone(fact.agent, fact.contact_id)
        return None

    def _ring(self, fact: OfferMade) -> Desk:
        desk = self.desk(fact.agent)
        life = self.contacts.find(fact.contact_id)
        stay = life.stay if life is not None else None
        desk.contacts[fact.contact_id] = DeskContact(
            fact.contact_id,
            life.channel if life is not None else "VOICE",
            fact.queue,
            stay.agent_queue if stay is not None else "",
            "CONNECTING",
            fact.at,
        )
        return desk

    def _taken(self, fact: OfferAccepted) -> Desk | None:
        """A callback that the agent has accepted is dialled now."""
        life = self.contacts.find(fact.contact_id)
        desk = self.desk(fact.agent)
        one = desk.contacts.get(fact.contact_id)
        if life is None or life.method != "CALLBACK" or one is None:
            return None
        one.dialled = True
        return desk

    def _state(self, agent: str, contact_id: str, state: str, at: Instant) -> Desk | None:
        desk = self.desk(agent)
        one = desk.contacts.get(contact_id)
        if one is None:
            return None
        if state == "REJECTED" and one.channel == "VOICE":
            # The service has no rejected calls: a voice reject is a missed contact.
            state = "MISSED"
        if one.state == state:
            return None
        one.state, one.since = state, at
        if state == "CONNECTED" and one.connected_at is None:
            one.connected_at = at
        return desk

    def _gone(self, agent: str, contact_id: str) -> Desk | None:
        desk = self.desk(agent)
        return desk if desk.contacts.pop(contact_id, None) is not None else None
