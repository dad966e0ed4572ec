"""What a fact says, in a few words for a person. Logs, traces and boards speak alike because they ask here."""

from __future__ import annotations

from evenhand.model.decision import Decision
from evenhand.model.facts import (
    AfterContactWorkStarted,
    AgentChosen,
    AttributesChanged,
    BlockExecuted,
    CallbackFailed,
    CallbackScheduled,
    CentreOpened,
    ContactCleared,
    ContactConnected,
    ContactDataGiven,
    ContactDequeued,
    ContactEnded,
    ContactInitiated,
    ContactPaused,
    ContactQueued,
    ContactResumed,
    ContactRoutingChanged,
    ContactScheduled,
    Fact,
    FlowFailed,
    HoldBegan,
    HoldEnded,
    ModuleInvoked,
    NextStatusSet,
    OfferAccepted,
    OfferFailed,
    OfferMade,
    OfferMissed,
    OfferRejected,
    OfferWithdrawn,
    OutboundFailed,
    OutboundStarted,
    OverrideNoted,
    QueueStatusChanged,
    RoutingStepChanged,
    StatusChanged,
    ThirdPartyCalled,
    ThirdPartyGone,
    ThirdPartyJoined,
    TransferFailed,
    WaitTold,
    WhisperEnded,
    WhisperStarted,
    WorkloadNoted,
)
from evenhand.model.units import Seconds

__all__ = ["contact_of", "duration", "masked", "sentence", "short_reason", "why_chosen"]

_ENDS = {
    "CUSTOMER_DISCONNECT": "the customer hung up",
    "AGENT_DISCONNECT": "the agent hung up",
    "CONTACT_FLOW_DISCONNECT": "the flow ended the call",
    "TELECOM_PROBLEM": "the customer was not reached",
    "THIRD_PARTY_DISCONNECT": "the third party hung up",
    "EXPIRED": "the task has expired",
    "OTHER": "the centre could not take the call",
}
_BEGINS = {
    "QUEUE_TRANSFER": "moved to another queue",
    "TRANSFER": "the agent transfers the customer",
    "CALLBACK": "a callback was asked for",
    "DISCONNECT": "the agent hung up, the customer is still there",
}
_LEAVES = {
    "abandoned": "gave up",
    "transferred": "moved to another queue",
    "ended_by_flow": "chose to leave",
    "connected": "answered",
    "dialled": "the customer is dialled",
    "third_party": "goes on with a third party",
    "paused": "it is laid aside",
}
_WHISPER_ENDS = {
    "time_limit": "it took too long",
    "agent_left": "the agent is gone",
    "customer_left": "the customer is gone",
    "ended": "the contact ended",
}
_CLEARED = {
    "after_contact_work": "is done with the after-contact work",
    "missed": "is back after a missed offer",
    "rejected": "is back after a rejected offer",
    "error": "is back after a failed offer",
}


_GONE = {
    "time_limit": "nobody answered in time",
    "no_answer": "nobody answered",
    "hung_up": "they hung up",
}


def contact_of(fact: Fact) -> str:
    """The id of the contact that the fact is about, or ''."""
    if isinstance(fact, AgentChosen):
        return fact.decision.contact_id
    return getattr(fact, "contact_id", "")


def masked(address: str) -> str:
    """A number or address of which only the end can be read: `…0171`, and of short ones less."""
    return "…" + address[-min(4, len(address) // 2) :] if len(address) > 1 else "…"


def duration(seconds: Seconds) -> str:
    """`45 s`, `2 min 5 s`: whole seconds, as one says them; tenths below ten seconds."""
    if seconds < 9.95:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")


def why_chosen(decision: Decision, own_agent: str = "") -> str:
    """The kind of reason, for counting: `own agent`, `least work`, `longest available`, `next in queue` …"""
    chosen = next((one for one in decision.candidates if one.outcome == "chosen"), None)
    via = chosen.via if chosen is not None else "ranking"
    if own_agent and decision.agent == own_agent and via in ("own_agent", "agent_queue"):
        return "own agent"
    if via == "agent_queue":
        return "flow's list" if len(decision.candidates) > 1 or decision.trigger == "contact" else "own queue"
    if via == "candidate_list":
        return "contact's list"
    if decision.trigger == "assignment":
        return via.replace("_", " ")
    if decision.trigger == "agent":
        return "next in queue"
    return {"longest_available": "longest available", "least_workload": "least work"}.get(
        decision.policy.rank, "best in blend"
    )


def short_reason(decision: Decision, own_agent: str = "") -> str:
    """Why, in one line; it says so when the one chosen is the customer's own agent."""
    if why_chosen(decision, own_agent) == "own agent" and "own agent" not in decision.reason:
        rest = decision.reason.partition("list")[2]
        return f"{decision.agent} is this customer's own agent{rest}"
    return decision.reason


def sentence(fact: Fact, own_agent: str = "") -> str:
    """The fact in words, without time and without naming its contact. '' for a fact that says nothing new."""
    if isinstance(fact, BlockExecuted):
        way = f" -> {fact.next_block}" if fact.next_block else ""
        return f"{fact.block} [{fact.block_type}] {fact.branch}{way}"
    return _contact(fact, own_agent) or _offer(fact) or _desk(fact)


def _contact(fact: Fact, own_agent: str) -> str:
    match fact:
        case ContactInitiated(initiation_method="EXTERNAL_OUTBOUND"):
            return f"is the call to a third party, {masked(fact.customer_address)}, for {fact.previous_contact_id}"
        case ContactInitiated() if fact.previous_contact_id not in ("", fact.contact_id):
            how = _BEGINS.get(fact.initiation_method, fact.initiation_method)
            return f"goes on from {fact.previous_contact_id}: {how}"
        case ContactInitiated() if fact.related_contact_id:
            return f"is a task that {fact.related_contact_id} made"
        case ContactInitiated(initiation_method="OUTBOUND"):
            return f"calls {masked(fact.customer_address)}"
        case ContactInitiated():
            known = f"; own agent {fact.own_agent}" if fact.own_agent else ""
            note = f"; own agent not known: {fact.own_agent_note}" if fact.own_agent_note else ""
            return f"calls from {masked(fact.customer_address)}{known}{note}"
        case ContactDataGiven():
            given = ", ".join(fact.attributes) if fact.attributes else fact.name or fact.customer_id
            return f"comes with {given}" if given else ""
        case AttributesChanged():
            return f"now has {', '.join(fact.attributes)}"
        case ContactQueued(agent_queue="", position=position):
            said = f"waits in {fact.queue}" + (f", position {position}" if position else "")
            return f"{said}: {fact.why}" if fact.why else said
        case ContactQueued():
            return f"goes to {fact.agent_queue}'s own queue"
        case ContactDequeued(why="connected"):
            return ""
        case CallbackScheduled():
            return f"is to be called back in {duration(fact.due - fact.at)} (attempt {fact.attempt})"
        case ContactScheduled():
            return f"is scheduled to begin in {duration(fact.due - fact.at)}"
        case OutboundStarted():
            return f"is a call that {fact.agent} makes"
        case OutboundFailed():
            return f"{fact.agent} does not come to talk: {fact.reason}"
        case TransferFailed():
            return f"is not transferred by {fact.agent}: {fact.reason}"
        case ThirdPartyCalled():
            return f"{fact.agent or 'the flow'} calls a third party, {masked(fact.number)}, as {fact.third_party_id}"
        case ThirdPartyJoined():
            return f"the third party answers and talks with {fact.agent or 'the customer'}"
        case ThirdPartyGone():
            return f"the third party is gone: {_GONE.get(fact.reason, fact.reason)}"
        case CallbackFailed():
            return f"{fact.agent} does not reach the customer: {fact.reason} (attempt {fact.attempt})"
        case ContactDequeued():
            return f"leaves the queue after {duration(fact.waited)}: {_LEAVES.get(fact.why, fact.why)}"
        case AgentChosen():
            return f"chosen: {short_reason(fact.decision, own_agent)}"
        case ContactConnected():
            return f"talks to {fact.agent}, after {duration(fact.waited)} in the queue"
        case ContactRoutingChanged():
            return f"has priority {fact.priority} and an age adjustment of {fact.age_adjustment:g} s"
        case RoutingStepChanged(status="ACTIVE"):
            limit = f", for {duration(fact.until - fact.at)}" if fact.until is not None else ""
            return f"asks for {fact.expression}{limit} (step {fact.step} of {fact.steps})"
        case RoutingStepChanged(status="EXPIRED"):
            rest = "" if fact.step < fact.steps else "; now any agent of the queue will do"
            return f"asks no longer for {fact.expression}{rest}"
        case HoldBegan():
            parties = {"agent": fact.agent, "third_party": "the third party"}
            return f"{parties.get(fact.party, 'the customer')} is put on hold"
        case HoldEnded():
            return f"the hold ends after {duration(fact.held)}"
        case ContactPaused():
            return f"is paused; {fact.agent} is free for another" if fact.agent else "is paused"
        case ContactResumed():
            return f"goes on{f' with {fact.agent}' if fact.agent else ''} after {duration(fact.paused)}"
        case WaitTold():
            return f"is told a wait of {duration(fact.seconds)}"
        case ContactEnded():
            talk = f"; talked {duration(fact.talked)} with {fact.agent}" if fact.agent else ""
            if fact.next_contact_id:
                return f"goes on as {fact.next_contact_id}{talk}"
            return f"ends: {_ENDS.get(fact.reason, fact.reason)}{talk}"
        case ModuleInvoked():
            return f"{fact.block!r} in {fact.flow!r} invokes the module {fact.module!r}"
        case FlowFailed():
            return f"the flow {fact.flow!r} cannot go on: {fact.why}; {fact.then}"
    return ""


def _offer(fact: Fact) -> str:
    match fact:
        case OfferMade():
            return f"rings at {fact.agent}"
        case OfferAccepted():
            return f"{fact.agent} answers after {duration(fact.rang)}"
        case OfferMissed():
            return f"{fact.agent} misses the call"
        case OfferRejected():
            return f"{fact.agent} rejects the call"
        case OfferFailed():
            return f"cannot reach {fact.agent}: {fact.reason}"
        case WhisperStarted():
            return f"before the talk the {fact.party} hears {fact.flow}"
        case WhisperEnded(why="done"):
            return ""
        case WhisperEnded():
            return f"the {fact.party}'s whisper ends: {_WHISPER_ENDS.get(fact.why, fact.why)}"
        case OfferWithdrawn():
            return f"stops ringing at {fact.agent}: {_LEAVES.get(fact.why, fact.why)}"
    return ""


def _desk(fact: Fact) -> str:
    match fact:
        case AfterContactWorkStarted():
            return f"{fact.agent} does after-contact work"
        case ContactCleared():
            return f"{fact.agent} {_CLEARED.get(fact.was, 'is free again')}"
        case QueueStatusChanged():
            return f"{fact.queue} is " + ("enabled" if fact.enabled else "disabled")
        case StatusChanged():
            return f"{fact.agent} is {fact.status} (was {fact.before})"
        case NextStatusSet():
            return f"{fact.agent} will be {fact.status}" if fact.status else f"{fact.agent} stays"
        case CentreOpened():
            return f"{fact.name} is open" + "".join(f"; {problem}" for problem in fact.problems)
        case WorkloadNoted() if fact.problem:
            return f"offline work cannot be read from {fact.source}: {fact.problem}"
        case OverrideNoted():
            return f"{fact.by} {fact.action}: {fact.reason}"
    return ""
