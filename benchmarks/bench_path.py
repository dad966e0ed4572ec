"""The whole path of a contact, with everything that makes it a contact centre, against SimPy's bare model.

    python benchmarks/bench_path.py [PEERS] [--rounds 5] [--contacts 30000] [--compiled DIR] [--profile]

Both get the same random numbers: 20 call types, 200 agents with 3 to 5 of them, patience of two minutes.
SimPy (`simpy_e`, as its documentation shows it) only lets contacts wait for agents. Evenhand does, for each
contact: at least ten flow steps (logging, working queue, hooks, attributes, compare, a function, the
candidate list into attributes, a metric for each candidate until one is available, working queue, transfer),
each with its record; the function finds the three least loaded agents and the customer's own one in a table
that changes with every contact; the queue's policy wants the own agent first (and waits ten seconds for
them), then the candidates, then the least workload; who waits hears in the queue flow how long it will be and
then music. All facts go to a sink that looks at each.

Measured: CPU time of a run in a process of its own, without start-up, per contact and per flow step.
The bar: at most two thirds of SimPy's cost (1.5 times as fast).

PEERS (or EVENHAND_PEERS) is the folder with the peers' engines, gen.py, common.py and run.py.
`--profile` runs Evenhand alone under cProfile and prints what costs most.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import operator
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import msgspec  # noqa: E402
from rounds import Way, judge, measure, median, ratio, ways_of_ours  # noqa: E402
from workload_table import WorkloadTable  # noqa: E402

from evenhand.assessment.best_agents import MOST, best_agents  # noqa: E402
from evenhand.centre.centre import Centre  # noqa: E402
from evenhand.centre.outcome import Outcome  # noqa: E402
from evenhand.model.definition import (  # noqa: E402
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    FunctionDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.effects import Bridge, InvokeFunction, Speak  # noqa: E402
from evenhand.model.facts import BlockExecuted, Fact  # noqa: E402
from evenhand.model.inputs import (  # noqa: E402
    CentreDefined,
    ContactArrived,
    ContactHungUp,
    FunctionAnswered,
    Input,
    PromptEnded,
    Tick,
    WorkloadObserved,
)

BAR = 1.5
CUSTOMERS, PROMPT_SECONDS, READ_EVERY, FOR_EVER = 2_000, 4.0, 240.0, float("inf")


def block(
    name: str,
    type_: str,
    parameters: dict[str, Any],
    next_: str = "",
    errors: str = "",
    conditions: tuple[tuple[str, str, str], ...] = (),
) -> dict[str, Any]:
    kinds = ["NoMatchingError"] + (["NoMatchingCondition"] if conditions else [])
    return {
        "Identifier": name,
        "Type": type_,
        "Parameters": parameters,
        "Transitions": {
            "NextAction": next_,
            "Errors": [{"ErrorType": kind, "NextAction": errors} for kind in kinds if errors],
            "Conditions": [
                {"NextAction": to, "Condition": {"Operator": how, "Operands": [value]}}
                for how, value, to in conditions
            ],
        },
    }


def flow(name: str, kind: str, *blocks: dict[str, Any]) -> FlowDefinition:
    document = {"Version": "2019-10-30", "StartAction": blocks[0]["Identifier"], "Actions": list(blocks)}
    return FlowDefinition(name=name, type=kind, content=json.dumps(document))


def available(number: int, otherwise: str) -> dict[str, Any]:
    return block(
        f"is {number} available",
        "CheckMetricData",
        {"MetricType": "NumberOfAgentsAvailable", "AgentId": f"$.External.agent{number}"},
        otherwise,
        otherwise,
        (("NumberGreaterThan", "0", "target"),),
    )


FLOWS = (
    flow(
        "in",
        "CONTACT_FLOW",
        block("log", "UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Enabled"}, "queue"),
        block("queue", "UpdateContactTargetQueue", {"QueueId": "$.Attributes.queue"}, "hook", "hook"),
        block("hook", "UpdateContactEventHooks", {"EventHooks": {"CustomerQueue": "hold"}}, "note", "note"),
        block(
            "note",
            "UpdateContactAttributes",
            {"Attributes": {"customer": "$.CustomerEndpoint.Address", "callType": "$.Attributes.queue"}},
            "is known",
            "is known",
        ),
        block(
            "is known",
            "Compare",
            {"ComparisonValue": "$.Attributes.customer"},
            "ask",
            "ask",
            (("Equals", "anonymous", "target"), ("Contains", "+", "ask")),
        ),
        block(
            "ask",
            "InvokeLambdaFunction",
            {
                "LambdaFunctionARN": "bestAgents",
                "InvocationTimeLimitSeconds": "8",
                "LambdaInvocationAttributes": {
                    "callType": "$.Attributes.callType",
                    "customerId": "$.Attributes.customer",
                },
            },
            "keep",
            "target",
        ),
        block(
            "keep",
            "UpdateContactAttributes",
            {
                "Attributes": {
                    "ownAgent": "$.External.ownAgent",
                    "candidates": "$.External.agent1,$.External.agent2,$.External.agent3",
                }
            },
            "is 1 available",
            "is 1 available",
        ),
        available(1, "is 2 available"),
        available(2, "is 3 available"),
        available(3, "target"),
        block("target", "UpdateContactTargetQueue", {"QueueId": "$.Attributes.queue"}, "go", "go"),
        block("go", "TransferContactToQueue", {}, "bye", "bye"),
        block("bye", "DisconnectParticipant", {}),
    ),
    flow(
        "hold",
        "CUSTOMER_QUEUE",
        block("read", "GetMetricData", {}, "tell", "music"),
        block(
            "tell",
            "MessageParticipant",
            {"Text": "We expect to be with you in $.Metrics.Contact.EstimatedWaitTime seconds."},
            "music",
            "music",
        ),
        block("music", "MessageParticipantIteratively", {"Messages": [{"Text": "please hold"}]}, "music"),
    ),
)


def definition(skills: list[list[int]], kinds: int) -> CentreDefinition:
    """The model's agents and call types, every queue with the full policy."""
    return CentreDefinition(
        name="path",
        default_queue="q0",
        flows=FLOWS,
        functions=(FunctionDefinition(name="bestAgents", source="in process"),),
        queues=tuple(QueueDefinition(name=f"q{kind}", policy=f"p{kind}") for kind in range(kinds)),
        policies=tuple(
            Policy(
                name=f"p{kind}",
                rank="least_workload",
                call_type=f"q{kind}",
                own_agent=True,
                own_agent_wait=10.0,
                candidates=True,
            )
            for kind in range(kinds)
        ),
        routing_profiles=tuple(
            RoutingProfile(name=f"r{number}", rows=tuple(RoutingRow(queue=f"q{kind}") for kind in own))
            for number, own in enumerate(skills)
        ),
        agents=tuple(
            AgentDefinition(
                name=f"agent{number}",
                routing_profile=f"r{number}",
                auto_accept=True,
                after_contact_work=None,
                initial_status="Available",
            )
            for number in range(len(skills))
        ),
    )


class PathRun:
    """Everything outside the machine: customers, the function, the table, and whoever keeps records."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.centre = Centre()
        self.seen: Counter[type] = Counter()
        self.told = self.answered = self.abandoned = 0
        self.waited = 0.0
        self.heap: list[tuple[float, int, int, str]] = []
        self.order = 0
        self.arrived_at = [0.0] * data.n
        self.waiting = bytearray(data.n)
        self.table = WorkloadTable()
        for number, own in enumerate(data.agents):
            for kind in own:
                # Any fixed spread of work will do.
                self.table.set(f"q{kind}", f"agent{number}", float((number * 7919 + kind * 104729) % 40))
        able = [[n for n, own in enumerate(data.agents) if kind in own] for kind in range(data.types)]
        # Half of the customers have an agent of their own, who takes the type of their first contact.
        self.own = {}
        for number in range(min(CUSTOMERS, data.n)):
            if number % 2:
                agents = able[data.ctype[number]]
                self.own[self.customer(number)] = f"agent{agents[number % len(agents)]}"
        self.encode = msgspec.json.Encoder().encode
        self.tell(CentreDefined(definition(data.agents, data.types)), 0.0)
        self.tell(WorkloadObserved(0.0, self.table.rows()), 0.0)

    @staticmethod
    def customer(number: int) -> str:
        return f"+1555{number % CUSTOMERS:07d}"

    def best_agents(self, event: dict[str, Any]) -> dict[str, str]:
        """The articles' function, in process."""
        parameters = event["Details"]["Parameters"]
        own = self.own.get(parameters["customerId"])
        found = best_agents(own, self.table.least_loaded(parameters["callType"], MOST + 1))
        answer = {f"agent{place}": name for place, name in enumerate(found, start=1)}
        answer["ownAgent"] = own or ""
        return answer

    def sink(self, facts: tuple[Fact, ...]) -> None:
        seen = self.seen
        for fact in facts:
            seen[type(fact)] += 1

    def handle(self, input: Input, now: float) -> Outcome:
        return self.centre.handle(input, now)

    def tell(self, input: Input, now: float) -> None:
        """One input, and all that follows from it at once."""
        outcome = self.handle(input, now)
        if outcome.facts:
            self.sink(outcome.facts)
        for effect in outcome.effects:
            if isinstance(effect, InvokeFunction):
                payload = self.encode(self.best_agents(effect.event)).decode()
                self.tell(FunctionAnswered(effect.contact_id, effect.id, payload), now)
            elif isinstance(effect, Bridge):
                number = int(effect.contact_id)
                self.waiting[number] = 0
                self.answered += 1
                self.waited += now - self.arrived_at[number]
                self.table.add(f"q{self.data.ctype[number]}", effect.agent, 1.0 if number % 2 else -1.0)
                self.plan(now + self.data.service[number], _END, effect.contact_id)
            elif isinstance(effect, Speak):
                self.told += 1
                self.plan(now + PROMPT_SECONDS, _SPOKEN, f"{effect.contact_id} {effect.id}")

    def plan(self, at: float, what: int, key: str) -> None:
        self.order += 1
        heappush(self.heap, (at, self.order, what, key))

    def run(self) -> None:
        data, now, read_at = self.data, 0.0, READ_EVERY
        for number, gap in enumerate(data.inter):
            now += gap
            self.until(now)
            if now >= read_at:
                read_at = now + READ_EVERY
                self.tell(WorkloadObserved(now, self.table.rows()), now)
            self.arrived_at[number] = now
            self.waiting[number] = 1
            name = str(number)
            attributes = {"queue": f"q{data.ctype[number]}"}
            self.tell(
                ContactArrived(name, "in", customer_address=self.customer(number), attributes=attributes), now
            )
            if self.waiting[number]:
                self.plan(now + data.patience[number], _LEAVE, name)
        self.until(FOR_EVER)

    def until(self, limit: float) -> None:
        heap, centre = self.heap, self.centre
        while True:
            due = centre.wake_at()
            planned = heap[0][0] if heap else FOR_EVER
            if due is not None and due <= planned:
                if due >= limit:
                    return
                self.tell(Tick(), due)
                continue
            if planned >= limit:
                return
            at, _, what, key = heappop(heap)
            if what == _END:
                self.tell(ContactHungUp(key, "agent"), at)
            elif what == _LEAVE:
                if self.waiting[int(key)]:
                    self.waiting[int(key)] = 0
                    self.abandoned += 1
                    self.tell(ContactHungUp(key), at)
            else:
                name, _, effect_id = key.partition(" ")
                if self.waiting[int(name)]:
                    self.tell(PromptEnded(name, effect_id), at)


_END, _LEAVE, _SPOKEN = range(3)


def once(folder: Path, contacts: int, profile: bool) -> None:
    """One run here, one line of JSON."""
    sys.path.insert(0, str(folder))
    import common

    data = common.load("skills", contacts)
    profiler = cProfile.Profile() if profile else None
    before = time.process_time()
    if profiler:
        profiler.enable()
    run = PathRun(data)
    run.run()
    if profiler:
        profiler.disable()
        for order in ("tottime", "cumulative"):
            pstats.Stats(profiler).sort_stats(order).print_stats(32)
    cpu = time.process_time() - before
    steps = run.seen[BlockExecuted]
    assert run.answered + run.abandoned == contacts
    assert not run.centre.contacts
    print(
        json.dumps(
            {
                "cpu": cpu,
                "per_contact": cpu / contacts * 1e6,
                "per_step": cpu / steps * 1e6,
                "steps": steps / contacts,
                "facts": run.seen.total() / contacts,
                "told": run.told / contacts,
                "mean_wait": run.waited / run.answered,
                "abandoned": run.abandoned / contacts,
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("peers", type=Path, nargs="?", default=os.environ.get("EVENHAND_PEERS"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--contacts", type=int, default=30_000)
    parser.add_argument("--compiled", type=Path, help="a copy made by benchmarks/compile.py")
    parser.add_argument("--profile", action="store_true", help="only profile Evenhand")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peers is None:
        parser.error("give the folder of the peers, or set EVENHAND_PEERS")
    if options.once:
        once(Path(options.peers), options.contacts, options.profile)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "peers"
        shutil.copytree(options.peers, folder)
        contacts = str(options.contacts)
        subprocess.run([sys.executable, "gen.py", "skills", contacts], cwd=folder, check=True)
        if options.profile:
            once(folder, options.contacts, True)
            return
        ours = ways_of_ours(__file__, ["--once", str(folder), "--contacts", contacts], options.compiled)
        peer = Way("simpy_e", [str(folder / "run.py"), "simpy_e", "skills", contacts])
        found = measure([*ours, peer], options.rounds)
    print(f"the whole path: {options.contacts:,} contacts, {options.rounds} rounds; CPU, medians")
    for label in (way.label for way in ours):
        figures = {name: median(found, label, name) for name in found[label][0]}
        print(
            f"  {label:18s} {figures['per_contact']:7.2f} µs a contact, {figures['per_step']:5.2f} µs a step "
            f"({figures['steps']:.1f} steps, {figures['facts']:.1f} facts, {figures['told']:.2f} waits told a contact; "
            f"mean wait {figures['mean_wait']:.1f} s, {figures['abandoned']:.1%} left)"
        )
    peers_cost = median(found, "simpy_e", "cpu") / options.contacts * 1e6
    print(f"  {'simpy_e, bare':18s} {peers_cost:7.2f} µs a contact")
    for label in (way.label for way in ours):
        judge(
            f"{label}: SimPy's cost is so many times ours",
            ratio(found, "cpu", "simpy_e", label),
            BAR,
            operator.ge,
        )


if __name__ == "__main__":
    main()
