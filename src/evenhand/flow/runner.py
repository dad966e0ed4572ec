"""Runs a contact through its flow, block by block, until it has to wait or leaves the flow.

Every block that is left becomes one fact: which block, with which values, which branch, why, since when.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evenhand.flow.block import Block, Event
from evenhand.flow.compiled import Flow
from evenhand.flow.exits import (
    DISCONNECT,
    END,
    NEXT,
    Exit,
    Failed,
    Invoke,
    Leave,
    Next,
    Result,
    Return,
    Wait,
)
from evenhand.flow.module_calls import come_back, come_out, go_in, tell_result
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.facts import BlockExecuted, FlowFailed, ModuleInvoked

__all__ = ["MAXIMUM_STEPS", "answered", "enter_flow", "halt", "resume_flow"]

MAXIMUM_STEPS = 10_000
"""Blocks that one contact may run without waiting for anything, which is ten times what a Loop of a hundred
passes over ten blocks takes. More is a loop without a way out; it is given up in a fraction of a second."""

HEARD = frozenset(
    {
        "CheckOutboundCallStatus",
        "ConnectParticipantWithLexBot",
        "GetParticipantInput",
        "MessageParticipant",
        "MessageParticipantIteratively",
        "ShowView",
    }
)
"""Blocks that need somebody who answered; while nobody has, a flow stands still before them."""


def enter_flow(session: Session, flow: Flow, world: World, flows: Mapping[str, Flow]) -> Leave | None:
    """Start at the flow's first block. Answers how the flow was left, or None while the contact waits in it."""
    session.flow = flow.name
    session.flow_attributes = None
    session.loop_block = ""
    return _enter(session, flow, flow.start, world, flows)


def resume_flow(session: Session, event: Event, world: World, flows: Mapping[str, Flow]) -> Leave | None:
    """Something happened to a contact that waits in a flow: an answer, an alarm, a key."""
    flow = flows.get(session.flow)
    block = flow.blocks.get(session.block) if flow is not None else None
    if flow is None or block is None:
        why = "the definition no longer has this block"
        back = _given_up(session, world, flows, why) if session.calls else None
        if back is None:
            return _lost(session, world, why)
        return _go_on(session, back[0], back[1], _no_module(why), back[2], world, flows)
    exit_ = block.resume(session, world, session.values or block.constant, event)
    return _go_on(session, flow, block, exit_, session.values or block.constant, world, flows)


def answered(session: Session, world: World, flows: Mapping[str, Flow]) -> Leave | None:
    """Somebody listens now: a flow that stood before a block that is heard goes on with it."""
    session.unanswered = False
    flow = flows.get(session.flow)
    if flow is None:
        return _lost(session, world, "the definition no longer has this flow")
    return _enter(session, flow, session.block, world, flows)


def halt(session: Session) -> None:
    """The flow is over for this contact, wherever it stands (an agent answered, the customer left)."""
    if session.calls:
        come_out(session)
    session.flow = session.block = session.loop_block = ""
    session.pending = session.alarm = session.scratch = session.values = None
    session.queue_flow = False
    if session.hook:
        session.hook = ""


def _enter(
    session: Session, flow: Flow, identifier: str, world: World, flows: Mapping[str, Flow]
) -> Leave | None:
    block = flow.blocks.get(identifier)
    if block is None:
        return _lost(session, world, f"there is no block {identifier!r}")
    session.block = identifier
    session.entered = world.now
    values = block.constant if block.reader is None else block.reader(session)
    if session.unanswered and block.type in HEARD:
        return None
    exit_ = (
        block.run(session, world, values) if block.elsewhere is None else _run(block, session, world, values)
    )
    return _go_on(session, flow, block, exit_, values, world, flows)


def _run(block: Block, session: Session, world: World, values: dict[str, Any]) -> Exit:
    """Run a block that is not for every channel, or leave it as its row in the table of channels says."""
    elsewhere = block.elsewhere.get(session.channel) if block.elsewhere is not None else None
    return block.run(session, world, values) if elsewhere is None else elsewhere


def _go_on(
    session: Session,
    flow: Flow,
    block: Block,
    exit_: Exit,
    values: dict[str, Any],
    world: World,
    flows: Mapping[str, Flow],
) -> Leave | None:
    """From one block's exit to the next wait. The loop is flat, so a long flow needs no deep stack."""
    for _ in range(MAXIMUM_STEPS):
        if isinstance(exit_, Wait):
            session.values = None if block.reader is None else values
            return None
        session.pending = session.alarm = session.scratch = session.values = None
        target = ""
        if isinstance(exit_, Leave):
            if world.recording:
                _record(session, flow, block, values, exit_, "", "", world)
            if isinstance(exit_, Invoke):
                onto = flows.get(exit_.flow)
                if onto is None:
                    exit_ = Failed("NoMatchingError", f"the module {exit_.flow!r} cannot be run")
                    continue
                go_in(session, onto.name, exit_.given, None if block.reader is None else values)
                flow, target = onto, onto.start
            elif exit_.how == "flow":
                # Flow attributes live in one flow only.
                onto = flows.get(exit_.flow)
                if onto is None:
                    return _lost(
                        session, world, f"{block.id!r} leads to the flow {exit_.flow!r}, which is not there"
                    )
                flow = onto
                if session.calls:
                    come_out(session)
                session.flow, session.flow_attributes, session.loop_block = flow.name, None, ""
                target = flow.start
            elif exit_.how == "end" and session.loop_block and (session.queue_flow or session.hook):
                target = session.loop_block
            elif session.calls and isinstance(exit_, Return):
                back = _invoking(session, flows)
                if back is None:
                    return _lost(session, world, "the definition no longer has the block it came from")
                tell_result(session, exit_.result, exit_.data)
                flow, block, values = back
                exit_ = Result(exit_.result) if exit_.result else NEXT
                continue
            elif session.calls and exit_.how == "end" and (session.queue_flow or session.hook):
                outer = _outer_loop(session, flows)
                if outer is None:
                    return exit_
                flow, target = outer, session.loop_block
            else:
                return exit_
        else:
            target, branch = block.route(session, exit_)
            if world.recording:
                _record(session, flow, block, values, exit_, branch, target, world)
        next_block = flow.blocks.get(target)
        if next_block is None:
            why = _no_way_on(block, exit_, target)
            back = _given_up(session, world, flows, why) if session.calls else None
            if back is None:
                return _lost(session, world, why)
            flow, block, values = back
            exit_ = _no_module(why)
            continue
        block = next_block
        session.block = target
        session.entered = world.now
        values = block.constant if block.reader is None else block.reader(session)
        if session.unanswered and block.type in HEARD:
            return None
        exit_ = (
            block.run(session, world, values)
            if block.elsewhere is None
            else _run(block, session, world, values)
        )
    return _lost(session, world, f"{MAXIMUM_STEPS} blocks ran without waiting: a loop without a way out")


def _no_way_on(block: Block, exit_: Exit, target: str) -> str:
    if target:
        return f"{block.id!r} leads to {target!r}, which is not there"
    if isinstance(exit_, Failed):
        return f"{block.id!r} failed ({exit_.error}: {exit_.why}) and has no branch for it"
    return f"{block.id!r} has no NextAction"


def _invoking(session: Session, flows: Mapping[str, Flow]) -> tuple[Flow, Block, dict[str, Any]] | None:
    """Out of the module: the flow and block that invoked it, and that block's values; None when it is gone."""
    call = come_back(session)
    flow = flows.get(call.flow)
    block = flow.blocks.get(call.block) if flow is not None else None
    if flow is None or block is None:
        return None
    return flow, block, call.values if call.values is not None else block.constant


def _given_up(
    session: Session, world: World, flows: Mapping[str, Flow], why: str
) -> tuple[Flow, Block, dict[str, Any]] | None:
    """No way on in a module: the block that invoked it takes its error branch."""
    call = session.calls[-1]
    then = f"the error branch of {call.block!r} in {call.flow!r}"
    world.record(FlowFailed(world.now, session.contact_id, session.flow, session.block, why, then))
    return _invoking(session, flows)


def _no_module(why: str) -> Failed:
    return Failed("NoMatchingError", f"the module could not go on: {why}")


def _outer_loop(session: Session, flows: Mapping[str, Flow]) -> Flow | None:
    """End flow / Resume inside a module goes back to the Loop prompts that is farther out; None: there is none."""
    while session.calls and not session.loop_block:
        come_back(session)
    return flows.get(session.flow) if session.loop_block else None


_INSTEAD = {"OUTBOUND": "the call goes on", "TRANSFER": "the customer stays with the agent"}
"""What is done, by how a contact began, where no default queue is needed: somebody is with the customer."""


def _lost(session: Session, world: World, why: str) -> Leave:
    """No way on. The contact is never dropped for it: it goes to the default queue, or keeps its place."""
    session.pending = session.alarm = session.scratch = session.values = None
    then = _INSTEAD.get(session.initiation_method, "default queue")
    if session.initiation_method == "TRANSFER" and session.party == "customer":
        then = "default queue"
    if session.queue_flow:
        then = "keeps its place in the queue"
    if session.hook:
        then = f"{session.hook} ends"
    world.record(FlowFailed(world.now, session.contact_id, session.flow, session.block, why, then))
    return END if session.queue_flow or session.hook else LOST


LOST = Leave("enqueue", "default queue")
"""The flow could not go on: into the centre's default queue."""


def _record(
    session: Session,
    flow: Flow,
    block: Block,
    values: dict[str, Any],
    exit_: Exit,
    branch: str,
    target: str,
    world: World,
) -> None:
    if isinstance(exit_, Invoke):
        # The block is left, and executed, when the module comes back.
        world.record(
            ModuleInvoked(
                world.now, session.contact_id, flow.name, block.id, exit_.flow, values, session.logging
            )
        )
        return
    result = why = ""
    if isinstance(exit_, Result):
        result, why = exit_.value, exit_.why
    elif isinstance(exit_, Failed):
        result, why = exit_.error, exit_.why
    elif isinstance(exit_, Next):
        why = exit_.why
    elif exit_ is DISCONNECT:
        result = "disconnect"
    elif isinstance(exit_, Return):
        result, why = exit_.result, f"back to {session.calls[-1].flow!r}" if session.calls else ""
    world.record(
        BlockExecuted(
            world.now,
            session.contact_id,
            flow.name,
            block.id,
            block.action.type,
            values,
            branch,
            result,
            why,
            session.entered,
            target,
            session.logging,
            session.external if block.type == "InvokeLambdaFunction" else None,
        )
    )
