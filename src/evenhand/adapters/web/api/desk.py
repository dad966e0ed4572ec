"""What an agent does with a contact at their desk: take it, talk, hold, hand it over, note, clear."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec

from evenhand.adapters.web.api.agents import Reason, act, the_agent
from evenhand.adapters.web.conversations import Line, Note
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import STAFF, SUPERVISORS
from evenhand.adapters.web.routes import Call, Route
from evenhand.distributor.agents import Agent, Slot
from evenhand.errors import IllegalInput
from evenhand.model.inputs import (
    ContactCleared,
    ContactHungUp,
    HoldSet,
    Input,
    OfferAccepted,
    OfferRejected,
    PauseRequested,
    ResumeRequested,
    TransferRequested,
)
from evenhand.records.explain import explanation, explanation_json

__all__ = ["DISPOSITIONS", "LONGEST_TEXT", "ROUTES", "checked_text"]

LONGEST_TEXT = 2_000
"""Characters of a message or a note."""

DISPOSITIONS = ("Solved", "Follow-up needed", "Passed on", "Wrong number", "Customer gone")
"""What is proposed where nobody has said anything else yet."""

_KEYS = frozenset("0123456789*#")
_CONTACT = "/agents/{agent}/contacts/{contact}"


class Transfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to hand the customer to: a queue or another agent, by name."""

    kind: Literal["queue", "agent"]
    to: str
    reason: str = ""


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message or a note."""

    text: str


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keys of a telephone: `0` to `9`, `*` and `#`."""

    keys: str


class Disposition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the contact came out, in a word or two."""

    code: str


class Noted(msgspec.Struct, frozen=True):
    """What is noted about a contact and all that it is a part of; `usual` are dispositions to choose from."""

    notes: tuple[Note, ...]
    disposition: Note | None
    usual: tuple[str, ...]


class Why(msgspec.Struct, frozen=True, rename="camel"):
    """The decision that brought the contact here: as text, and the whole record."""

    lines: tuple[str, ...]
    record: dict[str, Any]


def the_slot(call: Call) -> tuple[Agent, Slot]:
    """The agent of the path and their slot with the contact. Raises the answers 403, 404 and 409."""
    agent = the_agent(call)
    contact_id = call.path["contact"]
    slot = agent.slots.get(contact_id) or agent.paused.get(contact_id)
    if slot is None:
        raise IllegalInput(
            f"{agent.name} does not have {contact_id}",
            way_out="it may be over, or with somebody else",
        )
    return agent, slot


def checked_text(text: str) -> str:
    """The text without blanks around it. Raises the answer 422 when there is none, or too much."""
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise ApiFault(422, "invalid", f"a text has 1 to {LONGEST_TEXT:,} characters", where="text")
    return text


def checked_keys(keys: str) -> str:
    """Keys as a telephone has them. Raises the answer 422."""
    if not 1 <= len(keys) <= 64 or not _KEYS.issuperset(keys):
        raise ApiFault(422, "invalid", "keys are 0 to 9, * and #, at most 64 of them", where="keys")
    return keys


def _simple(
    action: str, make: Callable[[str, str], Input], legal: tuple[str, ...] = ()
) -> Callable[[Call], Awaitable[None]]:
    """A handler that tells the machine one thing of a contact and an agent."""

    async def handler(call: Call) -> None:
        agent, slot = the_slot(call)
        if legal and slot.state not in legal:
            raise IllegalInput(f"{slot.contact_id} is not in a talk with {agent.name}")
        told = make(slot.contact_id, agent.name)
        said = action.format(contact=slot.contact_id, agent=agent.name)
        await act(call, agent, said, told, contact_id=slot.contact_id)

    return handler


accept = _simple("let {agent} accept {contact}", OfferAccepted)
reject = _simple("let {agent} reject {contact}", OfferRejected)
hold = _simple("let {agent} hold {contact}", lambda contact, agent: HoldSet(contact, agent, True))
resume = _simple(
    "let {agent} end the hold of {contact}", lambda contact, agent: HoldSet(contact, agent, False)
)
pause = _simple("let {agent} lay {contact} aside", PauseRequested)
take_up = _simple("let {agent} take {contact} up again", ResumeRequested)
clear = _simple("cleared {contact} of {agent}", ContactCleared)
hang_up = _simple(
    "ended {contact} of {agent}",
    lambda contact, agent: ContactHungUp(contact, "agent"),
    ("talking", "offered", "paused"),
)


async def transfer(call: Call) -> None:
    """The customer is handed over."""
    agent, slot = the_slot(call)
    wanted: Transfer = call.body
    contacts = call.centre.host.centre.contacts
    request = TransferRequested(slot.contact_id, agent.name, wanted.kind, wanted.to)
    action = f"let {agent.name} transfer {slot.contact_id} to {wanted.to}"
    await act(call, agent, action, request, contact_id=slot.contact_id)
    contact = contacts.get(slot.contact_id)
    if (
        contact is not None
        and contact.agent == agent.name
        and slot.state == "talking"
        and not contact.handover
    ):
        raise IllegalInput(
            f"{wanted.to} takes nobody now; the customer is still with {agent.name}",
            way_out="choose somebody else, or try again in a moment",
        )


def _speaker(call: Call) -> tuple[Agent, str]:
    """The agent themselves, who talks in this contact. Raises the answers 403 and 409."""
    agent, slot = the_slot(call)
    if agent.name != call.who.agent:
        raise ApiFault(403, "not_allowed", "only the agent who has the contact speaks in it")
    if slot.state != "talking":
        raise IllegalInput(f"{slot.contact_id} is not in a talk with {agent.name}")
    return agent, slot.contact_id


def _first_name(agent: Agent) -> str:
    return agent.definition.first_name or agent.name


async def message(call: Call) -> None:
    """The agent writes to the customer."""
    agent, contact_id = _speaker(call)
    text = checked_text(call.body.text)
    call.centre.legs.say(contact_id, Line(call.centre.now(), "agent", "message", text, _first_name(agent)))
    await call.centre.conversations.saved()


async def typing(call: Call) -> None:
    """The agent is about to write."""
    agent, contact_id = _speaker(call)
    call.centre.legs.typing(contact_id, "agent", _first_name(agent))


async def keys(call: Call) -> None:
    """The agent presses keys, which the customer's side hears."""
    agent, contact_id = _speaker(call)
    pressed = checked_keys(call.body.keys)
    call.centre.legs.say(contact_id, Line(call.centre.now(), "agent", "keys", pressed, _first_name(agent)))
    await call.centre.conversations.saved()


def _noted_as(call: Call, contact_id: str) -> str:
    """What notes are kept under: the first contact of the chain, so that they follow the customer."""
    contact = call.centre.host.centre.contacts.get(contact_id)
    return (contact.initial_contact_id or contact_id) if contact is not None else contact_id


def _noting(call: Call) -> Slot:
    """The slot of a contact that is the agent's own: of what they missed or rejected they see no notes."""
    agent, slot = the_slot(call)
    if slot.state not in ("offered", "talking", "after_contact_work"):
        raise IllegalInput(f"{slot.contact_id} is not with {agent.name} any more")
    return slot


async def noted(call: Call) -> Noted:
    """What is noted about a contact of the agent's."""
    slot = _noting(call)
    kept, name = call.centre.conversations, _noted_as(call, slot.contact_id)
    usual = dict.fromkeys((*kept.usual_dispositions(), *DISPOSITIONS))
    return Noted(tuple(kept.notes(name)), kept.disposition(name), tuple(usual))


async def add_note(call: Call) -> Noted:
    """Note something about the contact."""
    slot = _noting(call)
    note = Note(call.centre.now(), call.who.name, checked_text(call.body.text))
    call.centre.conversations.add_note(_noted_as(call, slot.contact_id), note)
    await call.centre.conversations.saved()
    return await noted(call)


async def set_disposition(call: Call) -> Noted:
    """Say how the contact came out."""
    slot = _noting(call)
    code = call.body.code.strip()
    if not 1 <= len(code) <= 60:
        raise ApiFault(422, "invalid", "a disposition has 1 to 60 characters", where="code")
    note = Note(call.centre.now(), call.who.name, code)
    call.centre.conversations.set_disposition(_noted_as(call, slot.contact_id), note)
    await call.centre.conversations.saved()
    return await noted(call)


async def why(call: Call) -> Why:
    """Why this contact came to this agent."""
    agent, slot = the_slot(call)
    decision = call.centre.people.decision(slot.contact_id, agent.name)
    if decision is None:
        raise ApiFault(
            404,
            "not_found",
            f"no decision brought {slot.contact_id} here",
            way_out="it is a call that the agent made",
        )
    contact = call.centre.host.centre.contacts.get(slot.contact_id)
    own = contact.own_agent if contact is not None else ""
    return Why(tuple(explanation(decision, slot.since, own)), explanation_json(decision, slot.since))


class Conversation(msgspec.Struct, frozen=True):
    """What was said on a contact and noted about it."""

    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    disposition: Note | None


async def conversation(call: Call) -> Conversation:
    """What was said and noted, also of contacts that are over."""
    contact_id = call.path["contact"]
    kept = call.centre.conversations
    name = _noted_as(call, contact_id)
    lines = kept.lines(call.centre.legs.conversation_of(contact_id)) or kept.lines(name)
    return Conversation(tuple(line for _, line in lines), tuple(kept.notes(name)), kept.disposition(name))


def _route(
    what: str, name: str, summary: str, handler: Callable[[Call], Awaitable[Any]], body: Any = Reason
) -> Route:
    return Route(
        method="POST",
        path=f"{_CONTACT}/{what}",
        name=name,
        tag="desk",
        summary=summary,
        roles=STAFF,
        body=body,
        status=204,
        handler=handler,
    )


ROUTES = (
    _route("accept", "acceptContact", "The agent takes an offered contact", accept),
    _route("reject", "rejectContact", "The agent declines an offered contact", reject),
    _route("hang-up", "hangUpContact", "The agent ends the contact", hang_up),
    _route("hold", "holdContact", "The agent puts the customer on hold", hold),
    _route("resume", "resumeContact", "The agent comes back to the customer on hold", resume),
    _route("pause", "pauseContact", "The agent lays a task aside; their slot is free meanwhile", pause),
    _route("continue", "continueContact", "The agent takes a task up again", take_up),
    _route("clear", "clearContact", "After-contact work is done, or a missed offer is cleared", clear),
    _route("transfer", "transferContact", "The agent hands the customer over", transfer, Transfer),
    _route("messages", "writeToCustomer", "The agent writes to the customer", message, Text),
    _route("typing", "agentTypes", "The agent is about to write", typing),
    _route("keys", "agentPressesKeys", "The agent presses keys", keys, Keys),
    Route(
        method="GET",
        path=f"{_CONTACT}/notes",
        name="getNotes",
        tag="desk",
        summary="What is noted about a contact",
        roles=STAFF,
        answer=Noted,
        handler=noted,
    ),
    Route(
        method="POST",
        path=f"{_CONTACT}/notes",
        name="addNote",
        tag="desk",
        summary="Note something about a contact",
        roles=STAFF,
        body=Text,
        answer=Noted,
        status=201,
        creates=True,
        handler=add_note,
    ),
    Route(
        method="PUT",
        path=f"{_CONTACT}/disposition",
        name="setDisposition",
        tag="desk",
        summary="Say how a contact came out",
        roles=STAFF,
        body=Disposition,
        answer=Noted,
        handler=set_disposition,
    ),
    Route(
        method="GET",
        path=f"{_CONTACT}/decision",
        name="getDeskDecision",
        tag="desk",
        summary="Why this contact came to this agent",
        roles=STAFF,
        answer=Why,
        handler=why,
    ),
    Route(
        method="GET",
        path="/contacts/{contact}/conversation",
        name="getConversation",
        tag="contacts",
        summary="What was said on a contact and noted about it",
        roles=SUPERVISORS,
        answer=Conversation,
        handler=conversation,
    ),
)
