"""Third parties: people outside the centre who are called into the talk of a contact.

The call to one is a contact of its own (initiation method `EXTERNAL_OUTBOUND`, no flow, no queue), beside the
contact in which its customer is. A flow calls with TransferParticipantToThirdParty, an agent with a transfer
of the kind `number`; who of the three hears whom is told by hold. When the agent leaves, the customer goes
on in the third party's contact. Sources: administrator guide, "Transfer to phone number" and "Identify
conferences and transfers"; decisions 053 and 054.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from evenhand.centre.contact import IN_FLOW, OUTSIDE, TALKING, WAITING, Contact
from evenhand.centre.routing import DISCONNECT_REASONS, Routing
from evenhand.centre.segments import MOST_SEGMENTS, Segments
from evenhand.centre.transfers import Transfers
from evenhand.errors import IllegalInput
from evenhand.flow.block import Event
from evenhand.flow.exits import Leave
from evenhand.flow.phone_numbers import e164
from evenhand.flow.requests import ThirdPartyRequest
from evenhand.flow.runner import halt
from evenhand.model.effects import BridgeThirdParty, CarryOver, Dial, Disconnect, Hold
from evenhand.model.facts import (
    ContactEnded,
    HoldBegan,
    HoldEnded,
    ThirdPartyCalled,
    ThirdPartyGone,
    ThirdPartyJoined,
)
from evenhand.model.inputs import CalleeAnswered, CalleeFailed, ContactHungUp, HoldSet, TransferRequested

__all__ = ["ThirdParties"]

Resume: TypeAlias = Callable[[Contact, Event], None]


class ThirdParties:
    """The calls to third parties, from the dialling to the end."""

    def __init__(self, routing: Routing, segments: Segments, transfers: Transfers, resume: Resume) -> None:
        self.routing = routing
        self.segments = segments
        self.transfers = transfers
        self.resume = resume

    def find(self, contact_id: str) -> Contact | None:
        """The call to a third party of this id; None when it is none."""
        call = self.routing.contacts.get(contact_id)
        return call if call is not None and call.stage == OUTSIDE and not call.third_party else None

    # --- calling --------------------------------------------------------------------------------------

    def request(self, contact: Contact, wanted: ThirdPartyRequest) -> str:
        """A flow wants a third party for its customer; answers why that cannot be, or ''."""
        if contact.hook:
            return f"nobody is called from the flow of {contact.hook}"
        if contact.stage not in (IN_FLOW, WAITING):
            return "the contact is being offered to an agent, or nobody is on its line"
        if contact.callback is not None:
            return "the customer of a callback is not on the line"
        if contact.third_party:
            return f"a third party is on the line already, as {contact.third_party}"
        if contact.place + 1 >= MOST_SEGMENTS:
            return f"this is contact {contact.place + 1} of its chain, and {MOST_SEGMENTS} is the most"
        self._call(contact, wanted, "")
        return ""

    def begin(self, input: TransferRequested) -> None:
        """An agent calls a third party; the customer is put on hold for it."""
        routing = self.routing
        contact = routing.contacts.get(input.contact_id)
        if contact is None or contact.stage != TALKING or contact.agent != input.agent:
            raise IllegalInput(f"{input.agent} does not talk in {input.contact_id}")
        if contact.channel != "VOICE":
            raise IllegalInput(
                f"{input.contact_id} is a {contact.channel.lower()}", way_out="call from voice contacts only"
            )
        if contact.handover or contact.third_party:
            busy = contact.handover or contact.third_party
            raise IllegalInput(f"{input.contact_id} is being transferred already, as {busy}")
        number = input.destination
        if number[:1] != "+" or not e164(number[1:]):
            raise IllegalInput(f"{number!r} is no number that can be called", way_out="write +12025550100")
        if input.flow:
            raise IllegalInput("no flow runs before a third party is called", way_out="leave the flow empty")
        if contact.place + 1 >= MOST_SEGMENTS:
            raise IllegalInput(
                f"this is contact {contact.place + 1} of its chain, and {MOST_SEGMENTS} is the most"
            )
        seen = contact.queue_caller_number or contact.system_address
        self._call(contact, ThirdPartyRequest(number, seen), contact.agent)
        if contact.held != "customer":
            routing.holding.hold(contact, "customer")

    def _call(self, contact: Contact, wanted: ThirdPartyRequest, agent: str) -> None:
        world = self.routing.world
        call = self.segments.outside(contact, wanted.number, wanted.caller_number)
        call.stage, call.beside = OUTSIDE, contact.contact_id
        contact.third_party = call.contact_id
        if world.recording:
            world.record(
                ThirdPartyCalled(world.now, contact.contact_id, agent, call.contact_id, wanted.number)
            )
        call.callback_dial = Dial(
            call.contact_id + "/dial",
            call.contact_id,
            wanted.number,
            wanted.caller_number,
            agent,
            wanted.caller_name,
            wanted.digits,
        )
        world.perform(call.callback_dial)

    def answered(self, call: Contact, input: CalleeAnswered) -> None:
        """The third party answers, and is joined."""
        contact, world = self._dialled(call, input), self.routing.world
        call.callback_dial, call.connected_at = None, world.now
        agent = contact.agent if contact.stage == TALKING else ""
        if contact.handover:
            # In a transfer flow the customer comes over from the agent now.
            self.transfers.complete(contact)
        if world.recording:
            world.record(ThirdPartyJoined(world.now, contact.contact_id, agent, call.contact_id))
        world.perform(
            BridgeThirdParty(call.contact_id + "/bridge", call.contact_id, contact.contact_id, agent)
        )
        if not agent:
            self.resume(contact, input)

    def failed(self, call: Contact, input: CalleeFailed) -> None:
        """The third party was not reached: the flow, or the agent, goes on without."""
        contact = self._dialled(call, input)
        self._end(call, contact, "TELECOM_PROBLEM", input.reason, hang_up=False)
        if contact.stage != TALKING:
            self.resume(contact, input)

    def _dialled(self, call: Contact, input: CalleeAnswered | CalleeFailed) -> Contact:
        if call.callback_dial is None or call.callback_dial.id != input.effect_id:
            raise IllegalInput(f"{input.contact_id} does not wait for {input.effect_id}: it comes too late")
        return self.routing.contacts[call.beside]

    # --- in the flow ----------------------------------------------------------------------------------

    def left(self, contact: Contact, leave: Leave | None, stood: tuple[str, str], call: str) -> bool:
        """After each move of a flow, from where it `stood`, beside which there was a call to a third party.
        True: the contact left the centre's hands for them. Whatever else led out of the block ends their call."""
        if leave is not None and leave.how == "outside":
            if contact.ticket is not None:
                self.routing.leave_queue(contact, "third_party")
            halt(contact)
            contact.move("leave")
            return True
        if contact.third_party == call and (leave is not None or (contact.flow, contact.block) != stood):
            self.drop(contact, "the flow went on")
        return False

    # --- the end --------------------------------------------------------------------------------------

    def hung_up(self, call: Contact, by: str) -> None:
        """Somebody ends the call to a third party."""
        if by not in DISCONNECT_REASONS:
            raise IllegalInput(f"nobody is a {by!r}", way_out=f"use one of: {', '.join(DISCONNECT_REASONS)}")
        reason = DISCONNECT_REASONS[by]
        if not call.beside:
            if by == "agent":
                raise IllegalInput(f"there is no agent in {call.contact_id}")
            self._over(call, reason, hang_up=True)
            return
        contact = self.routing.contacts[call.beside]
        if by == "customer":
            raise IllegalInput(f"the customer of {call.contact_id} is still in {call.beside}")
        if by == "third_party" and call.callback_dial is not None:
            raise IllegalInput(f"the third party of {call.contact_id} has not answered yet")
        if by == "agent" and contact.stage != TALKING:
            raise IllegalInput(f"no agent talks in {call.beside}")
        waited = call.callback_dial is not None
        why = "hung_up" if by == "third_party" else f"ended by the {by}"
        self._end(call, contact, reason, why, hang_up=by != "third_party")
        if contact.stage == OUTSIDE:
            self.routing.end(contact, by)
        elif contact.stage != TALKING:
            gone = ContactHungUp(call.contact_id, by)
            self.resume(contact, CalleeFailed(call.contact_id, "", "ended") if waited else gone)

    def agent_leaves(self, contact: Contact) -> bool:
        """The agent hangs up. Where a third party talks, the customer goes on with them. False: they have not
        answered, and the contact ends as any other."""
        routing, world = self.routing, self.routing.world
        call = routing.contacts[contact.third_party]
        if call.callback_dial is not None:
            return False
        self._unhold(call, contact)
        contact.third_party = call.beside = ""
        world.perform(CarryOver(call.next_effect_id(), call.contact_id, contact.contact_id))
        routing.end(contact, "agent", call.contact_id)
        return True

    def drop(self, contact: Contact, why: str) -> None:
        """The third party of this contact is wanted no more: `why`, or by whom the contact ended."""
        call = self.routing.contacts[contact.third_party]
        reason = "TELECOM_PROBLEM" if why == "time_limit" else DISCONNECT_REASONS.get(why, "OTHER")
        said = "the contact ended" if why in DISCONNECT_REASONS else why
        self._end(call, contact, reason, said, hang_up=True)

    def _end(self, call: Contact, contact: Contact, reason: str, why: str, *, hang_up: bool) -> None:
        world = self.routing.world
        self._unhold(call, contact)
        contact.third_party = call.beside = ""
        if world.recording:
            agent = contact.agent if contact.stage == TALKING else ""
            world.record(ThirdPartyGone(world.now, contact.contact_id, agent, call.contact_id, why))
        self._over(call, reason, hang_up=hang_up)

    def _over(self, call: Contact, reason: str, *, hang_up: bool) -> None:
        world = self.routing.world
        call.callback_dial = None
        call.move("end")
        del self.routing.contacts[call.contact_id]
        if world.recording:
            lasted = world.now - call.arrived_at
            world.record(ContactEnded(world.now, call.contact_id, reason, "", 0.0, lasted))
        if hang_up:
            world.perform(Disconnect(call.next_effect_id(), call.contact_id, reason))

    # --- hold -----------------------------------------------------------------------------------------

    def hold(self, call: Contact, input: HoldSet) -> None:
        """The agent puts the third party on hold, or comes back to them."""
        contact = self.routing.contacts.get(call.beside)
        if contact is None or contact.stage != TALKING or contact.agent != input.agent:
            raise IllegalInput(f"{input.agent} does not talk with {input.contact_id}")
        if call.callback_dial is not None:
            raise IllegalInput(f"the third party of {call.contact_id} has not answered yet")
        if input.on == bool(call.held):
            raise IllegalInput(f"{input.contact_id} is {'' if input.on else 'not '}on hold already")
        world = self.routing.world
        if input.on:
            call.held, call.held_since = "third_party", world.now
            if world.recording:
                world.record(HoldBegan(world.now, contact.contact_id, contact.agent, "third_party"))
        else:
            self._unhold(call, contact)
        world.perform(Hold(call.next_effect_id(), call.contact_id, contact.agent, "third_party", input.on))

    def _unhold(self, call: Contact, contact: Contact) -> None:
        if not call.held:
            return
        world, held = self.routing.world, self.routing.world.now - call.held_since
        call.held, call.held_since = "", 0.0
        if world.recording:
            world.record(HoldEnded(world.now, contact.contact_id, contact.agent, "third_party", held))
