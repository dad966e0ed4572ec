"""A contact of the centre: what flows see of it, its place in a queue, and its life."""

from __future__ import annotations

from typing import Final

from evenhand.distributor.line import Ticket
from evenhand.flow.session import Session
from evenhand.model.units import Instant

__all__ = ["AFTER_CONTACT_WORK", "GONE", "IN_FLOW", "LIFE", "OFFERED", "TALKING", "WAITING", "Contact"]

IN_FLOW: Final = "in_flow"
WAITING: Final = "waiting"
OFFERED: Final = "offered"
TALKING: Final = "talking"
AFTER_CONTACT_WORK: Final = "after_contact_work"
GONE: Final = "gone"

LIFE: Final[dict[str, dict[str, str]]] = {
    IN_FLOW: {"enqueue": WAITING, "end": GONE},
    WAITING: {"offer": OFFERED, "move": WAITING, "end": GONE},
    OFFERED: {"accept": TALKING, "miss": WAITING, "end": GONE},
    TALKING: {"end": AFTER_CONTACT_WORK, "release": GONE},
    AFTER_CONTACT_WORK: {"clear": GONE},
    GONE: {},
}
"""state → what happens → state. Whoever waits or rings may have a queue flow running beside it."""


class Contact(Session):
    """`stage` is its state in `LIFE`. `ticket` is its place in a queue while it waits or rings, `agent` who
    has it, `own_agent` the customer's own agent, `offers` how often it was offered, `moves` how often it went
    from queue to queue. `walked` are the agents whom its flow asked for one by one, and what was found:
    (agent, outcome)."""

    stage: str = IN_FLOW
    arrived_at: Instant = 0.0
    ticket: Ticket | None = None
    agent: str = ""
    connected_at: Instant = 0.0
    own_agent: str = ""
    candidates: tuple[str, ...] = ()
    offers: int = 0
    moves: int = 0
    walked: tuple[tuple[str, str], ...] = ()

    def move(self, what: str) -> None:
        """Go on along the life. The caller has asked whether it is legal."""
        self.stage = LIFE[self.stage][what]
