"""Facts: what the machine decided. For ever true; records, metrics and pages are made from them alone.

Longer than other modules because a reader of a journal wants all of them in one place.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from evenhand.model.criteria import RoutingCriteria
from evenhand.model.decision import Decision
from evenhand.model.units import Channel, Instant, Seconds

__all__ = [
    "AfterContactWorkStarted",
    "AgentChosen",
    "AttributesChanged",
    "BlockExecuted",
    "CallbackFailed",
    "CallbackScheduled",
    "CentreOpened",
    "ContactCleared",
    "ContactConnected",
    "ContactDataGiven",
    "ContactDequeued",
    "ContactEnded",
    "ContactInitiated",
    "ContactPaused",
    "ContactQueued",
    "ContactResumed",
    "ContactRoutingChanged",
    "ContactScheduled",
    "Fact",
    "FlowFailed",
    "HoldBegan",
    "HoldEnded",
    "ModuleInvoked",
    "NextStatusSet",
    "OfferAccepted",
    "OfferFailed",
    "OfferMade",
    "OfferMissed",
    "OfferRejected",
    "OfferWithdrawn",
    "OutboundFailed",
    "OutboundStarted",
    "OverrideNoted",
    "QueueStatusChanged",
    "RoutingCriteriaSet",
    "RoutingStepChanged",
    "StatusChanged",
    "ThirdPartyCalled",
    "ThirdPartyGone",
    "ThirdPartyJoined",
    "TransferFailed",
    "WaitTold",
    "WhisperEnded",
    "WhisperStarted",
    "WorkloadNoted",
]


class _Fact(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=True):
    """Common settings of all facts. `at` is when it became true."""

    at: Instant


class CentreOpened(_Fact, frozen=True):
    """A definition took effect. `digest` identifies it."""

    name: str
    digest: str
    problems: tuple[str, ...] = ()


class ContactInitiated(_Fact, frozen=True):
    """A contact began. `own_agent_note` says why the own agent is not known, where a look-up failed.
    `related_contact_id`: the contact that a task was made in."""

    contact_id: str
    channel: Channel
    flow: str
    customer_address: str
    system_address: str
    initiation_method: str
    initial_contact_id: str = ""
    previous_contact_id: str = ""
    own_agent: str = ""
    own_agent_note: str = ""
    related_contact_id: str = ""


class ContactDataGiven(_Fact, frozen=True):
    """What whoever started the contact said about it: attributes, a name, a customer, references."""

    contact_id: str
    attributes: dict[str, str] | None = None
    name: str = ""
    description: str = ""
    customer_id: str = ""
    references: dict[str, dict[str, str]] | None = None


class AttributesChanged(_Fact, frozen=True):
    """Somebody set these user attributes of a contact by hand."""

    contact_id: str
    attributes: dict[str, str]


class BlockExecuted(_Fact, frozen=True):
    """One block of a flow was left by one of its branches.

    `values` are its parameters after substitution; `branch` is the branch taken in the document's words
    (`NextAction`, `Equals 1`, `NoMatchingError`, empty at an end); `result` what the block came to; `why`
    one line when the branch is not the plain one; `started` when the block was entered.
    """

    contact_id: str
    flow: str
    block: str
    block_type: str
    values: dict[str, Any]
    branch: str
    result: str
    why: str
    started: Instant
    next_block: str
    logging: bool
    external: Any = None


class ModuleInvoked(_Fact, frozen=True):
    """A flow, or a module, went into a module. `flow` and `block` are where from, `values` the block's
    parameters after substitution; when the module returns that block is executed."""

    contact_id: str
    flow: str
    block: str
    module: str
    values: dict[str, Any]
    logging: bool


class FlowFailed(_Fact, frozen=True):
    """A flow could not go on where its document says nothing; `then` says what was done instead."""

    contact_id: str
    flow: str
    block: str
    why: str
    then: str


class ContactQueued(_Fact, frozen=True):
    """A contact waits. `agent_queue` names the agent when it waits for one person alone; `why` says who chose
    the queue where it was not the flow."""

    contact_id: str
    queue: str
    agent_queue: str
    priority: int
    age_adjustment: Seconds
    position: int
    why: str = ""


class ContactDequeued(_Fact, frozen=True):
    """A contact stopped waiting: `why` is `connected`, `abandoned`, `transferred`, `ended_by_flow`,
    `dialled`, `third_party`, `paused`."""

    contact_id: str
    queue: str
    waited: Seconds
    why: str


class ContactRoutingChanged(_Fact, frozen=True):
    """A contact's priority or age was changed from outside."""

    contact_id: str
    priority: int
    age_adjustment: Seconds


class RoutingCriteriaSet(_Fact, frozen=True):
    """A contact's routing criteria were set for the `index`-th time; None: taken away."""

    contact_id: str
    index: int
    criteria: RoutingCriteria | None


class RoutingStepChanged(_Fact, frozen=True):
    """A step of a queued contact's routing criteria changed. `status` in Amazon Connect's words: `ACTIVE`
    (until `until`; None: it never gives way), `EXPIRED`, `JOINED` (an agent took the contact), `INTERRUPTED`
    (other criteria were set), `DEACTIVATED` (the contact left the queue). `expression` says it in words."""

    contact_id: str
    queue: str
    step: int
    steps: int
    status: str
    expression: str
    until: Instant | None = None


class AgentChosen(_Fact, frozen=True):
    """The decision record."""

    decision: Decision


class OfferMade(_Fact, frozen=True):
    """A contact rings at an agent, who is reserved until `until`."""

    contact_id: str
    agent: str
    queue: str
    until: Instant


class OfferAccepted(_Fact, frozen=True):
    contact_id: str
    agent: str
    rang: Seconds


class OfferMissed(_Fact, frozen=True):
    """Nobody answered in time; the agent gets nothing more until cleared."""

    contact_id: str
    agent: str


class OfferRejected(_Fact, frozen=True):
    contact_id: str
    agent: str


class OfferFailed(_Fact, frozen=True):
    contact_id: str
    agent: str
    reason: str


class OfferWithdrawn(_Fact, frozen=True):
    """The offer ended because the contact did."""

    contact_id: str
    agent: str
    why: str


class ContactConnected(_Fact, frozen=True):
    contact_id: str
    agent: str
    queue: str
    waited: Seconds


class HoldBegan(_Fact, frozen=True):
    """`party` (`customer`, `agent` or `third_party`) was put on hold."""

    contact_id: str
    agent: str
    party: str


class HoldEnded(_Fact, frozen=True):
    """Who was on hold is so no longer, after `held`; the talk goes on, or the contact ends with it."""

    contact_id: str
    agent: str
    party: str
    held: Seconds


class ContactPaused(_Fact, frozen=True):
    """A task is laid aside. `agent` has it and is free for another one; empty: nobody has it yet."""

    contact_id: str
    agent: str


class ContactResumed(_Fact, frozen=True):
    """A task goes on after `paused`: with its agent, or on its way. A task that ends while it is paused is not
    resumed before."""

    contact_id: str
    agent: str
    paused: Seconds


class ContactEnded(_Fact, frozen=True):
    """A contact is over. `reason` in Amazon Connect's words; `agent` who had it; `talked` how long.
    `next_contact_id`: the contact in which its customer goes on."""

    contact_id: str
    reason: str
    agent: str = ""
    talked: Seconds = 0.0
    duration: Seconds = 0.0
    next_contact_id: str = ""


class ContactScheduled(_Fact, frozen=True):
    """A contact stands by until `due`, when its flow begins. `queue` is its working queue, if it has one."""

    contact_id: str
    due: Instant
    queue: str = ""


class CallbackScheduled(_Fact, frozen=True):
    """A callback will join its queue at `due`, for its attempt number `attempt`."""

    contact_id: str
    due: Instant
    attempt: int
    queue: str = ""


class OutboundStarted(_Fact, frozen=True):
    """The agent is on the line of a call that they make, which counts for `queue`."""

    contact_id: str
    agent: str
    queue: str


class OutboundFailed(_Fact, frozen=True):
    """The customer of an agent's call did not come to the talk; the agent is free again."""

    contact_id: str
    agent: str
    reason: str


class TransferFailed(_Fact, frozen=True):
    """The agent's transfer as `next_contact_id` came to nothing; the customer is still with the agent,
    unless the contact ends now."""

    contact_id: str
    agent: str
    next_contact_id: str
    reason: str


class ThirdPartyCalled(_Fact, frozen=True):
    """A third party at `number` is called, as the contact `third_party_id`, by the agent or (empty) the flow."""

    contact_id: str
    agent: str
    third_party_id: str
    number: str


class ThirdPartyJoined(_Fact, frozen=True):
    """The third party answered, and is joined to the agent or, where there is none, to the customer."""

    contact_id: str
    agent: str
    third_party_id: str


class ThirdPartyGone(_Fact, frozen=True):
    """The third party did not come to the talk, or is in it no more: `reason` is `busy`, `no_answer` …,
    `time_limit`, `hung_up`, or who else ended it."""

    contact_id: str
    agent: str
    third_party_id: str
    reason: str


class CallbackFailed(_Fact, frozen=True):
    """The customer of a callback was not reached; the agent is free again."""

    contact_id: str
    agent: str
    reason: str
    attempt: int


class AfterContactWorkStarted(_Fact, frozen=True):
    contact_id: str
    agent: str
    until: Instant | None


class ContactCleared(_Fact, frozen=True):
    """A slot is free again. `was` is `after_contact_work`, `missed`, `rejected` or `error`."""

    contact_id: str
    agent: str
    was: str


class QueueStatusChanged(_Fact, frozen=True):
    """A queue takes new contacts from now on, or it does not."""

    queue: str
    enabled: bool


class StatusChanged(_Fact, frozen=True):
    agent: str
    status: str
    before: str


class NextStatusSet(_Fact, frozen=True):
    """The agent is busy; this status comes when the slots are clear (empty: taken back)."""

    agent: str
    status: str


class WorkloadNoted(_Fact, frozen=True):
    """Workload was observed (`rows` taken, `ignored` older than known) or its source failed (`problem`)."""

    source: str
    rows: int
    ignored: int
    problem: str


class OverrideNoted(_Fact, frozen=True):
    """Somebody stepped in by hand: `by` whom, what they did (`action`), and the `reason` they gave."""

    by: str
    action: str
    reason: str
    contact_id: str = ""
    agent: str = ""


class WaitTold(_Fact, frozen=True):
    """A customer in a queue was told a wait of `seconds`, as a number."""

    contact_id: str
    seconds: Seconds


class WhisperStarted(_Fact, frozen=True):
    """An agent took a contact, and before they are joined `party` (`agent` or `customer`) hears this flow."""

    contact_id: str
    agent: str
    party: str
    flow: str


class WhisperEnded(_Fact, frozen=True):
    """A whisper is over: `why` is `done`, `time_limit`, `agent_left`, `customer_left` or `ended`."""

    contact_id: str
    agent: str
    party: str
    why: str


Fact: TypeAlias = (
    CentreOpened
    | ContactInitiated
    | ContactDataGiven
    | AttributesChanged
    | BlockExecuted
    | ModuleInvoked
    | FlowFailed
    | ContactQueued
    | ContactDequeued
    | ContactRoutingChanged
    | RoutingCriteriaSet
    | RoutingStepChanged
    | AgentChosen
    | OfferMade
    | OfferAccepted
    | OfferMissed
    | OfferRejected
    | OfferFailed
    | OfferWithdrawn
    | ContactConnected
    | HoldBegan
    | HoldEnded
    | ContactPaused
    | ContactResumed
    | ContactEnded
    | AfterContactWorkStarted
    | CallbackScheduled
    | ContactScheduled
    | CallbackFailed
    | TransferFailed
    | ThirdPartyCalled
    | ThirdPartyJoined
    | ThirdPartyGone
    | OutboundStarted
    | OutboundFailed
    | ContactCleared
    | QueueStatusChanged
    | StatusChanged
    | NextStatusSet
    | WorkloadNoted
    | OverrideNoted
    | WaitTold
    | WhisperStarted
    | WhisperEnded
)
