"""Agents: what they do, and what they or their supervisors want."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import STAFF
from evenhand.adapters.web.routes import Call, Route
from evenhand.adapters.web.views.agents import AgentRow, agent_row
from evenhand.distributor.agents import Agent
from evenhand.model.inputs import StatusSet

__all__ = ["ROUTES", "the_agent"]


class WantedStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The status to take; while busy it becomes the next status. Whoever sets another's says why."""

    status: str
    reason: str = ""


def the_agent(call: Call) -> Agent:
    """The agent of the path. Raises the answers 404 and 403."""
    name = call.path["agent"]
    if call.who.role == "agent" and name != call.who.agent:
        raise ApiFault(403, "not_allowed", "an agent sees and moves nobody but themselves")
    agent = call.centre.host.centre.distributor.agents.get(name)
    if agent is None:
        raise ApiFault(404, "not_found", f"there is no agent {name!r}")
    if call.who.role == "supervisor" and not call.who.leads(name):
        raise ApiFault(403, "not_allowed", f"{name} is not in your team")
    return agent


async def get_agent(call: Call) -> AgentRow:
    """One agent as they are now."""
    return agent_row(call.centre.host.centre, the_agent(call), call.centre.now())


async def set_status(call: Call) -> AgentRow:
    """Set the status, or the next one."""
    agent, wanted = the_agent(call), call.body
    change = StatusSet(agent.name, wanted.status)
    if agent.name == call.who.agent:
        await call.centre.send(change)
    elif not wanted.reason.strip():
        raise ApiFault(422, "no_reason", "whoever moves another says why", where="reason")
    else:
        action = f"set the status of {agent.name} to {wanted.status}"
        await call.centre.override(call.who.name, action, wanted.reason, change, agent=agent.name)
    return await get_agent(call)


ROUTES = (
    Route(
        method="GET",
        path="/agents/{agent}",
        name="getAgent",
        tag="agents",
        summary="One agent as they are now",
        roles=STAFF,
        answer=AgentRow,
        handler=get_agent,
    ),
    Route(
        method="PUT",
        path="/agents/{agent}/status",
        name="setStatus",
        tag="agents",
        summary="Set an agent's status; while busy, the next one",
        roles=STAFF,
        body=WantedStatus,
        answer=AgentRow,
        handler=set_status,
    ),
)
