"""Hold: one side of a talk waits and hears a flow, the other goes on without it.

Sources: administrator guide, "Set hold flow" and "Hold customer or agent"; flow language,
"UpdatePreviousContactParticipantState"; decision 025.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenhand.centre.contact import TALKING, Contact
from evenhand.errors import IllegalInput
from evenhand.flow.exits import Leave
from evenhand.flow.runner import enter_flow, halt
from evenhand.model.effects import Hold, StopPrompts
from evenhand.model.facts import HoldBegan, HoldEnded
from evenhand.model.inputs import HoldSet

if TYPE_CHECKING:
    from evenhand.centre.routing import Routing

__all__ = ["Holding"]

_HOOKS: Final = {"customer": "CustomerHold", "agent": "AgentHold"}


class Holding:
    """The moves of those who talk, between talk and hold."""

    def __init__(self, routing: Routing) -> None:
        self.routing = routing
        self.world = routing.world

    def set(self, input: HoldSet) -> None:
        """The agent put the customer on hold, or came back to them."""
        contact = self.routing.contacts.get(input.contact_id)
        if contact is None or contact.stage != TALKING or contact.agent != input.agent:
            raise IllegalInput(f"{input.agent} does not talk with {input.contact_id}")
        if contact.channel != "VOICE":
            raise IllegalInput(
                f"{input.contact_id} is a {contact.channel.lower()}", way_out="hold voice contacts only"
            )
        if input.on == (contact.held == "customer"):
            raise IllegalInput(f"{input.contact_id} is {'' if input.on else 'not '}on hold already")
        self.hold(contact, "customer" if input.on else "")

    def hold_previous(self, contact_id: str, party: str) -> str:
        """A flow holds a side of the contact from which its own one came; '' lets them talk again.
        Answers why it cannot be."""
        contact = self.routing.contacts.get(contact_id)
        if contact is None or contact.stage != TALKING:
            return "nobody talks on a previous contact"
        if contact.channel != "VOICE":
            return f"the previous contact is a {contact.channel.lower()}"
        if party != contact.held:
            self.hold(contact, party)
        return ""

    def hold(self, contact: Contact, party: str) -> None:
        """This side of the talk is on hold from now on; '': nobody."""
        world = self.world
        if contact.held:
            self.over(contact)
        if not party:
            return
        contact.held, contact.held_since = party, world.now
        if world.recording:
            world.record(HoldBegan(world.now, contact.contact_id, contact.agent, party))
        world.perform(Hold(contact.next_effect_id(), contact.contact_id, contact.agent, party))
        flow = world.hook_flow(contact, _HOOKS[party])
        if flow is None:
            return
        contact.hook = _HOOKS[party]
        contact.agent_facts = world.agent_facts(contact.agent)
        leave = enter_flow(contact, flow, world, world.flows)
        if leave is not None:
            self.left(contact, leave)
        elif contact.alarm is not None:
            self.routing.timers.schedule(contact.alarm, "alarm", contact.contact_id)

    def left(self, contact: Contact, leave: Leave) -> None:
        """The hold flow was left: silence until the hold is over. Disconnect ends the contact."""
        halt(contact)
        contact.agent_facts = None
        if leave.how == "disconnect":
            self.routing.end(contact, "flow")

    def over(self, contact: Contact, *, talk: bool = True) -> None:
        """The hold ends: the talk goes on, or with `talk` false the contact is over."""
        world, party, held = self.world, contact.held, self.world.now - contact.held_since
        if contact.flow and (talk or party == "agent"):
            world.perform(StopPrompts(contact.next_effect_id(), contact.contact_id, party))
        halt(contact)
        contact.held, contact.held_since, contact.agent_facts = "", 0.0, None
        if world.recording:
            world.record(HoldEnded(world.now, contact.contact_id, contact.agent, party, held))
        if talk:
            world.perform(Hold(contact.next_effect_id(), contact.contact_id, contact.agent, party, False))
