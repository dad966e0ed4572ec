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
from evenhand.model.effects import Bridge
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
    centre = Centre(recording=recording)
    centre.handle(CentreDefined(definition), 0.0)
    handle, wake_at = centre.handle, centre.wake_at
    queues = [queue.name for queue in definition.queues]
    waits = array("d", bytes(8 * len(gaps)))
    arrived = array("d", bytes(8 * len(gaps)))
    heap: list[tuple[Instant, int, bool]] = []

    def react(effects: tuple[object, ...], now: Instant) -> None:
        for effect in effects:
            if type(effect) is Bridge:
                number = int(effect.contact_id)
                waits[number] = now - arrived[number]
                heappush(heap, (now + handle_times[number], number, True))

    def run_until(limit: Instant) -> None:
        while heap and heap[0][0] <= limit:
            at, number, talked = heappop(heap)
            due = wake_at()
            if due is not None and due <= at:
                react(handle(Tick(), due).effects, due)
            if talked:
                react(handle(ContactHungUp(str(number), "agent"), at).effects, at)
            elif str(number) in centre.contacts and waits[number] == 0.0:
                contact = centre.contacts[str(number)]
                if not contact.agent:
                    waits[number] = at - arrived[number]
                    waits[number] = -patience[number] if patience is not None else 0.0
                    react(handle(ContactHungUp(str(number)), at).effects, at)

    now = 0.0
    for number, gap in enumerate(gaps):
        now += gap
        run_until(now)
        arrived[number] = now
        name = str(number)
        queue = queues[kinds[number]] if kinds is not None else "q0"
        outcome = handle(ContactArrived(name, "in", queue=queue), now)
        if outcome.effects:
            react(outcome.effects, now)
        elif patience is not None:
            heappush(heap, (now + patience[number], number, False))
    run_until(float("inf"))
    return waits
