"""Who is there: agents' statuses, and the next status of those who are busy."""

from __future__ import annotations

from evenhand.assessment.workload import Workload
from evenhand.centre.world import CentreWorld
from evenhand.distributor.agents import Agent
from evenhand.distributor.distributor import Distributor
from evenhand.errors import IllegalInput
from evenhand.model.facts import NextStatusSet, StatusChanged

__all__ = ["Presence"]


class Presence:
    """The moves of agents between statuses."""

    def __init__(self, world: CentreWorld, distributor: Distributor, workload: Workload) -> None:
        self.world = world
        self.distributor = distributor
        self.workload = workload

    def set_status(self, name: str, status: str) -> Agent:
        """The agent chose a status; while a slot is taken it becomes the next status. Answers the agent."""
        agent = self.distributor.agents.get(name)
        if agent is None:
            raise IllegalInput(f"there is no agent {name!r}")
        if status not in self.distributor.status_types:
            known = ", ".join(sorted(self.distributor.status_types))
            raise IllegalInput(f"there is no status {status!r}", way_out=f"choose one of: {known}")
        if agent.slots:
            # Choosing the present status again takes a pending next one back.
            agent.next_status = "" if status == agent.status else status
            self.distributor.refresh(agent)
            self.world.record(NextStatusSet(self.world.now, name, agent.next_status))
        elif status != agent.status:
            self._change_status(agent, status)
        return agent

    def apply_next_status(self, agent: Agent) -> None:
        """The agent's slots may be clear: if they are, what was chosen meanwhile holds from now on."""
        if agent.next_status and not agent.slots:
            self._change_status(agent, agent.next_status)

    def _change_status(self, agent: Agent, status: str) -> None:
        world, before, was_offline = self.world, agent.status, agent.status_type == "OFFLINE"
        absent = world.now - agent.status_since
        first = agent.order == 0
        self.distributor.set_status(agent, status, world.now)
        world.record(StatusChanged(world.now, agent.name, status, before))
        if was_offline and not first and agent.status_type == "ROUTABLE":
            agents = self.distributor.agents.values()
            peers = [one.name for one in agents if one is not agent and one.status_type == "ROUTABLE"]
            self.workload.welcome(agent.name, absent, peers, world.now)
