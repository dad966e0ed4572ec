"""The agent event stream and contact events."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.facts import ContactDataGiven, Fact, NextStatusSet, StatusChanged
from evenhand.records.activity import PRECEDENCE, activity
from evenhand.records.agent_events import AgentEvents
from evenhand.records.contact_events import ContactEvents
from tests.records.written_stories import DESK, read_story

FACTS = read_story(Path(__file__).with_name("metrics_story.txt")).facts


def agent_events(facts: list[Fact]) -> list[dict[str, Any]]:
    """The agents' stream of these facts."""
    return list(AgentEvents(DESK).feed(facts))


def contact_events(facts: list[Fact]) -> list[dict[str, Any]]:
    """The contacts' events of these facts."""
    return list(ContactEvents(DESK).feed(facts))


def of(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """This agent's events."""
    return [one for one in events if one["CurrentAgentSnapshot"]["Configuration"]["Username"] == name]


@pytest.mark.parametrize(
    ("status", "states", "shown"),
    [
        ("Available", (), "Available"),
        ("Lunch", (), "Lunch"),
        ("Lunch", ("CONNECTING",), "Incoming"),
        ("Available", ("CONNECTING", "ENDED"), "After contact work"),
        ("Available", ("ENDED", "CONNECTED_ONHOLD"), "On contact"),
        ("Available", ("CONNECTED", "REJECTED"), "Rejected"),
        ("Available", ("REJECTED", "MISSED"), "Missed"),
        ("Available", ("MISSED", "ERROR"), "Error"),
        ("Offline", (), "Offline"),
    ],
)
def test_of_all_that_is_true_at_once_the_first_in_order_is_shown(
    status: str, states: tuple[str, ...], shown: str
) -> None:
    """Error > Missed > Rejected > On contact > After contact work > Incoming > status."""
    assert activity(status, states) == shown
    order = list(dict.fromkeys(word for _, word in PRECEDENCE))
    assert order == ["Error", "Missed", "Rejected", "On contact", "After contact work", "Incoming"]


def test_an_agents_day_is_a_chain_of_snapshots() -> None:
    """Each event's previous snapshot is the current one before; the first has none."""
    events = of(agent_events(FACTS), "ben")
    assert events[0]["EventType"] == "LOGIN"
    assert events[0]["PreviousAgentSnapshot"] is None
    for before, after in itertools.pairwise(events):
        assert after["PreviousAgentSnapshot"] == before["CurrentAgentSnapshot"]


def test_a_contact_goes_through_its_states_at_the_agent() -> None:
    """Connecting, connected, ended (which is after-contact work), gone."""
    events = of(agent_events([fact for fact in FACTS if fact.at < 100]), "ben")
    states = [[one["State"] for one in event["CurrentAgentSnapshot"]["Contacts"]] for event in events]
    assert states == [[], ["CONNECTING"], ["CONNECTED"], ["ENDED"], []]
    (ended,) = events[3]["CurrentAgentSnapshot"]["Contacts"]
    assert ended["StateStartTimestamp"] == "1970-01-01T00:01:15.000Z"
    assert ended["ConnectedToAgentTimestamp"] == "1970-01-01T00:00:15.000Z"
    assert ended["QueueTimestamp"] == "1970-01-01T00:00:12.000Z"
    assert ended["Queue"]["Name"] == "Basic"


def test_slots_are_free_only_when_nothing_stands_at_the_desk() -> None:
    """One telephone: taken from the ring to the end of after-contact work; none while something was missed."""
    events = agent_events([fact for fact in FACTS if fact.at < 100])
    free = [
        (name, event["CurrentAgentSnapshot"]["Configuration"]["RoutingProfile"]["Concurrency"][0])
        for name in ("ben", "anna")
        for event in of(events, name)
    ]
    assert [one["AvailableSlots"] for name, one in free if name == "ben"] == [1, 0, 0, 0, 1]
    # Anna: here, rung, missed, cleared, rung, connected.
    assert [one["AvailableSlots"] for name, one in free if name == "anna"] == [1, 0, 0, 1, 0, 0]


def test_a_rejected_call_is_a_missed_one() -> None:
    """The service knows rejected chats and tasks, no rejected calls."""
    events = of(agent_events(FACTS), "anna")
    states = [one["State"] for event in events for one in event["CurrentAgentSnapshot"]["Contacts"]]
    assert "MISSED" in states
    assert "REJECTED" not in states


def test_the_agents_own_queue_is_an_inbound_queue_without_a_name() -> None:
    """Last of the inbound queues."""
    configuration = agent_events(FACTS)[0]["CurrentAgentSnapshot"]["Configuration"]
    queues = configuration["RoutingProfile"]["InboundQueues"]
    assert [one["Name"] for one in queues] == ["Basic", "Loans", None]
    assert "/queue/agent/" in queues[-1]["ARN"]


def test_going_offline_is_a_logout_and_the_next_status_shows_before() -> None:
    """A busy agent's next status stands beside the present one."""
    events = agent_events(
        [
            StatusChanged(0.0, "ben", "Available", "Offline"),
            NextStatusSet(10.0, "ben", "Lunch"),
            StatusChanged(20.0, "ben", "Lunch", "Available"),
            StatusChanged(30.0, "ben", "Offline", "Lunch"),
        ]
    )
    assert [one["EventType"] for one in events] == ["LOGIN", "STATE_CHANGE", "STATE_CHANGE", "LOGOUT"]
    following = events[1]["CurrentAgentSnapshot"]["NextAgentStatus"]
    assert (following["Name"], following["EnqueuedTimestamp"]) == ("Lunch", "1970-01-01T00:00:10.000Z")
    assert events[2]["CurrentAgentSnapshot"]["NextAgentStatus"] is None
    assert events[2]["CurrentAgentSnapshot"]["AgentStatus"]["Type"] == "CUSTOM"


def test_a_heart_beats_every_two_minutes_without_another_event() -> None:
    """Ben is there at 0 and changes at 250: beats at 120 and 240, then again 120 s after the change."""
    stream = AgentEvents(DESK)
    events = list(stream.feed([StatusChanged(0.0, "ben", "Available", "Offline")]))
    events += stream.until(100.0)
    events += stream.feed([StatusChanged(250.0, "ben", "Lunch", "Available")])
    events += stream.until(400.0)
    seen = [(one["EventType"], one["EventTimestamp"][14:19]) for one in events]
    assert seen == [
        ("LOGIN", "00:00"),
        ("HEART_BEAT", "02:00"),
        ("HEART_BEAT", "04:00"),
        ("STATE_CHANGE", "04:10"),
        ("HEART_BEAT", "06:10"),
    ]


def test_the_heart_beats_for_an_hour_after_the_logout() -> None:
    """Thirty times, then never again."""
    stream = AgentEvents(DESK)
    day: list[Fact] = [
        StatusChanged(0.0, "ben", "Available", "Offline"),
        StatusChanged(60.0, "ben", "Offline", "Available"),
    ]
    list(stream.feed(day))
    assert len(list(stream.until(100_000.0))) == 30
    assert list(stream.until(200_000.0)) == []


def test_event_ids_are_the_same_at_every_reading() -> None:
    """Derived from what they are about, and all different."""
    first, again = agent_events(FACTS), agent_events(FACTS)
    assert first == again
    assert len({one["EventId"] for one in first}) == len(first)


def test_a_contacts_events_come_in_the_order_of_its_life() -> None:
    """From the call to the end of after-contact work; who gives up is never connected."""
    events = [one["detail"] for one in contact_events(FACTS)]
    told = {name: [one["eventType"] for one in events if one["contactId"] == name] for name in ("a", "c")}
    begin = ["INITIATED", "CONNECTED_TO_SYSTEM", "QUEUED"]
    assert told["a"] == [*begin, "CONNECTED_TO_AGENT", "DISCONNECTED", "COMPLETED"]
    assert told["c"] == [*begin, "DISCONNECTED", "COMPLETED"]


def test_an_event_stands_in_eventbridges_envelope() -> None:
    """Source, detail-type, account, region and resources out of the instance's ARN."""
    event = contact_events(FACTS)[2]
    assert (event["source"], event["detail-type"]) == ("aws.connect", "Amazon Connect Contact Event")
    assert (event["account"], event["region"]) == ("111122223333", "eu-central-1")
    assert event["resources"] == [f"{DESK.instance_arn}/contact/a", DESK.instance_arn]
    assert event["detail"]["queueInfo"]["queueType"] == "STANDARD"
    assert event["time"] == event["detail"]["queueInfo"]["enqueueTimestamp"] == "1970-01-01T00:00:12.000Z"


def test_changed_data_is_told_with_what_was_changed() -> None:
    """Attributes given at the start are a change of the contact's data."""
    events = contact_events([FACTS[2], ContactDataGiven(10.0, "a", {"tier": "gold"})])
    assert events[-1]["detail"]["eventType"] == "CONTACT_DATA_UPDATED"
    assert events[-1]["detail"]["updatedProperties"] == ["userDefinedAttributes"]


def test_records_can_be_written_as_json() -> None:
    """Every event is plain data."""
    for event in agent_events(FACTS) + contact_events(FACTS):
        assert msgspec.json.decode(msgspec.json.encode(event)) == event
