"""A contact as flows see it: what its attributes are, and where in which flow it stands.

The blocks read and write it, nobody else decides from it. `SessionState` is its JSON round trip.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from evenhand.flow.module_calls import ModuleCall
from evenhand.model.criteria import RoutingCriteria
from evenhand.model.effects import Effect
from evenhand.model.units import Channel, Instant, Seconds

__all__ = ["Session"]


class Session:
    """One contact's data.

    Where it stands: `flow` and `block` (empty when no flow runs), `entered` since when, `pending` the effect
    whose answer it waits for or that goes on while it waits (None: there is none; after a crash it is done
    again), `alarm` when its block wants to be woken (None: never), `scratch` the block's own notes while it
    waits, `values` its parameters after substitution. `queue_flow` says that the contact waits in a queue
    while this flow runs, `hook` the event at which it runs (`AgentWhisper`, `CustomerHold` …; empty for the
    flows on the way); `loop_block` is where End flow / Resume returns to. `loops` are the counters of the
    Loop blocks, `effects` and `dice` count what was made. `criteria` are the routing criteria, set as often
    as `criteria_index` says. `unanswered` says that nobody who could listen is there yet, `call_status` what was
    heard when somebody was called and answered (`CallAnswered` …). `function_time` is the length of the chain of functions so far. `services` is
    what services answered last, by namespace (`Lex`, `Customer` …). `calls` are the modules it is in, the
    innermost last; `modules` is `$.Modules`: the input of the one it is in, the result of the one before.
    """

    # Defaults stand in the class: a contact that uses few of them is made quickly.
    contact_id: str
    channel: Channel
    attributes: dict[str, str]
    instance_arn: str = ""
    initiation_method: str = "INBOUND"
    initial_contact_id: str = ""
    previous_contact_id: str = ""
    customer_address: str = ""
    customer_type: str = "TELEPHONE_NUMBER"
    system_address: str = ""
    system_type: str = "TELEPHONE_NUMBER"
    customer_id: str = ""
    callback_number: str = ""
    name: str = ""
    description: str = ""
    language: str = "en-US"
    voice: str = "Joanna"
    engine: str = ""
    style: str = ""
    references: dict[str, dict[str, str]] | None = None
    tags: dict[str, str] | None = None
    external: Any = None
    services: dict[str, Any] | None = None
    stored_input: str | None = None
    metrics: dict[str, Any] | None = None
    agent_facts: dict[str, str] | None = None
    flow_attributes: dict[str, str] | None = None
    hooks: dict[str, str] | None = None
    recording: dict[str, Any] | None = None
    media_streaming: dict[str, Any] | None = None
    media_processing: dict[str, Any] | None = None
    contact_data: dict[str, str] | None = None
    target_queue: str = ""
    target_agent: str = ""
    queue_name: str = ""
    queue_arn: str = ""
    queue_caller_number: str = ""
    priority: int = 5
    age_adjustment: Seconds = 0.0
    criteria: RoutingCriteria | None = None
    criteria_index: int = 0
    logging: bool = False
    flow: str = ""
    block: str = ""
    entered: Instant = 0.0
    pending: Effect | None = None
    alarm: Instant | None = None
    scratch: dict[str, Any] | None = None
    values: dict[str, Any] | None = None
    queue_flow: bool = False
    loop_block: str = ""
    hook: str = ""
    unanswered: bool = False
    call_status: str = ""
    loops: dict[str, int] | None = None
    effects: int = 0
    dice: int = 0
    function_time: Seconds = 0.0
    calls: tuple[ModuleCall, ...] = ()
    modules: dict[str, Any] | None = None

    def __init__(
        self, contact_id: str, channel: Channel = "VOICE", attributes: dict[str, str] | None = None
    ) -> None:
        self.contact_id = contact_id
        self.channel = channel
        self.attributes = attributes if attributes is not None else {}

    def next_effect_id(self) -> str:
        """The next effect's id: the contact's id and a counter, the same in every replay."""
        self.effects += 1
        return f"{self.contact_id}/{self.effects}"

    @property
    def party(self) -> str:
        """Who hears what the flow says."""
        if self.hook:
            return "agent" if self.hook.startswith("Agent") else "customer"
        # Before it is in a queue the customer of a transfer is still elsewhere.
        return "agent" if self.initiation_method == "TRANSFER" and not self.queue_flow else "customer"

    def next_die(self) -> int:
        """A throw from 1 to 100, made from the contact's id and a counter: the same in every replay."""
        self.dice += 1
        digest = blake2b(f"{self.contact_id}/die/{self.dice}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % 100 + 1
