"""How agents stand, counted by queue, channel and profile: each agent is counted anew only when they changed."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.views.agents import is_talking, is_working
from evenhand.distributor.agents import Agent
from evenhand.model.units import Channel

__all__ = ["People", "Places", "Standings"]


class People(msgspec.Struct, rename="camel"):
    """Agents counted. Each may be in more than one count: `staffed` are all in a status that takes contacts,
    `available` could take one now, `npt` are in a status of the centre's own, `blocked` have missed, rejected or
    failed contacts to clear."""

    agents: int = 0
    online: int = 0
    staffed: int = 0
    available: int = 0
    on_contact: int = 0
    acw: int = 0
    npt: int = 0
    blocked: int = 0

    def add(self, standing: Standing, available: int, sign: int) -> None:
        """One more who stands so, or one less."""
        self.agents += sign
        self.online += sign * (standing.type != "OFFLINE")
        self.staffed += sign * (standing.type == "ROUTABLE")
        self.npt += sign * (standing.type == "CUSTOM")
        self.available += sign * available
        self.on_contact += sign * standing.talking
        self.acw += sign * standing.working
        self.blocked += sign * standing.blocked


class Standing(msgspec.Struct, frozen=True):
    """How one agent stands. `outcomes` are by queue and channel, in a decision's words; `available` says for
    each queue whether they could take a contact of it now."""

    type: str
    talking: bool
    working: bool
    blocked: bool
    profile: str
    outcomes: tuple[tuple[str, Channel, str], ...]
    available: tuple[tuple[str, bool], ...]
    taken: int
    free: int


class Places(msgspec.Struct):
    """What is counted for one queue or profile. `serving` is by channel and outcome."""

    people: People
    serving: dict[Channel, dict[str, int]]
    profiles: dict[str, int]
    taken: int = 0
    free: int = 0


class Standings:
    """The counts. `put` tells of an agent."""

    def __init__(self) -> None:
        self._known: dict[str, Standing] = {}
        self._queues: dict[str, Places] = {}
        self._profiles: dict[str, Places] = {}

    @property
    def names(self) -> list[str]:
        """Everybody who is counted."""
        return list(self._known)

    def queue(self, name: str) -> Places:
        """What is counted for this queue."""
        return self._queues.setdefault(name, Places(People(), {}, {}))

    def profile(self, name: str) -> Places:
        """What is counted for this profile."""
        return self._profiles.setdefault(name, Places(People(), {}, {}))

    def put(self, name: str, agent: Agent | None) -> tuple[dict[str, None], dict[str, None]]:
        """The agent stands as they do now (None: they are no more). Answers the queues and profiles that it changed."""
        before = self._known.get(name)
        after = _standing(agent) if agent is not None else None
        if before == after:
            return {}, {}
        queues: dict[str, None] = {}
        profiles: dict[str, None] = {}
        for standing, sign in ((before, -1), (after, 1)):
            if standing is None:
                continue
            self._count(standing, sign)
            queues.update(dict.fromkeys(queue for queue, _ in standing.available))
            profiles[standing.profile] = None
        if after is None:
            del self._known[name]
        else:
            self._known[name] = after
        return queues, profiles

    def _count(self, standing: Standing, sign: int) -> None:
        for queue, available in standing.available:
            place = self.queue(queue)
            place.people.add(standing, available, sign)
            _tally(place.profiles, standing.profile, sign)
        for queue, channel, outcome in standing.outcomes:
            _tally(self.queue(queue).serving.setdefault(channel, {}), outcome, sign)
        profile = self.profile(standing.profile)
        profile.people.add(standing, standing.free > 0, sign)
        profile.taken += sign * standing.taken
        profile.free += sign * standing.free


def _tally(counts: dict[str, int], key: str, sign: int) -> None:
    left = counts.get(key, 0) + sign
    if left:
        counts[key] = left
    else:
        del counts[key]


def _standing(agent: Agent) -> Standing:
    outcomes: dict[Channel, str] = {}
    free = 0
    for channel, most in agent.profile.concurrency.items():
        if agent.is_open(channel):
            outcomes[channel] = "available"
            free += most - sum(slot.channel == channel for slot in agent.slots.values())
        else:
            outcomes[channel] = agent.why_not(channel)
    told: list[tuple[str, Channel, str]] = []
    available: dict[str, bool] = {}
    for row in agent.rows:
        queue, channel = row.line.queue, row.line.channel
        if queue is not None:
            outcome = outcomes.get(channel) or agent.why_not(channel)
            told.append((queue.name, channel, outcome))
            available[queue.name] = available.get(queue.name, False) or outcome == "available"
    return Standing(
        agent.status_type,
        is_talking(agent),
        is_working(agent),
        agent.blocked > 0,
        agent.profile.name,
        tuple(told),
        tuple(available.items()),
        len(agent.slots),
        free,
    )
