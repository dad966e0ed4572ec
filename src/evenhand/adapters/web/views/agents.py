"""An agent as a row: status, what they do, their slots, their offline work."""

from __future__ import annotations

import msgspec

from evenhand.centre.centre import Centre
from evenhand.distributor.agents import Agent, Slot
from evenhand.model.units import Channel, Instant, Seconds
from evenhand.records.story import masked

__all__ = ["AgentRow", "LoadRow", "SlotRow", "activity_of", "agent_row", "is_talking", "is_working"]

_PRECEDENCE = ("error", "missed", "rejected", "talking", "after_contact_work", "offered")
"""Amazon Connect's: the first of these that one of the agent's slots is in is what is shown of them."""


class SlotRow(msgspec.Struct, frozen=True, rename="camel"):
    """One taken slot: `state` is `offered`, `talking`, `after_contact_work`, `missed`, `rejected` or `error`."""

    contact_id: str
    channel: Channel
    queue: str
    state: str
    since: Instant
    until: Instant | None
    customer: str


class LoadRow(msgspec.Struct, frozen=True, rename="camel"):
    """Offline work of one call type: what the source says, what was added lately, when it was observed, and
    whether it is stale and therefore not counted."""

    call_type: str
    work: float
    provisional: float
    observed_at: Instant | None
    stale: bool
    source: str


class AgentRow(msgspec.Struct, frozen=True, rename="camel"):
    """An agent now. `used` are slots taken by channel, `room` how many there are.

    `activity` is what is shown of all that is true at once, in Amazon Connect's order: `error`, `missed`,
    `rejected`, `talking` (or `held`), `after_contact_work`, `incoming`, else the status in small letters.
    `own_queue` counts those who wait for this agent alone.
    """

    name: str
    full_name: str
    profile: str
    status: str
    status_type: str
    status_since: Instant
    activity: str
    activity_since: Instant
    next_status: str
    slots: tuple[SlotRow, ...]
    used: dict[Channel, int]
    room: dict[Channel, int]
    loads: tuple[LoadRow, ...]
    handled: int
    own_queue: int


def agent_row(centre: Centre, agent: Agent, now: Instant) -> AgentRow:
    """How this agent stands now."""
    person = agent.definition
    used: dict[Channel, int] = {}
    for slot in agent.slots.values():
        used[slot.channel] = used.get(slot.channel, 0) + 1
    activity, activity_since = activity_of(centre, agent)
    return AgentRow(
        agent.name,
        f"{person.first_name} {person.last_name}".strip() or agent.name,
        agent.profile.name,
        agent.status,
        agent.status_type,
        agent.status_since,
        activity,
        activity_since,
        agent.next_status,
        tuple(
            SlotRow(
                one.contact_id,
                one.channel,
                one.queue,
                one.state,
                one.since,
                one.until,
                _customer(centre, one.contact_id),
            )
            for one in agent.slots.values()
        ),
        used,
        dict(agent.profile.concurrency),
        _loads(centre, agent.name, now),
        agent.handled,
        len(agent.own),
    )


def activity_of(centre: Centre, agent: Agent) -> tuple[str, Instant]:
    """What is shown of the agent, and since when."""
    for state in _PRECEDENCE if agent.slots else ():
        slot = min((one for one in agent.slots.values() if one.state == state), key=_since, default=None)
        if slot is None:
            continue
        if state == "talking":
            contact = centre.contacts.get(slot.contact_id)
            if contact is not None and contact.held == "customer":
                return "held", contact.held_since
        return "incoming" if state == "offered" else state, slot.since
    since = agent.status_since
    return agent.status.lower(), max(since, agent.available_since) if agent.status == "Available" else since


def _since(slot: Slot) -> Instant:
    return slot.since


def is_talking(agent: Agent) -> bool:
    """Whether the agent has somebody on the line, held or not."""
    return any(slot.state == "talking" for slot in agent.slots.values())


def is_working(agent: Agent) -> bool:
    """Whether the agent is in after-contact work and talks to nobody."""
    return not is_talking(agent) and any(slot.state == "after_contact_work" for slot in agent.slots.values())


def _customer(centre: Centre, contact_id: str) -> str:
    contact = centre.contacts.get(contact_id)
    return masked(contact.customer_address) if contact is not None and contact.customer_address else ""


def _loads(centre: Centre, agent: str, now: Seconds) -> tuple[LoadRow, ...]:
    rows = []
    for call_type in dict.fromkeys(
        policy.call_type for policy in centre.definition.policies if policy.call_type
    ):
        work, provisional, age, stale = centre.workload.facts(call_type, agent, now)
        observed_at = round(now - age, 1) if age is not None else None
        rows.append(
            LoadRow(call_type, work, provisional, observed_at, stale, centre.definition.workload.source)
        )
    return tuple(rows)
