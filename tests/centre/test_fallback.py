"""The ordinary queue is the fallback for everything: nobody is turned away there for a number."""

from __future__ import annotations

from evenhand.centre.centre import Centre
from evenhand.centre.contact import WAITING
from evenhand.model.definition import CentreDefinition, FlowDefinition, QueueDefinition
from evenhand.model.facts import ContactEnded, FlowFailed
from evenhand.model.inputs import CentreDefined, ContactArrived
from tests.centre.law_centre import block, flow_text

LOST = flow_text(block("lost", "NobodyKnowsThis"))


def _centre(*queues: QueueDefinition) -> Centre:
    centre = Centre()
    flows = (FlowDefinition(name="lost", content=LOST),)
    centre.handle(CentreDefined(CentreDefinition(flows=flows, queues=queues)), 1.0)
    return centre


def test_a_full_default_queue_takes_a_contact_that_has_nowhere_else_to_go() -> None:
    """A flow that cannot go on leads to the default queue, also beyond its limit."""
    centre = _centre(QueueDefinition(name="BasicQueue", max_contacts=1))
    for number in range(3):
        centre.handle(ContactArrived(f"c{number}", "lost"), 2.0 + number)
    assert [contact.stage for contact in centre.contacts.values()] == [WAITING] * 3


def test_without_a_default_queue_the_facts_say_that_the_contact_ends() -> None:
    """Where there is no default queue the contact ends, and the facts say why."""
    facts = _centre().handle(ContactArrived("c1", "lost"), 2.0).facts
    told = [fact for fact in facts if isinstance(fact, FlowFailed)]
    assert [(fact.why, fact.then) for fact in told][1:] == [
        ("there is no default queue 'BasicQueue'", "the contact ends")
    ]
    assert isinstance(facts[-1], ContactEnded)
