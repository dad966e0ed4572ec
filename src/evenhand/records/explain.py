"""A decision for a person: who, among whom, by which rule, and the same choice made once more from the record."""

from __future__ import annotations

from typing import Any

import msgspec

from evenhand.distributor.criteria import in_words
from evenhand.distributor.decision import derive
from evenhand.model.decision import Candidate, Decision, WorkloadPart
from evenhand.model.units import Instant
from evenhand.records.flow_log import iso_text
from evenhand.records.story import duration, short_reason

__all__ = ["derived_again", "explanation", "explanation_json"]

_OUTCOMES = {
    "chosen": "chosen",
    "runner_up": "available",
    "stale_data": "available, data stale",
    "offline": "offline",
    "custom_status": "in another status",
    "next_status_pending": "about to leave",
    "at_capacity": "on a contact",
    "other_channel_busy": "busy on another channel",
    "offered_another": "being rung",
    "after_contact_work": "in after-contact work",
    "missed": "missed a contact",
    "rejected": "rejected a contact",
    "error": "could not be reached",
    "excluded_by_rule": "excluded by a rule",
    "not_in_profile": "does not serve the queue",
    "delay_not_reached": "not yet due",
    "unknown_agent": "not known here",
    "reserved": "reserved",
    "missing_skill": "without the skill",
}
_VIAS = {
    "own_agent": "own agent",
    "candidate_list": "contact's list",
    "flow_list": "flow's list",
    "agent_queue": "own queue",
    "ranking": "ranking",
    "assigned": "assigned",
    "worklist": "worklist",
    "interrupt": "interrupted",
    "handed_over": "handed over",
}
_TRIGGERS = {
    "contact": "the contact",
    "agent": "the agent, who became free",
    "assignment": "somebody, by the agent's name",
}
_RANKS = {
    "longest_available": "whoever has been available longest",
    "least_workload": "least offline work",
    "rules": "the highest score of the rules",
    "model": "the highest score of the model",
    "blend": "a blend of offline work and time available",
}


def derived_again(decision: Decision) -> tuple[bool, str]:
    """Choose again from the record alone: whether it comes to the same, and the sentence that says so."""
    agent, problem = derive(decision)
    if problem:
        return False, f"cannot be derived again: {problem}"
    if agent != decision.agent:
        return False, f"derived again from the record: {agent}, but the record says {decision.agent}"
    return True, f"derived again from the record: the same choice, {agent}"


def explanation(decision: Decision, at: Instant, own_agent: str = "") -> list[str]:
    """The record as lines of text."""
    policy, place = decision.policy, decision.queue
    if not place:
        place = f"{decision.agent}'s own queue"
    call_type = f" for {policy.call_type}" if policy.call_type else ""
    rule = "the flow chose the agent's own queue" if policy.name == "agent_queue" else _RANKS[policy.rank]
    if decision.trigger == "assignment":
        rule = "no choice: the contact was given to this agent by name"
    source = decision.workload_source or "offline work played no part"
    if policy.name == "agent_queue" and any(one.age is not None for one in decision.candidates):
        source = "the flow's own list; work is shown as the centre knew it"
    lines = [
        f"contact {decision.contact_id}, decision {decision.number}, {iso_text(at)}",
        f"  chosen      {decision.agent}",
        f"  why         {short_reason(decision, own_agent)}",
        f"  queue       {place}, after a wait of {duration(decision.waited)}",
        f"  asked by    {_TRIGGERS.get(decision.trigger, decision.trigger)}",
        f"  policy      {policy.name}, version {policy.version}, digest {decision.policy_digest}",
        f"  rule        {rule}{call_type}",
        *_rules(decision),
        *_model(decision),
        f"  source      {source}",
        *_asked(decision),
        f"  fallback    {decision.fallback.replace('_', ' ') or 'none'}",
        "  candidates",
    ]
    lines.extend(f"    {line}" for line in _table(decision.candidates))
    lines.extend(_inputs(decision))
    lines.append(f"  {derived_again(decision)[1]}")
    return lines


def _asked(decision: Decision) -> list[str]:
    step = decision.step
    if step is None:
        return []
    return [f"  asks for    {in_words(step.expression)} (step {step.number} of {step.steps})"]


def _table(candidates: tuple[Candidate, ...]) -> list[str]:
    rows = [
        (
            one.agent,
            _OUTCOMES.get(one.outcome, one.outcome),
            _VIAS.get(one.via, one.via),
            "; ".join(part for part in (_opinion(one), _work(one)) if part),
        )
        for one in candidates
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(3)] if rows else []
    return [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])).rstrip()
        for row in rows
    ]


def _rules(decision: Decision) -> list[str]:
    told = decision.rules
    if told is None:
        return []
    lines = [
        f"  rule set    {told.name}, version {told.version}, digest {told.digest}",
        f"  fired       {', '.join(told.fired) or 'none'}",
    ]
    lines.extend(f"  not judged  {problem}" for problem in told.problems)
    return lines


def _model(decision: Decision) -> list[str]:
    told = decision.model
    if told is None:
        return []
    lines = [
        f"  model       {told.name}, version {told.version or 'unknown'}, digest {told.digest or 'none'}"
    ]
    if told.reason:
        detail = f": {told.detail}" if told.detail else ""
        lines.append(f"  no scores   {told.reason.replace('_', ' ')}{detail}")
    weights = [
        f"{name} {weight:g}"
        for name, weight in (
            ("work", decision.policy.workload_weight),
            ("idle minute", decision.policy.idle_minute_weight),
            ("rules", decision.policy.rules_weight),
            ("model", decision.policy.model_weight),
        )
        if weight
    ]
    if decision.policy.rank == "blend":
        lines.append(f"  weights     {', '.join(weights)}")
    return lines


def _inputs(decision: Decision) -> list[str]:
    """What the model was given for each candidate, a line for each of its inputs."""
    told, seen = decision.model, [one for one in decision.candidates if one.features]
    if told is None or not seen:
        return []
    rows = [["", *(one.agent for one in seen)]]
    for place, name in enumerate(told.inputs):
        rows.append([name, *(f"{one.features[place]:g}" for one in seen)])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  inputs"]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append(f"    {'  '.join(cells)}".rstrip())
    return lines


def _opinion(one: Candidate) -> str:
    if one.rule:
        return f"by {one.rule}"
    parts = [f"score {one.score:g}"] if one.score else []
    if one.model_score is not None:
        parts.append(f"model {one.model_score:g}")
    return ", ".join(parts)


def _work(one: Candidate) -> str:
    if one.age is None:
        known = [f"provisional {one.provisional:g}; never observed"] if one.provisional else []
        return "; ".join((*known, *map(_part, one.parts))) or _skills(one)
    added = f" + {one.provisional:g} provisional" if one.provisional else ""
    if one.parts:
        return f"work {one.workload:g}{added}: {', '.join(map(_part, one.parts))}"
    stale = ", stale" if one.stale else ""
    return f"work {one.workload:g}{added} (seen {duration(one.age)} ago{stale})"


def _part(part: WorkloadPart) -> str:
    stale = ", stale and ignored" if part.ignored else ", stale" if part.stale else ""
    return f"{part.source} {part.workload:g} (seen {duration(part.age)} ago{stale})"


def _skills(one: Candidate) -> str:
    return ", ".join(f"{skill.attribute} {skill.value} {skill.level:g}" for skill in one.skills)


def explanation_json(decision: Decision, at: Instant) -> dict[str, Any]:
    """The same for machines: the whole record, when, and what the second derivation came to."""
    same, words = derived_again(decision)
    record: dict[str, Any] = msgspec.to_builtins(decision)
    return {"at": iso_text(at), "decision": record, "derived_again": {"same": same, "says": words}}
