"""What the machine waits for: done again after a crash, under the same ids."""

from __future__ import annotations

from evenhand.centre.routing import Routing, ring_of
from evenhand.distributor.life import OFFERED
from evenhand.model.effects import Effect

__all__ = ["outstanding_effects"]


def outstanding_effects(routing: Routing) -> list[Effect]:
    """The effects whose answer is awaited."""
    contacts = routing.contacts
    pending: list[Effect] = [one.pending for one in contacts.values() if one.pending is not None]
    pending.extend(one.callback_dial for one in contacts.values() if one.callback_dial is not None)
    pending.extend(routing.scoring.outstanding())
    for agent in routing.distributor.agents.values():
        for slot in agent.slots.values():
            if slot.state == OFFERED and contacts[slot.contact_id].stage == OFFERED:
                pending.append(ring_of(contacts[slot.contact_id], agent, slot))
    return pending
