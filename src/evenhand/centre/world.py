"""The centre as flows see it: what a block may ask, and the facts and effects of the turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evenhand.centre.contact import IN_FLOW, JOINING, OFFERED, PAUSED, PAUSED_AT_AGENT, WAITING, Contact
from evenhand.centre.directory import Directory
from evenhand.centre.steps import Steps
from evenhand.distributor.distributor import Distributor
from evenhand.distributor.hours import effective_hours, is_open, known_zone
from evenhand.distributor.queues import Queue
from evenhand.flow.compiled import Flow
from evenhand.flow.requests import CallbackRequest, TaskRequest, ThirdPartyRequest
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.definition import CentreDefinition
from evenhand.model.names import arn, seconds_text
from evenhand.model.units import CHANNELS, Channel
from evenhand.waits.recent import RecentWaits

__all__ = ["MOST_SEGMENTS", "CentreWorld"]

MOST_SEGMENTS = 12
"""Contacts in one chain: Amazon Connect allows eleven transfers from queue to queue. Without a limit, a queue
flow that moves at once into a queue with the same flow would never end."""


class CentreWorld(World):
    """One turn of the machine: `now`, and the facts and effects gathered so far."""

    def __init__(self, distributor: Distributor, recent: RecentWaits, recording: bool) -> None:
        super().__init__(recording)
        self.distributor = distributor
        self.recent = recent
        self.steps = Steps(self, distributor.criteria)
        self.definition = CentreDefinition()
        self.directory = Directory(self.definition)
        self.flows: dict[str, Flow] = {}
        self.has_default_hooks = False
        self.hold_previous: Callable[[str, str], str] = lambda contact_id, party: "nobody talks"
        self.hours = effective_hours(self.definition.hours)
        self.request_callback: Callable[[Contact, CallbackRequest], str] | None = None
        self.interrupt_agent: Callable[[Contact, str], str] | None = None
        self.resume_paused: Callable[[Contact], str] | None = None
        self.request_task: Callable[[Contact, TaskRequest], str] | None = None
        self.request_third_party: Callable[[Contact, ThirdPartyRequest], str] | None = None
        self.drop_third_party: Callable[[Contact, str], None] | None = None

    def define(self, definition: CentreDefinition, flows: dict[str, Flow]) -> None:
        """From now on names mean these resources."""
        self.definition = definition
        self.directory = Directory(definition)
        self.flows = flows
        self.has_default_hooks = bool(definition.default_hooks)
        self.hours = effective_hours(definition.hours)

    # --- names ----------------------------------------------------------------------------------------

    def find_queue(self, reference: str) -> str:
        return self.directory.queue(reference)

    def find_agent(self, reference: str) -> str:
        return self.directory.agent(reference)

    def find_flow(self, reference: str) -> str:
        return self.directory.flow(reference)

    def find_module(self, reference: str) -> str:
        name = self.directory.module(reference)
        return name if name in self.flows else ""

    def find_hours(self, reference: str) -> str:
        return self.directory.hours(reference)

    def find_function(self, reference: str) -> str:
        return self.directory.function(reference)

    # --- the flows of events --------------------------------------------------------------------------

    def hook_flow(self, contact: Contact, hook: str, *, default: bool = True) -> Flow | None:
        """The flow that runs at this event: the contact's own, else the centre's default, else none."""
        hooks = contact.hooks
        name = hooks.get(hook) if hooks is not None else None
        if name is None and default:
            name = self.definition.default_hooks.get(hook)
        return self.flows.get(name) if name else None

    def agent_facts(self, name: str) -> dict[str, str]:
        """What a flow may know of the agent who has its contact (`$.Agent.…`)."""
        known = self.directory.people.get(name)
        return {
            "UserName": name,
            "FirstName": known.first_name if known is not None else "",
            "LastName": known.last_name if known is not None else "",
            "ARN": arn(self.definition.instance_arn, "agent", name),
        }

    def hold_previous_of(self, session: Session, party: str) -> str:
        return self.hold_previous(session.previous_contact_id, party)

    # --- the working queue ----------------------------------------------------------------------------

    def set_working_queue(self, session: Session, queue: str, agent: str) -> None:
        session.target_queue, session.target_agent = queue, agent
        if agent:
            # An agent queue has no name of its own in Amazon Connect; its ARN ends in the agent's id.
            session.queue_name, session.queue_arn = "", self.directory.agent_queue_arns[agent]
            session.queue_caller_number = ""
        else:
            session.queue_name, session.queue_arn = queue, self.directory.queue_arns[queue]
            session.queue_caller_number = self.distributor.queues[queue].definition.outbound_caller_number

    def queue_refusal(self, session: Session) -> tuple[str, str]:
        if isinstance(session, Contact) and session.stage != IN_FLOW:
            paused = session.stage in (PAUSED, PAUSED_AT_AGENT)
            return "NoMatchingError", "the contact is " + ("paused" if paused else "already in a queue")
        if session.target_agent:
            return self._agent_queue_refusal(session.target_agent)
        queue = self.distributor.queues.get(session.target_queue)
        if queue is None:
            return "NoMatchingError", "no working queue is set"
        if queue.limit < 0 and queue.enabled:
            return "", ""
        moves = isinstance(session, Contact) and (session.callback is not None or session.handover != "")
        return self._full(queue, transfer=moves)

    def move_refusal(self, session: Session, queue: str, agent: str) -> tuple[str, str]:
        stage = session.stage if isinstance(session, Contact) else ""
        if stage in (OFFERED, JOINING):
            return (
                "NoMatchingError",
                "the contact is being offered to an agent and cannot leave the queue now",
            )
        if stage != WAITING:
            return "NoMatchingError", "the contact is not in a queue"
        if isinstance(session, Contact) and session.place + 1 >= MOST_SEGMENTS:
            return (
                "NoMatchingError",
                f"this is contact {session.place + 1} of its chain, and {MOST_SEGMENTS} is the most",
            )
        if agent:
            return self._agent_queue_refusal(agent)
        return self._full(self.distributor.queues[queue], transfer=True)

    def _full(self, queue: Queue, transfer: bool = False) -> tuple[str, str]:
        if not queue.enabled:
            return "NoMatchingError", f"{queue.name} is disabled and takes no new contacts"
        if queue.is_full(transfer):
            return "QueueAtCapacity", f"{queue.name} holds its {queue.definition.max_contacts} contacts"
        return "", ""

    def _agent_queue_refusal(self, name: str) -> tuple[str, str]:
        agent = self.distributor.agents.get(name)
        if agent is None or not self.find_agent(name):
            return "NoMatchingError", f"there is no agent {name!r}"
        limit = self.definition.agent_queue_limit
        if len(agent.own) >= limit:
            return "QueueAtCapacity", f"{name}'s own queue holds its {limit} contacts"
        return "", ""

    def routing_changed(self, session: Session) -> None:
        ticket = session.ticket if isinstance(session, Contact) else None
        if ticket is None:
            return
        waits = not ticket.offered_to
        if waits:
            self.distributor.unwait(ticket)
        ticket.priority = session.priority
        ticket.adjustment = session.age_adjustment + (
            session.kept_age if isinstance(session, Contact) else 0.0
        )
        if waits:
            self.distributor.wait(ticket, self.now)

    def call_back(self, session: Session, wanted: CallbackRequest) -> str:
        if not isinstance(session, Contact) or self.request_callback is None:
            return "nobody can be called back here"
        return self.request_callback(session, wanted)

    def interrupt(self, session: Session, agent: str) -> str:
        if not isinstance(session, Contact) or self.interrupt_agent is None:
            return "nobody can be interrupted here"
        return self.interrupt_agent(session, agent)

    def criteria_changed(self, session: Session) -> None:
        if isinstance(session, Contact):
            self.steps.replace(session)
            if session.stage == WAITING:
                # The flow goes on first; then, at this same instant, the contact asks anew.
                self.distributor.schedule(self.now, "seek", session.contact_id)

    def resume(self, session: Session) -> str:
        if not isinstance(session, Contact) or self.resume_paused is None:
            return "no task can be paused here"
        return self.resume_paused(session)

    def create_task(self, session: Session, wanted: TaskRequest) -> str:
        if not isinstance(session, Contact) or self.request_task is None:
            return "no task can be made here"
        return self.request_task(session, wanted)

    def call_third_party(self, session: Session, wanted: ThirdPartyRequest) -> str:
        if not isinstance(session, Contact) or self.request_third_party is None:
            return "nobody can be called from here"
        return self.request_third_party(session, wanted)

    def give_up_third_party(self, session: Session, reason: str) -> None:
        if isinstance(session, Contact) and session.third_party and self.drop_third_party is not None:
            self.drop_third_party(session, reason)

    # --- metrics --------------------------------------------------------------------------------------

    def metric(self, session: Session, metric: str, queue: str, agent: str) -> float | None:
        if not queue and not agent:
            queue, agent = session.target_queue, session.target_agent
        if metric.startswith("NumberOfAgents"):
            return self._count_agents(session, metric, queue, agent)
        standard = self.distributor.queues.get(queue)
        if standard is None:
            return None  # Agent queues have no metrics.
        if metric == "NumberOfContactsInQueue":
            return float(standard.held)
        if metric == "OldestContactInQueueAgeSeconds":
            oldest = standard.oldest()
            return self.now - oldest.since if oldest is not None else 0.0
        return None

    def _count_agents(self, session: Session, metric: str, queue: str, agent: str) -> float | None:
        agents, channel = self.distributor.agents, session.channel
        if agent:
            chosen = [agents[agent]] if agent in agents else None
        elif queue in self.distributor.queues:
            chosen = [agents[name] for name in self.distributor.queues[queue].agents]
        else:
            chosen = None
        if chosen is None:
            return None
        if metric == "NumberOfAgentsAvailable":
            if agent and isinstance(session, Contact):
                found = "available" if chosen[0].is_open(channel) else chosen[0].why_not(channel)
                # Each agent once, as they were found last: a flow may ask for hours.
                before = (one for one in session.walked if one[0] != agent)
                session.walked = (*before, (agent, found))
            return float(sum(one.is_open(channel) for one in chosen))
        if metric == "NumberOfAgentsStaffed":
            return float(sum(one.status_type == "ROUTABLE" for one in chosen))
        return float(sum(one.status_type != "OFFLINE" for one in chosen))

    def metrics(self, session: Session, queue: str, agent: str, channel: str) -> dict[str, Any] | None:
        if not queue and not agent:
            queue, agent = session.target_queue, session.target_agent
        standard = self.distributor.queues.get(queue)
        if standard is None or agent:
            return None
        # "Voice" and "VOICE" are the same channel; an unknown one counts as none.
        wanted = channel.upper()
        channels: tuple[Channel, ...] = (
            tuple(one for one in CHANNELS if one == wanted) if wanted else CHANNELS
        )
        oldest = standard.oldest()
        queue_tree: dict[str, Any] = {
            "Name": standard.name,
            "ARN": self.directory.queue_arns[standard.name],
            "Size": str(standard.count(channels)),
            "OldestContactAge": seconds_text(self.now - oldest.since) if oldest is not None else "0",
        }
        tree: dict[str, Any] = {"Queue": queue_tree, "Agents": self._agent_counts(standard, session.channel)}
        size = len(standard.lines[session.channel])
        self._tell_wait(queue_tree, standard, session.channel, size + 1)
        ticket = session.ticket if isinstance(session, Contact) else None
        if ticket is not None and ticket.queue == standard.name and not ticket.agent_queue:
            position = 1 if ticket.offered_to else standard.lines[ticket.channel].position(ticket)
            contact_tree: dict[str, Any] = {"PositionInQueue": str(position)}
            self._tell_wait(contact_tree, standard, session.channel, position)
            tree["Contact"] = contact_tree
        return tree

    def _tell_wait(self, tree: dict[str, Any], queue: Queue, channel: Channel, position: int) -> None:
        staffed = self._serving(queue)
        wait = self.recent.estimate(queue.name, position, staffed)
        if wait is not None:
            tree["EstimatedWaitTime"] = seconds_text(wait)

    def _serving(self, queue: Queue) -> int:
        agents = self.distributor.agents
        return sum(agents[name].status_type == "ROUTABLE" for name in queue.agents)

    def _agent_counts(self, queue: Queue, channel: Channel) -> dict[str, Any]:
        online = available = staffed = working = busy = missed = custom = 0
        for name in queue.agents:
            agent = self.distributor.agents[name]
            kind = agent.status_type
            online += kind != "OFFLINE"
            staffed += kind == "ROUTABLE"
            custom += kind == "CUSTOM"
            if not agent.slots:
                available += agent.is_open(channel)
                continue
            available += not agent.single_voice and agent.is_open(channel)
            states = {slot.state for slot in agent.slots.values()}
            working += "after_contact_work" in states
            busy += "talking" in states
            missed += "missed" in states
        counts = {
            "Online": online,
            "Available": available,
            "Staffed": staffed,
            "AfterContactWork": working,
            "Busy": busy,
            "Missed": missed,
            "NonProductive": custom,
        }
        return {name: {"Count": str(count)} for name, count in counts.items()}

    def is_open(self, session: Session, hours: str) -> bool | None:
        if not hours:
            queue = self.distributor.queues.get(session.target_queue)
            if queue is None or session.target_agent:
                return None
            hours = queue.definition.hours
            if not hours:
                return True  # A queue without hours of operation is always open.
        found = self.hours.get(hours)
        if found is None or not known_zone(found.time_zone):
            return None
        return is_open(found, self.now)
