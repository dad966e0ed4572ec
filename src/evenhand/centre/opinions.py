"""Outside opinions about a contact that joins a queue: what the written rules of its policy say."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from evenhand.assessment.rules import CompiledRules
from evenhand.centre.contact import Contact
from evenhand.distributor.distributor import Distributor
from evenhand.distributor.line import Ticket
from evenhand.distributor.ranking import digest_of
from evenhand.model.definition import CentreDefinition
from evenhand.model.units import Instant

__all__ = ["Opinions"]


class Opinions:
    """The rule sets of the definition, compiled when it is taken."""

    def __init__(self, distributor: Distributor, schedule: Callable[[Instant, str, str], None]) -> None:
        self._distributor = distributor
        self._schedule = schedule
        self._sets: dict[str, CompiledRules] = {}

    def define(self, definition: CentreDefinition) -> None:
        """From now on these rules hold."""
        self._sets = {one.name: CompiledRules(one, digest_of(one)) for one in definition.rule_sets}

    def judge(self, contact: Contact, ticket: Ticket) -> None:
        """Give the ticket what the rules of its queue's policy say; nothing where there are none."""
        queue = ticket.line.queue
        rules = self._sets.get(queue.policy.rules) if queue is not None else None
        ticket.opinion = None
        if queue is None or rules is None:
            return
        facts = {
            "queue": queue.name,
            "channel": contact.channel,
            "customer": contact.customer_address,
            "system": contact.system_address,
            "language": contact.language,
            "priority": contact.priority,
            "own_agent": ticket.own_agent,
            "input": contact.stored_input or "",
        }
        external = contact.external if isinstance(contact.external, dict) else {}
        known = (self._distributor.agents[name] for name in queue.agents)
        agents = [agent.definition for agent in known if agent.serves(ticket.line) is not None]
        opinion = rules.judge(facts, contact.attributes, external, agents)
        if opinion.excluded and len(opinion.excluded) == len(agents):
            until = ticket.since + rules.rules.wait
            opinion = msgspec.structs.replace(opinion, until=until)
            self._schedule(until, "seek", contact.contact_id)
        ticket.opinion = opinion
