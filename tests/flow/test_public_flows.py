"""Public flows of both formats (`$EVENHAND_CORPUS/flows`), run with whatever may happen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.errors import EvenhandError
from evenhand.flow.block import Alarm, Event
from evenhand.flow.compiled import compile_flow
from evenhand.flow.document import read_document
from evenhand.flow.runner import enter_flow, resume_flow
from evenhand.flow.session import Session
from evenhand.flow.session_state import SessionState, load_session, save_session
from evenhand.model.effects import AskService, InvokeFunction
from evenhand.model.inputs import (
    CustomerReturned,
    DigitsEntered,
    FunctionAnswered,
    FunctionFailed,
    PromptEnded,
    ServiceAnswered,
    ServiceFailed,
)
from tests.flow.worlds import HandWorld, session_of


def _files() -> list[Any]:
    corpus = os.environ.get("EVENHAND_CORPUS")
    if not corpus:
        return [pytest.param(None, marks=pytest.mark.skip(reason="EVENHAND_CORPUS names no folder"))]
    files = sorted((Path(corpus) / "flows").glob("*/*.json"))
    assert files, "EVENHAND_CORPUS has no flows"
    return [pytest.param(file, id=file.stem) for file in files]


_ANSWERS = ["{}", '{"agent1": "ann", "status": "1"}', '{"a": {"b": 1}}', "[]", "", "true"]


@pytest.mark.parametrize("file", _files())
@settings(max_examples=10, deadline=None)
@given(
    happenings=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 11)), max_size=30),
    channel=st.sampled_from(["VOICE", "CHAT", "TASK"]),
    queued=st.booleans(),
)
def test_a_public_flow_runs(
    file: Path, happenings: list[tuple[int, int]], channel: str, queued: bool
) -> None:
    """Whatever happens to a contact in it, the flow waits or is left, and each step can be stored."""
    try:
        document = read_document(file.read_bytes(), file.name)
    except EvenhandError:
        pytest.skip("not a flow document that can be read")
    flow = compile_flow(document, name="Main")
    flows, world = {"Main": flow}, HandWorld(queues=["BasicQueue"], agents=["ann"], flows=["Main"])
    world.figures["BasicQueue"] = {"NumberOfAgentsAvailable": 1, "NumberOfContactsInQueue": 3}
    session = session_of(channel=channel, queue_flow=queued, target_queue="BasicQueue")
    leave = enter_flow(session, flow, world, flows)
    for what, which in happenings:
        state = save_session(session)
        again = msgspec.json.decode(msgspec.json.encode(state), type=SessionState)
        assert again == state
        if leave is not None:
            break
        session = load_session(again)
        assert session.pending is not None or session.alarm is not None
        leave = resume_flow(session, _event(session, world, what, which), world, flows)
    msgspec.json.encode(world.facts)
    msgspec.json.encode(world.effects)


def _event(session: Session, world: HandWorld, what: int, which: int) -> Event:
    awaited = session.pending.id if session.pending is not None else ""
    if what == 0 and session.alarm is not None:
        world.now = max(world.now, session.alarm)
        session.alarm = None
        return Alarm()
    if isinstance(session.pending, InvokeFunction):
        if which < len(_ANSWERS):
            return FunctionAnswered("c-1", awaited, _ANSWERS[which])
        return FunctionFailed("c-1", awaited, "throttled" if which % 2 else "raised")
    if isinstance(session.pending, AskService):
        if which % 2:
            return ServiceFailed("c-1", awaited, "no_adapter")
        return ServiceAnswered("c-1", awaited, ("", "Yes", "NoneFound")[which % 3], {"ProfileId": "p"})
    world.now += 1
    if what == 1:
        return CustomerReturned("c-1")
    if what < 4:
        return DigitsEntered("c-1", "0123456789*#"[which])
    return PromptEnded("c-1", awaited)
