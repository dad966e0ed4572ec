"""Flows that were damaged at random: `check` always answers, and what can be read runs to an end or a wait.

Each example takes a sound flow (those of the blocks' cases, the starter's, the default ones, an older export)
and drops, swaps, doubles or replaces parts of it, anywhere. With EVENHAND_LONG set there are more of them.
"""

from __future__ import annotations

import copy
import json
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docs.block_pages import transitions
from evenhand.adapters.files.defaults import DEFAULT_FLOWS
from evenhand.centre.centre import Centre
from evenhand.centre.check import check_definition
from evenhand.centre.snapshot import read_state, restore, snapshot, write_state
from evenhand.errors import FlowFault, IllegalInput
from evenhand.flow.check import check_document
from evenhand.flow.document import read_document, write_document
from evenhand.flow.resources import resources_of
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    HoursOfOperation,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.effects import AskService, CollectDigits, InvokeFunction, Speak
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    DigitsEntered,
    FunctionAnswered,
    FunctionFailed,
    PromptEnded,
    ServiceAnswered,
    Tick,
)

TESTS = Path(__file__).parents[1]
TYPES = [
    "CONTACT_FLOW",
    "CUSTOMER_QUEUE",
    "AGENT_WHISPER",
    "CUSTOMER_WHISPER",
    "CUSTOMER_HOLD",
    "MODULE",
    None,
]


def _of_cases() -> list[Any]:
    """A flow with the blocks of each case file, one leading to the next."""
    flows = []
    for file in sorted((TESTS / "flow" / "cases").glob("*.json")):
        actions = []
        for number, case in enumerate(json.loads(file.read_text("utf-8"))[:3]):
            ways = case.get("ways") or {"NextAction": "next", "NoMatchingError": "next"}
            action = {"Parameters": {}, "Transitions": transitions(ways), **case["action"]}
            text = json.dumps({**action, "Identifier": f"b{number}"})
            for way in sorted(map(str, ways.values()), key=len, reverse=True):
                text = text.replace(f'"NextAction": "{way}"', f'"NextAction": "b{number + 1}"')
            actions.append(json.loads(text))
        actions.append(
            {
                "Identifier": f"b{len(actions)}",
                "Type": "DisconnectParticipant",
                "Parameters": {},
                "Transitions": {},
            }
        )
        flows.append({"Version": "2019-10-30", "StartAction": "b0", "Metadata": {}, "Actions": actions})
    return flows


def _sound() -> list[Any]:
    package = files("evenhand.adapters.files")
    texts = [(package / "default_flows" / file).read_text("utf-8") for _, _, _, file in DEFAULT_FLOWS]
    texts += [one.read_text("utf-8") for one in (package / "starter" / "flows").iterdir()]
    texts += [one.read_text("utf-8") for one in sorted((TESTS / "cli" / "calls").glob("*.json"))]
    return [json.loads(text) for text in texts] + _of_cases()


SOUND = _sound()
WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from([10**30, -(10**400), 1e300, -0.5, 1e-320]),
    st.sampled_from(
        [
            "",
            " ",
            "x" * 40_000,
            "True",
            "\ud800",
            "__proto__",
            "9" * 5_000,
            "$.",
            "$",
            "$.Attributes",
            "$.Attributes.a",
            "$.External.a.b",
            "$.External",
            "$.Nobody.knows",
            "$['Queue']['Name']",
            "$." + "a." * 3_000 + "a",
            "${Queue}",
            "arn:aws:connect:eu-west-2:1:instance/i/queue/agent/anna",
            "BasicQueue",
            "anna",
            "flow",
            "b0",
            "b1",
        ]
    ),
    st.just([]),
    st.just({}),
    st.just([[], {}, None, 1, "a"]),
    st.just({"": None, "a": {"b": [1]}}),
    st.integers(2, 95).map(lambda deep: json.loads("[" * deep + "]" * deep)),
    st.integers(2, 95).map(lambda deep: json.loads('{"a":' * deep + "1" + "}" * deep)),
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (holder, key) in this value."""
    found: list[tuple[Any, Any]] = []
    ahead = [value]
    while ahead:
        node = ahead.pop()
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        for key in keys:
            found.append((node, key))
            if isinstance(node[key], dict | list):
                ahead.append(node[key])
    return found


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A sound flow with one to five parts of it spoiled."""
    flow = copy.deepcopy(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(1, 5))):
        places = _places(flow)
        if not places:
            break
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        how = draw(st.sampled_from(["drop", "replace", "replace", "swap", "double", "rename"]))
        if how == "drop":
            del holder[key]
        elif how == "replace":
            holder[key] = copy.deepcopy(draw(WRONG))
        elif how == "swap":
            other, place = places[draw(st.integers(0, len(places) - 1))]
            holder[key] = copy.deepcopy(other[place])
        elif isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif how == "double":
            holder[f"{key}2"] = copy.deepcopy(holder[key])
        else:
            holder[draw(st.sampled_from(["", "Type", "Text", "NextAction", "a"]))] = holder.pop(key)
    return flow


def _text(flow: Any) -> str:
    try:
        return json.dumps(flow)
    except (ValueError, RecursionError):  # a number that Python does not write in decimal
        return "{}"


LIMITS = settings(
    max_examples=5_000 if os.environ.get("EVENHAND_LONG") else 400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@LIMITS
@given(damaged(), st.sampled_from(TYPES))
def test_check_answers_for_every_damaged_flow(flow: Any, flow_type: str | None) -> None:
    """With findings, each with a message and a way out; and what was read can be written and read again."""
    refused: list[FlowFault] = []
    try:
        document = read_document(_text(flow))
    except FlowFault as fault:
        refused.append(fault)
    if refused:
        assert refused[0].message
        assert all(one.message and one.code for one in refused[0].findings)
        return
    for finding in check_document(document, flow_type):
        assert finding.message
        assert finding.code
        assert finding.way_out
    list(resources_of(document))
    again = read_document(write_document(document))
    assert again.raw == document.raw
    assert again.actions == document.actions


@LIMITS
@given(damaged(), st.sampled_from(TYPES[:5]), st.sampled_from(["VOICE", "CHAT", "TASK"]), st.booleans())
def test_a_damaged_flow_runs_to_an_end_or_a_wait(flow: Any, flow_type: str, channel: Any, kind: bool) -> None:
    """Nothing crashes, nothing spins, and what waits can be written down and read again."""
    centre = _centre(_text(flow), flow_type)
    centre.handle(ContactArrived("c", "enter", channel=channel, customer_address="+12025550100"), 1_000.0)
    for step in range(40):
        contact = centre.contacts.get("c")
        if contact is None:
            return
        now, pending = centre.world.now, contact.pending
        try:
            if isinstance(pending, InvokeFunction) and kind:
                centre.handle(FunctionAnswered("c", pending.id, '{"a": {"b": "1"}, "b": 2}'), now)
            elif isinstance(pending, InvokeFunction):
                centre.handle(FunctionFailed("c", pending.id, "raised", "no"), now)
            elif isinstance(pending, AskService) and kind:
                centre.handle(ServiceAnswered("c", pending.id, "", {"a": [1]}), now)
            elif isinstance(pending, CollectDigits) and kind:
                centre.handle(DigitsEntered("c", "1#"), now)
            elif isinstance(pending, Speak):
                centre.handle(PromptEnded("c", pending.id), now)
            else:
                wake = centre.wake_at()
                if wake is None:
                    break
                centre.handle(Tick(), wake)
        except IllegalInput as refusal:
            raise AssertionError(f"{refusal.message} in step {step}") from refusal
    written = write_state(snapshot(centre))
    assert write_state(snapshot(restore(read_state(written)))) == written


def _centre(text: str, flow_type: str) -> Centre:
    """A small centre in which the flow `enter` leads to the damaged one, as a flow or as an event's."""
    hook = {"CUSTOMER_QUEUE": "CustomerQueue", "AGENT_WHISPER": "AgentWhisper"}.get(
        flow_type, "CustomerWhisper"
    )
    go: dict[str, Any] = {
        "Identifier": "go",
        "Type": "TransferToFlow",
        "Parameters": {"ContactFlowId": "flow"},
        "Transitions": {"NextAction": "go", "Errors": [{"NextAction": "go", "ErrorType": "NoMatchingError"}]},
    }
    if flow_type != "CONTACT_FLOW":
        go["Type"], go["Parameters"] = "TransferContactToQueue", {}
        go["Transitions"] = {}
    definition = CentreDefinition(
        flows=(
            FlowDefinition(
                name="enter",
                content=json.dumps({"Version": "2019-10-30", "StartAction": "go", "Actions": [go]}),
            ),
            FlowDefinition(name="flow", type=flow_type, content=text),
        ),
        hours=(HoursOfOperation(name="Office"),),
        queues=(QueueDefinition(name="BasicQueue"), QueueDefinition(name="Sales", hours="Office")),
        routing_profiles=(RoutingProfile(name="All", rows=(RoutingRow(queue="Sales"),)),),
        agents=(AgentDefinition(name="anna", routing_profile="All"),),
        default_hooks={hook: "flow"} if flow_type != "CONTACT_FLOW" else {},
    )
    for finding in check_definition(definition):
        assert finding.message
    centre = Centre()
    centre.handle(CentreDefined(definition), 1_000.0)
    return centre
