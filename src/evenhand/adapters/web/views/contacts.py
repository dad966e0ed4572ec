"""A contact as a row: where it is, and while it waits, its place, what it was told, and why nobody has it yet."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.views.day import Here
from evenhand.centre.centre import Centre
from evenhand.centre.contact import AFTER_CONTACT_WORK, OFFERED, TALKING, Contact
from evenhand.distributor.agents import Slot
from evenhand.distributor.criteria import active_step, in_words
from evenhand.distributor.line import Ticket
from evenhand.model.units import Channel, Instant, Seconds
from evenhand.records.story import masked

__all__ = ["ContactRow", "Waiting", "contact_row", "is_particular", "why_not_yet"]


class Waiting(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A contact's place in a queue.

    `order` sorts those who wait: priority, then the instant of queueing less the adjusted age, then arrival.
    `why` counts how the agents stand who could serve it, in a decision's words; None: as those of its queue
    (see the queue's row). `only` is the agent for whom it is reserved until `only_until`, `note` what became of an earlier wish, `skills` the step of its routing criteria in
    words (`step` of `steps`, until `step_until`), `excluded` how many agents the rules keep from it, `asks_model`
    whether a model is being asked. `ringing` is who is rung, until `ringing_until`.
    """

    since: Instant
    order: tuple[float, ...]
    priority: int
    age_adjustment: Seconds
    told: Seconds | None = None
    told_at: Instant = 0.0
    why: dict[str, int] | None = None
    only: str = ""
    only_until: Instant = 0.0
    note: str = ""
    skills: str = ""
    step: int = 0
    steps: int = 0
    step_until: Instant | None = None
    excluded: int = 0
    asks_model: bool = False
    ringing: str = ""
    ringing_until: Instant | None = None


class ContactRow(msgspec.Struct, frozen=True, rename="camel"):
    """A contact now. `stage` is `scheduled`, `in_flow`, `waiting`, `offered`, `dialling`, `joining`, `talking` or
    `after_contact_work`, since `since`. `agent_queue` is set instead of `queue` where it waits for one agent."""

    contact_id: str
    channel: Channel
    customer: str
    name: str
    stage: str
    since: Instant
    arrived_at: Instant
    method: str
    flow: str
    queue: str
    agent_queue: str
    agent: str
    own_agent: str
    held: bool
    callback: bool
    due: Instant | None
    waiting: Waiting | None


def contact_row(
    centre: Centre, contact: Contact, now: Instant, here: Here | None, *, full: bool = False
) -> ContactRow:
    """How this contact stands now. `full`: also what its queue's row says."""
    ticket = contact.ticket
    slot = _slot(centre, contact)
    since = slot.since if slot is not None else ticket.since if ticket is not None else contact.arrived_at
    callback = contact.callback
    due = None
    if contact.stage == "scheduled":
        due = callback.due if callback is not None else contact.scheduled_at
    return ContactRow(
        contact.contact_id,
        contact.channel,
        masked(contact.customer_address) if contact.customer_address else "",
        contact.name,
        contact.stage,
        since,
        contact.arrived_at,
        contact.initiation_method,
        contact.flow,
        ticket.queue if ticket is not None else contact.target_queue,
        ticket.agent_queue if ticket is not None else contact.target_agent,
        contact.agent or (ticket.offered_to if ticket is not None else ""),
        (ticket.own_agent if ticket is not None else "") or contact.own_agent,
        bool(contact.held),
        callback is not None,
        due,
        _waiting(centre, ticket, slot, now, here, full) if ticket is not None else None,
    )


def _slot(centre: Centre, contact: Contact) -> Slot | None:
    ticket = contact.ticket
    name = contact.agent or (ticket.offered_to if ticket is not None else "")
    if contact.stage not in (TALKING, AFTER_CONTACT_WORK, OFFERED, "joining", "dialling") or not name:
        return None
    agent = centre.distributor.agents.get(name)
    return agent.slots.get(contact.contact_id) if agent is not None else None


def _waiting(
    centre: Centre, ticket: Ticket, slot: Slot | None, now: Instant, here: Here | None, full: bool
) -> Waiting:
    step = active_step(ticket)
    opinion = ticket.opinion
    tells = not ticket.offered_to and (full or is_particular(ticket))
    return Waiting(
        ticket.since,
        ticket.key,
        ticket.priority,
        ticket.adjustment,
        here.told if here is not None else None,
        here.told_at if here is not None else 0.0,
        why_not_yet(centre, ticket, now) if tells else None,
        ticket.only,
        ticket.only_until if ticket.only else 0.0,
        ticket.note,
        in_words(step.expression) if step is not None else "",
        step.number if step is not None else 0,
        step.steps if step is not None else 0,
        ticket.step_until,
        len(opinion.excluded) if opinion is not None else 0,
        ticket.scoring is not None,
        ticket.offered_to,
        slot.until if slot is not None else None,
    )


def is_particular(ticket: Ticket) -> bool:
    """Whether agents may stand otherwise to this contact than to its queue."""
    return bool(
        ticket.agent_queue
        or ticket.only
        or ticket.opinion is not None
        or ticket.wanted is not None
        or ticket.line.delayed
    )


def why_not_yet(centre: Centre, ticket: Ticket, now: Instant) -> dict[str, int]:
    """How the agents stand who could serve this contact, counted by a decision's words."""
    distributor, line = centre.distributor, ticket.line
    if line.queue is None:
        agent = distributor.agents[ticket.agent_queue]
        return {agent.why_not(ticket.channel) if not agent.is_open(ticket.channel) else "available": 1}
    counts: dict[str, int] = {}
    for name in line.queue.agents:
        agent = distributor.agents[name]
        if agent.serves(line) is None:
            continue
        outcome = distributor.outcome(agent, line, ticket, now)
        if ticket.only and name != ticket.only:
            outcome = "reserved"
        elif outcome == "chosen":
            outcome = "available"
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts
