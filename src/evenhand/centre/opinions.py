"""Outside opinions about a contact that joins a queue: what the written rules of its policy say."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from evenhand.assessment.rules import CompiledRules, ContactView
from evenhand.centre.contact import Contact
from evenhand.centre.world import CentreWorld
from evenhand.distributor.distributor import Distributor
from evenhand.distributor.line import Ticket
from evenhand.distributor.queues import Queue
from evenhand.distributor.ranking import digest_of
from evenhand.model.definition import CentreDefinition
from evenhand.model.units import Instant

__all__ = ["Opinions"]


class Opinions:
    """The rule sets of the definition, compiled when it is taken."""

    def __init__(
        self, world: CentreWorld, distributor: Distributor, schedule: Callable[[Instant, str, str], None]
    ) -> None:
        self._world = world
        self._distributor = distributor
        self._schedule = schedule
        self._sets: dict[str, CompiledRules] = {}
        self.name_queues = False
        """Whether any rule sends contacts to other queues."""

    def define(self, definition: CentreDefinition) -> None:
        """From now on these rules hold."""
        self._sets = {one.name: CompiledRules(one, digest_of(one)) for one in definition.rule_sets}
        self.name_queues = any(one.names_queue for one in self._sets.values())

    def send(self, contact: Contact) -> str:
        """Set the contact's working queue to the one that the rules of its present one name. Answers why, or ''
        where they name none, or one that there is not, is closed to more contacts, or is this one."""
        queue = self._distributor.queues.get(contact.target_queue)
        rules = self._sets.get(queue.policy.rules) if queue is not None else None
        if queue is None or rules is None or not rules.names_queue or contact.target_agent:
            return ""
        wanted, rule = rules.name_queue(self._view(contact, queue, contact.own_agent))
        onto = self._distributor.queues.get(wanted)
        if onto is None or onto is queue or onto.is_full() or not onto.enabled:
            return ""
        self._world.set_working_queue(contact, wanted, "")
        return f"the rule {rule!r} of {rules.rules.name}, version {rules.rules.version}, sent it from {queue.name}"

    def judge(self, contact: Contact, ticket: Ticket) -> None:
        """Give the ticket what the rules of its queue's policy say; nothing where there are none."""
        queue = ticket.line.queue
        rules = self._sets.get(queue.policy.rules) if queue is not None else None
        ticket.opinion = None
        if queue is None or rules is None:
            return
        call_type, load = queue.policy.call_type, self._distributor.workloads.load
        known = (self._distributor.agents[name] for name in queue.agents)
        agents = [agent.definition for agent in known if agent.serves(ticket.line) is not None]
        view = self._view(contact, queue, ticket.own_agent)
        opinion = rules.judge(view, agents, lambda name: load(call_type, name))
        if opinion.excluded and len(opinion.excluded) == len(agents):
            until = ticket.since + rules.rules.wait
            opinion = msgspec.structs.replace(opinion, until=until)
            self._schedule(until, "seek", contact.contact_id)
        ticket.opinion = opinion

    def _view(self, contact: Contact, queue: Queue, own_agent: str) -> ContactView:
        world = self._world
        facts = {
            "queue": queue.name,
            "channel": contact.channel,
            "customer": contact.customer_address,
            "system": contact.system_address,
            "language": contact.language,
            "priority": contact.priority,
            "own_agent": own_agent,
            "input": contact.stored_input or "",
            "open": world.is_open(contact, queue.definition.hours) is not False,
        }
        external = contact.external if isinstance(contact.external, dict) else {}
        hours = {name: world.is_open(contact, name) is True for name in world.hours}
        return ContactView(facts, contact.attributes, external, hours)
