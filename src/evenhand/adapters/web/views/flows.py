"""Live counts of flows: how many contacts stand at each block now, which branches were taken today.

Made step by step: facts tell which branches were taken and which contacts moved; where a contact stands is
read from the machine, so that it is right after a restart too. Today is the day of the centre's time zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from evenhand.adapters.web.live import Hub
from evenhand.centre.centre import Centre
from evenhand.host.ports import Entry, Journal
from evenhand.model.facts import BlockExecuted, Fact
from evenhand.model.units import Instant
from evenhand.records.story import contact_of

__all__ = ["BlockCount", "BranchCount", "FlowCounts", "midnight", "taken_since"]

_Branch = tuple[str, str, str]
"""Flow, block, branch."""


class BlockCount(msgspec.Struct, frozen=True):
    """How many contacts stand at a block now, and how many have left it today."""

    now: int
    today: int


class BranchCount(msgspec.Struct, frozen=True):
    """How often a branch was taken today."""

    today: int


def midnight(at: Instant, zone: str) -> tuple[Instant, Instant]:
    """When the day of this instant began and when the next begins, in this time zone."""
    try:
        place: ZoneInfo | None = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        place = None
    local = datetime.fromtimestamp(at, place or UTC)
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0)
    # A day has 23 to 25 hours: half a day into the next one is always inside it.
    following = datetime.fromtimestamp(begin.timestamp() + 36 * 3600, place or UTC)
    return begin.timestamp(), following.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


class FlowCounts:
    """The counts of all flows, kept in the hub's topics `flow/NAME`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._standing: dict[str, tuple[str, str]] = {}
        self._here: dict[tuple[str, str], int] = {}
        self._left: dict[tuple[str, str], int] = {}
        self._taken: dict[_Branch, int] = {}
        self._moved: dict[str, None] = {}
        self._changed_blocks: dict[tuple[str, str], None] = {}
        self._changed_branches: dict[_Branch, None] = {}
        self._day_ends: Instant = 0.0
        self._bumps = 0

    def begin(self, centre: Centre, now: Instant) -> None:
        """The centre runs: every contact stands somewhere."""
        self._moved.update(dict.fromkeys(centre.contacts))
        self._turn_day(centre, now)

    def note(self, fact: Fact) -> None:
        """This became true."""
        if isinstance(fact, BlockExecuted):
            self._count(fact.flow, fact.block, fact.branch)
            self._moved[fact.contact_id] = None
        else:
            contact = contact_of(fact)
            if contact:
                self._moved[contact] = None

    def note_before(self, taken: Mapping[_Branch, int]) -> None:
        """So often these branches were taken today, before anybody looked."""
        for (flow, block, branch), count in taken.items():
            self._count(flow, block, branch, count)

    def _count(self, flow: str, block: str, branch: str, count: int = 1) -> None:
        place, way = (flow, block), (flow, block, branch)
        self._left[place] = self._left.get(place, 0) + count
        self._changed_blocks[place] = None
        if branch:
            self._taken[way] = self._taken.get(way, 0) + count
            self._changed_branches[way] = None

    def tell(self, centre: Centre, now: Instant) -> None:
        """Put the rows of what changed into the hub."""
        if now >= self._day_ends:
            self._turn_day(centre, now)
        moved, self._moved = self._moved, {}
        for contact_id in moved:
            self._place(contact_id, centre)
            # Whoever looks at this contact's story is told that it goes on.
            if self._hub.is_followed(f"contact/{contact_id}"):
                self._bumps += 1
                self._hub.put(f"contact/{contact_id}", "changed", self._bumps)
        blocks, self._changed_blocks = self._changed_blocks, {}
        for flow, block in blocks:
            place = (flow, block)
            here, left = self._here.get(place, 0), self._left.get(place, 0)
            row = BlockCount(here, left) if here or left else None
            self._hub.put(f"flow/{flow}", f"block/{block}", row)
        branches, self._changed_branches = self._changed_branches, {}
        for flow, block, branch in branches:
            count = self._taken.get((flow, block, branch), 0)
            row_ = BranchCount(count) if count else None
            self._hub.put(f"flow/{flow}", f"branch/{block}/{branch}", row_)

    def _place(self, contact_id: str, centre: Centre) -> None:
        contact = centre.contacts.get(contact_id)
        place = (contact.flow, contact.block) if contact is not None and contact.flow else None
        before = self._standing.get(contact_id)
        if place == before:
            return
        if before is not None:
            self._here[before] -= 1
            if not self._here[before]:
                del self._here[before]
            self._changed_blocks[before] = None
        if place is None:
            self._standing.pop(contact_id, None)
        else:
            self._standing[contact_id] = place
            self._here[place] = self._here.get(place, 0) + 1
            self._changed_blocks[place] = None

    def _turn_day(self, centre: Centre, now: Instant) -> None:
        """A new day begins: the counts of the old one go."""
        self._day_ends = midnight(now, centre.definition.time_zone)[1]
        self._changed_blocks.update(dict.fromkeys(self._left))
        self._changed_branches.update(dict.fromkeys(self._taken))
        self._left.clear()
        self._taken.clear()


def taken_since(journal: Journal, since: Instant, upto: int) -> dict[_Branch, int]:
    """How often each branch was taken from this instant on, up to this sequence. It may take its time."""
    taken: dict[_Branch, int] = {}
    for entry in _entries_since(journal, since, upto):
        for fact in entry.facts:
            if isinstance(fact, BlockExecuted):
                way = (fact.flow, fact.block, fact.branch)
                taken[way] = taken.get(way, 0) + 1
    return taken


def _entries_since(journal: Journal, since: Instant, upto: int) -> Iterator[Entry]:
    """The entries from this instant on; where they begin is found by halving, not by reading all before."""
    low, high = 1, upto + 1
    while low < high:
        middle = (low + high) // 2
        entry = next(iter(journal.read(middle)), None)
        if entry is None or entry.at >= since:
            high = middle
        else:
            low = middle + 1
    for entry in journal.read(low):
        if entry.sequence > upto:
            return
        yield entry
