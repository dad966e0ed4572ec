"""The table of channels: what it says of a block type is what a contact of that channel meets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evenhand.flow.blocks import BLOCKS
from evenhand.flow.catalogue import rule_for
from evenhand.flow.channels import CHANNEL_ROWS, elsewhere, refuses
from evenhand.flow.check import check_document
from evenhand.flow.document import read_value
from evenhand.flow.runner import enter_flow
from evenhand.model.facts import FlowFailed
from evenhand.model.units import CHANNELS, Channel
from tests.flow.worlds import HandWorld, flow_of, session_of

CASES = Path(__file__).parent / "cases"


def example_of(type_: str) -> dict[str, Any]:
    """A block of this type as its first case has it, with a way on for success and one for each error."""
    cases = json.loads((CASES / f"{type_}.json").read_text("utf-8"))
    errors = [
        {"ErrorType": name, "NextAction": name}
        for name in ("NoMatchingError", "InvalidCallbackNumber", "ChannelMismatch")
    ]
    action: dict[str, Any] = {
        **cases[0]["action"],
        "Transitions": {"NextAction": "next", "Errors": errors},
    }
    return action


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("type_", sorted(set(BLOCKS) & set(CHANNEL_ROWS)))
def test_a_row_of_the_table_is_what_a_contact_meets(type_: str, channel: Channel) -> None:
    """It runs where the row says so, does nothing where it passes, and fails with the row's error elsewhere."""
    row, world = CHANNEL_ROWS[type_], HandWorld()
    session = session_of(channel=channel)
    enter_flow(session, flow_of([example_of(type_)]), world, {})
    met = [(fact.branch, fact.why) for fact in world.executed()]
    if channel in row.runs:
        assert row.why not in [why for _, why in met]
    else:
        assert met == [("NextAction" if channel in row.passes else row.error, row.why)]
        assert not world.effects


@pytest.mark.parametrize("type_", sorted(set(BLOCKS) - set(CHANNEL_ROWS)))
def test_a_type_without_a_row_runs_on_every_channel(type_: str) -> None:
    """Nothing keeps its blocks from running."""
    assert elsewhere(type_) is None
    assert not any(refuses(type_, channel) for channel in CHANNELS)


def test_every_row_runs_somewhere_and_is_about_a_known_type() -> None:
    """No channel runs and passes, none is left out, and the type stands in the catalogue."""
    for type_, row in CHANNEL_ROWS.items():
        assert rule_for(type_, {}) is not None
        assert row.runs
        assert not set(row.runs) & set(row.passes)


def test_a_refused_block_without_an_error_branch_loses_nobody() -> None:
    """A chat that is handed to an agent, which only calls can be, is sent to the default queue, saying why."""
    world = HandWorld()
    leave = enter_flow(
        session_of(channel="CHAT"),
        flow_of([{"Type": "TransferContactToAgent", "Transitions": {}}]),
        world,
        {},
    )
    assert leave is not None
    assert leave.how == "enqueue"
    lost = world.facts[-1]
    assert isinstance(lost, FlowFailed)
    assert "only calls are handed to an agent" in lost.why


def test_a_chat_that_is_led_to_keys_is_a_warning() -> None:
    """The flow asks for the channel and leads chats to a block that fails for them."""
    assert _warned("Equals", "CHAT", chat_to="keys") == ["keys"]


def test_a_chat_that_is_led_around_the_keys_is_none() -> None:
    """The same question with the right way on."""
    assert _warned("Equals", "CHAT", chat_to="bye") == []


def test_an_operand_that_is_a_reference_may_be_any_channel() -> None:
    """Nothing is said where nothing is known."""
    assert _warned("Equals", "$.Attributes.channel", chat_to="keys") == []


def test_what_stands_behind_a_refused_block_is_for_the_others() -> None:
    """Calls leave a view by its error branch; the keys behind its buttons are chats' alone."""
    view = {
        "Identifier": "view",
        "Type": "ShowView",
        "Parameters": {"ViewResource": {"Id": "v"}},
        "Transitions": {
            "NextAction": "bye",
            "Conditions": [
                {"NextAction": "keys", "Condition": {"Operator": "Equals", "Operands": ["Call"]}},
            ],
            "Errors": [
                {"ErrorType": name, "NextAction": "bye"}
                for name in ("NoMatchingCondition", "NoMatchingError", "TimeLimitExceeded")
            ],
        },
    }
    assert _warned("Equals", "TASK", chat_to="bye", others_to="view", more=[view]) == ["keys"]


def _warned(
    operator: str,
    operand: str,
    *,
    chat_to: str,
    others_to: str = "bye",
    more: list[dict[str, Any]] | None = None,
) -> list[str]:
    """The blocks that `check` warns of, in a flow that asks for the channel first."""
    flow = {
        "Version": "2019-10-30",
        "StartAction": "ask",
        "Actions": [
            {
                "Identifier": "ask",
                "Type": "Compare",
                "Parameters": {"ComparisonValue": "$.Channel"},
                "Transitions": {
                    "NextAction": others_to,
                    "Conditions": [
                        {"NextAction": chat_to, "Condition": {"Operator": operator, "Operands": [operand]}}
                    ],
                    "Errors": [{"ErrorType": "NoMatchingCondition", "NextAction": others_to}],
                },
            },
            *(more or ()),
            {
                "Identifier": "keys",
                "Type": "GetParticipantInput",
                "Parameters": {"Text": "Press 1.", "StoreInput": "False", "InputTimeLimitSeconds": "5"},
                "Transitions": {
                    "NextAction": "bye",
                    "Errors": [
                        {"ErrorType": name, "NextAction": "bye"}
                        for name in ("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError")
                    ],
                },
            },
            {"Identifier": "bye", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
        ],
    }
    return [finding.block for finding in check_document(read_value(flow)) if finding.code == "wrong-channel"]
