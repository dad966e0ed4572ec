"""Lambda function: the wait a queued contact has still before it.

Parameter: `queue_time`, the queue metric "Oldest contact in queue" (whole seconds). The answer is the record:
`callId`, `times`, `ewt` (whole seconds), and the record keeps the wait that was told.
"""

from __future__ import annotations

from typing import Any

from evenhand.adapters.aws.functions import wiring
from evenhand.adapters.aws.functions.event import contact_id, parameter
from evenhand.host.ports import Tables
from evenhand.model.units import Instant
from evenhand.waits.queue_time import estimate, parse_queue_time, parse_times

__all__ = ["answer", "handler"]


def handler(event: Any, context: Any) -> dict[str, str | int]:
    """What Lambda calls. Raises when there is nothing to tell; the flow takes its Error branch."""
    return answer(event, wiring.tables(wiring.settings()), wiring.now(context))


def answer(event: Any, tables: Tables, now: Instant) -> dict[str, str | int]:
    """The function itself. Raises ValueError, TablesUnavailable."""
    call = contact_id(event)
    queue_time = parse_queue_time(parameter(event, "queue_time"))
    record = tables.queue_record(call, now)
    if record is None:
        raise ValueError(
            f"there is no queue record of the call {call!r}; invoke putQueue before the contact is queued"
        )
    # Records have whole seconds, so the own wait is counted in whole seconds too.
    ewt = int(estimate(queue_time, int(now) - int(parse_times(record.times))))
    tables.set_ewt(call, ewt, now)
    return {"callId": call, "times": record.times, "ewt": ewt}
