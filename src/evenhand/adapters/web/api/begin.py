"""Contacts that programs begin for somebody: tasks and e-mails, now or later; and laying tasks aside."""

from __future__ import annotations

import time
from typing import Literal

import msgspec

from evenhand.adapters.web.api.agents import Reason
from evenhand.adapters.web.api.contacts import step_in, the_contact
from evenhand.adapters.web.api.instants import instant_from
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import SUPERVISORS
from evenhand.adapters.web.routes import Call, Route
from evenhand.errors import JournalUnavailable
from evenhand.model.inputs import ContactArrived, PauseRequested, ResumeRequested

__all__ = ["ROUTES", "check_may_begin"]

_MOST_ATTRIBUTES = 100
_LONGEST_NAME = 512
_LONGEST_DESCRIPTION = 4_096


class ContactToBegin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What is to be done. `flow` (a name, id or ARN) begins with it, in `queue` if that is named; without a flow
    the one bound to `to`. `customer_id` or `customer` finds the customer's own agent. `references` are what
    whoever has it may look at, by name. Before `scheduled_at` (ISO 8601) it stands by."""

    channel: Literal["TASK", "EMAIL"] = "TASK"
    name: str = ""
    description: str = ""
    flow: str = ""
    to: str = ""
    queue: str = ""
    customer: str = ""
    customer_id: str = ""
    attributes: dict[str, str] = {}
    references: dict[str, Reference] = {}
    scheduled_at: str = ""


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to look at: an address (`URL`), a number, a text, a date, an e-mail address."""

    value: str
    type: Literal["URL", "NUMBER", "STRING", "DATE", "EMAIL"] = "URL"


class BegunContact(msgspec.Struct, frozen=True, rename="camel"):
    """The id of what began."""

    contact_id: str


def check_may_begin(call: Call) -> None:
    """Raises the answers 503 (the centre closes) and 429 (too often from here)."""
    if not call.centre.open:
        raise JournalUnavailable(
            "the centre closes and takes no new contacts", way_out="try again in a minute"
        )
    if call.who.way != "key":
        # A page that tries hard is not a customer; machines have keys of their own.
        limits = call.centre.limits
        limits.check(limits.contacts, call.address, time.monotonic(), "contacts")


async def begin_contact(call: Call) -> BegunContact:
    """A contact that nobody calls with."""
    wanted, centre = call.body, call.centre
    if len(wanted.attributes) > _MOST_ATTRIBUTES or len(wanted.references) > _MOST_ATTRIBUTES:
        raise ApiFault(
            422, "invalid", f"at most {_MOST_ATTRIBUTES} attributes and references", where="attributes"
        )
    for where, text, longest in (
        ("name", wanted.name, _LONGEST_NAME),
        ("description", wanted.description, _LONGEST_DESCRIPTION),
    ):
        if len(text) > longest:
            raise ApiFault(422, "invalid", f"{where} has at most {longest:,} characters", where=where)
    machine = centre.host.centre
    if wanted.flow and not machine.world.find_flow(wanted.flow):
        raise ApiFault(
            422, "invalid", f"there is no flow {wanted.flow!r}", where="flow", way_out="see GET /flows"
        )
    if wanted.queue and wanted.queue not in machine.distributor.queues:
        way_out = "see GET /queues"
        raise ApiFault(422, "invalid", f"there is no queue {wanted.queue!r}", where="queue", way_out=way_out)
    if not wanted.flow and not wanted.to:
        raise ApiFault(422, "invalid", "a flow, or an address that has one, is needed", where="flow")
    check_may_begin(call)
    contact_id = call.new_id()
    if contact_id in machine.contacts:
        # It was begun before a crash, and the answer was lost.
        return BegunContact(contact_id)
    arrival = ContactArrived(
        contact_id,
        flow=wanted.flow,
        queue=wanted.queue,
        channel=wanted.channel,
        customer_address=wanted.customer,
        system_address=wanted.to,
        attributes=dict(wanted.attributes) or None,
        initiation_method="API",
        name=wanted.name,
        description=wanted.description,
        customer_id=wanted.customer_id,
        references={name: {"Type": one.type, "Value": one.value} for name, one in wanted.references.items()}
        or None,
        scheduled_at=instant_from(wanted.scheduled_at, "scheduledAt") if wanted.scheduled_at else 0.0,
    )
    await centre.send(await centre.continuity.with_own_agent(arrival))
    return BegunContact(contact_id)


async def pause(call: Call) -> None:
    """A task is laid aside from outside."""
    contact = the_contact(call)
    await step_in(call, "laid the task aside", PauseRequested(contact.contact_id), agent=contact.agent)


async def take_up(call: Call) -> None:
    """A task goes on."""
    contact = the_contact(call)
    await step_in(call, "let the task go on", ResumeRequested(contact.contact_id), agent=contact.agent)


ROUTES = (
    Route(
        method="POST",
        path="/contacts",
        name="beginContact",
        tag="contacts",
        summary="Begin a task or an e-mail, now or later",
        roles=SUPERVISORS,
        body=ContactToBegin,
        answer=BegunContact,
        status=201,
        creates=True,
        handler=begin_contact,
    ),
    Route(
        method="POST",
        path="/contacts/{contact}/pause",
        name="pauseFromOutside",
        tag="contacts",
        summary="Lay a task aside",
        roles=SUPERVISORS,
        body=Reason,
        status=204,
        handler=pause,
    ),
    Route(
        method="POST",
        path="/contacts/{contact}/continue",
        name="continueFromOutside",
        tag="contacts",
        summary="Let a task go on",
        roles=SUPERVISORS,
        body=Reason,
        status=204,
        handler=take_up,
    ),
)
