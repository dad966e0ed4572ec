"""Every block type, by its cases in `cases/<Type>.json`: what stands there is what the block does.

A case: `says` one sentence; `action` the block; `ways` where its branches lead, in the words of a fact's
branch (without them NextAction leads to `next`, NoMatchingError to `error`); `others` more blocks of the
flow; `beside` other flows by their names; `display_names` the export's metadata; `session` and `world` what is different from an ordinary call; `events` what happens
while it waits, each `after` so many seconds; `expect` what is true at the end.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from docs.block_pages import category_of
from evenhand.flow.block import Alarm, Event
from evenhand.flow.blocks import BLOCKS
from evenhand.flow.compiled import Flow
from evenhand.flow.exits import Leave
from evenhand.flow.runner import enter_flow, resume_flow
from evenhand.flow.session import Session
from evenhand.flow.session_state import SessionState, load_session, save_session
from evenhand.model.facts import FlowFailed
from evenhand.model.inputs import (
    CalleeAnswered,
    CalleeFailed,
    ContactHungUp,
    CustomerReturned,
    DigitsEntered,
    FunctionAnswered,
    FunctionFailed,
    PromptEnded,
    ServiceAnswered,
    ServiceFailed,
)
from tests.flow.worlds import HandWorld, flow_of, session_of

_CASES = Path(__file__).parent / "cases"
_PAGES = Path(__file__).parents[2] / "docs" / "reference" / "blocks"
_TYPES = [*sorted(BLOCKS), "Unknown"]


def _cases() -> list[Any]:
    found = []
    for type_ in _TYPES:
        file = _CASES / f"{type_}.json"
        for case in json.loads(file.read_text("utf-8")) if file.exists() else ():
            found.append(pytest.param(case, id=f"{type_}: {case['says']}"))
    return found


@pytest.mark.parametrize("type_", _TYPES)
def test_every_block_type_has_cases(type_: str) -> None:
    """A registered type has a case file, a docstring that says what it does, and a name for flow logs."""
    cases = json.loads((_CASES / f"{type_}.json").read_text("utf-8"))
    assert cases
    assert all(case["action"]["Type"] == type_ for case in cases) or type_ == "Unknown"
    if type_ in BLOCKS:
        block = flow_of([{"Type": type_}]).blocks["block"]
        assert block.__doc__
        assert block.log_name
        assert BLOCKS[type_].type == type_


@pytest.mark.parametrize(
    ("type_", "parameters", "name"),
    [
        ("GetParticipantInput", {}, "GetUserInput"),
        ("GetParticipantInput", {"StoreInput": "False"}, "GetUserInput"),
        ("GetParticipantInput", {"StoreInput": True}, "StoreUserInput"),
        ("CheckMetricData", {"MetricType": "NumberOfAgentsStaffed"}, "CheckStaffing"),
        ("CheckMetricData", {"MetricType": "NumberOfContactsInQueue"}, "CheckQueueStatus"),
        ("PlantTree", {}, "PlantTree"),
    ],
)
def test_the_name_in_flow_logs(type_: str, parameters: dict[str, Any], name: str) -> None:
    """Where one type has two blocks in the console, the flow log has the name of the one that it was."""
    assert flow_of([{"Type": type_, "Parameters": parameters}]).blocks["block"].log_name == name


def test_no_case_file_is_left_over() -> None:
    """A case file belongs to a type that is registered."""
    assert {file.stem for file in _CASES.glob("*.json")} == set(_TYPES)


@pytest.mark.parametrize("case", _cases())
def test_block(case: dict[str, Any]) -> None:
    """The block does what its case says."""
    assert set(case) <= {
        "says",
        "action",
        "ways",
        "others",
        "beside",
        "display_names",
        "session",
        "world",
        "events",
        "expect",
    }
    action = case["action"]
    if "ways" in case:
        action = action | {"Transitions": _transitions(case["ways"])}
    _run(case, action)


@pytest.mark.parametrize("type_", sorted(BLOCKS))
def test_the_example_of_the_reference_is_the_one_that_runs(type_: str) -> None:
    """The JSON that stands on the type's reference page does what its case says."""
    page = (_PAGES / f"{category_of(type_)}.md").read_text(encoding="utf-8")
    entry = page.partition(f"\n## {type_}\n")[2].partition("\n## ")[0]
    example = json.loads(entry.partition("```json\n")[2].partition("```")[0])
    case = json.loads((_CASES / f"{type_}.json").read_text("utf-8"))[0]
    assert f"Example: {case['says']}\n" in entry
    _run(case, example)


def _run(case: dict[str, Any], action: dict[str, Any]) -> None:
    """Run this block as the case tells, and see what the case expects."""
    world = HandWorld(**case.get("world", {}))
    flow = flow_of([action, *case.get("others", [])], metadata=case.get("display_names"))
    flows = {"Main": flow} | {
        name: flow_of([{"Type": "Parked", "Identifier": "start"}], name=name) for name in world.flows
    }
    flows |= {name: flow_of(actions, name=name) for name, actions in case.get("beside", {}).items()}
    session = session_of(**case.get("session", {}))
    started = world.now
    leave = enter_flow(session, flow, world, flows)
    session = _stored(session)
    for event in case.get("events", ()):
        leave = _happen(dict(event), session, world, flows)
        session = _stored(session)
    _compare(case["expect"], session, world, leave, started)


def _transitions(ways: dict[str, str]) -> dict[str, Any]:
    """Transitions from branches in the words of a fact: `Equals 1`, `NextAction`, `NoMatchingError`."""
    ways = dict(ways)
    made: dict[str, Any] = {"NextAction": ways.pop("NextAction")} if "NextAction" in ways else {}
    made["Conditions"] = [
        {
            "NextAction": to,
            "Condition": {"Operator": way.split(" ", 1)[0], "Operands": [way.split(" ", 1)[1]]},
        }
        for way, to in ways.items()
        if " " in way
    ]
    made["Errors"] = [{"ErrorType": way, "NextAction": to} for way, to in ways.items() if " " not in way]
    return made


def _stored(session: Session) -> Session:
    """The session as it is after a crash; it must be the same."""
    state = save_session(session)
    again = msgspec.json.decode(msgspec.json.encode(state), type=SessionState)
    assert again == state
    return load_session(again)


def _happen(
    about: dict[str, Any], session: Session, world: HandWorld, flows: dict[str, Flow]
) -> Leave | None:
    world.now += about.pop("after", 0)
    awaited = session.pending.id if session.pending is not None else ""
    what, value = about.popitem()
    assert not about
    event: Event
    if what == "alarm":
        assert session.alarm is not None, "the block does not want to be woken"
        world.now = max(world.now, session.alarm)
        session.alarm = None
        event = Alarm()
    elif what == "keys":
        event = DigitsEntered(session.contact_id, value)
    elif what == "prompt ended":
        event = PromptEnded(session.contact_id, awaited if value is True else value)
    elif what == "answer":
        event = FunctionAnswered(session.contact_id, awaited, value)
    elif what == "late answer":
        event = FunctionAnswered(session.contact_id, "c-1/earlier", value)
    elif what == "failed":
        event = FunctionFailed(session.contact_id, awaited, value)
    elif what in ("served", "served late"):
        event = ServiceAnswered(session.contact_id, awaited if what == "served" else "c-1/earlier", *value)
    elif what == "not served":
        event = ServiceFailed(session.contact_id, awaited, *value)
    elif what == "third party":
        if value == "answers":
            event = CalleeAnswered("c-1.2", "c-1.2/dial")
        elif value == "leaves":
            event = ContactHungUp("c-1.2", "third_party")
        else:
            event = CalleeFailed("c-1.2", "c-1.2/dial", value)
    else:
        assert what == "customer returned"
        event = CustomerReturned(session.contact_id)
    return resume_flow(session, event, world, flows)


def _compare(
    expect: dict[str, Any], session: Session, world: HandWorld, leave: Leave | None, started: float
) -> None:
    expect = dict(expect)
    facts = world.executed()
    last = facts[-1] if facts else None
    if "waits" in expect:
        assert expect.pop("waits")
        assert session.block == "block"
        assert leave is None
    for field, fact_field in (("branch", "branch"), ("result", "result"), ("next", "next_block")):
        if field in expect:
            assert last is not None, "the block still waits"
            assert getattr(last, fact_field) == expect.pop(field), last.why
    if "why" in expect:
        assert last is not None
        assert expect.pop("why") in last.why
    if "passes" in expect:
        assert [fact.result for fact in facts] == expect.pop("passes")
    if "logged" in expect:
        assert [fact.logging for fact in facts] == expect.pop("logged")
    assert (leave.how if leave is not None else None) == expect.pop("leaves", None)
    if "lost" in expect:
        failures = [fact for fact in world.facts if isinstance(fact, FlowFailed)]
        assert expect.pop("lost") in failures[-1].why
    if "wakes_after" in expect:
        wakes = session.alarm - world.now if session.alarm is not None else None
        assert wakes == pytest.approx(expect.pop("wakes_after"))
    if "took" in expect:
        assert world.now - started == pytest.approx(expect.pop("took"))
    if "effects" in expect:
        done = msgspec.json.decode(msgspec.json.encode(world.effects))
        wanted = expect.pop("effects")
        assert [one["type"] for one in done] == [one["type"] for one in wanted]
        for one, part in zip(done, wanted, strict=True):
            _contains(one, part)
    if "resumed" in expect:
        assert world.resumed == expect.pop("resumed")
    if "held" in expect:
        assert world.held == expect.pop("held")
    if "called" in expect:
        _contains(world.called, expect.pop("called"))
    if "given_up" in expect:
        assert world.given_up == expect.pop("given_up")
    if "routing_changes" in expect:
        assert world.routing_changes == expect.pop("routing_changes")
    if "flow" in expect:
        assert session.flow == expect.pop("flow")
    for word in expect.pop("never_stored", ()):
        assert word not in msgspec.json.encode([save_session(session), world.facts]).decode()
    state = msgspec.json.decode(msgspec.json.encode(save_session(session)))
    for field, value in expect.pop("session", {}).items():
        assert state[field] == value, field
    assert not expect, "the case expects something that nobody compares"


def _contains(whole: Any, part: Any) -> None:
    """Everything in `part` is in `whole`; objects may have more fields, nothing else may differ."""
    if isinstance(part, dict):
        for key, value in part.items():
            assert key in whole
            _contains(whole[key], value)
    else:
        assert whole == part
