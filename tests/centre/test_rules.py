"""Written rules: who is kept from a contact, who is preferred, and what a broken rule changes: the reason only."""

from __future__ import annotations

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
from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import AgentChosen
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
        Rule(name="amount", when='number(attribute("amount")) > 5', exclude='agent == "anna"'),
        Rule(name="bad", exclude="agent.name"),
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
        "9 ** 9 ** 9",
        '"a" * 10000000000',
        "[x for x in agent]",
        "open('/etc/passwd')",
        "attribute(agent)",
        "label('x').upper()",
        "lambda: 1",
        "(" * 500 + "1" + ")" * 500,
        "not " * 900 + "1",
        "f'{agent}'",
        "agent := 'x'",
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
        when = 'attribut("x") == "1"'
        exclude = 'agent == "annna"'
        [[rules]]
        name = "a"
        given = { queue = "Mortgage", mood = "bad", channel = [] }
        prefer = 'label("licence") == "TX"'
        [[rules]]
        exclude = 'agent =='
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
        ("wrong-type", "rules[3].given.queue"),
        ("no-effect", "rules[3]"),
    }
