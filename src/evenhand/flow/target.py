"""Which queue a block means: `QueueId` or `AgentId` (an agent's own queue), else the working queue."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["named_target", "target_or_working_queue"]


def named_target(block: Block, world: World, values: dict[str, Any]) -> tuple[str, str, str]:
    """(queue, agent, problem): the one that is named, the other empty; a problem when there is not just one.

    A parameter that is there but came out empty is a problem, not an absent parameter: a flow that asks for
    the queue in an attribute must not get another one in silence.
    """
    by_queue, by_agent = "QueueId" in values, "AgentId" in values
    if by_queue and by_agent:
        return "", "", "both QueueId and AgentId are given; one of them is allowed"
    if by_queue:
        queue = block.find(world.find_queue, values, "QueueId")
        if queue:
            return queue, "", ""
        reference = text_of(values["QueueId"])
        # An agent's queue has an ARN among the queues: …/queue/agent/<id>.
        agent = world.find_agent(reference) if "/queue/agent/" in reference else ""
        return "", agent, "" if agent else _unknown(block, "queue", "QueueId", reference)
    if by_agent:
        agent = block.find(world.find_agent, values, "AgentId")
        problem = "" if agent else _unknown(block, "agent", "AgentId", text_of(values["AgentId"]))
        return "", agent, problem
    return "", "", "neither QueueId nor AgentId is given"


def target_or_working_queue(
    block: Block, session: Session, world: World, values: dict[str, Any]
) -> tuple[str, str, str]:
    """The same, where the contact's working queue stands in when neither is named."""
    if "QueueId" in values or "AgentId" in values:
        return named_target(block, world, values)
    if session.target_queue or session.target_agent:
        return session.target_queue, session.target_agent, ""
    return "", "", "no queue is named and the contact has no working queue"


def _unknown(block: Block, kind: str, field: str, reference: str) -> str:
    if not reference:
        written = block.action.parameters.get(field)
        return f"{field} is empty (it was read from {written!r})" if written else f"{field} is empty"
    shown = block.display_names.get(field)
    also = f", nor one named {shown!r} as its export shows" if shown else ""
    return f"there is no {kind} {reference!r} here{also}"
