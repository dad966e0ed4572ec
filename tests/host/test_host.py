"""The live shell: save, then do; hold on when the journal fails; come back as if nothing had been."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.centre.centre import Centre
from evenhand.centre.snapshot import snapshot, write_state
from evenhand.errors import IllegalInput, JournalUnavailable, OutsideFailure, StaleFence
from evenhand.host.clock import RealClock
from evenhand.host.host import Host
from evenhand.host.memory import MemoryFunctions, MemoryJournal, MemoryNotices
from evenhand.host.ports import Answer, Entry, Journal, Snapshot
from evenhand.host.recovery import recover
from evenhand.host.services import ScriptedServices
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.effects import Effect, InvokeFunction, Ring
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    ContactHungUp,
    FunctionAnswered,
    Input,
    OfferAccepted,
    StatusSet,
    Tick,
)
from evenhand.simulation.streams import ONE_BLOCK_FLOW
from tests.centre.law_centre import block, flow_text

ASK = flow_text(
    block("ask", "InvokeLambdaFunction", {"LambdaFunctionARN": "choose"}, "go", {"NoMatchingError": "go"}),
    block("go", "TransferContactToQueue"),
)

DEFINITION = CentreDefinition(
    default_queue="Desk",
    flows=(FlowDefinition(name="in", content=ONE_BLOCK_FLOW), FlowDefinition(name="ask", content=ASK)),
    queues=(QueueDefinition(name="Desk"),),
    routing_profiles=(RoutingProfile(name="all", rows=(RoutingRow(queue="Desk"),)),),
    agents=(AgentDefinition(name="ana", routing_profile="all", initial_status="Available"),),
)


class HandClock:
    """A clock that stands still until it is set; a second of it takes no time."""

    def __init__(self) -> None:
        self.time = 1_000.0

    def now(self) -> float:
        return self.time

    def real_seconds(self, seconds: float) -> float:
        return 3_600.0 if seconds > 0 else 0.0


class Legs:
    """Media that only remember."""

    def __init__(self) -> None:
        self.done: list[Effect] = []
        self.send: Callable[[Input], None] = lambda input: None

    def attach(self, send: Callable[[Input], None]) -> None:
        self.send = send

    def perform(self, effect: Effect, now: float) -> None:
        self.done.append(effect)

    def ids(self) -> list[str]:
        return [effect.id for effect in self.done]


class SlowJournal(MemoryJournal):
    """Appends only when it is let, and counts its commits."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.commits: list[int] = []

    def append(self, fence: int, first_sequence: int, entries: Sequence[Entry]) -> None:
        self.entered.set()
        self.gate.wait(10)
        super().append(fence, first_sequence, entries)
        self.commits.append(len(entries))


class FailingJournal(MemoryJournal):
    """Fails as many times as it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 0

    def append(self, fence: int, first_sequence: int, entries: Sequence[Entry]) -> None:
        if self.failures:
            self.failures -= 1
            raise JournalUnavailable("the disk is full")
        super().append(fence, first_sequence, entries)


async def silent(event: dict[str, Any]) -> None:
    """A function that never answers."""
    await asyncio.Event().wait()


class Shell:
    """A host with its ports."""

    def __init__(self, journal: Journal, functions: dict[str, Any] | None = None, **options: Any) -> None:
        self.clock, self.legs, self.notices = HandClock(), Legs(), MemoryNotices()
        self.functions = MemoryFunctions(functions or {"choose": silent})
        self.problems: list[str] = []
        self.host = Host(
            options.pop("centre", None) or Centre(),
            journal=journal,
            fence=options.pop("fence", 1),
            clock=self.clock,
            media=self.legs,
            functions=self.functions,
            notices=(self.notices,),
            problem=self.problems.append,
            **options,
        )

    async def tell(self, *inputs: Input) -> None:
        """All at once, then until everything is saved and done."""
        for input in inputs:
            sequence = self.host.send(input)
        await self.host.saved(sequence)


def live(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 20))


def test_nothing_is_done_before_it_is_saved() -> None:
    """While the journal writes, no effect is performed and nobody is told; afterwards both at once."""

    async def story() -> None:
        journal = SlowJournal()
        shell = Shell(journal)
        await shell.tell(CentreDefined(DEFINITION))
        journal.gate.clear()
        journal.entered.clear()
        sequence = shell.host.send(ContactArrived("c1", "in", queue="Desk"))
        await asyncio.to_thread(journal.entered.wait, 10)
        assert shell.host.centre.contacts["c1"].stage == "offered"
        assert (shell.legs.done, len(shell.notices.published)) == ([], 1)
        journal.gate.set()
        await shell.host.saved(sequence)
        assert [type(effect) for effect in shell.legs.done] == [Ring]
        assert len(shell.notices.published) == 2
        await shell.host.close()

    live(story)


def test_what_came_during_one_commit_is_in_the_next() -> None:
    """A hundred inputs while the journal writes cost one commit."""

    async def story() -> None:
        journal = SlowJournal()
        shell = Shell(journal)
        await shell.tell(CentreDefined(DEFINITION))
        journal.gate.clear()
        journal.entered.clear()
        shell.host.send(ContactArrived("c", "in", queue="Desk"))
        await asyncio.to_thread(journal.entered.wait, 10)
        for number in range(100):
            sequence = shell.host.send(ContactArrived(f"c{number}", "in", queue="Desk"))
        journal.gate.set()
        await shell.host.saved(sequence)
        assert journal.commits == [1, 1, 100]
        await shell.host.close()

    live(story)


def test_a_failing_journal_holds_everything_and_loses_nothing() -> None:
    """Inputs are held while the journal fails; contacts reach the queue when it works; one message each way."""

    async def story() -> None:
        journal = FailingJournal()
        shell = Shell(journal)
        await shell.tell(CentreDefined(DEFINITION))
        journal.failures = 2
        shell.host.send(ContactArrived("c1", "in", queue="Desk"))
        sequence = shell.host.send(ContactArrived("c2", "in", queue="Desk"))
        await shell.host.saved(sequence)
        assert [entry.sequence for entry in journal.read()] == [1, 2, 3]
        assert shell.legs.ids() == ["c1/offer/1"]
        assert shell.host.centre.contacts["c2"].stage == "waiting"
        assert shell.problems == ["the disk is full", "the journal works again; nothing was lost"]
        await shell.host.close()

    live(story)


def test_a_stale_owner_stops() -> None:
    """When another owner has the journal, nothing is done any more, and whoever waits or asks is told."""

    async def story() -> None:
        journal = MemoryJournal()
        shell = Shell(journal)
        await shell.tell(CentreDefined(DEFINITION))
        journal.append(2, 2, [Entry(2, 1_000.0, Tick())])
        sequence = shell.host.send(ContactArrived("c1", "in", queue="Desk"))
        with pytest.raises(StaleFence):
            await shell.host.saved(sequence)
        with pytest.raises(StaleFence):
            await shell.host.saved(sequence)
        with pytest.raises(StaleFence):
            shell.host.send(ContactHungUp("c1"))
        assert shell.legs.done == []
        await shell.host.close()

    live(story)


def test_late_answers_are_let_go() -> None:
    """A function that answers after its contact went on is not history; an illegal input is refused by name."""

    async def story() -> None:
        journal = MemoryJournal()
        answer = asyncio.Event()

        async def choose(event: dict[str, Any]) -> dict[str, str]:
            await answer.wait()
            return {}

        shell = Shell(journal, {"choose": choose})
        await shell.tell(CentreDefined(DEFINITION), ContactArrived("c1", "ask", queue="Desk"))
        await shell.tell(ContactHungUp("c1"))
        answer.set()
        await asyncio.gather(*shell.host._invocations)
        shell.host.tell(FunctionAnswered("c1", "c1/1", "{}"))
        with pytest.raises(IllegalInput):
            shell.host.send(FunctionAnswered("c1", "c1/1", "{}"))
        assert journal.last_sequence() == 3
        await shell.host.close()

    live(story)


def test_a_function_is_invoked_after_its_entry_is_saved() -> None:
    """The machine's wish reaches the function, and the answer becomes an input."""

    async def story() -> None:
        journal = MemoryJournal()
        seen: list[int] = []

        def choose(event: dict[str, Any]) -> dict[str, str]:
            seen.append(journal.last_sequence())
            return {"queue": "Desk"}

        shell = Shell(journal, {"choose": choose})
        await shell.tell(CentreDefined(DEFINITION), ContactArrived("c1", "ask", queue="Desk"))
        await asyncio.gather(*shell.host._invocations)
        await shell.host.saved(shell.host._sequence)
        assert seen == [2]
        assert shell.legs.ids() == ["c1/offer/1"]
        await shell.host.close()

    live(story)


def scripted() -> list[tuple[float, Input]]:
    many: list[tuple[float, Input]] = [(1_000.0, CentreDefined(DEFINITION))]
    for number in range(12):
        at = 1_001.0 + 7 * number
        many.append((at, ContactArrived(f"c{number}", "in" if number % 3 else "ask", queue="Desk")))
        if number % 4 == 1:
            many.append((at + 1, ContactHungUp(f"c{number}")))
        if number == 0:
            many.append((at + 2, FunctionAnswered("c0", "c0/1", "{}")))
            many.append((at + 3, OfferAccepted("c0", "ana")))
        if number == 8:
            many.append((at + 3, ContactHungUp("c0", "agent")))
            many.append((at + 4, StatusSet("ana", "Offline")))
    return many


@pytest.mark.parametrize("snapshot_every", [3, 5_000])
@pytest.mark.parametrize("crash_after", [1, 6, 11, 17])
def test_recovery_equals_the_run_that_was_not_interrupted(snapshot_every: int, crash_after: int) -> None:
    """A machine that was recovered in the middle, from a snapshot or not, ends in the same state."""

    async def run(interrupted: bool) -> tuple[bytes, list[Entry], set[str]]:
        journal = MemoryJournal()
        shell = Shell(journal, snapshot_every=snapshot_every)
        done: set[str] = set()
        for number, (at, input) in enumerate(scripted()):
            if interrupted and number == crash_after:
                # The first owner simply stops; the second reads the journal.
                recovered = recover(journal)
                done |= set(shell.legs.ids())
                shell = Shell(
                    journal,
                    centre=recovered.centre,
                    fence=2,
                    sequence=recovered.sequence,
                    snapshot_every=snapshot_every,
                )
                shell.host.redo(recovered.redo)
            shell.clock.time = at
            shell.host.tell(input)
            await shell.host.saved(shell.host._sequence)
        done |= set(shell.legs.ids())
        state = write_state(snapshot(shell.host.centre))
        return state, list(journal.read()), done

    def without_progress(entries: list[Entry]) -> list[tuple[Any, ...]]:
        return [(entry.at, entry.input, entry.facts) for entry in entries]

    async def story() -> None:
        state, entries, done = await run(False)
        other_state, other_entries, other_done = await run(True)
        assert other_state == state
        assert without_progress(other_entries) == without_progress(entries)
        assert other_done == done

    live(story)


def test_what_may_not_have_been_done_is_done_again_under_the_same_id() -> None:
    """After a crash between saving and doing, ring and function are asked for again, with the ids they had."""
    centre, journal = Centre(), MemoryJournal()
    inputs: list[Input] = [
        CentreDefined(DEFINITION),
        ContactArrived("c1", "in", queue="Desk"),
        ContactArrived("c2", "ask"),
    ]
    wished: list[Effect] = []
    for sequence, input in enumerate(inputs, start=1):
        outcome = centre.handle(input, 1_000.0)
        wished.extend(outcome.effects)
        journal.append(1, sequence, [Entry(sequence, 1_000.0, input, outcome.facts, 0)])
    recovered = recover(journal)
    assert recovered.redo == wished
    assert [type(effect) for effect in wished] == [Ring, InvokeFunction]
    assert (recovered.sequence, recovered.last_at, recovered.replayed) == (3, 1_000.0, 3)


def test_closing_keeps_a_snapshot() -> None:
    """After an orderly end recovery reads the snapshot and replays nothing."""

    async def story() -> None:
        journal = MemoryJournal()
        shell = Shell(journal)
        await shell.tell(CentreDefined(DEFINITION), ContactArrived("c1", "in", queue="Desk"))
        state = write_state(snapshot(shell.host.centre))
        await shell.host.close()
        recovered = recover(journal)
        assert (recovered.replayed, recovered.from_snapshot) == (0, 2)
        assert write_state(snapshot(recovered.centre)) == state

    live(story)


class RaisingNotices(MemoryNotices):
    """A listener that breaks its promise."""

    def publish(self, entries: Sequence[Entry]) -> None:
        if any(isinstance(entry.input, ContactArrived) for entry in entries):
            raise RuntimeError("no such row")
        super().publish(entries)


def test_an_adapter_that_raises_stops_the_host_aloud() -> None:
    """Whoever waits is told, nothing more is taken, and the journal goes on from there."""

    async def story() -> None:
        journal = MemoryJournal()
        shell = Shell(journal)
        shell.host._notices = (RaisingNotices(),)
        await shell.tell(CentreDefined(DEFINITION))
        with pytest.raises(OutsideFailure, match="no such row"):
            await shell.tell(ContactArrived("c1", "in", queue="Desk"))
        with pytest.raises(OutsideFailure):
            shell.host.send(ContactHungUp("c1"))
        shell.host.tell(ContactHungUp("c1"))
        await shell.host.close()
        assert "c1" in recover(journal).centre.contacts

    live(story)


def test_a_turn_that_breaks_never_comes_into_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host stops aloud; recovery goes on from the last whole turn."""

    async def story() -> None:
        journal = MemoryJournal()
        shell = Shell(journal)
        await shell.tell(CentreDefined(DEFINITION))
        monkeypatch.setattr(shell.host.centre.routing, "enqueue", lambda contact: 1 / 0)
        with pytest.raises(OutsideFailure, match="ZeroDivisionError"):
            shell.host.send(ContactArrived("c1", "in", queue="Desk"))
        assert isinstance(shell.host.failure, OutsideFailure)
        await shell.host.close()
        assert (recover(journal).sequence, recover(journal).centre.contacts) == (1, {})

    live(story)


def test_a_closed_host_takes_nothing_more() -> None:
    """What could not be saved is refused aloud, and what comes late from the outside is let go."""

    async def story() -> None:
        journal = MemoryJournal()
        shell = Shell(journal)
        await shell.tell(CentreDefined(DEFINITION))
        await shell.host.close()
        with pytest.raises(JournalUnavailable, match="closed"):
            shell.host.send(ContactArrived("c1", "in", queue="Desk"))
        shell.host.tell(ContactArrived("c1", "in", queue="Desk"))
        assert (journal.last_sequence(), shell.host.centre.contacts) == (1, {})

    live(story)


def test_functions_that_raise_take_the_error_branch() -> None:
    """An adapter of functions that breaks its promise costs a contact its answer, not its way."""

    async def story() -> None:
        shell = Shell(MemoryJournal())
        await shell.tell(CentreDefined(DEFINITION))

        async def broken(*arguments: Any, **named: Any) -> Answer:
            raise KeyError("reason")

        shell.functions.invoke = broken  # type: ignore[method-assign]
        await shell.tell(ContactArrived("c1", "ask", queue="Desk"))
        await asyncio.gather(*shell.host._invocations)
        await shell.host.saved(shell.host._sequence)
        assert shell.legs.ids() == ["c1/offer/1"]
        await shell.host.close()

    live(story)


def test_a_service_is_asked_again_under_the_same_id_after_a_crash() -> None:
    """Who waits for a service when the process dies is answered by the next one."""
    flow = flow_text(
        block("find", "GetCustomerProfile", {"ProfileRequestData": {}}, "go", {"NoMatchingError": "out"}),
        block("go", "TransferContactToQueue"),
        block("out", "DisconnectParticipant"),
    )
    definition = msgspec.structs.replace(DEFINITION, flows=(FlowDefinition(name="find", content=flow),))

    async def hangs(operation: str, request: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    async def story() -> None:
        journal = MemoryJournal()
        first = Shell(journal, services=ScriptedServices({"profiles": hangs}))
        await first.tell(CentreDefined(definition), ContactArrived("c1", "find", queue="Desk"))
        await first.host.close()
        recovered = recover(journal)
        assert [effect.id for effect in recovered.redo] == ["c1/1"]
        services = ScriptedServices({"profiles": lambda operation, request: {"ProfileId": "p-1"}})
        second = Shell(
            journal, centre=recovered.centre, fence=2, sequence=recovered.sequence, services=services
        )
        second.host.redo(recovered.redo)
        await asyncio.gather(*second.host._invocations)
        await second.host.saved(second.host._sequence)
        assert recovered.centre.contacts["c1"].services == {"Customer": {"ProfileId": "p-1"}}
        assert second.legs.ids() == ["c1/offer/1"]
        await second.host.close()

    live(story)


def test_a_snapshot_that_cannot_be_read_costs_time_and_nothing_else() -> None:
    """The journal holds every entry: the machine is made from them."""

    async def story() -> None:
        journal = MemoryJournal()
        shell = Shell(journal)
        await shell.tell(CentreDefined(DEFINITION), ContactArrived("c1", "in", queue="Desk"))
        await shell.host.close()
        journal.save_snapshot(1, Snapshot(2, b'{"now": "of another version"}'))
        recovered = recover(journal)
        assert (recovered.replayed, recovered.from_snapshot) == (2, 0)
        assert recovered.centre.contacts["c1"].stage == "offered"

    live(story)


def test_an_error_with_half_a_character_in_it_does_not_block_the_journal(tmp_path: Path) -> None:
    """What no file can hold is written with a question mark; the contact and all after it go on."""

    async def story() -> None:
        def choose(event: dict[str, Any]) -> dict[str, str]:
            raise ValueError("no file \ud800")

        shell = Shell(SqliteJournal(tmp_path / "journal.db"), {"choose": choose})
        await shell.tell(CentreDefined(DEFINITION), ContactArrived("c1", "ask", queue="Desk"))
        await asyncio.gather(*shell.host._invocations)
        await shell.host.saved(shell.host._sequence)
        assert shell.legs.ids() == ["c1/offer/1"]
        assert not shell.problems
        await shell.host.close()

    live(story)


def test_what_no_journal_could_give_back_is_refused_before_it_happens() -> None:
    """Half a character or a value of another type is refused; the host goes on and everything replays."""

    async def story() -> None:
        journal = MemoryJournal()
        host = Host(
            Centre(),
            journal=journal,
            fence=1,
            clock=RealClock(),
            media=_Silent(),
            functions=MemoryFunctions({}),
        )
        host.send(CentreDefined(DEFINITION))
        for attributes in ({"a": "\ud800"}, {"a": 1}):
            with pytest.raises(IllegalInput, match="no form that can be kept"):
                host.send(ContactArrived("c1", "in", attributes=cast("dict[str, str]", attributes)))
        await host.saved(host.send(ContactArrived("c1", "in", queue="Desk")))
        await host.close()
        assert recover(journal).centre.contacts.keys() == {"c1"}

    asyncio.run(story())


class _Silent:
    """Media that do nothing."""

    def attach(self, send: Callable[[Input], None]) -> None:
        pass

    def perform(self, effect: Effect, now: float) -> None:
        pass
