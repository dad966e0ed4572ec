"""The distributor once more, as slow and as plain as can be: it looks at everybody and sorts everything.

It shares nothing with the fast one but the definition: no index, no line, no reminder, no step that it was in.
"""

from __future__ import annotations

from evenhand.model.criteria import Condition, RoutingCriteria
from evenhand.model.definition import AgentDefinition, CentreDefinition, Policy, RoutingProfile
from evenhand.model.units import Channel, Instant, Seconds

__all__ = ["Dumb", "Wish"]


class Wish:
    """A contact and all that it asks for."""

    def __init__(self, contact_id: str, channel: Channel, since: Instant, number: int) -> None:
        self.contact_id = contact_id
        self.channel: Channel = channel
        self.since = since
        self.number = number
        self.queue = self.agent_queue = self.own = ""
        self.priority = 5
        self.adjustment: Seconds = 0.0
        self.candidates: tuple[str, ...] = ()
        self.excluded: frozenset[str] | None = None
        self.scores: dict[str, float] = {}
        self.criteria: RoutingCriteria | None = None
        self.reserved = self.given_up = False


class Dumb:
    """Everybody's state in plain dictionaries, and the two questions."""

    def __init__(self, definition: CentreDefinition, loads: dict[str, float]) -> None:
        self.people: dict[str, AgentDefinition] = {one.name: one for one in definition.agents}
        self.profiles: dict[str, RoutingProfile] = {one.name: one for one in definition.routing_profiles}
        policies = {one.name: one for one in definition.policies}
        self.policies: dict[str, Policy] = {
            one.name: policies.get(one.policy, Policy()) for one in definition.queues
        }
        self.limits = {one.name: one.max_contacts for one in definition.queues}
        self.loads = loads
        self.status = dict.fromkeys(self.people, "Offline")
        self.available = dict.fromkeys(self.people, (0.0, 0))
        self.moments = 0
        self.slots: dict[str, dict[str, tuple[Channel, str]]] = {name: {} for name in self.people}
        self.waiting: dict[str, Wish] = {}
        self.ringing: dict[str, Wish] = {}
        self.disabled: set[str] = set()

    def becomes_available(self, name: str, now: Instant) -> None:
        self.moments += 1
        self.available[name] = (now, self.moments)

    def refuses(self, queue: str) -> bool:
        """Whether the queue takes no more: disabled, or full with those who wait and ring."""
        inside = [one for one in (*self.waiting.values(), *self.ringing.values()) if one.queue == queue]
        limit = self.limits[queue]
        return queue in self.disabled or (limit is not None and len(inside) >= limit)

    def is_open(self, name: str, channel: Channel) -> bool:
        profile, slots = self.profiles[self.people[name].routing_profile], self.slots[name].values()
        if self.status[name] != "Available" or any(
            state in ("missed", "rejected", "error") for _, state in slots
        ):
            return False
        for other, _ in slots:
            if other != channel and profile.cross_channel.get(other) != "ROUTE_ANY_CHANNEL":
                return False
        return sum(one == channel for one, _ in slots) < profile.concurrency.get(channel, 0)

    def row(self, name: str, wish: Wish) -> tuple[int, Seconds] | None:
        """Priority and delay of the row that serves the contact."""
        for row in self.profiles[self.people[name].routing_profile].rows:
            if (row.queue, row.channel, row.manual) == (wish.queue, wish.channel, False):
                return row.priority, row.delay
        return None

    def is_asked_for(self, name: str, wish: Wish, now: Instant) -> bool:
        """Whether the step in which the contact stands by the clock asks for this agent."""
        ends = wish.since
        for step in wish.criteria.steps if wish.criteria is not None else ():
            ends += step.lasts if step.lasts is not None else float("inf")
            if now < ends:
                return any(
                    all(self._meets(name, one) for one in many) for many in step.expression.alternatives
                )
        return True

    def _meets(self, name: str, condition: Condition) -> bool:
        if condition.agents:
            met = name in condition.agents
        else:
            met = any(
                one.attribute == condition.attribute
                and one.value == condition.value
                and condition.least <= one.level <= condition.most
                for one in self.people[name].proficiencies
            )
        return met != condition.negated

    def is_liked(self, name: str, wish: Wish, now: Instant) -> bool:
        """Served, asked for and not excluded: only a matter of being free."""
        excluded = wish.excluded is not None and name in wish.excluded
        return self.row(name, wish) is not None and not excluded and self.is_asked_for(name, wish, now)

    def may(self, name: str, wish: Wish, now: Instant) -> bool:
        if name not in self.people or not self.is_open(name, wish.channel):
            return False
        if wish.agent_queue:
            return wish.agent_queue == name
        row = self.row(name, wish)
        return row is not None and self.is_liked(name, wish, now) and now >= wish.since + row[1]

    # --- the two questions ----------------------------------------------------------------------------

    def agent_for(self, wish: Wish, now: Instant) -> str:
        """Who takes this contact; '' when it waits."""
        able = [name for name in self.people if self.may(name, wish, now)]
        if wish.agent_queue:
            return wish.agent_queue if able else ""
        policy = self.policies[wish.queue]
        if policy.own_agent and wish.own and not wish.given_up:
            if wish.own in able:
                return wish.own
            if self._waits_for_own(wish, policy.own_agent_wait, now):
                wish.reserved = True
                return ""
            # Whom rules or criteria keep off is asked for again: both may end.
            kept_off = (
                wish.own in self.people
                and self.row(wish.own, wish)
                and not self.is_liked(wish.own, wish, now)
            )
            wish.given_up = wish.reserved or not kept_off
        wish.reserved = False
        if policy.candidates:
            for name in wish.candidates:
                if name in able:
                    return name
        return min(able, key=lambda name: self._rank(policy, wish, name), default="")

    def _waits_for_own(self, wish: Wish, patience: Seconds, now: Instant) -> bool:
        if now >= wish.since + patience:
            return False
        known = wish.own in self.people and self.status[wish.own] != "Offline"
        return wish.reserved or (known and self.is_liked(wish.own, wish, now))

    def _rank(self, policy: Policy, wish: Wish, name: str) -> tuple[float, float, int]:
        since, moment = self.available[name]
        liked = wish.scores.get(name, 0.0) if policy.rank == "rules" else 0.0
        if policy.rank == "least_workload":
            return -liked, self.loads[name], moment
        if policy.rank == "blend":
            work = policy.workload_weight * self.loads[name]
            return -liked, work + policy.idle_minute_weight / 60.0 * since, moment
        return -liked, 0.0, moment

    def contact_for(self, name: str, now: Instant) -> str:
        """What this agent takes; '' when there is nothing for them."""
        able = [
            one
            for one in self.waiting.values()
            if self.may(name, one, now) and (not one.reserved or one.own == name)
        ]
        return min(able, key=lambda one: self._place(name, one)).contact_id if able else ""

    def _place(self, name: str, wish: Wish) -> tuple[int, int, float, int]:
        row = None if wish.agent_queue else self.row(name, wish)
        return row[0] if row else 0, *self.order(wish)

    @staticmethod
    def order(wish: Wish) -> tuple[int, float, int]:
        """The place among those who wait."""
        return wish.priority, wish.since - wish.adjustment, wish.number
