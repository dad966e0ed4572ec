"""`evenhand metrics`: what a journal's stretch of time came to, or how things stand at its end."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.journal_reading import DEFAULT_DATA, whole_journal
from evenhand.errors import UsageFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenhand.model.units import Instant

__all__ = ["metrics"]


def metrics(
    since: Annotated[
        str,
        typer.Option(
            "--from", metavar="TIME", help="Not before this time, ISO 8601 (UTC if it says no zone)."
        ),
    ] = "",
    until: Annotated[str, typer.Option("--to", metavar="TIME", help="Before this time.")] = "",
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="WORD",
            help="Group by queue, channel, agent or routing-profile; with --now "
            "also by agent-status. May be given more than once.",
        ),
    ] = None,
    threshold: Annotated[
        float,
        typer.Option("--threshold", metavar="S", help="The X of the service level: less than S seconds."),
    ] = 60.0,
    now: Annotated[
        bool, typer.Option("--now", help="Real-time metrics at --to, or at the end of the journal.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a group.")] = False,
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="The folder with the centre's journal.")
    ] = DEFAULT_DATA,
) -> None:
    """Print metrics as Amazon Connect defines them, from a centre's journal.

    A contact counts in the interval in which it disconnected, once its record is complete; agents' time
    counts where it passed. A dash: there was nothing to compute it from. Each metric's meaning stands in
    docs/reference/metrics.md.

    \b
    evenhand metrics --data my-demo --by queue
    evenhand metrics --data my-demo --by agent --json
    evenhand metrics --data my-demo --from 2026-11-23T08:00 --to 2026-11-23T09:00 --threshold 20
    evenhand metrics --data my-demo --now --by queue --by channel
    """
    words = [word.upper().replace("-", "_") for word in by or ()]
    known = ("QUEUE", "CHANNEL", "ROUTING_PROFILE", "AGENT_STATUS" if now else "AGENT")
    for word in words:
        if word not in known or words.count(word) > 1:
            shown = ", ".join(one.lower().replace("_", "-") for one in known)
            raise UsageFault(f"--by {word.lower()} cannot be used here.", way_out=f"use {shown}, each once.")
    if not 0 < threshold < math.inf:
        raise UsageFault("--threshold must be above 0.", way_out="try --threshold 20.")
    begin, end = _instant(since, "--from"), _instant(until, "--to")
    groups = _now(data, words, end) if now else _past(data, words, begin, end, threshold)
    if as_json:
        for group in groups:
            typer.echo(json.dumps(group, ensure_ascii=False))
    else:
        typer.echo(
            "\n\n".join(_text(group) for group in groups) if groups else "there is nothing in this time."
        )


def _instant(text: str, option: str) -> Instant | None:
    from datetime import UTC, datetime

    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageFault(
            f"{option} {text!r} is no time.", way_out="write it as 2026-11-23T08:00:00Z."
        ) from None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _past(
    data: Path, by: Sequence[Any], begin: Instant | None, end: Instant | None, threshold: float
) -> list[dict[str, Any]]:
    from evenhand.records.figures import Threshold
    from evenhand.records.flow_log import iso_text
    from evenhand.records.metric_definitions import METRICS
    from evenhand.records.metric_rows import MetricRows
    from evenhand.records.metrics import metrics as historical
    from evenhand.records.metrics import time_in_statuses

    rows = MetricRows()
    for facts, at in whole_journal(data, rows.define):
        rows.feed(facts)
        rows.until(at)
    since = begin if begin is not None else (rows.first or 0.0)
    # Without --to the last moment is counted too.
    until = end if end is not None else math.nextafter(rows.last, math.inf)
    units = {one.name: one.unit for one in METRICS}
    statuses = time_in_statuses(rows, since, until) if "AGENT" in by else {}
    return [
        {
            "Dimensions": group.dimensions,
            "MetricInterval": {"StartTime": iso_text(since), "EndTime": iso_text(until)},
            "Metrics": {name: {"Value": value, "Unit": units[name]} for name, value in group.values.items()},
            **(
                {"SecondsInStatus": statuses.get(group.dimensions["AGENT"], {})}
                if "AGENT" in group.dimensions
                else {}
            ),
        }
        for group in historical(rows, since, until, by, threshold=Threshold(threshold))
    ]


def _now(data: Path, by: Sequence[Any], at: Instant | None) -> list[dict[str, Any]]:
    from evenhand.records.flow_log import iso_text
    from evenhand.records.metrics_now import NOW_METRICS, MetricsNow

    picture, last = MetricsNow(), 0.0
    for facts, moment in whole_journal(data, picture.define):
        if at is not None and moment > at:
            break
        picture.feed(facts)
        last = moment
    when = at if at is not None else last
    units = {one.name: one.unit for one in NOW_METRICS}
    return [
        {
            "Dimensions": group.dimensions,
            "DataSnapshotTime": iso_text(when),
            "Metrics": {name: {"Value": value, "Unit": units[name]} for name, value in group.values.items()},
        }
        for group in picture.groups(when, by)
    ]


def _text(group: dict[str, Any]) -> str:
    interval = group.get("MetricInterval")
    when = f"{interval['StartTime']} to {interval['EndTime']}" if interval else group["DataSnapshotTime"]
    place = ", ".join(
        f"{key.lower().replace('_', ' ')} {value}" for key, value in group["Dimensions"].items()
    )
    lines = [f"{place or 'everything'}  ({when})"]
    for name, one in group["Metrics"].items():
        lines.append(f"  {name:<46} {_value(one['Value'], one['Unit']):>10}".rstrip())
    for status, seconds in group.get("SecondsInStatus", {}).items():
        lines.append(f"  {f'in status {status}':<46} {_value(seconds, 'SECONDS'):>10}")
    return "\n".join(lines)


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return {"SECONDS": f"{value:.1f} s", "PERCENT": f"{value:.1f} %"}.get(unit, f"{value:g}")
