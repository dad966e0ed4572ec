"""A contact's story, from the journal: its trace, its decisions, its record; and the last contacts."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from evenhand.adapters.journals.contact_index import ContactLine, ContactsEntries
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import STAFF, SUPERVISORS
from evenhand.adapters.web.routes import Call, Parameter, Route
from evenhand.adapters.web.views.stories import DecisionTold, Said, Story, facts_of, life_of, story_of
from evenhand.records.contact_record import contact, contact_trace_record
from evenhand.records.trace import Trace, trace_of

__all__ = ["ROUTES"]

_MOST = 200


class LastContacts(msgspec.Struct, frozen=True):
    """Contacts, the newest first. While the index is made, `behind` says how many entries it has yet to read."""

    contacts: tuple[ContactLine, ...]
    behind: int


def _may_see(call: Call, line: ContactLine) -> bool:
    """An agent sees what was offered to them, a supervisor of a team what nobody else's team has."""
    who = call.who
    if who.role == "agent":
        return bool(who.agent) and who.agent in (line.agent, *line.asked)
    people = [one for one in dict.fromkeys((line.agent, *line.asked)) if one]
    return not people or any(who.leads(one) for one in people)


async def _found(call: Call) -> ContactsEntries:
    """What the journal knows of the contact of the path. Raises the answers 404, 403 and 503."""
    contact_id, stories = call.path["contact"], call.centre.stories
    line = await stories.line(contact_id)
    found = await stories.entries(contact_id) if line is not None else None
    if line is None or found is None or not found.entries:
        behind = await stories.behind()
        if behind > 0:
            raise ApiFault(
                503,
                "still_reading",
                f"the index of contacts has {behind:,} entries of the journal yet to read",
                way_out="ask again in a moment",
                headers=(("retry-after", "1"),),
            )
        raise ApiFault(
            404,
            "not_found",
            f"there never was a contact {contact_id!r}",
            way_out="GET /api/v1/stories lists the last ones, and finds by the end of a number",
        )
    if not _may_see(call, line):
        raise ApiFault(403, "not_allowed", "this contact was with people whom you do not lead")
    return found


async def list_stories(call: Call) -> LastContacts:
    """The last contacts; of a search, those whose id begins so or whose number ends so."""
    text = call.query.get("limit", "50")
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= _MOST):
        raise ApiFault(422, "invalid", f"limit is a number from 1 to {_MOST}", where="limit")
    stories = call.centre.stories
    lines = await stories.last(call.query.get("find", "")[:200], int(text))
    return LastContacts(tuple(one for one in lines if _may_see(call, one)), max(0, await stories.behind()))


async def get_story(call: Call) -> Story:
    """One contact's whole story, up to this moment."""
    found = await _found(call)
    present = call.centre.host.centre.contacts.get(found.contact_id)
    return await asyncio.to_thread(story_of, found, present, _said(call, found))


def _said(call: Call, found: ContactsEntries) -> Said:
    """The conversation, which goes on from contact to contact of a chain under its first one's name."""
    kept, contact_id = call.centre.conversations, found.contact_id
    first = life_of(found)[0].initial_contact_id or contact_id
    chat = call.centre.legs.conversation_of(contact_id)
    if chat == contact_id:
        chat = first
    return Said(
        chat, tuple(line for _, line in kept.lines(chat)), tuple(kept.notes(first)), kept.disposition(first)
    )


async def get_trace(call: Call) -> Trace:
    """Every block with its values, branch and time, and everything that happened beside."""
    found = await _found(call)
    return await asyncio.to_thread(trace_of, facts_of(found), found.contact_id)


async def get_decisions(call: Call) -> tuple[DecisionTold, ...]:
    """Every decision about the contact, each whole."""
    return (await get_story(call)).decisions


async def get_decision(call: Call) -> DecisionTold:
    """One decision by its number."""
    wanted = call.path["number"]
    for one in await get_decisions(call):
        if str(one.number) == wanted:
            return one
    raise ApiFault(404, "not_found", f"the contact has no decision {wanted}")


async def get_record(call: Call) -> dict[str, Any]:
    """The contact record as Amazon Connect writes it."""
    shapes = {"kinesis": contact_trace_record, "api": contact}
    form = call.query.get("format", "kinesis")
    if form not in shapes:
        raise ApiFault(
            422, "invalid", f"there is no format {form!r}", where="format", way_out="kinesis or api"
        )
    life, book = life_of(await _found(call))
    return shapes[form](life, book.resources)


def _route(path: str, name: str, summary: str, handler: Any, answer: Any, **rest: Any) -> Route:
    rest.setdefault("roles", SUPERVISORS)
    return Route(
        method="GET",
        path=path,
        name=name,
        tag="stories",
        summary=summary,
        handler=handler,
        answer=answer,
        **rest,
    )


ROUTES = (
    _route(
        "/stories",
        "listStories",
        "The last contacts, or those that a search finds",
        list_stories,
        LastContacts,
        query=(
            Parameter("find", "how a contact's id begins, or how the customer's number ends"),
            Parameter("limit", f"how many, at most {_MOST}", "integer"),
        ),
    ),
    _route("/contacts/{contact}/story", "getStory", "A contact's whole story", get_story, Story),
    _route("/contacts/{contact}/trace", "getTrace", "A contact's way, step by step", get_trace, Trace),
    _route(
        "/contacts/{contact}/decisions",
        "listDecisions",
        "Why who was chosen for a contact",
        get_decisions,
        tuple[DecisionTold, ...],
        roles=STAFF,
    ),
    _route(
        "/contacts/{contact}/decisions/{number}",
        "getDecision",
        "One decision about a contact",
        get_decision,
        DecisionTold,
        roles=STAFF,
    ),
    _route(
        "/contacts/{contact}/record",
        "getRecord",
        "A contact's record as Amazon Connect writes it",
        get_record,
        dict[str, Any],
        query=(Parameter("format", "kinesis (ContactTraceRecord) or api (DescribeContact)"),),
    ),
)
