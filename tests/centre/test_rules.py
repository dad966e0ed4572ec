"""Written rules: who is kept from a contact, who is preferred, and what a broken rule changes: the reason only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.adapters.files.centre_check import check_centre_file
from evenhand.adapters.files.centre_toml import read_centre
from evenhand.centre.centre import Centre
from evenhand.centre.contact import OFFERED, WAITING
from evenhand.centre.snapshot import read_state, restore, snapshot, write_state
from evenhand.distributor.decision import derive
from evenhand.model.decision import Decision
from evenhand.model.definition import CentreDefinition, HoursOfOperation, QueueDefinition
from evenhand.model.facts import AgentChosen, ContactQueued
from evenhand.model.inputs import CentreDefined, ContactArrived, ContactHungUp, StatusSet, Tick
from evenhand.model.rules import Rule, RuleSet
from evenhand.records.explain import explanation

EXAMPLE = Path(__file__).parents[2] / "examples" / "written_rules"


def opened(*rules: Rule, wait: float = 90.0) -> Centre:
    """The example's centre; with these rules in place of its own when there are any."""
    definition: CentreDefinition = read_centre(EXAMPLE)
    if rules:
        definition = msgspec.structs.replace(
            definition, rule_sets=(RuleSet(name="desk", version="t", wait=wait, rules=rules),)
        )
    centre = Centre()
    centre.handle(CentreDefined(definition), 100.0)
    return centre


def arrive(centre: Centre, contact_id: str = "c1", at: float = 110.0, **more: Any) -> Decision | None:
    """The decision, if there is one at once; derived again from the record it is the same."""
    facts = centre.handle(ContactArrived(contact_id, "welcome", **more), at).facts
    return told(facts)


def told(facts: tuple[Any, ...]) -> Decision | None:
    made = [fact.decision for fact in facts if isinstance(fact, AgentChosen)]
    for decision in made:
        assert derive(decision) == (decision.agent, "")
    return made[-1] if made else None


def test_the_example_has_no_faults() -> None:
    assert [one for one in check_centre_file(EXAMPLE) if one.severity == "error"] == []


@pytest.mark.parametrize(
    ("attributes", "agent"),
    [
        ({}, "anna"),
        ({"state": "NY"}, "cleo"),
        ({"state": "TX", "language": "es"}, "ben"),
        ({"state": "CA", "vip": "gold"}, "cleo"),
        ({"language": "es", "vip": "yes"}, "ben"),
    ],
)
def test_licence_language_and_standing_choose(attributes: dict[str, str], agent: str) -> None:
    decision = arrive(opened(), attributes=attributes)
    assert decision is not None
    assert decision.agent == agent


def test_a_pair_that_must_not_meet_does_not_meet() -> None:
    centre = opened()
    attributes = {"state": "TX", "language": "es"}
    decision = arrive(centre, customer_address="+15550199", attributes=attributes)
    assert decision is not None
    assert decision.agent == "anna"
    ben = next(one for one in decision.candidates if one.agent == "ben")
    assert (ben.outcome, ben.rule) == ("excluded_by_rule", "ben does not advise his brother")


def test_an_excluded_agent_who_asks_is_passed_and_the_next_contact_is_taken() -> None:
    centre = opened()
    for name in ("anna", "cleo"):
        centre.handle(StatusSet(name, "Offline"), 101.0)
    assert arrive(centre, "c1", attributes={"state": "NY"}) is None
    decision = arrive(centre, "c2", 111.0, attributes={"state": "TX"})
    assert decision is not None
    assert decision.agent == "ben"
    late = told(centre.handle(StatusSet("cleo", "Available"), 120.0).facts)
    assert late is not None
    assert (late.contact_id, late.agent) == ("c1", "cleo")


def test_when_nobody_may_the_contact_waits_and_then_the_ordinary_ranking_decides() -> None:
    centre = opened()
    assert arrive(centre, attributes={"state": "AK"}) is None
    assert centre.contacts["c1"].stage == WAITING
    assert centre.wake_at() == 200.0
    again = restore(read_state(write_state(snapshot(centre))))
    assert again.wake_at() == 200.0
    assert told(centre.handle(Tick(), 199.0).facts) is None
    decision = told(centre.handle(Tick(), 200.0).facts)
    assert decision is not None
    assert decision.fallback == "rules_excluded_everybody"
    assert centre.contacts["c1"].stage == OFFERED
    assert told(again.handle(Tick(), 200.0).facts) == decision


def test_a_rule_that_breaks_changes_only_the_reason() -> None:
    centre = opened(
        Rule(name="amount", when="number(attributes.amount) > 5", exclude="agent.name == 'anna'"),
        Rule(name="bad", exclude="agent.nam"),
    )
    decision = arrive(centre, attributes={"amount": "much"})
    assert decision is not None
    assert decision.agent == "anna"
    assert "amount" in decision.reason
    assert "bad" in decision.reason
    assert decision.rules is not None
    assert decision.rules.fired == ()


def test_explain_names_the_rules_that_fired() -> None:
    decision = arrive(opened(), attributes={"state": "NY"})
    assert decision is not None
    text = "\n".join(explanation(decision, 110.0))
    assert "rule set    desk, version 2026-11" in text
    assert "by licensed in the customer's state" in text
    assert "the same choice, cleo" in text


def test_new_rules_hold_at_once_for_those_who_wait() -> None:
    centre = opened()
    assert arrive(centre, attributes={"state": "AK"}) is None
    definition = msgspec.structs.replace(centre.definition, rule_sets=(RuleSet(name="desk", version="3"),))
    decision = told(centre.handle(CentreDefined(definition), 120.0).facts)
    assert decision is not None
    assert decision.agent == "anna"
    centre.handle(ContactHungUp("c1"), 121.0)


@pytest.mark.parametrize(
    "text",
    [
        "().__class__.__bases__",
        "9 ^ 9 ^ 9 ^ 9 ^ 9",
        "some([1..9000000000], # > 1)",
        "map([1, 2], map([1, 2], #))",
        "[1..100000000000]",
        "rand(10) > 5",
        "d() > d('2020-01-01')",
        "date('now') > 5",
        "$root",
        "agent",
        "upper(agent.name).length",
        "(" * 500 + "1" + ")" * 500,
        "not " * 400 + "true",
        "-" * 1900 + "1",
        "1?" * 300 + "1" + ":1" * 300,
        "a" * 3000,
        "'" * 7,
        "",
        "1 if",
    ],
)
def test_hostile_expressions_are_refused_or_bounded(text: str) -> None:
    decision = arrive(opened(Rule(name="hostile", exclude=text)))
    assert decision is not None
    assert decision.agent in ("anna", "ben")


def test_the_check_finds_all_faults_of_a_rule_file_at_once(tmp_path: Path) -> None:
    for file in ("centre.toml", "welcome.json"):
        (tmp_path / file).write_text((EXAMPLE / file).read_text())
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "desk.toml").write_text(
        """
        wait = -1
        colour = "red"
        [[rules]]
        name = "a"
        when = "attribut.x == '1'"
        exclude = "agent.name == 'annna'"
        [[rules]]
        name = "a"
        given = { queue = "Mortgage", mood = "bad", channel = [] }
        prefer = "agent.labels.licence == 'TX'"
        [[rules]]
        exclude = "agent.name =="
        queue = "Nowhere"
        [[rules]]
        given = { queue = 3 }
        """
    )
    found = {(one.code, one.field.partition("desk.toml: ")[2]) for one in check_centre_file(tmp_path)}
    assert found >= {
        ("negative", "wait"),
        ("unknown-key", "colour"),
        ("bad-expression", "rules[0].when"),
        ("unknown-agent", "rules[0].exclude"),
        ("duplicate", "rules"),
        ("unknown-queue", "rules[1].given.queue"),
        ("unknown-name", "rules[1].given.mood"),
        ("never", "rules[1].given.channel"),
        ("unknown-label", "rules[1].prefer"),
        ("bad-expression", "rules[2].exclude"),
        ("unknown-queue", "rules[2].queue"),
        ("wrong-type", "rules[3].given.queue"),
        ("no-effect", "rules[3]"),
    }


def test_a_rule_names_another_queue_and_the_fact_says_which_rule_it_was() -> None:
    centre = opened(Rule(name="vip desk", given={"attributes.vip": ("gold",)}, queue="VIP"))
    definition = msgspec.structs.replace(
        centre.definition, queues=(*centre.definition.queues, QueueDefinition(name="VIP"))
    )
    centre.handle(CentreDefined(definition), 101.0)
    queued = [
        fact
        for number, vip in enumerate(("gold", "no"))
        for fact in centre.handle(
            ContactArrived(f"c{number}", "welcome", attributes={"vip": vip}), 110.0 + number
        ).facts
        if isinstance(fact, ContactQueued)
    ]
    assert [fact.queue for fact in queued] == ["VIP", "Mortgages"]
    assert queued[0].why == "the rule 'vip desk' of desk, version t, sent it from Mortgages"
    assert queued[1].why == ""


def test_a_full_queue_is_not_where_a_rule_sends_anybody() -> None:
    centre = opened(Rule(name="vip desk", queue="VIP"))
    queues = (*centre.definition.queues, QueueDefinition(name="VIP", max_contacts=0))
    centre.handle(CentreDefined(msgspec.structs.replace(centre.definition, queues=queues)), 101.0)
    assert arrive(centre) is not None


def test_rules_see_hours_and_workload() -> None:
    rows = (
        Rule(name="closed", when="open and not hours['Night']", exclude="agent.name == 'anna'"),
        Rule(name="busy", exclude="agent.workload >= 0 and agent.name == 'ben'"),
    )
    centre = opened(*rows)
    definition = msgspec.structs.replace(centre.definition, hours=(HoursOfOperation(name="Night"),))
    centre.handle(CentreDefined(definition), 101.0)
    decision = arrive(centre)
    assert decision is not None
    assert decision.agent == "cleo"
    assert decision.rules is not None
    assert decision.rules.fired == ("closed", "busy")


def table_of(*rows: dict[str, str]) -> str:
    """A decision table as the editor saves it: the state is asked, a rule is answered."""
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": "state", "name": "State", "field": "attributes.state"}],
        "outputs": [{"id": one, "name": one, "field": one} for one in ("rule", "exclude", "queue")],
        "rules": [{"_id": str(number), **row} for number, row in enumerate(rows)],
    }
    place = {"position": {"x": 0, "y": 0}}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "request", **place},
        {"id": "table", "type": "decisionTableNode", "name": "licences", "content": content, **place},
        {"id": "out", "type": "outputNode", "name": "response", **place},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})


def test_a_decision_table_answers_rules() -> None:
    centre = opened()
    table = table_of(
        {"state": "'NY'", "rule": "'only the east'", "exclude": "\"agent.name != 'cleo'\""},
        {"state": "'TX', 'CA'", "rule": "'only the south'", "exclude": "\"agent.name == 'anna'\""},
    )
    for state, agent in (("NY", "cleo"), ("TX", "ben"), ("ZZ", "anna")):
        rules = RuleSet(name="desk", version="t", table=table, table_file="licences.json")
        centre.handle(CentreDefined(msgspec.structs.replace(opened().definition, rule_sets=(rules,))), 101.0)
        decision = arrive(centre, state, attributes={"state": state})
        assert decision is not None
        assert decision.agent == agent


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "no decision"),
        (
            '{"nodes": [{"type": "functionNode", "content": "export const handler = () => Date.now()"}]}',
            "functionNode",
        ),
        (table_of({"state": "rand(5)", "rule": "'x'"}), "calls rand"),
        (table_of({"state": "some([1], # > 0)", "rule": "'x'"}), "some"),
    ],
)
def test_a_table_that_may_not_run_is_told_by_the_decision_and_changes_nothing_else(
    content: str, code: str
) -> None:
    rules = RuleSet(name="desk", version="t", table=content, table_file="licences.json")
    centre = Centre()
    centre.handle(CentreDefined(msgspec.structs.replace(read_centre(EXAMPLE), rule_sets=(rules,))), 100.0)
    decision = arrive(centre)
    assert decision is not None
    assert decision.agent == "anna"
    assert code in decision.reason


def test_the_own_agent_is_asked_again_when_the_rules_that_left_nobody_are_over() -> None:
    centre = opened(Rule(name="nobody", exclude="agent.name != ''"))
    policies = tuple(
        msgspec.structs.replace(one, own_agent=True, rank="longest_available")
        for one in centre.definition.policies
    )
    centre.handle(CentreDefined(msgspec.structs.replace(centre.definition, policies=policies)), 101.0)
    assert arrive(centre, own_agent="cleo") is None
    decision = told(centre.handle(Tick(), 200.0).facts)
    assert decision is not None
    assert decision.agent == "cleo"
    assert decision.candidates[0].via == "own_agent"
