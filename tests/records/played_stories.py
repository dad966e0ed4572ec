"""A story in plain words that happens to the machine: `12  ben accepts a`. What the machine does of itself stands
there too, and is checked: `12  a rings at ben`."""

from __future__ import annotations

import re
from pathlib import Path

from evenhand.centre.centre import Centre
from evenhand.model import inputs as i
from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import ContactEnded, ContactInitiated, ContactQueued, Fact, OfferMade, OfferMissed
from tests.records.written_stories import Story, expected_numbers
from tests.stories.story import define

__all__ = ["PlayedStory"]


class PlayedStory:
    """One story; `play` plays it, as far as is wanted."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        laid_out = text.partition("\ncentre\n")[2].partition("\n\n")[0].splitlines()
        told = text.partition("\nhappenings\n")[2].partition("\n\n")[0].splitlines()
        self.definition: CentreDefinition = define(laid_out)
        self.happenings = [(float(at), words) for at, words in (_parted(line) for line in told)]
        self.expected = expected_numbers(text)

    def play(self, until: float) -> tuple[Centre, list[Fact]]:
        """The machine at this moment, and what it said until then."""
        stage = _Stage(self.definition)
        for at, words in self.happenings:
            if at > until:
                break
            stage.go_to(at)
            stage.tell(words)
        stage.go_to(until)
        return stage.centre, stage.facts

    def story(self, until: float) -> Story:
        """The facts and the numbers."""
        return Story(self.play(until)[1], self.expected)


def _parted(line: str) -> tuple[str, str]:
    at, _, words = line.strip().partition("  ")
    return at, words.strip()


class _Stage:
    """The machine, and whoever does something to it."""

    def __init__(self, definition: CentreDefinition) -> None:
        self.centre = Centre()
        self.facts: list[Fact] = []
        self.now = 0.0
        self.do(i.CentreDefined(definition))

    def do(self, input: i.Input) -> None:
        self.facts.extend(self.centre.handle(input, self.now).facts)

    def go_to(self, at: float) -> None:
        while (due := self.centre.wake_at()) is not None and due <= at:
            self.now = max(self.now, due)
            self.do(i.Tick())
        self.now = at

    def dialled(self, contact_id: str) -> str:
        dial = self.centre.contacts[contact_id].callback_dial
        assert dial is not None
        return dial.id

    def tell(self, words: str) -> None:
        for pattern, means in _SENTENCES:
            found = re.fullmatch(pattern, words)
            if found is not None:
                happens = means(self, *found.groups())
                if isinstance(happens, type):
                    self.check(happens, *found.groups())
                elif happens is not None:
                    self.do(happens)
                return
        raise AssertionError(f"the story says {words!r}, which nobody understands")

    def check(self, kind: type[Fact], *about: str) -> None:
        """The machine has said so, at this very moment."""
        said = [one for one in self.facts if isinstance(one, kind) and one.at == self.now]
        known = [{getattr(one, name, "") for name in ("contact_id", "agent", "queue")} for one in said]
        assert any(set(about) <= one for one in known), f"at {self.now:g}: no {kind.__name__} of {about}"


def _arrives(contact_id: str, flow: str | None) -> i.Input:
    return i.ContactArrived(contact_id, flow or "in", customer_address="+12025550171")


def _ends(who: str, contact_id: str) -> i.Input:
    return i.ContactHungUp(contact_id, "customer" if who == "the customer" else "agent")


_SENTENCES = (
    (r"(\w+) is (Available|Lunch|Offline)", lambda s, agent, status: i.StatusSet(agent, status)),
    (r"(\w+) calls(?:, (\w+))?", lambda s, one, flow: _arrives(one, flow)),
    (r"(\w+) calls (\w+) for (\w+)", lambda s, a, one, q: i.OutboundRequested(one, a, "+12025550172", q)),
    (
        r"(\w+) is a task of the API",
        lambda s, one: i.ContactArrived(one, "paper", channel="TASK", initiation_method="API"),
    ),
    (r"(\w+) accepts ([\w.]+)", lambda s, agent, one: i.OfferAccepted(one, agent)),
    (r"(\w+) holds ([\w.]+)", lambda s, agent, one: i.HoldSet(one, agent)),
    (r"(\w+) is back with ([\w.]+)", lambda s, agent, one: i.HoldSet(one, agent, False)),
    (r"(the customer|\w+) ends ([\w.]+)", lambda s, who, one: _ends(who, one)),
    (r"(\w+) clears ([\w.]+)", lambda s, agent, one: i.ContactCleared(one, agent)),
    (r"(\w+) transfers (\w+) to (\w+)", lambda s, a, one, q: i.TransferRequested(one, a, "queue", q)),
    (r"([\w.]+) answers", lambda s, one: i.CalleeAnswered(one, s.dialled(one))),
    (r"([\w.]+) is not reached", lambda s, one: i.CalleeFailed(one, s.dialled(one))),
    (r"somebody pauses (\w+)", lambda s, one: i.PauseRequested(one)),
    (r"somebody resumes (\w+)", lambda s, one: i.ResumeRequested(one)),
    (r"(\w+) pauses (\w+)", lambda s, agent, one: i.PauseRequested(one, agent)),
    (r"(\w+) resumes (\w+)", lambda s, agent, one: i.ResumeRequested(one, agent)),
    (r"([\w.]+) rings at (\w+)", lambda s, one, agent: OfferMade),
    (r"(\w+) has missed ([\w.]+)", lambda s, agent, one: OfferMissed),
    (r"([\w.]+) waits in (\w+)", lambda s, one, queue: ContactQueued),
    (r"([\w.]+) is over", lambda s, one: ContactEnded),
    (r"([\w.]+) begins", lambda s, one: ContactInitiated),
    (r"that is all", lambda s: None),
)
"""What people do becomes an input; what the machine does, the fact that it must have said."""
