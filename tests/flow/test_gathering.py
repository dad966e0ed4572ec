"""Keys that are gathered and passes that are counted, beside a second, simpler way to do the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.flow.block import Alarm
from evenhand.flow.phone_numbers import CALLING_CODES, e164, local_number
from evenhand.flow.runner import enter_flow, resume_flow
from evenhand.flow.session import Session
from evenhand.model.inputs import DigitsEntered
from tests.flow.worlds import HandWorld, flow_of, session_of

_TERMINATORS = ("#", "##", "*#", "12", "121", "#1#")


def _by_hand(keys: str, most: int, terminator: str, cancels: bool) -> str | None:
    """What is stored after these keys; None while more are awaited. Every beginning is tried, shortest first."""
    for end in range(1, len(keys) + 1):
        entry = keys[:end]
        if cancels and "*" not in terminator:
            entry = entry.rpartition("*")[2]
        if entry.endswith(terminator):
            return entry.removesuffix(terminator)
        begun = max(n for n in range(len(terminator)) if n == 0 or entry[-n:] == terminator[:n])
        if len(entry) - begun >= most:
            return entry[:most]
    return None


@given(
    st.lists(st.text(alphabet="0123*#", min_size=1, max_size=6), max_size=6),
    st.integers(1, 6),
    st.sampled_from(_TERMINATORS),
    st.booleans(),
)
def test_gathering_keys(batches: list[str], most: int, terminator: str, cancels: bool) -> None:
    """However the keys arrive, in ones or in heaps, the same entry is stored."""
    parameters = {
        "Text": "Number?",
        "StoreInput": "True",
        "InputTimeLimitSeconds": "5",
        "InputValidation": {"CustomValidation": {"MaximumLength": str(most)}},
        "DTMFConfiguration": {
            "InputTerminationSequence": terminator,
            "DisableCancelKey": "False" if cancels else "True",
        },
    }
    session, world = session_of(), HandWorld()
    flows = {"Main": flow_of([{"Type": "GetParticipantInput", "Parameters": parameters}])}
    enter_flow(session, flows["Main"], world, flows)
    for batch in batches:
        if session.block == "block":
            resume_flow(session, DigitsEntered("c-1", batch), world, flows)
    expected = _by_hand("".join(batches), most, terminator, cancels)
    assert session.stored_input == expected
    assert (session.block == "next") == (expected is not None)


@given(st.integers(0, 100), st.integers(0, 3))
def test_counting_passes(count: int, rounds: int) -> None:
    """ContinueLooping comes `LoopCount` times, DoneLooping once, and the next round is the same."""
    raw = {
        "Type": "Loop",
        "Parameters": {"LoopCount": str(count)},
        "Transitions": {
            "NextAction": "next",
            "Conditions": [
                {"NextAction": "block", "Condition": {"Operator": "Equals", "Operands": ["ContinueLooping"]}}
            ],
        },
    }
    session, world = session_of(), HandWorld()
    flows = {"Main": flow_of([raw])}
    for _ in range(rounds):
        world.facts.clear()
        enter_flow(session, flows["Main"], world, flows)
        assert [fact.result for fact in world.executed()] == ["ContinueLooping"] * count + ["DoneLooping"]
    assert not session.loops


def test_dice_are_fair_and_the_same_each_time() -> None:
    """A thousand contacts throw every number about as often, and each contact always the same."""
    throws = [Session(f"c-{n}").next_die() for n in range(20_000)]
    assert throws == [Session(f"c-{n}").next_die() for n in range(20_000)]
    assert set(throws) == set(range(1, 101))
    assert all(130 < throws.count(face) < 270 for face in (1, 2, 50, 99, 100))
    one = Session("c-1")
    assert len({one.next_die() for _ in range(50)}) > 25


def test_a_changed_flow_is_no_trap() -> None:
    """A contact that waits in a block which became another in the meantime takes its error branch."""
    session, world = session_of(), HandWorld()
    flows = {"Main": flow_of([{"Type": "Wait", "Parameters": {"TimeLimitSeconds": "5"}}])}
    enter_flow(session, flows["Main"], world, flows)
    flows["Main"] = flow_of([{"Type": "UpdateContactAttributes", "Parameters": {"Attributes": {}}}])
    assert resume_flow(session, Alarm(), world, flows) is None
    assert session.block == "error"
    assert "was changed" in world.executed()[-1].why


def test_a_flow_that_is_gone_is_no_trap() -> None:
    """A contact whose flow is no longer there leaves for the default queue and waits for nothing."""
    session, world = session_of(), HandWorld()
    flows = {"Main": flow_of([{"Type": "Wait", "Parameters": {"TimeLimitSeconds": "5"}}])}
    enter_flow(session, flows["Main"], world, flows)
    leave = resume_flow(session, Alarm(), world, {})
    assert leave is not None
    assert leave.how == "enqueue"
    assert session.alarm is None


@pytest.mark.parametrize(
    ("digits", "country", "number"),
    [
        ("2025550100", "US", "+12025550100"),
        ("12025550100", "us", "+12025550100"),
        ("02071234567", "GB", "+442071234567"),
        ("2071234567", "GB", "+442071234567"),
        ("0612345678", "IT", "+390612345678"),
        ("061234567", "HU", "+361234567"),
        ("1025550100", "US", ""),
        ("2021550100", "US", ""),
        ("202555010", "US", ""),
        ("22025550100", "US", ""),
        ("012", "DE", ""),
        ("012345678901234", "AT", ""),
        ("", "GB", ""),
        ("07700*900", "GB", ""),
        ("٠٧٧٠٠٩٠٠", "GB", ""),
        ("2025550100", "", ""),
    ],
)
def test_numbers_as_dialled_inside_a_country(digits: str, country: str, number: str) -> None:
    """A plausible number comes out in E.164; any other comes with what is wrong."""
    found, problem = local_number(digits, country)
    assert found == number
    assert bool(problem) == (not number)


@given(st.text(alphabet="0123456789*#", max_size=18), st.sampled_from(sorted(CALLING_CODES)))
def test_every_number_is_in_e164_or_nothing(digits: str, country: str) -> None:
    """What comes out is a plus and at most 15 digits, or nothing."""
    for number in (local_number(digits, country)[0], e164(digits)):
        assert number == "" or (number[0] == "+" and number[1:].isdecimal() and 4 <= len(number) - 1 <= 15)
