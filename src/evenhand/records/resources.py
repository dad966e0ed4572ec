"""A definition's resources as Amazon Connect names them outside: ARNs, ids, and who serves what."""

from __future__ import annotations

from typing import Any

from evenhand.model.definition import AgentDefinition, CentreDefinition, RoutingProfile
from evenhand.model.names import arn, resource_id

__all__ = ["Resources"]


class Resources:
    """What records need to know of the definition that holds."""

    def __init__(self, definition: CentreDefinition) -> None:
        self.definition = definition
        self.instance = definition.instance_arn
        parts = [*definition.instance_arn.split(":"), "", "", "", "", ""]
        self.region, self.account = parts[3], parts[4]
        self.agents = {agent.name: agent for agent in definition.agents}
        self.profiles = {profile.name: profile for profile in definition.routing_profiles}
        self._status_types = {status.name: str(status.type) for status in definition.statuses}

    def agent(self, name: str) -> AgentDefinition:
        """The agent's definition; of one who is no longer in it only the name is known."""
        return self.agents.get(name) or AgentDefinition(name=name, routing_profile="")

    def profile_of(self, agent: str) -> RoutingProfile:
        """The agent's routing profile; an empty one where there is none."""
        name = self.agent(agent).routing_profile
        return self.profiles.get(name) or RoutingProfile(name=name, concurrency={})

    def status_type(self, status: str) -> str:
        """`ROUTABLE`, `OFFLINE` or `CUSTOM`."""
        if status in ("Available", "Offline"):
            return "ROUTABLE" if status == "Available" else "OFFLINE"
        return self._status_types.get(status, "CUSTOM")

    def has_after_contact_work(self, agent: str) -> bool:
        """Whether the agent's contacts are followed by after-contact work."""
        return self.agent(agent).after_contact_work is not None

    def contact_arn(self, contact_id: str) -> str:
        return f"{self.instance}/contact/{contact_id}"

    def agent_arn(self, name: str) -> str:
        return arn(self.instance, "agent", name)

    def status_arn(self, name: str) -> str:
        return arn(self.instance, "agent-state", name)

    def queue_arn(self, queue: str, agent_queue: str = "") -> str:
        """The ARN of a standard queue, or of an agent's own."""
        if queue:
            return arn(self.instance, "queue", queue)
        return arn(self.instance, "agent-queue", agent_queue)

    def queue_id(self, queue: str, agent_queue: str = "") -> str:
        """The id of a standard queue, or of an agent's own, which is the agent's."""
        return resource_id("queue", queue) if queue else resource_id("agent", agent_queue)

    def profile(self, name: str) -> dict[str, Any] | None:
        """A routing profile as records name it."""
        if not name:
            return None
        return {"ARN": arn(self.instance, "routing-profile", name), "Name": name}
