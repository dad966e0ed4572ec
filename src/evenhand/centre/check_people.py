"""The check of routing profiles and agents."""

from __future__ import annotations

from collections import Counter

from evenhand.centre.findings import Findings, place, ways
from evenhand.model.definition import CentreDefinition, RoutingProfile

__all__ = ["STATUSES_ALWAYS_THERE", "check_agents", "check_profiles"]

STATUSES_ALWAYS_THERE = ("Available", "Offline")
"""The statuses that every centre has."""

_CROSS_CHANNEL = ("ROUTE_CURRENT_CHANNEL_ONLY", "ROUTE_ANY_CHANNEL")


def check_profiles(definition: CentreDefinition, findings: Findings) -> None:
    """Find rows that lead nowhere, and numbers outside what Amazon Connect takes."""
    queues = {queue.name for queue in definition.queues}
    for profile in definition.routing_profiles:
        _check_concurrency(profile, findings)
        _check_rows(profile, queues, findings)
        outbound = profile.default_outbound_queue
        if outbound and outbound not in queues:
            findings.error(
                place("routing_profiles", profile.name, "default_outbound_queue"),
                "unknown-queue",
                f"There is no queue '{outbound}'.",
                ways(outbound, queues, "Define it under [queues]."),
            )


def _check_concurrency(profile: RoutingProfile, findings: Findings) -> None:
    for channel, slots in profile.concurrency.items():
        most = 1 if channel == "VOICE" else 10
        if not 1 <= slots <= most:
            findings.error(
                place("routing_profiles", profile.name, "concurrency", channel),
                "bad-concurrency",
                f"{slots} contacts at once is not possible on channel {channel}.",
                "A voice agent speaks with one customer." if most == 1 else f"Write 1 to {most}.",
            )
    for channel, rule in profile.cross_channel.items():
        if rule not in _CROSS_CHANNEL:
            findings.error(
                place("routing_profiles", profile.name, "cross_channel", channel),
                "unknown-rule",
                f"'{rule}' is not a cross-channel rule.",
                ways(rule, _CROSS_CHANNEL, "Write one of Amazon Connect's two."),
            )


def _check_rows(profile: RoutingProfile, queues: set[str], findings: Findings) -> None:
    def where(index: int, field: str) -> str:
        return place("routing_profiles", profile.name, "queues", index, field)

    for index, row in enumerate(profile.rows):
        if row.queue not in queues:
            findings.error(
                where(index, "queue"),
                "unknown-queue",
                f"There is no queue '{row.queue}'.",
                ways(row.queue, queues, "Define it under [queues]."),
            )
        if row.channel not in profile.concurrency:
            findings.error(
                where(index, "channel"),
                "no-concurrency",
                f"The row serves {row.channel}, and the profile has no slot on that channel.",
                f"Add {row.channel} to its concurrency.",
            )
        if not 1 <= row.priority <= 99:
            findings.error(
                where(index, "priority"),
                "bad-priority",
                f"The priority {row.priority} is outside 1 to 99.",
                "1 comes first.",
            )
        if row.manual and (row.delay or row.priority != 1):
            findings.warn(
                where(index, "manual"),
                "manual-order",
                "Priority and delay say nothing about a worklist: its contacts are picked, not offered.",
                "Leave them out, or take `manual` away.",
            )
        if not 0 <= row.delay <= 9999:
            findings.error(
                where(index, "delay"),
                "bad-delay",
                f"The delay of {row.delay:g} s is outside 0 to 9999.",
                "Write 0 for none.",
            )
    for (queue, channel), count in Counter((row.queue, row.channel) for row in profile.rows).items():
        if count > 1:
            findings.error(
                place("routing_profiles", profile.name, "queues"),
                "duplicate",
                f"The queue '{queue}' stands {count} times on channel {channel}.",
                "One row for each queue and channel.",
            )


def check_agents(definition: CentreDefinition, findings: Findings) -> None:
    """Find agents whose profile or status does not exist, and those whom no queue reaches."""
    profiles = {profile.name: profile for profile in definition.routing_profiles}
    statuses = {status.name for status in definition.statuses} | set(STATUSES_ALWAYS_THERE)
    if not definition.agents:
        findings.warn(
            "agents",
            "no-agent",
            "The centre has no agents.",
            "Add one under [agents], such as [agents.anna].",
        )
    for agent in definition.agents:
        profile = profiles.get(agent.routing_profile)
        if profile is None:
            findings.error(
                place("agents", agent.name, "routing_profile"),
                "unknown-profile",
                f"There is no routing profile '{agent.routing_profile}'.",
                ways(agent.routing_profile, profiles, "Define it under [routing_profiles]."),
            )
        elif not profile.rows:
            findings.warn(
                place("agents", agent.name),
                "agent-in-no-queue",
                f"The profile '{profile.name}' serves no queue, so only contacts for '{agent.name}' alone arrive.",
                "Add queues to the profile.",
            )
        if agent.initial_status not in statuses:
            findings.error(
                place("agents", agent.name, "initial_status"),
                "unknown-status",
                f"There is no status '{agent.initial_status}'.",
                ways(agent.initial_status, statuses, "Add it to the custom statuses."),
            )
        if agent.after_contact_work is not None and agent.after_contact_work < 0:
            findings.error(
                place("agents", agent.name, "after_contact_work"),
                "negative",
                "After-contact work cannot last a negative time.",
                'Write seconds, 0 for "until cleared", or "none".',
            )
    for status in definition.statuses:
        fixed = {"Available": "ROUTABLE", "Offline": "OFFLINE"}.get(status.name, "CUSTOM")
        if status.type != fixed:
            findings.error(
                place("statuses", status.name),
                "status-type",
                f"The status '{status.name}' is {fixed}, never {status.type}.",
                "Only Available is ROUTABLE and only Offline is OFFLINE.",
            )
