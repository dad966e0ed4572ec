"""An agent as the distributor sees them: status, slots, and which lines they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from evenhand.distributor.life import AFTER_CONTACT_WORK, BLOCKING, FREE, OFFERED, SLOT
from evenhand.distributor.line import Line
from evenhand.model.decision import CandidateOutcome
from evenhand.model.definition import AgentDefinition, RoutingProfile
from evenhand.model.units import Channel, Instant

if TYPE_CHECKING:
    from evenhand.distributor.idle import IdleIndex

__all__ = ["Agent", "AgentState", "Row", "Slot", "SlotState"]

CURRENT_CHANNEL_ONLY = "ROUTE_CURRENT_CHANNEL_ONLY"


class Slot:
    """One taken slot: which contact, in which state, since when, and until when (None: no limit).

    `outbound`: the contact was begun by the centre, which some profiles' availability timer does not count.
    """

    outbound: bool = False

    def __init__(
        self, contact_id: str, channel: Channel, queue: str, state: str, since: Instant, until: Instant | None
    ) -> None:
        self.contact_id = contact_id
        self.channel: Channel = channel
        self.queue = queue
        self.state = state
        self.since = since
        self.until = until
        self.outbound = False


class SlotState(msgspec.Struct):
    """What a snapshot keeps of a slot."""

    contact_id: str
    channel: Channel
    queue: str
    state: str
    since: Instant
    until: Instant | None = None
    outbound: bool = False


class AgentState(msgspec.Struct):
    """What a snapshot keeps of an agent."""

    name: str
    status: str
    status_since: Instant
    next_status: str
    available_since: Instant
    order: int
    slots: list[SlotState]
    handled: int = 0
    paused: list[SlotState] = []


class Row:
    """One row of the agent's routing profile: a line to serve, once its contacts have waited `delay`."""

    def __init__(self, line: Line, index: IdleIndex, priority: int, delay: float) -> None:
        self.line = line
        self.index = index
        self.priority = priority
        self.delay = delay


class Agent:
    """A person who takes contacts.

    `available_since` is when they last became available for another contact after handling one (or after
    their status changed); `order` counts those moments and breaks ties. `groups` are the rows of their
    profile by priority, the first first; `worklists` are the lines from which they pick themselves, `own` is
    their agent queue. `slots` are the taken ones, `paused` those of tasks laid aside, which leave room for
    others. `idle` holds the channels on which they stand in the idle lists. `handled` counts the
    contacts they have finished.
    """

    def __init__(self, definition: AgentDefinition, profile: RoutingProfile, own: Line, number: int) -> None:
        self.definition = definition
        self.profile = profile
        self.name: str = definition.name
        self.number = number
        self.own = own
        self.rows: list[Row] = []
        self.worklists: list[Line] = []
        self.groups: list[list[Row]] = []
        self.auto_accept: bool = definition.auto_accept
        self.after_contact_work: float | None = definition.after_contact_work
        self.status = "Offline"
        self.status_type = "OFFLINE"
        self.status_since: Instant = 0.0
        self.next_status = ""
        self.available_since: Instant = 0.0
        self.order = 0
        self.handled = 0
        self.slots: dict[str, Slot] = {}
        self.paused: dict[str, Slot] = {}
        self.blocked = 0
        self.idle: set[Channel] = set()
        self.single_voice = False

    def set_rows(self, rows: list[Row]) -> None:
        """The lines to serve, in the profile's order; rows of equal priority are one group."""
        self.rows = rows
        voice_only = all(row.line.channel == "VOICE" for row in rows)
        # Another channel's contact, given by name, may leave room for a call beside it.
        beside = any(rule != CURRENT_CHANNEL_ONLY for rule in self.profile.cross_channel.values())
        self.single_voice = voice_only and self.profile.concurrency == {"VOICE": 1} and not beside
        by_priority: dict[int, list[Row]] = {}
        for row in rows:
            by_priority.setdefault(row.priority, []).append(row)
        self.groups = [by_priority[priority] for priority in sorted(by_priority)]

    def may_take(self) -> bool:
        """Whether anything at all could be offered now, as far as status and blocked slots say."""
        if self.status_type != "ROUTABLE" or self.next_status or self.blocked:
            return False
        return not (self.single_voice and self.slots)

    def is_open(self, channel: Channel) -> bool:
        """Whether another contact of this channel could be offered now."""
        if not self.may_take():
            return False
        if not self.slots:
            return self.profile.concurrency.get(channel, 0) > 0
        return self._has_room(channel)

    def _has_room(self, channel: Channel) -> bool:
        taken = 0
        for slot in self.slots.values():
            if slot.channel == channel:
                taken += 1
            elif self.profile.cross_channel.get(slot.channel, CURRENT_CHANNEL_ONLY) == CURRENT_CHANNEL_ONLY:
                return False
        return taken < self.profile.concurrency.get(channel, 0)

    def why_not(self, channel: Channel) -> CandidateOutcome:
        """Why the agent cannot be offered a contact of this channel now, in a decision's words."""
        if self.status_type == "OFFLINE":
            return "offline"
        if self.status_type != "ROUTABLE":
            return "custom_status"
        states = [slot.state for slot in self.slots.values()]
        for state in states:
            if state in BLOCKING:
                return state  # type: ignore[return-value]
        if self.next_status:
            return "next_status_pending"
        if self.slots and all(slot.channel != channel for slot in self.slots.values()):
            return "other_channel_busy"
        if OFFERED in states:
            return "offered_another"
        if AFTER_CONTACT_WORK in states:
            return "after_contact_work"
        return "at_capacity"

    def serves(self, line: Line) -> Row | None:
        """The profile's row for this line, or None."""
        for row in self.rows:
            if row.line is line:
                return row
        return None

    def counts(self, slot: Slot) -> bool:
        """Whether handling this contact starts the time since becoming available anew."""
        return not slot.outbound or self.profile.availability_timer != "TIME_SINCE_LAST_INBOUND"

    def move(self, slot: Slot, what: str, now: Instant) -> str:
        """Move a slot along its life and answer the new state. The caller has asked whether it is legal."""
        before = slot.state
        after = SLOT[before][what]
        slot.state = after
        slot.since = now
        if after == FREE:
            del self.slots[slot.contact_id]
            if before in BLOCKING:
                self.blocked -= 1
        elif after in BLOCKING:
            self.blocked += 1
        return after

    def lay_aside(self, slot: Slot, now: Instant) -> None:
        """The task is paused: its slot is free for another contact. The caller has asked whether it is legal."""
        self.move(slot, "pause", now)
        self.paused[slot.contact_id] = self.slots.pop(slot.contact_id)

    def fetch(self, contact_id: str) -> Slot:
        """The paused task takes a slot again, even one too many. Answers its slot, still paused."""
        slot = self.slots[contact_id] = self.paused.pop(contact_id)
        return slot

    def state(self) -> AgentState:
        """What a snapshot keeps."""
        return AgentState(
            self.name,
            self.status,
            self.status_since,
            self.next_status,
            self.available_since,
            self.order,
            [_saved(slot) for slot in self.slots.values()],
            self.handled,
            [_saved(slot) for slot in self.paused.values()],
        )

    def restore(self, state: AgentState, status_type: str) -> None:
        """Take over what a snapshot kept."""
        self.status, self.status_type, self.status_since = state.status, status_type, state.status_since
        self.next_status = state.next_status
        self.available_since, self.order = state.available_since, state.order
        self.handled = state.handled
        self.slots = {one.contact_id: _loaded(one) for one in state.slots}
        self.paused = {one.contact_id: _loaded(one) for one in state.paused}
        self.blocked = sum(slot.state in BLOCKING for slot in state.slots)


def _saved(slot: Slot) -> SlotState:
    return SlotState(
        slot.contact_id, slot.channel, slot.queue, slot.state, slot.since, slot.until, slot.outbound
    )


def _loaded(state: SlotState) -> Slot:
    slot = Slot(state.contact_id, state.channel, state.queue, state.state, state.since, state.until)
    if state.outbound:
        slot.outbound = True
    return slot
