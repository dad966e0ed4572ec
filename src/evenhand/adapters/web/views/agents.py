"""An agent as a row: status, what they do, their slots, their offline work."""

from __future__ import annotations

import msgspec

from evenhand.centre.centre import Centre
from evenhand.distributor.agents import Agent
from evenhand.model.units import Channel, Instant, Seconds
from evenhand.records.story import masked

__all__ = ["AgentRow", "LoadRow", "SlotRow", "agent_row"]


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
    """An agent now. `free` and `used` are slots by channel."""

    name: str
    full_name: str
    profile: str
    status: str
    status_type: str
    status_since: Instant
    next_status: str
    slots: tuple[SlotRow, ...]
    used: dict[Channel, int]
    room: dict[Channel, int]
    loads: tuple[LoadRow, ...]
    handled: int


def agent_row(centre: Centre, agent: Agent, now: Instant) -> AgentRow:
    """How this agent stands now."""
    person = agent.definition
    used: dict[Channel, int] = {}
    for slot in agent.slots.values():
        used[slot.channel] = used.get(slot.channel, 0) + 1
    return AgentRow(
        agent.name,
        f"{person.first_name} {person.last_name}".strip() or agent.name,
        agent.profile.name,
        agent.status,
        agent.status_type,
        agent.status_since,
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
    )


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
