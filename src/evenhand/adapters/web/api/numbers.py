"""Numbers that customers reach, and the flows that answer them."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.identity import STAFF
from evenhand.adapters.web.routes import Call, Route
from evenhand.model.units import Channel

__all__ = ["ROUTES"]


class BoundNumber(msgspec.Struct, frozen=True):
    """A number or other address, and the flow that answers it."""

    address: str
    channel: Channel
    flow: str


async def list_numbers(call: Call) -> list[BoundNumber]:
    """Every number of the centre, in the order of the definition."""
    return [
        BoundNumber(one.address, one.channel, one.flow) for one in call.centre.host.centre.definition.numbers
    ]


ROUTES = (
    Route(
        method="GET",
        path="/numbers",
        name="listNumbers",
        tag="numbers",
        summary="The numbers that customers reach",
        roles=STAFF,
        answer=list[BoundNumber],
        handler=list_numbers,
    ),
)
