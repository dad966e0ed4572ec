"""A standard queue: its definition, its lines (one a channel), and everybody who waits in it."""

from __future__ import annotations

from evenhand.distributor.line import Line, Ticket
from evenhand.model.definition import Policy, QueueDefinition
from evenhand.model.units import Channel

__all__ = ["Queue"]


class Queue:
    """`tickets` holds everybody who waits or rings, in the order of queueing: the first is the oldest."""

    def __init__(self, definition: QueueDefinition, policy: Policy, digest: str) -> None:
        self.definition = definition
        self.name: str = definition.name
        self.policy = policy
        self.policy_digest = digest
        self.wishes = policy.own_agent or policy.candidates
        self.lines: dict[Channel, Line] = {}
        self.tickets: dict[str, Ticket] = {}
        self.agents: list[str] = []

    def is_full(self) -> bool:
        """Whether it holds as many contacts as it may."""
        limit = self.definition.max_contacts
        return limit is not None and len(self.tickets) >= limit

    def oldest(self) -> Ticket | None:
        """Who has been in the queue longest."""
        for ticket in self.tickets.values():
            return ticket
        return None
