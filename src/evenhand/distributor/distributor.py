"""Who talks to whom: queues, agents, and the choice between them.

Two questions, never a poll: a contact asks for an agent (`seek_agent`) when it arrives or when its wait for
one person ends; an agent asks for a contact (`seek_ticket`) when a slot becomes free. Because each is asked
at the moment it can first be answered, no eligible idle slot stands beside an eligible contact that waits.

The order is Amazon Connect's: the agent's own queue, then the routing profile's priority, then the contact's
priority, then its age with the adjustment. A queue's policy ranks those who are eligible.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nsmallest

import msgspec

from evenhand.distributor.agents import Agent, Slot
from evenhand.distributor.floor import Floor
from evenhand.distributor.life import AFTER_CONTACT_WORK, FREE, OFFERED, PAUSED, TALKING
from evenhand.distributor.line import Line, Ticket
from evenhand.distributor.opinions import advised
from evenhand.distributor.queues import Queue
from evenhand.distributor.ranking import score_of
from evenhand.model.definition import Policy
from evenhand.model.units import Instant, Seconds

__all__ = ["Distributor", "Match"]


_MAY_END = ("own_agent_excluded_by_rule", "own_agent_missing_skill")


class Match:
    """A contact and an agent who belong together now. `via` and `fallback` go into the decision.

    `rings` is set where the contact was given to the agent by name: how long it rings.
    """

    rings: Seconds | None = None

    def __init__(self, ticket: Ticket, agent: Agent, via: str, fallback: str, trigger: str) -> None:
        self.ticket = ticket
        self.agent = agent
        self.via = via
        self.fallback = fallback
        self.trigger = trigger
        self.rings = None


class Distributor(Floor):
    """The floor, and the choice between those who stand on it."""

    # --- the two questions ----------------------------------------------------------------------------

    def seek_agent(self, ticket: Ticket, now: Instant, trigger: str = "contact") -> Match | None:
        """Who takes this contact now? None: nobody can, it waits."""
        line = ticket.line
        queue = line.queue
        if queue is None:
            agent = self.agents[ticket.agent_queue]
            if agent.is_open(ticket.channel):
                return Match(ticket, agent, "agent_queue", ticket.note, trigger)
            return None
        if ticket.opinion is not None:
            self._end_exclusions(ticket, now)
        if queue.wishes:
            match = self._wished(ticket, queue, line, now, trigger)
            if match is not None or ticket.only:
                return match
        if ticket.opinion is not None or ticket.scored is not None:
            allowed = self.best_allowed(ticket, 1, now)
            return Match(ticket, allowed[0], "ranking", ticket.note, trigger) if allowed else None
        index = line.idle
        wanted = ticket.wanted
        if index is None:
            best = None
        else:
            best = index.first() if wanted is None else index.first_of(wanted)
        if line.delayed:
            best = self._first_with_delay(line, best, ticket, now)
        return None if best is None else Match(ticket, best, "ranking", ticket.note, trigger)

    def _end_exclusions(self, ticket: Ticket, now: Instant) -> None:
        """Rules that leave nobody hold for a while only."""
        opinion = ticket.opinion
        if opinion is not None and opinion.until is not None and now >= opinion.until and opinion.excluded:
            ticket.opinion = msgspec.structs.replace(opinion, excluded={}, until=None)
            ticket.note = ticket.note or "rules_excluded_everybody"

    def best_allowed(self, ticket: Ticket, count: int, now: Instant) -> list[Agent]:
        """The first so many idle agents, best first, for a contact about which rules or a model had a say."""
        line, opinion = ticket.line, ticket.opinion
        assert line.queue is not None
        policy, workloads = line.queue.policy, self.workloads
        excluded = opinion.excluded if opinion is not None else {}
        wanted = ticket.wanted

        def allowed() -> Iterator[Agent]:
            due = [index for delay, index in line.delayed if now >= ticket.since + delay]
            for index in [line.idle, *due]:
                for agent in index if index is not None else ():
                    if agent.name not in excluded and (wanted is None or agent.name in wanted):
                        yield agent

        return nsmallest(
            count,
            allowed(),
            key=lambda one: (*advised(policy, ticket, one.name, score_of(policy, workloads, one)), one.order),
        )

    def _first_with_delay(self, line: Line, best: Agent | None, ticket: Ticket, now: Instant) -> Agent | None:
        for delay, index in line.delayed:
            # The same sum as in the reminder, so that rounding never makes it come too early.
            if now < ticket.since + delay:
                break
            other = index.first() if ticket.wanted is None else index.first_of(ticket.wanted)
            if other is None:
                continue
            if best is None or self._rank(line, other) < self._rank(line, best):
                best = other
        return best

    def _rank(self, line: Line, agent: Agent) -> tuple[float, int]:
        policy = line.queue.policy if line.queue is not None else Policy()
        return score_of(policy, self.workloads, agent), agent.order

    def _wished(self, ticket: Ticket, queue: Queue, line: Line, now: Instant, trigger: str) -> Match | None:
        """The customer's own agent first, then the contact's candidate list; None when neither can be had."""
        policy = queue.policy
        # What kept the own agent from the contact may be over: rules that left nobody, a step of its criteria.
        asks = not ticket.note or ticket.note in _MAY_END
        if policy.own_agent and ticket.own_agent and asks:
            agent = self.agents.get(ticket.own_agent)
            outcome = self.outcome(agent, line, ticket, now)
            if outcome == "chosen" and agent is not None:
                return Match(ticket, agent, "own_agent", "", trigger)
            if ticket.only:
                # A reminder of something else must not end the wait.
                if now < ticket.only_until:
                    return None
            elif (
                outcome not in ("excluded_by_rule", "missing_skill")
                and self._worth_waiting(agent, line)
                and now < ticket.since + policy.own_agent_wait
            ):
                ticket.only = ticket.own_agent
                ticket.only_until = ticket.since + policy.own_agent_wait
                self.schedule(ticket.only_until, "seek", ticket.contact_id)
                return None
            ticket.note = "own_agent_wait_over" if ticket.only else f"own_agent_{outcome}"
        ticket.only = ""
        if policy.candidates and ticket.candidates:
            for name in ticket.candidates:
                agent = self.agents.get(name)
                if agent is not None and self.outcome(agent, line, ticket, now) == "chosen":
                    return Match(ticket, agent, "candidate_list", ticket.note, trigger)
            ticket.note = ticket.note or "no_candidate_available"
        return None

    def _worth_waiting(self, agent: Agent | None, line: Line) -> bool:
        return agent is not None and agent.status_type != "OFFLINE" and agent.serves(line) is not None

    def outcome(self, agent: Agent | None, line: Line, ticket: Ticket, now: Instant) -> str:
        """`chosen` when this agent could take this contact now, else why not, in a decision's words."""
        if agent is None:
            return "unknown_agent"
        row = agent.serves(line)
        if row is None:
            return "not_in_profile"
        if ticket.opinion is not None and agent.name in ticket.opinion.excluded:
            return "excluded_by_rule"
        if ticket.wanted is not None and agent.name not in ticket.wanted:
            return "missing_skill"
        if not agent.is_open(line.channel):
            return agent.why_not(line.channel)
        if row.delay and now < ticket.since + row.delay:
            return "delay_not_reached"
        return "chosen"

    def seek_ticket(self, agent: Agent, now: Instant) -> Match | None:
        """What does this agent take now? None: nothing waits for them, or they are not open."""
        if not agent.may_take():
            return None
        own = agent.own
        if len(own.items) != own.start:
            for ticket in own.waiting():
                if agent.is_open(ticket.channel):
                    return Match(ticket, agent, "agent_queue", ticket.note, "agent")
        for group in agent.groups:
            best: Ticket | None = None
            for row in group:
                line = row.line
                items = line.items
                if len(items) == line.start or not (agent.single_voice or agent.is_open(line.channel)):
                    continue
                ticket = items[line.start]
                if (
                    ticket.only
                    or row.delay
                    or ticket.opinion is not None
                    or ticket.wanted is not None
                    or ticket.scoring is not None
                ):
                    found = line.first_for(agent.name, row.delay, now)
                    if found is None:
                        continue
                    ticket = found
                if best is None or ticket.before(best):
                    best = ticket
            if best is not None:
                via = "own_agent" if best.only else "ranking"
                return Match(best, agent, via, best.note, "agent")
        return None

    # --- slots ----------------------------------------------------------------------------------------

    def reserve(self, match: Match, until: Instant, now: Instant) -> Slot:
        """The agent is reserved for the contact: the slot is taken, nobody else can have it."""
        ticket, agent = match.ticket, match.agent
        slot = Slot(ticket.contact_id, ticket.channel, ticket.queue, OFFERED, now, until)
        agent.slots[ticket.contact_id] = slot
        ticket.offered_to = agent.name
        queue = ticket.line.queue
        if until > now and queue is not None:
            queue.ringing[ticket.contact_id] = ticket
        if not agent.single_voice:
            self.refresh(agent)
        elif agent.idle:
            self._leave(agent)
        return slot

    def release(self, agent: Agent, slot: Slot, what: str, now: Instant) -> None:
        """A slot moves on; when it is free and a contact was handled, the agent's availability starts anew.

        The caller offers the agent what waits (`seek_ticket`), then calls `refresh`.
        """
        handled = slot.state in (TALKING, AFTER_CONTACT_WORK, PAUSED)
        after = agent.move(slot, what, now)
        if after == FREE and handled:
            agent.handled += 1
            if not slot.outbound or agent.counts(slot):
                self.mark_available(agent, now)
