"""The names of a centre's resources, found by name, id or ARN."""

from __future__ import annotations

from collections.abc import Iterable

from evenhand.model.definition import CentreDefinition
from evenhand.model.names import Kind, arn, last_part, resource_id

__all__ = ["Directory"]


class Directory:
    """Answers a resource's name for any reference to it, or '' for one that is not here."""

    def __init__(self, definition: CentreDefinition) -> None:
        self._queues = _index("queue", ((queue.name, "") for queue in definition.queues))
        self._agents = _index("agent", ((agent.name, "") for agent in definition.agents))
        flows = [flow for flow in definition.flows if flow.type != "MODULE"]
        modules = [flow for flow in definition.flows if flow.type == "MODULE"]
        self._flows = _index("contact-flow", ((flow.name, flow.id) for flow in flows))
        self._modules = _index("flow-module", ((flow.name, flow.id) for flow in modules))
        self._hours = _index("operating-hours", ((hours.name, "") for hours in definition.hours))
        instance = definition.instance_arn
        self.people = {agent.name: agent for agent in definition.agents}
        self.queue_arns = {queue.name: arn(instance, "queue", queue.name) for queue in definition.queues}
        self.agent_queue_arns = {
            agent.name: arn(instance, "agent-queue", agent.name) for agent in definition.agents
        }
        self._functions: dict[str, str] = {}
        for function in definition.functions:
            self._functions[function.name] = function.name
            if function.arn:
                self._functions[function.arn] = function.name

    def queue(self, reference: str) -> str:
        return self._queues.get(reference) or self._queues.get(last_part(reference), "")

    def agent(self, reference: str) -> str:
        return self._agents.get(reference) or self._agents.get(last_part(reference), "")

    def flow(self, reference: str) -> str:
        return self._flows.get(reference) or self._flows.get(last_part(reference), "")

    def module(self, reference: str) -> str:
        """A module's name or id may have a version or an alias after a colon, here the same as none."""
        known = self._modules.get(reference) or self._modules.get(last_part(reference))
        return known or self._modules.get(last_part(reference).partition(":")[0], "")

    def hours(self, reference: str) -> str:
        return self._hours.get(reference) or self._hours.get(last_part(reference), "")

    def function(self, reference: str) -> str:
        """A function's ARN ends `…:function:NAME[:VERSION]`."""
        known = self._functions.get(reference)
        if known is None and ":function:" in reference:
            known = self._functions.get(reference.split(":function:", 1)[1].partition(":")[0])
        return known or ""


def _index(kind: Kind, names: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, id_ in names:
        found[name] = name
        found[id_ or resource_id(kind, name)] = name
    return found
