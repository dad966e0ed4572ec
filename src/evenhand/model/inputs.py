"""Inputs: all that can happen to a centre. The machine hears nothing else.

Each is frozen plain data with the tag `type`; time is not in them, the journal and `handle` carry it.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from evenhand.model.criteria import RoutingCriteria
from evenhand.model.definition import CentreDefinition
from evenhand.model.units import Channel, Instant, Seconds

__all__ = [
    "AttributesSet",
    "CalleeAnswered",
    "CalleeFailed",
    "CandidatesScored",
    "CentreDefined",
    "ContactArrived",
    "ContactAssigned",
    "ContactCleared",
    "ContactHungUp",
    "ContactMoved",
    "ContactRoutingUpdated",
    "CustomerReturned",
    "DigitsEntered",
    "FunctionAnswered",
    "FunctionFailed",
    "HoldSet",
    "Input",
    "OfferAccepted",
    "OfferFailed",
    "OfferRejected",
    "OutboundRequested",
    "OverrideMade",
    "PauseRequested",
    "PromptEnded",
    "QueueStatusSet",
    "ResumeRequested",
    "ScoringFailed",
    "ServiceAnswered",
    "ServiceFailed",
    "StatusSet",
    "Tick",
    "TransferRequested",
    "WorkloadObservation",
    "WorkloadObserved",
    "WorkloadSourceFailed",
]


class _Input(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag=True):
    """Common settings of all inputs."""


class CentreDefined(_Input, frozen=True):
    """The centre opens, or its definition changes: from now on this is how it is laid out."""

    definition: CentreDefinition


class ContactArrived(_Input, frozen=True):
    """A customer reached the centre.

    `flow` names the flow that answers (a name, id or ARN); empty: the one bound to `system_address`.
    `own_agent` is the customer's own agent, looked up by the host; `own_agent_note` says why it is not
    known when the look-up failed. `queue` is the working queue to begin with, where who started the contact
    named one. Before `scheduled_at` (an instant; past or 0: now) the contact stands by, then its flow begins.
    `call_status` is what a dialler heard who called this customer for the centre, as in CalleeAnswered, for
    contacts that are not INBOUND. Ids are made by the host, never inside.
    """

    contact_id: str
    flow: str = ""
    queue: str = ""
    channel: Channel = "VOICE"
    customer_address: str = ""
    system_address: str = ""
    attributes: dict[str, str] | None = None
    own_agent: str = ""
    own_agent_note: str = ""
    initiation_method: str = "INBOUND"
    name: str = ""
    description: str = ""
    customer_id: str = ""
    references: dict[str, dict[str, str]] | None = None
    scheduled_at: Instant = 0.0
    call_status: str = ""


class PromptEnded(_Input, frozen=True):
    """A prompt (the effect `effect_id`) was spoken to its end."""

    contact_id: str
    effect_id: str


class DigitsEntered(_Input, frozen=True):
    """The customer pressed one or more keys (`0`-`9`, `*`, `#`), in order."""

    contact_id: str
    digits: str


class CustomerReturned(_Input, frozen=True):
    """A chat customer who had left came back (a Wait block may listen for it)."""

    contact_id: str


class FunctionAnswered(_Input, frozen=True):
    """A function answered. `payload` is its answer as JSON text, exactly as it was returned."""

    contact_id: str
    effect_id: str
    payload: str


class FunctionFailed(_Input, frozen=True):
    """A function gave no answer: `reason` is `raised`, `timeout`, `missing`, `throttled`, `too_large` …"""

    contact_id: str
    effect_id: str
    reason: str
    detail: str = ""


class ServiceAnswered(_Input, frozen=True):
    """A service answered. `outcome` is empty or a named one: an intent, a view's action, `NoneFound` …"""

    contact_id: str
    effect_id: str
    outcome: str
    result: dict[str, Any]


class ServiceFailed(_Input, frozen=True):
    """A service gave no answer: `reason` is `no_adapter`, `timeout`, `raised`, `too_large`, `not_json` …"""

    contact_id: str
    effect_id: str
    reason: str
    detail: str = ""


class CandidatesScored(_Input, frozen=True):
    """A model answered: a score for each agent it was asked about, the higher the better."""

    contact_id: str
    effect_id: str
    scores: dict[str, float]


class ScoringFailed(_Input, frozen=True):
    """A model gave no scores: `reason` is `missing`, `timeout`, `raised`, `crashed`, `wrong_type` …"""

    contact_id: str
    effect_id: str
    reason: str
    detail: str = ""


class ContactHungUp(_Input, frozen=True):
    """Somebody ended the contact: `by` is `customer`, `agent` or `system`; of the call to a third party also
    `third_party`."""

    contact_id: str
    by: str = "customer"


class ContactRoutingUpdated(_Input, frozen=True):
    """Somebody changed a contact's routing: its priority or its age, its routing criteria, or both.

    None leaves a thing as it is; criteria without a step take the contact's criteria away. Criteria that a
    waiting contact is given hold at once, from their first step.
    """

    contact_id: str
    priority: int | None = None
    age_adjustment: Seconds | None = None
    criteria: RoutingCriteria | None = None


class ContactAssigned(_Input, frozen=True):
    """A queued contact is given to one agent, whatever they have and whatever their status, unless offline.

    Somebody assigned it, or the agent picked it from a worklist (a `manual` row of their profile).
    """

    contact_id: str
    agent: str


class ContactMoved(_Input, frozen=True):
    """Somebody moves a waiting contact to another queue, or to an agent's own (`agent`): it keeps its age.
    It goes on as the next contact of its chain."""

    contact_id: str
    queue: str = ""
    agent: str = ""


class AttributesSet(_Input, frozen=True):
    """Somebody sets user attributes of a contact; those that are not named stay as they are."""

    contact_id: str
    attributes: dict[str, str]


class QueueStatusSet(_Input, frozen=True):
    """A queue was enabled or disabled. A disabled one takes no new contacts; who waits in it is answered."""

    queue: str
    enabled: bool


class OutboundRequested(_Input, frozen=True):
    """An agent calls a customer at `number`, as the new contact `contact_id`. `queue` is the one it counts
    for (empty: the default outbound queue of the agent's profile), `flow` the outbound whisper flow."""

    contact_id: str
    agent: str
    number: str
    queue: str = ""
    flow: str = ""


class TransferRequested(_Input, frozen=True):
    """The agent who talks with the customer hands them over: to a queue or to another agent's own queue
    (`kind` says which, `destination` its name). `flow` is the transfer flow that runs first, a name, id or
    ARN; empty: none. Of the kind `number` the third party at this telephone number is called, as a contact
    of its own, while the customer is on hold; the agent who hangs up then leaves both to each other."""

    contact_id: str
    agent: str
    kind: str
    destination: str
    flow: str = ""


class StatusSet(_Input, frozen=True):
    """An agent (or a supervisor for them) chose a status; while busy it becomes the next status."""

    agent: str
    status: str


class OfferAccepted(_Input, frozen=True):
    """The agent took the offered contact."""

    contact_id: str
    agent: str


class OfferRejected(_Input, frozen=True):
    """The agent declined the offered contact."""

    contact_id: str
    agent: str


class OfferFailed(_Input, frozen=True):
    """The offer could not reach the agent (a dead phone, a closed browser)."""

    contact_id: str
    agent: str
    reason: str = "unreachable"


class CalleeAnswered(_Input, frozen=True):
    """Who was dialled (the effect `effect_id`) answers. `status` is what was heard: `CallAnswered` (a person),
    `VoicemailBeep`, `VoicemailNoBeep` or `NotDetected`."""

    contact_id: str
    effect_id: str
    status: str = "CallAnswered"


class CalleeFailed(_Input, frozen=True):
    """Who was dialled was not reached: `reason` is `busy`, `no_answer`, `unreachable` …"""

    contact_id: str
    effect_id: str
    reason: str = "no_answer"


class HoldSet(_Input, frozen=True):
    """An agent put the customer on hold (`on`), or came back to them; of the call to a third party, that one."""

    contact_id: str
    agent: str
    on: bool = True


class PauseRequested(_Input, frozen=True):
    """A task is laid aside, by the `agent` who has it or (empty) from outside. `flow` runs then, a name, id or
    ARN; empty: the flow of the event PauseContact, if there is one."""

    contact_id: str
    agent: str = ""
    flow: str = ""


class ResumeRequested(_Input, frozen=True):
    """A paused task is taken up again, by the `agent` who has it or (empty) from outside. `flow` runs then;
    empty: the flow of the event ResumeContact, if there is one."""

    contact_id: str
    agent: str = ""
    flow: str = ""


class ContactCleared(_Input, frozen=True):
    """Ended after-contact work, a missed, rejected or failed offer was cleared; the slot is free again."""

    contact_id: str
    agent: str


class WorkloadObservation(msgspec.Struct, frozen=True, gc=False):
    """All that a workload source says of one agent for one call type: amounts by kind of work.

    `states` holds the amounts by kind and state of work, of those kinds whose state is told.
    """

    call_type: str
    agent: str
    kinds: dict[str, float]
    states: dict[str, dict[str, float]] = {}


class WorkloadObserved(_Input, frozen=True):
    """A workload source was read, as it stood at `observed_at`. Older observations than known are ignored.

    `source` is one of the names in `[workload.sources]`; where none are listed any name means the only one.

    `whole` says that all of the source was read: rows that are not told are as they were, `gone` ones
    (call type, agent) are no more. Otherwise only these rows were observed.
    """

    observed_at: Instant
    rows: tuple[WorkloadObservation, ...]
    source: str = ""
    whole: bool = False
    gone: tuple[tuple[str, str], ...] = ()


class WorkloadSourceFailed(_Input, frozen=True):
    """A workload source could not be read."""

    reason: str
    source: str = ""


class OverrideMade(_Input, frozen=True):
    """Somebody stepped in by hand: who, what they did (`ended the contact`, `set the status of ben to Lunch` …)
    and the reason they gave. It follows what it did; `contact_id` and `agent` are whom it was done to."""

    by: str
    action: str
    reason: str
    contact_id: str = ""
    agent: str = ""


class Tick(_Input, frozen=True):
    """Time passed. Too early a tick changes nothing."""


Input: TypeAlias = (
    CentreDefined
    | ContactArrived
    | PromptEnded
    | DigitsEntered
    | CustomerReturned
    | FunctionAnswered
    | FunctionFailed
    | ServiceAnswered
    | ServiceFailed
    | CandidatesScored
    | ScoringFailed
    | ContactHungUp
    | ContactRoutingUpdated
    | ContactAssigned
    | ContactMoved
    | AttributesSet
    | QueueStatusSet
    | OutboundRequested
    | TransferRequested
    | StatusSet
    | OfferAccepted
    | OfferRejected
    | OfferFailed
    | HoldSet
    | PauseRequested
    | ResumeRequested
    | ContactCleared
    | CalleeAnswered
    | CalleeFailed
    | WorkloadObserved
    | WorkloadSourceFailed
    | OverrideMade
    | Tick
)
