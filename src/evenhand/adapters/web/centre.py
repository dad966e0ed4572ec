"""What every page and every route works with: the running centre and what the web adds to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from evenhand.adapters.files.flow_versions import FlowVersions
from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.adapters.journals.contact_index import ContactIndex
from evenhand.adapters.web.accounts import Accounts
from evenhand.adapters.web.answers import KeptAnswers
from evenhand.adapters.web.conversations import Conversations
from evenhand.adapters.web.history import History
from evenhand.adapters.web.legs import WebLegs
from evenhand.adapters.web.limits import Limits
from evenhand.adapters.web.live import Hub
from evenhand.adapters.web.presence import Presence
from evenhand.adapters.web.views.live_views import LiveViews
from evenhand.adapters.web.views.people_views import PeopleViews
from evenhand.host.host import Host
from evenhand.host.outside import Continuity
from evenhand.host.ports import Journal, Tables
from evenhand.model.definition import CentreDefinition
from evenhand.model.inputs import Input, OverrideMade

__all__ = ["WebCentre"]


class WebCentre:
    """One running centre with people at pages. `folder` is where its definition is, `data` where it keeps things.

    `flows` keeps the versions of its flow files, `stories` finds what the journal knows of a contact, `read_table`
    has the workload that comes from the table read at once. Who changes the definition holds `defining`.
    """

    def __init__(
        self,
        *,
        host: Host,
        definition: CentreDefinition,
        tables: Tables,
        journal: Journal,
        functions: ProcessFunctions,
        legs: WebLegs,
        accounts: Accounts,
        conversations: Conversations,
        people: PeopleViews,
        presence: Presence,
        answers: KeptAnswers,
        hub: Hub,
        views: LiveViews,
        folder: Path,
        data: Path,
        flows: FlowVersions,
        stories: ContactIndex,
        read_table: Callable[[], Awaitable[None]],
        demo: bool = False,
        secure: bool = False,
        problem: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.host = host
        self.definition = definition
        self.tables = tables
        self.journal = journal
        self.functions = functions
        self.continuity = Continuity(tables)
        self.legs = legs
        self.accounts = accounts
        self.conversations = conversations
        self.people = people
        self.presence = presence
        self.answers = answers
        self.history = History(journal)
        self.hub = hub
        self.views = views
        self.limits = Limits()
        self.folder = folder
        self.data = data
        self.flows = flows
        self.stories = stories
        self.read_table = read_table
        self.defining = asyncio.Lock()
        self.demo = demo
        self.logins: tuple[tuple[str, str, str], ...] = ()
        """Name, role and password of the demonstration's users; no other centre shows any."""
        self.secure = secure
        self.problem = problem
        self.open = True

    def now(self) -> float:
        """The centre's time."""
        return self.host.clock.now()

    async def send(self, *inputs: Input) -> None:
        """Tell the machine, in this order, and wait until it is durable. Raises IllegalInput for what cannot be."""
        for input in inputs:
            sequence = self.host.send(input)
        await self.host.saved(sequence)

    async def override(
        self, by: str, action: str, reason: str, *inputs: Input, contact_id: str = "", agent: str = ""
    ) -> None:
        """Do it and write into the journal who wanted it, and why."""
        await self.send(*inputs, OverrideMade(by, action, reason, contact_id, agent))
