"""Hold customer or agent: what a flow does to the contact from which its own one came."""

from __future__ import annotations

from evenhand.centre.centre import Centre
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.effects import Hold, LoopPrompts, Speak, StopPrompts
from evenhand.model.inputs import CentreDefined, ContactArrived, PromptEnded
from tests.centre.law_centre import block, flow_text


def _state(name: str, state: str, then: str) -> dict[str, object]:
    parameters = {"PreviousContactParticipantState": state}
    return block(
        name, "UpdatePreviousContactParticipantState", parameters, then, {"NoMatchingError": "alone"}
    )


_TALK = flow_text(
    block(
        "hook",
        "UpdateContactEventHooks",
        {"EventHooks": {"AgentHold": "for the agent"}},
        "go",
        {"NoMatchingError": "go"},
    ),
    block("go", "TransferContactToQueue", {}, "", {"QueueAtCapacity": "bye", "NoMatchingError": "bye"}),
    block("bye", "DisconnectParticipant"),
)
_CONSULT = flow_text(
    block("wait", "MessageParticipant", {"Text": "a moment"}, "hold", {"NoMatchingError": "alone"}),
    _state("hold", "AgentOnHold", "say"),
    block("say", "MessageParticipant", {"Text": "held"}, "back", {"NoMatchingError": "alone"}),
    _state("back", "OffHold", "over"),
    block("over", "MessageParticipant", {"Text": "over"}, "bye", {"NoMatchingError": "bye"}),
    block("alone", "MessageParticipant", {"Text": "alone"}, "bye", {"NoMatchingError": "bye"}),
    block("bye", "DisconnectParticipant"),
)
_MUSIC = flow_text(
    block("loop", "MessageParticipantIteratively", {"Messages": [{"Text": "You are on hold"}]}),
)


def _centre() -> Centre:
    centre = Centre()
    definition = CentreDefinition(
        default_queue="Basic",
        flows=(
            FlowDefinition(name="talk", content=_TALK),
            FlowDefinition(name="consult", type="AGENT_TRANSFER", content=_CONSULT),
            FlowDefinition(name="for the agent", type="AGENT_HOLD", content=_MUSIC),
        ),
        queues=(QueueDefinition(name="Basic"),),
        routing_profiles=(RoutingProfile(name="p", rows=(RoutingRow(queue="Basic"),)),),
        agents=(
            AgentDefinition(name="ana", routing_profile="p", auto_accept=True, initial_status="Available"),
        ),
    )
    centre.handle(CentreDefined(definition), 0.0)
    centre.handle(ContactArrived("first", "talk", "Basic"), 1.0)
    centre.handle(ContactArrived("second", "consult"), 2.0)
    return centre


def _go_on(centre: Centre) -> list[object]:
    pending = centre.contacts["second"].pending
    assert pending is not None
    return list(centre.handle(PromptEnded("second", pending.id), 3.0).effects)


def test_the_agent_of_the_previous_contact_hears_the_hold_flow() -> None:
    """AgentOnHold parts the agent and plays to them; OffHold stops it and joins them again."""
    centre = _centre()
    centre.contacts["second"].previous_contact_id = "first"
    part, music, said = _go_on(centre)
    assert isinstance(part, Hold)
    assert (part.contact_id, part.party, part.on) == ("first", "agent", True)
    assert isinstance(music, LoopPrompts)
    assert (music.contact_id, music.party) == ("first", "agent")
    assert isinstance(said, Speak)
    assert said.prompt.value == "held"
    silence, join, _ = _go_on(centre)
    assert isinstance(silence, StopPrompts)
    assert silence.party == "agent"
    assert isinstance(join, Hold)
    assert not join.on


def test_without_a_previous_contact_nobody_is_held() -> None:
    """The block takes its error branch."""
    (said,) = _go_on(_centre())
    assert isinstance(said, Speak)
    assert said.prompt.value == "alone"
