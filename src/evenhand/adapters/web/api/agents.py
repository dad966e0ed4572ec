"""Agents: how they stand, their status, the calls they make and what they pick themselves.

What they do with the contacts they have is in `desk.py`.
"""

from __future__ import annotations

import uuid

import msgspec

from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import STAFF
from evenhand.adapters.web.routes import Call, Route
from evenhand.adapters.web.views.agents import AgentRow, agent_row
from evenhand.adapters.web.views.people_views import FLAG
from evenhand.distributor.agents import Agent
from evenhand.errors import IllegalInput
from evenhand.model.inputs import ContactAssigned, Input, OutboundRequested, StatusSet
from evenhand.model.units import Channel, Instant
from evenhand.records.story import masked

__all__ = ["ROUTES", "act", "the_agent"]


class WantedStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The status to take; while busy it becomes the next status. Whoever sets another's says why."""

    status: str
    reason: str = ""


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why: needed from whoever acts for another."""

    reason: str = ""


class WantedCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call. `queue` is the one that the call counts for (empty: the profile's default outbound queue)."""

    number: str
    queue: str = ""
    reason: str = ""


class Pick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The contact that the agent takes from a worklist."""

    contact_id: str
    reason: str = ""


class Doubt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with the agent's offline load."""

    what: str


class CallBegun(msgspec.Struct, frozen=True, rename="camel"):
    """The contact that the call is."""

    contact_id: str


class WorklistRow(msgspec.Struct, frozen=True, rename="camel"):
    """A contact that the agent may pick."""

    contact_id: str
    channel: Channel
    queue: str
    customer: str
    since: Instant


class Agents(msgspec.Struct, frozen=True):
    agents: tuple[AgentRow, ...]


class Worklist(msgspec.Struct, frozen=True):
    contacts: tuple[WorklistRow, ...]


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


async def act(call: Call, agent: Agent, action: str, *inputs: Input, contact_id: str = "") -> None:
    """Do it: as the agent themselves, or as whoever leads them, who says why."""
    if agent.name == call.who.agent:
        await call.centre.send(*inputs)
        return
    reason = getattr(call.body, "reason", "")
    if not reason.strip():
        raise ApiFault(422, "no_reason", "whoever moves another says why", where="reason")
    await call.centre.override(
        call.who.name, action, reason, *inputs, contact_id=contact_id, agent=agent.name
    )


async def list_agents(call: Call) -> Agents:
    """Everybody whom the asker may see."""
    centre, who = call.centre.host.centre, call.who
    seen = [one for one in centre.distributor.agents.values() if who.leads(one.name) or one.name == who.agent]
    return Agents(tuple(agent_row(centre, one, call.centre.now()) for one in seen))


async def get_agent(call: Call) -> AgentRow:
    """One agent as they are now."""
    return agent_row(call.centre.host.centre, the_agent(call), call.centre.now())


async def set_status(call: Call) -> AgentRow:
    """Set the status, or the next one."""
    agent, wanted = the_agent(call), call.body
    await act(
        call,
        agent,
        f"set the status of {agent.name} to {wanted.status}",
        StatusSet(agent.name, wanted.status),
    )
    return await get_agent(call)


async def keep_status(call: Call) -> AgentRow:
    """Take the next status back: the agent stays as they are."""
    agent = the_agent(call)
    if not agent.next_status:
        raise IllegalInput(f"{agent.name} has no next status to take back")
    await act(call, agent, f"took back the next status of {agent.name}", StatusSet(agent.name, agent.status))
    return await get_agent(call)


async def call_out(call: Call) -> CallBegun:
    """The agent calls somebody."""
    agent, wanted = the_agent(call), call.body
    number = wanted.number.strip()
    if not 2 <= len(number) <= 64:
        raise ApiFault(422, "invalid", "a number has 2 to 64 characters", where="number")
    contact_id = str(uuid.uuid4())
    request = OutboundRequested(contact_id, agent.name, number, wanted.queue)
    await act(call, agent, f"let {agent.name} call {masked(number)}", request, contact_id=contact_id)
    return CallBegun(contact_id)


async def worklist(call: Call) -> Worklist:
    """What the agent may pick: all that waits in the queues that are theirs to pick from."""
    agent, contacts = the_agent(call), call.centre.host.centre.contacts
    rows = []
    for line in agent.worklists:
        for ticket in line.waiting():
            customer = masked(contacts[ticket.contact_id].customer_address)
            rows.append(WorklistRow(ticket.contact_id, ticket.channel, ticket.queue, customer, ticket.since))
    return Worklist(tuple(rows[:500]))


async def pick(call: Call) -> AgentRow:
    """The agent takes a contact from a worklist of theirs."""
    agent, wanted = the_agent(call), call.body
    contact = call.centre.host.centre.contacts.get(wanted.contact_id)
    if contact is None or contact.ticket is None or contact.ticket.line not in agent.worklists:
        raise IllegalInput(
            f"{wanted.contact_id} does not wait in a worklist of {agent.name}",
            way_out="somebody may have taken it: look at the list again",
        )
    assigned = ContactAssigned(wanted.contact_id, agent.name)
    action = f"gave {wanted.contact_id} from the worklist to {agent.name}"
    await act(call, agent, action, assigned, contact_id=wanted.contact_id)
    return await get_agent(call)


async def doubt_load(call: Call) -> None:
    """The agent says that their offline load is wrong. It changes nothing and is written into the journal."""
    agent, what = the_agent(call), call.body.what.strip()
    if not 1 <= len(what) <= 500:
        raise ApiFault(422, "invalid", "say in 1 to 500 characters what is wrong", where="what")
    shown = agent_row(call.centre.host.centre, agent, call.centre.now()).loads
    told = ", ".join(f"{one.call_type} {one.work:g} of {one.source}" for one in shown) or "none is known"
    await call.centre.override(call.who.name, f"{FLAG} ({told})", what, agent=agent.name)


ROUTES = (
    Route(
        method="GET",
        path="/agents",
        name="listAgents",
        tag="agents",
        summary="The agents whom the asker may see",
        roles=STAFF,
        answer=Agents,
        handler=list_agents,
    ),
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
    Route(
        method="POST",
        path="/agents/{agent}/keep-status",
        name="keepStatus",
        tag="agents",
        summary="Take the next status back",
        roles=STAFF,
        body=Reason,
        answer=AgentRow,
        handler=keep_status,
    ),
    Route(
        method="POST",
        path="/agents/{agent}/calls",
        name="callOut",
        tag="agents",
        summary="The agent calls a number",
        roles=STAFF,
        body=WantedCall,
        answer=CallBegun,
        status=201,
        creates=True,
        handler=call_out,
    ),
    Route(
        method="GET",
        path="/agents/{agent}/worklist",
        name="getWorklist",
        tag="agents",
        summary="The contacts that the agent may pick",
        roles=STAFF,
        answer=Worklist,
        handler=worklist,
    ),
    Route(
        method="POST",
        path="/agents/{agent}/picks",
        name="pickContact",
        tag="agents",
        summary="The agent takes a contact from a worklist",
        roles=STAFF,
        body=Pick,
        answer=AgentRow,
        handler=pick,
    ),
    Route(
        method="POST",
        path="/agents/{agent}/doubts",
        name="doubtLoad",
        tag="agents",
        summary="Say that an agent's offline load is wrong",
        roles=STAFF,
        body=Doubt,
        status=204,
        handler=doubt_load,
    ),
)
