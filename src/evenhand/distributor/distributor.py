"""Who talks to whom: queues, agents, and the choice between them.

Two questions, never a poll: a contact asks for an agent (`seek_agent`) when it arrives or when its wait for
one person ends; an agent asks for a contact (`seek_ticket`) when a slot becomes free. Because each is asked
at the moment it can first be answered, no eligible idle slot stands beside an eligible contact that waits.

The order is Amazon Connect's: the agent's own queue, then the routing profile's priority, then the contact's
priority, then its age with the adjustment. A queue's policy ranks those who are eligible.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from evenhand.distributor.agents import Agent, Row, Slot
from evenhand.distributor.idle import ByScore, ByTime, IdleIndex
from evenhand.distributor.life import AFTER_CONTACT_WORK, FREE, OFFERED, TALKING
from evenhand.distributor.line import Line, Ticket
from evenhand.distributor.queues import Queue
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
)
from evenhand.model.units import CHANNELS, Channel, Instant, Seconds

__all__ = ["Distributor", "Match", "Workloads", "blended", "digest_of", "homeless_ticket", "score_of"]


class Workloads(Protocol):
    """Opinions about agents' offline work; the centre fills this from the assessment room."""

    @property
    def source(self) -> str:
        """Where the numbers come from, and what is wrong with it now, in words."""

    def load(self, call_type: str, agent: str) -> float:
        """The load that ranks: observed and weighted, plus provisional; infinite when it must not count."""

    def facts(self, call_type: str, agent: str, now: Instant) -> tuple[float, float, Seconds | None, bool]:
        """(workload, provisional, age of the observation or None, stale)."""


class Match:
    """A contact and an agent who belong together now. `via` and `fallback` go into the decision."""

    def __init__(self, ticket: Ticket, agent: Agent, via: str, fallback: str, trigger: str) -> None:
        self.ticket = ticket
        self.agent = agent
        self.via = via
        self.fallback = fallback
        self.trigger = trigger


def digest_of(value: msgspec.Struct) -> str:
    """A short digest of a definition, the same on every machine."""
    return hashlib.blake2b(msgspec.json.encode(value), digest_size=6).hexdigest()


class Distributor:
    """Queues and agents of one centre. `schedule(due, kind, key)` asks to be reminded."""

    def __init__(self, workloads: Workloads, schedule: Callable[[Instant, str, str], None]) -> None:
        self.workloads = workloads
        self.schedule = schedule
        self.queues: dict[str, Queue] = {}
        self.agents: dict[str, Agent] = {}
        self.status_types: dict[str, str] = {}
        self.counter = 0
        self.ordinary_policy = Policy()
        """The default queue's: what a decision about an agent's own queue shows as workload."""

    # --- the definition -------------------------------------------------------------------------------

    def define(
        self, definition: CentreDefinition, tickets: Sequence[Ticket] = (), now: Instant = 0.0
    ) -> None:
        """Lay out queues and agents anew; who waits, talks or has a status keeps it.

        `tickets` is everybody who waits or rings, in the order of queueing. Someone who is no longer defined
        but has contacts stays until these are over, and gets no more.
        """
        self.status_types = {status.name: status.type for status in definition.statuses}
        self.status_types.update({"Available": "ROUTABLE", "Offline": "OFFLINE"})
        policies = {policy.name: policy for policy in definition.policies}
        ordinary = next(
            (queue.policy for queue in definition.queues if queue.name == definition.default_queue), ""
        )
        self.ordinary_policy = policies.get(ordinary, Policy())
        profiles = {profile.name: profile for profile in definition.routing_profiles}
        before_agents = self.agents
        self.queues = {
            queue.name: self._make_queue(queue, policies.get(queue.policy, Policy()))
            for queue in definition.queues
        }
        self.agents = {}
        for number, agent in enumerate(definition.agents):
            profile = profiles.get(agent.routing_profile, RoutingProfile(name=agent.routing_profile))
            self.agents[agent.name] = self._make_agent(agent, profile, number)
        for ticket in tickets:
            self._seat(ticket, definition.default_queue, now)
        for name, old in before_agents.items():
            if name not in self.agents and old.slots:
                self.keep_leaving(name)
                old.next_status = "Offline"
            if name in self.agents:
                state = old.state()
                self.agents[name].restore(state, self.type_of(state.status))
        for agent_ in sorted(self.agents.values(), key=lambda one: one.order):
            self.refresh(agent_)

    def keep_leaving(self, name: str) -> Agent:
        """Someone who is not defined any more but has contacts: no rows, no slots for others."""
        agent = AgentDefinition(name=name, routing_profile="", after_contact_work=None)
        self.agents[name] = self._make_agent(agent, RoutingProfile(name="", concurrency={}), len(self.agents))
        return self.agents[name]

    def type_of(self, status: str) -> str:
        """The type of a status; one that is no longer defined takes no contacts."""
        return self.status_types.get(status, "CUSTOM")

    def _make_queue(self, definition: QueueDefinition, policy: Policy) -> Queue:
        queue = Queue(definition, policy, digest_of(policy))
        for channel in CHANNELS:
            line = Line(queue, channel)
            line.idle = self._make_index(policy)
            queue.lines[channel] = line
        return queue

    def _make_index(self, policy: Policy) -> IdleIndex:
        if policy.rank == "longest_available":
            return ByTime()
        call_type, load = policy.call_type, self.workloads.load
        if policy.rank == "least_workload":
            return ByScore(lambda agent: load(call_type, agent.name))
        return ByScore(lambda agent: blended(policy, load(call_type, agent.name), agent.available_since))

    def _make_agent(self, definition: AgentDefinition, profile: RoutingProfile, number: int) -> Agent:
        agent = Agent(definition, profile, Line(None, "VOICE", definition.name), number)
        rows = []
        for row in profile.rows:
            queue = self.queues.get(row.queue)
            if queue is None:
                continue
            line = queue.lines[row.channel]
            rows.append(Row(line, self._index_for(line, row.delay, queue.policy), row.priority, row.delay))
            if definition.name not in queue.agents:
                queue.agents.append(definition.name)
        agent.set_rows(rows)
        return agent

    def _index_for(self, line: Line, delay: Seconds, policy: Policy) -> IdleIndex:
        assert line.idle is not None
        if delay <= 0:
            return line.idle
        for known, index in line.delayed:
            if known == delay:
                return index
        index = self._make_index(policy)
        line.delayed.append((delay, index))
        line.delayed.sort(key=lambda pair: pair[0])
        return index

    def _seat(self, ticket: Ticket, default_queue: str, now: Instant) -> None:
        """A ticket of the former layout finds its place in the new one, or in the default queue."""
        if ticket.agent_queue not in self.agents:
            ticket.agent_queue = ""
            if ticket.queue not in self.queues:
                ticket.queue = default_queue
            if not self.queues[ticket.queue].policy.own_agent:
                # Nobody would ever end a wait that this queue does not know.
                ticket.only = ""
        ticket.line = self.line(ticket.queue, ticket.agent_queue, ticket.channel)
        self.add(ticket)
        if not ticket.offered_to:
            self.wait(ticket, now)
        elif ticket.line.queue is not None:
            ticket.line.queue.ringing[ticket.contact_id] = ticket

    # --- agents ---------------------------------------------------------------------------------------

    def set_status(self, agent: Agent, status: str, now: Instant) -> None:
        """The agent's status is this from now on."""
        if agent.idle:
            self._leave(agent)
        agent.status = status
        agent.status_type = self.type_of(status)
        agent.status_since = now
        agent.next_status = ""
        self.mark_available(agent, now)

    def mark_available(self, agent: Agent, now: Instant) -> None:
        """The agent's time since becoming available starts again."""
        self.counter += 1
        agent.available_since = now
        # Whoever stands in the idle lists stands there under the old order.
        if agent.idle:
            self._leave(agent)
        agent.order = self.counter

    def refresh(self, agent: Agent) -> None:
        """Put the agent into the idle lists of the channels on which they are open, and out of the others."""
        if agent.single_voice:
            is_open = (
                not agent.slots
                and agent.status_type == "ROUTABLE"
                and not agent.next_status
                and not agent.blocked
            )
            if is_open:
                if not agent.idle:
                    agent.idle.add("VOICE")
                    for row in agent.rows:
                        row.index.add(agent)
            elif agent.idle:
                self._leave(agent)
            return
        for channel in agent.profile.concurrency:
            if agent.is_open(channel):
                if channel not in agent.idle:
                    agent.idle.add(channel)
                    for row in agent.rows:
                        if row.line.channel == channel:
                            row.index.add(agent)
            elif channel in agent.idle:
                agent.idle.discard(channel)
                for row in agent.rows:
                    if row.line.channel == channel:
                        row.index.remove(agent)

    def _leave(self, agent: Agent) -> None:
        agent.idle.clear()
        for row in agent.rows:
            row.index.remove(agent)

    def rerank(self, agent: Agent) -> None:
        """The agent's load changed: their place among the idle does too."""
        if agent.idle:
            for row in agent.rows:
                if row.line.channel in agent.idle:
                    row.index.remove(agent)
                    row.index.add(agent)

    # --- contacts -------------------------------------------------------------------------------------

    def line(self, queue: str, agent: str, channel: Channel) -> Line:
        """Where contacts of this channel wait for an agent of their own, or in a standard queue."""
        return self.agents[agent].own if agent else self.queues[queue].lines[channel]

    def add(self, ticket: Ticket) -> None:
        """The contact is in its queue from now on."""
        queue = ticket.line.queue
        if queue is not None:
            queue.held += 1

    def wait(self, ticket: Ticket, now: Instant) -> None:
        """Nobody can take the contact now: it takes its place in the line."""
        line = ticket.line
        if line.queue is not None and line.queue.ringing:
            line.queue.ringing.pop(ticket.contact_id, None)
        line.add(ticket)
        for delay, _ in line.delayed:
            if ticket.since + delay > now:
                self.schedule(ticket.since + delay, "seek", ticket.contact_id)

    def unwait(self, ticket: Ticket) -> None:
        """The contact leaves its place in the line, to ring or to go."""
        ticket.line.remove(ticket)

    def drop(self, ticket: Ticket) -> None:
        """The contact is in the queue no more."""
        queue = ticket.line.queue
        if queue is not None:
            queue.held -= 1
            if ticket.offered_to and queue.ringing:
                queue.ringing.pop(ticket.contact_id, None)

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
        if queue.wishes:
            match = self._wished(ticket, queue, line, now, trigger)
            if match is not None or ticket.only:
                return match
        index = line.idle
        best = index.first() if index is not None else None
        if line.delayed:
            best = self._first_with_delay(line, best, ticket, now)
        return None if best is None else Match(ticket, best, "ranking", ticket.note, trigger)

    def _first_with_delay(self, line: Line, best: Agent | None, ticket: Ticket, now: Instant) -> Agent | None:
        for delay, index in line.delayed:
            # The same sum as in the reminder, so that rounding never makes it come too early.
            if now < ticket.since + delay:
                break
            other = index.first()
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
        if policy.own_agent and ticket.own_agent and not ticket.note:
            agent = self.agents.get(ticket.own_agent)
            outcome = self.outcome(agent, line, ticket, now)
            if outcome == "chosen" and agent is not None:
                return Match(ticket, agent, "own_agent", "", trigger)
            if ticket.only:
                # A reminder of something else must not end the wait.
                if now < ticket.only_until:
                    return None
            elif self._worth_waiting(agent, line) and now < ticket.since + policy.own_agent_wait:
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
                if ticket.only or row.delay:
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
        handled = slot.state == TALKING or slot.state == AFTER_CONTACT_WORK
        after = agent.move(slot, what, now)
        if after == FREE and handled:
            self.mark_available(agent, now)

    # --- what flows ask -------------------------------------------------------------------------------

    def count_available(self, queue: Queue, channel: Channel) -> int:
        """Agents who could take a contact of this queue and channel now."""
        line = queue.lines[channel]
        idle = line.idle
        return (len(idle) if idle is not None else 0) + sum(len(index) for _, index in line.delayed)


def score_of(policy: Policy, workloads: Workloads, agent: Agent) -> float:
    """The number that a policy ranks by, ascending; ties go to who has been available longest."""
    if policy.rank == "longest_available":
        return 0.0
    load = workloads.load(policy.call_type, agent.name)
    if policy.rank == "least_workload":
        return load
    return blended(policy, load, agent.available_since)


def blended(policy: Policy, load: float, available_since: Instant) -> float:
    """The blend's score. A weight of nothing leaves even a load without bounds out."""
    work = policy.workload_weight * load if policy.workload_weight else 0.0
    # "now" is the same for all who are compared, so the minutes available rank like -available_since.
    return work + policy.idle_minute_weight / 60.0 * available_since


def homeless_ticket(definition: CentreDefinition, tickets: Sequence[Ticket]) -> Ticket | None:
    """Somebody who would have no queue to wait in under this definition, or None."""
    queues = {queue.name for queue in definition.queues}
    if definition.default_queue in queues:
        return None
    agents = {agent.name for agent in definition.agents}
    lost = (one for one in tickets if one.agent_queue not in agents and one.queue not in queues)
    return next(lost, None)
