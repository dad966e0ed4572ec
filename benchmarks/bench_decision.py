"""One decision in process: 10,000 agents, 20 call types, each agent takes three to five of them.

    python benchmarks/bench_decision.py [--rounds 5] [--decisions 20000] [--compiled DIR]

Measured, one by one with the nanosecond clock and the garbage collector on as in production: a contact that
waits nowhere yet asks for an agent (every second one has an own agent, who is asked first; the policy is least
workload), the three least loaded idle agents are looked at, one is reserved, and the provisional load is
added. Half of all agents are busy all the time; what frees them again, and the ticket's making, is not in the
time. `with the record`: the decision's record, from which the same choice can be derived again, is made
too (it names the three next best).

Bars: half of all decisions within 10 µs, 99 of 100 within 50 µs.
"""

from __future__ import annotations

import argparse
import json
import operator
import random
import sys
import time
from collections import deque
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rounds import judge, measure, median, ways_of_ours  # noqa: E402

from evenhand.assessment.workload import Workload  # noqa: E402
from evenhand.centre.timers import Timers  # noqa: E402
from evenhand.distributor.agents import Agent, Slot  # noqa: E402
from evenhand.distributor.decision import describe  # noqa: E402
from evenhand.distributor.distributor import Distributor, Match  # noqa: E402
from evenhand.distributor.line import Ticket  # noqa: E402
from evenhand.model.definition import (  # noqa: E402
    AgentDefinition,
    CentreDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.inputs import WorkloadObservation  # noqa: E402

AGENTS, KINDS, BUSY = 10_000, 20, 5_000
MIDDLE_BAR, TAIL_BAR = 10.0, 50.0


class Room:
    """Ten thousand agents, their work, and who talks to whom."""

    def __init__(self) -> None:
        self.dice = random.Random(20240607)
        self.timers = Timers()
        self.workload = Workload(self.timers.schedule, self.reranked)
        self.distributor = Distributor(self.workload, self.timers.schedule)
        skills = [sorted(self.dice.sample(range(KINDS), self.dice.randint(3, 5))) for _ in range(AGENTS)]
        self.skills = skills
        self.able = [[n for n, own in enumerate(skills) if kind in own] for kind in range(KINDS)]
        self.distributor.define(
            CentreDefinition(
                queues=tuple(QueueDefinition(name=f"q{kind}", policy=f"p{kind}") for kind in range(KINDS)),
                policies=tuple(
                    Policy(name=f"p{kind}", rank="least_workload", call_type=f"q{kind}", own_agent=True)
                    for kind in range(KINDS)
                ),
                routing_profiles=tuple(
                    RoutingProfile(name=f"r{n}", rows=tuple(RoutingRow(queue=f"q{kind}") for kind in own))
                    for n, own in enumerate(skills)
                ),
                agents=tuple(
                    AgentDefinition(name=f"agent{n}", routing_profile=f"r{n}") for n in range(AGENTS)
                ),
            )
        )
        rows = tuple(
            WorkloadObservation(f"q{kind}", f"agent{n}", {"workload": float(self.dice.randrange(200))})
            for n, own in enumerate(skills)
            for kind in own
        )
        self.workload.observe(rows, 0.0, "table", 0.0)
        for agent in self.distributor.agents.values():
            self.distributor.set_status(agent, "Available", 0.0)
            self.distributor.refresh(agent)
        self.talks: deque[tuple[Agent, Slot]] = deque()
        self.now = 1.0
        self.number = 0

    def reranked(self, name: str) -> None:
        agent = self.distributor.agents.get(name)
        if agent is not None:
            self.distributor.rerank(agent)

    def ticket(self) -> Ticket:
        """The next contact; every second one has an own agent."""
        self.number += 1
        self.now += 0.02
        kind = self.dice.randrange(KINDS)
        line = self.distributor.line(f"q{kind}", "", "VOICE")
        ticket = Ticket(str(self.number), "VOICE", line, self.now, 5, 0.0, self.number)
        if self.number % 2:
            ticket.own_agent = f"agent{self.dice.choice(self.able[kind])}"
        return ticket

    def decide(self, ticket: Ticket, recorded: bool) -> Match:
        """What is measured."""
        now = self.now
        match = self.distributor.seek_agent(ticket, now)
        assert match is not None
        if recorded:
            # The record looks at the next best itself.
            describe(self.distributor, match, self.number, now)
        else:
            index = ticket.line.idle
            assert index is not None
            index.best(3)
        self.slot = self.distributor.reserve(match, now + 20.0, now)
        self.workload.give(match.agent.name, ticket.contact_id, now)
        return match

    def afterwards(self, match: Match) -> None:
        """The agent talks; whoever talked longest is free again, and the source has caught up with them."""
        distributor, agent = self.distributor, match.agent
        distributor.drop(match.ticket)
        agent.move(self.slot, "accept", self.now)
        self.talks.append((agent, self.slot))
        if len(self.talks) > BUSY:
            free, slot = self.talks.popleft()
            self.workload.take_back(free.name, slot.contact_id)
            distributor.release(free, slot, "release", self.now)
            distributor.refresh(free)
        while (due := self.timers.pop_due(self.now)) is not None:
            for key in due[1]:
                self.workload.remind(due[0], key, self.now)


def once(decisions: int, recorded: bool) -> None:
    room = Room()
    for _ in range(BUSY):
        room.afterwards(room.decide(room.ticket(), False))
    clock = time.perf_counter_ns
    took = []
    for _ in range(decisions):
        ticket = room.ticket()
        before = clock()
        match = room.decide(ticket, recorded)
        took.append((clock() - before) / 1000)
        room.afterwards(match)
    took.sort()
    print(
        json.dumps(
            {
                "p50": took[decisions // 2],
                "p99": took[decisions * 99 // 100],
                "p999": took[decisions * 999 // 1000],
                "worst": took[-1],
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--decisions", type=int, default=20_000)
    parser.add_argument("--compiled", type=Path, help="a copy made by benchmarks/compile.py")
    parser.add_argument("--once", choices=("recorded", "bare"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once(options.decisions, options.once == "recorded")
        return
    print(
        f"a decision among {AGENTS:,} agents, {KINDS} call types: {options.decisions:,} decisions; µs, medians of runs"
    )
    ways = []
    for kind, words in (("bare", ""), ("recorded", ", with the record")):
        arguments = ["--once", kind, "--decisions", str(options.decisions)]
        for way in ways_of_ours(__file__, arguments, options.compiled):
            ways.append(way._replace(label=way.label + words))
    found = measure(ways, options.rounds)
    for way in ways:
        figures = {name: median(found, way.label, name) for name in ("p50", "p99", "p999", "worst")}
        print(f"  {way.label:36s}" + "".join(f"  {name} {value:8.1f}" for name, value in figures.items()))
    for way in ways:
        judge(f"{way.label}: p50", median(found, way.label, "p50"), MIDDLE_BAR, operator.le)
        judge(f"{way.label}: p99", median(found, way.label, "p99"), TAIL_BAR, operator.le)


if __name__ == "__main__":
    main()
