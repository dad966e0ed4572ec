"""Paused tasks in records, events, boards and summaries. In the story of turns t (200 to 253) is paused from 213 to
243 while cleo has it, and v (245 to 282) from 250 to 270 while it waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evenhand.centre.centre import Centre
from evenhand.model.facts import Fact
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    ContactHungUp,
    Input,
    PauseRequested,
)
from evenhand.records.agent_events import AgentEvents
from evenhand.records.board import Board
from evenhand.records.contact_events import ContactEvents
from evenhand.records.contact_life import Contacts
from evenhand.records.contact_record import contact, contact_trace_record
from evenhand.records.story import sentence
from evenhand.records.summary import Summary
from tests.records.played_stories import PlayedStory

STORY = PlayedStory(Path(__file__).with_name("metrics_story_of_turns.txt"))
FACTS = STORY.play(400.0)[1]


def contacts(facts: list[Fact] = FACTS) -> Contacts:
    known = Contacts(STORY.definition)
    known.feed(facts)
    return known


def record(contact_id: str) -> dict[str, Any]:
    known = contacts()
    return contact_trace_record(known.complete[contact_id], known.resources)


def test_a_record_tells_the_pauses_and_whose_they_were() -> None:
    """Those before an agent had the task count for the task, not for the agent."""
    t, v = record("t"), record("v")
    assert (t["TotalPauseCount"], t["TotalPauseDurationInSeconds"]) == (1, 30)
    assert (t["LastPausedTimestamp"], t["LastResumedTimestamp"]) == (
        "1970-01-01T00:03:33Z",
        "1970-01-01T00:04:03Z",
    )
    assert (t["Agent"]["AgentPauseDuration"], t["Agent"]["AgentInteractionDuration"]) == (30, 20)
    assert (v["TotalPauseCount"], v["TotalPauseDurationInSeconds"]) == (1, 20)
    assert (v["Agent"]["AgentPauseDuration"], v["Agent"]["AgentInteractionDuration"]) == (0, 10)
    assert (record("a")["TotalPauseCount"], record("a")["LastPausedTimestamp"]) == (0, None)


def test_the_api_tells_the_duration_of_pauses_when_the_contact_is_over() -> None:
    """How many there were and when the last began is told at once."""
    known = contacts()
    over = contact(known.complete["t"], known.resources)
    assert over["AgentInfo"]["AgentPauseDurationInSeconds"] == 30
    assert over["TotalPauseDurationInSeconds"] == 30
    then = contacts([fact for fact in FACTS if fact.at <= 220])
    shown = contact(then.present["t"], then.resources)
    assert shown["TotalPauseCount"] == 1
    assert shown["LastPausedTimestamp"] == "1970-01-01T00:03:33.000Z"
    assert not {"LastResumedTimestamp", "TotalPauseDurationInSeconds"} & set(shown)


def test_a_task_that_ends_paused_was_not_resumed() -> None:
    """Its pause lasts until its end."""
    centre = Centre()
    facts: list[Fact] = []
    inputs: tuple[Input, ...] = (
        CentreDefined(STORY.definition),
        ContactArrived("w", "paper", channel="TASK"),
        PauseRequested("w"),
        ContactHungUp("w", "system"),
    )
    for number, input in enumerate(inputs):
        facts.extend(centre.handle(input, 10.0 * number).facts)
    known = contacts(facts)
    made = contact_trace_record(known.complete["w"], known.resources)
    assert (made["TotalPauseDurationInSeconds"], made["LastResumedTimestamp"]) == (10, None)


def test_pausing_and_resuming_are_events_of_the_contact() -> None:
    """Between those of its life."""
    events = [one["detail"] for one in ContactEvents(STORY.definition).feed(FACTS)]
    assert [one["eventType"] for one in events if one["contactId"] == "t"][3:] == [
        "CONNECTED_TO_AGENT",
        "PAUSED",
        "RESUMED",
        "DISCONNECTED",
        "COMPLETED",
    ]


def test_a_paused_task_stays_at_the_desk_and_takes_no_slot() -> None:
    """Cleo has one slot for tasks: free while t is paused, taken by u beside it."""
    seen = []
    for event in AgentEvents(STORY.definition).feed(FACTS):
        snapshot = event["CurrentAgentSnapshot"]
        if snapshot["Configuration"]["Username"] == "cleo" and 203 <= _seconds(event) <= 258:
            states = {one["ContactId"]: one["State"] for one in snapshot["Contacts"]}
            free = snapshot["Configuration"]["RoutingProfile"]["Concurrency"][0]["AvailableSlots"]
            seen.append((_seconds(event), states, free))
    assert seen == [
        (203, {"t": "CONNECTED"}, 0),
        (213, {"t": "PAUSED"}, 1),
        (215, {"t": "PAUSED", "u": "CONNECTING"}, 0),
        (218, {"t": "PAUSED", "u": "CONNECTED"}, 0),
        (228, {"t": "PAUSED", "u": "ENDED"}, 0),
        (230, {"t": "PAUSED"}, 1),
        (243, {"t": "CONNECTED"}, 0),
        (253, {"t": "ENDED"}, 0),
        (258, {}, 1),
    ]


def _seconds(event: dict[str, Any]) -> int:
    _, minutes, seconds = event["EventTimestamp"][11:19].split(":")
    return int(minutes) * 60 + int(seconds)


def test_a_board_shows_the_agent_of_a_paused_task_as_free() -> None:
    """And the task is in no flow; when it goes on the agent is on contact."""
    board = Board(["cleo"])
    board.feed(fact for fact in FACTS if fact.at <= 214)
    shown = board.picture(214.0)
    assert (shown.agents[0].activity, shown.in_flow) == ("available", 0)
    board.feed(fact for fact in FACTS if 214 < fact.at <= 244)
    assert board.picture(244.0).agents[0].activity == "on contact"


def test_a_summary_counts_the_wait_from_when_the_task_came_back() -> None:
    """v waited 2 s after its pause; nobody chose to leave."""
    summary = Summary()
    summary.feed(fact for fact in FACTS if getattr(fact, "contact_id", "") == "v")
    figures = summary.figures()
    assert (figures.answered, figures.left, figures.mean_wait) == (1, 0, 2.0)


def test_a_pause_is_told_in_words() -> None:
    """Of the contact, and what becomes of its agent."""
    told = [sentence(fact) for fact in FACTS if getattr(fact, "contact_id", "") in ("t", "v")]
    assert "is paused; cleo is free for another" in told
    assert "goes on with cleo after 30 s" in told
    assert "leaves the queue after 5 s: it is laid aside" in told
    assert "is paused" in told


def test_the_estimate_of_waits_leaves_pauses_out() -> None:
    """A task that lay for a minute was not at work for it."""
    told = STORY.play(258.0)[0]
    # t took 20 s of work and 5 s after it, u 12 s before: 12 + (25 - 12) / 10.
    assert round(told.recent.handle_times["Paper"], 6) == 13.3
