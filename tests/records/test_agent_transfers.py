"""Transfers by agents, as records and metrics tell them: counted when the customer went over, not before."""

from __future__ import annotations

from evenhand.centre.centre import Centre
from evenhand.model.facts import Fact
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    ContactHungUp,
    Input,
    OfferAccepted,
    TransferRequested,
)
from evenhand.records.board import Board
from evenhand.records.contact_life import Contacts
from evenhand.records.contact_record import contact_trace_record
from evenhand.records.metric_rows import MetricRows
from evenhand.records.metrics import metrics
from evenhand.records.summary import Summary
from tests.stories.story import define

DEFINITION = define(
    """
      queue BasicQueue
      queue Late
      profile voice BasicQueue
      profile late Late
      agent ana voice acw=none
      agent bo late acw=none
      flow in: queue BasicQueue | transfer
      flow stop: end
    """.strip().splitlines()
)

STORY: tuple[Input, ...] = (
    CentreDefined(DEFINITION),
    ContactArrived("c1", "in", customer_address="+12025550171"),
    OfferAccepted("c1", "ana"),
    TransferRequested("c1", "ana", "queue", "Late", "stop"),
    TransferRequested("c1", "ana", "queue", "Late"),
    OfferAccepted("c1.3", "bo"),
    ContactHungUp("c1.3"),
    ContactArrived("c2", "in", customer_address="+12025550172"),
    OfferAccepted("c2", "ana"),
    TransferRequested("c2", "ana", "queue", "Late", "stop"),
    ContactHungUp("c2"),
)


def facts() -> list[Fact]:
    """c1 is transferred at the second attempt; c2's transfer fails. A second from one input to the next."""
    centre = Centre()
    told: list[Fact] = []
    for second, input in enumerate(STORY):
        told.extend(centre.handle(input, float(second)).facts)
    return told


def test_a_transfer_is_counted_out_of_one_queue_and_into_the_other() -> None:
    rows = MetricRows(DEFINITION)
    rows.feed(facts())
    rows.until(60.0)
    groups = {
        one.dimensions["QUEUE"]: one.values for one in metrics(rows, 0.0, 60.0, ["QUEUE"]) if one.dimensions
    }
    basic, late = groups["BasicQueue"], groups["Late"]
    assert (basic["CONTACTS_TRANSFERRED_OUT"], basic["CONTACTS_TRANSFERRED_IN"]) == (1, 0)
    assert (late["CONTACTS_TRANSFERRED_OUT"], late["CONTACTS_TRANSFERRED_IN"]) == (0, 1)
    assert basic["CONTACTS_TRANSFERRED_OUT_BY_AGENT"] == 1
    assert (basic["CONTACTS_HANDLED"], late["CONTACTS_HANDLED"]) == (2, 1)


def test_the_records_name_the_contact_in_which_the_customer_goes_on() -> None:
    contacts = Contacts(DEFINITION)
    contacts.feed(facts())
    records = {
        name: contact_trace_record(life, contacts.resources) for name, life in contacts.complete.items()
    }
    assert records["c1"]["NextContactId"] == "c1.3"
    assert records["c1"]["TransferCompletedTimestamp"] == records["c1"]["DisconnectTimestamp"]
    assert records["c1.3"]["PreviousContactId"] == "c1"
    assert records["c1.3"]["InitiationMethod"] == "TRANSFER"


def test_a_failed_transfer_leaves_no_trace_in_the_contact_it_came_from() -> None:
    contacts = Contacts(DEFINITION)
    contacts.feed(facts())
    record = contact_trace_record(contacts.complete["c2"], contacts.resources)
    assert record["NextContactId"] is None
    assert record["TransferCompletedTimestamp"] is None
    assert record["Agent"]["Username"] == "ana"


def test_board_and_summary_see_one_customer() -> None:
    board, summary = Board(["ana", "bo"]), Summary()
    board.feed(facts())
    summary.feed(facts())
    picture, figures = board.picture(60.0), summary.figures()
    assert (picture.contacts, picture.in_flow, picture.waiting) == (2, 0, ())
    assert (figures.contacts, figures.present, figures.not_queued) == (2, 0, 0)
    assert figures.agents["bo"].handled == 1
