"""The file of what was said and noted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from evenhand.adapters.web.conversations import MOST_LINES, Conversations, Line, Note
from evenhand.errors import OutsideFailure


def said(text: str) -> Line:
    return Line(1.0, "customer", "message", text)


def test_what_was_said_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "c.db")
    kept.keep_line("p", 1, said("hello"))
    kept.keep_leg("p", 1.0, False, b"state")
    kept.add_note("c", Note(1.0, "ben", "careful"))
    kept.set_disposition("c", Note(1.0, "ben", "Solved"))
    kept.set_disposition("c", Note(2.0, "anna", "Passed on"))
    kept.close()
    kept = Conversations(tmp_path / "c.db")
    assert kept.lines("p") == [(1, said("hello"))]
    assert kept.open_legs() == [b"state"]
    assert kept.notes("c") == [Note(1.0, "ben", "careful")]
    assert kept.disposition("c") == Note(2.0, "anna", "Passed on")
    kept.close()


def test_only_the_newest_lines_are_kept(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "c.db")
    kept.keep_leg("p", 1.0, False, b"state")
    for number in range(1, MOST_LINES + 11):
        kept.keep_line("p", number, said(str(number)))
    asyncio.run(kept.saved())
    lines = kept.lines("p")
    assert (len(lines), lines[0][0]) == (MOST_LINES, 11)
    kept.close()


def test_an_end_that_is_over_is_not_resumed_but_known(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "c.db")
    kept.keep_leg("p", 1.0, True, b"over")
    asyncio.run(kept.saved())
    assert kept.open_legs() == []
    assert kept.leg("p") == b"over"
    kept.close()


def test_another_kind_of_file_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "c.db").write_text(
        "no database at all, but long enough to be read as the head of a file" * 20
    )
    with pytest.raises(OutsideFailure, match="damaged"):
        Conversations(tmp_path / "c.db")
