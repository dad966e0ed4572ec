"""Given streams of contacts through the whole machine in virtual time: arrivals, handle times, patience.

Numbers arrive as values, so that other simulators can be given the same ones and every wait compared.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from heapq import heappop, heappush

from evenhand.centre.centre import Centre
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.effects import Bridge, Effect
from evenhand.model.inputs import CentreDefined, ContactArrived, ContactHungUp, Tick
from evenhand.model.units import Instant, Seconds

__all__ = ["ONE_BLOCK_FLOW", "run_streams", "skills_centre"]

ONE_BLOCK_FLOW = (
    '{"Version":"2019-10-30","StartAction":"queue","Actions":[{"Identifier":"queue",'
    '"Type":"TransferContactToQueue","Parameters":{},"Transitions":{"NextAction":"","Errors":[],"Conditions":[]}}]}'
)
"""The shortest flow: into the working queue."""


def skills_centre(
    skills: Sequence[Sequence[int]], kinds: int = 1, policy: Policy | None = None, flow: str = ONE_BLOCK_FLOW
) -> CentreDefinition:
    """A centre with one queue per kind of contact and one agent per entry of `skills` (the kinds they take).

    Agents answer at once and have no after-contact work, as in the textbook models.
    """
    chosen = policy or Policy(name="longest available")
    profiles: dict[tuple[int, ...], RoutingProfile] = {}
    agents = []
    for number, own in enumerate(skills):
        key = tuple(own)
        if key not in profiles:
            rows = tuple(RoutingRow(queue=f"q{kind}") for kind in key)
            profiles[key] = RoutingProfile(name=f"profile {len(profiles)}", rows=rows)
        agents.append(
            AgentDefinition(
                name=f"agent{number}",
                routing_profile=profiles[key].name,
                auto_accept=True,
                after_contact_work=None,
                initial_status="Available",
            )
        )
    return CentreDefinition(
        name="streams",
        default_queue="q0",
        flows=(FlowDefinition(name="in", content=flow),),
        queues=tuple(QueueDefinition(name=f"q{kind}", policy=chosen.name) for kind in range(kinds)),
        routing_profiles=tuple(profiles.values()),
        agents=tuple(agents),
        policies=(chosen,),
    )


def run_streams(
    definition: CentreDefinition,
    gaps: Sequence[Seconds],
    handle_times: Sequence[Seconds],
    patience: Sequence[Seconds] | None = None,
    kinds: Sequence[int] | None = None,
    *,
    recording: bool = False,
) -> array[float]:
    """Every contact's wait: seconds until an agent answered, or minus the patience of who left.

    `gaps` are the times between arrivals. A contact whose patience ends at the very moment it is answered
    is answered.
    """
    return _Run(definition, handle_times, patience, recording).run(gaps, kinds)


class _Run:
    """One run: the machine, and who arrives, hangs up and loses patience when."""

    def __init__(
        self,
        definition: CentreDefinition,
        handle_times: Sequence[Seconds],
        patience: Sequence[Seconds] | None,
        recording: bool,
    ) -> None:
        self.centre = Centre(recording=recording)
        self.centre.handle(CentreDefined(definition), 0.0)
        self.queues = [queue.name for queue in definition.queues]
        self.handle_times = handle_times
        self.patience = patience
        self.heap: list[tuple[Instant, int, bool, str]] = []

    def run(self, gaps: Sequence[Seconds], kinds: Sequence[int] | None) -> array[float]:
        centre, queues, heap, handle_times = self.centre, self.queues, self.heap, self.handle_times
        patience = self.patience
        # Looked up once: this loop is what the simulators it is compared with are measured by.
        push, pop, arrives, hangs_up, bridge = heappush, heappop, ContactArrived, ContactHungUp, Bridge
        effects: tuple[Effect, ...]
        waits = [0.0] * len(gaps)
        arrived = [0.0] * len(gaps)
        waiting = bytearray(len(gaps))
        numbers: dict[str, int] = {}
        now, number, last = 0.0, 0, len(gaps)
        while number < last or heap:
            upcoming = now + gaps[number] if number < last else _NEVER
            due = centre.wake_at()
            if heap and heap[0][0] < upcoming:
                upcoming = heap[0][0]
                arrival = False
            else:
                arrival = number < last
            if due is not None and due <= upcoming:
                at = due
                effects = centre.handle(Tick(), at).effects
            elif not arrival:
                at, who, talking, name = pop(heap)
                if not talking:
                    if not waiting[who]:
                        continue
                    waiting[who] = 0
                    waits[who] = -patience[who] if patience is not None else 0.0
                del numbers[name]
                effects = centre.handle(hangs_up(name), at).effects
            else:
                at = now = upcoming
                arrived[number] = at
                name = str(number)
                numbers[name] = number
                kind = kinds[number] if kinds is not None else 0
                effects = centre.handle(arrives(name, "in", queues[kind]), at).effects
                if patience is not None and not effects:
                    waiting[number] = 1
                    push(heap, (at + patience[number], number, False, name))
                number += 1
            for effect in effects:
                if type(effect) is bridge:
                    name = effect.contact_id
                    who = numbers[name]
                    waiting[who] = 0
                    waits[who] = at - arrived[who]
                    push(heap, (at + handle_times[who], who, True, name))
        return array("d", waits)


_NEVER = float("inf")
