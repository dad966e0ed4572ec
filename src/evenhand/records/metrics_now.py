"""Real-time metrics: who is there and who waits at this moment, as GetCurrentMetricData defines them.

Grouped by queue, channel, routing profile or agent status. An agent counts for a queue when it stands in
their routing profile. Agents' own queues are in none of these, as in the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Final, Literal, TypeAlias

import msgspec

from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import Fact
from evenhand.model.units import CHANNELS, Channel, Instant, Seconds
from evenhand.records.contact_life import ContactLife, Contacts
from evenhand.records.desk import BLOCKING, Desk, Desks
from evenhand.records.slots import free_slots

__all__ = ["NOW_METRICS", "Filters", "MetricsNow", "NowGroup", "NowGrouping", "NowMetric", "api_value"]

NowGrouping: TypeAlias = Literal["QUEUE", "CHANNEL", "ROUTING_PROFILE", "AGENT_STATUS"]
Estimate: TypeAlias = Callable[[str, Channel], Seconds | None]


class Filters(msgspec.Struct, frozen=True):
    """Only these; an empty tuple means all."""

    queues: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    routing_profiles: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()


class NowGroup(msgspec.Struct, frozen=True):
    """The metrics of one group. None: cannot be computed; 0: computed, and nothing."""

    dimensions: dict[str, str]
    values: dict[str, float | None]


class _Scene:
    """What one group sees: its agents, its contacts, the channels that count."""

    def __init__(
        self,
        desks: list[Desk],
        waiting: list[ContactLife],
        channels: Sequence[Channel],
        contacts: Contacts,
        now: Instant,
        estimate: Callable[[], Seconds | None],
        scheduled: int = 0,
    ) -> None:
        self.desks = desks
        self.contacts = contacts
        self.channels = channels
        self.now = now
        self.estimate = estimate
        self.waiting = waiting
        self.scheduled = scheduled

    def type_of(self, desk: Desk) -> str:
        return self.contacts.resources.status_type(desk.status)

    def states(self, *states: str) -> int:
        """Contacts of these channels at the agents in one of these states; none named: that keep them busy."""
        return sum(
            (one.state in states if states else one.busy) and one.channel in self.channels
            for desk in self.desks
            for one in desk.contacts.values()
        )

    def agents(self, test: Callable[[Desk], bool]) -> int:
        return sum(map(test, self.desks))

    def available(self, desk: Desk) -> bool:
        """Able to take a contact at this moment: Available, and nothing at the desk."""
        return self.type_of(desk) == "ROUTABLE" and not desk.next_status and not desk.contacts

    def on_contact(self, desk: Desk) -> bool:
        return any(one.busy and one.channel in self.channels for one in desk.contacts.values())

    def oldest(self) -> Seconds | None:
        """Since when the one who waits longest is queued, in seconds."""
        stays = [life.waiting for life in self.waiting]
        return max((self.now - stay.since for stay in stays if stay is not None), default=0.0)

    def free(self) -> int:
        resources = self.contacts.resources
        return sum(free_slots(desk, channel, resources) for desk in self.desks for channel in self.channels)


class NowMetric(msgspec.Struct, frozen=True):
    """One real-time metric."""

    name: str
    unit: Literal["COUNT", "SECONDS"]
    meaning: str
    compute: Callable[[_Scene], float | None]


def _is_blocked(desk: Desk) -> bool:
    return any(one.state in BLOCKING for one in desk.contacts.values())


_ON_CONTACT = (
    "Agents with at least one contact: connected, on hold, paused, dialled or in after-contact work."
)

NOW_METRICS: Final[tuple[NowMetric, ...]] = (
    NowMetric(
        "AGENTS_ONLINE",
        "COUNT",
        "Agents in any status but Offline.",
        lambda s: s.agents(lambda desk: s.type_of(desk) != "OFFLINE"),
    ),
    NowMetric(
        "AGENTS_AVAILABLE",
        "COUNT",
        "Agents who could take a contact now: Available, no contact, nothing missed or failed.",
        lambda s: s.agents(s.available),
    ),
    NowMetric(
        "AGENTS_STAFFED",
        "COUNT",
        "Agents online and not in a status of the centre's own.",
        lambda s: s.agents(lambda desk: s.type_of(desk) == "ROUTABLE"),
    ),
    NowMetric("AGENTS_ON_CONTACT", "COUNT", _ON_CONTACT, lambda s: s.agents(s.on_contact)),
    NowMetric(
        "AGENTS_ON_CALL",
        "COUNT",
        "The older name of AGENTS_ON_CONTACT.",
        lambda s: s.agents(s.on_contact),
    ),
    NowMetric(
        "AGENTS_AFTER_CONTACT_WORK",
        "COUNT",
        "Contacts in after-contact work; the name says agents, and it is not they who are counted.",
        lambda s: s.states("ENDED"),
    ),
    NowMetric(
        "AGENTS_NON_PRODUCTIVE",
        "COUNT",
        "Agents in a status of the centre's own; they may have a contact still.",
        lambda s: s.agents(lambda desk: s.type_of(desk) == "CUSTOM"),
    ),
    NowMetric(
        "AGENTS_ERROR",
        "COUNT",
        "Agents whom a missed, rejected or failed contact keeps from the next.",
        lambda s: s.agents(_is_blocked),
    ),
    NowMetric("CONTACTS_IN_QUEUE", "COUNT", "Contacts that wait now.", lambda s: len(s.waiting)),
    NowMetric(
        "CONTACTS_SCHEDULED",
        "COUNT",
        "Callbacks whose time has not come; they are not in the queue yet.",
        lambda s: s.scheduled,
    ),
    NowMetric(
        "OLDEST_CONTACT_AGE",
        "SECONDS",
        "How long the one who waits longest is in the queue. 0: nobody waits.",
        lambda s: s.oldest(),
    ),
    NowMetric(
        "SLOTS_ACTIVE",
        "COUNT",
        "Contacts at agents: connected, on hold, paused, dialled or in after-contact work.",
        lambda s: s.states(),
    ),
    NowMetric(
        "SLOTS_AVAILABLE", "COUNT", "Contacts more that Available agents could take.", lambda s: s.free()
    ),
    NowMetric(
        "ESTIMATED_WAIT_TIME",
        "SECONDS",
        "What a contact that comes now would wait; only by queue and channel.",
        lambda s: s.estimate(),
    ),
)


class MetricsNow:
    """Feed it facts in order; `groups` tells how things stand."""

    def __init__(self, definition: CentreDefinition | None = None) -> None:
        self.contacts = Contacts(definition)
        self.desks = Desks(self.contacts)

    def define(self, definition: CentreDefinition) -> None:
        """This definition holds from now on."""
        self.contacts.define(definition)
        for agent in definition.agents:
            self.desks.desk(agent.name)

    def feed(self, facts: Iterable[Fact]) -> None:
        """These became true."""
        for fact in facts:
            self.contacts.add(fact)
            self.desks.apply(fact)

    def groups(
        self,
        now: Instant,
        by: Sequence[NowGrouping] = (),
        filters: Filters | None = None,
        estimate: Estimate = lambda queue, channel: None,
    ) -> list[NowGroup]:
        """One group for each combination of what is grouped by; without grouping one for all."""
        filters = filters or Filters()
        resources = self.contacts.resources
        queues = filters.queues or tuple(queue.name for queue in resources.definition.queues)
        profiles = filters.routing_profiles or tuple(resources.profiles)
        statuses = filters.statuses or tuple(dict.fromkeys(desk.status for desk in self.desks.desks.values()))
        places: dict[str, tuple[str, ...]] = {
            "QUEUE": queues,
            "CHANNEL": filters.channels or self._channels(),
            "ROUTING_PROFILE": profiles,
            "AGENT_STATUS": statuses,
        }
        found: list[NowGroup] = []
        for key in product(*(places[one] for one in by)):
            dimensions: dict[str, str] = dict(zip(by, key, strict=True))
            narrowed = Filters(
                (dimensions["QUEUE"],) if "QUEUE" in dimensions else filters.queues,
                (dimensions["CHANNEL"],) if "CHANNEL" in dimensions else filters.channels,  # type: ignore[arg-type]
                (dimensions["ROUTING_PROFILE"],)
                if "ROUTING_PROFILE" in dimensions
                else filters.routing_profiles,
                (dimensions["AGENT_STATUS"],) if "AGENT_STATUS" in dimensions else filters.statuses,
            )
            scene = self._scene(narrowed, now, estimate)
            found.append(NowGroup(dimensions, {one.name: one.compute(scene) for one in NOW_METRICS}))
        return found

    def _channels(self) -> tuple[Channel, ...]:
        """The channels that somebody serves."""
        profiles = self.contacts.resources.profiles.values()
        return tuple(one for one in CHANNELS if any(profile.concurrency.get(one) for profile in profiles))

    def _scene(self, filters: Filters, now: Instant, estimate: Estimate) -> _Scene:
        channels = filters.channels or CHANNELS

        def told() -> Seconds | None:
            one_of_each = len(filters.queues) == 1 and len(filters.channels) == 1
            return estimate(filters.queues[0], filters.channels[0]) if one_of_each else None

        waiting = [
            life
            for life in self.contacts.present.values()
            if life.channel in channels and _waits_in(life, filters.queues)
        ]
        desks = [desk for desk in self.desks.desks.values() if self._counts(desk, filters)]
        scheduled = sum(
            life.channel in channels and _is_scheduled(life, filters.queues, now)
            for life in self.contacts.present.values()
        )
        return _Scene(desks, waiting, channels, self.contacts, now, told, scheduled)

    def _counts(self, desk: Desk, filters: Filters) -> bool:
        """Whether the agent belongs to what is filtered for."""
        if filters.statuses and desk.status not in filters.statuses:
            return False
        profile = self.contacts.resources.profile_of(desk.agent)
        if filters.routing_profiles and profile.name not in filters.routing_profiles:
            return False
        if not filters.queues:
            return not filters.channels or any(profile.concurrency.get(one) for one in filters.channels)
        return any(
            row.queue in filters.queues and (not filters.channels or row.channel in filters.channels)
            for row in profile.rows
        )


def _waits_in(life: ContactLife, queues: tuple[str, ...]) -> bool:
    stay = life.waiting
    return stay is not None and bool(stay.queue) and (not queues or stay.queue in queues)


def _is_scheduled(life: ContactLife, queues: tuple[str, ...], now: Instant) -> bool:
    """Whether the contact stands by: for the queue that was named when it was scheduled."""
    due = life.scheduled_at
    if due is None or due <= now or life.waiting is not None or life.connected_at is not None:
        return False
    return not queues or life.scheduled_queue in queues


def api_value(metric: str, value: float | None, grouped: bool) -> float | None:
    """The value as GetCurrentMetricData answers it, quirk included: without any grouping the service gives
    OLDEST_CONTACT_AGE in milliseconds, under the unit SECONDS. Inside Evenhand it is seconds always."""
    if metric == "OLDEST_CONTACT_AGE" and value is not None and not grouped:
        return value * 1000.0
    return value
