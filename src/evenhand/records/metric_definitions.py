"""The historical metrics as data: name, unit, meaning, where it is defined, and how it is computed.

The names and meanings are Amazon Connect's. `GetMetricDataV2` is the API they come from, `GetMetricData` the
older one, which has some that the newer lacks. `docs/reference/metrics.md` is written from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal

import msgspec

from evenhand.model.units import Instant, Seconds
from evenhand.records.metric_rows import ContactRow, MomentRow, TimeRow

__all__ = ["METRICS", "Figures", "Metric", "Threshold"]


class Threshold(msgspec.Struct, frozen=True):
    """The X of a metric: at most so many seconds (`LTE`), or less (`LT`)."""

    seconds: Seconds = 60.0
    comparison: Literal["LT", "LTE"] = "LT"

    def holds(self, seconds: Seconds) -> bool:
        """Whether this is within."""
        return seconds < self.seconds if self.comparison == "LT" else seconds <= self.seconds


class Figures:
    """What one group has within one interval: its contacts, its moments and its time."""

    def __init__(
        self,
        contacts: list[ContactRow],
        moments: list[MomentRow],
        times: list[TimeRow],
        since: Instant,
        until: Instant,
    ) -> None:
        self.contacts = contacts
        self.moments = moments
        self.times = times
        self.since = since
        self.until = until
        self.queued = [row for row in contacts if row.queued_at is not None]
        self.handled = [row for row in contacts if row.connected]
        self.answered = [row for row in self.queued if row.why == "connected"]
        self.abandoned = [row for row in self.queued if row.why in ("abandoned", "ended_by_flow")]

    def moments_of(self, *kinds: str) -> list[MomentRow]:
        """The moments of these kinds."""
        return [row for row in self.moments if row.kind in kinds]

    def seconds(self, kind: str) -> Seconds:
        """How long agents were this, within the interval."""
        return sum(
            max(0.0, min(row.until, self.until) - max(row.since, self.since))
            for row in self.times
            if row.kind == kind
        )

    def removed(self, threshold: Threshold) -> int:
        """Contacts that left the queue in time: answered, abandoned, or for a callback."""
        left = [*self.answered, *self.abandoned, *(row for row in self.queued if row.why == "callback")]
        return sum(threshold.holds(row.waited) for row in left)


class Metric(msgspec.Struct, frozen=True):
    """One metric. `compute` answers None where there is nothing to compute it from. `by` are the groupings
    that mean something for it; `threshold` says that it has an X."""

    name: str
    unit: Literal["COUNT", "SECONDS", "PERCENT"]
    meaning: str
    source: str
    compute: Callable[[Figures, Threshold], float | None]
    by: tuple[str, ...] = ("QUEUE", "CHANNEL", "ROUTING_PROFILE", "AGENT")
    threshold: bool = False


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None


def _percent(part: float, whole: float) -> float | None:
    return 100.0 * part / whole if whole else None


_V2, _V1 = "GetMetricDataV2", "GetMetricData"
_QUEUES = ("QUEUE", "CHANNEL", "ROUTING_PROFILE")
_PEOPLE = ("ROUTING_PROFILE", "AGENT")
_UNANSWERED = ("missed", "rejected", "error")


def _counts() -> tuple[Metric, ...]:
    return (
        Metric(
            "CONTACTS_CREATED",
            "COUNT",
            "Contacts that began in the interval.",
            _V2,
            lambda f, x: len(f.moments_of("created")),
            ("CHANNEL",),
        ),
        Metric(
            "CONTACTS_QUEUED",
            "COUNT",
            "Contacts that were in the queue, counted when they disconnect.",
            _V2,
            lambda f, x: len(f.queued),
        ),
        Metric(
            "CONTACTS_QUEUED_BY_ENQUEUE",
            "COUNT",
            "Contacts that were put into the queue, counted when they were.",
            _V2,
            lambda f, x: len(f.moments_of("queued")),
            ("QUEUE", "CHANNEL"),
        ),
        Metric(
            "CONTACTS_HANDLED",
            "COUNT",
            "Contacts that an agent had, counted when they disconnect.",
            _V2,
            lambda f, x: len(f.handled),
        ),
        Metric(
            "CONTACTS_HANDLED_BY_CONNECTED_TO_AGENT",
            "COUNT",
            "Contacts that an agent had, counted when the agent was connected.",
            _V2,
            lambda f, x: len(f.moments_of("connected")),
        ),
        Metric(
            "CONTACTS_HANDLED_INCOMING",
            "COUNT",
            "Handled contacts that customers began, transfers included.",
            _V1,
            lambda f, x: sum(r.method in ("INBOUND", "TRANSFER", "QUEUE_TRANSFER") for r in f.handled),
        ),
        Metric(
            "CONTACTS_HANDLED_OUTBOUND",
            "COUNT",
            "Handled contacts that an agent began.",
            _V1,
            lambda f, x: sum(r.method == "OUTBOUND" for r in f.handled),
        ),
        Metric(
            "CALLBACK_CONTACTS_HANDLED",
            "COUNT",
            "Handled contacts that were callbacks.",
            _V1,
            lambda f, x: sum(r.method == "CALLBACK" for r in f.handled),
        ),
        Metric(
            "API_CONTACTS_HANDLED",
            "COUNT",
            "Handled contacts that were begun over the API.",
            _V1,
            lambda f, x: sum(r.method == "API" for r in f.handled),
        ),
        Metric(
            "CONTACTS_ABANDONED",
            "COUNT",
            "Contacts that left the queue neither answered, nor transferred, nor for a callback.",
            _V2,
            lambda f, x: len(f.abandoned),
        ),
        Metric(
            "CONTACTS_MISSED",
            "COUNT",
            "Offers that an agent missed or rejected.",
            _V1,
            lambda f, x: len(f.moments_of("missed", "rejected")),
        ),
        Metric(
            "CONTACTS_AGENT_HUNG_UP_FIRST",
            "COUNT",
            "Handled contacts that the agent ended.",
            _V1,
            lambda f, x: sum(r.reason == "AGENT_DISCONNECT" for r in f.handled),
        ),
        Metric(
            "CONTACTS_TRANSFERRED_IN",
            "COUNT",
            "Contacts that came by a transfer, from an agent or a queue.",
            _V1,
            lambda f, x: sum(
                r.queued_at is not None and (r.method in ("TRANSFER", "QUEUE_TRANSFER") or not r.first)
                for r in f.contacts
            ),
        ),
        Metric(
            "CONTACTS_TRANSFERRED_IN_FROM_QUEUE",
            "COUNT",
            "Contacts that came from another queue while they waited.",
            _V1,
            lambda f, x: sum(
                r.queued_at is not None and (r.method == "QUEUE_TRANSFER" or not r.first) for r in f.contacts
            ),
        ),
        Metric(
            "CONTACTS_TRANSFERRED_OUT",
            "COUNT",
            "Contacts that went elsewhere by a transfer, from an agent or from the queue.",
            _V2,
            lambda f, x: sum(
                r.transferred_by_agent or r.why in ("transferred", "third_party") for r in f.contacts
            ),
        ),
        Metric(
            "CONTACTS_TRANSFERRED_OUT_BY_AGENT",
            "COUNT",
            "Contacts that an agent transferred.",
            _V2,
            lambda f, x: sum(r.transferred_by_agent for r in f.contacts),
        ),
        Metric(
            "CONTACTS_TRANSFERRED_OUT_FROM_QUEUE",
            "COUNT",
            "Contacts that went to another queue while they waited.",
            _V2,
            lambda f, x: sum(r.why == "transferred" for r in f.contacts),
        ),
        Metric(
            "CONTACTS_PUT_ON_HOLD",
            "COUNT",
            "Handled contacts that were on hold at least once.",
            _V2,
            lambda f, x: sum(r.holds > 0 for r in f.handled),
        ),
        Metric(
            "CONTACTS_HOLD_ABANDONS",
            "COUNT",
            "Contacts that ended on hold.",
            _V2,
            lambda f, x: sum(r.ended_on_hold for r in f.handled),
        ),
        Metric(
            "CONTACTS_ON_HOLD_CUSTOMER_DISCONNECT",
            "COUNT",
            "Contacts that the customer ended on hold.",
            _V2,
            lambda f, x: sum(r.ended_on_hold and r.reason == "CUSTOMER_DISCONNECT" for r in f.handled),
        ),
        Metric(
            "CONTACTS_ON_HOLD_AGENT_DISCONNECT",
            "COUNT",
            "Contacts that the agent ended on hold.",
            _V2,
            lambda f, x: sum(r.ended_on_hold and r.reason == "AGENT_DISCONNECT" for r in f.handled),
        ),
    )


def _levels() -> tuple[Metric, ...]:
    return (
        Metric(
            "SERVICE_LEVEL",
            "PERCENT",
            "CONTACTS_REMOVED_FROM_QUEUE_IN_X / CONTACTS_QUEUED x 100.",
            _V2,
            lambda f, x: _percent(f.removed(x), len(f.queued)),
            _QUEUES,
            True,
        ),
        Metric(
            "CONTACTS_REMOVED_FROM_QUEUE_IN_X",
            "COUNT",
            "Contacts that were answered, gave up or asked for a callback within X seconds.",
            _V2,
            lambda f, x: f.removed(x),
            _QUEUES,
            True,
        ),
        Metric(
            "SUM_CONTACTS_ANSWERED_IN_X",
            "COUNT",
            "Contacts that were answered within X seconds in the queue.",
            _V2,
            lambda f, x: sum(x.holds(r.waited) for r in f.answered),
            _QUEUES,
            True,
        ),
        Metric(
            "SUM_CONTACTS_ABANDONED_IN_X",
            "COUNT",
            "Contacts that gave up within X seconds in the queue.",
            _V2,
            lambda f, x: sum(x.holds(r.waited) for r in f.abandoned),
            _QUEUES,
            True,
        ),
        Metric(
            "ABANDONMENT_RATE",
            "PERCENT",
            "CONTACTS_ABANDONED / CONTACTS_QUEUED x 100.",
            _V2,
            lambda f, x: _percent(len(f.abandoned), len(f.queued)),
        ),
        Metric(
            "AGENT_NON_RESPONSE",
            "COUNT",
            "Offers that an agent did not answer, those included whose customer gave up meanwhile.",
            _V2,
            lambda f, x: len(f.moments_of(*_UNANSWERED, "abandoned")),
        ),
        Metric(
            "AGENT_NON_RESPONSE_WITHOUT_CUSTOMER_ABANDONS",
            "COUNT",
            "Offers that an agent did not answer although the customer was there.",
            _V2,
            lambda f, x: len(f.moments_of(*_UNANSWERED)),
        ),
        Metric(
            "AGENT_ANSWER_RATE",
            "PERCENT",
            "Offers answered / offers answered or not answered x 100.",
            _V2,
            lambda f, x: _percent(
                len(f.moments_of("accepted")), len(f.moments_of("accepted", *_UNANSWERED, "abandoned"))
            ),
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


def _times() -> tuple[Metric, ...]:
    return (
        Metric(
            "AVG_QUEUE_ANSWER_TIME",
            "SECONDS",
            "Mean time in the queue of contacts that were answered; time in flows before does not count.",
            _V2,
            lambda f, x: _mean(r.waited for r in f.answered),
        ),
        Metric(
            "AVG_ABANDON_TIME",
            "SECONDS",
            "Mean time in the queue of contacts that gave up.",
            _V2,
            lambda f, x: _mean(r.waited for r in f.abandoned),
        ),
        Metric(
            "MAX_QUEUED_TIME",
            "SECONDS",
            "The longest time that a contact was in the queue.",
            _V2,
            lambda f, x: max((r.waited for r in f.queued), default=None),
        ),
        Metric(
            "AVG_HANDLE_TIME",
            "SECONDS",
            "Mean of talk, hold and after-contact work of handled contacts.",
            _V2,
            lambda f, x: _mean(r.handle for r in f.handled),
        ),
        Metric(
            "AVG_INTERACTION_TIME",
            "SECONDS",
            "Mean time with the agent, without hold and after-contact work.",
            _V2,
            lambda f, x: _mean(r.interaction for r in f.handled),
        ),
        Metric(
            "AVG_INTERACTION_AND_HOLD_TIME",
            "SECONDS",
            "Mean time with the agent, hold included.",
            _V2,
            lambda f, x: _mean(r.interaction + r.held for r in f.handled),
        ),
        Metric(
            "AVG_HOLD_TIME",
            "SECONDS",
            "Mean time on hold of contacts that were on hold.",
            _V2,
            lambda f, x: _mean(r.held for r in f.handled if r.holds),
        ),
        Metric(
            "AVG_HOLD_TIME_ALL_CONTACTS",
            "SECONDS",
            "Mean time on hold of all handled contacts.",
            _V2,
            lambda f, x: _mean(r.held for r in f.handled),
        ),
        Metric(
            "AVG_HOLDS",
            "COUNT",
            "Mean number of holds of handled contacts.",
            _V2,
            lambda f, x: _mean(r.holds for r in f.handled),
        ),
        Metric(
            "AVG_AFTER_CONTACT_WORK_TIME",
            "SECONDS",
            "Mean after-contact work of handled contacts.",
            _V2,
            lambda f, x: _mean(r.work for r in f.handled),
        ),
        Metric(
            "AVG_CONTACT_DURATION",
            "SECONDS",
            "Mean time from the beginning of a contact to its disconnect.",
            _V2,
            lambda f, x: _mean(r.at - r.initiated_at for r in f.contacts if r.last),
        ),
        Metric(
            "AVG_AGENT_CONNECTING_TIME",
            "SECONDS",
            "Mean time that answered offers rang.",
            _V2,
            lambda f, x: _mean(r.rang for r in f.moments_of("accepted")),
        ),
        Metric(
            "SUM_HANDLE_TIME",
            "SECONDS",
            "Talk, hold and after-contact work of handled contacts together.",
            _V2,
            lambda f, x: sum(r.handle for r in f.handled),
        ),
        Metric(
            "SUM_INTERACTION_TIME",
            "SECONDS",
            "Time with agents together, without hold.",
            _V2,
            lambda f, x: sum(r.interaction for r in f.handled),
        ),
        Metric(
            "SUM_INTERACTION_AND_HOLD_TIME",
            "SECONDS",
            "Time with agents together, hold included.",
            _V2,
            lambda f, x: sum(r.interaction + r.held for r in f.handled),
        ),
        Metric(
            "SUM_HOLD_TIME",
            "SECONDS",
            "Time on hold together.",
            _V2,
            lambda f, x: sum(r.held for r in f.handled),
        ),
        Metric(
            "SUM_AFTER_CONTACT_WORK_TIME",
            "SECONDS",
            "After-contact work together.",
            _V2,
            lambda f, x: sum(r.work for r in f.handled),
        ),
        Metric(
            "SUM_CONTACT_FLOW_TIME",
            "SECONDS",
            "Time in flows before the first queue, or until the end where there was none.",
            _V2,
            lambda f, x: sum(
                (r.queued_at if r.queued_at is not None else r.at) - r.initiated_at
                for r in f.contacts
                if r.first
            ),
        ),
        Metric(
            "SUM_CONTACT_TIME_AGENT",
            "SECONDS",
            "Time in which agents had a contact: talk, hold, after-contact work. Two at once count once.",
            _V2,
            lambda f, x: f.seconds("on_contact"),
            _PEOPLE,
        ),
        Metric(
            "SUM_IDLE_TIME_AGENT",
            "SECONDS",
            "Time in which agents were Available and had no contact, not even a missed one.",
            _V2,
            lambda f, x: f.seconds("idle"),
            _PEOPLE,
        ),
        Metric(
            "SUM_NON_PRODUCTIVE_TIME_AGENT",
            "SECONDS",
            "Time in statuses of the centre's own, such as Lunch.",
            _V2,
            lambda f, x: f.seconds("non_productive"),
            _PEOPLE,
        ),
        Metric(
            "SUM_ERROR_STATUS_TIME_AGENT",
            "SECONDS",
            "Time in which a missed, rejected or failed contact kept agents from the next.",
            _V2,
            lambda f, x: f.seconds("error"),
            _PEOPLE,
        ),
        Metric(
            "SUM_ONLINE_TIME_AGENT",
            "SECONDS",
            "Time in any status but Offline.",
            _V2,
            lambda f, x: f.seconds("online"),
            _PEOPLE,
        ),
    )


METRICS: Final[tuple[Metric, ...]] = (*_counts(), *_levels(), *_times())
"""All historical metrics, in the order in which they are shown."""
