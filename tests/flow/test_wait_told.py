"""A wait that a prompt speaks is a fact."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.flow.blocks.message_participant import MessageParticipant
from evenhand.flow.document import Action
from evenhand.flow.session import Session
from evenhand.flow.session_state import SessionState, load_session
from evenhand.model.facts import Fact, WaitTold


class World:
    """As much of a centre as one prompt needs."""

    now = 7.0
    recording = True

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def record(self, fact: Fact) -> None:
        self.facts.append(fact)

    def perform(self, effect: object) -> None:
        return


def speak(text: str, session: Session) -> list[Fact]:
    """The facts of one prompt."""
    block = MessageParticipant(Action("Tell", "MessageParticipant", {"Text": text}, "Next", (), (), {}), {})
    world: Any = World()
    values = block.constant if block.reader is None else block.reader(session)
    block.run(session, world, values)
    facts: list[Fact] = world.facts
    return facts


def waiting(ewt: Any = "75") -> Session:
    """A contact in a queue, whose functions and metrics know a wait."""
    metrics = {"Queue": {"EstimatedWaitTime": "40"}, "Contact": {"EstimatedWaitTime": "30"}}
    return load_session(SessionState("c1", external={"ewt": ewt}, metrics=metrics, queue_flow=True))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("About $.External.ewt seconds.", 75.0),
        ("About $.Metrics.Queue.EstimatedWaitTime seconds.", 40.0),
        ("About $.Metrics.Contact.EstimatedWaitTime seconds.", 30.0),
    ],
)
def test_whoever_waits_and_hears_a_number_was_told_it(text: str, seconds: float) -> None:
    """A wait from a function or from the queue's metrics counts, wherever in the prompt it stands."""
    assert speak(text, waiting()) == [WaitTold(7.0, "c1", seconds)]


def test_a_prompt_without_a_wait_tells_none() -> None:
    """Other references and plain words are no announcement."""
    assert speak("Dear $.External.name, please hold the line.", waiting()) == []


def test_a_wait_that_is_no_number_was_not_told() -> None:
    """A function that answers a word tells no wait."""
    assert speak("About $.External.ewt seconds.", waiting("soon")) == []


def test_outside_a_queue_nothing_counts_as_told() -> None:
    """The same prompt before queueing is not a wait of this contact."""
    session = waiting()
    session.queue_flow = False
    assert speak("About $.External.ewt seconds.", session) == []
