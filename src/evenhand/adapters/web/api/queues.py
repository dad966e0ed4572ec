"""Queues: how each stands now, and switching one off and on."""

from __future__ import annotations

import msgspec

from evenhand.adapters.web.api.reasons import checked_reason
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.identity import STAFF, SUPERVISORS
from evenhand.adapters.web.routes import Call, Route
from evenhand.distributor.hours import effective_hours, is_open
from evenhand.distributor.queues import Queue
from evenhand.model.inputs import QueueStatusSet
from evenhand.model.units import Instant, Seconds

__all__ = ["ROUTES", "QueueNow", "estimated_wait", "queue_now"]


class QueueNow(msgspec.Struct, frozen=True, rename="camel"):
    """A queue: what was defined, and how it stands now.

    A queue that is not `enabled` takes no new contacts. `open` says what its hours of operation say now (null: it
    has none). `waiting` and `ringing` are contacts, `oldest_since` when the one who waits longest was queued.
    `agents` serve it, `staffed` of them are Available; `estimated_wait` is what a new contact would wait by
    recent handle times (null: nothing to estimate from).
    """

    name: str
    enabled: bool
    hours: str
    open: bool | None
    policy: str
    rank: str
    max_contacts: int | None
    outbound_caller_number: str
    waiting: dict[str, int]
    ringing: int
    oldest_since: Instant | None
    agents: int
    staffed: int
    estimated_wait: Seconds | None


class WantedQueueStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the queue shall take new contacts, and why."""

    enabled: bool
    reason: str


def queue_now(call: Call, queue: Queue) -> QueueNow:
    """How this queue stands now."""
    centre = call.centre.host.centre
    wanted = queue.definition
    hours = effective_hours(centre.definition.hours).get(wanted.hours)
    oldest = queue.oldest()
    return QueueNow(
        queue.name,
        queue.enabled,
        wanted.hours,
        is_open(hours, call.centre.now()) if hours is not None else None,
        wanted.policy,
        queue.policy.rank,
        wanted.max_contacts,
        wanted.outbound_caller_number,
        {channel: len(line) for channel, line in queue.lines.items() if len(line)},
        len(queue.ringing),
        oldest.since if oldest is not None else None,
        len(queue.agents),
        _staffed(call, queue),
        estimated_wait(call, queue.name),
    )


def _staffed(call: Call, queue: Queue) -> int:
    agents = call.centre.host.centre.distributor.agents
    return sum(agents[name].status_type == "ROUTABLE" for name in queue.agents if name in agents)


def estimated_wait(call: Call, name: str) -> Seconds | None:
    """What a contact that comes now would wait; None when there is nothing to estimate from."""
    centre = call.centre.host.centre
    queue = centre.distributor.queues.get(name)
    if queue is None:
        return None
    return centre.recent.estimate(name, queue.held + 1, _staffed(call, queue))


def the_queue(call: Call) -> Queue:
    """The queue of the path. Raises the answer 404."""
    name = call.path["queue"]
    queue = call.centre.host.centre.distributor.queues.get(name)
    if queue is None:
        raise ApiFault(404, "not_found", f"there is no queue {name!r}", way_out="see GET /queues")
    return queue


async def list_queues(call: Call) -> list[QueueNow]:
    """Every queue, in the order of the definition. Agents' own queues are not among them."""
    return [queue_now(call, queue) for queue in call.centre.host.centre.distributor.queues.values()]


async def get_queue(call: Call) -> QueueNow:
    """One queue."""
    return queue_now(call, the_queue(call))


async def set_enabled(call: Call) -> QueueNow:
    """A disabled queue takes no new contacts; who waits in it is still answered. It stays so until it is
    enabled again, also through a restart."""
    queue, wanted = the_queue(call), call.body
    reason = checked_reason(wanted.reason)
    action = f"{'enabled' if wanted.enabled else 'disabled'} the queue {queue.name}"
    await call.centre.override(call.who.name, action, reason, QueueStatusSet(queue.name, wanted.enabled))
    return queue_now(call, queue)


ROUTES = (
    Route(
        method="GET",
        path="/queues",
        name="listQueues",
        tag="queues",
        summary="All queues as they are now",
        roles=STAFF,
        answer=list[QueueNow],
        handler=list_queues,
    ),
    Route(
        method="GET",
        path="/queues/{queue}",
        name="getQueue",
        tag="queues",
        summary="One queue as it is now",
        roles=STAFF,
        answer=QueueNow,
        handler=get_queue,
    ),
    Route(
        method="PUT",
        path="/queues/{queue}/enabled",
        name="setQueueEnabled",
        tag="queues",
        summary="Enable or disable a queue",
        roles=SUPERVISORS,
        body=WantedQueueStatus,
        answer=QueueNow,
        handler=set_enabled,
    ),
)
