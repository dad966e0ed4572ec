"""Routing criteria in records and events."""

from __future__ import annotations

from typing import Any

from evenhand.centre.centre import Centre
from evenhand.model.criteria import Condition, CriteriaStep, Expression, RoutingCriteria
from evenhand.model.facts import Fact
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    ContactRoutingUpdated,
    Input,
    OfferAccepted,
    StatusSet,
    Tick,
)
from evenhand.model.names import resource_id
from evenhand.records.contact_events import ContactEvents
from evenhand.records.contact_life import Contacts
from evenhand.records.contact_record import contact, contact_trace_record
from tests.stories.story import define

DEFINITION = define(
    """
      queue BasicQueue
      queue Loans
      profile voice BasicQueue Loans
      agent ana voice status=Offline
      skill ana Language German 4
      flow in: ask Language=German>=3 & !Team=Night for 8 then Language=German>=2-4 / agents ana | queue BasicQueue | transfer
      flow own: ask Language=German | agent ana | transfer
      flow wandering: ask Language=German | hook on | queue BasicQueue | transfer
      queue-flow on: loop music every 10 | move Loans | end
    """.strip().splitlines()
)
FIRST = {
    "AndExpression": [
        {
            "AttributeCondition": {
                "Name": "Language",
                "Value": "German",
                "ComparisonOperator": "NumberGreaterOrEqualTo",
                "ProficiencyLevel": 3.0,
            }
        },
        {
            "NotAttributeCondition": {
                "Name": "Team",
                "Value": "Night",
                "ComparisonOperator": "NumberGreaterOrEqualTo",
                "ProficiencyLevel": 1.0,
            }
        },
    ]
}
SECOND = {
    "OrExpression": [
        {
            "AttributeCondition": {
                "Name": "Language",
                "Value": "German",
                "ComparisonOperator": "Range",
                "Range": {"MinProficiencyLevel": 2.0, "MaxProficiencyLevel": 4.0},
            }
        },
        {
            "AttributeCondition": {
                "MatchCriteria": {"AgentsCriteria": {"AgentIds": [resource_id("agent", "ana")]}}
            }
        },
    ]
}


def told(*happenings: tuple[float, Input]) -> list[Fact]:
    """What came of these."""
    centre = Centre()
    facts = list(centre.handle(CentreDefined(DEFINITION), 0.0).facts)
    for at, input in happenings:
        while (due := centre.wake_at()) is not None and due <= at:
            facts.extend(centre.handle(Tick(), due).facts)
        facts.extend(centre.handle(input, at).facts)
    return facts


def record(facts: list[Fact], contact_id: str) -> dict[str, Any]:
    known = Contacts(DEFINITION)
    known.feed(facts)
    life = known.find(contact_id)
    assert life is not None
    return contact_trace_record(life, known.resources)


def test_a_record_has_the_steps_with_what_became_of_each() -> None:
    """The first ran out at 10 s, by the second an agent was found."""
    facts = told(
        (2.0, ContactArrived("c", "in")),
        (11.0, StatusSet("ana", "Available")),
        (12.0, OfferAccepted("c", "ana")),
    )
    assert record(facts, "c")["RoutingCriteria"] == [
        {
            "Index": 1,
            "ActivationTimestamp": "1970-01-01T00:00:02Z",
            "Steps": [
                {
                    "Expression": FIRST,
                    "Status": "EXPIRED",
                    "Expiry": {"DurationInSeconds": 8, "ExpiryTimestamp": "1970-01-01T00:00:10Z"},
                },
                {"Expression": SECOND, "Status": "JOINED"},
            ],
        }
    ]


def test_the_last_three_updates_are_kept() -> None:
    """The ones before say where they were interrupted; the API shows the latest, in the words it has."""

    def asks(value: str) -> RoutingCriteria:
        return RoutingCriteria((CriteriaStep(Expression(((Condition("Language", value),),))),))

    facts = told(
        (0.0, ContactArrived("c", "in")),
        (1.0, ContactRoutingUpdated("c", criteria=asks("French"))),
        (2.0, ContactRoutingUpdated("c", criteria=asks("Dutch"))),
        (3.0, ContactRoutingUpdated("c", criteria=asks("Danish"))),
    )
    shown = record(facts, "c")["RoutingCriteria"]
    steps = [(one["Index"], [step["Status"] for step in one["Steps"]]) for one in shown]
    assert steps == [(2, ["INTERRUPTED"]), (3, ["INTERRUPTED"]), (4, ["ACTIVE"])]
    known = Contacts(DEFINITION)
    known.feed(facts)
    latest = contact(known.present["c"], known.resources)["RoutingCriteria"]
    assert (latest["Index"], latest["Steps"][0]["Status"]) == (4, "ACTIVE")
    known.present["c"].criteria[-1].statuses = ["DEACTIVATED"]
    assert contact(known.present["c"], known.resources)["RoutingCriteria"]["Steps"][0]["Status"] == "INACTIVE"


def test_criteria_that_were_taken_away_leave_an_update_without_steps() -> None:
    facts = told(
        (0.0, ContactArrived("c", "in")), (1.0, ContactRoutingUpdated("c", criteria=RoutingCriteria(())))
    )
    assert record(facts, "c")["RoutingCriteria"][-1] == {"Index": 2, "Steps": []}


def test_in_an_agents_own_queue_the_time_is_noted_and_no_step_is_active() -> None:
    """Amazon Connect says both."""
    shown = record(told((4.0, ContactArrived("c", "own"))), "c")["RoutingCriteria"]
    assert shown[0]["ActivationTimestamp"] == "1970-01-01T00:00:04Z"
    assert [step["Status"] for step in shown[0]["Steps"]] == ["INACTIVE"]


def test_criteria_that_go_along_to_another_queue_stand_in_both_records() -> None:
    """They begin anew there."""
    facts = told((0.0, ContactArrived("c", "wandering")), (11.0, Tick()))
    before, after = record(facts, "c")["RoutingCriteria"], record(facts, "c.2")["RoutingCriteria"]
    assert [one["Steps"][0]["Status"] for one in (*before, *after)] == ["DEACTIVATED", "ACTIVE"]
    assert after[0]["ActivationTimestamp"] == "1970-01-01T00:00:10Z"
    assert before[0]["Index"] == after[0]["Index"] == 1


def test_new_criteria_and_a_step_that_expires_are_changed_data() -> None:
    """Events carry the criteria, with keys as events write them."""
    events = [one["detail"] for one in ContactEvents(DEFINITION).feed(told((0.0, ContactArrived("c", "in"))))]
    assert [one["eventType"] for one in events] == [
        "INITIATED",
        "CONNECTED_TO_SYSTEM",
        "CONTACT_DATA_UPDATED",
        "QUEUED",
    ]
    assert events[2]["updatedProperties"] == ["routingCriteria"]
    late = told((0.0, ContactArrived("c", "in")), (9.0, Tick()))
    last = [one["detail"] for one in ContactEvents(DEFINITION).feed(late)][-1]
    assert (last["eventType"], last["updatedProperties"]) == ("CONTACT_DATA_UPDATED", ["routingCriteria"])
    steps = last["routingCriteria"]["steps"]
    assert [step["status"] for step in steps] == ["EXPIRED", "INACTIVE"]
    assert steps[1]["expression"]["orExpression"][0]["attributeCondition"]["range"] == {
        "minProficiencyLevel": 2.0,
        "maxProficiencyLevel": 4.0,
    }
