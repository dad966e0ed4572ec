"""The articles' candidate list: the customer's own agent first, then those with the least workload."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["MOST", "best_agents"]

MOST = 3
"""How many agents the articles' function answers at most."""


def best_agents(own: str | None, least_loaded: Sequence[str], most: int = MOST) -> tuple[str, ...]:
    """At most `most` agents in the order in which to ask them, each once.

    `least_loaded` is in ascending order of workload. Give at least `most` of them: the own agent may be
    among them.
    """
    order = dict.fromkeys([own] if own else [])
    order.update(dict.fromkeys(agent for agent in least_loaded if agent))
    return tuple(order)[:most]
