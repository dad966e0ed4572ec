"""Lambda function: note when a contact was queued. The answer is the record: `callId`, `times` (UTC).

A retry does not reset the start; the record is kept for a day (`QUEUE_RECORD_HOURS`).
"""

from __future__ import annotations

from typing import Any

from evenhand.adapters.aws.functions import wiring
from evenhand.adapters.aws.functions.event import contact_id
from evenhand.host.ports import QueueRecord, Tables
from evenhand.model.units import Instant, Seconds
from evenhand.waits.queue_time import format_times

__all__ = ["answer", "handler"]


def handler(event: Any, context: Any) -> dict[str, str]:
    """What Lambda calls. Raises when the record could not be written; the flow takes its Error branch."""
    chosen = wiring.settings()
    return answer(event, wiring.tables(chosen), wiring.now(context), chosen.queue_record_lifetime)


def answer(event: Any, tables: Tables, now: Instant, lifetime: Seconds) -> dict[str, str]:
    """The function itself. Raises ValueError, TablesUnavailable."""
    record = QueueRecord(contact_id(event), format_times(now))
    kept = tables.put_queue_record(record, expires_at=now + lifetime, now=now)
    return {"callId": kept.call_id, "times": kept.times}
