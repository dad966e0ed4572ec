"""The floor: a centre's queues, agents and lines, as they are laid out and as they stand now.

It keeps the idle lists right; who is chosen from them is `distributor.py`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evenhand.distributor.agents import Agent, Row
from evenhand.distributor.criteria import Criteria
from evenhand.distributor.idle import ByScore, ByTime, IdleIndex
from evenhand.distributor.line import Line, Ticket
from evenhand.distributor.queues import Queue
from evenhand.distributor.ranking import Workloads, blended, digest_of
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
)
from evenhand.model.units import CHANNELS, Channel, Instant, Seconds

__all__ = ["Floor", "homeless_ticket"]


class Floor:
    """Queues and agents of one centre. `schedule(due, kind, key)` asks to be reminded."""

    def __init__(self, workloads: Workloads, schedule: Callable[[Instant, str, str], None]) -> None:
        self.workloads = workloads
        self.schedule = schedule
        self.queues: dict[str, Queue] = {}
        self.agents: dict[str, Agent] = {}
        self.status_types: dict[str, str] = {}
        self.counter = 0
        self.criteria = Criteria(schedule)
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
        before_agents, before_queues = self.agents, self.queues
        self.queues = {
            queue.name: self._make_queue(queue, policies.get(queue.policy, Policy()))
            for queue in definition.queues
        }
        for name, queue_ in self.queues.items():
            old_queue = before_queues.get(name)
            if old_queue is not None and old_queue.definition.enabled == queue_.definition.enabled:
                # What was switched by hand stays, until the definition itself says something else.
                queue_.enabled = old_queue.enabled
        self.agents = {}
        for number, agent in enumerate(definition.agents):
            profile = profiles.get(agent.routing_profile, RoutingProfile(name=agent.routing_profile))
            self.agents[agent.name] = self._make_agent(agent, profile, number)
        self.criteria.define(self.agents.values())
        for ticket in tickets:
            self._seat(ticket, definition.default_queue, now)
        for name, old in before_agents.items():
            if name not in self.agents and (old.slots or old.paused):
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
        if not policy.ranks_by_work:
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
            if row.manual:
                agent.worklists.append(line)
                continue
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
        if ticket.criteria is not None:
            self.criteria.narrow(ticket)
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
            if agent.may_take():
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


def homeless_ticket(definition: CentreDefinition, tickets: Sequence[Ticket]) -> Ticket | None:
    """Somebody who would have no queue to wait in under this definition, or None."""
    queues = {queue.name for queue in definition.queues}
    if definition.default_queue in queues:
        return None
    agents = {agent.name for agent in definition.agents}
    lost = (one for one in tickets if one.agent_queue not in agents and one.queue not in queues)
    return next(lost, None)
