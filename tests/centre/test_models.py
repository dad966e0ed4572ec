"""Learned models: they rank those who may have a contact, and a bad one changes the reason only."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.adapters.files import check_centre_file, read_centre
from evenhand.centre.centre import Centre
from evenhand.centre.contact import OFFERED, WAITING
from evenhand.centre.snapshot import read_state, restore, snapshot, write_state
from evenhand.distributor.decision import derive
from evenhand.errors import IllegalInput
from evenhand.model.decision import Decision
from evenhand.model.definition import CentreDefinition, Policy
from evenhand.model.effects import Effect, ScoreCandidates
from evenhand.model.facts import AgentChosen
from evenhand.model.inputs import (
    CandidatesScored,
    CentreDefined,
    ContactArrived,
    ContactHungUp,
    OfferRejected,
    ScoringFailed,
    StatusSet,
    Tick,
    WorkloadObservation,
    WorkloadObserved,
)
from evenhand.model.rules import Rule, RuleSet
from evenhand.records.explain import explanation

EXAMPLE = Path(__file__).parents[2] / "examples" / "learned_model"


def opened(**changes: Any) -> Centre:
    """The example's centre at 100, changed so."""
    definition: CentreDefinition = msgspec.structs.replace(read_centre(EXAMPLE), **changes)
    centre = Centre()
    centre.handle(CentreDefined(definition), 100.0)
    return centre


def arrive(centre: Centre, contact_id: str = "c1", at: float = 110.0, **more: Any) -> ScoreCandidates:
    """The contact arrives and its model is asked; nobody is offered it yet."""
    outcome = centre.handle(ContactArrived(contact_id, "welcome", **more), at)
    assert told(outcome.facts) is None
    return asked(outcome.effects)


def asked(effects: tuple[Effect, ...]) -> ScoreCandidates:
    (one,) = (effect for effect in effects if isinstance(effect, ScoreCandidates))
    return one


def told(facts: tuple[Any, ...]) -> Decision | None:
    made = [fact.decision for fact in facts if isinstance(fact, AgentChosen)]
    for decision in made:
        assert derive(decision) == (decision.agent, "")
    return made[-1] if made else None


def answer(centre: Centre, one: ScoreCandidates, scores: Any, at: float = 110.01) -> Decision:
    decision = told(centre.handle(CandidatesScored(one.contact_id, one.id, scores), at).facts)
    assert decision is not None
    return decision


SCORES = {"anna": 0.2, "ben": 0.9, "cleo": 0.4, "dora": 0.1}


def test_the_example_has_no_faults() -> None:
    assert check_centre_file(EXAMPLE) == []


def test_the_model_is_given_its_inputs_for_each_who_is_idle() -> None:
    centre = opened()
    centre.handle(StatusSet("dora", "Offline"), 101.0)
    centre.handle(WorkloadObserved(102.0, (WorkloadObservation("cases", "ben", {"workload": 4.0}),)), 102.0)
    one = arrive(centre, attributes={"topic": "loan"}, own_agent="cleo")
    assert one.agents == ("anna", "ben", "cleo")
    assert one.features == (
        (0.0, 1.0, 1.0, 0.0, 0.0, 0.0),
        (0.0, 1.0, 0.0, 1.0, 0.0, 4.0),
        (0.0, 1.0, 1.0, 1.0, 1.0, 0.0),
    )
    assert one.time_limit == 0.05


def test_the_highest_score_is_chosen_and_the_record_shows_why() -> None:
    centre = opened()
    decision = answer(centre, arrive(centre), SCORES)
    assert decision.agent == "ben"
    assert [one.agent for one in decision.candidates] == ["ben", "cleo", "anna", "dora"]
    assert decision.reason == "ben ranks first by the model, score 0.9"
    assert decision.model is not None
    assert (decision.model.name, decision.model.version) == ("resolved", "1")
    assert len(decision.model.digest) == 12
    text = "\n".join(explanation(decision, 110.0))
    assert "model       resolved, version 1, digest" in text
    assert "agent.workload" in text
    assert "derived again from the record: the same choice, ben" in text


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ({**SCORES, "ben": math.nan}, "not_finite"),
        ({**SCORES, "ben": math.inf}, "not_finite"),
        ({**SCORES, "ben": "high"}, "wrong_type"),
        ({**SCORES, "ben": True}, "wrong_type"),
        ({"ben": 0.9}, "missing_scores"),
        ([0.9], "wrong_type"),
    ],
)
def test_an_absurd_answer_changes_only_the_reason(scores: Any, reason: str) -> None:
    centre = opened()
    decision = answer(centre, arrive(centre), scores)
    assert decision.agent == "anna"
    assert decision.fallback == f"model_{reason}"
    assert "anna has been available longest; the model resolved gave no scores" in decision.reason


def test_a_model_that_fails_says_so_in_the_decision() -> None:
    centre = opened()
    one = arrive(centre)
    decision = told(centre.handle(ScoringFailed("c1", one.id, "crashed", "out of memory"), 110.02).facts)
    assert decision is not None
    assert (decision.agent, decision.fallback) == ("anna", "model_crashed")
    assert "crashed: out of memory" in decision.reason


def test_a_host_that_never_answers_holds_nobody() -> None:
    centre = opened()
    one = arrive(centre)
    assert centre.contacts["c1"].stage == WAITING
    assert centre.wake_at() == 110.05
    assert told(centre.handle(Tick(), 110.04).facts) is None
    decision = told(centre.handle(Tick(), 110.05).facts)
    assert decision is not None
    assert (decision.agent, decision.fallback) == ("anna", "model_timeout")
    assert centre.contacts["c1"].stage == OFFERED
    with pytest.raises(IllegalInput, match="too late"):
        centre.handle(CandidatesScored("c1", one.id, SCORES), 110.06)


def test_while_the_model_is_asked_the_contact_is_not_offered() -> None:
    centre = opened()
    one = arrive(centre)
    centre.handle(StatusSet("anna", "Offline"), 110.01)
    assert told(centre.handle(StatusSet("anna", "Available"), 110.02).facts) is None
    assert answer(centre, one, SCORES, 110.03).agent == "ben"


def test_who_becomes_free_meanwhile_comes_after_those_with_a_score() -> None:
    centre = opened()
    centre.handle(StatusSet("anna", "Offline"), 101.0)
    one = arrive(centre)
    centre.handle(StatusSet("anna", "Available"), 110.01)
    centre.handle(StatusSet("ben", "Offline"), 110.01)
    decision = answer(centre, one, SCORES, 110.02)
    assert decision.agent == "cleo"
    assert decision.candidates[-1].agent == "anna"
    assert decision.candidates[-1].model_score is None


def test_a_choice_of_one_asks_nobody() -> None:
    centre = opened()
    for name in ("anna", "ben", "cleo"):
        centre.handle(StatusSet(name, "Offline"), 101.0)
    outcome = centre.handle(ContactArrived("c1", "welcome"), 110.0)
    decision = told(outcome.facts)
    assert decision is not None
    assert decision.agent == "dora"
    centre.handle(ContactArrived("c2", "welcome"), 111.0)
    freed = told(centre.handle(StatusSet("ben", "Available"), 120.0).facts)
    assert freed is not None
    assert (freed.contact_id, freed.agent, freed.trigger) == ("c2", "ben", "agent")


def test_after_a_refused_offer_the_model_is_asked_again() -> None:
    centre = opened()
    answer(centre, arrive(centre), SCORES)
    again = asked(centre.handle(OfferRejected("c1", "ben"), 115.0).effects)
    assert again.agents == ("anna", "cleo", "dora")
    assert answer(centre, again, SCORES, 115.01).agent == "cleo"


def test_when_nobody_is_left_of_those_it_was_asked_about_it_is_asked_again() -> None:
    centre = opened()
    for name in ("cleo", "dora"):
        centre.handle(StatusSet(name, "Offline"), 101.0)
    one = arrive(centre)
    for name, status in (
        ("anna", "Offline"),
        ("ben", "Offline"),
        ("cleo", "Available"),
        ("dora", "Available"),
    ):
        centre.handle(StatusSet(name, status), 110.01)
    again = asked(centre.handle(CandidatesScored("c1", one.id, SCORES), 110.02).effects)
    assert again.agents == ("cleo", "dora")
    assert answer(centre, again, SCORES, 110.03).agent == "cleo"


def test_a_contact_that_leaves_while_the_model_is_asked_is_gone() -> None:
    centre = opened()
    one = arrive(centre)
    centre.handle(ContactHungUp("c1"), 110.01)
    with pytest.raises(IllegalInput):
        centre.handle(CandidatesScored("c1", one.id, SCORES), 110.02)
    assert told(centre.handle(Tick(), 110.05).facts) is None


def test_what_is_asked_survives_a_crash_under_the_same_id() -> None:
    centre = opened()
    one = arrive(centre)
    again = restore(read_state(write_state(snapshot(centre))))
    assert [effect for effect in again.outstanding() if isinstance(effect, ScoreCandidates)] == [one]
    assert again.wake_at() == 110.05
    assert answer(again, one, SCORES) == answer(centre, one, SCORES)


def test_the_own_agent_needs_no_model() -> None:
    policy = Policy(name="learned", rank="model", model="resolved", own_agent=True)
    centre = opened(policies=(policy,))
    decision = told(centre.handle(ContactArrived("c1", "welcome", own_agent="dora"), 110.0).facts)
    assert decision is not None
    assert decision.agent == "dora"


def test_whom_a_rule_excludes_the_model_does_not_see() -> None:
    policy = Policy(name="learned", rank="model", model="resolved", rules="r")
    rules = RuleSet(name="r", rules=(Rule(name="not ben", exclude='agent.name == "ben"'),))
    centre = opened(policies=(policy,), rule_sets=(rules,))
    one = arrive(centre)
    assert "ben" not in one.agents
    assert answer(centre, one, SCORES).agent == "cleo"


def test_a_new_definition_lets_the_same_model_finish() -> None:
    centre = opened()
    one = arrive(centre)
    definition = msgspec.structs.replace(centre.definition, name="other")
    assert told(centre.handle(CentreDefined(definition), 110.01).facts) is None
    assert answer(centre, one, SCORES, 110.02).agent == "ben"


def test_a_new_definition_with_another_model_does_not_wait_for_the_old_one() -> None:
    centre = opened()
    one = arrive(centre)
    model = msgspec.structs.replace(centre.definition.models[0], version="2")
    definition = msgspec.structs.replace(centre.definition, models=(model,))
    assert told(centre.handle(CentreDefined(definition), 110.01).facts) is not None
    with pytest.raises(IllegalInput):
        centre.handle(CandidatesScored("c1", one.id, SCORES), 110.02)


def test_a_policy_whose_model_is_not_there_still_finds_somebody() -> None:
    centre = opened(models=())
    decision = told(centre.handle(ContactArrived("c1", "welcome"), 110.0).facts)
    assert decision is not None
    assert (decision.agent, decision.fallback) == ("anna", "model_unknown_model")


BLEND = Policy(
    name="learned",
    rank="blend",
    call_type="cases",
    workload_weight=1.0,
    rules="r",
    rules_weight=2.0,
    model="resolved",
    model_weight=10.0,
)
LIKES = RuleSet(name="r", rules=(Rule(name="rather anna", prefer='agent.name == "anna"', score=3.0),))


@pytest.mark.parametrize(
    ("load", "scores", "agent"),
    [
        (0.0, SCORES, "ben"),  # 0 - 9 against anna's 0 - 6 - 2
        (2.0, SCORES, "anna"),  # 2 - 9 against the same
        (0.0, {"anna": 0.0, "ben": 0.5, "cleo": 0.5, "dora": 0.5}, "anna"),
    ],
)
def test_a_blend_weighs_work_rules_and_model(load: float, scores: dict[str, float], agent: str) -> None:
    centre = opened(policies=(BLEND,), rule_sets=(LIKES,))
    row = WorkloadObservation("cases", "ben", {"workload": load})
    centre.handle(WorkloadObserved(102.0, (row,)), 102.0)
    decision = answer(centre, arrive(centre), scores)
    assert decision.agent == agent
    by_name = {one.agent: one for one in decision.candidates}
    assert by_name["ben"].workload == load
    assert by_name["anna"].score == 3.0
    assert by_name["ben"].model_score == scores["ben"]
    text = "\n".join(explanation(decision, 110.0))
    assert "weights     work 1, rules 2, model 10" in text


def test_a_blend_without_its_model_goes_on_with_the_rest() -> None:
    centre = opened(policies=(BLEND,), rule_sets=(LIKES,))
    one = arrive(centre)
    decision = told(centre.handle(ScoringFailed("c1", one.id, "raised"), 110.01).facts)
    assert decision is not None
    assert decision.agent == "anna"
    assert "rules 3; the model resolved gave no scores: raised" in decision.reason


def test_the_check_finds_all_faults_of_models_at_once(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "centre")
    file = tmp_path / "centre" / "centre.toml"
    text = file.read_text().replace('model = "resolved"', 'model = "resolve"\nmodel_weight = 1.0')
    text = text.replace("time_limit = 0.05", "time_limit = 0").replace("agent.own", "agent.owner")
    text = text.replace("skills=tax", "skils=tax")
    text += '\n[models.slow]\nsource = "none.onnx"\ntime_limit = 5.0\ncolour = "red"\n[models.bad]\nsource = "x"\n'
    file.write_text(text)
    found = {(one.code, one.field) for one in check_centre_file(file)}
    assert found >= {
        ("unknown-model", "policies.learned.model"),
        ("no-effect", "policies.learned.model_weight"),
        ("bad-seconds", "models.resolved.time_limit"),
        ("unknown-input", "models.resolved.inputs[4]"),
        ("unknown-label", "models.resolved.inputs[2]"),
        ("no-effect", "models.resolved"),
        ("no-file", "models.slow.source"),
        ("long-limit", "models.slow.time_limit"),
        ("unknown-key", "models.slow.colour"),
        ("bad-source", "models.bad.source"),
        ("no-inputs", "models.bad.inputs"),
    }


def test_the_example_trains_and_prefers_who_knows_the_matter(tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLE / "train.py"), "--contacts", "1200", "--into", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    told_of = json.loads((tmp_path / "weights.json").read_text())
    assert told_of["log_loss"] < told_of["log_loss_of_the_mean"]
    shutil.copy(EXAMPLE / "model.py", tmp_path)
    rows = [[1, 0, 0, 1, 0, 0], [1, 0, 1, 0, 0, 0], [1, 0, 1, 0, 0, 14]]
    inputs = list(read_centre(EXAMPLE).models[0].inputs)
    code = "import json, sys, model; print(model.score(json.loads(sys.argv[1]), None))"
    event = json.dumps({"inputs": inputs, "rows": rows})
    run = [sys.executable, "-c", code, event]
    out = subprocess.run(run, check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    other, expert, busy_expert = json.loads(out)
    assert expert > other
    assert expert > busy_expert
