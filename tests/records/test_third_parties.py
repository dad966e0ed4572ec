"""Third parties, as records, events, boards and summaries see them."""

from __future__ import annotations

from typing import Any

from evenhand.centre.centre import Centre
from evenhand.model.facts import Fact
from evenhand.model.inputs import (
    CalleeAnswered,
    CentreDefined,
    ContactArrived,
    ContactHungUp,
    HoldSet,
    OfferAccepted,
    TransferRequested,
)
from evenhand.records.board import Board
from evenhand.records.contact_events import ContactEvents
from evenhand.records.contact_life import Contacts
from evenhand.records.contact_record import contact_trace_record
from evenhand.records.metric_rows import MetricRows
from evenhand.records.story import sentence
from evenhand.records.summary import Summary
from tests.stories.story import define

DEFINITION = define(
    """
      queue BasicQueue
      profile voice BasicQueue
      agent ana voice acw=none
      flow in: queue BasicQueue | transfer
      flow courier: outside +12025550177 stay 60 | bye
      flow away: outside +12025550177 leave | bye
    """.strip().splitlines()
)
TALK = (
    ContactArrived("c", "in", customer_address="+12025550100", system_address="+12025550199"),
    OfferAccepted("c", "ana"),
    TransferRequested("c", "ana", "number", "+12025550188"),
    CalleeAnswered("c.2", "c.2/dial"),
)
CONSULTED = (*TALK, ContactHungUp("c.2", "third_party"), HoldSet("c", "ana", False), ContactHungUp("c"))
JOINED = (
    *TALK,
    HoldSet("c", "ana", False),
    HoldSet("c.2", "ana", True),
    HoldSet("c.2", "ana", False),
    ContactHungUp("c.2", "third_party"),
    ContactHungUp("c"),
)
LEFT = (*TALK, ContactHungUp("c", "agent"), ContactHungUp("c.2"))


def facts(*inputs: Any) -> list[Fact]:
    """What came of these, ten seconds from one to the next."""
    centre = Centre()
    told: list[Fact] = []
    for number, input in enumerate((CentreDefined(DEFINITION), *inputs)):
        told.extend(centre.handle(input, 10.0 * number).facts)
    return told


def records(*inputs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The records of the contact, and of the call to the third party."""
    contacts = Contacts(DEFINITION)
    contacts.feed(facts(*inputs))
    made = [contact_trace_record(contacts.complete[name], contacts.resources) for name in ("c", "c.2")]
    return made[0], made[1]


def test_a_third_party_who_was_only_asked_talked_with_no_customer() -> None:
    """Amazon Connect's way to know a consult: the customer's hold is longer than the third party's part."""
    contact, call = records(*CONSULTED)
    assert call["InitiationMethod"] == "EXTERNAL_OUTBOUND"
    assert (call["PreviousContactId"], call["InitialContactId"]) == ("c", "c")
    assert (contact["NextContactId"], contact["TransferCompletedTimestamp"]) == ("c.2", None)
    assert (call["Agent"], call["DisconnectReason"]) == (None, "THIRD_PARTY_DISCONNECT")
    assert call["ExternalThirdParty"] == {"ExternalThirdPartyInteractionDuration": 0}
    assert call["CustomerEndpoint"]["Address"] == "+12025550188"
    assert call["ConnectedToSystemTimestamp"] == "1970-01-01T00:00:40Z"
    assert contact["Agent"]["CustomerHoldDuration"] == 30
    assert contact["ExternalThirdParty"] is None


def test_a_third_party_who_was_joined_talked_without_both_holds() -> None:
    _, call = records(*JOINED)
    assert call["ExternalThirdParty"] == {"ExternalThirdPartyInteractionDuration": 20}


def test_the_agent_who_leaves_has_transferred_the_customer() -> None:
    contact, call = records(*LEFT)
    assert contact["TransferCompletedTimestamp"] == "1970-01-01T00:00:50Z"
    assert contact["TransferredToEndpoint"] == {"Address": "+12025550188", "Type": "TELEPHONE_NUMBER"}
    assert (contact["NextContactId"], contact["DisconnectReason"]) == ("c.2", "AGENT_DISCONNECT")
    assert call["ExternalThirdParty"] == {"ExternalThirdPartyInteractionDuration": 10}
    assert call["DisconnectReason"] == "CUSTOMER_DISCONNECT"
    rows = MetricRows(DEFINITION)
    for fact in facts(*LEFT):
        rows.feed([fact])
    assert [row.transferred_by_agent for row in rows.contacts] == [True, False]


def test_a_flow_transfers_when_the_third_party_answers() -> None:
    arrival = ContactArrived("c", "away", customer_address="+12025550100")
    contact, call = records(arrival, CalleeAnswered("c.2", "c.2/dial"), ContactHungUp("c.2", "third_party"))
    assert contact["TransferCompletedTimestamp"] == "1970-01-01T00:00:20Z"
    assert contact["TransferredToEndpoint"]["Address"] == "+12025550177"
    assert contact["DisconnectReason"] == call["DisconnectReason"] == "THIRD_PARTY_DISCONNECT"
    assert call["SystemEndpoint"]["Address"] == "+12025550100"


def test_the_events_say_when_the_third_party_was_reached() -> None:
    kinds = [
        (event["detail"]["contactId"], event["detail"]["eventType"])
        for event in ContactEvents(DEFINITION).feed(facts(*LEFT))
        if event["detail"]["contactId"] == "c.2"
    ]
    assert kinds == [
        ("c.2", "INITIATED"),
        ("c.2", "CONNECTED_TO_SYSTEM"),
        ("c.2", "DISCONNECTED"),
        ("c.2", "COMPLETED"),
    ]


def test_a_third_party_is_no_customer_of_board_and_summary() -> None:
    board, summary = Board(["ana"]), Summary()
    for fact in facts(*JOINED[:-2]):
        board.feed([fact])
        summary.feed([fact])
    assert board.picture(80.0).agents[0].activity == "on contact"
    assert (summary.figures().contacts, summary.figures().present) == (1, 1)


def test_the_story_hides_the_number_and_says_who_called() -> None:
    said = [sentence(fact) for fact in facts(*LEFT)]
    assert "ana calls a third party, …0188, as c.2" in said
    assert "the third party answers and talks with ana" in said
    assert "is the call to a third party, …0188, for c" in said
