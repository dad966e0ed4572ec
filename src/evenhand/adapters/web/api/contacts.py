"""Contacts as supervisors see and move them. Whatever is done to one by hand carries a reason, which is kept."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.api.reasons import checked_reason
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import SUPERVISORS
from evenhand.adapters.web.routes import Call, Parameter, Route
from evenhand.adapters.web.views.contacts import ContactRow, contact_row
from evenhand.centre.contact import Contact
from evenhand.model.inputs import (
    AttributesSet,
    ContactAssigned,
    ContactCleared,
    ContactHungUp,
    ContactMoved,
    ContactRoutingUpdated,
    Input,
)
from evenhand.model.units import Seconds

__all__ = ["ROUTES", "step_in", "the_contact"]

_MOST_LISTED = 1_000


class ContactList(msgspec.Struct, frozen=True, rename="camel"):
    """Contacts that are here, those who wait first and in their order. `left_out` are more than were asked for."""

    contacts: tuple[ContactRow, ...]
    left_out: int


class ContactNow(msgspec.Struct, frozen=True, rename="camel"):
    """A contact with its user attributes and what whoever began it said of it."""

    contact: ContactRow
    attributes: dict[str, str]
    description: str
    customer_id: str
    initial_contact_id: str
    previous_contact_id: str
    offers: int


class _Reasoned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """What is done by hand says why."""

    reason: str


class WantedRouting(_Reasoned, frozen=True):
    """Another priority (1 comes first) or another age adjustment in seconds, one of the two."""

    priority: int | None = None
    age_adjustment: Seconds | None = None


class WantedQueue(_Reasoned, frozen=True):
    """The queue to wait in, or the agent whose own queue it is."""

    queue: str = ""
    agent: str = ""


class WantedAgent(_Reasoned, frozen=True):
    """The agent who is to have it."""

    agent: str


class WantedEnd(_Reasoned, frozen=True):
    """That it ends."""


class WantedAttributes(_Reasoned, frozen=True):
    """User attributes to set; those that are not named stay."""

    attributes: dict[str, str]


def the_contact(call: Call) -> Contact:
    """The contact of the path. Raises the answers 404 and 403."""
    contact = call.centre.host.centre.contacts.get(call.path["contact"])
    if contact is None:
        raise ApiFault(
            404,
            "not_found",
            f"there is no contact {call.path['contact']!r} here now",
            way_out="who is over, or moved on, has another place: ask for its story, or list the contacts",
        )
    holder = _holder(contact)
    if call.who.role == "supervisor" and holder and not call.who.leads(holder):
        raise ApiFault(403, "not_allowed", f"{holder}, who has it, is not in your team")
    return contact


def _holder(contact: Contact) -> str:
    return contact.agent or (contact.ticket.offered_to if contact.ticket is not None else "")


def _row(call: Call, contact: Contact) -> ContactRow:
    here = call.centre.views.day.here.get(contact.contact_id)
    return contact_row(call.centre.host.centre, contact, call.centre.now(), here, full=True)


async def list_contacts(call: Call) -> ContactList:
    """Those who are here."""
    wanted = call.query
    try:
        limit = max(0, min(_MOST_LISTED, int(wanted.get("limit", "200"))))
    except ValueError as error:
        raise ApiFault(422, "invalid", "limit is a whole number", where="limit") from error
    stages = frozenset(wanted["stage"].split(",")) if wanted.get("stage") else None
    found: list[Contact] = []
    for contact in call.centre.host.centre.contacts.values():
        ticket, holder = contact.ticket, _holder(contact)
        queue = ticket.queue if ticket is not None else contact.target_queue
        if (
            (stages is None or contact.stage in stages)
            and wanted.get("queue", queue) == queue
            and wanted.get("channel", contact.channel) == contact.channel
            and wanted.get("agent", holder) == holder
            and not (call.who.role == "supervisor" and holder and not call.who.leads(holder))
        ):
            found.append(contact)
    found.sort(key=_order)
    return ContactList(tuple(_row(call, one) for one in found[:limit]), max(0, len(found) - limit))


def _order(contact: Contact) -> tuple[bool, tuple[float, ...]]:
    ticket = contact.ticket
    return ticket is None, ticket.key if ticket is not None else (contact.arrived_at,)


async def get_contact(call: Call) -> ContactNow:
    """One contact as it is now."""
    contact = the_contact(call)
    return ContactNow(
        _row(call, contact),
        dict(contact.attributes),
        contact.description,
        contact.customer_id,
        contact.initial_contact_id or contact.contact_id,
        contact.previous_contact_id,
        contact.offers,
    )


async def step_in(call: Call, action: str, *inputs: Input, agent: str = "") -> None:
    """Do it to the contact of the path, for the reason in the body, which is kept."""
    reason = checked_reason(call.body.reason)
    await call.centre.override(
        call.who.name, action, reason, *inputs, contact_id=call.path["contact"], agent=agent
    )


async def set_routing(call: Call) -> ContactRow:
    """Another priority or age."""
    contact, wanted = the_contact(call), call.body
    if (wanted.priority is None) == (wanted.age_adjustment is None):
        raise ApiFault(422, "invalid", "give either a priority or an ageAdjustment")
    change = ContactRoutingUpdated(contact.contact_id, wanted.priority, wanted.age_adjustment)
    what = (
        f"priority to {wanted.priority}"
        if wanted.age_adjustment is None
        else (f"age adjustment to {wanted.age_adjustment:g} s")
    )
    await step_in(call, f"set the {what}", change)
    return _row(call, contact)


async def move(call: Call) -> ContactRow:
    """Into another queue. Answers the contact in which its customer goes on."""
    contact, wanted = the_contact(call), call.body
    to = wanted.queue or f"{wanted.agent}'s own queue"
    _may_give(call, wanted.agent)
    await step_in(
        call, f"moved the contact to {to}", ContactMoved(contact.contact_id, wanted.queue, wanted.agent)
    )
    contacts = call.centre.host.centre.contacts
    heirs = (one for one in contacts.values() if one.previous_contact_id == contact.contact_id)
    return _row(call, max(heirs, key=lambda one: one.place, default=contact))


async def assign(call: Call) -> ContactRow:
    """To one agent, whatever they have."""
    contact, wanted = the_contact(call), call.body
    _may_give(call, wanted.agent)
    change = ContactAssigned(contact.contact_id, wanted.agent)
    await step_in(call, f"assigned the contact to {wanted.agent}", change, agent=wanted.agent)
    return _row(call, contact)


def _may_give(call: Call, agent: str) -> None:
    if agent and not call.who.leads(agent):
        raise ApiFault(403, "not_allowed", f"{agent} is not in your team")


async def end(call: Call) -> None:
    """It is over."""
    contact = the_contact(call)
    await step_in(call, "ended the contact", ContactHungUp(contact.contact_id, "system"), agent=contact.agent)


async def clear(call: Call) -> None:
    """The slot that it takes at an agent is free: after work, or after a missed, rejected or failed offer."""
    agent, contact_id = call.body.agent, call.path["contact"]
    _may_give(call, agent)
    change = ContactCleared(contact_id, agent)
    await step_in(call, f"cleared the contact from {agent}'s desk", change, agent=agent)


async def set_attributes(call: Call) -> ContactNow:
    """Attributes are others."""
    contact, wanted = the_contact(call), call.body
    names = ", ".join(wanted.attributes)
    change = AttributesSet(contact.contact_id, wanted.attributes)
    await step_in(call, f"set the attributes {names}"[:500], change)
    return await get_contact(call)


_PATH = "/contacts/{contact}"

ROUTES = (
    Route(
        method="GET",
        path="/contacts",
        name="listContacts",
        tag="contacts",
        summary="The contacts that are here, those who wait first",
        roles=SUPERVISORS,
        answer=ContactList,
        handler=list_contacts,
        query=(
            Parameter("stage", "only these stages, parted by commas: in_flow, waiting, offered, talking …"),
            Parameter("queue", "only those of this queue"),
            Parameter("channel", "only those of this channel"),
            Parameter("agent", "only those that this agent has"),
            Parameter("limit", f"how many at most, up to {_MOST_LISTED:,}", "integer"),
        ),
    ),
    Route(
        method="GET",
        path=_PATH,
        name="getContact",
        tag="contacts",
        summary="One contact as it is now",
        roles=SUPERVISORS,
        answer=ContactNow,
        handler=get_contact,
    ),
    Route(
        method="PUT",
        path=_PATH + "/routing",
        name="setContactRouting",
        tag="contacts",
        summary="Change the priority or the age of a contact",
        roles=SUPERVISORS,
        body=WantedRouting,
        answer=ContactRow,
        handler=set_routing,
    ),
    Route(
        method="PUT",
        path=_PATH + "/queue",
        name="moveContact",
        tag="contacts",
        summary="Move a waiting contact to another queue",
        roles=SUPERVISORS,
        body=WantedQueue,
        answer=ContactRow,
        handler=move,
    ),
    Route(
        method="PUT",
        path=_PATH + "/agent",
        name="assignContact",
        tag="contacts",
        summary="Give a waiting contact to one agent",
        roles=SUPERVISORS,
        body=WantedAgent,
        answer=ContactRow,
        handler=assign,
    ),
    Route(
        method="POST",
        path=_PATH + "/end",
        name="endContact",
        tag="contacts",
        summary="End a contact",
        roles=SUPERVISORS,
        body=WantedEnd,
        status=204,
        handler=end,
    ),
    Route(
        method="POST",
        path=_PATH + "/clear",
        name="clearFromDesk",
        tag="contacts",
        summary="Free the slot that a missed, rejected, failed or worked-on contact takes at an agent",
        roles=SUPERVISORS,
        body=WantedAgent,
        status=204,
        handler=clear,
    ),
    Route(
        method="PATCH",
        path=_PATH + "/attributes",
        name="setContactAttributes",
        tag="contacts",
        summary="Set user attributes of a contact",
        roles=SUPERVISORS,
        body=WantedAttributes,
        answer=ContactNow,
        handler=set_attributes,
    ),
)
