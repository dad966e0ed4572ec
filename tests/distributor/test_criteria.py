"""Whom routing criteria ask for, in code and in words; and records that cannot be bent."""

from __future__ import annotations

import msgspec
import pytest

from evenhand.centre.centre import Centre
from evenhand.distributor.criteria import holds, in_words
from evenhand.distributor.decision import derive
from evenhand.model.criteria import Condition, CriteriaStep, Expression, Proficiency, RoutingCriteria
from evenhand.model.decision import Decision
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.facts import AgentChosen
from evenhand.model.inputs import CentreDefined, ContactArrived, ContactRoutingUpdated, StatusSet
from evenhand.simulation.streams import ONE_BLOCK_FLOW

GERMAN = Condition("Language", "German", 3.0)
NIGHT = Condition("Team", "Night", negated=True)
ANA = Condition(agents=("ana",))
SKILLS = (Proficiency("Language", "German", 4.0), Proficiency("Team", "Day", 1.0))


@pytest.mark.parametrize(
    ("alternatives", "wanted"),
    [
        (((GERMAN,),), True),
        (((Condition("Language", "German", 4.5),),), False),
        (((Condition("Language", "German", 1.0, 3.5),),), False),
        (((Condition("Language", "French"),),), False),
        (((GERMAN, NIGHT),), True),
        (((GERMAN, Condition("Team", "Day", negated=True)),), False),
        (((ANA,),), False),
        (((ANA,), (GERMAN,)), True),
        (((Condition(agents=("bo",)), GERMAN),), True),
    ],
)
def test_whom_an_expression_asks_for(alternatives: tuple[tuple[Condition, ...], ...], wanted: bool) -> None:
    """One alternative with all of its conditions met is enough."""
    assert holds(Expression(alternatives), "bo", SKILLS) is wanted


def test_an_expression_in_words() -> None:
    """A person reads it without JSON."""
    both = Expression(((GERMAN, NIGHT), (Condition("Language", "German", 1.0, 2.0),), (ANA,)))
    assert in_words(both) == "Language German from 3 and not Team Night, or Language German 1-2, or ana"


def _decision() -> Decision:
    """bo was chosen for what ana, who has been available longer, does not know."""
    centre = Centre()
    people = {"ana": (), "bo": SKILLS}
    definition = CentreDefinition(
        default_queue="Desk",
        flows=(FlowDefinition(name="in", content=ONE_BLOCK_FLOW),),
        queues=(QueueDefinition(name="Desk"),),
        routing_profiles=(RoutingProfile(name="all", rows=(RoutingRow(queue="Desk"),)),),
        agents=tuple(
            AgentDefinition(name=name, routing_profile="all", proficiencies=skills)
            for name, skills in people.items()
        ),
    )
    centre.handle(CentreDefined(definition), 100.0)
    centre.handle(ContactArrived("c1", "in", queue="Desk"), 101.0)
    criteria = RoutingCriteria((CriteriaStep(Expression(((GERMAN,),)), 60.0),))
    centre.handle(ContactRoutingUpdated("c1", criteria=criteria), 102.0)
    assert not [
        fact
        for fact in centre.handle(StatusSet("ana", "Available"), 103.0).facts
        if isinstance(fact, AgentChosen)
    ]
    facts = centre.handle(StatusSet("bo", "Available"), 104.0).facts
    return next(fact.decision for fact in facts if isinstance(fact, AgentChosen))


def test_a_record_names_the_step_that_decided() -> None:
    """With what it asked for and what the chosen agent can do of it; and it comes to the same choice again."""
    decision = _decision()
    assert decision.step is not None
    assert (decision.step.number, decision.step.steps) == (1, 1)
    assert decision.candidates[0].skills == SKILLS[:1]
    assert "step 1 of 1 asks for Language German from 3" in decision.reason
    assert derive(decision) == ("bo", "")


def test_a_record_whose_skills_were_changed_is_found_out() -> None:
    """Who was chosen must be one whom the step asks for."""
    decision = _decision()
    chosen = msgspec.structs.replace(decision.candidates[0], skills=())
    bent = msgspec.structs.replace(decision, candidates=(chosen,))
    assert derive(bent) == ("", "the step of the routing criteria speaks against bo's part")


def test_a_record_that_denies_a_skill_is_found_out() -> None:
    """Who is said to be without the skill must be without it."""
    decision = _decision()
    denied = msgspec.structs.replace(decision.candidates[0], agent="ana", outcome="missing_skill")
    bent = msgspec.structs.replace(decision, candidates=(*decision.candidates, denied))
    assert derive(bent)[1] == "the step of the routing criteria speaks against ana's part"
