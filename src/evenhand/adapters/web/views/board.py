"""The board's rows: which of them changed, and who may see which.

`board` is everything, for administrators and supervisors of everybody. A supervisor with a team follows
`board/NAMES` instead (see `team_topic`): everybody's queues, the team's agents and what those have.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from evenhand.adapters.web.live import Hub
from evenhand.adapters.web.views.agents import AgentRow
from evenhand.adapters.web.views.contacts import ContactRow, contact_row, is_particular
from evenhand.adapters.web.views.day import Day, day_around, feed_from
from evenhand.adapters.web.views.decisions import KEPT_DECISIONS, DecisionRow, decision_row, for_team
from evenhand.adapters.web.views.figures import centre_row, figures_row
from evenhand.adapters.web.views.queues import profile_row, queue_row
from evenhand.adapters.web.views.standings import Standings
from evenhand.centre.centre import Centre
from evenhand.host.ports import Journal
from evenhand.model.facts import (
    AgentChosen,
    BlockExecuted,
    CallbackScheduled,
    ContactInitiated,
    Fact,
)
from evenhand.model.units import Instant
from evenhand.records.story import contact_of

__all__ = ["Board", "team_topic"]

_MOST_PARTICULAR = 200
"""Contacts whose agents are counted anew at a time, because rules, steps or wishes single them out."""


def team_topic(team: Iterable[str]) -> str:
    """The topic of a supervisor with this team."""
    return "board/" + ",".join(sorted(team))


class Board:
    """Hears facts; `tell` makes the rows of what changed."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._teams: dict[str, frozenset[str]] = {}
        self._rows: dict[str, Any] = {}
        self._queues: dict[str, None] = {}
        self._profiles: dict[str, None] = {}
        self._contacts: dict[str, None] = {}
        self._particular: dict[str, None] = {}
        self._decisions: deque[DecisionRow] = deque(maxlen=KEPT_DECISIONS)
        self._told_decisions: deque[int] = deque()
        self._callbacks: dict[str, None] = {}
        self._last = 0
        self._figures = False
        self._zone = "UTC"
        self._standings = Standings()
        self.day = Day(0.0, 0.0, lambda status: "CUSTOM")
        hub.filled["board/"] = self.open_team

    def begin(self, centre: Centre, now: Instant, journal: Journal | None) -> None:
        """From now on rows are told; today's counts begin with what the journal knows of today."""
        self._zone = centre.definition.time_zone
        since, until = day_around(now, self._zone)
        self.day = Day(since, until, centre.distributor.type_of)
        if journal is not None:
            self._last = feed_from(journal, self.day, self._hear_again)
        else:
            self.day.counted_from = now
        for agent in centre.distributor.agents.values():
            slots = {one.contact_id: _kind(one.state) for one in agent.slots.values()}
            self.day.stands(agent.name, agent.status_type, slots, now)
        for contact_id in [one for one in self.day.here if one not in centre.contacts]:
            del self.day.here[contact_id]
        for contact in centre.contacts.values():
            self._contacts[contact.contact_id] = None
            if contact.callback is not None:
                self._callbacks[contact.contact_id] = None
        self.all_changed(centre)

    def _hear_again(self, facts: Iterable[Fact]) -> None:
        """What happened earlier today: only counted, and the decisions shown."""
        for fact in facts:
            self.day.add(fact)
            if isinstance(fact, AgentChosen):
                self._decided(fact)

    # --- what changed ---------------------------------------------------------------------------------

    @property
    def agents(self) -> list[str]:
        """Everybody whose row was told, also those who are no more."""
        return self._standings.names

    def all_changed(self, centre: Centre) -> None:
        """Every queue and profile may be another, and the figures: the definition is, or time went by."""
        self._queues.update(dict.fromkeys(centre.distributor.queues))
        self._profiles.update(dict.fromkeys(one.name for one in centre.definition.routing_profiles))
        for key in self._rows:
            # Also those that are no more.
            kind, _, name = key.partition("/")
            if kind == "queue":
                self._queues[name] = None
            elif kind == "profile":
                self._profiles[name] = None
        self._figures = True

    def time_passed(self) -> None:
        """What no fact tells: agents stand otherwise to those who wait."""
        some = list(self._particular)[:_MOST_PARTICULAR]
        for contact_id in some:
            # The others have their turn before these come again.
            del self._particular[contact_id]
            self._contacts[contact_id] = None

    def hear(self, sequence: int, facts: Iterable[Fact]) -> None:
        """These became true."""
        if sequence <= self._last:
            return
        for fact in facts:
            self._figures = True
            if fact.at >= self.day.until:
                self._next_day(fact.at)
            if isinstance(fact, BlockExecuted):
                # Most blocks change nothing that is shown.
                if not fact.next_block or fact.block_type.startswith("UpdateContact"):
                    self._contacts[fact.contact_id] = None
                continue
            self.day.add(fact)
            contact_id = contact_of(fact)
            if contact_id:
                self._contacts[contact_id] = None
            queue = getattr(fact, "queue", "")
            if queue:
                self._queues[queue] = None
            if isinstance(fact, AgentChosen):
                self._decided(fact)
            elif isinstance(fact, CallbackScheduled) or (
                isinstance(fact, ContactInitiated) and fact.initiation_method == "CALLBACK"
            ):
                self._callbacks[fact.contact_id] = None

    def _next_day(self, at: Instant) -> None:
        self.day.begin_anew(*day_around(at, self._zone))

    def _decided(self, fact: AgentChosen) -> None:
        here = self.day.here.get(fact.decision.contact_id)
        customer = here.customer if here is not None else ""
        own_agent = here.own_agent if here is not None else ""
        self._decisions.append(decision_row(fact.decision, fact.at, customer, own_agent))

    # --- rows -----------------------------------------------------------------------------------------

    def tell(self, centre: Centre, now: Instant, agents: Iterable[tuple[str, AgentRow | None]]) -> None:
        """Make the rows of what changed, these agents among it."""
        self._zone = centre.definition.time_zone
        if now >= self.day.until:
            self._next_day(now)
            self.all_changed(centre)
        for name, row in agents:
            self._put(f"agent/{name}", row)
            self._put(f"today/{name}", self.day.agent(name) if row is not None else None)
            queues, profiles = self._standings.put(name, centre.distributor.agents.get(name))
            self._queues.update(queues)
            self._profiles.update(profiles)
        self._tell_contacts(centre, now)
        self._tell_queues(centre, now)
        self._tell_decisions()
        if self._figures:
            self._figures = False
            self._put("figures", figures_row(centre, self.day, now))
            self._put("centre", centre_row(centre))

    def _tell_contacts(self, centre: Centre, now: Instant) -> None:
        changed, self._contacts = self._contacts, {}
        for contact_id in changed:
            contact = centre.contacts.get(contact_id)
            if contact is None:
                self._particular.pop(contact_id, None)
                self._callbacks.pop(contact_id, None)
                self._put(f"contact/{contact_id}", None)
                continue
            row = contact_row(centre, contact, now, self.day.here.get(contact_id))
            self._put(f"contact/{contact_id}", row)
            if row.queue:
                self._queues[row.queue] = None
            ticket = contact.ticket
            if ticket is not None and not ticket.offered_to and is_particular(ticket):
                self._particular[contact_id] = None
            else:
                self._particular.pop(contact_id, None)

    def _tell_queues(self, centre: Centre, now: Instant) -> None:
        changed, self._queues = self._queues, {}
        callbacks = self._count_callbacks(centre) if changed else {}
        for name in changed:
            queue = centre.distributor.queues.get(name)
            row = None
            if queue is not None:
                places = self._standings.queue(name)
                row = queue_row(centre, queue, now, self.day, places, callbacks.get(name, 0))
            self._put(f"queue/{name}", row)
        touched, self._profiles = self._profiles, {}
        if touched:
            defined = {one.name: one for one in centre.definition.routing_profiles}
            for name in touched:
                one = defined.get(name)
                row_ = profile_row(one, self._standings.profile(name)) if one is not None else None
                self._put(f"profile/{name}", row_)

    def _count_callbacks(self, centre: Centre) -> dict[str, int]:
        """Customers who are to be called back and whom nobody calls yet, by queue."""
        counts: dict[str, int] = {}
        for contact_id in list(self._callbacks):
            contact = centre.contacts.get(contact_id)
            if contact is None or contact.stage in ("talking", "after_contact_work"):
                del self._callbacks[contact_id]
            elif contact.stage != "dialling":
                counts[contact.target_queue] = counts.get(contact.target_queue, 0) + 1
        return counts

    def _tell_decisions(self) -> None:
        told = self._told_decisions
        for row in self._decisions:
            if not told or row.number > told[-1]:
                told.append(row.number)
                self._put(f"decision/{row.number}", row)
                if len(told) > KEPT_DECISIONS:
                    self._put(f"decision/{told.popleft()}", None)

    # --- who sees what --------------------------------------------------------------------------------

    def _put(self, key: str, row: Any) -> None:
        self._hub.put("board", key, row)
        if row is None:
            self._rows.pop(key, None)
        else:
            self._rows[key] = row
        for topic, team in self._teams.items():
            self._hub.put(topic, key, _seen(key, row, team))

    def open_team(self, topic: str) -> None:
        """Somebody begins to follow this team's board: it has all its rows from now on."""
        team = self._teams[topic] = frozenset(topic.partition("/")[2].split(","))
        for key, row in self._rows.items():
            self._hub.put(topic, key, _seen(key, row, team))


def _seen(key: str, row: Any, team: frozenset[str]) -> Any:
    """The row as a supervisor of this team sees it; None: they do not."""
    kind, _, name = key.partition("/")
    if kind in ("agent", "today"):
        return row if name in team else None
    if isinstance(row, DecisionRow):
        return for_team(row, team)
    if isinstance(row, ContactRow) and row.agent and row.agent not in team:
        return None
    return row


def _kind(state: str) -> str:
    if state in ("talking", "after_contact_work"):
        return "busy"
    return "offered" if state == "offered" else "blocked"
