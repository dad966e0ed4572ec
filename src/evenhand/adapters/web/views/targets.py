"""Whom an agent may hand a customer to, and how it stands there now."""

from __future__ import annotations

import msgspec

from evenhand.centre.centre import Centre
from evenhand.distributor.agents import Agent
from evenhand.distributor.queues import Queue
from evenhand.model.units import Instant, Seconds

__all__ = ["TargetAgentRow", "TargetQueueRow", "target_agent_row", "target_queue_row"]


class TargetQueueRow(msgspec.Struct, frozen=True, rename="camel"):
    """A queue: how many wait, how many of its agents are free and how many are there, and the wait of the next
    one (None: nobody can say)."""

    name: str
    waiting: int
    available: int
    staffed: int
    wait: Seconds | None
    enabled: bool


class TargetAgentRow(msgspec.Struct, frozen=True, rename="camel"):
    """An agent: whether they could be offered a call now, what they do, and how many wait for them alone."""

    name: str
    full_name: str
    free: bool
    doing: str
    since: Instant
    waiting: int


def target_queue_row(centre: Centre, queue: Queue) -> TargetQueueRow:
    """How this queue stands now."""
    agents = [centre.distributor.agents[name] for name in queue.agents if name in centre.distributor.agents]
    staffed = [one for one in agents if one.status_type == "ROUTABLE"]
    available = sum(one.is_open("VOICE") for one in staffed)
    wait = centre.recent.estimate(queue.name, queue.held + 1, len(staffed))
    if available > queue.held:
        wait = 0.0
    return TargetQueueRow(
        queue.name,
        queue.held,
        available,
        len(staffed),
        round(wait) if wait is not None else None,
        queue.enabled,
    )


def target_agent_row(agent: Agent) -> TargetAgentRow:
    """How this agent stands now."""
    person = agent.definition
    doing, since = agent.status, agent.status_since
    for slot in agent.slots.values():
        doing, since = slot.state, slot.since
    return TargetAgentRow(
        agent.name,
        f"{person.first_name} {person.last_name}".strip() or agent.name,
        agent.is_open("VOICE"),
        doing,
        since,
        len(agent.own),
    )
