"""What a queue's policy ranks agents by."""

from __future__ import annotations

import hashlib
from typing import Protocol

import msgspec

from evenhand.distributor.agents import Agent
from evenhand.model.decision import WorkloadPart
from evenhand.model.definition import Policy
from evenhand.model.units import Instant, Seconds

__all__ = ["Workloads", "blended", "digest_of", "score_of"]


class Workloads(Protocol):
    """Opinions about agents' offline work; the centre fills this from the assessment room."""

    several: bool
    """Whether loads are sums over more than one source that was named."""

    @property
    def source(self) -> str:
        """Where the numbers come from, and what is wrong with it now, in words."""

    def load(self, call_type: str, agent: str) -> float:
        """The load that ranks: observed and weighted, plus provisional; infinite when it must not count."""

    def facts(self, call_type: str, agent: str, now: Instant) -> tuple[float, float, Seconds | None, bool]:
        """(workload, provisional, age of the observation or None, stale)."""

    def parts(self, call_type: str, agent: str, now: Instant) -> tuple[WorkloadPart, ...]:
        """What each of several sources says."""


def digest_of(value: msgspec.Struct) -> str:
    """A short digest of a definition, the same on every machine."""
    return hashlib.blake2b(msgspec.json.encode(value), digest_size=6).hexdigest()


def score_of(policy: Policy, workloads: Workloads, agent: Agent) -> float:
    """The number that a policy ranks by, ascending; ties go to who has been available longest."""
    if not policy.ranks_by_work:
        return 0.0
    load = workloads.load(policy.call_type, agent.name)
    if policy.rank == "least_workload":
        return load
    return blended(policy, load, agent.available_since)


def blended(policy: Policy, load: float, available_since: Instant) -> float:
    """The blend's score. A weight of nothing leaves even a load without bounds out."""
    work = policy.workload_weight * load if policy.workload_weight else 0.0
    # "now" is the same for all who are compared, so the minutes available rank like -available_since.
    return work + policy.idle_minute_weight / 60.0 * available_since
