"""Customers: start a contact, speak in it, wait to be called. Each sees and moves their own phone and no other."""

from __future__ import annotations

import time

import msgspec

from evenhand.adapters.web.api.begin import check_may_begin
from evenhand.adapters.web.api.desk import Keys, Text, checked_keys, checked_text
from evenhand.adapters.web.conversations import Line
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import ANYBODY, Role
from evenhand.adapters.web.phones import Leg, PhoneRow, phone_row
from evenhand.adapters.web.routes import Call, Route
from evenhand.errors import EvenhandError, IllegalInput
from evenhand.model.inputs import ContactArrived, ContactHungUp, CustomerReturned, DigitsEntered
from evenhand.model.units import Channel

__all__ = ["ROUTES", "TOKEN_SECONDS"]

TOKEN_SECONDS = 4 * 3600.0
"""How long a customer's token opens their phone."""

_CUSTOMER: frozenset[Role] = frozenset({"customer"})
_LONGEST_NUMBER = 64
_MOST_ATTRIBUTES = 20


class NewContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contact to start: to which of the centre's numbers, how, and from whom. `attributes` are what flows may
    read of it."""

    dialled: str
    channel: Channel = "VOICE"
    number: str = ""
    name: str = ""
    attributes: dict[str, str] = {}


class NewPhone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone that waits until somebody calls it."""

    number: str


class Begun(msgspec.Struct, frozen=True, rename="camel"):
    """The customer's phone and the token that opens it, for `expires_in` seconds. Nobody else is told it."""

    phone: str
    contact_id: str
    token: str
    expires_in: float


class Number(msgspec.Struct, frozen=True):
    """A number of the centre: what answers it, and how it can be reached."""

    number: str
    flow: str
    channels: tuple[Channel, ...]


class Customer(msgspec.Struct, frozen=True, rename="camel"):
    """A customer of the demonstration, to call as. `own_agent` is empty for one whom nobody knows."""

    number: str
    own_agent: str = ""


class Login(msgspec.Struct, frozen=True):
    """A user of the demonstration."""

    name: str
    role: str
    password: str


class Directory(msgspec.Struct, frozen=True):
    """What a customer may dial; of the demonstration also who they may be, and who may log in."""

    numbers: tuple[Number, ...]
    customers: tuple[Customer, ...] = ()
    logins: tuple[Login, ...] = ()


async def directory(call: Call) -> Directory:
    """The centre's numbers."""
    centre = call.centre
    numbers = []
    for one in centre.host.centre.definition.numbers:
        channels: tuple[Channel, ...] = ("VOICE", "CHAT") if one.channel == "VOICE" else (one.channel,)
        numbers.append(Number(one.address, one.flow, channels))
    if not centre.demo:
        return Directory(tuple(numbers))
    known = [
        Customer(str(row["customerId"]), str(row["agentName"]))
        for row in centre.tables.rows("CustomerAgentMap")
    ]
    customers = (Customer("+12025550199"), *known[:20])
    # Passwords are for whoever started the demonstration: for this machine alone.
    here = call.address in ("127.0.0.1", "::1")
    return Directory(tuple(numbers), customers, tuple(Login(*one) for one in centre.logins if here))


def _checked(wanted: NewContact) -> None:
    attributes = wanted.attributes
    if (
        len(wanted.number) > _LONGEST_NUMBER
        or len(wanted.dialled) > _LONGEST_NUMBER
        or len(wanted.name) > 100
    ):
        raise ApiFault(422, "invalid", f"a number has at most {_LONGEST_NUMBER} characters, a name 100")
    if len(attributes) > _MOST_ATTRIBUTES or any(
        not 1 <= len(name) <= 100 or len(value) > 1_000 for name, value in attributes.items()
    ):
        raise ApiFault(
            422,
            "invalid",
            f"at most {_MOST_ATTRIBUTES} attributes, names up to 100 characters, values up to 1,000",
            where="attributes",
        )


async def start(call: Call) -> Begun:
    """A customer calls, or begins a chat."""
    centre, wanted = call.centre, call.body
    check_may_begin(call)
    _checked(wanted)
    numbers = {one.address: one for one in centre.host.centre.definition.numbers}
    found = numbers.get(wanted.dialled)
    if found is None:
        raise ApiFault(
            404,
            "not_found",
            f"the centre has no number {wanted.dialled!r}",
            where="dialled",
            way_out="GET /api/v1/directory names those that there are",
        )
    if wanted.channel not in ("VOICE", "CHAT") or found.channel not in ("VOICE", wanted.channel):
        raise ApiFault(
            422, "invalid", f"{wanted.dialled} takes no {wanted.channel.lower()} from here", where="channel"
        )
    contact_id = call.new_id()
    known = centre.legs.phone(contact_id) if call.once else None
    if known is not None:
        # It was begun before a crash, and the answer was lost.
        return _begun(call, known)
    number = wanted.number.strip()
    arrival = await centre.continuity.with_own_agent(
        ContactArrived(
            contact_id,
            channel=wanted.channel,
            customer_address=number,
            system_address=wanted.dialled,
            attributes=dict(wanted.attributes) or None,
            name=wanted.name.strip(),
        )
    )
    leg = Leg(contact_id, contact_id, wanted.channel, number, wanted.dialled, began=centre.now())
    centre.legs.open_phone(leg)
    try:
        await centre.send(arrival)
    except EvenhandError:
        centre.legs.hand_back(leg)
        raise
    return _begun(call, leg)


async def wait_to_be_called(call: Call) -> Begun:
    """A phone that is in no contact yet."""
    check_may_begin(call)
    number = call.body.number.strip()
    if not 2 <= len(number) <= _LONGEST_NUMBER:
        raise ApiFault(422, "invalid", f"a number has 2 to {_LONGEST_NUMBER} characters", where="number")
    leg = Leg(f"phone-{call.new_id()}", "", number=number, began=call.centre.now())
    call.centre.legs.open_phone(leg)
    await call.centre.conversations.saved()
    return _begun(call, leg)


def _begun(call: Call, leg: Leg) -> Begun:
    token = call.centre.accounts.add_token(leg.phone, time.time() + TOKEN_SECONDS)
    return Begun(leg.phone, leg.contact_id, token, TOKEN_SECONDS)


def _phone(call: Call) -> Leg:
    """The asker's own phone. Raises the answer 404."""
    leg = call.centre.legs.phone(call.who.contact_id)
    if leg is None:
        raise ApiFault(
            404, "not_found", "nothing is known of this contact any more", way_out="start a new one"
        )
    return leg


def _talking(call: Call) -> Leg:
    """The same, in a contact that is not over. Raises the answer 409."""
    leg = _phone(call)
    if leg.is_over:
        raise IllegalInput("this contact is over", way_out="start a new one")
    limits = call.centre.limits
    limits.check(limits.words, leg.phone, time.monotonic(), "messages")
    return leg


async def get_phone(call: Call) -> PhoneRow:
    """How the customer's phone stands."""
    return phone_row(_phone(call))


async def press(call: Call) -> None:
    """The customer presses keys."""
    leg, pressed = _talking(call), checked_keys(call.body.keys)
    line = Line(call.centre.now(), "customer", "keys", pressed)
    if leg.agent:
        call.centre.legs.say(leg.contact_id, line)
    else:
        await call.centre.send(DigitsEntered(leg.contact_id, pressed))
        call.centre.legs.say(leg.contact_id, line)


async def write(call: Call) -> None:
    """The customer writes."""
    leg, text = _talking(call), checked_text(call.body.text)
    call.centre.legs.say(leg.contact_id, Line(call.centre.now(), "customer", "message", text))
    await call.centre.conversations.saved()


async def types(call: Call) -> None:
    """The customer is about to write."""
    call.centre.legs.typing(_talking(call).contact_id, "customer", "")


async def come_back(call: Call) -> None:
    """A chat customer who had left is here again."""
    leg = _talking(call)
    await call.centre.send(CustomerReturned(leg.contact_id))


async def hang_up(call: Call) -> None:
    """The customer ends the contact, or leaves the queue."""
    leg = _phone(call)
    if leg.is_over:
        raise IllegalInput("this contact is over already")
    await call.centre.send(ContactHungUp(leg.contact_id, "customer"))


async def answer(call: Call) -> PhoneRow:
    """The customer answers the ringing phone."""
    leg = _phone(call)
    told = call.centre.legs.answered(leg)
    if told is None:
        raise IllegalInput("this phone does not ring", way_out="whoever called may have hung up")
    try:
        await call.centre.send(told)
    except IllegalInput:
        call.centre.legs.hand_back(leg)
        raise
    return phone_row(leg)


async def decline(call: Call) -> None:
    """The customer does not take the call."""
    leg = _phone(call)
    if leg.ringing is None:
        raise IllegalInput("this phone does not ring")
    call.centre.legs.decline(leg, leg.ringing.effect_id, "busy")


ROUTES = (
    Route(
        method="GET",
        path="/directory",
        name="getDirectory",
        tag="customers",
        summary="The centre's numbers",
        roles=ANYBODY,
        answer=Directory,
        handler=directory,
    ),
    Route(
        method="POST",
        path="/phone",
        name="startContact",
        tag="customers",
        summary="Call the centre, or begin a chat",
        roles=ANYBODY,
        body=NewContact,
        answer=Begun,
        status=201,
        creates=True,
        handler=start,
    ),
    Route(
        method="POST",
        path="/phone/waiting",
        name="waitToBeCalled",
        tag="customers",
        summary="A phone that waits until somebody calls its number",
        roles=ANYBODY,
        body=NewPhone,
        answer=Begun,
        status=201,
        creates=True,
        handler=wait_to_be_called,
    ),
    Route(
        method="GET",
        path="/phone",
        name="getPhone",
        tag="customers",
        summary="How the customer's phone stands",
        roles=_CUSTOMER,
        answer=PhoneRow,
        handler=get_phone,
    ),
    Route(
        method="POST",
        path="/phone/keys",
        name="pressKeys",
        tag="customers",
        summary="The customer presses keys",
        roles=_CUSTOMER,
        body=Keys,
        status=204,
        handler=press,
    ),
    Route(
        method="POST",
        path="/phone/messages",
        name="writeToCentre",
        tag="customers",
        summary="The customer writes",
        roles=_CUSTOMER,
        body=Text,
        status=204,
        handler=write,
    ),
    Route(
        method="POST",
        path="/phone/typing",
        name="customerTypes",
        tag="customers",
        summary="The customer is about to write",
        roles=_CUSTOMER,
        status=204,
        handler=types,
    ),
    Route(
        method="POST",
        path="/phone/return",
        name="customerReturns",
        tag="customers",
        summary="A chat customer who had left is here again",
        roles=_CUSTOMER,
        status=204,
        handler=come_back,
    ),
    Route(
        method="POST",
        path="/phone/hang-up",
        name="hangUp",
        tag="customers",
        summary="The customer ends the contact, or leaves the queue",
        roles=_CUSTOMER,
        status=204,
        handler=hang_up,
    ),
    Route(
        method="POST",
        path="/phone/answer",
        name="answerPhone",
        tag="customers",
        summary="The customer answers the ringing phone",
        roles=_CUSTOMER,
        answer=PhoneRow,
        handler=answer,
    ),
    Route(
        method="POST",
        path="/phone/decline",
        name="declineCall",
        tag="customers",
        summary="The customer does not take the call",
        roles=_CUSTOMER,
        status=204,
        handler=decline,
    ),
)
