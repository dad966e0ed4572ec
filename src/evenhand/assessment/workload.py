"""Offline workload: what agents have to do besides contacts, as a contract and not just a number.

The contract (`WorkloadContract`) says which kinds of work count, how old an observation may be and what
happens when it is older, for each source. `sources.py` keeps what they say and the sum. Two corrections keep the number honest between observations:

* **Provisional load.** A contact given to an agent adds load at once; it is retired when the source catches
  up or after a lifetime. Ten contacts in one second then do not all go to the same person. With several
  sources each has its own amount, retired when that source catches up.
* **The returner.** Someone who comes back after a long absence with an empty desk is treated as if they had
  the mean load of the others, falling to their own over an hour, in four steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec

from evenhand.assessment.sources import Sources, SourceState
from evenhand.assessment.terms import terms_of
from evenhand.model.decision import WorkloadPart
from evenhand.model.definition import WorkloadContract
from evenhand.model.inputs import WorkloadObservation
from evenhand.model.units import Instant, Seconds

__all__ = ["Addition", "Workload", "WorkloadState"]

_RAMP_STEPS = 4


class Addition(msgspec.Struct):
    """Load that stands beside the observed one until `until`.

    For a contact (`contact_id`) a newer reading of `source` retires it; for a return it is empty and only
    time does.
    """

    amount: float
    since: Instant
    until: Instant
    contact_id: str = ""
    source: str = ""


class WorkloadState(msgspec.Struct):
    """What a snapshot keeps: what each source said, and what was added."""

    sources: dict[str, SourceState]
    additions: dict[str, list[Addition]] = {}


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
        self.state = WorkloadState({})
        self.several = False
        """Whether loads are sums over more than one source that was named."""
        self.observed = False
        """Whether any source ever told of any agent."""
        self._sources = Sources()
        self._loads = self._sources.loads
        self._schedule = schedule
        self._changed = changed
        self._all_changed = all_changed
        self._added: dict[str, float] = {}
        self._define(self.contract)

    # --- what the distributor asks --------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The sources in words, and what is wrong with each now."""
        return self._sources.words(self.contract.source)

    def load(self, call_type: str, agent: str) -> float:
        """Observed and weighted work plus what was added; infinite when stale data must not count.

        An agent who was never observed has no known work: 0 while a source works. Where all that speak for
        the call type are stale and ignored everybody ranks alike, and the longest available comes first.
        """
        known = self._loads[call_type]
        if known is None:
            return math.inf
        return known.get(agent, 0.0) + self._added.get(agent, 0.0)

    def facts(self, call_type: str, agent: str, now: Instant) -> tuple[float, float, Seconds | None, bool]:
        """(observed, added, age in seconds or None, stale and therefore ignored) for a decision's record."""
        value, age, ignored = self._sources.facts(call_type, agent, now)
        return value, self._added.get(agent, 0.0), age, ignored

    def parts(self, call_type: str, agent: str, now: Instant) -> tuple[WorkloadPart, ...]:
        """What each of several sources says, for a decision's record."""
        return self._sources.parts(call_type, agent, now)

    # --- what happens ---------------------------------------------------------------------------------

    def define(self, contract: WorkloadContract, now: Instant) -> None:
        """From now on this contract holds, also for the age of what was observed before."""
        self._define(contract)
        for name in self.state.sources:
            self._judge_age(name, now)
        self._sources.count()

    def _define(self, contract: WorkloadContract) -> None:
        self.contract = contract
        self.several = bool(contract.sources)
        terms = terms_of(contract)
        self._provisional = [(one.name, one.provisional) for one in terms if one.provisional]
        self._sources.define(terms)
        self._look()

    def _look(self) -> None:
        self.state.sources = self._sources.states
        self.observed = any(state.observed for state in self.state.sources.values())

    def knows(self, source: str) -> bool:
        """Whether there is such a source; the only one of a contract that lists none goes by any name."""
        return not self.several or source in self._sources.terms

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
        """Take a reading of a source; older rows than known are ignored. Answers (taken, ignored).

        A reading of the whole source counts for everybody, also for those whose rows did not change.
        """
        name, state = self._state_of(source)
        if state is None:
            return 0, len(rows)
        touched: dict[str, None] = {}
        self._sources.forget(name, gone, observed_at, touched)
        taken = 0
        for row in rows:
            if self._sources.take(name, row, observed_at):
                touched[row.agent] = None
                taken += 1
        self.observed = self.observed or bool(state.observed)
        state.words = source or state.words
        state.problem = ""
        state.last_success = max(observed_at, state.last_success or observed_at)
        if whole:
            state.read_at = max(state.read_at, observed_at)
        self._retire(name, dict.fromkeys(self.state.additions) if whole else touched, observed_at)
        was_stale = state.stale
        self._judge_age(name, now)
        if was_stale != state.stale:
            self._sources.count()
            self._all_changed()
        else:
            for agent in touched:
                self._changed(agent)
        return taken, len(rows) - taken

    def _state_of(self, source: str) -> tuple[str, SourceState | None]:
        name = source if self.several else ""
        return name, self.state.sources.get(name)

    def _judge_age(self, name: str, now: Instant) -> None:
        state, terms = self.state.sources[name], self._sources.terms[name]
        last = state.last_success
        if last is not None:
            state.stale = now >= last + terms.freshness
            if not state.stale:
                self._schedule(last + terms.freshness, "stale", name)

    def fail(self, reason: str, source: str) -> None:
        """The source could not be read: the last values stand, and their age goes on growing."""
        state = self._state_of(source)[1]
        if state is not None:
            state.problem = reason
            state.words = source or state.words

    def give(self, agent: str, contact_id: str, now: Instant) -> None:
        """A contact was given to the agent: provisional load until the source catches up."""
        for name, amount in self._provisional:
            until = now + self.contract.provisional_lifetime
            self._add(agent, Addition(amount, now, until, contact_id, name))

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
                self._mean(seen, peers) - seen.get(agent, 0.0)
                for seen in self._sources.sums.values()
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
            state = self.state.sources.get(key)
            if state is not None and not state.stale and now >= self._fresh_until(key):
                state.stale = True
                self._sources.count()
                self._all_changed()
        elif key in self.state.additions:
            self._keep(key, [one for one in self.state.additions[key] if now < one.until])

    def reminders(self) -> list[tuple[Instant, str, str]]:
        """All reminders that the state asks for, after it was restored."""
        wanted = [(one.until, "load", agent) for agent, many in self.state.additions.items() for one in many]
        for name, state in self.state.sources.items():
            if state.last_success is not None and not state.stale:
                wanted.append((self._fresh_until(name), "stale", name))
        return wanted

    def _fresh_until(self, name: str) -> Instant:
        last = self.state.sources[name].last_success
        return math.inf if last is None else last + self._sources.terms[name].freshness

    def restore(self, state: WorkloadState) -> None:
        """Take over what a snapshot kept."""
        self._sources.take_over(state.sources)
        self.state = state
        self._look()
        self._added = {agent: _total(many) for agent, many in state.additions.items()}

    # --- inside ---------------------------------------------------------------------------------------

    def _mean(self, seen: dict[str, float], peers: list[str]) -> float:
        loads = [seen[peer] + self._added.get(peer, 0.0) for peer in peers if peer in seen]
        return math.fsum(loads) / len(loads) if loads else 0.0

    def _add(self, agent: str, addition: Addition) -> None:
        additions = self.state.additions.setdefault(agent, [])
        additions.append(addition)
        self._added[agent] = _total(additions)
        self._schedule(addition.until, "load", agent)
        self._changed(agent)

    def _retire(self, source: str, agents: dict[str, None], observed_at: Instant) -> None:
        caught_up = observed_at - self._sources.terms[source].catch_up
        for agent in agents:
            additions = self.state.additions.get(agent)
            if additions:
                kept = [
                    one
                    for one in additions
                    if not one.contact_id or one.source != source or one.since > caught_up
                ]
                self._keep(agent, kept)

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


def _total(additions: list[Addition]) -> float:
    """An exact sum, so that a restored machine comes to the same number as one that added step by step."""
    return math.fsum(one.amount for one in additions)
