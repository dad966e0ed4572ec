"""A dumb twin of the routing: every question answered again from raw state, by looking at everybody.

Nothing here is clever or quick. It shares no index, line or counter with the machine; where the two disagree,
one of them is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from evenhand.centre.centre import Centre
from evenhand.centre.contact import (
    AFTER_CONTACT_WORK,
    DIALLING,
    IN_FLOW,
    JOINING,
    OFFERED,
    OUTSIDE,
    PAUSED,
    PAUSED_AT_AGENT,
    SCHEDULED,
    TALKING,
    WAITING,
)
from evenhand.distributor.agents import Agent
from evenhand.distributor.distributor import Match
from evenhand.distributor.line import Line, Ticket
from evenhand.model.definition import Policy, RoutingProfile, RoutingRow
from evenhand.model.units import Channel, Instant

__all__ = ["Twin"]

_BLOCKED = ("missed", "rejected", "error")


class Twin:
    """Looks at a centre and says what should be so."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    # --- raw state ------------------------------------------------------------------------------------

    def profile(self, name: str) -> RoutingProfile:
        """The agent's profile as the definition has it; an empty one for somebody who is not in it."""
        definition = self.centre.definition
        wanted = next((one.routing_profile for one in definition.agents if one.name == name), "")
        found = next((one for one in definition.routing_profiles if one.name == wanted), None)
        return found or RoutingProfile(name="", concurrency={})

    def policy(self, queue: str) -> Policy:
        definition = self.centre.definition
        wanted = next(one.policy for one in definition.queues if one.name == queue)
        return next((one for one in definition.policies if one.name == wanted), Policy())

    def waiting(self) -> list[Ticket]:
        """Everybody who waits, in the order of their keys."""
        tickets = [one.ticket for one in self.centre.contacts.values() if one.stage == WAITING]
        return sorted((one for one in tickets if one is not None), key=lambda one: one.key)

    def is_open(self, agent: Agent, channel: Channel) -> bool:
        """Status, next status, blocking contacts, concurrency and the cross-channel rule."""
        statuses = {one.name: one.type for one in self.centre.definition.statuses} | {"Available": "ROUTABLE"}
        if statuses.get(agent.status) != "ROUTABLE" or agent.next_status:
            return False
        profile, taken = self.profile(agent.name), 0
        for slot in agent.slots.values():
            if slot.state in _BLOCKED:
                return False
            if slot.channel == channel:
                taken += 1
            elif profile.cross_channel.get(slot.channel) != "ROUTE_ANY_CHANNEL":
                return False
        return taken < profile.concurrency.get(channel, 0)

    def row(self, agent: Agent, ticket: Ticket) -> RoutingRow | None:
        rows = [one for one in self.profile(agent.name).rows if not one.manual]
        return next((one for one in rows if (one.queue, one.channel) == (ticket.queue, ticket.channel)), None)

    def may(self, agent: Agent, ticket: Ticket, now: Instant) -> bool:
        """Whether this agent may have this contact now."""
        if not self.is_open(agent, ticket.channel):
            return False
        if ticket.agent_queue:
            return ticket.agent_queue == agent.name
        row = self.row(agent, ticket)
        return (
            row is not None
            and self.is_asked_for(agent, ticket)
            and now >= ticket.since + row.delay
            and (not ticket.only or ticket.only == agent.name)
            and (ticket.opinion is None or agent.name not in ticket.opinion.excluded)
            and ticket.scoring is None
        )

    def is_asked_for(self, agent: Agent, ticket: Ticket) -> bool:
        """Whether the step of the routing criteria in which the contact stands asks for this agent."""
        steps = ticket.criteria.steps if ticket.criteria is not None else ()
        if ticket.step >= len(steps):
            return True
        people = [one for one in self.centre.definition.agents if one.name == agent.name]
        skills = people[0].proficiencies if people else ()
        for alternative in steps[ticket.step].expression.alternatives:
            wrong = 0
            for asked in alternative:
                if asked.agents:
                    met = agent.name in asked.agents
                else:
                    met = any(
                        (one.attribute, one.value) == (asked.attribute, asked.value)
                        and asked.least <= one.level <= asked.most
                        for one in skills
                    )
                wrong += met == asked.negated
            if not wrong:
                return True
        return False

    def score(self, policy: Policy, agent: Agent) -> float:
        if policy.rank in ("longest_available", "rules", "model"):
            return 0.0
        contract, known = self.centre.definition.workload, self.centre.workload.state
        state = known.sources[""]
        if state.stale and contract.when_stale == "ignore":
            load = math.inf
        else:
            seen = state.observed.get(policy.call_type, {}).get(agent.name)
            load = (seen.value if seen else 0.0) + math.fsum(
                one.amount for one in known.additions.get(agent.name, ())
            )
        if policy.rank == "least_workload":
            return load
        work = policy.workload_weight * load if policy.workload_weight else 0.0
        return work + policy.idle_minute_weight / 60.0 * agent.available_since

    def advice(self, policy: Policy, ticket: Ticket, agent: Agent) -> tuple[bool, float]:
        """The score with what rules and model say; whom the model of the policy did not score comes last."""
        rules = ticket.opinion.scores.get(agent.name, 0.0) if ticket.opinion is not None else 0.0
        model = ticket.scored.scores.get(agent.name) if ticket.scored is not None else None
        score = self.score(policy, agent)
        if policy.rank == "rules":
            return False, -rules
        if policy.rank == "model":
            return model is None, -(model or 0.0)
        if policy.rank == "blend":
            score = score - policy.rules_weight * rules - policy.model_weight * (model or 0.0)
            return policy.model_weight != 0.0 and model is None, score
        return False, score

    def agents(self) -> list[Agent]:
        return list(self.centre.distributor.agents.values())

    # --- the two questions ----------------------------------------------------------------------------

    def check_agent(self, ticket: Ticket, now: Instant, match: Match | None) -> None:
        """A contact asked for an agent and got this answer."""
        if match is None:
            open_to_it = [one.name for one in self.agents() if self.may(one, ticket, now)]
            assert not open_to_it, f"{ticket.contact_id} waits although {open_to_it} could take it"
            return
        assert match.ticket is ticket
        chosen = match.agent
        if match.via == "ranking":
            assert self.may(chosen, ticket, now)
            policy = self.policy(ticket.queue)
            able = [one for one in self.agents() if self.may(one, ticket, now)]
            assert chosen is min(able, key=lambda one: (*self.advice(policy, ticket, one), one.order))
        elif match.via == "candidate_list":
            able = [one for one in self.agents() if self.may(one, ticket, now)]
            names = [one.name for one in able]
            assert chosen.name == next(name for name in ticket.candidates if name in names)
        else:
            assert self.may(chosen, ticket, now)
            assert chosen.name == (ticket.agent_queue or ticket.own_agent)

    def check_ticket(self, agent: Agent, now: Instant, match: Match | None) -> None:
        """An agent asked for a contact and got this answer."""
        able = [one for one in self.waiting() if self.may(agent, one, now)]
        if not able:
            assert match is None
            return

        def place(ticket: Ticket) -> tuple[int, tuple[int, float, int]]:
            row = None if ticket.agent_queue else self.row(agent, ticket)
            return (0 if row is None else row.priority), ticket.key

        assert match is not None, f"{agent.name} is idle although {able[0].contact_id} waits"
        assert match.ticket is min(able, key=place)

    # --- the laws -------------------------------------------------------------------------------------

    def check_places(self) -> None:
        """Every contact, ticket and slot is in exactly one place, and they agree."""
        centre = self.centre
        in_lines = [ticket.contact_id for line in self._lines() for ticket in line.waiting()]
        assert len(in_lines) == len(set(in_lines))
        in_queues = [
            (queue.name, one) for queue in centre.distributor.queues.values() for one in queue.tickets
        ]
        held: dict[str, tuple[str, str]] = {}
        for agent in self.agents():
            for slot in agent.slots.values():
                if slot.state not in _BLOCKED:
                    assert slot.contact_id not in held, f"{slot.contact_id} holds two slots"
                    held[slot.contact_id] = (agent.name, slot.state)
            for slot in agent.paused.values():
                assert slot.contact_id not in held, f"{slot.contact_id} holds two slots"
                held[slot.contact_id] = (agent.name, slot.state)
        expected_lines, expected_queues, expected_held = [], [], {}
        for name, contact in centre.contacts.items():
            ticket = contact.ticket
            assert (contact.whisper_until is not None) == (contact.stage == JOINING)
            beside = contact.hook in ("PauseContact", "ResumeContact")
            assert bool(contact.hook) == (
                contact.stage == JOINING or bool((contact.held or beside) and contact.flow)
            )
            assert not beside or contact.stage in (IN_FLOW, TALKING, PAUSED, PAUSED_AT_AGENT)
            assert (
                contact.standing is None or contact.stage == PAUSED or (beside and contact.stage == IN_FLOW)
            )
            assert bool(contact.paused_since) == (contact.stage in (PAUSED, PAUSED_AT_AGENT))
            assert not contact.held or contact.stage in (TALKING, OUTSIDE)
            if contact.third_party:
                assert centre.contacts[contact.third_party].beside == name
                assert contact.stage in (IN_FLOW, WAITING, OFFERED, TALKING, OUTSIDE)
            calls = contact.stage == DIALLING and contact.callback is None
            if not contact.handover:
                alone = beside and not contact.agent
                assert (contact.agent_facts is not None) == ((bool(contact.hook) and not alone) or calls)
            assert (ticket is not None) == (contact.stage in (WAITING, OFFERED, JOINING)), (
                name,
                contact.stage,
            )
            if ticket is not None and not ticket.agent_queue:
                expected_queues.append((ticket.queue, name))
            if contact.stage == WAITING:
                assert ticket is not None
                assert not ticket.offered_to
                expected_lines.append(name)
            elif contact.stage in (OFFERED, JOINING):
                assert ticket is not None
                expected_held[name] = (ticket.offered_to, "offered")
            elif contact.stage == DIALLING:
                expected_held[name] = (contact.agent, "talking")
                if contact.callback is not None:
                    assert contact.callback_dial is not None
                    assert not contact.flow
                else:
                    assert contact.flow or contact.callback_dial is not None
            elif contact.stage == SCHEDULED:
                assert contact.callback is not None or contact.scheduled_at >= centre.world.now
                assert not contact.flow
                assert not contact.agent
            elif contact.stage == OUTSIDE:
                assert not contact.flow
                assert contact.alarm is None
                if contact.beside:
                    assert centre.contacts[contact.beside].third_party == name
                elif contact.third_party:
                    assert centre.contacts[contact.third_party].callback_dial is None
                else:
                    assert contact.callback_dial is None
                    assert contact.initiation_method == "EXTERNAL_OUTBOUND"
            elif contact.stage in (TALKING, AFTER_CONTACT_WORK):
                expected_held[name] = (contact.agent, contact.stage)
                assert not contact.flow or ((contact.held or beside) and contact.stage == TALKING)
            elif contact.stage == PAUSED_AT_AGENT:
                expected_held[name] = (contact.agent, "paused")
                assert not contact.flow or beside
            elif contact.stage == PAUSED:
                assert not contact.agent
                assert not contact.flow or beside
            else:
                assert contact.stage == IN_FLOW
            if contact.handover:
                other = centre.contacts[contact.handover]
                assert other.handover == name
                assert {contact.stage, other.stage} in ({IN_FLOW, TALKING}, {IN_FLOW, PAUSED_AT_AGENT})
        assert held == expected_held
        assert sorted(in_lines) == sorted(expected_lines)
        assert sorted(in_queues) == sorted(expected_queues)
        for line in self._lines():
            keys = [ticket.key for ticket in line.waiting()]
            assert keys == sorted(keys)

    def check_nobody_overlooked(self, now: Instant) -> None:
        """No eligible idle slot while an eligible contact waits."""
        for ticket in self.waiting():
            for agent in self.agents():
                assert not self.may(agent, ticket, now), f"{agent.name} idle, {ticket.contact_id} waits"

    def check_idle_lists(self) -> None:
        """The idle lists hold exactly those who are open, in the order of the policy."""
        for queue in self.centre.distributor.queues.values():
            policy = self.policy(queue.name)
            for channel, line in queue.lines.items():
                by_delay: dict[float, list[Agent]] = {}
                for agent in self.agents():
                    for row in self.profile(agent.name).rows:
                        if (
                            not row.manual
                            and (row.queue, row.channel) == (queue.name, channel)
                            and self.is_open(agent, channel)
                        ):
                            by_delay.setdefault(row.delay, []).append(agent)
                assert line.idle is not None
                for delay, index in [(0.0, line.idle), *line.delayed]:
                    wanted = sorted(
                        by_delay.pop(delay, []), key=lambda one: (self.score(policy, one), one.order)
                    )
                    assert [one.name for one in index] == [one.name for one in wanted]
                assert not by_delay

    def check_capacity(self) -> None:
        """No queue holds more than it may; no agent has more contacts than their profile allows."""
        for queue in self.centre.definition.queues:
            held = len(self.centre.distributor.queues[queue.name].tickets)
            # Transfers from queue to queue may have a fifth more.
            assert queue.max_contacts is None or held <= queue.max_contacts + queue.max_contacts // 5

    def check_concurrency(self) -> None:
        """Nobody has more contacts of a channel than their profile allows."""
        for agent in self.agents():
            for channel, most in self.profile(agent.name).concurrency.items():
                assert sum(slot.channel == channel for slot in agent.slots.values()) <= most
            assert len(agent.paused) <= self.profile(agent.name).concurrency.get("TASK", 0)

    def _lines(self) -> Iterator[Line]:
        for agent in self.agents():
            yield agent.own
        for queue in self.centre.distributor.queues.values():
            yield from queue.lines.values()
