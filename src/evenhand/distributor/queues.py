"""A standard queue: its definition, its lines (one a channel), and everybody who waits in it."""

from __future__ import annotations

from evenhand.distributor.line import Line, Ticket
from evenhand.model.definition import Policy, QueueDefinition
from evenhand.model.units import Channel

__all__ = ["Queue"]


class Queue:
    """`held` counts everybody who waits or rings. Who waits stands in the lines, who rings in `ringing`."""

    def __init__(self, definition: QueueDefinition, policy: Policy, digest: str) -> None:
        self.definition = definition
        self.name: str = definition.name
        self.policy = policy
        self.policy_digest = digest
        self.wishes = policy.own_agent or policy.candidates
        self.counts_workload = policy.ranks_by_work
        self.asks_model = policy.asks_model
        self.plain = not (self.wishes or policy.rules or self.asks_model)
        self.limit: int = -1 if definition.max_contacts is None else definition.max_contacts
        self.lines: dict[Channel, Line] = {}
        self.held = 0
        self.enabled: bool = definition.enabled
        self.ringing: dict[str, Ticket] = {}
        self.agents: list[str] = []

    def is_full(self, transfer: bool = False) -> bool:
        """Whether it holds as many contacts as it may. Transfers and callbacks may have a fifth more: they
        come from somebody who is a customer of the centre already."""
        limit = self.limit
        return 0 <= limit + (limit // 5 if transfer else 0) <= self.held

    @property
    def tickets(self) -> dict[str, Ticket]:
        """Everybody who waits or rings, by contact, in the order of queueing."""
        everybody = [ticket for line in self.lines.values() for ticket in line.waiting()]
        everybody.extend(self.ringing.values())
        everybody.sort(key=lambda ticket: ticket.number)
        return {ticket.contact_id: ticket for ticket in everybody}

    def count(self, channels: tuple[Channel, ...]) -> int:
        """How many of these channels wait or ring."""
        waiting = sum(len(self.lines[channel]) for channel in channels)
        return waiting + sum(ticket.channel in channels for ticket in self.ringing.values())

    def oldest(self) -> Ticket | None:
        """Who has been in the queue longest."""
        best: Ticket | None = None
        for line in self.lines.values():
            for ticket in line.waiting():
                if best is None or ticket.since < best.since:
                    best = ticket
        for ticket in self.ringing.values():
            if best is None or ticket.since < best.since:
                best = ticket
        return best
