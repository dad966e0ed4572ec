"""Models live: the host asks them, tells the machine what came of it, and asks again after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from evenhand.adapters.files import read_centre
from evenhand.adapters.models.sources import SourceModels
from evenhand.centre.centre import Centre
from evenhand.host.host import Host
from evenhand.host.memory import MemoryFunctions, MemoryJournal, MemoryNotices
from evenhand.host.models import ScriptedModels
from evenhand.host.ports import Models
from evenhand.host.recovery import recover
from evenhand.model.decision import Decision
from evenhand.model.effects import Effect, LoopPrompts, Ring, ScoreCandidates
from evenhand.model.facts import AgentChosen
from evenhand.model.inputs import CentreDefined, ContactArrived
from tests.host.test_host import HandClock, Legs

EXAMPLE = Path(__file__).parents[2] / "examples" / "learned_model"
DEFINITION = read_centre(EXAMPLE)


class Desk:
    """A host with these models; `rung` is set when somebody is rung."""

    def __init__(self, models: Models, journal: MemoryJournal, centre: Centre, sequence: int = 0) -> None:
        self.rung = asyncio.Event()
        self.legs, self.notices, rung = Legs(), MemoryNotices(), self.rung

        def perform(effect: Effect, now: float) -> None:
            self.legs.done.append(effect)
            if isinstance(effect, Ring):
                rung.set()

        self.legs.perform = perform  # type: ignore[method-assign]
        self.host = Host(
            centre,
            journal=journal,
            fence=1,
            clock=HandClock(),
            media=self.legs,
            functions=MemoryFunctions({}),
            models=models,
            notices=(self.notices,),
            sequence=sequence,
        )

    async def decision(self) -> Decision:
        await asyncio.wait_for(self.rung.wait(), 20)
        facts = [fact for entry in self.notices.published for fact in entry.facts]
        return next(fact.decision for fact in facts if isinstance(fact, AgentChosen))


def last_first(rows: Sequence[Sequence[float]]) -> list[float]:
    return [float(place) for place in range(len(rows))]


def test_a_live_model_ranks() -> None:
    async def story() -> None:
        desk = Desk(ScriptedModels({"resolved": last_first}), MemoryJournal(), Centre())
        desk.host.send(CentreDefined(DEFINITION))
        desk.host.send(ContactArrived("c1", "welcome"))
        decision = await desk.decision()
        assert (decision.agent, decision.fallback) == ("dora", "")
        assert not any(isinstance(effect, ScoreCandidates) for effect in desk.legs.done)
        await desk.host.close()

    asyncio.run(story())


def test_the_example_runs_in_its_own_process() -> None:
    async def story() -> None:
        models = SourceModels(DEFINITION.models, EXAMPLE)
        assert await models.preload() == ()
        desk = Desk(models, MemoryJournal(), Centre())
        desk.host.send(CentreDefined(DEFINITION))
        desk.host.send(ContactArrived("c1", "welcome", attributes={"topic": "loan"}))
        decision = await desk.decision()
        assert decision.agent in ("ben", "cleo")
        assert decision.fallback == ""
        await desk.host.close()
        await models.close()

    asyncio.run(story())


def test_what_a_crash_interrupted_is_asked_again() -> None:
    async def story() -> None:
        journal, asked = MemoryJournal(), asyncio.Event()

        async def silent(rows: Sequence[Sequence[float]]) -> None:
            asked.set()
            await asyncio.Event().wait()

        desk = Desk(ScriptedModels({"resolved": silent}), journal, Centre())
        desk.host.send(CentreDefined(DEFINITION))
        desk.host.send(ContactArrived("c1", "welcome"))
        await asyncio.wait_for(asked.wait(), 20)
        await desk.host.close()
        found = recover(journal)
        assert [type(one) for one in found.redo] == [LoopPrompts, ScoreCandidates]
        after = Desk(ScriptedModels({"resolved": last_first}), journal, found.centre, found.sequence)
        after.host.redo(found.redo)
        assert (await after.decision()).agent == "dora"
        await after.host.close()

    asyncio.run(story())


def test_the_same_definition_survives_the_journal() -> None:
    again = msgspec.json.decode(msgspec.json.encode(DEFINITION), type=type(DEFINITION))
    assert again == DEFINITION
