"""Calls to third parties over a crash, and what a flow may not ask for."""

from __future__ import annotations

from evenhand.centre.centre import Centre
from evenhand.centre.snapshot import read_state, restore, snapshot, write_state
from evenhand.model.effects import BridgeThirdParty, Dial
from evenhand.model.facts import BlockExecuted
from evenhand.model.inputs import CalleeAnswered, CentreDefined, ContactArrived, Tick
from tests.stories.story import define

DEFINITION = define(
    """
      queue BasicQueue
      profile voice BasicQueue
      agent ana voice
      flow courier: outside +12025550177 stay 60 | queue BasicQueue | transfer
    """.strip().splitlines()
)


def dialling() -> Centre:
    """A centre that was written down, and read again, while a third party is dialled."""
    centre = Centre()
    centre.handle(CentreDefined(DEFINITION), 0.0)
    centre.handle(ContactArrived("c", "courier", customer_address="+12025550100"), 10.0)
    return restore(read_state(write_state(snapshot(centre))))


def test_the_call_is_made_again_after_a_crash_under_the_same_id() -> None:
    (dial,) = dialling().outstanding()
    assert isinstance(dial, Dial)
    assert (dial.id, dial.contact_id, dial.number, dial.agent) == ("c.2/dial", "c.2", "+12025550177", "")
    assert dial.caller_number == "+12025550100"


def test_an_answer_after_a_crash_joins_both_and_nothing_is_awaited_any_more() -> None:
    centre = dialling()
    (joined,) = centre.handle(CalleeAnswered("c.2", "c.2/dial"), 20.0).effects
    assert joined == BridgeThirdParty("c.2/bridge", "c.2", "c", "")
    assert centre.outstanding() == []


def test_the_time_limit_holds_over_a_crash() -> None:
    """Sixty seconds from when the block began, not from the restart."""
    centre = dialling()
    assert centre.wake_at() == 70.0
    facts = centre.handle(Tick(), 70.0).facts
    assert next(fact.branch for fact in facts if isinstance(fact, BlockExecuted)) == (
        "ConnectionTimeLimitExceeded"
    )
    assert "c.2" not in centre.contacts
