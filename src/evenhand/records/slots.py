"""How many contacts more an agent could take now on a channel."""

from __future__ import annotations

from evenhand.model.units import Channel
from evenhand.records.desk import BLOCKING, Desk
from evenhand.records.resources import Resources

__all__ = ["free_slots"]


def free_slots(desk: Desk, channel: Channel, resources: Resources) -> int:
    """Free slots of this channel: none unless the agent is Available and nothing missed, rejected or failed
    stands there. Every contact at the desk takes one, but for paused tasks, and may shut the other channels."""
    if resources.status_type(desk.status) != "ROUTABLE" or desk.next_status:
        return 0
    profile, taken = resources.profile_of(desk.agent), 0
    for one in desk.contacts.values():
        if one.state in BLOCKING:
            return 0
        if one.state == "PAUSED":
            continue
        if one.channel == channel:
            taken += 1
        elif profile.cross_channel.get(one.channel, "ROUTE_CURRENT_CHANNEL_ONLY") != "ROUTE_ANY_CHANNEL":
            return 0
    return max(0, profile.concurrency.get(channel, 0) - taken)
