"""The default flows of a centre that is read from a file; what they do is told in `stories/default_flows.txt`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evenhand.adapters.files import check_centre_file, read_centre
from evenhand.adapters.files.centre_toml import read_leniently
from evenhand.adapters.files.defaults import DEFAULT_FLOWS, with_default_flows
from evenhand.centre.check_hooks import DEFAULT_HOOK_TYPES
from evenhand.flow.check import check_document, flow_type_of
from evenhand.flow.document import read_document
from evenhand.model.definition import CentreDefinition, FlowDefinition

CENTRE = """
[centre]
{more}
[numbers]
"+12025550100" = "mine"
[flows.mine]
file = "mine.json"
{flows}
[queues.BasicQueue]
"""
MINE = {
    "Version": "2019-10-30",
    "StartAction": "end",
    "Actions": [{"Identifier": "end", "Type": "EndFlowExecution", "Parameters": {}, "Transitions": {}}],
}


def written(folder: Path, more: str = "", flows: str = "") -> Path:
    """A small centre with these lines under [centre], and these flows."""
    (folder / "mine.json").write_text(json.dumps(MINE))
    (folder / "centre.toml").write_text(CENTRE.format(more=more, flows=flows))
    return folder


@pytest.mark.parametrize("name", [name for _, name, _, _ in DEFAULT_FLOWS])
def test_a_default_flow_has_no_fault(name: str) -> None:
    """Each is a flow that the real service would take, of the type that its event needs."""
    flow = next(flow for flow in with_default_flows(CentreDefinition()).flows if flow.name == name)
    document = read_document(flow.content, name)
    assert check_document(document, flow.type) == []
    assert flow_type_of(document) == flow.type
    hook = next(hook for hook, other, _, _ in DEFAULT_FLOWS if other == name)
    assert DEFAULT_HOOK_TYPES[hook] == flow.type


def test_a_centre_from_a_file_has_a_flow_for_each_event(tmp_path: Path) -> None:
    """And neither they nor their events are a matter of the check of what the author wrote."""
    centre = read_centre(written(tmp_path))
    assert set(centre.default_hooks) == set(DEFAULT_HOOK_TYPES)
    assert set(centre.default_hooks.values()) <= {flow.name for flow in centre.flows}
    assert {finding.code for finding in check_centre_file(tmp_path)} <= {"no-agent", "unreachable-queue"}


def test_a_centre_made_in_python_has_none() -> None:
    """Who makes a definition by hand gets what they wrote."""
    assert CentreDefinition().default_hooks == {}


def test_they_can_be_left_out(tmp_path: Path) -> None:
    """One line, and the centre has its own flows only."""
    centre = read_centre(written(tmp_path, "default_flows = false"))
    assert (centre.default_hooks, [flow.name for flow in centre.flows]) == ({}, ["mine"])


def test_one_event_can_be_given_another_flow_or_none(tmp_path: Path) -> None:
    """The others keep theirs."""
    own = '[flows.beep]\nfile = "mine.json"\ntype = "CUSTOMER_WHISPER"'
    hooks = 'default_hooks = { CustomerWhisper = "beep", AgentWhisper = "" }'
    centre = read_centre(written(tmp_path, hooks, own))
    assert centre.default_hooks["CustomerWhisper"] == "beep"
    assert centre.default_hooks["AgentWhisper"] == ""
    assert centre.default_hooks["CustomerQueue"] == "Default customer queue"
    assert not [finding for finding in check_centre_file(tmp_path) if "default_hooks" in finding.field]


def test_a_flow_of_the_same_name_is_the_default_one(tmp_path: Path) -> None:
    """An author's own Default customer queue is used instead of ours."""
    own = '[flows."Default customer queue"]\nfile = "mine.json"\ntype = "CUSTOMER_QUEUE"'
    flows = [flow for flow in read_centre(written(tmp_path, "", own)).flows if "customer queue" in flow.name]
    assert [(flow.file, json.loads(flow.content)) for flow in flows] == [("mine.json", MINE)]


def test_the_switch_is_true_or_false(tmp_path: Path) -> None:
    """Anything else is a fault of the file."""
    _, findings = read_leniently(written(tmp_path, 'default_flows = "no"'))
    assert [(one.code, one.field) for one in findings.all] == [("wrong-type", "centre.default_flows")]


@pytest.mark.parametrize(
    ("hook", "name", "code"),
    [
        ("CustomerQueu", "mine", "unknown-event"),
        ("CustomerQueue", "nothing", "unknown-flow"),
        ("CustomerQueue", "mine", "flow-type"),
    ],
)
def test_a_hook_that_cannot_run_is_a_fault(tmp_path: Path, hook: str, name: str, code: str) -> None:
    """An event that nobody knows, a flow that is not there, a flow of another type."""
    written(tmp_path, f'default_hooks = {{ {hook} = "{name}" }}')
    found = [one for one in check_centre_file(tmp_path) if "default_hooks" in one.field]
    assert [(one.code, one.severity) for one in found] == [(code, "error")]


def test_an_export_finds_a_default_flow_by_its_name() -> None:
    """What exports display as the name of a foreign default flow is here."""
    centre = with_default_flows(CentreDefinition(flows=(FlowDefinition(name="other"),)))
    assert "Default customer queue" in {flow.name for flow in centre.flows}
