"""A customer's phone: how their end of a contact stands."""

from __future__ import annotations

import msgspec

from evenhand.model.units import Channel, Instant, Seconds

__all__ = ["Leg", "PhoneRow", "Ringing", "phone_row"]


class Ringing(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody calls this phone: for which contact, as the effect of which id, from which number, until when."""

    contact_id: str
    effect_id: str
    caller: str
    until: Instant


class Leg(msgspec.Struct, rename="camel"):
    """A customer's end. `phone` is its own id, `contact_id` the contact it is in now (empty: none yet).

    `page` says that a person at a page holds it; `number` is the customer's, `dialled` the centre's. `keys` says
    whether keys are listened for, of which `longest` are the most; `playing` is what is played over and over.
    `agent` is who talks, `held` whether the customer is on hold, `ended` why it is over (in Amazon Connect's
    words, or `RESTARTED`). `told` is the last wait that was told, at `told_at`. `lines` counts what was said,
    `done` are the last effects that were, so that none is said twice.
    """

    phone: str
    contact_id: str
    channel: Channel = "VOICE"
    number: str = ""
    dialled: str = ""
    page: bool = False
    began: Instant = 0.0
    keys: bool = False
    longest: int = 0
    playing: str = ""
    agent: str = ""
    agent_name: str = ""
    held: bool = False
    ended: str = ""
    ended_at: Instant = 0.0
    told: Seconds | None = None
    told_at: Instant = 0.0
    ringing: Ringing | None = None
    lines: int = 0
    done: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it, but for a call to a phone whose page stands open."""
        return bool(self.ended) or not self.contact_id


class PhoneRow(msgspec.Struct, frozen=True, rename="camel"):
    """What the customer sees of their phone. `state` is `ready` (in no contact), `connected` (to the centre),
    `talking`, `held` or `ended`; `caller` and `rings_until` are set while somebody calls it."""

    phone: str
    contact_id: str
    channel: Channel
    number: str
    dialled: str
    state: str
    began: Instant
    keys: bool
    longest: int
    playing: str
    agent: str
    ended: str
    ended_at: Instant
    told: Seconds | None
    told_at: Instant
    caller: str
    rings_until: Instant | None


def phone_row(leg: Leg) -> PhoneRow:
    """How this phone stands, for the one who holds it."""
    if leg.ended:
        state = "ended"
    elif not leg.contact_id:
        state = "ready"
    elif leg.held:
        state = "held"
    else:
        state = "talking" if leg.agent else "connected"
    return PhoneRow(
        leg.phone,
        leg.contact_id,
        leg.channel,
        leg.number,
        leg.dialled,
        state,
        leg.began,
        leg.keys,
        leg.longest,
        leg.playing,
        leg.agent_name,
        leg.ended,
        leg.ended_at,
        leg.told,
        leg.told_at,
        leg.ringing.caller if leg.ringing is not None else "",
        leg.ringing.until if leg.ringing is not None else None,
    )
