"""The index of contacts: it finds what the journal knows, however it came to be."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from evenhand.adapters.journals.contact_index import ContactIndex
from evenhand.host.memory import MemoryJournal
from evenhand.host.ports import Entry
from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import ContactInitiated, Fact, OverrideNoted, WaitTold
from evenhand.model.inputs import CentreDefined, Input, Tick

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


class Book:
    """A journal that is written in small steps."""

    def __init__(self) -> None:
        self.journal = MemoryJournal()
        self.write((), CentreDefined(CentreDefinition(name="first")))

    def write(self, facts: tuple[Fact, ...], input: Input | None = None) -> list[Entry]:
        number = self.journal.last_sequence() + 1
        entry = Entry(number, 1000.0 + number, input or Tick(), facts)
        self.journal.append(1, number, [entry])
        return [entry]

    def begin(self, contact_id: str) -> list[Entry]:
        fact = ContactInitiated(1.0, contact_id, "VOICE", "Main", f"+1{contact_id[1:]}", "+1", "INBOUND")
        return self.write((fact,))

    def say(self, contact_id: str) -> list[Entry]:
        return self.write((WaitTold(2.0, contact_id, 60.0),))


async def sequences(index: ContactIndex, contact_id: str) -> list[int]:
    found = await index.entries(contact_id)
    return [entry.sequence for entry in found.entries] if found is not None else []


async def known(index: ContactIndex) -> None:
    while await index.behind():
        await asyncio.sleep(0)


def test_what_was_there_before_and_what_comes_is_found(tmp_path: Path) -> None:
    async def story() -> None:
        book = Book()
        book.begin("c1")
        index = ContactIndex(tmp_path / "contacts.db")
        await index.begin(book.journal)
        await known(index)
        index.publish(book.say("c1"))
        index.publish(book.begin("c2"))
        index.publish(book.say("c1"))
        assert await sequences(index, "c1") == [2, 3, 5]
        assert await sequences(index, "c2") == [4]
        assert await index.entries("c3") is None
        await index.close()

    run(story())


def test_after_a_restart_only_what_is_new_is_read(tmp_path: Path) -> None:
    async def story() -> None:
        book = Book()
        for number in range(5_000):
            book.begin(f"c{number}")
        index = ContactIndex(tmp_path / "contacts.db")
        await index.begin(book.journal)
        await known(index)
        await index.close()
        book.say("c7")
        read: list[int] = []
        whole = book.journal.read

        def watched(from_sequence: int = 1) -> Any:
            read.append(from_sequence)
            return whole(from_sequence)

        book.journal.read = watched  # type: ignore[method-assign]
        index = ContactIndex(tmp_path / "contacts.db")
        await index.begin(book.journal)
        await known(index)
        assert await sequences(index, "c7") == [9, 5002]
        assert min(read) == 5002
        await index.close()

    run(story())


def test_a_flood_is_read_from_the_journal_instead_of_being_kept_in_memory(tmp_path: Path) -> None:
    async def story() -> None:
        book = Book()
        index = ContactIndex(tmp_path / "contacts.db")
        await index.begin(book.journal)
        await known(index)
        index.publish(book.begin("c1"))
        for _ in range(12_000):
            index.publish(book.say("c1"))
            assert len(index._pending) <= 5_000
        await known(index)
        assert len(await sequences(index, "c1")) == 12_001
        await index.close()

    run(story())


def test_an_index_that_is_damaged_or_of_another_journal_is_made_again(tmp_path: Path) -> None:
    async def story(book: Book) -> list[int]:
        index = ContactIndex(tmp_path / "contacts.db")
        await index.begin(book.journal)
        await known(index)
        found = await sequences(index, "c1")
        await index.close()
        return found

    first, second = Book(), Book()
    first.begin("c0")
    first.begin("c1")
    second.begin("c1")
    assert run(story(first)) == [3]
    assert run(story(second)) == [2]
    (tmp_path / "contacts.db").write_bytes(b"nothing of the kind" * 1000)
    assert run(story(second)) == [2]


def test_each_entry_knows_the_definition_that_held(tmp_path: Path) -> None:
    async def story() -> None:
        book = Book()
        book.write((), CentreDefined(CentreDefinition(name="second")))
        book.begin("c1")
        book.write((), CentreDefined(CentreDefinition(name="third")))
        book.say("c1")
        index = ContactIndex(tmp_path / "contacts.db")
        await index.begin(book.journal)
        await known(index)
        found = await index.entries("c1")
        assert found is not None
        assert [found.definition_at(entry.sequence).name for entry in found.entries] == ["second", "third"]
        await index.close()

    run(story())


def test_what_was_done_by_hand_is_listed_by_how_it_begins(tmp_path: Path) -> None:
    async def story() -> None:
        book = Book()
        index = ContactIndex(tmp_path / "contacts.db")
        await index.begin(book.journal)
        await known(index)
        index.publish(book.write((OverrideNoted(3.0, "eva", "AgentWorkload a: 1", "so"),)))
        index.publish(book.write((OverrideNoted(4.0, "eva", "queues b: 2", "so"),)))
        assert [one.action for one in await index.overrides("AgentWorkload ")] == ["AgentWorkload a: 1"]
        assert [one.action for one in await index.overrides()] == ["queues b: 2", "AgentWorkload a: 1"]
        await index.close()

    run(story())
