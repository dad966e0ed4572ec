"""Stories in plain words, as facts: `12  a waits in Basic`. The numbers that must come of them stand beside."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from evenhand.model.definition import (
    AgentDefinition,
    AgentStatus,
    CentreDefinition,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.facts import (
    AfterContactWorkStarted,
    ContactCleared,
    ContactConnected,
    ContactDequeued,
    ContactEnded,
    ContactInitiated,
    ContactQueued,
    Fact,
    OfferAccepted,
    OfferMade,
    OfferMissed,
    OfferRejected,
    OfferWithdrawn,
    StatusChanged,
)

__all__ = ["DESK", "Expected", "Story", "expected_numbers", "read_story"]

DESK = CentreDefinition(
    name="desk",
    instance_arn="arn:aws:connect:eu-central-1:111122223333:instance/9308c2a1-9bc6-4cea-8290-6c0b4a6d38fa",
    queues=(QueueDefinition(name="Basic"), QueueDefinition(name="Loans")),
    statuses=(AgentStatus(name="Lunch"),),
    routing_profiles=(
        RoutingProfile(name="Specialist", rows=(RoutingRow(queue="Basic"), RoutingRow(queue="Loans"))),
    ),
    agents=(
        AgentDefinition(name="ben", routing_profile="Specialist", first_name="Ben", last_name="Stone"),
        AgentDefinition(name="anna", routing_profile="Specialist"),
    ),
)
"""Two specialists on two queues, as the stories have them."""


class Expected(msgspec.Struct):
    """What must come out: `place` is the heading's words, `values` by metric; None where it says `-`."""

    place: str
    values: dict[str, float | None]


class Story(msgspec.Struct):
    """The facts of the happenings and the numbers."""

    facts: list[Fact]
    expected: list[Expected]


class _Teller:
    """Turns sentences into facts; knows who waits where and who rings."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.began: dict[str, float] = {}
        self.queued: dict[str, tuple[float, str, str]] = {}
        self.rings: dict[str, tuple[str, float]] = {}
        self.talks: dict[str, tuple[str, float]] = {}
        self.state: dict[str, str] = {}
        self.status: dict[str, str] = {}

    def arrives(self, at: float, one: str) -> None:
        self.began[one] = at
        self.facts.append(
            ContactInitiated(at, one, "VOICE", "Main", "+12025550171", "+12025550100", "INBOUND", one, one)
        )

    def waits(self, at: float, one: str, queue: str, agent: str = "") -> None:
        self.queued[one] = (at, queue, agent)
        self.facts.append(ContactQueued(at, one, queue, agent, 5, 0.0, 1))

    def leaves(self, at: float, one: str, why: str) -> None:
        since, queue, agent = self.queued.pop(one)
        ringing = self.rings.pop(one, None)
        if ringing is not None and why != "connected":
            self.facts.append(OfferWithdrawn(at, one, ringing[0], why))
        self.facts.append(ContactDequeued(at, one, queue or agent, at - since, why))

    def moves(self, at: float, one: str, queue: str) -> None:
        self.leaves(at, one, "transferred")
        self.waits(at, one, queue)

    def rings_at(self, at: float, one: str, agent: str) -> None:
        self.rings[one] = (agent, at)
        self.facts.append(OfferMade(at, one, agent, self.queued[one][1], at + 20))

    def accepts(self, at: float, agent: str, one: str) -> None:
        since, queue, _ = self.queued[one]
        self.facts.append(OfferAccepted(at, one, agent, at - self.rings[one][1]))
        self.leaves(at, one, "connected")
        self.facts.append(ContactConnected(at, one, agent, queue, at - since))
        self.talks[one] = (agent, at)

    def refuses(self, at: float, agent: str, how: str, one: str) -> None:
        del self.rings[one]
        self.state[one] = "missed" if how == "misses" else "rejected"
        self.facts.append(OfferMissed(at, one, agent) if how == "misses" else OfferRejected(at, one, agent))

    def clears(self, at: float, agent: str, one: str) -> None:
        self.facts.append(ContactCleared(at, one, agent, self.state.pop(one)))

    def gives_up(self, at: float, one: str) -> None:
        self.leaves(at, one, "abandoned")
        self.facts.append(ContactEnded(at, one, "CUSTOMER_DISCONNECT", "", 0.0, at - self.began[one]))

    def ends(self, at: float, who: str, one: str) -> None:
        reasons = {"the customer": "CUSTOMER_DISCONNECT", "the flow": "CONTACT_FLOW_DISCONNECT"}
        agent, since = self.talks.pop(one, ("", at))
        reason = reasons.get(who, "AGENT_DISCONNECT")
        self.facts.append(ContactEnded(at, one, reason, agent, at - since, at - self.began[one]))
        if agent:
            self.state[one] = "after_contact_work"
            self.facts.append(AfterContactWorkStarted(at, one, agent, None))

    def is_now(self, at: float, agent: str, status: str) -> None:
        self.facts.append(StatusChanged(at, agent, status, self.status.get(agent, "Offline")))
        self.status[agent] = status

    def sentences(self) -> list[tuple[str, Callable[..., None]]]:
        """The sentences a story may have, each with what it means."""
        return [
            (r"(\w+) arrives", self.arrives),
            (r"(\w+) waits in (\w+)", self.waits),
            (r"(\w+) waits for (\w+)", lambda at, one, agent: self.waits(at, one, "", agent)),
            (r"(\w+) leaves \w+ for (\w+)", self.moves),
            (r"(\w+) rings at (\w+)", self.rings_at),
            (r"(\w+) accepts (\w+)", self.accepts),
            (r"(\w+) (misses|rejects) (\w+)", self.refuses),
            (r"(\w+) clears (\w+)", self.clears),
            (r"(\w+) gives up", self.gives_up),
            (r"(the customer|the flow|\w+) ends (\w+)", self.ends),
            (r"(\w+) is (\w+)", self.is_now),
            (r"that is all", lambda at: None),
        ]

    def tell(self, at: float, words: str) -> None:
        for pattern, means in self.sentences():
            found = re.fullmatch(pattern, words)
            if found is not None:
                means(at, *found.groups())
                return
        raise AssertionError(f"the story says {words!r}, which nobody understands")


def read_story(path: Path) -> Story:
    """The file's happenings as facts, and its numbers."""
    text = path.read_text(encoding="utf-8")
    teller = _Teller()
    for line in text.partition("\nhappenings\n")[2].partition("\n\n")[0].splitlines():
        at, _, words = line.strip().partition("  ")
        teller.tell(float(at), words.strip())
    return Story(teller.facts, expected_numbers(text))


def expected_numbers(text: str) -> list[Expected]:
    """The numbers under each heading."""
    expected: list[Expected] = []
    for line in text.splitlines():
        if line.startswith(("metrics ", "now at ")):
            expected.append(Expected(line, {}))
        elif line.startswith("  ") and expected:
            name, value, *_ = line.split()
            expected[-1].values[name] = None if value == "-" else float(value)
    return expected
