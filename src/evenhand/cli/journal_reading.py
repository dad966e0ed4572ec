"""A contact's facts out of a centre's journal, for the commands that look back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from evenhand.errors import UsageFault

if TYPE_CHECKING:
    from evenhand.host.ports import Entry
    from evenhand.model.definition import CentreDefinition
    from evenhand.model.facts import Fact
    from evenhand.model.units import Instant

__all__ = ["DEFAULT_DATA", "ContactFacts", "contact_facts", "whole_journal"]

DEFAULT_DATA = Path("evenhand-data")
"""Where commands look for the journal when --data says nothing else."""

_SHOWN = 5


class ContactFacts(msgspec.Struct):
    """All facts about one contact, and the definition that held when it began."""

    contact_id: str
    facts: list[Fact]
    definition: CentreDefinition


def contact_facts(data: Path, wanted: str) -> ContactFacts:
    """What the journal in `data` knows of the contact with this id, or the only one that begins so.

    Raises UsageFault where there is no journal, no such contact, or more than one.
    """
    from evenhand.model.definition import CentreDefinition
    from evenhand.model.inputs import CentreDefined
    from evenhand.records.story import contact_of

    with _entries(data) as entries:
        contact_id = _find(entries(), wanted, data)
        definition = CentreDefinition()
        facts: list[Fact] = []
        for entry in entries():
            if isinstance(entry.input, CentreDefined) and not facts:
                definition = entry.input.definition
            facts.extend(fact for fact in entry.facts if contact_of(fact) == contact_id)
    return ContactFacts(contact_id, facts, definition)


def whole_journal(
    data: Path, define: Callable[[CentreDefinition], None]
) -> Iterator[tuple[tuple[Fact, ...], Instant]]:
    """All facts in order, entry by entry, with the time of each. `define` hears of every definition before
    the facts that followed from it. Raises UsageFault where there is no journal."""
    from evenhand.model.inputs import CentreDefined

    with _entries(data) as entries:
        for entry in entries():
            if isinstance(entry.input, CentreDefined):
                define(entry.input.definition)
            yield entry.facts, entry.at


@contextmanager
def _entries(data: Path) -> Iterator[Callable[[], Iterator[Entry]]]:
    from evenhand.adapters.journals.sqlite import SqliteJournal

    file = data / "journal.db"
    if not file.exists():
        raise UsageFault(
            "there is no journal here.",
            where=str(data),
            way_out="name a centre's data folder with --data, or make one: `evenhand demo --data DIR`.",
        )
    journal = SqliteJournal(file)
    try:
        yield journal.read
    finally:
        journal.close()


def _find(entries: Iterator[Entry], wanted: str, data: Path) -> str:
    from evenhand.model.facts import ContactInitiated

    last: deque[str] = deque(maxlen=_SHOWN)
    found: list[str] = []
    for entry in entries:
        for fact in entry.facts:
            if isinstance(fact, ContactInitiated):
                last.append(fact.contact_id)
                if fact.contact_id == wanted:
                    return wanted
                if wanted and fact.contact_id.startswith(wanted) and len(found) <= _SHOWN:
                    found.append(fact.contact_id)
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
        raise UsageFault(
            f"more than one contact begins with {wanted!r}: {shown}.",
            where=str(data),
            way_out="give more of the id.",
        )
    known = f"the last ones are {', '.join(last)}." if last else "the journal holds no contact yet."
    raise UsageFault(
        f"there is no contact {wanted!r}; {known}", where=str(data), way_out="give one of its ids."
    )
