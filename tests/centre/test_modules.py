"""Modules in a whole centre: what happens to a contact inside of one."""

from __future__ import annotations

from typing import Any

from evenhand.centre.centre import Centre
from evenhand.centre.snapshot import read_state, restore, snapshot, write_state
from evenhand.model.definition import CentreDefinition, FlowDefinition, QueueDefinition
from evenhand.model.effects import LoopPrompts, Speak
from evenhand.model.facts import BlockExecuted, ContactQueued, Fact, FlowFailed
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    FunctionAnswered,
    Input,
    PromptEnded,
    Tick,
)
from tests.centre.law_centre import block, flow_text

BASIC = block(
    "basic",
    "UpdateContactTargetQueue",
    {"QueueId": "BasicQueue"},
    "transfer",
    {"NoMatchingError": "transfer"},
)
TRANSFER = block(
    "transfer", "TransferContactToQueue", {}, "", {"QueueAtCapacity": "bye", "NoMatchingError": "bye"}
)
BYE = block("bye", "DisconnectParticipant")
BACK = block("back", "EndFlowModuleExecution")


def invoke(module: str, then: str = "after", name: str = "invoke") -> dict[str, Any]:
    return block(name, "InvokeFlowModule", {"FlowModuleId": module}, then, {"NoMatchingError": "basic"})


def say(text: str, name: str = "say", then: str = "back") -> dict[str, Any]:
    return block(name, "MessageParticipant", {"Text": text}, then, {"NoMatchingError": then})


class Stage:
    """A centre of these flows, in which each input is given to the machine and to a copy of it."""

    def __init__(self, **flows: tuple[str, list[dict[str, Any]]]) -> None:
        self.centre = Centre()
        self.facts: list[Fact] = []
        self.tell(CentreDefined(self.definition(**flows)), 0.0)

    @staticmethod
    def definition(**flows: tuple[str, list[dict[str, Any]]]) -> CentreDefinition:
        return CentreDefinition(
            queues=(QueueDefinition(name="BasicQueue"),),
            flows=tuple(
                FlowDefinition(name=name, type=type_, content=flow_text(*blocks))
                for name, (type_, blocks) in flows.items()
            ),
        )

    def tell(self, input: Input, now: float) -> tuple[Any, ...]:
        copy = restore(read_state(write_state(snapshot(self.centre))))
        outcome = self.centre.handle(input, now)
        assert copy.handle(input, now) == outcome
        self.facts += outcome.facts
        return outcome.effects

    def waited_for(self, contact_id: str = "c") -> str:
        pending = self.centre.contacts[contact_id].pending
        assert pending is not None
        return pending.id

    def executed(self) -> list[str]:
        return [f"{one.flow}.{one.block}" for one in self.facts if isinstance(one, BlockExecuted)]


def test_a_contact_waits_in_a_module_and_comes_back_after_a_crash() -> None:
    """Whatever it waits for inside, a copy of the machine goes on in the same way (each step is tried on one)."""
    function = block(
        "ask", "InvokeLambdaFunction", {"LambdaFunctionARN": "f"}, "say", {"NoMatchingError": "back"}
    )
    stage = Stage(
        main=("CONTACT_FLOW", [invoke("ask"), say("$.External.a", "after", "bye"), BASIC, TRANSFER, BYE]),
        ask=("MODULE", [function, say("$.External.a"), BACK]),
    )
    stage.tell(ContactArrived("c", "main"), 1.0)
    (spoken,) = stage.tell(FunctionAnswered("c", stage.waited_for(), '{"a": "inside"}'), 2.0)
    assert spoken.prompt.value == "inside"
    stage.tell(PromptEnded("c", stage.waited_for()), 3.0)
    # What the function answered inside is not there outside: nothing to say, and no way to say so.
    assert stage.executed() == ["ask.ask", "ask.say", "ask.back", "main.invoke", "main.after", "main.bye"]
    took = next(one for one in stage.facts if isinstance(one, BlockExecuted) and one.block == "invoke")
    assert (took.started, took.at) == (1.0, 3.0)


def test_after_a_transfer_inside_the_queue_flow_has_what_the_flow_had() -> None:
    """What the module's function answered is gone with the module; what the flow's answered is there."""
    outer = block(
        "ask", "InvokeLambdaFunction", {"LambdaFunctionARN": "f"}, "hook", {"NoMatchingError": "hook"}
    )
    hook = block(
        "hook",
        "UpdateContactEventHooks",
        {"EventHooks": {"CustomerQueue": "wait"}},
        "invoke",
        {"NoMatchingError": "invoke"},
    )
    inner = block(
        "ask", "InvokeLambdaFunction", {"LambdaFunctionARN": "g"}, "basic", {"NoMatchingError": "basic"}
    )
    stage = Stage(
        main=("CONTACT_FLOW", [outer, hook, invoke("into"), BASIC, TRANSFER, BYE]),
        into=("MODULE", [inner, BASIC, TRANSFER, BYE]),
        wait=("CUSTOMER_QUEUE", [say("$.External.a", then="end"), block("end", "EndFlowExecution")]),
    )
    stage.tell(ContactArrived("c", "main"), 1.0)
    stage.tell(FunctionAnswered("c", stage.waited_for(), '{"a": "outside"}'), 1.0)
    (spoken,) = stage.tell(FunctionAnswered("c", stage.waited_for(), '{"a": "inside"}'), 1.0)
    assert isinstance(spoken, Speak)
    assert spoken.prompt.value == "outside"
    assert stage.centre.contacts["c"].calls == ()


def test_a_loop_inside_of_a_module_is_where_end_flow_inside_goes_back_to() -> None:
    """The music of the module plays on there; when the module returns, the flow's own music is the loop again."""
    music = {"Messages": [{"Text": "outside"}], "InterruptFrequencySeconds": "10"}
    inner = {"Messages": [{"Text": "inside"}], "InterruptFrequencySeconds": "10"}
    queue = [
        block("music", "MessageParticipantIteratively", music, "", {}, {"MessagesInterrupted": "invoke"}),
        invoke("wait", "end"),
        BASIC,
        TRANSFER,
        block("end", "EndFlowExecution"),
        BYE,
    ]
    module = [
        block("music", "MessageParticipantIteratively", inner, "", {}, {"MessagesInterrupted": "count"}),
        block("count", "Loop", {"LoopCount": "1"}, "", {}, {"ContinueLooping": "end", "DoneLooping": "back"}),
        block("end", "EndFlowExecution"),
        BACK,
    ]
    hook = block(
        "hook",
        "UpdateContactEventHooks",
        {"EventHooks": {"CustomerQueue": "queue"}},
        "basic",
        {"NoMatchingError": "basic"},
    )
    stage = Stage(
        main=("CONTACT_FLOW", [hook, BASIC, TRANSFER, BYE]),
        queue=("CUSTOMER_QUEUE", queue),
        wait=("MODULE", module),
    )
    heard = list(stage.tell(ContactArrived("c", "main"), 1.0))
    for at in (11.0, 21.0, 31.0, 41.0):
        heard += stage.tell(Tick(), at)
    played = [one.prompts[0].value for one in heard if isinstance(one, LoopPrompts)]
    assert played == ["outside", "inside", "inside", "outside", "inside"]


def test_a_module_that_is_gone_while_somebody_waits_in_it_is_an_error_of_the_block() -> None:
    """The definition changed under the contact; the flow that invoked the module goes on by its error branch."""
    main = [invoke("ask"), say("after", "after", "bye"), BASIC, TRANSFER, BYE]
    stage = Stage(main=("CONTACT_FLOW", main), ask=("MODULE", [say("Yes?"), BACK]))
    stage.tell(ContactArrived("c", "main"), 1.0)
    awaited = stage.waited_for()
    stage.tell(CentreDefined(stage.definition(main=("CONTACT_FLOW", main))), 2.0)
    stage.tell(PromptEnded("c", awaited), 3.0)
    (failed,) = [one for one in stage.facts if isinstance(one, FlowFailed)]
    assert (failed.flow, failed.then) == ("ask", "the error branch of 'invoke' in 'main'")
    assert stage.executed() == ["main.invoke", "main.basic", "main.transfer"]
    assert any(isinstance(one, ContactQueued) for one in stage.facts)


def test_a_flow_that_is_gone_while_its_module_runs_leaves_the_contact_to_the_default_queue() -> None:
    """There is nothing to go back to, and nobody is lost."""
    module = ("MODULE", [say("Yes?"), BACK])
    stage = Stage(main=("CONTACT_FLOW", [invoke("ask"), BASIC, TRANSFER, BYE]), ask=module)
    stage.tell(ContactArrived("c", "main"), 1.0)
    awaited = stage.waited_for()
    stage.tell(CentreDefined(stage.definition(ask=module)), 2.0)
    stage.tell(PromptEnded("c", awaited), 3.0)
    assert [one.queue for one in stage.facts if isinstance(one, ContactQueued)] == ["BasicQueue"]
    assert stage.centre.contacts["c"].calls == ()


def test_a_module_that_goes_round_for_ever_is_given_up() -> None:
    """The steps of modules count as any others: two that lead to each other through a flow end."""
    stage = Stage(
        main=("CONTACT_FLOW", [invoke("quick", "invoke"), BASIC, TRANSFER, BYE]),
        quick=("MODULE", [BACK]),
    )
    stage.tell(ContactArrived("c", "main"), 1.0)
    (failed,) = [one for one in stage.facts if isinstance(one, FlowFailed)]
    assert "a loop without a way out" in failed.why
    assert stage.centre.contacts["c"].stage == "waiting"
