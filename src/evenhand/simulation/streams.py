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
        self.waits: list[float] = []
        self.arrived: list[float] = []
        self.waiting = bytearray()

    def run(self, gaps: Sequence[Seconds], kinds: Sequence[int] | None) -> array[float]:
        centre, queues, patience = self.centre, self.queues, self.patience
        self.waits = [0.0] * len(gaps)
        self.arrived = [0.0] * len(gaps)
        self.waiting = bytearray(len(gaps))
        now = 0.0
        for number, gap in enumerate(gaps):
            now += gap
            self._run_until(now)
            self.arrived[number] = now
            self.waiting[number] = 1
            name = str(number)
            queue = queues[0] if kinds is None else queues[kinds[number]]
            outcome = centre.handle(ContactArrived(name, "in", queue=queue), now)
            effects = outcome.effects
            if effects:
                self._react(effects, now)
            elif patience is not None:
                heappush(self.heap, (now + patience[number], number, False, name))
        self._run_until(float("inf"))
        return array("d", self.waits)

    def _run_until(self, limit: Instant) -> None:
        heap, centre = self.heap, self.centre
        while heap:
            at, number, talking, name = heap[0]
            if at > limit:
                break
            heappop(heap)
            due = centre.wake_at()
            if due is not None and due <= at:
                self._react(centre.handle(Tick(), due).effects, due)
            if not talking:
                if not self.waiting[number]:
                    continue
                self.waiting[number] = 0
                self.waits[number] = self.arrived[number] - at
                if self.patience is not None:
                    self.waits[number] = -self.patience[number]
            outcome = centre.handle(ContactHungUp(name), at)
            effects = outcome.effects
            if effects:
                self._react(effects, at)

    def _react(self, effects: tuple[Effect, ...], now: Instant) -> None:
        for effect in effects:
            if type(effect) is Bridge:
                name = effect.contact_id
                number = int(name)
                self.waiting[number] = 0
                self.waits[number] = now - self.arrived[number]
                heappush(self.heap, (now + self.handle_times[number], number, True, name))
