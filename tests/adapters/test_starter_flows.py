"""The flows of the starter centre keep the rules of the flow language."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from evenhand.flow.document import read_document

FLOWS = sorted(Path(str(files("evenhand.adapters.files") / "starter" / "flows")).glob("*.json"))
TERMINAL = {"DisconnectParticipant", "EndFlowExecution"}
NEEDED_ERRORS = {
    "CheckMetricData": {"NoMatchingError", "NoMatchingCondition"},
    "Compare": {"NoMatchingCondition"},
    "GetMetricData": {"NoMatchingError"},
    "GetParticipantInput": {"InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError"},
    "InvokeLambdaFunction": {"NoMatchingError"},
    "TransferContactToQueue": {"QueueAtCapacity", "NoMatchingError"},
    "UpdateContactEventHooks": {"NoMatchingError"},
    "UpdateContactTargetQueue": {"NoMatchingError"},
}


def load(name: str) -> dict[str, Any]:
    """Read a flow of the starter as plain JSON."""
    (file,) = (each for each in FLOWS if each.stem == name)
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def targets(action: dict[str, Any]) -> list[str]:
    """Give every block that this one can lead to."""
    ways = action["Transitions"]
    found = [ways["NextAction"]] if "NextAction" in ways else []
    return found + [way["NextAction"] for way in (*ways.get("Errors", ()), *ways.get("Conditions", ()))]


def after(flow: dict[str, Any], block: str, error: str) -> str:
    """Give where an error of a block leads."""
    action = next(each for each in flow["Actions"] if each["Identifier"] == block)
    return str(
        next(way["NextAction"] for way in action["Transitions"]["Errors"] if way["ErrorType"] == error)
    )


@pytest.mark.parametrize("file", FLOWS, ids=lambda file: file.stem)
def test_a_flow_is_read_as_a_document(file: Path) -> None:
    """Each file is a flow document without a structural fault."""
    assert read_document(file.read_text(), file.name).version == "2019-10-30"


@pytest.mark.parametrize("file", FLOWS, ids=lambda file: file.stem)
def test_every_way_leads_to_a_block_and_every_block_is_reached(file: Path) -> None:
    """No way leads nowhere, and no block stands alone."""
    flow = json.loads(file.read_text())
    blocks = {action["Identifier"]: action for action in flow["Actions"]}
    assert len(blocks) == len(flow["Actions"])
    reached, open_ = set(), [flow["StartAction"]]
    while open_:
        block = open_.pop()
        if block not in reached:
            reached.add(block)
            open_.extend(targets(blocks[block]))
    assert reached == set(blocks)


@pytest.mark.parametrize("file", FLOWS, ids=lambda file: file.stem)
def test_blocks_have_the_branches_and_names_that_the_service_wants(file: Path) -> None:
    """Required error branches, a next block unless it ends there, a position, a name that is taken."""
    flow = json.loads(file.read_text())
    for action in flow["Actions"]:
        name, ways = action["Identifier"], action["Transitions"]
        assert len(name) <= 50
        assert not set(name) & set("%:(\\/)=$,;[]{}")
        assert "position" in flow["Metadata"]["ActionMetadata"][name]
        if action["Type"] in TERMINAL:
            assert ways == {}
            continue
        assert ways["NextAction"]
        errors = {way["ErrorType"] for way in ways["Errors"]}
        assert errors >= NEEDED_ERRORS.get(action["Type"], set())


@pytest.mark.parametrize("name", ["offline-workload-routing", "least-loaded-with-honest-wait"])
def test_no_failure_on_the_way_keeps_a_caller_from_the_queue_of_all(name: str) -> None:
    """Each candidate's failure leads to the next one, and the last one's to BasicQueue."""
    flow = load(name)
    last = "Go back to BasicQueue"
    assert after(flow, "Ask best agents", "NoMatchingError") == last
    for number in (1, 2, 3):
        following = f"Is agent {number + 1} available" if number < 3 else last
        for error in ("NoMatchingError", "NoMatchingCondition"):
            assert after(flow, f"Is agent {number} available", error) == following
        assert after(flow, f"Choose agent {number}", "NoMatchingError") == following
        for error in ("QueueAtCapacity", "NoMatchingError"):
            assert after(flow, f"Queue for agent {number}", error) == following


def test_in_the_honest_queue_only_the_caller_ends_the_call() -> None:
    """The one way to the end is the key 2; every error leads back to waiting."""
    flow = load("honest-wait-queue")

    def leading_to(block: str) -> list[str]:
        return [action["Identifier"] for action in flow["Actions"] if block in targets(action)]

    assert set(leading_to("Say goodbye")) == {"Stay or leave"}
    assert leading_to("Hang up") == ["Say goodbye"]
    for error in ("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError"):
        assert after(flow, "Stay or leave", error) == "Wait a while"


def test_announcements_are_further_apart_than_an_offer_rings() -> None:
    """While an offer rings a contact cannot leave its queue, so interrupts take longer than 20 s."""
    for name in ("ewt-queue", "honest-wait-queue"):
        for action in load(name)["Actions"]:
            every = action["Parameters"].get("InterruptFrequencySeconds")
            assert every is None or int(every) >= 21
