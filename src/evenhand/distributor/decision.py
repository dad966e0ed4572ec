"""The decision record: made when a choice is made, and enough to make the same choice again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import cast

import msgspec

from evenhand.distributor.agents import Agent
from evenhand.distributor.criteria import active_step, holds, in_words, skills_named
from evenhand.distributor.distributor import Distributor, Match
from evenhand.distributor.line import Line
from evenhand.distributor.opinions import judged, model_told, told_of, weighed
from evenhand.distributor.queues import Queue
from evenhand.distributor.ranking import blended, digest_of, score_of
from evenhand.model.criteria import ActiveStep
from evenhand.model.decision import Candidate, CandidateOutcome, Decision, WorkloadPart
from evenhand.model.definition import Policy
from evenhand.model.units import Instant

__all__ = ["LOOKED_AT", "PASSED_OVER", "RUNNERS_UP", "derive", "describe"]

RUNNERS_UP = 3
"""How many idle agents behind the chosen one a record keeps."""

LOOKED_AT = 64
"""In queues of at most so many agents the record also names who had less work but could not be had …"""

PASSED_OVER = 5
"""… the first so many of them."""

_NO_POLICY = Policy(name="agent_queue")
_GIVEN = {
    "assigned": "was assigned the contact by name",
    "worklist": "picked the contact from a worklist",
    "interrupt": "is interrupted, as the flow asked",
    "handed_over": "is given the contact by its flow",
}
"""Ways in which a contact comes to an agent without a choice."""

_AVAILABLE = ("chosen", "runner_up", "stale_data")


def describe(distributor: Distributor, match: Match, number: int, now: Instant) -> Decision:
    """The record of this choice. Call it before the agent is reserved: it shows the world as it was."""
    ticket, agent = match.ticket, match.agent
    queue = None if ticket.agent_queue else distributor.queues[ticket.queue]
    policy = queue.policy if queue is not None else _NO_POLICY
    candidates: list[Candidate] = []
    given = match.via in _GIVEN
    if given:
        candidates.append(_candidate(distributor, policy, agent, "chosen", match.via, now))
    elif queue is None:
        _walked(distributor, match, candidates, now)
    else:
        _wished(distributor, match, queue, candidates, now)
        _ranked(distributor, match, queue, candidates, now)
        if ticket.opinion is not None or ticket.scored is not None:
            candidates = [judged(ticket, one) for one in candidates]
    step = None if given else active_step(ticket)
    if step is not None:
        candidates = [_with_skills(distributor, step, one) for one in candidates]
    return Decision(
        contact_id=ticket.contact_id,
        number=number,
        queue=ticket.queue,
        agent=agent.name,
        trigger=match.trigger,
        policy=policy,
        policy_digest=queue.policy_digest if queue is not None else digest_of(policy),
        candidates=tuple(candidates),
        waited=now - ticket.since,
        workload_source=distributor.workloads.source if policy.ranks_by_work else "",
        fallback="" if given else _fallback(match),
        reason=_reason(match, policy, candidates),
        rules=None if given else told_of(ticket.opinion),
        step=step,
        model=None if given else model_told(ticket.scored),
    )


def _fallback(match: Match) -> str:
    scored = match.ticket.scored
    return match.fallback or (f"model_{scored.reason}" if scored is not None and scored.reason else "")


def _candidate(
    distributor: Distributor, policy: Policy, agent: Agent, outcome: str, via: str, now: Instant
) -> Candidate:
    workload, provisional, age, stale = 0.0, 0.0, None, False
    parts: tuple[WorkloadPart, ...] = ()
    if policy is _NO_POLICY:
        policy = distributor.ordinary_policy
    if policy.ranks_by_work:
        workloads = distributor.workloads
        workload, provisional, age, stale = workloads.facts(policy.call_type, agent.name, now)
        if workloads.several:
            parts = workloads.parts(policy.call_type, agent.name, now)
        if stale and outcome == "runner_up":
            outcome = "stale_data"
    return Candidate(
        agent.name,
        cast(CandidateOutcome, outcome),
        via,
        workload,
        provisional,
        age,
        stale,
        agent.available_since,
        agent.order,
        parts=parts,
    )


def _with_skills(distributor: Distributor, step: ActiveStep, candidate: Candidate) -> Candidate:
    agent = distributor.agents.get(candidate.agent)
    if agent is None or not agent.definition.proficiencies:
        return candidate
    skills = skills_named(step.expression, agent.definition.proficiencies)
    return msgspec.structs.replace(candidate, skills=skills)


def _walked(distributor: Distributor, match: Match, into: list[Candidate], now: Instant) -> None:
    """Whom the flow asked for, in its order, and the owner of the agent queue that it chose."""
    for name, found in match.ticket.walked:
        agent = distributor.agents.get(name)
        if agent is not None and agent is not match.agent:
            outcome = "runner_up" if found == "available" else found
            into.append(_candidate(distributor, _NO_POLICY, agent, outcome, "flow_list", now))
    into.append(_candidate(distributor, _NO_POLICY, match.agent, "chosen", "agent_queue", now))


def _wished(
    distributor: Distributor, match: Match, queue: Queue, into: list[Candidate], now: Instant
) -> None:
    """The own agent and the candidate list, in the order in which they were asked."""
    ticket, policy = match.ticket, queue.policy
    wishes = [(ticket.own_agent, "own_agent")] if policy.own_agent and ticket.own_agent else []
    if policy.candidates:
        wishes += [(name, "candidate_list") for name in ticket.candidates]
    line = queue.lines[ticket.channel]
    for name, via in wishes:
        agent = distributor.agents.get(name)
        outcome = distributor.outcome(agent, line, ticket, now)
        if agent is None:
            into.append(Candidate(name, "unknown_agent", via))
            continue
        if outcome == "chosen" and agent is not match.agent:
            if via == "own_agent":
                continue  # The first to be asked would have been chosen: they were not asked this time.
            outcome = "runner_up"
        into.append(_candidate(distributor, policy, agent, outcome, via, now))
        if agent is match.agent and via == match.via:
            return


def _ranked(
    distributor: Distributor, match: Match, queue: Queue, into: list[Candidate], now: Instant
) -> None:
    """The chosen one, the next best, and who had less work but could not be had."""
    ticket, policy = match.ticket, queue.policy
    if match.via not in ("ranking", "own_agent") or any(one.outcome == "chosen" for one in into):
        return
    line = queue.lines[ticket.channel]
    ranked = [_candidate(distributor, policy, match.agent, "chosen", "ranking", now)]
    if match.trigger == "agent":
        # Who became free takes the first in order; the others had no say.
        into.extend(ranked)
        return
    if line.idle is not None:
        if ticket.opinion is not None or ticket.scored is not None:
            best_ones = distributor.best_allowed(ticket, RUNNERS_UP + 1, now)
        elif ticket.wanted is not None:
            best_ones = list(islice(_asked_for(line, ticket.wanted), RUNNERS_UP + 1))
        else:
            best_ones = line.idle.best(RUNNERS_UP + 1)
        for agent in best_ones:
            if agent is not match.agent:
                ranked.append(_candidate(distributor, policy, agent, "runner_up", "ranking", now))
        del ranked[RUNNERS_UP + 1 :]
    if ticket.opinion is not None:
        out = [one for name in queue.agents if (one := distributor.agents[name]).idle]
        excluded = [one for one in out if one.name in ticket.opinion.excluded][:PASSED_OVER]
        ranked.extend(
            _candidate(distributor, policy, one, "excluded_by_rule", "ranking", now) for one in excluded
        )
    if ticket.opinion is not None or ticket.scored is not None:
        ranked = [judged(ticket, one) for one in ranked]
    if ticket.wanted is not None:
        for agent in islice(_unskilled(line, ticket.wanted, match.agent), PASSED_OVER):
            if all(one.agent != agent.name for one in ranked):
                ranked.append(_candidate(distributor, policy, agent, "missing_skill", "ranking", now))
    if len(queue.agents) <= LOOKED_AT and policy.ranks_by_work:
        best = score_of(policy, distributor.workloads, match.agent)
        before: list[tuple[float, int, str]] = []
        for name in queue.agents:
            agent = distributor.agents[name]
            if not agent.idle and agent is not match.agent:
                score = score_of(policy, distributor.workloads, agent)
                if score <= best:
                    before.append((score, agent.number, name))
        before.sort()
        for _, _, name in before[:PASSED_OVER]:
            agent = distributor.agents[name]
            outcome = distributor.outcome(agent, line, ticket, now)
            if outcome != "chosen":
                ranked.append(_candidate(distributor, policy, agent, outcome, "ranking", now))
    ranked.sort(key=lambda one: _rank(policy, one))
    into.extend(ranked)


def _asked_for(line: Line, wanted: frozenset[str]) -> Iterator[Agent]:
    """The idle, best first, whom the step of the routing criteria asks for."""
    return (agent for agent in line.idle or () if agent.name in wanted)


def _unskilled(line: Line, wanted: frozenset[str], chosen: Agent) -> Iterator[Agent]:
    """The idle before the chosen one whom the step does not ask for."""
    before = takewhile(lambda agent: agent is not chosen, line.idle or ())
    return (agent for agent in before if agent.name not in wanted)


def _rank(policy: Policy, candidate: Candidate) -> tuple[bool, float, int]:
    """What the ranking compares, from the record alone."""
    load = 0.0
    if policy.ranks_by_work:
        load = math.inf if candidate.stale else candidate.workload + candidate.provisional
        if policy.rank == "blend":
            load = blended(policy, load, candidate.available_since)
    return *weighed(policy, load, candidate.score, candidate.model_score), candidate.order


def derive(decision: Decision) -> tuple[str, str]:
    """Choose again from the record alone: (agent, what speaks against the record, '' when nothing does)."""
    if digest_of(decision.policy) != decision.policy_digest:
        return "", "the policy in the record is not the one its digest names"
    policy = decision.policy
    available = [one for one in decision.candidates if one.outcome in _AVAILABLE]
    if decision.step is not None:
        for one in decision.candidates:
            fits = holds(decision.step.expression, one.agent, one.skills)
            if fits if one.outcome == "missing_skill" else one in available and not fits:
                return "", f"the step of the routing criteria speaks against {one.agent}'s part"
    for via in (*_GIVEN, "agent_queue", "own_agent", "candidate_list"):
        for one in available:
            if one.via == via:
                return one.agent, ""
    ranked = sorted((one for one in available if one.via == "ranking"), key=lambda one: _rank(policy, one))
    if not ranked:
        return "", "the record names nobody who was available"
    return ranked[0].agent, ""


_PLURAL = {
    "offline": "offline",
    "custom_status": "in another status",
    "next_status_pending": "about to leave",
    "at_capacity": "on a contact",
    "other_channel_busy": "busy on another channel",
    "offered_another": "being rung",
    "after_contact_work": "in after-contact work",
    "missed": "with a missed contact",
    "rejected": "with a rejected contact",
    "error": "with a failed contact",
    "not_in_profile": "not serving the queue",
    "excluded_by_rule": "excluded by a rule",
    "delay_not_reached": "not yet due",
    "unknown_agent": "not known",
    "missing_skill": "without the skill",
}


def _besides(agent: Agent) -> str:
    """What would have spoken against the agent, had there been a choice."""
    others = len(agent.slots)
    text = f"; has {others} other contact{'s' if others > 1 else ''}" if others else ""
    return text + (f"; in the status {agent.status}" if agent.status_type != "ROUTABLE" else "")


def _reason(match: Match, policy: Policy, candidates: list[Candidate]) -> str:
    """One line that a supervisor can read."""
    agent, ticket = match.agent.name, match.ticket
    if match.via in _GIVEN:
        return f"{agent} {_GIVEN[match.via]}{_besides(match.agent)}"
    chosen = next(one for one in candidates if one.outcome == "chosen")
    if match.via == "agent_queue" and ticket.walked and match.trigger == "contact":
        work = f", work {chosen.workload:g}" if chosen.age is not None else ""
        text = f"{agent} is the first available of the flow's list{work}"
    elif match.via == "agent_queue":
        text = f"waited in {agent}'s own queue"
    elif match.via == "own_agent":
        text = f"{agent} is this customer's own agent"
    elif match.via == "candidate_list":
        place = ticket.candidates.index(agent) + 1
        text = f"{agent} is number {place} on the contact's list and available"
    elif match.trigger == "agent" and not policy.ranks_by_work:
        text = f"{agent} became free and this contact was first in order"
    elif policy.rank == "longest_available":
        text = f"{agent} has been available longest"
    elif policy.rank == "rules":
        text = f"{agent} ranks first by the rules, score {chosen.score:g}"
    elif policy.rank == "model" and chosen.model_score is not None:
        text = f"{agent} ranks first by the model, score {chosen.model_score:g}"
    elif policy.rank == "model":
        text = f"{agent} has been available longest"
    elif math.isinf(_rank(policy, chosen)[1]):
        text = f"{agent} has been available longest; workload data is stale"
    else:
        added = f" + {chosen.provisional:g} provisional" if chosen.provisional else ""
        text = f"{agent} has the least work: {chosen.workload:g}{added}"
        if policy.rank == "blend":
            text = f"{agent} ranks first in the blend: work {chosen.workload:g}{added}"
            if policy.rules_weight and chosen.score:
                text += f", rules {chosen.score:g}"
            if chosen.model_score is not None:
                text += f", model {chosen.model_score:g}"
        if match.trigger == "agent":
            text = f"{agent} became free and this contact was first in order; work {chosen.workload:g}{added}"
    passed = [one for one in candidates if one.outcome not in _AVAILABLE]
    if passed:
        kinds: dict[str, int] = {}
        for one in passed:
            kinds[_PLURAL.get(one.outcome, one.outcome)] = (
                kinds.get(_PLURAL.get(one.outcome, one.outcome), 0) + 1
            )
        text += "; before: " + ", ".join(f"{count} {words}" for words, count in kinds.items())
    if ticket.opinion is not None and ticket.opinion.problems:
        text += f"; rules that could not be judged: {'; '.join(ticket.opinion.problems)}"
    step = active_step(ticket)
    if step is not None:
        text += f"; step {step.number} of {step.steps} asks for {in_words(step.expression)}"
    scored = ticket.scored
    if scored is not None and scored.reason:
        detail = f": {scored.detail}" if scored.detail else ""
        text += f"; the model {scored.name} gave no scores: {scored.reason.replace('_', ' ')}{detail}"
    if match.fallback:
        text += f" ({match.fallback.replace('_', ' ')})"
    return text
