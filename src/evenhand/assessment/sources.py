"""What each source of offline workload said, and the sum over those that count."""

from __future__ import annotations

import math

import msgspec

from evenhand.assessment.terms import SourceTerms
from evenhand.model.decision import WorkloadPart
from evenhand.model.inputs import WorkloadObservation
from evenhand.model.units import Instant, Seconds

__all__ = ["Observation", "SourceState", "Sources"]

_Sums = dict[str, float]


class Observation(msgspec.Struct):
    """One observed and weighted value, and when it was observed."""

    value: float
    at: Instant


class SourceState(msgspec.Struct):
    """What a snapshot keeps of a source. `read_at` is when it was last read as a whole; `words` what the
    readings called it."""

    observed: dict[str, dict[str, Observation]] = {}
    last_success: Instant | None = None
    read_at: Instant = 0.0
    problem: str = ""
    stale: bool = False
    words: str = ""


class Loads(dict[str, "_Sums | None"]):
    """Call type → agent → load; None where every source that speaks for it is stale and ignored."""

    def __init__(self) -> None:
        super().__init__()
        self.otherwise: _Sums | None = {}
        """What stands for a call type that nobody told of."""

    def __missing__(self, call_type: str) -> _Sums | None:
        self[call_type] = self.otherwise
        return self.otherwise


class Sources:
    """The sources by name, and `loads`, kept as the sum over the sources that count.

    A source that is stale and ignored is left out for everybody. Where that leaves none for a call type,
    nothing is known for it.
    """

    def __init__(self) -> None:
        self.terms: dict[str, SourceTerms] = {}
        self.states: dict[str, SourceState] = {}
        self.loads = Loads()
        self.sums: dict[str, _Sums] = {}
        """As `loads`; where no source counts, the sum of the last values."""
        self._counting: dict[str, list[SourceState]] = {}

    def define(self, terms: tuple[SourceTerms, ...]) -> None:
        """From now on these are the sources. What a source said before that is no more is forgotten."""
        self.terms = {one.name: one for one in terms}
        self.take_over({name: self.states[name] for name in self.terms if name in self.states})

    def take_over(self, states: dict[str, SourceState]) -> None:
        """Go on from these states."""
        self.states = {name: states.get(name) or SourceState() for name in self.terms}
        for name, state in self.states.items():
            for call_type in [one for one in state.observed if not self.terms[name].speaks_for(one)]:
                del state.observed[call_type]
        self.count()

    def ignores(self, name: str) -> bool:
        """Whether this source is left out now."""
        return self.states[name].stale and self.terms[name].ignored_when_stale

    def count(self) -> None:
        """Sum anew: a source counts no more, or again."""
        self.loads.clear()
        self.sums.clear()
        self._counting.clear()
        general = [name for name, terms in self.terms.items() if not terms.call_types]
        self.loads.otherwise = None if general and all(map(self.ignores, general)) else {}
        for name, terms in self.terms.items():
            for call_type in (*terms.call_types, *self.states[name].observed):
                if call_type not in self._counting:
                    self._open(call_type)

    def _open(self, call_type: str) -> None:
        speaking = [name for name, terms in self.terms.items() if terms.speaks_for(call_type)]
        counting = [name for name in speaking if not self.ignores(name)]
        self._counting[call_type] = [self.states[name] for name in counting or speaking]
        self.sums[call_type] = {}
        self.loads[call_type] = None if speaking and not counting else self.sums[call_type]
        for state in self._counting[call_type]:
            for agent in state.observed.get(call_type, ()):
                self._sum(call_type, agent)

    def _sum(self, call_type: str, agent: str) -> None:
        """The sum of one agent, from those that count."""
        values = [
            seen[agent].value
            for state in self._counting[call_type]
            if (seen := state.observed.get(call_type)) is not None and agent in seen
        ]
        if values:
            self.sums[call_type][agent] = values[0] if len(values) == 1 else math.fsum(values)
        else:
            self.sums[call_type].pop(agent, None)

    # --- what a source says ---------------------------------------------------------------------------

    def forget(
        self, name: str, gone: tuple[tuple[str, str], ...], observed_at: Instant, touched: dict[str, None]
    ) -> None:
        """These rows are no more; younger ones stay."""
        state = self.states[name]
        for call_type, agent in gone:
            seen = state.observed.get(call_type, {})
            if agent in seen and max(seen[agent].at, state.read_at) <= observed_at:
                del seen[agent]
                self._sum(call_type, agent)
                touched[agent] = None

    def take(self, name: str, row: WorkloadObservation, observed_at: Instant) -> bool:
        """One row; False when it is older than what is known, or of a call type the source does not speak for."""
        state, terms = self.states[name], self.terms[name]
        if not terms.speaks_for(row.call_type):
            return False
        seen = state.observed.setdefault(row.call_type, {})
        before = seen.get(row.agent)
        if observed_at < state.read_at or (before is not None and before.at > observed_at):
            return False
        value = terms.weigh(row)
        seen[row.agent] = Observation(value, observed_at)
        counting = self._counting.get(row.call_type)
        if counting is None:
            self._open(row.call_type)
        elif len(counting) == 1 and counting[0] is state:
            self.sums[row.call_type][row.agent] = value
        else:
            self._sum(row.call_type, row.agent)
        return True

    # --- what decisions show --------------------------------------------------------------------------

    def facts(self, call_type: str, agent: str, now: Instant) -> tuple[float, Seconds | None, bool]:
        """(sum, age of the oldest part of it or None, whether nothing counts)."""
        counting = self._counting.get(call_type)
        if counting is None:
            return 0.0, None, self.loads.otherwise is None
        if len(counting) == 1:
            state = counting[0]
            told = state.observed.get(call_type)
            one = told.get(agent) if told is not None else None
            if one is None:
                return 0.0, None, self.loads[call_type] is None
            return one.value, max(0.0, now - max(one.at, state.read_at)), self.loads[call_type] is None
        ages = [
            max(0.0, now - max(seen[agent].at, state.read_at))
            for state in counting
            if (seen := state.observed.get(call_type)) is not None and agent in seen
        ]
        value = self.sums[call_type].get(agent, 0.0)
        return value, max(ages, default=None), self.loads[call_type] is None

    def parts(self, call_type: str, agent: str, now: Instant) -> tuple[WorkloadPart, ...]:
        """What each source that was read says of this agent."""
        parts: list[WorkloadPart] = []
        for name, terms in self.terms.items():
            state = self.states[name]
            seen = state.observed.get(call_type, {}).get(agent)
            seen_at = max(seen.at if seen is not None else 0.0, state.read_at)
            if terms.speaks_for(call_type) and (seen is not None or state.read_at):
                value = seen.value if seen is not None else 0.0
                age = max(0.0, now - seen_at)
                parts.append(WorkloadPart(name, value, age, state.stale, self.ignores(name)))
        return tuple(parts)

    def words(self, single: str) -> str:
        """The sources in words, and what is wrong with each now. `single` is what a nameless one is called."""
        if "" in self.terms:
            name, wrong = self.states[""].words or single, self._wrong("")
            mark = "; " if wrong.startswith("stale, ") and not self.states[""].problem else ": "
            return f"{name}{mark}{wrong}" if wrong else name
        return " + ".join(
            f"{name} ({wrong})" if (wrong := self._wrong(name)) else name for name in self.terms
        )

    def _wrong(self, name: str) -> str:
        state = self.states[name]
        if state.last_success is None and not state.problem:
            return "not read yet"
        wrong = [state.problem] if state.problem else []
        if state.stale:
            wrong.append(
                "stale, " + ("ignored" if self.terms[name].ignored_when_stale else "last values used")
            )
        return "; ".join(wrong)
