"""The trace of one contact: every block with its values, branch and time, and everything that happened beside.

Made from facts alone, in the order in which they became true. A block stands where it was left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from evenhand.model.facts import BlockExecuted, ContactDequeued, ContactInitiated, Fact, ModuleInvoked
from evenhand.model.units import Instant, Seconds
from evenhand.records.story import contact_of, duration, masked, sentence

__all__ = ["Step", "Trace", "trace_json", "trace_lines", "trace_of"]

_WIDEST = 100
_NUMBER = re.compile(r"\+\d{7,15}\b")
"""Telephone numbers; a trace that people pass on shows only their ends."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened, `after` so many seconds. A block has the fields behind `took` too; `module` is the
    flow module that was invoked."""

    at: Instant
    after: Seconds
    kind: str
    text: str
    took: Seconds = 0.0
    flow: str = ""
    block: str = ""
    block_type: str = ""
    values: dict[str, Any] = {}
    branch: str = ""
    result: str = ""
    why: str = ""
    next_block: str = ""
    external: Any = None
    module: str = ""


class Trace(msgspec.Struct, frozen=True):
    """A contact's way through the centre."""

    contact_id: str
    steps: tuple[Step, ...]


def trace_of(facts: Iterable[Fact], contact_id: str) -> Trace:
    """The trace of this contact; facts about others are left out."""
    steps: list[Step] = []
    start: Instant | None = None
    own_agent = ""
    for fact in facts:
        if contact_of(fact) != contact_id:
            continue
        start = fact.at if start is None else start
        if isinstance(fact, ContactInitiated):
            own_agent = fact.own_agent
        if isinstance(fact, ContactDequeued) and fact.why == "connected":
            continue  # The connection says the same.
        steps.append(_step(fact, fact.at - start, own_agent))
    return Trace(contact_id, tuple(steps))


def _step(fact: Fact, after: Seconds, own_agent: str) -> Step:
    kind, text = type(fact).__name__, sentence(fact, own_agent)
    if isinstance(fact, ModuleInvoked):
        return Step(fact.at, after, kind, text, module=fact.module)
    if not isinstance(fact, BlockExecuted):
        return Step(fact.at, after, kind, text)
    return Step(
        fact.at,
        after,
        kind,
        text,
        fact.at - fact.started,
        fact.flow,
        fact.block,
        fact.block_type,
        fact.values,
        fact.branch,
        fact.result,
        fact.why,
        fact.next_block,
        fact.external,
    )


def trace_lines(trace: Trace) -> list[str]:
    """The trace as lines of text, times counted from the contact's beginning."""
    lines = [f"contact {trace.contact_id}"]
    flow = ""
    modules = {step.module for step in trace.steps}
    for step in trace.steps:
        if not step.block:
            lines.append(f"{step.after:8.1f} s  {step.text}")
            continue
        if step.flow != flow:
            flow = step.flow
            lines.append(f"            {'module' if flow in modules else 'flow'} {flow!r}")
        lines.append(f"{step.after:8.1f} s    {_block_line(step)}")
        lines.extend(f"{'':14}{line}" for line in _details(step))
    return lines


def _block_line(step: Step) -> str:
    took = f", took {duration(step.took)}" if step.took >= 0.05 else ""
    return f"{step.block} [{step.block_type}{took}]"


def _details(step: Step) -> list[str]:
    lines: list[str] = []
    if step.values:
        lines.append("with " + _short(_plain(step.values)))
    if step.external is not None:
        lines.append("answered " + _short(_plain(step.external)))
    said = step.result in ("", step.branch) or step.branch.endswith(f" {step.result}")
    result = "" if said else f"{step.result}: "
    ends = "the module ends here" if step.block_type == "EndFlowModuleExecution" else "the flow ends here"
    way = f"{step.branch or 'end'} -> {step.next_block}" if step.next_block else step.branch or ends
    lines.append(f"{result}{way}" + (f"  ({step.why})" if step.why else ""))
    return lines


def _plain(value: Any) -> str:
    """`key=value, key=value`, without the ornament of JSON; what lies deeper is JSON."""
    if not isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    parts = []
    for key, item in value.items():
        text = item if isinstance(item, str) else msgspec.json.encode(item).decode()
        parts.append(f"{key}={text}")
    return ", ".join(parts)


def _short(text: str) -> str:
    text = _NUMBER.sub(lambda found: masked(found.group()), text)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def trace_json(trace: Trace) -> bytes:
    """The trace for machines, nothing shortened."""
    return msgspec.json.format(msgspec.json.encode(trace), indent=2)
