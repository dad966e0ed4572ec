"""Between accept and talk: the whispers. The agent hears theirs while the customer still holds the place in the
queue, then the customer hears theirs, then both are joined.

Only a contact for which there is a whisper comes here; every other one is joined at once. Sources:
administrator guide, "How flows are initiated" and "Set whisper flow"; decision 024.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenhand.centre.contact import Contact
from evenhand.flow.compiled import Flow
from evenhand.flow.exits import Leave
from evenhand.flow.runner import enter_flow, halt
from evenhand.model.effects import StopPrompts
from evenhand.model.facts import WhisperEnded, WhisperStarted
from evenhand.model.units import Seconds

if TYPE_CHECKING:
    from evenhand.centre.routing import Routing

__all__ = ["WHISPERS", "WHISPER_LIMIT", "Joining"]

WHISPERS: Final = ("AgentWhisper", "CustomerWhisper")
"""In this order."""

WHISPER_LIMIT: Final[Seconds] = 120.0
"""How long each of them may take."""


class Joining:
    """The moves of contacts that an agent has accepted and does not talk to yet."""

    def __init__(self, routing: Routing) -> None:
        self.routing = routing
        self.world = routing.world

    def begin(self, contact: Contact) -> bool:
        """Begin the first whisper of a contact that was just accepted. False: there is none to run."""
        if all(self._flow(contact, hook) is None for hook in WHISPERS):
            return False
        ticket = contact.ticket
        assert ticket is not None
        contact.move("join")
        self.routing.distributor.agents[ticket.offered_to].slots[contact.contact_id].until = None
        if ticket.line.queue is not None:
            # An offer that is accepted at once has not rung.
            ticket.line.queue.ringing[contact.contact_id] = ticket
        self._whisper(contact, WHISPERS)
        return True

    def _flow(self, contact: Contact, hook: str) -> Flow | None:
        """The flow of a contact's own hook; else the centre's, which whispers on voice contacts only. The
        customer of a callback is not on the line yet."""
        if contact.callback is not None and hook == "CustomerWhisper":
            return None
        return self.world.hook_flow(contact, hook, default=contact.channel == "VOICE")

    def _whisper(self, contact: Contact, hooks: tuple[str, ...]) -> None:
        """The next whisper that there is; after the last one customer and agent are joined."""
        world = self.world
        for hook in hooks:
            flow = self._flow(contact, hook)
            if flow is None:
                continue
            contact.hook = hook
            contact.agent_facts = world.agent_facts(self._agent(contact))
            contact.whisper_until = world.now + WHISPER_LIMIT
            self.routing.timers.schedule(contact.whisper_until, "whisper", contact.contact_id)
            if world.recording:
                world.record(
                    WhisperStarted(
                        world.now, contact.contact_id, self._agent(contact), contact.party, flow.name
                    )
                )
            leave = enter_flow(contact, flow, world, world.flows)
            if leave is None:
                if contact.alarm is not None:
                    self.routing.timers.schedule(contact.alarm, "alarm", contact.contact_id)
                return
            if not self._left(contact, leave):
                return
        ticket = contact.ticket
        assert ticket is not None
        agent = self.routing.distributor.agents[ticket.offered_to]
        self.routing.join(contact, agent, agent.slots[contact.contact_id], ticket)

    def left(self, contact: Contact, leave: Leave) -> None:
        """The whisper flow was left: the next whisper, or the talk."""
        following = WHISPERS[WHISPERS.index(contact.hook) + 1 :]
        if self._left(contact, leave):
            self._whisper(contact, following)

    def _left(self, contact: Contact, leave: Leave) -> bool:
        """Whether it goes on. Disconnect in a whisper ends the contact; whatever else ends the whisper only."""
        if leave.how == "disconnect":
            self.end(contact, "flow")
            return False
        self._over(contact, "done")
        return True

    def remind(self, contact_id: str) -> None:
        """The time of a whisper may be over: if it is, it stops and the way to the talk goes on."""
        contact = self.routing.contacts.get(contact_id)
        if (
            contact is None
            or contact.whisper_until is None
            or contact.whisper_until > self.routing.timers.due
        ):
            return
        following = WHISPERS[WHISPERS.index(contact.hook) + 1 :]
        self._silence(contact)
        self._over(contact, "time_limit")
        self._whisper(contact, following)

    def hung_up(self, contact: Contact, by: str) -> bool:
        """Somebody hung up. True: it was the agent, and the contact goes on waiting."""
        if by != "agent":
            self.end(contact, by)
            return False
        self._agent_left(contact)
        return True

    def _agent_left(self, contact: Contact) -> None:
        """The contact keeps its place and asks for the next agent."""
        agent = self._agent(contact)
        if contact.party == "customer":
            self._silence(contact)
        self._over(contact, "agent_left")
        self.routing.give_up(contact, agent, "reject")

    def end(self, contact: Contact, by: str) -> None:
        """The contact is over before the talk began; the agent is free again."""
        if contact.party == "agent":
            self._silence(contact)
        self._over(contact, "customer_left" if by == "customer" else "ended")
        self.routing.end(contact, by)

    def _agent(self, contact: Contact) -> str:
        assert contact.ticket is not None
        return contact.ticket.offered_to

    def _silence(self, contact: Contact) -> None:
        self.world.perform(StopPrompts(contact.next_effect_id(), contact.contact_id, contact.party))

    def _over(self, contact: Contact, why: str) -> None:
        world = self.world
        if world.recording:
            agent = self._agent(contact)
            world.record(WhisperEnded(world.now, contact.contact_id, agent, contact.party, why))
        halt(contact)
        contact.agent_facts = contact.whisper_until = None
