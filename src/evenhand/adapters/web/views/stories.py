"""One contact's whole story, made from its facts alone: where it went, who was asked, what was promised.

What a page shows of the customer's number is its end; the record as the service writes it has all of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from evenhand.adapters.journals.contact_index import ContactsEntries, Override
from evenhand.adapters.web.conversations import Line, Note
from evenhand.adapters.web.views.pictures import FlowPicture, picture_of
from evenhand.centre.contact import Contact
from evenhand.errors import FlowFault
from evenhand.flow.document import read_document
from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import (
    AgentChosen,
    BlockExecuted,
    ContactConnected,
    ContactDequeued,
    ContactEnded,
    ContactInitiated,
    Fact,
    OfferAccepted,
    OfferFailed,
    OfferMade,
    OfferMissed,
    OfferRejected,
    OfferWithdrawn,
    OverrideNoted,
    WaitTold,
)
from evenhand.model.units import Instant, Seconds
from evenhand.records.contact_events import ContactEvents
from evenhand.records.contact_life import ContactLife, Contacts
from evenhand.records.contact_record import contact, contact_trace_record
from evenhand.records.explain import explanation, explanation_json
from evenhand.records.story import contact_of, masked
from evenhand.records.trace import trace_of

__all__ = ["Said", "Story", "facts_of", "life_of", "story_of", "veiled"]

_NUMBER = re.compile(r"\+\d{7,15}\b")


class Head(msgspec.Struct, frozen=True, rename="camel"):
    """Who and where: `stage` is the state of its life now, `gone` when it is over."""

    contact_id: str
    channel: str
    customer: str
    system_address: str
    method: str
    stage: str
    flow: str
    queue: str
    agent: str
    own_agent: str
    initiated_at: Instant
    queued_at: Instant | None
    connected_at: Instant | None
    ended_at: Instant | None
    reason: str
    previous_contact_id: str
    next_contact_id: str
    related_contact_id: str


class StoryStep(msgspec.Struct, frozen=True, rename="camel"):
    """One thing that happened. A block has its `number` on the way (from 1), and what it did."""

    at: Instant
    after: Seconds
    kind: str
    text: str
    number: int = 0
    took: Seconds = 0.0
    flow: str = ""
    block: str = ""
    block_type: str = ""
    values: dict[str, Any] = {}
    branch: str = ""
    result: str = ""
    why: str = ""
    next_block: str = ""


class OfferTold(msgspec.Struct, frozen=True, rename="camel"):
    """An offer and what came of it: `outcome` is `accepted`, `missed`, `rejected`, `failed`, `withdrawn` or
    `ringing`."""

    agent: str
    queue: str
    at: Instant
    until: Instant
    ended_at: Instant | None
    outcome: str


class Promise(msgspec.Struct, frozen=True, rename="camel"):
    """What the customer was told, and what happened: `waited` from that moment on (None: they wait still)."""

    at: Instant
    told: Seconds
    waited: Seconds | None
    how: str


class DecisionTold(msgspec.Struct, frozen=True, rename="camel"):
    """A decision: the whole record, and the same as lines of text."""

    at: Instant
    number: int
    record: dict[str, Any]
    derived_again: dict[str, Any]
    lines: tuple[str, ...]


class Story(msgspec.Struct, frozen=True, rename="camel"):
    """All of it. `flows` are pictures of the flows it went through, as they were then. `chat` names the topic of
    its conversation, `lines` are what was said so far."""

    head: Head
    steps: tuple[StoryStep, ...]
    flows: tuple[FlowPicture, ...]
    decisions: tuple[DecisionTold, ...]
    offers: tuple[OfferTold, ...]
    promises: tuple[Promise, ...]
    attributes: dict[str, str]
    overrides: tuple[Override, ...]
    record: dict[str, Any]
    contact: dict[str, Any]
    events: tuple[dict[str, Any], ...]
    chat: str = ""
    lines: tuple[Line, ...] = ()
    notes: tuple[Note, ...] = ()
    disposition: Note | None = None


class Said(msgspec.Struct, frozen=True):
    """What was said and noted on a contact."""

    chat: str
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    disposition: Note | None


def facts_of(found: ContactsEntries) -> list[Fact]:
    """The facts about this contact, in order."""
    return [fact for entry in found.entries for fact in entry.facts if contact_of(fact) == found.contact_id]


def life_of(found: ContactsEntries) -> tuple[ContactLife, Contacts]:
    """The contact's life as the facts tell it, and the book it stands in (with the names of its resources)."""
    book = Contacts(found.definition_at(found.entries[0].sequence))
    book.feed(facts_of(found))
    life = book.find(found.contact_id)
    assert life is not None, "its first fact is that it began"
    return life, book


def story_of(found: ContactsEntries, present: Contact | None, said: Said) -> Story:
    """The story of this contact; `present` is how it stands now, if it is still here."""
    facts = facts_of(found)
    begun = next(fact for fact in facts if isinstance(fact, ContactInitiated))
    life, book = life_of(found)
    veil = _Veil(begun.customer_address)
    stay = life.stay
    where = (stay.queue or f"{stay.agent_queue}'s own queue") if stay is not None else ""
    head = Head(
        life.contact_id,
        life.channel,
        masked(begun.customer_address) if begun.customer_address else "",
        begun.system_address,
        begun.initiation_method,
        present.stage if present is not None else "gone",
        present.flow if present is not None else "",
        where,
        life.agent if life.connected_at is not None else "",
        begun.own_agent,
        life.initiated_at,
        stay.since if stay is not None else None,
        life.connected_at,
        life.ended_at,
        life.reason,
        _other(life, life.previous_contact_id),
        life.next_contact_id,
        life.related_contact_id,
    )
    events = ContactEvents(found.definition_at(found.entries[0].sequence))
    return Story(
        head,
        _steps(facts, life.contact_id, veil),
        _pictures(found),
        tuple(_decision(fact, begun.own_agent, veil) for fact in facts if isinstance(fact, AgentChosen)),
        _offers(facts),
        _promises(facts),
        veil.over(life.attributes),
        tuple(
            Override(fact.at, fact.by, fact.action, fact.reason, fact.contact_id, fact.agent)
            for fact in facts
            if isinstance(fact, OverrideNoted)
        ),
        veil.over(contact_trace_record(life, book.resources)),
        veil.over(contact(life, book.resources)),
        tuple(veil.over(event) for event in events.feed(facts)),
        said.chat,
        tuple(msgspec.structs.replace(one, text=veil.over(one.text)) for one in said.lines),
        said.notes,
        said.disposition,
    )


def _other(life: ContactLife, contact_id: str) -> str:
    return contact_id if contact_id != life.contact_id else ""


class _Veil:
    """Shows of numbers only how they end."""

    def __init__(self, address: str) -> None:
        self._address = address if len(address) >= 5 else ""

    def over(self, value: Any) -> Any:
        if isinstance(value, str):
            if self._address:
                value = value.replace(self._address, masked(self._address))
            return _NUMBER.sub(lambda found: masked(found.group()), value)
        if isinstance(value, dict):
            return {key: self.over(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.over(item) for item in value]
        return value


def veiled(value: Any, address: str = "") -> Any:
    """The same with numbers of which only the end can be read, however deep they stand."""
    return _Veil(address).over(value)


def _steps(facts: Sequence[Fact], contact_id: str, veil: _Veil) -> tuple[StoryStep, ...]:
    steps: list[StoryStep] = []
    blocks = 0
    for one in trace_of(facts, contact_id).steps:
        blocks += bool(one.block)
        if not one.text:
            continue
        steps.append(
            StoryStep(
                one.at,
                one.after,
                one.kind,
                veil.over(one.text),
                blocks if one.block else 0,
                one.took,
                one.flow,
                one.block,
                one.block_type,
                veil.over(one.values),
                one.branch,
                veil.over(one.result),
                veil.over(one.why),
                one.next_block,
            )
        )
    return tuple(steps)


def _pictures(found: ContactsEntries) -> tuple[FlowPicture, ...]:
    """The flows it went through, each as it was when the contact last passed one of its blocks."""
    last: dict[str, CentreDefinition] = {}
    for entry in found.entries:
        for fact in entry.facts:
            if isinstance(fact, BlockExecuted) and fact.contact_id == found.contact_id:
                last[fact.flow] = found.definition_at(entry.sequence)
    pictures = []
    for name, definition in last.items():
        flow = next((one for one in definition.flows if one.name == name), None)
        if flow is None:
            continue
        try:
            pictures.append(picture_of(read_document(flow.content, flow.file), flow.name, flow.type))
        except FlowFault:
            continue
    return tuple(pictures)


def _decision(fact: AgentChosen, own_agent: str, veil: _Veil) -> DecisionTold:
    told = explanation_json(fact.decision, fact.at)
    return DecisionTold(
        fact.at,
        fact.decision.number,
        veil.over(told["decision"]),
        told["derived_again"],
        tuple(veil.over(line) for line in explanation(fact.decision, fact.at, own_agent)),
    )


_OUTCOMES: dict[type[Fact], str] = {
    OfferAccepted: "accepted",
    OfferMissed: "missed",
    OfferRejected: "rejected",
    OfferFailed: "failed",
    OfferWithdrawn: "withdrawn",
}


def _offers(facts: Sequence[Fact]) -> tuple[OfferTold, ...]:
    offers: list[OfferTold] = []
    for fact in facts:
        if isinstance(fact, OfferMade):
            offers.append(OfferTold(fact.agent, fact.queue, fact.at, fact.until, None, "ringing"))
        elif type(fact) in _OUTCOMES and offers and offers[-1].ended_at is None:
            offers[-1] = msgspec.structs.replace(offers[-1], ended_at=fact.at, outcome=_OUTCOMES[type(fact)])
    return tuple(offers)


def _promises(facts: Sequence[Fact]) -> tuple[Promise, ...]:
    """Each wait that was told, with what came of it at the first end of the waiting after it."""
    promises: list[Promise] = []
    for fact in facts:
        if isinstance(fact, WaitTold):
            promises.append(Promise(fact.at, fact.seconds, None, "waits"))
            continue
        how = ""
        if isinstance(fact, ContactConnected):
            how = "answered"
        elif isinstance(fact, ContactDequeued) and fact.why != "connected":
            how = fact.why
        elif isinstance(fact, ContactEnded):
            how = "ended"
        if how:
            promises = [
                msgspec.structs.replace(one, waited=fact.at - one.at, how=how) if one.waited is None else one
                for one in promises
            ]
    return tuple(promises)
