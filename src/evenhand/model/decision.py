"""The decision record: who was chosen for a contact, among whom, and why.

A record is complete: `distributor.decision.derive` takes it alone and comes to the same choice.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from evenhand.model.criteria import ActiveStep, Proficiency
from evenhand.model.definition import Policy
from evenhand.model.models import ModelTold
from evenhand.model.rules import RulesTold
from evenhand.model.units import Instant, Seconds

__all__ = ["Candidate", "CandidateOutcome", "Decision", "WorkloadPart"]

CandidateOutcome: TypeAlias = Literal[
    "chosen",
    "runner_up",
    "offline",
    "custom_status",
    "next_status_pending",
    "at_capacity",
    "other_channel_busy",
    "offered_another",
    "after_contact_work",
    "missed",
    "rejected",
    "error",
    "not_in_profile",
    "excluded_by_rule",
    "delay_not_reached",
    "unknown_agent",
    "stale_data",
    "reserved",
    "missing_skill",
]


class WorkloadPart(msgspec.Struct, frozen=True, gc=False):
    """What one of several workload sources said of an agent: the weighted work and its age in seconds.

    A part that is `ignored` (its source is `stale` and must then not count) is not in the sum.
    """

    source: str
    workload: float
    age: Seconds
    stale: bool = False
    ignored: bool = False


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """One agent as the decision saw them.

    `workload` is the weighted offline work, `provisional` what was added for contacts given lately;
    `age` is how old the observation was in seconds (None: never observed), the oldest where several
    sources were added up; `parts` is what each of several sources said. `available_since` is when the
    agent last became available; `order` breaks ties (the order in which agents became available).
    `via` says how the agent came into the list: `own_agent`, `candidate_list`, `ranking`, `agent_queue`; or who
    gave them the contact without a choice: `assigned`, `worklist`, `interrupt`, `handed_over`.
    `rule` is the rule that excluded them, `score` what the rules added for them.
    `skills` are those that the step of the routing criteria asks about, where one was active.
    `model_score` is what the model said of them (None: it said nothing), `features` what it was given.
    """

    agent: str
    outcome: CandidateOutcome
    via: str = "ranking"
    workload: float = 0.0
    provisional: float = 0.0
    age: Seconds | None = None
    stale: bool = False
    available_since: Instant = 0.0
    order: int = 0
    rule: str = ""
    score: float = 0.0
    skills: tuple[Proficiency, ...] = ()
    model_score: float | None = None
    features: tuple[float, ...] = ()
    parts: tuple[WorkloadPart, ...] = ()


class Decision(msgspec.Struct, frozen=True, gc=False):
    """Why this agent for this contact.

    `trigger` is `contact` (it arrived, or its wait for one agent ended), `agent` (the agent became free
    and this contact was first in order) or `assignment` (it was given to this agent by name). `fallback` names what was done because the first wish could not
    be had (`own_agent_unavailable`, `no_candidate_available`, `workload_stale` …), empty when nothing was.
    `reason` is one line for a person. `policy_digest` is a digest of `policy`. `rules` is
    the rule set that had a say, `model` the model that was asked. `step` is the step of the contact's routing criteria
    that held; None when any agent of the queue would do.
    """

    contact_id: str
    number: int
    queue: str
    agent: str
    trigger: str
    policy: Policy
    policy_digest: str
    candidates: tuple[Candidate, ...]
    waited: Seconds = 0.0
    workload_source: str = ""
    fallback: str = ""
    reason: str = ""
    rules: RulesTold | None = None
    step: ActiveStep | None = None
    model: ModelTold | None = None
