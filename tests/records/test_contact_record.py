"""Contact records in both spellings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from evenhand.model.facts import (
    ContactCleared,
    ContactDataGiven,
    ContactInitiated,
    Fact,
    HoldBegan,
    HoldEnded,
)
from evenhand.records.contact_life import ContactLife, Contacts
from evenhand.records.contact_record import abandoned, contact, contact_trace_record
from tests.records.stories import block
from tests.records.written_stories import DESK, read_story

FACTS = read_story(Path(__file__).with_name("metrics_story.txt")).facts


def told(facts: list[Fact]) -> tuple[Contacts, list[ContactLife]]:
    """The contacts of these facts, and those that were complete, in order."""
    contacts = Contacts(DESK)
    return contacts, contacts.feed(facts)


def record(contact_id: str) -> dict[str, Any]:
    """The story's contact as a Kinesis record."""
    contacts, lives = told(FACTS)
    return contact_trace_record(
        next(one for one in lives if one.contact_id == contact_id), contacts.resources
    )


def test_a_record_is_written_when_after_contact_work_is_over() -> None:
    """Not at the end of the call; contacts without an agent at their end; f is not over, so there is none."""
    written: list[tuple[float, str]] = []
    contacts = Contacts(DESK)
    for fact in FACTS:
        written.extend((fact.at, life.contact_id) for life in contacts.feed([fact]))
    assert written == [(65.0, "c"), (95.0, "a"), (114.0, "d"), (125.0, "b"), (140.0, "e")]


def test_an_answered_contact_has_its_times_in_whole_seconds() -> None:
    """a: arrives 10, waits 12-15, talks to 75, after-contact work to 95."""
    made = record("a")
    assert made["InitiationTimestamp"] == made["ConnectedToSystemTimestamp"] == "1970-01-01T00:00:10Z"
    assert made["Queue"]["EnqueueTimestamp"] == "1970-01-01T00:00:12Z"
    assert made["Queue"]["DequeueTimestamp"] == "1970-01-01T00:00:15Z"
    assert made["Queue"]["Duration"] == 3
    agent = made["Agent"]
    assert agent["ConnectedToAgentTimestamp"] == "1970-01-01T00:00:15Z"
    assert (agent["AgentInteractionDuration"], agent["AfterContactWorkDuration"]) == (60, 20)
    assert agent["AfterContactWorkStartTimestamp"] == "1970-01-01T00:01:15Z"
    assert made["LastUpdateTimestamp"] == agent["AfterContactWorkEndTimestamp"] == "1970-01-01T00:01:35Z"
    assert (agent["Username"], agent["RoutingProfile"]["Name"]) == ("ben", "Specialist")
    assert made["AWSAccountId"] == "111122223333"
    assert made["InitialContactId"] is made["PreviousContactId"] is None


def test_connection_attempts_count_every_offer() -> None:
    """b rang twice at anna."""
    assert record("b")["AgentConnectionAttempts"] == 2
    assert record("b")["DisconnectReason"] == "AGENT_DISCONNECT"


def test_who_was_queued_and_never_with_an_agent_is_abandoned() -> None:
    """c gave up: a queue, and no agent. e was never queued."""
    assert record("c")["Agent"] is None
    assert record("c")["Queue"]["Duration"] == 30
    assert record("e")["Queue"] is None
    _, lives = told(FACTS)
    assert {one.contact_id for one in lives if abandoned(one)} == {"c", "d"}


def test_the_api_spells_it_differently_and_leaves_out_what_is_not_known() -> None:
    """Milliseconds, ids in place of ARNs, no nulls."""
    contacts, lives = told(FACTS)
    made = contact(lives[1], contacts.resources)
    assert made["Id"] == "a"
    assert made["Arn"].endswith(":instance/9308c2a1-9bc6-4cea-8290-6c0b4a6d38fa/contact/a")
    assert made["QueueInfo"]["EnqueueTimestamp"] == "1970-01-01T00:00:12.000Z"
    assert made["AgentInfo"]["AfterContactWorkDuration"] == 20
    assert made["AgentInfo"]["Id"] == record("a")["Agent"]["ARN"].rpartition("/")[2]
    assert made["RingStartTimestamp"] == "1970-01-01T00:00:12.000Z"
    assert None not in made.values()
    assert "AgentInfo" not in contact(lives[0], contacts.resources)


def test_attributes_are_those_given_at_the_start_and_those_the_flow_set() -> None:
    """A block that failed sets nothing."""
    given: list[Fact] = [
        FACTS[2],
        ContactDataGiven(10.0, "a", {"tier": "gold"}, "Call me"),
        block("a", 11.0, "UpdateContactAttributes", values={"Attributes": {"topic": "loan", "n": 3}}),
        block(
            "a", 11.0, "UpdateContactAttributes", values={"Attributes": {"x": "y"}}, branch="NoMatchingError"
        ),
    ]
    contacts, _ = told(given)
    made = contact_trace_record(contacts.present["a"], contacts.resources)
    assert made["Attributes"] == {"tier": "gold", "topic": "loan", "n": "3"}
    assert made["ContactDetails"] == {"Name": "Call me"}


def test_a_later_update_is_the_whole_record_with_a_greater_time() -> None:
    """A new segment comes when the record is already written: written again, and never at the same second."""
    contacts, _ = told(FACTS)
    first = contact_trace_record(contacts.complete["a"], contacts.resources)
    after = ContactInitiated(
        95.0, "a/2", "VOICE", "Main", "", "", "TRANSFER", initial_contact_id="a", previous_contact_id="a"
    )
    (changed,) = contacts.feed([after])
    again = contact_trace_record(changed, contacts.resources)
    assert again["NextContactId"] == "a/2"
    assert again["LastUpdateTimestamp"] > first["LastUpdateTimestamp"]
    different = {key for key in first if first[key] != again[key]}
    assert different == {"NextContactId", "LastUpdateTimestamp", "TransferCompletedTimestamp"}


def test_a_segment_has_the_attributes_of_the_one_before() -> None:
    """Attributes belong to the chain."""
    contacts, _ = told([FACTS[2], ContactDataGiven(10.0, "a", {"tier": "gold"})])
    contacts.feed([ContactInitiated(20.0, "a/2", "VOICE", "M", "", "", "QUEUE_TRANSFER", "a", "a")])
    made = contact_trace_record(contacts.present["a/2"], contacts.resources)
    assert made["Attributes"] == {"tier": "gold"}
    assert (made["InitialContactId"], made["PreviousContactId"]) == ("a", "a")


def test_an_agent_without_after_contact_work_completes_the_record_at_the_end() -> None:
    """There is nothing to wait for."""
    quick = msgspec.structs.replace(
        DESK, agents=tuple(msgspec.structs.replace(one, after_contact_work=None) for one in DESK.agents)
    )
    contacts = Contacts(quick)
    lives = contacts.feed(fact for fact in FACTS if fact.at < 80 and getattr(fact, "contact_id", "") == "a")
    made = contact_trace_record(lives[0], contacts.resources)
    assert made["LastUpdateTimestamp"] == made["DisconnectTimestamp"]


def test_time_on_hold_is_no_interaction() -> None:
    """Two holds of 10 and 5 seconds in a call of 60."""
    contacts = Contacts(DESK)
    held = [
        fact
        for begun, ended in ((20.0, 30.0), (40.0, 45.0))
        for fact in (
            HoldBegan(begun, "a", "ben", "customer"),
            HoldEnded(ended, "a", "ben", "customer", ended - begun),
        )
    ]
    contacts.feed(sorted([*FACTS, *held], key=lambda fact: fact.at))
    agent = contact_trace_record(contacts.complete["a"], contacts.resources)["Agent"]
    assert (agent["NumberOfHolds"], agent["CustomerHoldDuration"], agent["LongestHoldDuration"]) == (
        2,
        15,
        10,
    )
    assert agent["AgentInteractionDuration"] == 45


def test_only_so_many_complete_contacts_are_kept() -> None:
    """Memory does not grow with the journal."""
    contacts = Contacts(DESK, kept=2)
    contacts.feed(FACTS)
    contacts.feed([ContactCleared(200.0, "nobody", "ben", "after_contact_work")])
    assert list(contacts.complete) == ["b", "e"]
