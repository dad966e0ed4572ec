"""Three models in SimPy and in Ciw, on numbers that are given: every contact's wait, or minus its patience.

One server pool; with `kinds`, agents who can take some kinds of contact: the longest idle one who can takes
the contact, and who becomes free takes the contact that has waited longest.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, NamedTuple

import ciw  # type: ignore[import-untyped]
import simpy

__all__ = ["Streams", "ciw_waits", "simpy_waits"]


class Streams(NamedTuple):
    """What happens: gaps between arrivals, handle times, patience (None: endless), kinds, agents' skills."""

    gaps: list[float]
    handle_times: list[float]
    patience: list[float] | None
    kinds: list[int]
    skills: list[list[int]]


def simpy_waits(streams: Streams) -> list[float]:
    """The waits as SimPy has them: a process for each contact, a store of agents with a filter."""
    env = simpy.Environment()
    agents = simpy.FilterStore(env)
    agents.items.extend(range(len(streams.skills)))
    able = [frozenset(skills) for skills in streams.skills]
    waits = [0.0] * len(streams.gaps)

    def contact(number: int) -> Generator[Any, Any, None]:
        kind, since = streams.kinds[number], env.now
        wish = agents.get(lambda agent: kind in able[agent])
        if streams.patience is None:
            yield wish
        else:
            yield wish | env.timeout(streams.patience[number])
        if not wish.triggered:
            wish.cancel()
            waits[number] = since - env.now
            return
        waits[number] = env.now - since
        yield env.timeout(streams.handle_times[number])
        yield agents.put(wish.value)

    def arrivals() -> Generator[Any, Any, None]:
        for number, gap in enumerate(streams.gaps):
            yield env.timeout(gap)
            env.process(contact(number))

    env.process(arrivals())
    env.run()
    return waits


class _OfContact(ciw.dists.Distribution):  # type: ignore[misc]
    """The number given for this contact; Ciw counts customers from 1."""

    def __init__(self, values: Sequence[float]) -> None:
        self.values = values

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        return float(self.values[ind.id_number - 1])


class _InOrder(ciw.dists.Distribution):  # type: ignore[misc]
    """One number after the other, then never."""

    def __init__(self, values: Sequence[float]) -> None:
        self.rest = iter(values)

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        return next(self.rest, float("inf"))


def ciw_waits(streams: Streams) -> list[float]:
    """The waits as Ciw has them: one node, whose servers can do some kinds."""

    class Skilled(ciw.Node):  # type: ignore[misc]
        """Ciw knows no skills: here somebody is next only if an agent who can take them is free."""

        idle: dict[Any, None] | None = None
        """Free servers, the longest idle first."""

        def _free(self) -> dict[Any, None]:
            if self.idle is None:
                self.idle = dict.fromkeys(self.servers)
            return self.idle

        def find_free_server(self, ind: Any) -> Any:
            kind = streams.kinds[ind.id_number - 1]
            able = (one for one in self._free() if kind in streams.skills[one.id_number - 1])
            return next(able, None)

        def choose_next_customer(self) -> Any:
            waiting = (ind for ind in self.individuals[0] if not ind.server)
            return next((ind for ind in waiting if self.find_free_server(ind) is not None), None)

        def attach_server(self, server: Any, individual: Any) -> None:
            self._free().pop(server)
            super().attach_server(server, individual)

        def detatch_server(self, server: Any, individual: Any) -> None:
            super().detatch_server(server, individual)
            self._free()[server] = None

    leaving = (
        {} if streams.patience is None else {"reneging_time_distributions": [_OfContact(streams.patience)]}
    )
    network = ciw.create_network(
        arrival_distributions=[_InOrder(streams.gaps)],
        service_distributions=[_OfContact(streams.handle_times)],
        number_of_servers=[len(streams.skills)],
        **leaving,
    )
    simulation = ciw.Simulation(network, node_class=Skilled)
    simulation.simulate_until_max_customers(len(streams.gaps), method="Finish")
    waits = [0.0] * len(streams.gaps)
    for record in simulation.get_all_records():
        until = record.service_start_date if record.record_type == "service" else record.exit_date
        wait = until - record.arrival_date
        waits[record.id_number - 1] = wait if record.record_type == "service" else -wait
    return waits
