"""Routing profiles: what agents may take, and who has which."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import STAFF
from evenhand.adapters.web.routes import Call, Route
from evenhand.model.definition import RoutingProfile
from evenhand.model.units import Channel, Seconds

__all__ = ["ROUTES"]


class ProfileRow(msgspec.Struct, frozen=True, rename="camel"):
    """A queue on a channel. A `manual` row is a worklist: agents pick from it themselves."""

    queue: str
    channel: Channel
    priority: int
    delay: Seconds
    manual: bool


class Profile(msgspec.Struct, frozen=True, rename="camel"):
    """A routing profile: slots by channel, the cross-channel rule, its queues, the agents who have it."""

    name: str
    concurrency: dict[Channel, int]
    cross_channel: dict[Channel, str]
    rows: tuple[ProfileRow, ...]
    default_outbound_queue: str
    agents: tuple[str, ...]


def _profile(call: Call, one: RoutingProfile) -> Profile:
    agents = call.centre.host.centre.distributor.agents.values()
    return Profile(
        one.name,
        one.concurrency,
        one.cross_channel,
        tuple(ProfileRow(row.queue, row.channel, row.priority, row.delay, row.manual) for row in one.rows),
        one.default_outbound_queue,
        tuple(agent.name for agent in agents if agent.profile.name == one.name),
    )


async def list_profiles(call: Call) -> list[Profile]:
    """Every routing profile, in the order of the definition."""
    return [_profile(call, one) for one in call.centre.host.centre.definition.routing_profiles]


async def get_profile(call: Call) -> Profile:
    """One routing profile."""
    name = call.path["profile"]
    for one in call.centre.host.centre.definition.routing_profiles:
        if one.name == name:
            return _profile(call, one)
    raise ApiFault(404, "not_found", f"there is no routing profile {name!r}", way_out="see GET /profiles")


ROUTES = (
    Route(
        method="GET",
        path="/profiles",
        name="listProfiles",
        tag="routing profiles",
        summary="All routing profiles",
        roles=STAFF,
        answer=list[Profile],
        handler=list_profiles,
    ),
    Route(
        method="GET",
        path="/profiles/{profile}",
        name="getProfile",
        tag="routing profiles",
        summary="One routing profile",
        roles=STAFF,
        answer=Profile,
        handler=get_profile,
    ),
)
