"""The fast distributor and the dumb one are given the same small random centres, and must always agree.

A thousand centres by default; with EVENHAND_LONG set, ten thousand.
"""

from __future__ import annotations

import os
from heapq import heappop, heappush
from random import Random
from typing import Any

import pytest

from evenhand.distributor.agents import Agent
from evenhand.distributor.distributor import Distributor, Match
from evenhand.distributor.line import Ticket
from evenhand.model import definition as d
from evenhand.model.criteria import Condition, CriteriaStep, Expression, RoutingCriteria
from evenhand.model.decision import WorkloadPart
from evenhand.model.rules import Opinion
from evenhand.model.units import Channel
from tests.distributor.dumb import Dumb, Wish

CENTRES = 10_000 if os.environ.get("EVENHAND_LONG") else 1_000
PARTS, STEPS, RING = 10, 40, 20.0
AGENTS = ("ana", "bo", "cy", "dee", "eli")
QUEUES = ("sales", "support", "work")
CHANNELS: tuple[Channel, ...] = ("VOICE", "CHAT", "TASK")
AGENT_QUEUE_LIMIT = 2


class Loads:
    """Offline work that does not change."""

    source = "a list"
    several = False

    def __init__(self, loads: dict[str, float]) -> None:
        self.loads = loads

    def load(self, call_type: str, agent: str) -> float:
        return self.loads[agent]

    def facts(self, call_type: str, agent: str, now: float) -> tuple[float, float, float | None, bool]:
        return self.loads[agent], 0.0, 0.0, False

    def parts(self, call_type: str, agent: str, now: float) -> tuple[WorkloadPart, ...]:
        return ()


def random_policy(dice: Random, name: str) -> d.Policy:
    rank: Any = dice.choice(("longest_available", "longest_available", "least_workload", "blend", "rules"))
    return d.Policy(
        name=name,
        rank=rank,
        call_type="any",
        idle_minute_weight=dice.choice((0.0, 2.0)),
        own_agent=dice.random() < 0.5,
        own_agent_wait=dice.choice((0.0, 4.0, 15.0)),
        candidates=dice.random() < 0.4,
    )


def random_profile(dice: Random, name: str) -> d.RoutingProfile:
    if dice.random() < 0.4:
        channels: list[Channel] = ["VOICE"]
        concurrency: dict[Channel, int] = {"VOICE": 1}
    else:
        channels = dice.sample(CHANNELS, dice.randint(1, 3))
        concurrency = {one: 1 if one == "VOICE" else dice.randint(1, 3) for one in channels}
    places = [(queue, channel) for queue in QUEUES for channel in channels]
    rows = tuple(
        d.RoutingRow(
            queue=queue,
            channel=channel,
            priority=dice.randint(1, 3),
            delay=dice.choice((0.0, 0.0, 2.5, 8.0)),
            manual=dice.random() < 0.1,
        )
        for queue, channel in dice.sample(places, dice.randint(1, len(places)))
    )
    rules = ("ROUTE_ANY_CHANNEL", "ROUTE_CURRENT_CHANNEL_ONLY")
    cross: dict[Channel, str] = {one: dice.choice(rules) for one in CHANNELS if dice.random() < 0.7}
    return d.RoutingProfile(name=name, concurrency=concurrency, cross_channel=cross, rows=rows)


def random_centre(dice: Random) -> d.CentreDefinition:
    profiles = tuple(random_profile(dice, f"p{number}") for number in range(dice.randint(1, 3)))
    return d.CentreDefinition(
        queues=tuple(
            d.QueueDefinition(name=name, policy=f"of {name}", max_contacts=dice.choice((None, None, 3)))
            for name in QUEUES
        ),
        policies=tuple(random_policy(dice, f"of {name}") for name in QUEUES),
        routing_profiles=profiles,
        statuses=(d.AgentStatus(name="Lunch"),),
        agents=tuple(
            d.AgentDefinition(
                name=name,
                routing_profile=dice.choice(profiles).name,
                proficiencies=tuple(
                    d.Proficiency("Language", value, float(dice.randint(1, 5)))
                    for value in ("German", "English")
                    if dice.random() < 0.6
                ),
            )
            for name in AGENTS[: dice.randint(1, len(AGENTS))]
        ),
    )


def random_criteria(dice: Random) -> RoutingCriteria:
    def condition() -> Condition:
        negated = dice.random() < 0.2
        if dice.random() < 0.3:
            return Condition(agents=tuple(dice.sample(AGENTS, 2)), negated=negated)
        value = dice.choice(("German", "English"))
        return Condition("Language", value, float(dice.randint(1, 4)), negated=negated)

    def expression() -> Expression:
        many = range(dice.randint(1, 2))
        return Expression(tuple(tuple(condition() for _ in range(dice.randint(1, 2))) for _ in many))

    steps = [CriteriaStep(expression(), dice.choice((2.0, 5.0))) for _ in range(dice.randint(1, 3))]
    if dice.random() < 0.3:
        steps[-1] = CriteriaStep(steps[-1].expression)
    return RoutingCriteria(tuple(steps))


class Pair:
    """One centre, twice. What happens is told to both; each answer of the one is held against the other's."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        definition = random_centre(self.dice)
        self.names = [one.name for one in definition.agents]
        loads = {name: float(self.dice.randint(0, 3)) for name in self.names}
        self.reminders: list[tuple[float, str]] = []
        self.fast = Distributor(Loads(loads), lambda due, kind, key: heappush(self.reminders, (due, key)))
        self.fast.define(definition)
        self.dumb = Dumb(definition, loads)
        self.tickets: dict[str, Ticket] = {}
        self.now, self.contacts, self.matches = 100.0, 0, 0
        for name in self.names:
            if self.dice.random() < 0.8:
                self.set_status(name, "Available")

    # --- what happens ---------------------------------------------------------------------------------

    def step(self) -> None:
        self.now += self.dice.choice((0.0, 0.0, 0.5, 1.0, 3.0, 7.0))
        self.remind()
        dice = self.dice
        what = dice.choice(
            (
                *("arrive",) * 6,
                *("answer",) * 4,
                *("end",) * 4,
                "status",
                "status",
                "leave",
                "move",
                "switch",
                "give",
            )
        )
        getattr(self, what)()
        self.check()

    def arrive(self) -> None:
        dice, dumb = self.dice, self.dumb
        self.contacts += 1
        wish = Wish(
            f"c{self.contacts * 7 % 50}-{self.contacts}", dice.choice(CHANNELS), self.now, self.contacts
        )
        wish.priority = dice.choice((1, 5, 5, 5, 9))
        wish.adjustment = dice.choice((0.0, 0.0, 0.0, 30.0, -4.0))
        if dice.random() < 0.15:
            wish.agent_queue = dice.choice(self.names)
            own = [one for one in dumb.waiting.values() if one.agent_queue == wish.agent_queue]
            assert len(self.fast.agents[wish.agent_queue].own) == len(own)
            if len(own) >= AGENT_QUEUE_LIMIT:
                return
        else:
            wish.queue = dice.choice(QUEUES)
            queue = self.fast.queues[wish.queue]
            assert (not queue.enabled or queue.is_full()) == dumb.refuses(wish.queue)
            if dumb.refuses(wish.queue):
                return
            self.wish_more(wish)
        line = self.fast.line(wish.queue, wish.agent_queue, wish.channel)
        ticket = Ticket(
            wish.contact_id, wish.channel, line, self.now, wish.priority, wish.adjustment, wish.number
        )
        ticket.own_agent, ticket.candidates = wish.own, wish.candidates
        if wish.excluded is not None:
            excluded = dict.fromkeys(wish.excluded, "a rule")
            ticket.opinion = Opinion("rules", "1", "", excluded=excluded, scores=wish.scores)
        if wish.criteria is not None:
            self.fast.criteria.begin(ticket, wish.criteria, self.now)
        self.tickets[wish.contact_id] = ticket
        self.fast.add(ticket)
        self.ask_for_agent(ticket, wish)

    def wish_more(self, wish: Wish) -> None:
        dice = self.dice
        if dice.random() < 0.4:
            wish.own = dice.choice((*AGENTS, "nobody"))
        if dice.random() < 0.4:
            wish.candidates = tuple(dice.sample((*AGENTS, "nobody"), dice.randint(1, 3)))
        if dice.random() < 0.3:
            wish.excluded = frozenset(dice.sample(AGENTS, dice.randint(0, 3)))
            wish.scores = {name: dice.choice((1.0, 2.0)) for name in dice.sample(AGENTS, 2)}
        if dice.random() < 0.3:
            wish.criteria = random_criteria(dice)

    def slots(self, *states: str) -> list[tuple[str, str, str]]:
        return [
            (name, contact_id, state)
            for name, slots in self.dumb.slots.items()
            for contact_id, (_, state) in slots.items()
            if state in states
        ]

    def answer(self) -> None:
        """Somebody whom it rings takes the contact, or does not."""
        found = self.slots("offered")
        if not found:
            return
        name, contact_id, _ = self.dice.choice(found)
        agent, ticket = self.fast.agents[name], self.tickets[contact_id]
        slot = agent.slots[contact_id]
        how = self.dice.choice(("accept", "accept", "accept", "miss", "reject", "fail"))
        if how == "accept":
            agent.move(slot, "accept", self.now)
            self.fast.drop(ticket)
            self.put(name, contact_id, "talking")
            del self.tickets[contact_id], self.dumb.ringing[contact_id]
            return
        self.fast.release(agent, slot, how, self.now)
        self.fast.refresh(agent)
        ticket.offered_to = ""
        if ticket.criteria is not None:
            self.fast.criteria.go_on(ticket, self.now)
        self.put(name, contact_id, {"miss": "missed", "reject": "rejected", "fail": "error"}[how])
        self.ask_for_agent(ticket, self.dumb.ringing.pop(contact_id))

    def end(self) -> None:
        """A talk ends, or a slot is cleared."""
        found = self.slots("talking", "after_contact_work", "missed", "rejected", "error")
        if not found:
            return
        name, contact_id, state = self.dice.choice(found)
        agent = self.fast.agents[name]
        what = "clear" if state != "talking" else self.dice.choice(("end", "release"))
        self.fast.release(agent, agent.slots[contact_id], what, self.now)
        if what == "end":
            self.put(name, contact_id, "after_contact_work")
            return
        del self.dumb.slots[name][contact_id]
        if state in ("talking", "after_contact_work"):
            self.dumb.becomes_available(name, self.now)
        self.ask_for_contacts(agent)

    def status(self) -> None:
        name = self.dice.choice(self.names)
        if not self.dumb.slots[name]:
            self.set_status(name, self.dice.choice(("Available", "Available", "Lunch", "Offline")))

    def set_status(self, name: str, status: str) -> None:
        agent = self.fast.agents[name]
        self.fast.set_status(agent, status, self.now)
        self.dumb.status[name] = status
        self.dumb.becomes_available(name, self.now)
        self.ask_for_contacts(agent)

    def leave(self) -> None:
        """A contact gives up, while it waits or rings."""
        if not self.tickets:
            return
        contact_id = self.dice.choice(sorted(self.tickets))
        ticket = self.tickets.pop(contact_id)
        if not ticket.offered_to:
            self.fast.unwait(ticket)
            self.fast.drop(ticket)
            del self.dumb.waiting[contact_id]
            return
        agent = self.fast.agents[ticket.offered_to]
        self.fast.release(agent, agent.slots[contact_id], "withdraw", self.now)
        self.fast.drop(ticket)
        del self.dumb.ringing[contact_id], self.dumb.slots[agent.name][contact_id]
        self.ask_for_contacts(agent)

    def move(self) -> None:
        """A contact that waits gets another place."""
        if not self.dumb.waiting:
            return
        wish = self.dice.choice(list(self.dumb.waiting.values()))
        ticket = self.tickets[wish.contact_id]
        self.fast.unwait(ticket)
        ticket.priority = wish.priority = self.dice.choice((1, 5, 9))
        ticket.adjustment = wish.adjustment = self.dice.choice((0.0, 60.0))
        self.fast.wait(ticket, self.now)

    def switch(self) -> None:
        """A queue takes new contacts, or none; who waits in it is not concerned."""
        name = self.dice.choice(QUEUES)
        queue = self.fast.queues[name]
        queue.enabled = not queue.enabled
        self.dumb.disabled ^= {name}

    def give(self) -> None:
        """A contact that waits is given to somebody, busy or not."""
        if not self.dumb.waiting:
            return
        wish = self.dice.choice(list(self.dumb.waiting.values()))
        name = self.dice.choice(self.names)
        if wish.contact_id in self.dumb.slots[name] or self.dumb.status[name] == "Offline":
            return
        ticket = self.tickets[wish.contact_id]
        self.fast.unwait(ticket)
        self.take(Match(ticket, self.fast.agents[name], "assigned", "", "assignment"), wish)

    # --- the two questions ----------------------------------------------------------------------------

    def ask_for_agent(self, ticket: Ticket, wish: Wish) -> None:
        """The contact stands in no line; it is taken, or joins its line."""
        match = self.fast.seek_agent(ticket, self.now)
        answer = self.dumb.agent_for(wish, self.now)
        assert (match.agent.name if match is not None else "") == answer, wish.contact_id
        if match is not None:
            self.take(match, wish)
        else:
            self.fast.wait(ticket, self.now)
            self.dumb.waiting[wish.contact_id] = wish

    def ask_for_contacts(self, agent: Agent) -> None:
        while True:
            match = self.fast.seek_ticket(agent, self.now)
            answer = self.dumb.contact_for(agent.name, self.now)
            assert (match.ticket.contact_id if match is not None else "") == answer, agent.name
            if match is None:
                break
            self.fast.unwait(match.ticket)
            self.take(match, self.dumb.waiting[answer])
        self.fast.refresh(agent)

    def take(self, match: Match, wish: Wish) -> None:
        self.matches += 1
        self.fast.reserve(match, self.now + RING, self.now)
        self.dumb.waiting.pop(wish.contact_id, None)
        self.dumb.ringing[wish.contact_id] = wish
        self.put(match.agent.name, wish.contact_id, "offered", wish.channel)

    def put(self, name: str, contact_id: str, state: str, channel: Channel = "VOICE") -> None:
        slots = self.dumb.slots[name]
        slots[contact_id] = (slots[contact_id][0] if contact_id in slots else channel, state)

    def remind(self) -> None:
        """Every reminder at its moment; at one moment in the order of the queue."""
        until = self.now
        while self.reminders and self.reminders[0][0] <= until:
            due, found = self.reminders[0][0], set()
            while self.reminders and self.reminders[0][0] == due:
                found.add(heappop(self.reminders)[1])
            self.now = due
            wishes = [self.dumb.waiting[one] for one in found if one in self.dumb.waiting]
            for wish in sorted(wishes, key=self.dumb.order):
                ticket = self.tickets[wish.contact_id]
                if ticket.criteria is not None:
                    self.fast.criteria.go_on(ticket, self.now)
                match = self.fast.seek_agent(ticket, self.now)
                answer = self.dumb.agent_for(wish, self.now)
                assert (match.agent.name if match is not None else "") == answer, wish.contact_id
                if match is not None:
                    self.fast.unwait(ticket)
                    self.take(match, wish)
            self.now = until

    # --- what must be so ------------------------------------------------------------------------------

    def check(self) -> None:
        dumb = self.dumb
        for wish in dumb.waiting.values():
            for name in self.names:
                overlooked = dumb.may(name, wish, self.now) and (not wish.reserved or wish.own == name)
                assert not overlooked, f"{name} is free and {wish.contact_id} waits"
        for name, queue in self.fast.queues.items():
            for channel, line in queue.lines.items():
                inside = [one for one in dumb.waiting.values() if (one.queue, one.channel) == (name, channel)]
                wanted = [one.contact_id for one in sorted(inside, key=dumb.order)]
                assert [one.contact_id for one in line.waiting()] == wanted
        for name, agent in self.fast.agents.items():
            assert {key: (one.channel, one.state) for key, one in agent.slots.items()} == dumb.slots[name]


@pytest.mark.parametrize("part", range(PARTS))
def test_the_fast_distributor_agrees_with_the_dumb_one(part: int) -> None:
    """Each contact goes to the same agent, and each agent gets the same contact, in centres of every kind."""
    matches = 0
    for seed in range(part, CENTRES, PARTS):
        pair = Pair(seed)
        try:
            for _ in range(STEPS):
                pair.step()
        except AssertionError as disagreement:
            raise AssertionError(f"centre {seed} at {pair.now:g} s: {disagreement}") from disagreement
        matches += pair.matches
    assert matches > 3 * CENTRES // PARTS
