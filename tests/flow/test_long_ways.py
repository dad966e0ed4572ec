"""How far a contact may run without waiting for anything, and a name that is spelled in two ways."""

from __future__ import annotations

from typing import Any

from evenhand.flow.runner import MAXIMUM_STEPS, enter_flow
from evenhand.model.facts import BlockExecuted, FlowFailed
from tests.flow.worlds import HandWorld, flow_of, session_of


def _plain(name: str, then: str) -> dict[str, Any]:
    return {
        "Identifier": name,
        "Type": "UpdateContactAttributes",
        "Parameters": {"Attributes": {"seen": name}},
        "Transitions": {"NextAction": then},
    }


def test_a_hundred_passes_over_ten_blocks_are_no_endless_loop() -> None:
    """The longest loop that the Loop block can make ends as it should."""
    ways = [
        {"NextAction": to, "Condition": {"Operator": "Equals", "Operands": [value]}}
        for value, to in (("ContinueLooping", "b0"), ("DoneLooping", "parked"))
    ]
    loop = {
        "Identifier": "loop",
        "Type": "Loop",
        "Parameters": {"LoopCount": "100"},
        "Transitions": {"Conditions": ways},
    }
    body = [_plain(f"b{place}", f"b{place + 1}" if place < 9 else "loop") for place in range(10)]
    flow, session, world = flow_of([loop, *body]), session_of(), HandWorld()
    enter_flow(session, flow, world, {"Main": flow})
    assert session.block == "parked"
    assert len(world.executed()) == 100 * 11 + 1


def test_a_loop_without_a_way_out_is_given_up() -> None:
    """It is cut off after as many blocks as are allowed, and the contact is not lost."""
    flow, session, world = flow_of([_plain("a", "b"), _plain("b", "a")]), session_of(), HandWorld()
    leave = enter_flow(session, flow, world, {"Main": flow})
    assert leave is not None
    assert leave.how == "enqueue"
    *before, last = world.facts
    assert isinstance(last, FlowFailed)
    assert "a loop without a way out" in last.why
    assert sum(isinstance(fact, BlockExecuted) for fact in before) == MAXIMUM_STEPS


def test_untag_contact_may_be_spelled_as_documents_do() -> None:
    """UnTagContact runs as UntagContact."""
    raw = {"Identifier": "t", "Type": "UnTagContact", "Parameters": {"TagKeys": ["a"]}}
    flow, session = flow_of([raw]), session_of(tags={"a": "1", "b": "2"})
    enter_flow(session, flow, HandWorld(), {"Main": flow})
    assert session.tags == {"b": "2"}
