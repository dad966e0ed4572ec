"""A test call that goes on as another contact: the caller notices nothing of it."""

from __future__ import annotations

from evenhand.cli.call_session import CallSession
from evenhand.host.ports import Answer, ServiceAnswer
from evenhand.model.facts import ContactConnected, ContactInitiated
from evenhand.model.inputs import ContactArrived, StatusSet
from evenhand.simulation.people import Habits, People
from tests.stories.story import define

DEFINITION = """\
queue BasicQueue
queue Late
profile voice Late
agent ana voice status=Offline
flow in: hook onward | hook CustomerRemaining survey | queue BasicQueue | transfer
queue-flow onward: hook still | move Late | end
queue-flow still: loop Please hold. every 20
flow survey: say How was it? | end
flow back: queue Late | callback 30 60 3 | end
"""


def session(seed: int = 7, unreached: float = 0.0) -> CallSession:
    """A centre whose simulated agent answers."""
    people = People(seed=seed, habits=Habits(miss=0.0, reject=0.0, unreached=unreached))
    return CallSession(
        define(DEFINITION.splitlines()),
        people,
        lambda effect, now: Answer(False, reason="missing"),
        lambda effect: ServiceAnswer(False, reason="missing"),
        lambda seconds, kind, text: None,
        1_000.0,
    )


def test_a_caller_who_moves_to_another_queue_stays_on_the_line() -> None:
    """What they hear, the queue they wait in and their hanging up belong to the new contact."""
    call = session()
    call.begin(ContactArrived("c", "in", customer_address="+12025550100"))
    assert (call.contact_id, call.queue, call.ended) == ("c.2", "Late", "")
    assert "Please hold." in call.heard
    call.hang_up()
    assert call.ended == "CUSTOMER_DISCONNECT"
    assert not call.centre.contacts


def test_a_caller_hears_the_disconnect_flow_after_the_agent_left() -> None:
    """The agent hangs up; the survey is heard, then the call is over."""
    call = session()
    call.begin(ContactArrived("c", "in", customer_address="+12025550100"))
    call.run.tell(StatusSet("ana", "Available"))
    heard = []
    for _ in range(50):
        call.go_on()
        heard += call.heard
        if call.ended:
            break
    assert "How was it?" in heard
    assert (call.segments, call.ended) == (["c", "c.2", "c.3"], "CONTACT_FLOW_DISCONNECT")


def test_a_customer_is_called_back_until_they_answer() -> None:
    """The simulated customer does not answer every time; the agent talks to them in the end."""
    call = session(seed=3, unreached=0.5)
    connected: list[str] = []
    react = call.react

    def watch(outcome: object, now: float) -> object:
        connected.extend(one.contact_id for one in outcome.facts if isinstance(one, ContactConnected))  # type: ignore[attr-defined]
        return react(outcome, now)  # type: ignore[arg-type]

    call.react = watch  # type: ignore[assignment, method-assign]
    call.run.tell(StatusSet("ana", "Available"))
    call.begin(ContactArrived("c", "back", customer_address="+12025550100"))
    assert call.ended
    call.run.run(2_000.0)
    assert connected == ["c.2"]
    assert [one.contact_id for one in call.facts if isinstance(one, ContactInitiated)] == ["c"]
