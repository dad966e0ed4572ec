"""Offline workload: what agents have to do besides contacts, as a contract and not just a number.

The contract (`WorkloadContract`) says which kinds of work count, how old an observation may be and what
happens when it is older. Two corrections keep the number honest between observations:

* **Provisional load.** A contact given to an agent adds load at once; it is retired when the source catches
  up or after a lifetime. Ten contacts in one second then do not all go to the same person.
* **The returner.** Someone who comes back after a long absence with an empty desk is treated as if they had
  the mean load of the others, falling to their own over an hour, in four steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec

from evenhand.model.definition import WorkloadContract
from evenhand.model.inputs import WorkloadObservation
from evenhand.model.units import Instant, Seconds

__all__ = ["Addition", "Observation", "Workload", "WorkloadState"]

_RAMP_STEPS = 4
_MOST = 1e15


class Observation(msgspec.Struct):
    """One observed and weighted value, and when it was observed."""

    value: float
    at: Instant


class Addition(msgspec.Struct):
    """Load that stands beside the observed one until `until`.

    For a contact (`contact_id`) a newer observation retires it; for a return it is empty and only time does.
    """

    amount: float
    since: Instant
    until: Instant
    contact_id: str = ""


class WorkloadState(msgspec.Struct):
    """What a snapshot keeps. `read_at` is when the source was last read as a whole."""

    observed: dict[str, dict[str, Observation]] = {}
    additions: dict[str, list[Addition]] = {}
    last_success: Instant | None = None
    read_at: Instant = 0.0
    problem: str = ""
    stale: bool = False
    source: str = ""


class Workload:
    """The workload of every agent, by call type. `changed(agent)` is told whenever a load moved,
    `all_changed()` when everybody's did, also theirs who were never observed.

    `schedule(due, kind, key)` asks to be reminded; `remind` is then called.
    """

    def __init__(
        self,
        schedule: Callable[[Instant, str, str], None],
        changed: Callable[[str], None] = lambda agent: None,
        all_changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.contract = WorkloadContract()
        self.state = WorkloadState()
        self._schedule = schedule
        self._changed = changed
        self._all_changed = all_changed
        self._added: dict[str, float] = {}

    # --- what the distributor asks --------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The source in words, and what is wrong with it now."""
        name = self.state.source or self.contract.source
        if self.state.last_success is None and not self.state.problem:
            return f"{name}: not read yet"
        if self.state.problem:
            name = f"{name}: {self.state.problem}"
        if self.state.stale:
            name += "; stale, " + ("ignored" if self.contract.when_stale == "ignore" else "last values used")
        return name

    def load(self, call_type: str, agent: str) -> float:
        """Observed and weighted work plus what was added; infinite when stale data must not count.

        An agent who was never observed has no known work: 0 while the source works. With a source that is
        stale and ignored everybody ranks alike, and the longest available comes first.
        """
        if self.state.stale and self.contract.when_stale == "ignore":
            return math.inf
        seen = self.state.observed.get(call_type)
        observation = seen.get(agent) if seen is not None else None
        return (observation.value if observation is not None else 0.0) + self._added.get(agent, 0.0)

    def facts(self, call_type: str, agent: str, now: Instant) -> tuple[float, float, Seconds | None, bool]:
        """(observed, added, age in seconds or None, stale and therefore ignored) for a decision's record."""
        seen = self.state.observed.get(call_type)
        observation = seen.get(agent) if seen is not None else None
        ignored = self.state.stale and self.contract.when_stale == "ignore"
        added = self._added.get(agent, 0.0)
        if observation is None:
            return 0.0, added, None, ignored
        seen_at = max(observation.at, self.state.read_at)
        return observation.value, added, max(0.0, now - seen_at), ignored

    # --- what happens ---------------------------------------------------------------------------------

    def define(self, contract: WorkloadContract, now: Instant) -> None:
        """From now on this contract holds, also for the age of what was observed before."""
        self.contract = contract
        self._judge_age(now)

    def observe(
        self,
        rows: tuple[WorkloadObservation, ...],
        observed_at: Instant,
        source: str,
        now: Instant,
        *,
        whole: bool = False,
        gone: tuple[tuple[str, str], ...] = (),
    ) -> tuple[int, int]:
        """Take a reading of the source; older rows than known are ignored. Answers (taken, ignored).

        A reading of the whole source counts for everybody, also for those whose rows did not change.
        """
        state, weights = self.state, self.contract.weights
        taken = ignored = 0
        touched: dict[str, None] = {}
        for call_type, agent in gone:
            seen = state.observed.get(call_type, {})
            if agent in seen and max(seen[agent].at, state.read_at) <= observed_at:
                del seen[agent]
                touched[agent] = None
        for row in rows:
            seen = state.observed.setdefault(row.call_type, {})
            before = seen.get(row.agent)
            if observed_at < state.read_at or (before is not None and before.at > observed_at):
                ignored += 1
                continue
            # An exact sum: the same on every version of Python, whatever the order.
            value = math.fsum(_bounded(weights.get(kind, 0.0) * amount) for kind, amount in row.kinds.items())
            seen[row.agent] = Observation(_bounded(value), observed_at)
            touched[row.agent] = None
            taken += 1
        state.source = source or state.source
        state.problem = ""
        state.last_success = max(observed_at, state.last_success or observed_at)
        if whole:
            state.read_at = max(state.read_at, observed_at)
        self._retire(dict.fromkeys(state.additions) if whole else touched, observed_at)
        was_stale = state.stale
        self._judge_age(now)
        if was_stale != state.stale:
            self._all_changed()
        else:
            for agent in touched:
                self._changed(agent)
        return taken, ignored

    def _judge_age(self, now: Instant) -> None:
        last = self.state.last_success
        if last is not None:
            self.state.stale = now >= last + self.contract.freshness
            if not self.state.stale:
                self._schedule(last + self.contract.freshness, "stale", "")

    def fail(self, reason: str, source: str) -> None:
        """The source could not be read: the last values stand, and their age goes on growing."""
        self.state.problem = reason
        self.state.source = source or self.state.source

    def give(self, agent: str, contact_id: str, now: Instant) -> None:
        """A contact was given to the agent: provisional load until the source catches up."""
        contract = self.contract
        if contract.provisional:
            self._add(
                agent, Addition(contract.provisional, now, now + contract.provisional_lifetime, contact_id)
            )

    def take_back(self, agent: str, contact_id: str) -> None:
        """The contact did not come to the agent after all."""
        additions = self.state.additions.get(agent)
        if additions:
            self._keep(agent, [one for one in additions if one.contact_id != contact_id])

    def welcome(self, agent: str, absent: Seconds, peers: list[str], now: Instant) -> None:
        """Someone is back. After a long absence they start at the mean load of `peers` and come down in steps."""
        contract = self.contract
        if absent < contract.return_after or contract.return_ramp <= 0 or not peers:
            return
        gap = max(
            (
                self._mean(seen, peers) - (seen[agent].value if agent in seen else 0.0)
                for seen in self.state.observed.values()
                if agent in seen or any(peer in seen for peer in peers)
            ),
            default=0.0,
        )
        for step in range(1, _RAMP_STEPS + 1):
            if gap > 0:
                until = now + contract.return_ramp * step / _RAMP_STEPS
                self._add(agent, Addition(gap / _RAMP_STEPS, now, until))

    def remind(self, kind: str, key: str, now: Instant) -> None:
        """A reminder's time has come; too early or too late a one changes nothing."""
        if kind == "stale":
            last = self.state.last_success
            if last is not None and not self.state.stale and now >= last + self.contract.freshness:
                self.state.stale = True
                self._all_changed()
        elif key in self.state.additions:
            self._keep(key, [one for one in self.state.additions[key] if now < one.until])

    def reminders(self) -> list[tuple[Instant, str, str]]:
        """All reminders that the state asks for, after it was restored."""
        wanted = [(one.until, "load", agent) for agent, many in self.state.additions.items() for one in many]
        if self.state.last_success is not None and not self.state.stale:
            wanted.append((self.state.last_success + self.contract.freshness, "stale", ""))
        return wanted

    def restore(self, state: WorkloadState) -> None:
        """Take over what a snapshot kept."""
        self.state = state
        self._added = {agent: _total(many) for agent, many in state.additions.items()}

    # --- inside ---------------------------------------------------------------------------------------

    def _mean(self, seen: dict[str, Observation], peers: list[str]) -> float:
        loads = [seen[peer].value + self._added.get(peer, 0.0) for peer in peers if peer in seen]
        return math.fsum(loads) / len(loads) if loads else 0.0

    def _add(self, agent: str, addition: Addition) -> None:
        additions = self.state.additions.setdefault(agent, [])
        additions.append(addition)
        self._added[agent] = _total(additions)
        self._schedule(addition.until, "load", agent)
        self._changed(agent)

    def _retire(self, agents: dict[str, None], observed_at: Instant) -> None:
        caught_up = observed_at - self.contract.catch_up
        for agent in agents:
            additions = self.state.additions.get(agent)
            if additions:
                self._keep(agent, [one for one in additions if not one.contact_id or one.since > caught_up])

    def _keep(self, agent: str, additions: list[Addition]) -> None:
        if len(additions) == len(self.state.additions.get(agent, ())):
            return
        if additions:
            self.state.additions[agent] = additions
            self._added[agent] = _total(additions)
        else:
            del self.state.additions[agent]
            del self._added[agent]
        self._changed(agent)


def _bounded(amount: float) -> float:
    """An absurd amount of work is much work, and never too much for a sum."""
    return max(-_MOST, min(_MOST, amount))


def _total(additions: list[Addition]) -> float:
    """An exact sum, so that a restored machine comes to the same number as one that added step by step."""
    return math.fsum(one.amount for one in additions)
