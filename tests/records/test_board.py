"""The live picture."""

from __future__ import annotations

from evenhand.model.facts import (
    AfterContactWorkStarted,
    ContactCleared,
    NextStatusSet,
    OfferMissed,
    StatusChanged,
    WaitTold,
)
from evenhand.records.board import Board, Load
from tests.records.stories import answered, gave_up, initiated, queued


def test_who_waits_stands_in_order_with_what_they_were_told() -> None:
    """Position, how long, the last wait told and the own agent; the number is masked."""
    board = Board(["ben"])
    board.feed([initiated("a", 0.0), queued("a", 0.0), initiated("b", 5.0, "anna"), queued("b", 5.0, 2)])
    board.feed([WaitTold(6.0, "b", 75.0)])
    first, second = board.picture(30.0).waiting
    assert (first.position, first.contact_id, first.waited) == (1, "a", 30.0)
    assert (second.position, second.told, second.own_agent) == (2, 75.0, "anna")
    assert second.contact == "…0171"


def test_an_agent_goes_from_the_offer_to_the_contact_to_after_contact_work() -> None:
    """The row follows the facts, and is free again when the slot is cleared."""
    board = Board(["ben"])
    board.feed([StatusChanged(0.0, "ben", "Available", "Offline")])
    seen = [board.picture(1.0).agents[0].activity]
    for fact in answered("a", 0.0, 10.0):
        board.feed([fact])
        seen.append(board.picture(50.0).agents[0].activity)
    board.feed([AfterContactWorkStarted(40.0, "a", "ben", 60.0)])
    seen.append(board.picture(50.0).agents[0].activity)
    board.feed([ContactCleared(45.0, "a", "ben", "after_contact_work")])
    seen.append(board.picture(50.0).agents[0].activity)
    assert list(dict.fromkeys(seen)) == ["available", "incoming", "on contact", "after-contact work"]
    assert seen[-1] == "available"
    assert board.picture(50.0).agents[0].handled == 1


def test_a_missed_offer_shows_on_the_agent_and_the_contact_waits_on() -> None:
    """Missed looks different from everything else until it is cleared."""
    board = Board(["ben"])
    facts = answered("a", 0.0, 10.0)
    board.feed(facts[:4])
    assert board.picture(12.0).waiting[0].ringing == "ben"
    board.feed([OfferMissed(30.0, "a", "ben")])
    picture = board.picture(31.0)
    assert picture.agents[0].activity == "missed"
    assert picture.waiting[0].ringing == ""


def test_decisions_stand_newest_first_with_their_reason() -> None:
    """As many as are kept, each with the kind of reason and the sentence."""
    board = Board(["ben"], kept=2)
    for number in range(3):
        board.feed(answered(f"c{number}", number * 100.0, 1.0))
    decisions = board.picture(300.0).decisions
    assert [one.contact_id for one in decisions] == ["c2", "c1"]
    assert decisions[0].kind == "least work"
    assert decisions[0].reason.startswith("ben has the least work")


def test_loads_come_from_whoever_knows_them() -> None:
    """The board asks for each agent's work; a next status is shown too."""
    board = Board(["ben"])
    board.feed([StatusChanged(0.0, "ben", "Available", "Offline"), NextStatusSet(1.0, "ben", "Lunch")])
    row = board.picture(2.0, lambda name: Load(7.0, 1.0, 3.0)).agents[0]
    assert (row.load.work, row.load.provisional, row.next_status) == (7.0, 1.0, "Lunch")


def test_who_is_gone_is_gone() -> None:
    """A contact that ended is counted and nowhere else."""
    board = Board([])
    board.feed(gave_up("a", 0.0, 9.0))
    picture = board.picture(10.0)
    assert (picture.contacts, picture.abandoned, picture.waiting, picture.in_flow) == (1, 1, (), 0)
