"""The terms on which each source of offline workload is believed, with nothing left open."""

from __future__ import annotations

import math

import msgspec

from evenhand.model.definition import WorkloadContract
from evenhand.model.inputs import WorkloadObservation
from evenhand.model.units import Seconds
from evenhand.model.workload_sources import Weights

__all__ = ["SourceTerms", "bounded", "terms_of"]

_MOST = 1e15


class SourceTerms(msgspec.Struct, frozen=True):
    """What holds for one source. The only source of a contract that lists none has no name."""

    name: str
    weights: Weights
    call_types: tuple[str, ...]
    freshness: Seconds
    ignored_when_stale: bool
    catch_up: Seconds
    provisional: float
    poll: Seconds

    def speaks_for(self, call_type: str) -> bool:
        """Whether its rows of this call type count."""
        return not self.call_types or call_type in self.call_types

    def weigh(self, row: WorkloadObservation) -> float:
        """The row's work by its weights: an exact sum, the same whatever the order."""
        amounts = [self.weight(kind) * amount for kind, amount in row.kinds.items()]
        for kind, by_state in row.states.items():
            amounts.extend(self.weight(kind, state) * amount for state, amount in by_state.items())
        return bounded(math.fsum(map(bounded, amounts)))

    def weight(self, kind: str, state: str = "") -> float:
        """How much one of this kind in this state counts."""
        weight = self.weights.get(kind, self.weights.get("*", 0.0))
        if isinstance(weight, dict):
            return weight.get(state, weight.get("*", 0.0))
        return weight


def terms_of(contract: WorkloadContract) -> tuple[SourceTerms, ...]:
    """The terms of every source, in the contract's order."""
    if not contract.sources:
        weights: Weights = dict(contract.weights)
        return (
            SourceTerms(
                "",
                weights,
                (),
                contract.freshness,
                contract.when_stale == "ignore",
                contract.catch_up,
                contract.provisional,
                contract.poll,
            ),
        )
    nobody_says = all(source.provisional is None for source in contract.sources)
    return tuple(
        SourceTerms(
            source.name,
            source.weights,
            source.call_types,
            _own(source.freshness, contract.freshness),
            (source.when_stale or contract.when_stale) == "ignore",
            _own(source.catch_up, contract.catch_up),
            contract.provisional if nobody_says and place == 0 else _own(source.provisional, 0.0),
            _own(source.poll, contract.poll),
        )
        for place, source in enumerate(contract.sources)
    )


def _own(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def bounded(amount: float) -> float:
    """An absurd amount of work is much work, and never too much for a sum."""
    return max(-_MOST, min(_MOST, amount))
