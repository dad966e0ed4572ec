"""The trace of one contact."""

from __future__ import annotations

import json

import msgspec

from evenhand.model.facts import Fact, ModuleInvoked
from evenhand.records.trace import trace_json, trace_lines, trace_of
from tests.records.stories import answered, block, gave_up, initiated


def test_a_trace_tells_one_contact_and_leaves_out_the_others() -> None:
    """Facts about others are not in it; times count from the contact's beginning."""
    trace = trace_of([*gave_up("other", 90.0, 5.0), *answered("mine", 100.0, 12.0)], "mine")
    lines = trace_lines(trace)
    assert lines[1] == "     0.0 s  calls from …0171"
    assert "    12.0 s  talks to ben, after 12 s in the queue" in lines
    assert lines[-1] == "    42.0 s  ends: the customer hung up; talked 30 s with ben"
    assert not any("gave up" in line for line in lines)


def test_a_block_shows_its_values_branch_reason_and_time() -> None:
    """Which block, with which values, which branch, why, how long."""
    facts: list[Fact] = [
        initiated("mine", 0.0),
        block(
            "mine",
            4.5,
            "InvokeLambdaFunction",
            block="Ask",
            values={"LambdaFunctionARN": "crm"},
            branch="NoMatchingError",
            result="NoMatchingError",
            why="the function failed (raised)",
            started=1.5,
            next_block="Sorry",
        ),
    ]
    shown = "\n".join(trace_lines(trace_of(facts, "mine")))
    assert "4.5 s    Ask [InvokeLambdaFunction, took 3 s]" in shown
    assert "with LambdaFunctionARN=crm" in shown
    assert "NoMatchingError -> Sorry  (the function failed (raised))" in shown


def test_a_trace_as_json_shortens_nothing() -> None:
    """Machines get every value in full."""
    long = "x" * 500
    facts: list[Fact] = [initiated("mine", 0.0), block("mine", 1.0, values={"Text": long})]
    told = json.loads(trace_json(trace_of(facts, "mine")))
    assert told["steps"][1]["values"]["Text"] == long
    assert told["steps"][1]["after"] == 1.0


def test_the_customers_number_cannot_be_read() -> None:
    """A trace shows the last four digits of a number and no more, also where a block was given it."""
    asked = block("mine", 1.0, values={"customerId": "+12025550171"})
    shown = "\n".join(trace_lines(trace_of([initiated("mine", 0.0), asked], "mine")))
    assert "+12025550171" not in shown
    assert "customerId=…0171" in shown


def test_a_module_is_told_where_it_begins_and_where_it_ends() -> None:
    """Its blocks stand under its name, and the block that invoked it stands where it came back."""
    facts: list[Fact] = [
        initiated("mine", 0.0),
        ModuleInvoked(1.0, "mine", "Main", "verify", "Verify", {}, True),
        msgspec.structs.replace(block("mine", 3.0, block="hello", started=1.0), flow="Verify"),
        msgspec.structs.replace(
            block("mine", 3.0, "EndFlowModuleExecution", block="back", branch="", next_block=""),
            flow="Verify",
        ),
        block("mine", 3.0, "InvokeFlowModule", block="verify", started=1.0, next_block="next"),
    ]
    lines = trace_lines(trace_of(facts, "mine"))
    assert "     1.0 s  'verify' in 'Main' invokes the module 'Verify'" in lines
    assert "            module 'Verify'" in lines
    assert any("the module ends here" in line for line in lines)
    assert lines.index("            flow 'Main'") > lines.index("            module 'Verify'")
    assert "     3.0 s    verify [InvokeFlowModule, took 2 s]" in lines
    told = json.loads(trace_json(trace_of(facts, "mine")))
    assert told["steps"][1]["module"] == "Verify"
