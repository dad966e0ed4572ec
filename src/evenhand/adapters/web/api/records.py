"""Contact records and events, as Amazon Connect sends them, in pages that can be followed as they come."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import SUPERVISORS
from evenhand.adapters.web.routes import Call, Parameter, Route

__all__ = ["ROUTES"]

_MOST = 1_000
_USUAL = 100
_PLACE = re.compile(r"(\d{1,15})\.(\d{1,9})", re.ASCII)


class RecordPage(msgspec.Struct, frozen=True):
    """Some of them, oldest first. Ask again with `after` = `next` for what follows, now or later; `more` says
    whether something is there already."""

    items: tuple[dict[str, Any], ...]
    next: str
    more: bool


_PAGING = (
    Parameter("after", "Only what follows this place: the `next` of an answer."),
    Parameter("limit", f"How many at most: 1 to {_MOST:,}; {_USUAL} if not said.", "integer"),
)


async def _page(call: Call, kind: str) -> msgspec.Raw:
    after = call.query.get("after", "") or "0.0"
    place = _PLACE.fullmatch(after)
    if place is None:
        raise ApiFault(
            422,
            "invalid",
            "that is no place in the stream",
            where="after",
            way_out="send the `next` of an answer",
        )
    most = int(call.query.get("limit") or _USUAL)
    if not 1 <= most <= _MOST:
        raise ApiFault(422, "invalid", f"the limit is 1 to {_MOST:,}", where="limit")

    def seen(agent: str) -> bool:
        return not agent or call.who.leads(agent)

    page = await call.centre.history.page(kind, (int(place[1]), int(place[2])), most, seen)
    answer = {
        "items": [one.text for one in page.items],
        "next": f"{page.end[0]}.{page.end[1]}",
        "more": page.more,
    }
    # Each was encoded once, when it was made.
    return msgspec.Raw(msgspec.json.encode(answer))


async def contact_records(call: Call) -> msgspec.Raw:
    """A record is written when after-contact work is over; what changes later comes as a whole record again,
    with a greater LastUpdateTimestamp. A supervisor of a team gets those of its agents and of nobody."""
    form = call.query.get("format", "") or "kinesis"
    kinds = {"kinesis": "records", "api": "records-api"}
    if form not in kinds:
        raise ApiFault(
            422, "invalid", f"there is no format {form[:100]!r}", where="format", way_out="use kinesis or api"
        )
    return await _page(call, kinds[form])


async def contact_events(call: Call) -> msgspec.Raw:
    """INITIATED, CONNECTED_TO_SYSTEM, QUEUED, CONNECTED_TO_AGENT, DISCONNECTED, COMPLETED,
    CONTACT_DATA_UPDATED."""
    return await _page(call, "contact-events")


async def agent_events(call: Call) -> msgspec.Raw:
    """LOGIN, LOGOUT, STATE_CHANGE with the agent before and after, and HEART_BEAT."""
    return await _page(call, "agent-events")


ROUTES = (
    Route(
        method="GET",
        path="/records/contacts",
        name="getContactRecords",
        tag="records",
        summary="Contact records",
        roles=SUPERVISORS,
        query=(
            *_PAGING,
            Parameter("format", "`kinesis`: ContactTraceRecord (the usual); `api`: DescribeContact."),
        ),
        answer=RecordPage,
        handler=contact_records,
    ),
    Route(
        method="GET",
        path="/records/contact-events",
        name="getContactEvents",
        tag="records",
        summary="Contact events, as EventBridge delivers them",
        roles=SUPERVISORS,
        query=_PAGING,
        answer=RecordPage,
        handler=contact_events,
    ),
    Route(
        method="GET",
        path="/records/agent-events",
        name="getAgentEvents",
        tag="records",
        summary="The agent event stream, as Kinesis carries it",
        roles=SUPERVISORS,
        query=_PAGING,
        answer=RecordPage,
        handler=agent_events,
    ),
)
