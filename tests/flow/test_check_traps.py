"""Traps that the real service does not tell: when they are told, and when not."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evenhand.flow.check import check_document
from evenhand.flow.document import read_document
from tests.flow.test_check import END, block, codes, found

CORPUS = os.environ.get("EVENHAND_CORPUS", "")
FAILS = {"NoMatchingError": "end"}
FULL = {"QueueAtCapacity": "set queue", "NoMatchingError": "end"}
QUEUE = (
    block("set queue", "UpdateContactTargetQueue", "to queue", parameters={"QueueId": "Sales"}, errors=FAILS),
    block("to queue", "TransferContactToQueue", "end", errors={"QueueAtCapacity": "end", **FAILS}),
    END,
)


def asks(agent: str = "$.Attributes.agent", metric: str = "NumberOfAgentsAvailable", to: str = "own") -> Any:
    return block(
        "ask",
        "CheckMetricData",
        "set queue",
        parameters={"MetricType": metric, "AgentId": agent},
        conditions=[("NumberGreaterThan", "0", to)],
        errors={"NoMatchingCondition": "set queue", "NoMatchingError": "set queue"},
    )


def own(agent: str = "$.Attributes.agent") -> list[dict[str, Any]]:
    return [
        block("own", "UpdateContactTargetQueue", "to own", parameters={"AgentId": agent}, errors=FAILS),
        block("to own", "TransferContactToQueue", "end", errors=FULL),
    ]


def test_an_agent_who_is_checked_and_then_sent_to_may_be_taken_between() -> None:
    """The warning says what happens on the service and what is different here."""
    (finding,) = found(asks(), *own(), *QUEUE)
    assert (finding.code, finding.block, finding.field) == ("availability-race", "ask", "Parameters.AgentId")
    assert "reserved" in finding.message
    assert "CustomerQueue" in finding.way_out


def test_another_agent_than_the_checked_one_is_no_race() -> None:
    """Who was not asked about cannot have been taken since."""
    assert codes(asks("$.Attributes.other"), *own(), *QUEUE) == []


def test_a_customer_queue_flow_can_end_the_wait_for_an_agent() -> None:
    """Where the contact has been given a queue flow, the race costs time and no contact."""
    hook = block(
        "music",
        "UpdateContactEventHooks",
        "ask",
        parameters={"EventHooks": {"CustomerQueue": "Wait a while"}},
        errors=FAILS,
    )
    assert codes(hook, asks(), *own(), *QUEUE) == []


def test_an_agent_s_own_queue_has_no_queue_figures() -> None:
    """Its length is asked by AgentId."""
    (finding,) = found(asks(metric="NumberOfContactsInQueue", to="end"), *QUEUE)
    assert finding.code == "agent-queue-has-no-figures"


def test_metrics_of_a_working_queue_that_is_an_agent_s_are_told() -> None:
    """No queue is named, and only an agent can be the target there."""
    reads = block("read", "GetMetricData", "end", errors=FAILS)
    target = block("own", "UpdateContactTargetQueue", "read", parameters={"AgentId": "ann"}, errors=FAILS)
    (finding,) = found(target, reads, END)
    assert (finding.block, finding.code) == ("read", "agent-queue-has-no-figures")


def test_metrics_of_a_working_queue_that_may_be_a_standard_one_are_let_pass() -> None:
    """On one way the target is a queue."""
    which = block(
        "which",
        "Compare",
        "own",
        parameters={"ComparisonValue": "$.Channel"},
        conditions=[("Equals", "CHAT", "sales")],
        errors={"NoMatchingCondition": "own"},
    )
    target = block("own", "UpdateContactTargetQueue", "read", parameters={"AgentId": "ann"}, errors=FAILS)
    sales = block("sales", "UpdateContactTargetQueue", "read", parameters={"QueueId": "Sales"}, errors=FAILS)
    assert codes(which, target, sales, block("read", "GetMetricData", "end", errors=FAILS), END) == []


def test_a_priority_beside_an_agent_s_own_queue_is_told_to_come_second() -> None:
    """An agent's own queue goes before all others."""
    first = block("first", "UpdateContactRoutingBehavior", "own", parameters={"QueuePriority": "1"})
    (finding,) = found(first, *own(), *QUEUE)
    assert (finding.block, finding.code) == ("own", "agent-queue-outranks")


def function(attributes: dict[str, str], next_action: str = "end") -> dict[str, Any]:
    return block(
        "function",
        "InvokeLambdaFunction",
        next_action,
        parameters={"LambdaFunctionARN": "wait", "LambdaInvocationAttributes": attributes},
        errors=FAILS,
    )


def test_a_function_is_given_a_metric_that_may_be_empty() -> None:
    """The age of the oldest contact is nothing while nobody waits."""
    metric = block("read", "GetMetricData", "function", errors=FAILS)
    (finding,) = found(metric, function({"queue_time": "$.Metrics.Queue.OldestContactAge"}), END)
    assert finding.code == "metric-may-be-empty"
    assert finding.field == "Parameters.LambdaInvocationAttributes.queue_time"
    assert codes(metric, function({"size": "$.Metrics.Queue.Size"}), END) == []


def test_a_metric_that_was_asked_about_before_is_let_pass() -> None:
    """A flow that asks whether anybody waits knows what it does."""
    metric = block("read", "GetMetricData", "any", errors=FAILS)
    anybody = block(
        "any",
        "CheckMetricData",
        "end",
        parameters={"MetricType": "NumberOfContactsInQueue", "QueueId": "Sales"},
        conditions=[("NumberGreaterThan", "0", "function")],
        errors={"NoMatchingCondition": "end", "NoMatchingError": "end"},
    )
    assert codes(metric, anybody, function({"age": "$.Metrics.Queue.OldestContactAge"}), END) == []


SETS = {
    "StoredCustomerInput": block(
        "fill",
        "GetParticipantInput",
        "end",
        parameters={
            "Text": "Your number?",
            "StoreInput": "True",
            "InputTimeLimitSeconds": "5",
            "InputValidation": {"CustomValidation": {"MaximumLength": "9"}},
        },
        errors=FAILS,
    ),
    "Metrics.Queue.Size": block("fill", "GetMetricData", "end", errors=FAILS),
    "Lex.IntentName": block(
        "fill",
        "ConnectParticipantWithLexBot",
        "end",
        parameters={"Text": "Yes?", "LexV2Bot": {"AliasArn": "bot"}},
        errors={"NoMatchingCondition": "end", "NoMatchingError": "end"},
    ),
    "Customer.FirstName": block("fill", "GetCustomerProfile", "end", errors=FAILS),
    "Case.title": block("fill", "GetCase", "end", errors=FAILS),
    "Modules.ResultData.name": block(
        "fill", "InvokeFlowModule", "end", parameters={"FlowModuleId": "m"}, errors=FAILS
    ),
    "Views.Action": block(
        "fill",
        "ShowView",
        "end",
        parameters={"ViewResource": {"Id": "form"}},
        errors={"NoMatchingCondition": "end", "NoMatchingError": "end", "TimeLimitExceeded": "end"},
    ),
}


@pytest.mark.parametrize("path", SETS)
def test_what_is_read_before_the_block_that_fills_it_is_told(path: str) -> None:
    """The block that reads stands before the one that fills; behind it all is well; a module begins with none
    of it, whether it fills it later or not."""
    say = block("say", "MessageParticipant", "fill", parameters={"Text": f"It is $.{path}"})
    (finding,) = found(say, SETS[path], END)
    assert (finding.block, finding.code) == ("say", "read-before-set")
    assert codes(say, SETS[path], END, flow_type="MODULE") == ["read-before-set"]
    alone = block("say", "MessageParticipant", "end", parameters={"Text": f"It is $.{path}"})
    assert codes(alone, END, flow_type="MODULE") == ["read-before-set"]
    fill = {**SETS[path], "Transitions": {**SETS[path]["Transitions"], "NextAction": "say"}}
    assert codes(fill, block("say", "MessageParticipant", "end", parameters={"Text": f"$.{path}"}), END) == []


def test_a_modules_input_is_read_in_modules_only() -> None:
    """A module is given it; a flow never is. What functions answered outside a module is not there inside."""
    say = block("say", "MessageParticipant", "end", parameters={"Text": "$.Modules.Input.name"})
    assert codes(say, END, flow_type="MODULE") == []
    assert codes(say, END, flow_type="CONTACT_FLOW") == ["input-of-no-module"]
    answer = block("say", "MessageParticipant", "end", parameters={"Text": "$.External.name"})
    assert codes(answer, END, flow_type="MODULE") == ["answer-before-question"]
    assert codes(answer, END) == []


def test_what_an_earlier_flow_may_have_filled_is_let_pass() -> None:
    """A flow that fills nothing may have been led to by one that did."""
    assert (
        codes(block("say", "MessageParticipant", "end", parameters={"Text": "$.Lex.IntentName"}), END) == []
    )


def test_a_flow_attribute_that_nothing_sets_is_told() -> None:
    """Flow attributes do not come from other flows, so nobody can have set it."""
    say = block("say", "MessageParticipant", "end", parameters={"Text": "$.FlowAttributes.tries"})
    assert codes(say, END) == ["read-before-set"]
    given = block(
        "set",
        "UpdateFlowAttributes",
        "say",
        parameters={"FlowAttributes": {"tries": {"Value": "1"}}},
        errors=FAILS,
    )
    assert codes(given, say, END) == []


def test_an_attribute_in_other_capitals_is_told() -> None:
    """Names of attributes tell capitals from small letters; any other name may come from outside."""
    sets = block(
        "set", "UpdateContactAttributes", "say", parameters={"Attributes": {"callType": "1"}}, errors=FAILS
    )
    say = block("say", "MessageParticipant", "end", parameters={"Text": "$.Attributes.calltype"})
    (finding,) = found(sets, say, END)
    assert finding.code == "attribute-capitals"
    assert finding.way_out == "Write $.Attributes.callType, if that is meant."
    other = block("say", "MessageParticipant", "end", parameters={"Text": "$.Attributes.name"})
    assert codes(sets, other, END) == []


def test_an_error_that_leads_back_to_its_block_is_told() -> None:
    """A failure is tried again at once and for ever; a customer's wrong key may be."""
    again = block(
        "again", "MessageParticipant", "end", parameters={"Text": "Hi"}, errors={"NoMatchingError": "again"}
    )
    assert codes(again, END) == ["error-to-itself"]
    menu = block(
        "menu",
        "GetParticipantInput",
        "end",
        parameters={"Text": "1 or 2?", "StoreInput": "False", "InputTimeLimitSeconds": "5"},
        errors={"InputTimeLimitExceeded": "menu", "NoMatchingCondition": "menu", "NoMatchingError": "end"},
    )
    assert codes(menu, END) == []


def test_an_arn_of_another_instance_without_a_name_is_told() -> None:
    """Its id says nothing elsewhere; the name that an export shows beside it does."""
    arn = (
        "arn:aws:connect:eu-central-1:000000000000:instance/11111111-1111-1111-1111-111111111111"
        "/queue/22222222-2222-2222-2222-222222222222"
    )
    target = block("a", "UpdateContactTargetQueue", "end", parameters={"QueueId": arn}, errors=FAILS)
    (finding,) = found(target, END)
    assert (finding.code, finding.field) == ("foreign-arn", "Parameters.QueueId")
    named = {"ActionMetadata": {"a": {"parameters": {"QueueId": {"displayName": "Sales"}}}}}
    assert codes(target, END, Metadata=named) == []


@pytest.mark.skipif(not CORPUS, reason="EVENHAND_CORPUS does not name a folder of public flows")
def test_the_traps_in_public_flows_are_those_that_were_looked_at() -> None:
    """A warning is read beside its flow before its count is changed here."""
    counts: Counter[str] = Counter()
    files = sorted((Path(CORPUS) / "flows").glob("*/*.json"))
    for file in files:
        counts.update(one.code for one in check_document(read_document(file.read_bytes(), file.name)))
    assert len(files) == 121
    about_conversion = ("older-export", "branch-added", "name-without-id")
    assert {code: number for code, number in counts.items() if code not in about_conversion} == {
        "agent-queue-full": 4,
        "agent-queue-has-no-figures": 1,
        "agent-queue-outranks": 1,
        "answer-before-question": 3,
        "attribute-name-refers": 2,
        "doubtful-type": 2,
        "metric-may-be-empty": 2,
        "out-of-range": 1,
        "saved-only-parameter": 2,
        "short-interrupt": 3,
        "unreachable": 2,
    }
