"""One life of a real host under load, to be ended by a kill: `python kill_child.py FOLDER SEED`.

Every performed effect goes to the file `effects` at once; every commit prints a line.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evenhand.adapters.journals.lease import FolderLease
from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.centre.contact import TALKING
from evenhand.host.clock import RealClock
from evenhand.host.host import Host
from evenhand.host.memory import MemoryFunctions
from evenhand.host.ports import Entry
from evenhand.host.recovery import recover
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    NumberDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.effects import Effect, InvokeFunction
from evenhand.model.inputs import CentreDefined, ContactArrived, ContactCleared, ContactHungUp
from evenhand.simulation.live import LivePeople
from evenhand.simulation.people import Habits, People

SPEED = 100.0

FLOW = (
    '{"Version":"2019-10-30","StartAction":"ask","Actions":['
    '{"Identifier":"ask","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"choose",'
    '"InvocationTimeLimitSeconds":"8"},"Transitions":{"NextAction":"say","Errors":[{"ErrorType":'
    '"NoMatchingError","NextAction":"say"}],"Conditions":[]}},'
    '{"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":"Welcome."},"Transitions":'
    '{"NextAction":"go","Errors":[{"ErrorType":"NoMatchingError","NextAction":"go"}],"Conditions":[]}},'
    '{"Identifier":"go","Type":"TransferContactToQueue","Parameters":{},"Transitions":{"NextAction":"",'
    '"Errors":[],"Conditions":[]}}]}'
)

DEFINITION = CentreDefinition(
    name="killed",
    default_queue="Desk",
    numbers=(NumberDefinition(address="+1", flow="in"),),
    flows=(FlowDefinition(name="in", content=FLOW),),
    queues=(QueueDefinition(name="Desk", policy="least"),),
    routing_profiles=(RoutingProfile(name="all", rows=(RoutingRow(queue="Desk"),)),),
    agents=tuple(
        AgentDefinition(
            name=f"agent{number}",
            routing_profile="all",
            initial_status="Available",
            after_contact_work=5.0 if number % 2 else 0.0,
        )
        for number in range(12)
    ),
    policies=(Policy(name="least", rank="least_workload", call_type="x"),),
)


class LoggedPeople(LivePeople):
    """People who write down what was done before they react."""

    def __init__(self, people: People, clock: RealClock, folder: Path) -> None:
        super().__init__(people, clock)
        self._log = os.open(folder / "effects", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def note(self, effect: Effect) -> None:
        line = f"{effect.id}\t{type(effect).__name__}\t{getattr(effect, 'agent', '')}\n"
        os.write(self._log, line.encode())

    def perform(self, effect: Effect, now: float) -> None:
        self.note(effect)
        super().perform(effect, now)

    def publish(self, entries: Sequence[Entry]) -> None:
        super().publish(entries)
        os.write(1, b"%d\n" % entries[-1].sequence)


class LoggedFunctions(MemoryFunctions):
    """Functions whose invocations are written down too."""

    def __init__(self, legs: LoggedPeople) -> None:
        super().__init__({"choose": lambda event: {"queue": "Desk"}})
        self._legs = legs

    async def invoke(self, function: str, event: dict[str, Any], **more: Any) -> Any:
        self._legs.note(InvokeFunction(more["request_id"], "", function, {}, 1.0))
        return await super().invoke(function, event, **more)


async def live(folder: Path, seed: int) -> None:
    fence = FolderLease(folder).acquire()
    journal = SqliteJournal(folder / "journal.db")
    recovered = recover(journal)
    clock = RealClock(SPEED, recovered.last_at)
    habits = Habits(between_calls=2.0, talk=10.0, patience=40.0, after_work=4.0, miss=0.1, reject=0.1)
    people = People(seed=seed, habits=habits, number="+1")
    legs = LoggedPeople(people, clock, folder)
    host = Host(
        recovered.centre,
        journal=journal,
        fence=fence,
        clock=clock,
        media=legs,
        functions=LoggedFunctions(legs),
        notices=(legs,),
        sequence=recovered.sequence,
        snapshot_every=150,
    )
    if recovered.sequence == 0:
        host.send(CentreDefined(DEFINITION))
    host.redo(recovered.redo)
    # These people remember nothing of their former life: they end what they find themselves in.
    for contact in list(recovered.centre.contacts.values()):
        if contact.stage == TALKING:
            host.tell(ContactHungUp(contact.contact_id))
    for agent in recovered.centre.distributor.agents.values():
        for slot in list(agent.slots.values()):
            host.tell(ContactCleared(slot.contact_id, agent.name))
    os.write(1, b"alive\n")
    while True:
        delay, call = people.next_call()
        await asyncio.sleep(clock.real_seconds(delay))
        arrival = call()
        if isinstance(arrival, ContactArrived):
            host.tell(arrival)
            legs.plan(people.patience_of(arrival.contact_id))


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2])))
