"""A contact as the agent's desk shows it: who it is, why here, what to do with it now."""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.adapters.web.legs import Heard
from evenhand.centre.centre import Centre
from evenhand.centre.contact import DIALLING, JOINING, TALKING, Contact
from evenhand.distributor.agents import Agent, Slot
from evenhand.model.decision import Decision
from evenhand.model.units import Channel, Instant, Seconds
from evenhand.records.story import masked, short_reason

__all__ = ["THEIRS", "Beside", "DeskSlotRow", "desk_slot_row"]


THEIRS: Final = ("offered", "talking", "after_contact_work", "paused")
"""States of a slot in which the contact is the agent's; one that was missed or rejected is so no more."""


class Beside(msgspec.Struct):
    """What is known of an agent's contact beside the machine's state: the decision that brought it, why it ended
    or failed. `since` is when this was noted first."""

    decision: Decision | None = None
    own_agent: str = ""
    ended: str = ""
    failed: str = ""


class DeskSlotRow(msgspec.Struct, frozen=True, rename="camel"):
    """One contact at a desk. `state` is `incoming`, `connecting` (a whisper runs), `dialling`, `talking`, `held`,
    `after_contact_work`, `paused`, `missed`, `rejected` or `error`; it has been so `since`, and ends `until` (None: no limit).

    `waited` is how long the customer had waited when they were connected; before that they have waited since
    `queued_at`. `why` is the reason of the choice in a line, `decision` its number. `hears` is what the agent
    hears alone. `conversation` names the topic of what was said.
    """

    contact_id: str
    conversation: str
    channel: Channel
    queue: str
    state: str
    since: Instant
    until: Instant | None
    customer: str
    name: str
    description: str
    own: bool
    attributes: dict[str, str]
    arrived_at: Instant
    queued_at: Instant | None
    connected_at: Instant | None
    waited: Seconds | None
    dialled: str
    method: str
    why: str
    decision: int
    held_by_flow: bool
    hears: str
    transferring: bool
    ended: str
    failed: str


def desk_slot_row(
    centre: Centre, agent: Agent, slot: Slot, beside: Beside, conversation: str, heard: Heard | None
) -> DeskSlotRow:
    """How this contact of the agent stands now."""
    contact = centre.contacts.get(slot.contact_id)
    # Who missed or rejected a contact has no more to do with it than to clear it.
    theirs = contact is not None and slot.state in THEIRS
    decision = beside.decision
    state, since = _state(contact if theirs else None, slot)
    talked = contact is not None and theirs and contact.connected_at > 0 and slot.state != "offered"
    ticket = contact.ticket if contact is not None and theirs else None
    queued_at = ticket.since if ticket is not None else None
    waited: Seconds | None = None
    if contact is not None and talked:
        waited = max(0.0, contact.connected_at - (contact.queued_at or contact.connected_at))
    return DeskSlotRow(
        slot.contact_id,
        conversation,
        slot.channel,
        slot.queue or (f"{agent.name}'s own queue" if decision is not None else ""),
        state,
        since,
        slot.until,
        _address(contact, theirs=theirs),
        contact.name if contact is not None and theirs else "",
        contact.description if contact is not None and theirs else "",
        bool(contact is not None and contact.own_agent == agent.name),
        dict(contact.attributes) if contact is not None and theirs else {},
        contact.arrived_at if contact is not None else slot.since,
        queued_at,
        contact.connected_at if contact is not None and talked else None,
        waited,
        contact.system_address if contact is not None else "",
        contact.initiation_method if contact is not None else "",
        short_reason(decision, beside.own_agent) if decision is not None else "",
        decision.number if decision is not None else 0,
        bool(theirs and contact is not None and contact.held == "agent"),
        heard.text if heard is not None else "",
        bool(theirs and contact is not None and contact.handover),
        beside.ended,
        beside.failed,
    )


def _address(contact: Contact | None, *, theirs: bool) -> str:
    if contact is None or not contact.customer_address:
        return ""
    return contact.customer_address if theirs else masked(contact.customer_address)


def _state(contact: Contact | None, slot: Slot) -> tuple[str, Instant]:
    if contact is not None and contact.stage == JOINING:
        return "connecting", slot.since
    if contact is not None and contact.stage == DIALLING:
        return "dialling", slot.since
    if contact is not None and contact.stage == TALKING and contact.held == "customer":
        return "held", contact.held_since
    return ("incoming" if slot.state == "offered" else slot.state), slot.since
