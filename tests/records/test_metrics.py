"""Metrics against stories whose numbers were worked out by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from evenhand.flow.session import Session
from evenhand.model.facts import ContactInitiated, ContactQueued, ContactScheduled, Fact, HoldBegan, HoldEnded
from evenhand.records.figures import Threshold
from evenhand.records.metric_definitions import METRICS
from evenhand.records.metric_rows import MetricRows
from evenhand.records.metrics import metrics, time_in_statuses
from evenhand.records.metrics_now import NOW_METRICS, Filters, MetricsNow, api_value
from tests.records.played_stories import PlayedStory
from tests.records.written_stories import DESK, Expected, read_story

STORY = read_story(Path(__file__).with_name("metrics_story.txt"))
TURNS = PlayedStory(Path(__file__).with_name("metrics_story_of_turns.txt"))
TURNS_FACTS = TURNS.play(400.0)[1]
DAYS = {
    "plain": (DESK, STORY.facts, STORY.expected, 200.0),
    "turns": (TURNS.definition, TURNS_FACTS, TURNS.expected, 400.0),
}
"""The two stories: definition, facts, numbers and end."""

PAST, NOW = (
    [(day, one) for day in DAYS for one in DAYS[day][2] if one.place.startswith(kind)]
    for kind in ("metrics", "now")
)
GROUPINGS = {"queue": "QUEUE", "channel": "CHANNEL", "agent": "AGENT", "profile": "ROUTING_PROFILE"}


def rows(day: str = "plain") -> MetricRows:
    """The whole story, counted."""
    definition, facts, _, end = DAYS[day]
    counted = MetricRows(definition)
    counted.feed(facts)
    counted.until(end)
    return counted


def picture(now: float, day: str = "plain") -> MetricsNow:
    """The story up to this moment."""
    definition, facts, *_ = DAYS[day]
    known = MetricsNow()
    known.define(definition)
    known.feed(fact for fact in facts if fact.at <= now)
    return known


@pytest.mark.parametrize(("day", "expected"), PAST, ids=lambda one: getattr(one, "place", one))
def test_historical_metrics_are_what_was_worked_out_by_hand(day: str, expected: Expected) -> None:
    """Each number of the stories: for all, for a queue, a channel, an agent, a profile, a part of the time."""
    words = re.fullmatch(r"metrics(?: of (\w+) (\w+))? from (\d+) to (\d+), X = (\d+)", expected.place)
    assert words is not None
    kind, name, since, until, x = words.groups()
    by: Any = [GROUPINGS[kind]] if kind else []
    groups = metrics(rows(day), float(since), float(until), by, threshold=Threshold(float(x)))
    group = next(one for one in groups if list(one.dimensions.values()) == ([name] if name else []))
    got = {metric: group.values[metric] for metric in expected.values}
    assert got == pytest.approx(expected.values, abs=0.001)


@pytest.mark.parametrize(("day", "expected"), NOW, ids=lambda one: getattr(one, "place", one))
def test_real_time_metrics_are_what_was_worked_out_by_hand(day: str, expected: Expected) -> None:
    """Each number of the stories at a moment. What a wait would be is the machine's own estimate."""
    words = re.fullmatch(r"now at (\d+)(?: of queue (\w+) and channel (\w+))?", expected.place)
    assert words is not None
    now, (queue, channel) = float(words[1]), words.groups()[1:]
    if not queue:
        (group,) = picture(now, day).groups(now)
    else:
        world = TURNS.play(now)[0].world

        def wait(name: str, of: str) -> float | None:
            tree = world.metrics(Session("who asks"), name, "", of) or {}
            return world.recent.estimate(
                name, int(tree["Queue"]["Size"]) + 1, int(tree["Agents"]["Staffed"]["Count"])
            )

        groups = picture(now, day).groups(now, ["QUEUE", "CHANNEL"], estimate=wait)
        group = next(one for one in groups if list(one.dimensions.values()) == [queue, channel])
    got = {metric: group.values[metric] for metric in expected.values}
    assert got == pytest.approx(expected.values, abs=0.001)


def test_every_metric_stands_in_the_story() -> None:
    """A metric that is added needs its number worked out by hand, in both stories."""
    for day in DAYS:
        past = next(one for name, one in PAST if name == day)
        assert {one.name for one in METRICS} == set(past.values)
    assert {one.name for one in NOW_METRICS} == set(NOW[0][1].values)


def test_no_metric_is_only_ever_nothing() -> None:
    """Each has a number that is neither 0 nor missing, worked out by hand, in one of the stories at least."""
    told = {name for _, one in (*PAST, *NOW) for name, value in one.values.items() if value}
    assert {*(one.name for one in METRICS), *(one.name for one in NOW_METRICS)} - told == set()


def test_a_transfer_is_counted_in_both_queues() -> None:
    """Groups in order; those in an agent's own queue stand under the agent, unless they are left out."""
    shown = metrics(rows(), 0.0, 200.0, ["QUEUE"])
    assert [one.dimensions["QUEUE"] for one in shown] == ["Basic", "Loans", "queue/agent/anna"]
    assert len(metrics(rows(), 0.0, 200.0, ["QUEUE"], agent_queues=False)) == 2


def test_agents_time_has_no_place_by_queue() -> None:
    """What means nothing by a grouping is left out, not zero."""
    by_queue = metrics(rows(), 0.0, 200.0, ["QUEUE"])[0].values
    assert "SUM_ONLINE_TIME_AGENT" not in by_queue
    assert "SERVICE_LEVEL" not in metrics(rows(), 0.0, 200.0, ["AGENT"])[0].values


def test_groups_by_two_things_are_pairs_that_occur() -> None:
    """Queue and agent: who handled what of which queue."""
    groups = metrics(rows(), 0.0, 200.0, ["QUEUE", "AGENT"])
    handled = {tuple(one.dimensions.values()): one.values["CONTACTS_HANDLED"] for one in groups}
    assert handled == {
        ("Basic", "anna"): 1,
        ("Basic", "ben"): 1,
        ("Loans", "ben"): 0,
        ("queue/agent/anna", "anna"): 0,
    }


def test_an_interval_in_which_nothing_was_has_no_groups() -> None:
    """An empty list says that there is no data."""
    assert metrics(rows(), 500.0, 600.0) == []


def test_time_in_each_status_is_told_for_each_agent() -> None:
    """Ben: 0-120 and 180-200 Available, 120-180 at lunch."""
    assert time_in_statuses(rows(), 0.0, 200.0) == {
        "anna": {"Available": 200.0},
        "ben": {"Available": 140.0, "Lunch": 60.0},
    }


def test_the_threshold_may_include_its_end() -> None:
    """Of two who left at exactly X, `LTE` counts them and `LT` does not."""
    assert Threshold(20.0, "LTE").holds(20.0)
    assert not Threshold(20.0, "LT").holds(20.0)


def test_real_time_metrics_are_grouped_by_what_agents_serve() -> None:
    """At 145: Lunch is a status of its own; nobody serves chat, so there is no such channel."""
    groups = picture(145.0).groups(145.0, ["AGENT_STATUS", "CHANNEL"])
    online = {tuple(one.dimensions.values()): one.values["AGENTS_ONLINE"] for one in groups}
    assert online == {("Lunch", "VOICE"): 1, ("Available", "VOICE"): 1}
    assert (
        picture(145.0).groups(145.0, (), Filters(routing_profiles=("other",)))[0].values["AGENTS_ONLINE"] == 0
    )


def test_estimates_are_only_for_one_queue_and_one_channel() -> None:
    """Grouped by queue alone the wait cannot be computed: None, not zero."""
    known = picture(45.0)
    both = known.groups(45.0, ["QUEUE", "CHANNEL"], estimate=lambda queue, channel: 77.0)
    assert [one.values["ESTIMATED_WAIT_TIME"] for one in both] == [77.0, 77.0]
    alone = known.groups(45.0, ["QUEUE"], estimate=lambda queue, channel: 77.0)
    assert [one.values["ESTIMATED_WAIT_TIME"] for one in alone] == [None, None]


def test_the_oldest_contacts_age_is_milliseconds_only_at_the_api_and_only_ungrouped() -> None:
    """The service's quirk lives at its edge."""
    assert api_value("OLDEST_CONTACT_AGE", 25.0, grouped=False) == 25_000.0
    assert api_value("OLDEST_CONTACT_AGE", 25.0, grouped=True) == 25.0
    assert api_value("CONTACTS_IN_QUEUE", 2.0, grouped=False) == 2.0


def test_a_scheduled_contact_is_counted_apart_from_those_in_queue() -> None:
    """Until it is due it is scheduled, for its queue and no other; then it waits."""
    known = MetricsNow()
    known.define(DESK)
    known.feed(
        [
            ContactInitiated(0.0, "later", "VOICE", "", "", "", "API"),
            ContactScheduled(0.0, "later", 60.0, "A"),
        ]
    )

    def counts(now: float, *queues: str) -> tuple[float | None, float | None]:
        values = known.groups(now, (), Filters(queues=queues))[0].values
        return values["CONTACTS_SCHEDULED"], values["CONTACTS_IN_QUEUE"]

    assert (counts(30.0), counts(30.0, "A"), counts(30.0, "B")) == ((1, 0), (1, 0), (0, 0))
    known.feed([ContactQueued(60.0, "later", "A", "", 5, 0.0, 1)])
    assert counts(61.0, "A") == (0, 1)


def test_holds_are_counted_and_a_contact_that_ends_on_hold_is_told() -> None:
    """Of the story's two handled calls, a (15 to 75) is held from 20 to 30, b (55 to 115) from 100 to its end."""
    held: list[Fact] = [
        HoldBegan(20.0, "a", "ben", "customer"),
        HoldEnded(30.0, "a", "ben", "customer", 10.0),
        HoldBegan(100.0, "b", "anna", "customer"),
        HoldEnded(115.0, "b", "anna", "customer", 15.0),
    ]
    counted = MetricRows(DESK)
    # A hold ends before its contact does, at the same instant.
    counted.feed(sorted([*held, *STORY.facts], key=lambda fact: fact.at))
    counted.until(200.0)
    found = {
        one: metrics(counted, 0.0, 200.0)[0].values[one]
        for one in (
            "CONTACTS_PUT_ON_HOLD",
            "CONTACTS_HOLD_ABANDONS",
            "CONTACTS_ON_HOLD_AGENT_DISCONNECT",
            "CONTACTS_ON_HOLD_CUSTOMER_DISCONNECT",
            "AVG_HOLD_TIME",
        )
    }
    assert found == {
        "CONTACTS_PUT_ON_HOLD": 2,
        "CONTACTS_HOLD_ABANDONS": 1,
        "CONTACTS_ON_HOLD_AGENT_DISCONNECT": 1,
        "CONTACTS_ON_HOLD_CUSTOMER_DISCONNECT": 0,
        "AVG_HOLD_TIME": 12.5,
    }
