"""The historical metrics as data: name, unit, meaning, where it is defined, and how it is computed.

The names and meanings are Amazon Connect's. `GetMetricDataV2` is the API they come from, `GetMetricData` the
older one, which has some that the newer lacks. `docs/reference/metrics.md` is written from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from typing import Final, TypeAlias

import msgspec

from evenhand.records.figures import EVERYTHING, Figures, Metric
from evenhand.records.metric_rows import ContactRow

__all__ = ["METRICS"]

_V2, _V1 = "GetMetricDataV2", "GetMetricData"
_QUEUES = ("QUEUE", "CHANNEL", "ROUTING_PROFILE")
_PEOPLE = ("ROUTING_PROFILE", "AGENT")
_UNANSWERED = ("missed", "rejected", "error")
_OFFERED = ("accepted", *_UNANSWERED, "abandoned")

_Rows: TypeAlias = Callable[[Figures], Sized]
_Numbers: TypeAlias = Callable[[Figures], Iterable[float]]


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None


def _percent(part: float, whole: float) -> float | None:
    return 100.0 * part / whole if whole else None


# --- kinds of metrics -------------------------------------------------------------------------------------


def _count(
    name: str, meaning: str, rows: _Rows, source: str = _V2, by: tuple[str, ...] = EVERYTHING
) -> Metric:
    """How many there are."""
    return Metric(name, "COUNT", meaning, source, lambda f, x: len(rows(f)), by)


def _handled(name: str, meaning: str, test: Callable[[ContactRow], bool], source: str = _V2) -> Metric:
    """How many of the handled contacts are so."""
    return Metric(name, "COUNT", meaning, source, lambda f, x: sum(map(test, f.handled)))


def _contacts(name: str, meaning: str, test: Callable[[ContactRow], bool], source: str = _V2) -> Metric:
    """How many of all contacts are so."""
    return Metric(name, "COUNT", meaning, source, lambda f, x: sum(map(test, f.contacts)))


def _within(name: str, meaning: str, rows: Callable[[Figures], list[ContactRow]]) -> Metric:
    """How many of these were not longer than X in the queue."""
    return Metric(
        name, "COUNT", meaning, _V2, lambda f, x: sum(x.holds(r.waited) for r in rows(f)), _QUEUES, True
    )


def _share(name: str, meaning: str, part: _Rows, whole: _Rows) -> Metric:
    """The part in a hundred."""
    return Metric(name, "PERCENT", meaning, _V2, lambda f, x: _percent(len(part(f)), len(whole(f))))


def _average(name: str, meaning: str, values: _Numbers) -> Metric:
    """The mean of these seconds."""
    return Metric(name, "SECONDS", meaning, _V2, lambda f, x: _mean(values(f)))


def _sum(name: str, meaning: str, values: _Numbers) -> Metric:
    """These seconds together."""
    return Metric(name, "SECONDS", meaning, _V2, lambda f, x: sum(values(f)))


def _agents(name: str, meaning: str, kind: str) -> Metric:
    """How long agents were this."""
    return Metric(name, "SECONDS", meaning, _V2, lambda f, x: f.seconds(kind), _PEOPLE)


# --- the metrics ------------------------------------------------------------------------------------------

_VOLUMES = (
    _count(
        "CONTACTS_CREATED",
        "Contacts that began in the interval.",
        lambda f: f.moments_of("created"),
        by=("CHANNEL",),
    ),
    _count(
        "CONTACTS_QUEUED",
        "Contacts that were in the queue, counted when they disconnect.",
        lambda f: f.queued,
    ),
    _count(
        "CONTACTS_QUEUED_BY_ENQUEUE",
        "Contacts that were put into the queue, counted when they were.",
        lambda f: f.moments_of("queued"),
        by=("QUEUE", "CHANNEL"),
    ),
    _count(
        "CONTACTS_HANDLED",
        "Contacts that an agent had, counted when they disconnect.",
        lambda f: f.handled,
    ),
    _count(
        "CONTACTS_HANDLED_BY_CONNECTED_TO_AGENT",
        "Contacts that an agent had, counted when the agent was connected.",
        lambda f: f.moments_of("connected"),
    ),
    _handled(
        "CONTACTS_HANDLED_INCOMING",
        "Handled contacts that customers began, transfers included.",
        lambda r: r.method in ("INBOUND", "TRANSFER", "QUEUE_TRANSFER"),
        _V1,
    ),
    _handled(
        "CONTACTS_HANDLED_OUTBOUND",
        "Handled contacts that an agent began.",
        lambda r: r.method == "OUTBOUND",
        _V1,
    ),
    _handled(
        "CALLBACK_CONTACTS_HANDLED",
        "Handled contacts that were callbacks.",
        lambda r: r.method == "CALLBACK",
        _V1,
    ),
    _handled(
        "API_CONTACTS_HANDLED",
        "Handled contacts that were begun over the API.",
        lambda r: r.method == "API",
        _V1,
    ),
    _count(
        "SUM_RETRY_CALLBACK_ATTEMPTS",
        "Attempts to call somebody back that did not reach them, counted when they failed.",
        lambda f: f.moments_of("not_reached"),
        by=_QUEUES,
    ),
    _count(
        "CONTACTS_ABANDONED",
        "Contacts that left the queue neither answered, nor transferred, nor for a callback.",
        lambda f: f.abandoned,
    ),
    _count(
        "CONTACTS_MISSED",
        "Offers that an agent missed or rejected.",
        lambda f: f.moments_of("missed", "rejected"),
        _V1,
    ),
    _handled(
        "CONTACTS_AGENT_HUNG_UP_FIRST",
        "Handled contacts that the agent ended, otherwise than by a transfer.",
        lambda r: r.reason == "AGENT_DISCONNECT" and not r.transferred_by_agent,
        _V1,
    ),
    _contacts(
        "CONTACTS_TRANSFERRED_IN",
        "Contacts that came by a transfer, from an agent or a queue.",
        lambda r: r.queued_at is not None and r.came in ("TRANSFER", "QUEUE_TRANSFER"),
        _V1,
    ),
    _contacts(
        "CONTACTS_TRANSFERRED_IN_FROM_QUEUE",
        "Contacts that came from another queue while they waited.",
        lambda r: r.queued_at is not None and r.came == "QUEUE_TRANSFER",
        _V1,
    ),
    _contacts(
        "CONTACTS_TRANSFERRED_OUT",
        "Contacts that went elsewhere by a transfer, from an agent or from the queue.",
        lambda r: r.transferred_by_agent or r.why in ("transferred", "third_party"),
    ),
    _contacts(
        "CONTACTS_TRANSFERRED_OUT_BY_AGENT",
        "Contacts that an agent transferred.",
        lambda r: r.transferred_by_agent,
    ),
    _contacts(
        "CONTACTS_TRANSFERRED_OUT_FROM_QUEUE",
        "Contacts that went to another queue while they waited.",
        lambda r: r.why == "transferred",
    ),
    _handled(
        "CONTACTS_PUT_ON_HOLD",
        "Handled contacts that were on hold at least once.",
        lambda r: r.holds > 0,
    ),
    _handled("CONTACTS_HOLD_ABANDONS", "Contacts that ended on hold.", lambda r: r.ended_on_hold),
    _handled(
        "CONTACTS_ON_HOLD_CUSTOMER_DISCONNECT",
        "Contacts that the customer ended on hold.",
        lambda r: r.ended_on_hold and r.reason == "CUSTOMER_DISCONNECT",
    ),
    _handled(
        "CONTACTS_ON_HOLD_AGENT_DISCONNECT",
        "Contacts that the agent ended on hold.",
        lambda r: r.ended_on_hold and r.reason == "AGENT_DISCONNECT",
    ),
)

_LEVELS = (
    Metric(
        "SERVICE_LEVEL",
        "PERCENT",
        "CONTACTS_REMOVED_FROM_QUEUE_IN_X / CONTACTS_QUEUED x 100.",
        _V2,
        lambda f, x: _percent(sum(x.holds(r.waited) for r in f.removed), len(f.queued)),
        _QUEUES,
        True,
    ),
    _within(
        "CONTACTS_REMOVED_FROM_QUEUE_IN_X",
        "Contacts that were answered, gave up or asked for a callback within X seconds.",
        lambda f: f.removed,
    ),
    _within(
        "SUM_CONTACTS_ANSWERED_IN_X",
        "Contacts that were answered within X seconds in the queue.",
        lambda f: f.answered,
    ),
    _within(
        "SUM_CONTACTS_ABANDONED_IN_X",
        "Contacts that gave up within X seconds in the queue.",
        lambda f: f.abandoned,
    ),
    _share(
        "ABANDONMENT_RATE",
        "CONTACTS_ABANDONED / CONTACTS_QUEUED x 100.",
        lambda f: f.abandoned,
        lambda f: f.queued,
    ),
    _count(
        "AGENT_NON_RESPONSE",
        "Offers that an agent did not answer, those included whose customer gave up meanwhile.",
        lambda f: f.moments_of(*_UNANSWERED, "abandoned"),
    ),
    _count(
        "AGENT_NON_RESPONSE_WITHOUT_CUSTOMER_ABANDONS",
        "Offers that an agent did not answer although the customer was there.",
        lambda f: f.moments_of(*_UNANSWERED),
    ),
    _share(
        "AGENT_ANSWER_RATE",
        "Offers answered / offers answered or not answered x 100.",
        lambda f: f.moments_of("accepted"),
        lambda f: f.moments_of(*_OFFERED),
    ),
    Metric(
        "AGENT_OCCUPANCY",
        "PERCENT",
        "SUM_CONTACT_TIME_AGENT / (SUM_CONTACT_TIME_AGENT + SUM_IDLE_TIME_AGENT) x 100.",
        _V2,
        lambda f, x: _percent(f.seconds("on_contact"), f.seconds("on_contact") + f.seconds("idle")),
        _PEOPLE,
    ),
)

_AVERAGES = (
    _average(
        "AVG_QUEUE_ANSWER_TIME",
        "Mean time in the queue of contacts that were answered; time in flows before does not count.",
        lambda f: (r.waited for r in f.answered),
    ),
    _average(
        "AVG_ABANDON_TIME",
        "Mean time in the queue of contacts that gave up.",
        lambda f: (r.waited for r in f.abandoned),
    ),
    Metric(
        "MAX_QUEUED_TIME",
        "SECONDS",
        "The longest time that a contact was in the queue.",
        _V2,
        lambda f, x: max((r.waited for r in f.queued), default=None),
    ),
    _average(
        "AVG_HANDLE_TIME",
        "Mean of talk, hold, pauses and after-contact work of handled contacts.",
        lambda f: (r.handle for r in f.handled),
    ),
    _average(
        "AVG_ACTIVE_TIME",
        "Mean of talk, hold and after-contact work of handled contacts: without pauses.",
        lambda f: (r.active for r in f.handled),
    ),
    _average(
        "AVG_INTERACTION_TIME",
        "Mean time with the agent, without hold, pauses and after-contact work.",
        lambda f: (r.interaction for r in f.handled),
    ),
    _average(
        "AVG_INTERACTION_AND_HOLD_TIME",
        "Mean time with the agent, hold included.",
        lambda f: (r.interaction + r.held for r in f.handled),
    ),
    _average(
        "AVG_HOLD_TIME",
        "Mean time on hold of contacts that were on hold.",
        lambda f: (r.held for r in f.handled if r.holds),
    ),
    _average(
        "AVG_HOLD_TIME_ALL_CONTACTS",
        "Mean time on hold of all handled contacts.",
        lambda f: (r.held for r in f.handled),
    ),
    msgspec.structs.replace(
        _average(
            "AVG_HOLDS",
            "Mean number of holds of handled contacts.",
            lambda f: (r.holds for r in f.handled),
        ),
        unit="COUNT",
    ),
    _average(
        "AVG_AGENT_PAUSE_TIME",
        "Mean time that tasks were paused while an agent had them, of those that were.",
        lambda f: (r.paused for r in f.handled if r.paused),
    ),
    _average(
        "AVG_AFTER_CONTACT_WORK_TIME",
        "Mean after-contact work of handled contacts.",
        lambda f: (r.work for r in f.handled),
    ),
    _average(
        "AVG_CONTACT_DURATION",
        "Mean time from the beginning of a contact to its disconnect.",
        lambda f: (r.at - r.initiated_at for r in f.contacts if r.last),
    ),
    _average(
        "AVG_AGENT_CONNECTING_TIME",
        "Mean time that answered offers rang.",
        lambda f: (r.rang for r in f.moments_of("accepted")),
    ),
)

_SUMS = (
    _sum(
        "SUM_HANDLE_TIME",
        "Talk, hold, pauses and after-contact work of handled contacts together.",
        lambda f: (r.handle for r in f.handled),
    ),
    _sum(
        "SUM_INTERACTION_TIME",
        "Time with agents together, without hold and pauses.",
        lambda f: (r.interaction for r in f.handled),
    ),
    _sum(
        "SUM_INTERACTION_AND_HOLD_TIME",
        "Time with agents together, hold included.",
        lambda f: (r.interaction + r.held for r in f.handled),
    ),
    _sum("SUM_HOLD_TIME", "Time on hold together.", lambda f: (r.held for r in f.handled)),
    _sum(
        "SUM_AFTER_CONTACT_WORK_TIME",
        "After-contact work together.",
        lambda f: (r.work for r in f.handled),
    ),
    _sum(
        "SUM_CONTACT_FLOW_TIME",
        "Time in flows before the first queue, or until the end where there was none; standing by before a "
        "scheduled time is no such time, nor is a call that an agent makes.",
        lambda f: (r.in_flow for r in f.contacts),
    ),
    _agents(
        "SUM_CONTACT_TIME_AGENT",
        "Time in which agents were Available and had a contact: dialled, talk, hold, pause, after-contact "
        "work. Two at once count once.",
        "on_contact",
    ),
    _agents(
        "SUM_IDLE_TIME_AGENT",
        "Time in which agents were Available and had no contact, or only ringing, missed and failed ones.",
        "idle",
    ),
    _agents(
        "SUM_NON_PRODUCTIVE_TIME_AGENT",
        "Time in statuses of the centre's own, such as Lunch.",
        "non_productive",
    ),
    _agents(
        "SUM_ERROR_STATUS_TIME_AGENT",
        "Time in which a missed, rejected or failed contact kept agents from the next.",
        "error",
    ),
    _agents("SUM_ONLINE_TIME_AGENT", "Time in any status but Offline.", "online"),
)

METRICS: Final[tuple[Metric, ...]] = (*_VOLUMES, *_LEVELS, *_AVERAGES, *_SUMS)
"""All historical metrics, in the order in which they are shown."""
