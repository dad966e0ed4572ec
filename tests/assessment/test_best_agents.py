"""The order in which the articles' agents are asked."""

from __future__ import annotations

import pytest

from evenhand.assessment.best_agents import best_agents


@pytest.mark.parametrize(
    ("own", "least_loaded", "expected"),
    [
        (None, ["a", "b", "c", "d"], ("a", "b", "c")),
        ("x", ["a", "b", "c"], ("x", "a", "b")),
        ("b", ["a", "b", "c"], ("b", "a", "c")),
        ("x", [], ("x",)),
        ("", ["a", "a", ""], ("a",)),
        (None, [], ()),
    ],
)
def test_the_own_agent_then_the_least_loaded(
    own: str | None, least_loaded: list[str], expected: tuple[str, ...]
) -> None:
    """The own agent comes first, then the least loaded in order, nobody twice, three at most."""
    assert best_agents(own, least_loaded) == expected
