"""The contract between a flow and a function: answers, retries, time limits."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.flow.block import Alarm
from evenhand.flow.compiled import Flow
from evenhand.flow.function_answer import LARGEST_ANSWER, read_answer
from evenhand.flow.runner import enter_flow, resume_flow
from evenhand.flow.session import Session
from evenhand.flow.session_state import SessionState, save_session
from evenhand.model.effects import InvokeFunction
from evenhand.model.inputs import FunctionAnswered, FunctionFailed
from tests.flow.worlds import HandWorld, flow_of, session_of


def _function(identifier: str, next_: str, limit: int = 8) -> dict[str, Any]:
    return {
        "Identifier": identifier,
        "Type": "InvokeLambdaFunction",
        "Parameters": {"LambdaFunctionARN": "best", "InvocationTimeLimitSeconds": str(limit)},
        "Transitions": {
            "NextAction": next_,
            "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "error"}],
        },
    }


def _begin(*raws: dict[str, Any], **fields: Any) -> tuple[Session, HandWorld, dict[str, Flow]]:
    session, world = session_of(**fields), HandWorld(functions=["best"])
    flows = {"Main": flow_of(list(raws))}
    enter_flow(session, flows["Main"], world, flows)
    return session, world, flows


def _awaited(session: Session) -> str:
    assert isinstance(session.pending, InvokeFunction)
    return session.pending.id


@pytest.mark.parametrize(
    ("payload", "external"),
    [
        ('{"agent1": "ann"}', {"agent1": "ann"}),
        (
            '{"n": 5, "ratio": 0.10, "big": 12345678901234567890123}',
            {"n": "5", "ratio": "0.10", "big": "12345678901234567890123"},
        ),
        ('{"yes": true, "no": false, "none": null}', {"yes": "true", "no": "false", "none": ""}),
        ("{}", {}),
        ('{"": ""}', {"": ""}),
        (' {"a": "é"} ', {"a": "é"}),
    ],
)
def test_a_flat_object_becomes_text(payload: str, external: dict[str, str]) -> None:
    """STRING_MAP takes a flat object; its values are text, and a number keeps the digits it was written with."""
    assert read_answer(payload, "STRING_MAP") == (external, "")


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ('{"a": {"b": 1}}', "'a' holds an object"),
        ('{"a": [1]}', "'a' holds a list"),
        ("[1]", "answered a list"),
        ("5", "answered a number"),
        ('"word"', "answered a string"),
        ("true", "answered a boolean"),
        ("null", "answered null"),
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ('{"a": NaN}', "is not JSON"),
        ("[" * 30_000, "levels deep"),
        ('{"a": "\\ud800"}', "half a character"),
        ('{"a": "\ud800"}', "not UTF-8"),
    ],
)
def test_answers_that_are_refused(payload: str, problem: str) -> None:
    """Everything else is refused with words that say what was wrong."""
    external, said = read_answer(payload, "STRING_MAP")
    assert external is None
    assert problem in said


@pytest.mark.parametrize(
    "payload", ['{"a": {"b": [1, null, true]}}', "[1, 2]", "5", '"word"', "null", "true"]
)
def test_json_takes_any_json(payload: str) -> None:
    """JSON answers are kept as they are."""
    assert read_answer(payload, "JSON") == (msgspec.json.decode(payload), "")


def test_json_is_bounded_in_depth() -> None:
    """An answer nested too deep to be stored safely is refused."""
    assert read_answer("[" * 64 + "]" * 64, "JSON")[1] == ""
    assert "levels deep" in read_answer("[" * 65 + "]" * 65, "JSON")[1]


def test_32_kilobytes_are_the_limit() -> None:
    """The size is counted in bytes of UTF-8, and the limit itself is allowed."""
    fits = '{"a": "' + "x" * (LARGEST_ANSWER - 9) + '"}'
    assert len(fits) == LARGEST_ANSWER
    assert read_answer(fits, "STRING_MAP")[1] == ""
    assert "32,769 bytes" in read_answer(fits + " ", "STRING_MAP")[1]
    assert "bytes" in read_answer('{"a": "' + "é" * (LARGEST_ANSWER // 2) + '"}', "JSON")[1]


@given(st.text(max_size=60) | st.text(alphabet='{}[]":,0123456789.eE-+tru fals\\n', max_size=60))
def test_no_answer_stops_the_flow(payload: str) -> None:
    """Whatever a function answers, the flow goes on, and the contact can be stored and read again."""
    session, world, flows = _begin(_function("block", "next"), attributes={})
    resume_flow(session, FunctionAnswered("c-1", _awaited(session), payload), world, flows)
    assert session.block in ("next", "error")
    state = save_session(session)
    assert msgspec.json.decode(msgspec.json.encode(state), type=SessionState) == state


def test_an_answer_replaces_the_one_before() -> None:
    """The next function's answer replaces the whole of External; nothing of the old one is left."""
    session, world, flows = _begin(_function("block", "second"), _function("second", "next"))
    resume_flow(session, FunctionAnswered("c-1", _awaited(session), '{"a": "1", "b": "2"}'), world, flows)
    assert session.external == {"a": "1", "b": "2"}
    resume_flow(session, FunctionAnswered("c-1", _awaited(session), '{"a": "3"}'), world, flows)
    assert session.external == {"a": "3"}
    assert session.block == "next"


@pytest.mark.parametrize("reason", ["throttled", "service_error"])
def test_failures_of_the_service_are_tried_again_three_times(reason: str) -> None:
    """After the first attempt and three more the error branch is taken."""
    session, world, flows = _begin(_function("block", "next"))
    ids = []
    while session.block == "block":
        ids.append(_awaited(session))
        world.now += 0.1
        resume_flow(session, FunctionFailed("c-1", ids[-1], reason), world, flows)
    assert ids == ["c-1/1", "c-1/2", "c-1/3", "c-1/4"]
    assert session.block == "error"
    assert reason in world.executed()[-1].why


def test_no_retry_when_the_time_is_over() -> None:
    """A failure at the end of the block's time is the last word."""
    session, world, flows = _begin(_function("block", "next", limit=3))
    world.now += 3
    resume_flow(session, FunctionFailed("c-1", _awaited(session), "throttled"), world, flows)
    assert session.block == "error"
    assert len(world.effects) == 1


@pytest.mark.parametrize("reason", ["raised", "missing", "timeout", "too_large", "anything else"])
def test_other_failures_are_not_tried_again(reason: str) -> None:
    """An error of the function itself takes the error branch at once."""
    session, world, flows = _begin(_function("block", "next"))
    resume_flow(session, FunctionFailed("c-1", _awaited(session), reason, "because"), world, flows)
    assert session.block == "error"
    assert f"({reason}: because)" in world.executed()[-1].why


def test_an_answer_to_an_earlier_attempt_comes_too_late() -> None:
    """When an attempt was given up, its answer means nothing to the next one."""
    session, world, flows = _begin(_function("block", "next"))
    first = _awaited(session)
    resume_flow(session, FunctionFailed("c-1", first, "throttled"), world, flows)
    resume_flow(session, FunctionAnswered("c-1", first, '{"late": "1"}'), world, flows)
    assert session.block == "block"
    assert session.external is None
    resume_flow(session, FunctionAnswered("c-1", _awaited(session), '{"good": "1"}'), world, flows)
    assert session.external == {"good": "1"}


def test_functions_in_a_row_share_twenty_seconds() -> None:
    """The third function of 8 s gets the 4 s that are left, and the fourth is not invoked."""
    chain = [
        _function(name, after) for name, after in (("block", "b"), ("b", "c"), ("c", "d"), ("d", "next"))
    ]
    for one in chain:
        one["Transitions"]["Errors"][0]["NextAction"] = one["Transitions"]["NextAction"]
    session, world, flows = _begin(*chain)
    limits = []
    while session.pending is not None:
        assert isinstance(session.pending, InvokeFunction)
        limits.append(session.pending.time_limit)
        assert session.alarm is not None
        world.now = session.alarm
        resume_flow(session, Alarm(), world, flows)
    assert limits == pytest.approx([8, 8, 4])
    assert session.block == "next"
    assert "20 s" in world.executed()[-1].why


def test_the_fact_carries_the_answer() -> None:
    """The fact about the block has what the function answered, for the flow log."""
    session, world, flows = _begin(_function("block", "next"))
    resume_flow(session, FunctionAnswered("c-1", _awaited(session), '{"a": "1"}'), world, flows)
    assert world.executed()[-1].external == {"a": "1"}
