"""A learned model is asked before a contact is offered by ranking; for a moment the contact waits for it.

It is asked only when two or more agents could have the contact now: a choice of one needs no opinion, and an
agent who becomes free takes the first in line. The machine's own reminder ends the wait, whatever the outside
does. After an offer that came to nothing the model is asked again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from evenhand.assessment.features import BadInput, Features
from evenhand.centre.contact import Contact
from evenhand.centre.timers import Timers
from evenhand.centre.world import CentreWorld
from evenhand.distributor.agents import Agent
from evenhand.distributor.distributor import Distributor, Match
from evenhand.distributor.line import Ticket
from evenhand.errors import IllegalInput
from evenhand.model.definition import CentreDefinition, Policy
from evenhand.model.effects import ScoreCandidates
from evenhand.model.inputs import CandidatesScored, ScoringFailed
from evenhand.model.models import ModelDefinition, ModelOpinion
from evenhand.model.units import Instant

__all__ = ["MOST_SCORED", "Scoring"]

MOST_SCORED = 200
"""So many candidates are scored, the best by the ordinary ranking; the others come after them."""


class Scoring:
    """Asks models and keeps what they say on the tickets. `seek` lets a contact ask for an agent anew."""

    def __init__(
        self,
        world: CentreWorld,
        distributor: Distributor,
        timers: Timers,
        contacts: dict[str, Contact],
        seek: Callable[[str], None],
    ) -> None:
        self._world = world
        self._distributor = distributor
        self._timers = timers
        self._contacts = contacts
        self._seek = seek
        self._models: dict[str, tuple[ModelDefinition, Features | None, str]] = {}
        self.handlers: dict[type, Callable[[Any], None]] = {
            CandidatesScored: self._scored,
            ScoringFailed: self._failed,
        }

    def define(self, definition: CentreDefinition, tickets: Sequence[Ticket]) -> None:
        """From now on there are these models. What is being asked stays asked if its model is the same."""
        before, self._models = self._models, {}
        for model in definition.models:
            try:
                self._models[model.name] = model, Features(model.inputs), ""
            except BadInput as error:
                self._models[model.name] = model, None, str(error)
        for ticket in tickets:
            ticket.scored = None
            asked, queue = ticket.scoring, ticket.line.queue
            if asked is not None and (
                queue is None
                or not queue.asks_model
                or queue.policy.model != asked.model
                or asked.model not in self._models
                or self._models[asked.model][0] != before[asked.model][0]
            ):
                ticket.scoring = None

    # --- asking ---------------------------------------------------------------------------------------

    def hold(self, contact: Contact, match: Match | None) -> Match | None:
        """The match if it may stand; None while the model of the queue is being asked."""
        if match is None:
            return None
        ticket = match.ticket
        queue = ticket.line.queue
        if queue is None or not queue.asks_model:
            return match
        scored = ticket.scored
        if match.via != "ranking":
            return match
        if scored is not None and (scored.reason or match.agent.name in scored.features):
            return match
        agents = self._distributor.best_allowed(ticket, MOST_SCORED, self._world.now)
        if len(agents) < 2:
            return match
        if not self._ask(contact, ticket, agents, queue.policy):
            return self._distributor.seek_agent(ticket, self._world.now)
        return None

    def anew(self, contact: Contact, ticket: Ticket) -> Match | None:
        """An offer came to nothing: choose again, by what the model says now."""
        ticket.scored = None
        return self.hold(contact, self._distributor.seek_agent(ticket, self._world.now))

    def _ask(self, contact: Contact, ticket: Ticket, agents: list[Agent], policy: Policy) -> bool:
        """Ask the policy's model. False: there is none that could be asked, and the ticket says so."""
        model, features, problem = self._models.get(policy.model, (None, None, ""))
        if model is None or features is None:
            reason = "unknown_model" if model is None else "bad_input"
            ticket.scored = ModelOpinion(policy.model, reason=reason, detail=problem)
            return False
        now = self._world.now
        known = {
            "waited": now - ticket.since,
            "priority": ticket.priority,
            "offers": contact.offers,
            "channel": ticket.channel,
            "queue": ticket.queue,
            "language": contact.language,
            "customer": contact.customer_address,
            "attributes": contact.attributes,
        }
        rows = features.rows(known, [self._known(one, ticket, policy, now) for one in agents])
        names = tuple(one.name for one in agents)
        ticket.scoring = ScoreCandidates(
            contact.next_effect_id(), contact.contact_id, model.name, names, rows, model.time_limit
        )
        ticket.scoring_until = now + model.time_limit
        self._timers.schedule(ticket.scoring_until, "scoring", contact.contact_id)
        self._world.perform(ticket.scoring)
        return True

    def _known(self, agent: Agent, ticket: Ticket, policy: Policy, now: Instant) -> dict[str, Any]:
        work, provisional, _, _ = self._distributor.workloads.facts(policy.call_type, agent.name, now)
        return {
            "workload": work,
            "provisional": provisional,
            "idle_minutes": (now - agent.available_since) / 60.0,
            "handled": agent.handled,
            "contacts": len(agent.slots),
            "own": agent.name == ticket.own_agent,
            "name": agent.name,
            "profile": agent.definition.routing_profile,
            "labels": agent.definition.labels,
        }

    # --- what comes back ------------------------------------------------------------------------------

    def _scored(self, input: CandidatesScored) -> None:
        asked = self._asked(input.contact_id, input.effect_id)
        problem = _problem(input.scores, asked.agents)
        if problem:
            self._settle(input.contact_id, {}, *problem)
        else:
            self._settle(input.contact_id, {name: float(input.scores[name]) for name in asked.agents})

    def _failed(self, input: ScoringFailed) -> None:
        self._asked(input.contact_id, input.effect_id)
        self._settle(input.contact_id, {}, input.reason or "failed", input.detail)

    def over(self, contact_id: str, due: Instant) -> None:
        """The time for an answer may be over: if it is, the contact goes on without one."""
        contact = self._contacts.get(contact_id)
        ticket = contact.ticket if contact is not None else None
        if ticket is None or ticket.scoring is None or ticket.scoring_until != due:
            return
        limit = f"no answer within {ticket.scoring.time_limit:g} s"
        self._settle(contact_id, {}, "timeout", limit)

    def _asked(self, contact_id: str, effect_id: str) -> ScoreCandidates:
        contact = self._contacts.get(contact_id)
        scoring = contact.ticket.scoring if contact is not None and contact.ticket is not None else None
        if scoring is None or scoring.id != effect_id:
            raise IllegalInput(f"{contact_id} does not wait for {effect_id}: it comes too late")
        return scoring

    def _settle(self, contact_id: str, scores: dict[str, float], reason: str = "", detail: str = "") -> None:
        """What came of it stands on the ticket, and the contact asks for its agent."""
        ticket = self._contacts[contact_id].ticket
        assert ticket is not None
        asked = ticket.scoring
        assert asked is not None
        model = self._models[asked.model][0]
        ticket.scoring = None
        ticket.scored = ModelOpinion(
            model.name,
            model.version,
            model.digest,
            model.inputs,
            scores,
            dict(zip(asked.agents, asked.features, strict=True)),
            reason,
            detail,
        )
        self._seek(contact_id)

    # --- going on elsewhere ---------------------------------------------------------------------------

    def outstanding(self) -> list[ScoreCandidates]:
        """What was asked and not answered."""
        tickets = (one.ticket for one in self._contacts.values() if one.ticket is not None)
        return [ticket.scoring for ticket in tickets if ticket.scoring is not None]

    def reminders(self) -> list[tuple[Instant, str, str]]:
        """The reminders that end what is asked, after the state was restored."""
        tickets = (one.ticket for one in self._contacts.values() if one.ticket is not None)
        return [(one.scoring_until, "scoring", one.contact_id) for one in tickets if one.scoring is not None]


def _problem(scores: Any, agents: Sequence[str]) -> tuple[str, str] | None:
    """(reason, detail) of scores that cannot rank; None when they can."""
    if not isinstance(scores, dict):
        return "wrong_type", f"it answered {type(scores).__name__}, not a score for each agent"
    for name in agents:
        if name not in scores:
            return "missing_scores", f"it said nothing of {name}"
        value = scores[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "wrong_type", f"the score of {name} is not a number"
        if not math.isfinite(value):
            return "not_finite", f"the score of {name} is {value}"
    return None
