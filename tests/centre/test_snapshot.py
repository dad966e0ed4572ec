"""What a snapshot keeps: everything that a contact and its ticket hold."""

from __future__ import annotations

import msgspec
import pytest

from evenhand.centre.contact import Contact
from evenhand.centre.snapshot import ContactState
from evenhand.distributor.agents import Slot, SlotState
from evenhand.distributor.line import Line, Ticket, TicketState
from evenhand.flow.session import Session
from evenhand.flow.session_state import SessionState

_LINE = Line(None, "VOICE", "ann")


def _held(thing: object) -> set[str]:
    """The names of all data that the thing holds, set or at its default."""
    names = {name for part in type(thing).__mro__ for name in getattr(part, "__annotations__", {})}
    return names | set(vars(thing))


@pytest.mark.parametrize(
    ("thing", "state", "derived"),
    [
        (Session("c"), SessionState, set()),
        (Contact("c"), ContactState, set()),
        (Ticket("c", "VOICE", _LINE, 0.0, 5, 0.0, 1), TicketState, {"line", "wanted"}),
        (Slot("c", "VOICE", "q", "offered", 0.0, None), SlotState, set()),
    ],
)
def test_a_state_keeps_all_that_its_thing_holds(
    thing: object, state: type[msgspec.Struct], derived: set[str]
) -> None:
    """Nothing that a thing holds is missing in its state, except what follows from the rest."""
    assert _held(thing) - derived == set(state.__struct_fields__)
