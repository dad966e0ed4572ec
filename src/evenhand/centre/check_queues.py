"""The check of hours of operation, queues and policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise

from evenhand.centre.findings import Findings, place, ways
from evenhand.distributor.hours import WEEKDAYS, known_zone
from evenhand.model.definition import CentreDefinition, HoursOfOperation, OpenPeriod, Weekday

__all__ = ["POLICY_ALWAYS_THERE", "check_hours", "check_policies", "check_queues"]

POLICY_ALWAYS_THERE = "longest_available"
"""The policy that needs no definition: Amazon Connect's own rule."""


def check_hours(definition: CentreDefinition, findings: Findings) -> None:
    """Find zones that nobody knows and periods that are empty, overlap or leave the day."""
    for hours in definition.hours:
        if not known_zone(hours.time_zone):
            findings.error(
                place("hours", hours.name, "time_zone"),
                "unknown-zone",
                f"'{hours.time_zone}' is not a time zone of the IANA database.",
                "Write a name such as Europe/Berlin.",
            )
        _check_periods(hours, findings)
        _check_overrides(hours, {each.name for each in definition.hours}, findings)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _check_overrides(hours: HoursOfOperation, names: set[str], findings: Findings) -> None:
    where = place("hours", hours.name, "overrides")
    if len(hours.overrides) > 50:
        findings.error(
            where, "too-many", f"{len(hours.overrides)} overrides are too many.", "Amazon Connect takes 50."
        )
    dates = sorted((one.first, one.last) for one in hours.overrides)
    for (_, last), (first, _) in pairwise(dates):
        if first <= last:
            findings.warn(
                where, "overlap", f"Two overrides hold on {first}.", "The first one written counts."
            )
    for override in hours.overrides:
        shown = place("hours", hours.name, "overrides", override.first)
        try:
            backwards = date.fromisoformat(override.first) > date.fromisoformat(override.last)
        except ValueError:
            findings.error(shown, "bad-date", "An override's dates are no dates.", "Write 2026-12-24.")
            continue
        if backwards:
            findings.error(shown, "bad-date", "It ends before it begins.", "Write the earlier date first.")
        _check_days(override.periods, _always(shown), findings, WEEKDAYS[:1])
    if len(hours.parents) > 3:
        findings.error(
            place("hours", hours.name, "parents"),
            "too-many",
            f"{len(hours.parents)} parents are too many.",
            "Amazon Connect takes 3.",
        )
    for parent in hours.parents:
        if parent not in names or parent == hours.name:
            findings.error(
                place("hours", hours.name, "parents"),
                "unknown-hours",
                f"There are no other hours '{parent}'.",
                ways(parent, names - {hours.name}, "Define them under [hours]."),
            )


def _always(where: str) -> Callable[[Weekday], str]:
    return lambda _day: where


def _check_periods(hours: HoursOfOperation, findings: Findings) -> None:
    _check_days(hours.periods, lambda day: place("hours", hours.name, day.lower()), findings, WEEKDAYS)


def _check_days(
    all_periods: Iterable[OpenPeriod],
    place_of: Callable[[Weekday], str],
    findings: Findings,
    days: Iterable[Weekday],
) -> None:
    all_periods = tuple(all_periods)
    for day in days:
        where = place_of(day)
        periods = sorted((p.start_minute, p.end_minute) for p in all_periods if p.day == day)
        latest = -1
        for start, end in periods:
            shown = f"{_clock(start)}-{_clock(end)}"
            if start < 0 or end > 1440:
                findings.error(
                    where,
                    "bad-time",
                    f"The period {shown} leaves the day.",
                    "Write times from 00:00 to 24:00; split a night at midnight.",
                )
            elif end <= start:
                findings.error(
                    where,
                    "empty-period",
                    f"The period {shown} is empty.",
                    "A period ends after it begins; split a night at midnight: 22:00-24:00 and, the next day, 00:00-06:00.",
                )
            elif start < latest:
                findings.error(
                    where,
                    "overlap",
                    f"The period {shown} overlaps the one before, which ends at {_clock(latest)}.",
                    "Write the day's periods so that each begins at or after the end of the one before.",
                )
            latest = max(latest, end)


def check_queues(definition: CentreDefinition, findings: Findings) -> None:
    """Find names that lead nowhere, queues that nobody serves, and queues that are never open."""
    hours = {each.name: each for each in definition.hours}
    policies = {policy.name for policy in definition.policies} | {POLICY_ALWAYS_THERE}
    served = {row.queue for profile in definition.routing_profiles for row in profile.rows}
    for queue in definition.queues:
        if queue.hours and queue.hours not in hours:
            findings.error(
                place("queues", queue.name, "hours"),
                "unknown-hours",
                f"There are no hours '{queue.hours}'.",
                ways(queue.hours, hours, "Define them under [hours]."),
            )
        elif queue.hours and not (hours[queue.hours].periods or hours[queue.hours].overrides):
            findings.warn(
                place("queues", queue.name, "hours"),
                "always-closed",
                f"The hours '{queue.hours}' hold no period, so the queue is never open.",
                'Add periods, such as "monday-friday" = ["09:00-17:00"].',
            )
        if queue.policy not in policies:
            findings.error(
                place("queues", queue.name, "policy"),
                "unknown-policy",
                f"There is no policy '{queue.policy}'.",
                ways(queue.policy, policies, "Define it under [policies]."),
            )
        if queue.max_contacts is not None and queue.max_contacts < 1:
            findings.error(
                place("queues", queue.name, "max_contacts"),
                "bad-limit",
                f"A queue for {queue.max_contacts} contacts takes nobody.",
                "Write a number from 1 up, or leave it out for no limit.",
            )
        if queue.name not in served:
            findings.warn(
                place("queues", queue.name),
                "unreachable-queue",
                f"No routing profile serves the queue '{queue.name}': who waits there waits for ever.",
                "Add it to the queues of a routing profile.",
            )


def check_policies(definition: CentreDefinition, findings: Findings) -> None:
    """Find policies that cannot rank."""
    for policy in definition.policies:
        ranks_by_load = policy.rank == "least_workload" or (
            policy.rank == "blend" and policy.workload_weight != 0
        )
        if ranks_by_load and not policy.call_type:
            findings.error(
                place("policies", policy.name, "call_type"),
                "no-call-type",
                f"The rank {policy.rank} reads the workload of a call type, and none is named.",
                'Write call_type = "…", as in the table AgentWorkload.',
            )
        if policy.own_agent_wait < 0:
            findings.error(
                place("policies", policy.name, "own_agent_wait"),
                "negative",
                "Nobody can wait for a negative time.",
                "Write 0 to ask once and go on.",
            )
        elif policy.own_agent_wait > 0 and not policy.own_agent:
            findings.warn(
                place("policies", policy.name, "own_agent_wait"),
                "no-effect",
                "The wait for the own agent has no effect, for own_agent is off.",
                "Write own_agent = true, or drop the wait.",
            )
        if policy.candidates and not policy.candidates_attribute:
            findings.error(
                place("policies", policy.name, "candidates_attribute"),
                "no-attribute",
                "Candidates are asked for, and no attribute is named that carries them.",
                'Leave it out to take "candidates".',
            )
