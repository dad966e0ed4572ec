"""Keeps the hub's rows in step with the machine: facts say what changed, the machine's state how it is now.

Many turns make one frame: rows are told at most every `TELL_SECONDS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from evenhand.adapters.web.live import Hub
from evenhand.adapters.web.views.agents import AgentRow, agent_row
from evenhand.adapters.web.views.board import Board
from evenhand.adapters.web.views.day import Day
from evenhand.adapters.web.views.flows import FlowCounts, midnight, taken_since
from evenhand.centre.centre import Centre
from evenhand.host.ports import Entry, Journal
from evenhand.model.facts import AgentChosen, CentreOpened, Fact
from evenhand.model.inputs import WorkloadObserved

__all__ = ["TELL_SECONDS", "LiveViews"]

TELL_SECONDS = 0.05
SWEEP_SECONDS = 5


class LiveViews:
    """One of the host's notices. Call `begin` when the centre runs."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._centre: Centre | None = None
        self._now = 0.0
        self._agents: dict[str, None] = {}
        self._due = False
        self.flows = FlowCounts(hub)
        self._board = Board(hub)
        self._seconds = 0

    def begin(self, centre: Centre, now: float, journal: Journal | None = None) -> None:
        """From now on rows are told; what the journal knows of today is counted."""
        self._board.begin(centre, now, journal)
        self._centre, self._now = centre, now
        self._agents.update(dict.fromkeys(centre.distributor.agents))
        self.flows.begin(centre, now)
        self.tell()
        self._loop.call_later(1.0, self._second)

    async def look_back(self, journal: Journal, upto: int) -> None:
        """Count what happened today up to this entry, before this process began; it holds up nothing."""
        centre = self._centre
        if centre is None or not upto:
            return
        since = midnight(self._now, centre.definition.time_zone)[0]
        self.flows.note_before(await asyncio.to_thread(taken_since, journal, since, upto))
        self.tell()

    @property
    def day(self) -> Day:
        """What today's facts came to."""
        return self._board.day

    def _second(self) -> None:
        """What changes without a fact: time goes by, a source grows stale, a queue opens."""
        centre = self._centre
        if centre is not None:
            self._seconds += 1
            self._now = max(self._now, self._hub.now())
            self._board.time_passed()
            if self._seconds % SWEEP_SECONDS == 0:
                self._agents.update(dict.fromkeys(centre.distributor.agents))
                self._board.all_changed(centre)
            self.tell()
            self._loop.call_later(1.0, self._second)

    def publish(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._now = entry.at
            if self._centre is not None:
                self._board.hear(entry.sequence, entry.facts)
            for fact in entry.facts:
                self._note(fact)
            if isinstance(entry.input, WorkloadObserved) and self._centre is not None:
                named = self._centre.distributor.agents if entry.input.whole else _named(entry.input)
                self._agents.update(dict.fromkeys(named))
        if not self._due:
            self._due = True
            self._loop.call_later(TELL_SECONDS, self.tell)

    def _note(self, fact: Fact) -> None:
        self.flows.note(fact)
        if isinstance(fact, AgentChosen):
            self._agents[fact.decision.agent] = None
        elif isinstance(fact, CentreOpened) and self._centre is not None:
            self._board.all_changed(self._centre)
            self._agents.update(dict.fromkeys((*self._board.agents, *self._centre.distributor.agents)))
        else:
            agent = getattr(fact, "agent", "")
            if agent:
                self._agents[agent] = None

    def tell(self) -> None:
        """Make the rows of what changed, and tell them."""
        self._due = False
        centre = self._centre
        if centre is None:
            return
        changed, self._agents = self._agents, {}
        rows: list[tuple[str, AgentRow | None]] = []
        for name in changed:
            agent = centre.distributor.agents.get(name)
            row = agent_row(centre, agent, self._now) if agent is not None else None
            rows.append((name, row))
            self._hub.put(f"desk/{name}", "me", row)
        self._board.tell(centre, self._now, rows)
        self.flows.tell(centre, self._now)
        self._hub.flush()


def _named(input: WorkloadObserved) -> list[str]:
    """Whose workload was told, or is no more."""
    return [row.agent for row in input.rows] + [agent for _, agent in input.gone]
