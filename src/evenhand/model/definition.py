"""The definition of a centre: what a person writes down before the first contact arrives.

Everything here is frozen and plain data; a definition travels as an input of the machine
(`CentreDefined`), so a journal holds all that its replay needs.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.model.criteria import Proficiency
from evenhand.model.models import ModelDefinition
from evenhand.model.rules import RuleSet
from evenhand.model.units import Channel, Seconds
from evenhand.model.workload_sources import WorkloadSource

__all__ = [
    "AgentDefinition",
    "AgentStatus",
    "CentreDefinition",
    "FlowDefinition",
    "FunctionDefinition",
    "HoursOfOperation",
    "HoursOverride",
    "NumberDefinition",
    "OpenPeriod",
    "Policy",
    "PredefinedAttribute",
    "Proficiency",
    "QueueDefinition",
    "RoutingProfile",
    "RoutingRow",
    "WorkloadContract",
]

Weekday = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


class OpenPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """One open period of one weekday, in minutes after local midnight; `end` 1440 is the day's end."""

    day: Weekday
    start_minute: int
    end_minute: int


class HoursOverride(msgspec.Struct, frozen=True, kw_only=True):
    """On the dates from `first` to `last` (as `2026-12-24`) these periods hold instead; none: closed."""

    first: str
    last: str
    periods: tuple[OpenPeriod, ...] = ()


class HoursOfOperation(msgspec.Struct, frozen=True, kw_only=True):
    """When a queue is open. `time_zone` is an IANA name. Hours never stop a queued contact; flows ask them.

    `overrides` hold on their dates instead of `periods`; of several the first counts. `parents` names hours whose
    overrides hold here too, after the own ones.
    """

    name: str
    time_zone: str = "UTC"
    periods: tuple[OpenPeriod, ...] = ()
    overrides: tuple[HoursOverride, ...] = ()
    parents: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How a queue chooses among the agents that are eligible. An opinion ranks; it never makes eligible.

    * `rank`: `longest_available` (Amazon Connect's own rule), `least_workload` (offline workload of
      `call_type` plus provisional load, ascending; ties by longest available), `blend` (ascending
      `workload_weight * workload - idle_minute_weight * minutes available - rules_weight * score of the rules -
      model_weight * score of the model`), `rules` (the highest score of the rule set first; ties by longest
      available), or `model` (the same with the model's scores).
    * `rules`: the rule set whose `exclude` keeps agents from a contact, whatever ranks the others.
    * `model`: the learned model that scores agents under `rank = "model"` or `"blend"`. When it gives no
      scores in time, `longest_available` decides, or the blend without it, and the decision says so.
    * `own_agent`: the customer's own agent comes first. If that agent cannot take the contact at once it
      waits up to `own_agent_wait` seconds for them alone; 0 asks once and goes on.
    * `candidates`: the contact may carry an ordered list of agents (attribute `candidates_attribute`, names
      parted by commas); they are asked for in that order before the ranking decides.
    * `version` is the author's own label; a decision carries it together with a digest of the whole policy.
    """

    name: str = "longest_available"
    version: str = "1"
    rank: Literal["longest_available", "least_workload", "blend", "rules", "model"] = "longest_available"
    call_type: str = ""
    workload_weight: float = 1.0
    idle_minute_weight: float = 0.0
    own_agent: bool = False
    own_agent_wait: Seconds = 0.0
    own_agent_attribute: str = "ownAgent"
    candidates: bool = False
    candidates_attribute: str = "candidates"
    rules: str = ""
    model: str = ""
    rules_weight: float = 0.0
    model_weight: float = 0.0

    @property
    def asks_model(self) -> bool:
        """Whether a learned model has a say."""
        return self.rank == "model" or (self.rank == "blend" and self.model_weight != 0.0)

    @property
    def ranks_by_work(self) -> bool:
        """Whether offline work has a say."""
        return self.rank in ("least_workload", "blend")


class QueueDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A standard queue. `max_contacts` None means no limit. `policy` names a `Policy`.

    A queue that is not `enabled` takes no new contacts; those who wait in it are still answered.
    """

    name: str
    hours: str = ""
    max_contacts: int | None = None
    policy: str = "longest_available"
    outbound_caller_number: str = ""
    enabled: bool = True


class RoutingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a routing profile: a queue on a channel, with priority (1 first) and delay in seconds.

    A `manual` row is a worklist: its contacts are never offered to the agent, who picks them instead.
    """

    queue: str
    channel: Channel = "VOICE"
    priority: int = 1
    delay: Seconds = 0.0
    manual: bool = False


class RoutingProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent may take: slots per channel, rows of queues, and the cross-channel rule.

    `cross_channel` per channel: `ROUTE_CURRENT_CHANNEL_ONLY` (a contact of this channel shuts the other
    channels) or `ROUTE_ANY_CHANNEL`.
    `availability_timer`: which contacts start an agent's time since becoming available anew, all
    (`TIME_SINCE_LAST_ACTIVITY`) or all but outbound ones (`TIME_SINCE_LAST_INBOUND`).
    """

    name: str
    concurrency: dict[Channel, int] = msgspec.field(default_factory=lambda: {"VOICE": 1})
    cross_channel: dict[Channel, str] = {}
    rows: tuple[RoutingRow, ...] = ()
    default_outbound_queue: str = ""
    availability_timer: Literal["TIME_SINCE_LAST_ACTIVITY", "TIME_SINCE_LAST_INBOUND"] = (
        "TIME_SINCE_LAST_ACTIVITY"
    )


class AgentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A status an agent can choose. `ROUTABLE` is only Available, `OFFLINE` only Offline; others CUSTOM."""

    name: str
    type: Literal["ROUTABLE", "OFFLINE", "CUSTOM"] = "CUSTOM"


class AgentDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A person who takes contacts. `name` is the login user name, the id everywhere inside.

    `after_contact_work`: seconds after a contact in which the agent is not offered another; 0 means until
    cleared (Amazon Connect's meaning); None means none at all (Evenhand only, for simulations).
    `initial_status` is taken when the centre opens for the first time. `labels` are the author's own words
    about the agent, which rules read (`licences = "TX, CA"`).
    `proficiencies` are what routing criteria may ask for.
    """

    name: str
    routing_profile: str
    first_name: str = ""
    last_name: str = ""
    auto_accept: bool = False
    after_contact_work: Seconds | None = 0.0
    initial_status: str = "Offline"
    labels: dict[str, str] = {}
    proficiencies: tuple[Proficiency, ...] = ()


class PredefinedAttribute(msgspec.Struct, frozen=True, kw_only=True):
    """An attribute that proficiencies and routing criteria speak of, and the values it may have."""

    name: str
    values: tuple[str, ...] = ()


class NumberDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A number (or other address) that customers reach, and the flow that answers it."""

    address: str
    flow: str
    channel: Channel = "VOICE"


class FlowDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A flow by name: its type (`CONTACT_FLOW`, `CUSTOMER_QUEUE` …, `MODULE` for a flow module), its id in ARNs,
    and its content (JSON)."""

    name: str
    type: str = "CONTACT_FLOW"
    id: str = ""
    content: str = ""
    file: str = ""


class FunctionDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A function by name. `source` is `path/to/file.py:handler`; `arn` other names it is called by."""

    name: str
    source: str = ""
    arn: str = ""
    environment: dict[str, str] = {}


class WorkloadContract(msgspec.Struct, frozen=True, kw_only=True):
    """What offline workload means here. Workload is a contract, not just a number.

    * `source`: where it comes from, in words (`table AgentWorkload`).
    * `weights`: which kinds of work count and how much; the articles' table has one kind, `workload`.
    * `freshness`: the source is stale when its last good reading is this many seconds old.
    * `when_stale`: what a source that was not read for so long means: `use_last` (the last values, and the
      decision says so), or `ignore` (longest available decides until the source works again).
    * `provisional`: load added when a contact is given to an agent, until the source catches up: an
      observation made at least `catch_up` seconds after the assignment retires it; so does the age
      `provisional_lifetime`.
    * `return_after`, `return_ramp`: someone who was offline for at least `return_after` seconds is treated
      as if they had the mean load of the others, falling to their own over `return_ramp` seconds, so that
      an empty desk is not flooded.
    * `poll`: how often the host reads the source, in seconds.
    * `sources`: where work comes from more than one place, or not from the table: each on terms of its own.
      `source` and `weights` then have no meaning.
    """

    source: str = "table AgentWorkload"
    weights: dict[str, float] = msgspec.field(default_factory=lambda: {"workload": 1.0})
    freshness: Seconds = 300.0
    when_stale: Literal["use_last", "ignore"] = "use_last"
    provisional: float = 1.0
    provisional_lifetime: Seconds = 1800.0
    catch_up: Seconds = 0.0
    return_after: Seconds = 28_800.0
    return_ramp: Seconds = 3_600.0
    poll: Seconds = 15.0
    sources: tuple[WorkloadSource, ...] = ()


class CentreDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A whole centre. Names are the keys everywhere; the lists keep the author's order.

    `tables` is the database's path; `table_files` are CSV files by table name, whose rows a new database
    starts with. `services` are adapters by service name (`path/to/file.py:answer`), see `host/services.py`.
    Paths, also those of functions, are relative to the definition's folder.
    `default_hooks` are the flows of events (`AgentWhisper`, `CustomerQueue` …) for contacts that have no flow of
    their own there.
    """

    name: str = "centre"
    instance_arn: str = "arn:aws:connect:local:000000000000:instance/00000000-0000-0000-0000-000000000000"
    time_zone: str = "UTC"
    default_queue: str = "BasicQueue"
    numbers: tuple[NumberDefinition, ...] = ()
    flows: tuple[FlowDefinition, ...] = ()
    functions: tuple[FunctionDefinition, ...] = ()
    hours: tuple[HoursOfOperation, ...] = ()
    queues: tuple[QueueDefinition, ...] = ()
    routing_profiles: tuple[RoutingProfile, ...] = ()
    statuses: tuple[AgentStatus, ...] = ()
    agents: tuple[AgentDefinition, ...] = ()
    predefined_attributes: tuple[PredefinedAttribute, ...] = ()
    policies: tuple[Policy, ...] = ()
    rule_sets: tuple[RuleSet, ...] = ()
    models: tuple[ModelDefinition, ...] = ()
    workload: WorkloadContract = WorkloadContract()
    tables: str = "evenhand.db"
    table_files: dict[str, str] = {}
    services: dict[str, str] = {}
    ring_seconds: Seconds = 20.0
    agent_queue_limit: int = 10
    default_hooks: dict[str, str] = {}
