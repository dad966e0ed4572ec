"""Calls that agents make, as desks, boards and summaries see them."""

from __future__ import annotations

from evenhand.centre.centre import Centre
from evenhand.model.facts import Fact
from evenhand.model.inputs import (
    CalleeAnswered,
    CalleeFailed,
    CentreDefined,
    ContactHungUp,
    OutboundRequested,
)
from evenhand.records.board import Board
from evenhand.records.contact_life import Contacts
from evenhand.records.contact_record import contact_trace_record
from evenhand.records.desk import Desks
from evenhand.records.summary import Summary
from tests.stories.story import define

DEFINITION = define(
    """
      queue BasicQueue
      profile voice BasicQueue
      agent ana voice acw=none
    """.strip().splitlines()
)
REACHED = (
    OutboundRequested("o1", "ana", "+12025550171", "BasicQueue"),
    CalleeAnswered("o1", "o1/dial"),
    ContactHungUp("o1"),
)
MISSED = (OutboundRequested("o2", "ana", "+12025550172", "BasicQueue"), CalleeFailed("o2", "o2/dial"))


def facts(*inputs: object) -> list[Fact]:
    """What came of these, ten seconds from one to the next."""
    centre = Centre()
    told: list[Fact] = []
    for number, input in enumerate((CentreDefined(DEFINITION), *inputs)):
        told.extend(centre.handle(input, 10.0 * number).facts)  # type: ignore[arg-type]
    return told


def test_the_agent_is_on_contact_while_the_customer_is_dialled() -> None:
    board, contacts = Board(["ana"]), Contacts(DEFINITION)
    desks = Desks(contacts, ["ana"])
    for fact in facts(REACHED[0]):
        contacts.add(fact)
        desks.apply(fact)
        board.feed([fact])
    assert board.picture(20.0).agents[0].activity == "on contact"
    assert desks.desk("ana").contacts["o1"].state == "CONNECTING"


def test_nobody_is_at_the_desk_after_a_customer_who_was_not_reached() -> None:
    board, contacts = Board(["ana"]), Contacts(DEFINITION)
    desks = Desks(contacts, ["ana"])
    for fact in facts(*MISSED):
        contacts.add(fact)
        desks.apply(fact)
        board.feed([fact])
    assert board.picture(30.0).agents[0].activity == "available"
    assert not desks.desk("ana").contacts


def test_a_summary_counts_no_wait_for_a_call_that_an_agent_made() -> None:
    summary = Summary()
    summary.feed(facts(*REACHED, *MISSED))
    figures = summary.figures()
    assert (figures.contacts, figures.answered, figures.not_queued, figures.present) == (0, 0, 0, 0)
    assert figures.agents["ana"].handled == 1
    assert figures.agents["ana"].talked == 10.0


def test_the_record_tells_when_the_customer_answered() -> None:
    contacts = Contacts(DEFINITION)
    contacts.feed(facts(*REACHED, *MISSED))
    reached, missed = (
        contact_trace_record(contacts.complete[name], contacts.resources) for name in ("o1", "o2")
    )
    assert reached["InitiationMethod"] == "OUTBOUND"
    assert reached["ConnectedToSystemTimestamp"] == "1970-01-01T00:00:20Z"
    assert (missed["Agent"], missed["DisconnectReason"]) == (None, "TELECOM_PROBLEM")
