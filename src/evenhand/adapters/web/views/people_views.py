"""Keeps the rows of people at pages in step: each desk's contacts, transfer targets, customers' waits.

As in `live_views.py`, facts say what changed and the machine's state how it is now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from evenhand.adapters.web.legs import WebLegs
from evenhand.adapters.web.live import Hub
from evenhand.adapters.web.presence import Presence
from evenhand.adapters.web.views.desks import Beside, desk_slot_row
from evenhand.adapters.web.views.live_views import TELL_SECONDS
from evenhand.adapters.web.views.targets import target_agent_row, target_queue_row
from evenhand.centre.centre import Centre
from evenhand.distributor.agents import Agent
from evenhand.host.ports import Entry, Journal
from evenhand.model.decision import Decision
from evenhand.model.facts import (
    AgentChosen,
    CentreOpened,
    ContactDequeued,
    ContactEnded,
    ContactQueued,
    Fact,
    OfferFailed,
    OverrideNoted,
)
from evenhand.model.units import Instant
from evenhand.records.story import contact_of

__all__ = ["FLAG", "PeopleViews", "WaitRow"]

FLAG = "says that their offline load is wrong"
"""How the journal notes that an agent doubts the workload: the action of an override without a change."""

_LOOK_BACK = 20_000
"""How many entries of the journal are read for decisions made before this process began."""


class WaitRow(msgspec.Struct, frozen=True, rename="camel"):
    """A customer's place: waiting since when, at which place (None: for one agent alone), or ringing already."""

    since: Instant
    position: int | None
    ringing: bool


class FlagRow(msgspec.Struct, frozen=True, rename="camel"):
    """An agent's doubt about their own workload."""

    at: Instant
    what: str


class PeopleViews:
    """One of the host's notices. Call `begin` when the centre runs."""

    def __init__(self, hub: Hub, legs: WebLegs, presence: Presence) -> None:
        self._hub = hub
        self._legs = legs
        self._presence = presence
        self._loop = asyncio.get_running_loop()
        self._centre: Centre | None = None
        self._agents: dict[str, None] = {}
        self._contacts: dict[str, None] = {}
        self._queues: dict[str, None] = {}
        self._waiting: dict[str, str] = {}
        self._beside: dict[str, dict[str, Beside]] = {}
        self._shown: dict[str, set[str]] = {}
        self._due = False
        legs.changed = self._contact_changed
        presence.listeners.append(self._desk_opened)

    def begin(self, centre: Centre, journal: Journal) -> None:
        """From now on rows are told. Decisions of contacts that are at desks already come from the journal."""
        self._centre = centre
        open_slots = {
            (one, agent.name)
            for agent in centre.distributor.agents.values()
            for one in (*agent.slots, *agent.paused)
        }
        if open_slots:
            for entry in journal.read(max(1, journal.last_sequence() - _LOOK_BACK)):
                for fact in entry.facts:
                    if (
                        isinstance(fact, AgentChosen)
                        and (fact.decision.contact_id, fact.decision.agent) in open_slots
                    ):
                        self._decided(fact.decision)
        self._everything(centre)
        self.tell()

    def decision(self, contact_id: str, agent: str) -> Decision | None:
        """The decision that brought this contact to the agent, while it is at their desk."""
        beside = self._beside.get(agent, {}).get(contact_id)
        return beside.decision if beside is not None else None

    # --- what changed ---------------------------------------------------------------------------------

    def publish(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            for fact in entry.facts:
                self._note(fact)
        self._soon()

    def _soon(self) -> None:
        if not self._due:
            self._due = True
            self._loop.call_later(TELL_SECONDS, self.tell)

    def _note(self, fact: Fact) -> None:
        contact_id = contact_of(fact)
        agent = fact.decision.agent if isinstance(fact, AgentChosen) else getattr(fact, "agent", "")
        if contact_id:
            self._contacts[contact_id] = None
        if agent:
            self._agents[agent] = None
        match fact:
            case AgentChosen():
                self._decided(fact.decision)
            case OfferFailed():
                self._of(contact_id, agent).failed = fact.reason
            case ContactEnded() if agent:
                self._of(contact_id, agent).ended = "TRANSFERRED" if fact.next_contact_id else fact.reason
            case ContactQueued() | ContactDequeued():
                self._queues[fact.queue] = None
            case OverrideNoted() if fact.action.startswith(FLAG):
                self._hub.put(f"desk/{agent}", "flag", FlagRow(fact.at, fact.reason))
            case CentreOpened() if self._centre is not None:
                self._everything(self._centre)

    def _decided(self, decision: Decision) -> None:
        contact = self._centre.contacts.get(decision.contact_id) if self._centre is not None else None
        own = contact.own_agent if contact is not None else ""
        self._beside.setdefault(decision.agent, {})[decision.contact_id] = Beside(decision, own)

    def _of(self, contact_id: str, agent: str) -> Beside:
        return self._beside.setdefault(agent, {}).setdefault(contact_id, Beside())

    def _everything(self, centre: Centre) -> None:
        self._agents.update(dict.fromkeys(centre.distributor.agents))
        self._queues.update(dict.fromkeys(centre.distributor.queues))
        self._contacts.update(dict.fromkeys(centre.contacts))
        own = [one for one in centre.distributor.status_types if one not in ("Available", "Offline")]
        names = ["Available", *own, "Offline"]
        for agent in centre.distributor.agents.values():
            worklists = [line.queue.name for line in agent.worklists if line.queue is not None]
            self._hub.put(f"desk/{agent.name}", "statuses", {"names": names, "worklists": worklists})

    def _contact_changed(self, contact_id: str) -> None:
        self._contacts[contact_id] = None
        self._soon()

    def _desk_opened(self, agent: str, desks: int) -> None:
        self._hub.put(f"desk/{agent}", "desks", {"open": desks})
        self._loop.call_soon(self._hub.flush)

    # --- rows -----------------------------------------------------------------------------------------

    def tell(self) -> None:
        """Make the rows of what changed, and tell them."""
        self._due = False
        centre = self._centre
        if centre is None:
            return
        contacts, self._contacts = self._contacts, {}
        for contact_id in contacts:
            self._tell_wait(centre, contact_id)
            contact = centre.contacts.get(contact_id)
            if contact is not None:
                holder = contact.ticket.offered_to if contact.ticket is not None else contact.agent
                if holder:
                    self._agents[holder] = None
        agents, self._agents = self._agents, {}
        for name in agents:
            agent = centre.distributor.agents.get(name)
            if agent is not None:
                self._tell_desk(centre, agent)
                self._hub.put("targets", f"agent/{name}", target_agent_row(agent))
                self._queues.update((row.line.queue.name, None) for row in agent.rows if row.line.queue)
        queues, self._queues = self._queues, {}
        for name in queues:
            queue = centre.distributor.queues.get(name)
            self._hub.put("targets", f"queue/{name}", target_queue_row(centre, queue) if queue else None)
        for contact_id in [one for one, queue in self._waiting.items() if queue in queues]:
            self._tell_wait(centre, contact_id)
        self._hub.flush()

    def _tell_desk(self, centre: Centre, agent: Agent) -> None:
        topic, shown = f"desk/{agent.name}", self._shown.setdefault(agent.name, set())
        slots = {**agent.slots, **agent.paused}
        for gone in shown - set(slots):
            self._hub.put(topic, f"slot/{gone}", None)
        known = self._beside.get(agent.name, {})
        for over in [one for one in known if one not in slots]:
            del known[over]
        for contact_id, slot in slots.items():
            beside = known.get(contact_id) or Beside()
            conversation = self._legs.conversation_of(contact_id)
            contact = centre.contacts.get(contact_id)
            handover = contact.handover if contact is not None else ""
            heard = self._legs.heard(contact_id) or self._legs.heard(handover)
            row = desk_slot_row(centre, agent, slot, beside, conversation, heard)
            self._hub.put(topic, f"slot/{contact_id}", row)
        self._shown[agent.name] = set(slots)

    def _tell_wait(self, centre: Centre, contact_id: str) -> None:
        """Where the customer of this contact waits, for their page."""
        end = self._legs.end_of(contact_id)
        if end is None or not end.page:
            return
        contact = centre.contacts.get(contact_id)
        ticket = contact.ticket if contact is not None else None
        topic = f"phone/{end.phone}"
        if contact is None or ticket is None or contact.callback is not None:
            self._waiting.pop(contact_id, None)
            if end.contact_id == contact_id:
                self._hub.put(topic, "wait", None)
            return
        self._waiting[contact_id] = ticket.queue
        position = None
        if not ticket.offered_to and ticket.queue:
            position = ticket.line.position(ticket)
        self._hub.put(topic, "wait", WaitRow(ticket.since, position, bool(ticket.offered_to)))
