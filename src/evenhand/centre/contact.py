"""A contact of the centre: what flows see of it, its place in a queue, and its life."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from evenhand.distributor.line import Ticket
from evenhand.flow.module_calls import ModuleCall
from evenhand.flow.session import Session
from evenhand.model.effects import Dial
from evenhand.model.units import Instant, Seconds

__all__ = [
    "AFTER_CONTACT_WORK",
    "DIALLING",
    "GONE",
    "IN_FLOW",
    "JOINING",
    "LIFE",
    "OFFERED",
    "OUTSIDE",
    "PAUSED",
    "PAUSED_AT_AGENT",
    "SCHEDULED",
    "TALKING",
    "WAITING",
    "Callback",
    "Contact",
    "Standing",
]

SCHEDULED: Final = "scheduled"
IN_FLOW: Final = "in_flow"
WAITING: Final = "waiting"
OFFERED: Final = "offered"
DIALLING: Final = "dialling"
JOINING: Final = "joining"
TALKING: Final = "talking"
OUTSIDE: Final = "outside"
PAUSED: Final = "paused"
PAUSED_AT_AGENT: Final = "paused_at_agent"
AFTER_CONTACT_WORK: Final = "after_contact_work"
GONE: Final = "gone"

LIFE: Final[dict[str, dict[str, str]]] = {
    SCHEDULED: {"due": IN_FLOW, "end": GONE},
    IN_FLOW: {
        "enqueue": WAITING,
        "dial": DIALLING,
        "leave": OUTSIDE,
        "pause": PAUSED,
        "end": GONE,
    },
    WAITING: {"offer": OFFERED, "leave": OUTSIDE, "pause": PAUSED, "end": GONE},
    OFFERED: {
        "accept": TALKING,
        "dial": DIALLING,
        "join": JOINING,
        "miss": WAITING,
        "leave": OUTSIDE,
        "end": GONE,
    },
    DIALLING: {"answer": TALKING, "fail": SCHEDULED, "end": GONE},
    JOINING: {"accept": TALKING, "dial": DIALLING, "miss": WAITING, "end": GONE},
    TALKING: {"pause": PAUSED_AT_AGENT, "end": AFTER_CONTACT_WORK, "release": GONE},
    PAUSED: {"resume": IN_FLOW, "end": GONE},
    PAUSED_AT_AGENT: {"resume": TALKING, "end": AFTER_CONTACT_WORK, "release": GONE},
    OUTSIDE: {"end": GONE},
    AFTER_CONTACT_WORK: {"clear": GONE},
    GONE: {},
}
"""state → what happens → state. Whoever waits or rings may have a queue flow running beside it;
while joining, an agent has the contact already and whispers run. Outside is the call to a third party, and a
customer who left the centre's flows and queues for one. Only tasks are paused."""


class Callback(msgspec.Struct):
    """What a callback has to know: whom to dial as whom, the flow before the queue (empty: none, or it ran),
    the delay between attempts, how many there may be and were, when it is due, and how long it waited."""

    number: str
    caller_number: str
    flow: str
    retry_delay: Seconds
    attempts: int
    made: int = 0
    due: Instant = 0.0
    waited: Seconds = 0.0


class Standing(msgspec.Struct):
    """Where a flow stands that is interrupted: its block, since when, when that wants to be woken, what it had
    noted, and the modules it is in, the innermost with data of its own."""

    flow: str
    block: str
    entered: Instant
    alarm: Instant | None
    scratch: dict[str, Any] | None
    values: dict[str, Any] | None
    loop_block: str
    flow_attributes: dict[str, str] | None
    calls: tuple[ModuleCall, ...]
    modules: dict[str, Any] | None
    external: Any
    services: dict[str, Any] | None
    stored_input: str | None
    metrics: dict[str, Any] | None


class Contact(Session):
    """`stage` is its state in `LIFE`. `ticket` is its place in a queue while it waits or rings, `agent` who
    has it, `own_agent` the customer's own agent, `offers` how often it was offered. `chain` is what the ids
    of its segments begin with (empty: its own id), `segments` the number that was given last, `place` how many
    contacts of its chain came before it. `callback` is set for a callback, `callback_dial` while its customer
    is dialled. `whisper_until` is when the whisper that runs has to be over. `held` is who is on hold
    (`customer` or `agent`; empty: nobody), `held_since` since when. `walked` are the agents whom its flow
    asked for one by one, and what was found:
    (agent, outcome). `scheduled_at` is when a scheduled contact begins its `first_flow`,
    `related_contact_id` names the contact that a task was made in. While an agent transfers
    the contact, `handover` names the next contact of the chain, and in that one, the contact with the agent.
    `queued_at` is when the contact that talks had joined its queue, `kept_age` the age that a transfer by an
    agent brings along. `third_party` names the contact that is the call to a third party who is called for
    this one, or talks in it; in that one `beside` names the contact it belongs to (empty: its customer went
    over). `paused_since` is when a paused task was laid aside, `paused_for` how long it was while
    an agent had it, `standing` where the flow stood out of which it was taken. `expires_at` is when a task
    ends of itself."""

    stage: str = IN_FLOW
    arrived_at: Instant = 0.0
    ticket: Ticket | None = None
    agent: str = ""
    connected_at: Instant = 0.0
    own_agent: str = ""
    candidates: tuple[str, ...] = ()
    offers: int = 0
    chain: str = ""
    segments: int = 0
    place: int = 0
    callback: Callback | None = None
    callback_dial: Dial | None = None
    whisper_until: Instant | None = None
    held: str = ""
    held_since: Instant = 0.0
    related_contact_id: str = ""
    walked: tuple[tuple[str, str], ...] = ()
    scheduled_at: Instant = 0.0
    first_flow: str = ""
    handover: str = ""
    queued_at: Instant = 0.0
    kept_age: Seconds = 0.0
    third_party: str = ""
    beside: str = ""
    paused_since: Instant = 0.0
    paused_for: Seconds = 0.0
    standing: Standing | None = None
    expires_at: Instant = 0.0

    @property
    def party(self) -> str:
        """Who hears what the flow says. While an agent transfers the customer, the agent."""
        if self.hook:
            return "agent" if self.hook.startswith("Agent") else "customer"
        return "agent" if self.handover and self.initiation_method == "TRANSFER" else "customer"

    def move(self, what: str) -> None:
        """Go on along the life. The caller has asked whether it is legal."""
        self.stage = LIFE[self.stage][what]
