"""What a stretch of work came to: contacts, waits, service level, who handled how many and why.

Fed fact by fact, in constant memory: of a contact nothing is kept once it is gone.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from evenhand.model.facts import (
    AgentChosen,
    CallbackScheduled,
    ContactConnected,
    ContactDequeued,
    ContactEnded,
    ContactInitiated,
    ContactQueued,
    Fact,
    OfferMissed,
    OfferRejected,
    WaitTold,
)
from evenhand.model.units import Instant, Seconds
from evenhand.records.spread import Spread
from evenhand.records.story import duration, why_chosen

__all__ = ["AgentSummary", "Summary", "SummaryFigures", "summary_lines"]


_SAME_CUSTOMER = ("QUEUE_TRANSFER", "TRANSFER", "DISCONNECT")
"""How a contact begins in which the customer of another goes on."""


class _Here(msgspec.Struct):
    """A contact that is here: since when it is queued, and the first wait it was told."""

    own_agent: str
    queued_at: Instant | None = None
    told_at: Instant = 0.0
    told: Seconds | None = None
    connected: bool = False
    counted: bool = True
    outbound: bool = False
    reason: str = ""


class AgentSummary(msgspec.Struct):
    """What one agent did: contacts answered by kind of reason, offers not taken, time talked."""

    handled: int = 0
    missed: int = 0
    rejected: int = 0
    talked: Seconds = 0.0
    reasons: dict[str, int] = {}


class SummaryFigures(msgspec.Struct, frozen=True):
    """The figures as they stand. Waits count from the first queue on; `service_level` is a share of all that
    were answered or gave up. `told_error` is half of all differences between the first wait a caller was
    told and the wait that followed: half were closer, half further off."""

    contacts: int
    present: int
    answered: int
    abandoned: int
    left: int
    not_queued: int
    told: int
    mean_wait: Seconds
    wait_95: Seconds
    service_seconds: Seconds
    service_level: float
    told_error: Seconds
    told_checked: int
    agents: dict[str, AgentSummary]


class Summary:
    """Feed it facts; ask `figures` at any time. `service_seconds` is the service level's threshold."""

    def __init__(self, service_seconds: Seconds = 20.0) -> None:
        self.service_seconds = service_seconds
        self._here: dict[str, _Here] = {}
        self._contacts = self._answered = self._in_time = self._abandoned = self._left = 0
        self._not_queued = self._told = 0
        self._waits = Spread()
        self._errors = Spread()
        self._agents: dict[str, AgentSummary] = {}

    def feed(self, facts: Iterable[Fact]) -> None:
        """These became true."""
        for fact in facts:
            self._feed(fact)

    def _feed(self, fact: Fact) -> None:
        if isinstance(fact, ContactInitiated):
            before = self._here.get(fact.previous_contact_id)
            if before is not None and fact.initiation_method in _SAME_CUSTOMER:
                # The same customer goes on: still one contact, and from queue to queue still one wait.
                waits = fact.initiation_method == "QUEUE_TRANSFER"
                self._here[fact.contact_id] = before if waits else _Here(fact.own_agent, counted=False)
            elif fact.initiation_method == "EXTERNAL_OUTBOUND":
                return  # A third party is no customer.
            elif fact.initiation_method == "OUTBOUND":
                # Nobody waits in a call that an agent makes: it is handled, and nothing else.
                self._here[fact.contact_id] = _Here("", counted=False, outbound=True, reason="own calls")
            else:
                self._contacts += 1
                self._here[fact.contact_id] = _Here(fact.own_agent)
        elif isinstance(fact, CallbackScheduled):
            if fact.contact_id in self._here:
                # Nobody waits until it is due.
                self._here[fact.contact_id].queued_at = None
        elif isinstance(fact, OfferMissed):
            self._agent(fact.agent).missed += 1
        elif isinstance(fact, OfferRejected):
            self._agent(fact.agent).rejected += 1
        elif isinstance(fact, AgentChosen):
            here = self._here.get(fact.decision.contact_id)
            if here is not None:
                here.reason = why_chosen(fact.decision, here.own_agent)
        elif isinstance(fact, ContactQueued | WaitTold | ContactConnected | ContactDequeued | ContactEnded):
            here = self._here.get(fact.contact_id)
            if here is not None:
                self._of_contact(fact, here)

    def _of_contact(
        self,
        fact: ContactQueued | WaitTold | ContactConnected | ContactDequeued | ContactEnded,
        here: _Here,
    ) -> None:
        if isinstance(fact, ContactQueued):
            here.queued_at = fact.at if here.queued_at is None else here.queued_at
        elif isinstance(fact, WaitTold):
            self._told += 1
            if here.told is None:
                here.told, here.told_at = fact.seconds, fact.at
        elif isinstance(fact, ContactConnected):
            self._connected(fact, here)
        elif isinstance(fact, ContactDequeued):
            if fact.why == "abandoned":
                self._abandoned += 1
            elif fact.why == "ended_by_flow":
                self._left += 1
            elif fact.why == "paused":
                here.queued_at = None
        else:
            if fact.agent:
                self._agent(fact.agent).talked += fact.talked
            if here.queued_at is None and here.counted and not fact.next_contact_id:
                self._not_queued += 1
            del self._here[fact.contact_id]

    def _connected(self, fact: ContactConnected, here: _Here) -> None:
        wait = fact.at - (here.queued_at if here.queued_at is not None else fact.at)
        here.connected = True
        if not here.outbound:
            self._answered += 1
            self._in_time += wait <= self.service_seconds
            self._waits.add(wait)
        if here.told is not None:
            self._errors.add(abs(here.told - (fact.at - here.told_at)))
        agent = self._agent(fact.agent)
        agent.handled += 1
        agent.reasons[here.reason] = agent.reasons.get(here.reason, 0) + 1

    def _agent(self, name: str) -> AgentSummary:
        return self._agents.setdefault(name, AgentSummary())

    def figures(self) -> SummaryFigures:
        """The figures as they stand now."""
        asked = self._answered + self._abandoned
        return SummaryFigures(
            contacts=self._contacts,
            present=len(self._here),
            answered=self._answered,
            abandoned=self._abandoned,
            left=self._left,
            not_queued=self._not_queued,
            told=self._told,
            mean_wait=self._waits.mean,
            wait_95=self._waits.quantile(0.95),
            service_seconds=self.service_seconds,
            service_level=self._in_time / asked if asked else 1.0,
            told_error=self._errors.quantile(0.5),
            told_checked=self._errors.count,
            agents=dict(sorted(self._agents.items())),
        )


def summary_lines(figures: SummaryFigures) -> list[str]:
    """The figures for a person."""
    lines = [
        f"contacts       {figures.contacts}: {figures.answered} answered, {figures.abandoned} gave up, "
        f"{figures.left} chose to leave, {figures.present} still here",
        f"wait           mean {duration(figures.mean_wait)}, 95% within {duration(figures.wait_95)}",
        f"service level  {figures.service_level:.0%} answered within {figures.service_seconds:g} s "
        "(of answered and given up)",
    ]
    if figures.told_checked:
        lines.append(
            f"waits told     {figures.told}; half of the first ones were right to {duration(figures.told_error)} "
            f"({figures.told_checked} checked)"
        )
    else:
        lines.append(f"waits told     {figures.told}")
    for name, agent in figures.agents.items():
        reasons = ", ".join(
            f"{count} {reason}"
            for reason, count in sorted(agent.reasons.items(), key=lambda one: (-one[1], one))
        )
        missed = f"; {agent.missed} missed" if agent.missed else ""
        rejected = f"; {agent.rejected} rejected" if agent.rejected else ""
        lines.append(
            f"{name:<13}  {agent.handled} handled ({reasons or 'none'}), talked {duration(agent.talked)}"
            f"{missed}{rejected}"
        )
    return lines
