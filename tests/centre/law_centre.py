"""The centre that the laws are tried on: a little of everything, and the ways in which it is changed."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from evenhand.model.definition import (
    AgentDefinition,
    AgentStatus,
    CentreDefinition,
    FlowDefinition,
    NumberDefinition,
    Policy,
    Proficiency,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
    WorkloadContract,
)
from evenhand.model.models import ModelDefinition
from evenhand.model.rules import Rule, RuleSet

__all__ = ["AGENTS", "FLOWS", "QUEUES", "STATUSES", "VARIANTS", "block", "flow_text"]


def block(
    name: str,
    type_: str,
    parameters: dict[str, Any] | None = None,
    next_: str = "",
    errors: dict[str, str] | None = None,
    conditions: dict[str, str] | None = None,
) -> dict[str, Any]:
    """One action of a flow document; conditions are `Equals`."""
    return {
        "Identifier": name,
        "Type": type_,
        "Parameters": parameters or {},
        "Transitions": {
            "NextAction": next_,
            "Errors": [{"ErrorType": kind, "NextAction": to} for kind, to in (errors or {}).items()],
            "Conditions": [
                {"NextAction": to, "Condition": {"Operator": "Equals", "Operands": [value]}}
                for value, to in (conditions or {}).items()
            ],
        },
    }


def flow_text(*blocks: dict[str, Any]) -> str:
    """The document of a flow that starts at its first block."""
    return json.dumps(
        {"Version": "2019-10-30", "StartAction": blocks[0]["Identifier"], "Actions": list(blocks)}
    )


def outside_block(name: str, goes_on: str, next_: str) -> dict[str, Any]:
    """Calls a third party; whatever comes of it leads on, but for a call that failed."""
    return block(
        name,
        "TransferParticipantToThirdParty",
        {
            "ThirdPartyPhoneNumber": "+12025550177",
            "ThirdPartyConnectionTimeLimitSeconds": "4",
            "ContinueFlowExecution": goes_on,
        },
        next_,
        {"NoMatchingError": next_, "ConnectionTimeLimitExceeded": name, "CallFailed": next_},
    )


_HOOK = block(
    "hook",
    "UpdateContactEventHooks",
    {"EventHooks": {"CustomerQueue": "hold", "CustomerRemaining": "survey"}},
    "transfer",
    {"NoMatchingError": "transfer"},
)
_WHISPER = block(
    "whisper",
    "UpdateContactEventHooks",
    {"EventHooks": {"AgentWhisper": "tell", "CustomerWhisper": "beep", "CustomerHold": "stay"}},
    "hook",
    {"NoMatchingError": "hook"},
)
_TRANSFER = block(
    "transfer",
    "TransferContactToQueue",
    {},
    "",
    {"QueueAtCapacity": "bye", "NoMatchingError": "bye"},
)
_BYE = block("bye", "DisconnectParticipant")
_BASIC = block(
    "basic", "UpdateContactTargetQueue", {"QueueId": "Basic"}, "transfer", {"NoMatchingError": "transfer"}
)

_QUEUE = flow_text(block("start", "UpdateFlowLoggingBehavior", {}, "transfer"), _TRANSFER, _BYE)
_HELD = flow_text(_WHISPER, _HOOK, _TRANSFER, _BYE)
_TELL = flow_text(
    block("who", "Compare", {"ComparisonValue": "$.Agent.UserName"}, "end", {}, {"bo": "say", "ana": "ask"}),
    block("say", "MessageParticipant", {"Text": "for $.Queue.Name"}, "end", {"NoMatchingError": "lost"}),
    block("ask", "InvokeLambdaFunction", {"LambdaFunctionARN": "choose"}, "say", {"NoMatchingError": "say"}),
    block("lost", "NobodyKnowsThis", {}, "end"),
    block("end", "EndFlowExecution"),
)
_BEEP = flow_text(
    block("lot", "Compare", {"ComparisonValue": "$.Attributes.priority"}, "beep", {}, {"9": "bye"}),
    block("beep", "MessageParticipant", {"PromptId": "Beep.wav"}, "end", {"NoMatchingError": "end"}),
    block("end", "EndFlowExecution"),
    _BYE,
)
_RANKED = flow_text(
    block("priority", "UpdateContactRoutingBehavior", {"QueuePriority": "$.Attributes.priority"}, "age"),
    block(
        "age", "UpdateContactRoutingBehavior", {"QueueTimeAdjustmentSeconds": "$.Attributes.age"}, "transfer"
    ),
    _TRANSFER,
    _BYE,
)


def _asks(name: str, value: str, level: float) -> dict[str, Any]:
    return {"AttributeCondition": {"Name": name, "Value": value, "ProficiencyLevel": level}}


_SKILLED = flow_text(
    block(
        "criteria",
        "UpdateContactRoutingCriteria",
        {
            "RoutingCriteria": {
                "Steps": [
                    {
                        "Expression": {
                            "AndExpression": [
                                _asks("Language", "German", 4),
                                {"NotAttributeCondition": {"Name": "Team", "Value": "Night"}},
                            ]
                        },
                        "Expiry": {"DurationInSeconds": 4},
                    },
                    {
                        "Expression": {
                            "OrExpression": [
                                _asks("Language", "German", 1),
                                {
                                    "AttributeCondition": {
                                        "MatchCriteria": {"AgentsCriteria": {"AgentIds": ["ana", "eli"]}}
                                    }
                                },
                            ]
                        },
                        "Expiry": {"DurationInSeconds": 6},
                    },
                ]
            }
        },
        "hook",
        {"NoMatchingError": "hook"},
    ),
    _HOOK,
    _TRANSFER,
    _BYE,
)
_STRICT = flow_text(
    block(
        "criteria",
        "UpdateRoutingCriteria",
        {"RoutingCriteria": "$.Attributes.criteria"},
        "transfer",
        {"NoMatchingError": "transfer"},
    ),
    _TRANSFER,
    _BYE,
)
_AGENT = flow_text(
    block(
        "staffing",
        "CheckMetricData",
        {"MetricType": "NumberOfAgentsAvailable", "AgentId": "$.Attributes.agent"},
        "agent",
        {"NoMatchingError": "basic", "NoMatchingCondition": "agent"},
        {"1": "agent"},
    ),
    block(
        "agent",
        "UpdateContactTargetQueue",
        {"AgentId": "$.Attributes.agent"},
        "transfer",
        {"NoMatchingError": "basic"},
    ),
    _BASIC,
    _TRANSFER,
    _BYE,
)
_HANDED = flow_text(
    block(
        "agent",
        "UpdateContactTargetQueue",
        {"AgentId": "$.Attributes.agent"},
        "hand over",
        {"NoMatchingError": "basic"},
    ),
    block("hand over", "TransferContactToAgent"),
    _BASIC,
    _TRANSFER,
    _BYE,
)
_ASK = flow_text(
    block(
        "function",
        "InvokeLambdaFunction",
        {"LambdaFunctionARN": "choose", "InvocationTimeLimitSeconds": "3"},
        "menu",
        {"NoMatchingError": "basic"},
    ),
    block(
        "menu",
        "GetParticipantInput",
        {"Text": "1 or 2?", "InputTimeLimitSeconds": "5"},
        "queue",
        {"InputTimeLimitExceeded": "basic", "NoMatchingError": "basic", "NoMatchingCondition": "queue"},
        {"1": "queue", "2": "lost"},
    ),
    block(
        "queue",
        "UpdateContactTargetQueue",
        {"QueueId": "$.External.queue"},
        "hook",
        {"NoMatchingError": "basic"},
    ),
    block("lost", "NobodyKnowsThis", {}, "bye"),
    _BASIC,
    _HOOK,
    _TRANSFER,
    _BYE,
)
_HOLD = flow_text(
    block(
        "music",
        "MessageParticipantIteratively",
        {"Messages": [{"Text": "please hold"}], "InterruptFrequencySeconds": "4"},
        "",
        {"NoMatchingError": "quiet"},
        {"MessagesInterrupted": "count"},
    ),
    block(
        "count",
        "Loop",
        {"LoopCount": "2"},
        "quiet",
        {},
        {"ContinueLooping": "metrics", "DoneLooping": "move"},
    ),
    block("metrics", "GetMetricData", {}, "raise", {"NoMatchingError": "raise"}),
    block("raise", "UpdateContactRoutingBehavior", {"QueuePriority": "3"}, "module"),
    block(
        "module",
        "InvokeFlowModule",
        {"FlowModuleId": "soon", "Input": {"agent": "$.Attributes.agent", "size": "$.Metrics.Queue.Size"}},
        "say",
        {"NoMatchingError": "say"},
        {"left": "quiet"},
    ),
    block("say", "MessageParticipant", {"Text": "soon"}, "who else", {"NoMatchingError": "who else"}),
    block(
        "who else",
        "Compare",
        {"ComparisonValue": "$.Attributes.age"},
        "interrupt",
        {"NoMatchingCondition": "interrupt"},
        {"600": "outside", "-30": "away"},
    ),
    outside_block("outside", "True", "interrupt"),
    outside_block("away", "False", "interrupt"),
    block(
        "interrupt",
        "RouteContactToAgent",
        {"AgentId": "$.Attributes.agent"},
        "quiet",
        {"NoMatchingError": "quiet"},
    ),
    block(
        "move",
        "DequeueContactAndTransferToQueue",
        {"QueueId": "Support"},
        "",
        {"QueueAtCapacity": "quiet", "NoMatchingError": "bye"},
    ),
    block("quiet", "EndFlowExecution"),
    _BYE,
)

_SURVEY = flow_text(
    block(
        "mark", "UpdateContactAttributes", {"Attributes": {"asked": "yes"}}, "ask", {"NoMatchingError": "ask"}
    ),
    block(
        "ask",
        "GetParticipantInput",
        {"Text": "1 or 2?", "InputTimeLimitSeconds": "5"},
        "bye",
        {"InputTimeLimitExceeded": "bye", "NoMatchingError": "bye", "NoMatchingCondition": "bye"},
        {"1": "bye", "2": "transfer"},
    ),
    _TRANSFER,
    _BYE,
)

_CALLBACK = flow_text(
    block(
        "first",
        "CreateCallbackContact",
        {
            "InitialCallDelaySeconds": "2",
            "RetryDelaySeconds": "3",
            "MaximumConnectionAttempts": "2",
            "ContactFlowId": "ranked",
        },
        "second",
        {"NoMatchingError": "basic"},
    ),
    block(
        "second",
        "CreateCallbackContact",
        {
            "InitialCallDelaySeconds": "1",
            "RetryDelaySeconds": "5",
            "MaximumConnectionAttempts": "1",
            "QueueId": "Support",
        },
        "hook",
        {"NoMatchingError": "bye"},
    ),
    _BASIC,
    _HOOK,
    _TRANSFER,
    _BYE,
)

_STAY = flow_text(
    block(
        "tune",
        "MessageParticipantIteratively",
        {"Messages": [{"Text": "on hold"}], "InterruptFrequencySeconds": "2"},
        "",
        {"NoMatchingError": "bye"},
        {"MessagesInterrupted": "count"},
    ),
    block("count", "Loop", {"LoopCount": "3"}, "end", {}, {"ContinueLooping": "end", "DoneLooping": "bye"}),
    block("end", "EndFlowExecution"),
    _BYE,
)

_TASKS = flow_text(
    block(
        "now",
        "CreateTask",
        {"Name": "look again", "ContactFlowId": "held", "Attributes": {"priority": "2"}},
        "later",
        {"NoMatchingError": "basic"},
    ),
    block(
        "later",
        "CreateTask",
        {
            "Name": "and again",
            "ContactFlowId": "tasks",
            "DelaySeconds": "4",
            "References": {"who": "$.ContactId"},
        },
        "hook",
        {"NoMatchingError": "basic"},
    ),
    _BASIC,
    _HOOK,
    _TRANSFER,
    _BYE,
)

_MODULAR = flow_text(
    block("own", "UpdateFlowAttributes", {"FlowAttributes": {"kept": {"Value": "yes"}}}, "gather"),
    block(
        "gather",
        "InvokeFlowModule",
        {"FlowModuleId": "gather", "Input": {"who": "$.ContactId", "before": "$.Modules.ResultData.said"}},
        "kept",
        {"NoMatchingError": "basic", "NoMatchingCondition": "kept"},
        {"queue": "queue", "again": "count"},
    ),
    block("count", "Loop", {"LoopCount": "2"}, "", {}, {"ContinueLooping": "gather", "DoneLooping": "kept"}),
    block(
        "queue",
        "UpdateContactTargetQueue",
        {"QueueId": "$.Modules.ResultData.queue"},
        "kept",
        {"NoMatchingError": "kept"},
    ),
    # What the flow had set before is there again, whatever the modules did.
    block("kept", "Compare", {"ComparisonValue": "$.FlowAttributes.kept"}, "lost", {}, {"yes": "hook"}),
    block("lost", "NobodyKnowsThis", {}, "nowhere"),
    _BASIC,
    _HOOK,
    _TRANSFER,
    _BYE,
)
_OUTSIDE = flow_text(
    outside_block("outside", "True", "second"),
    outside_block("second", "True", "hook"),
    _HOOK,
    _TRANSFER,
    _BYE,
)
_AWAY = flow_text(outside_block("away", "False", "basic"), _BASIC, _TRANSFER, _BYE)
_HEARD = flow_text(
    block(
        "heard",
        "CheckOutboundCallStatus",
        {},
        "bye",
        {"NoMatchingError": "bye"},
        {"CallAnswered": "end", "NotDetected": "say"},
    ),
    block("say", "MessageParticipant", {"Text": "Hello?"}, "end", {"NoMatchingError": "end"}),
    block("end", "EndFlowExecution"),
    _BYE,
)
_GATHER = flow_text(
    block("kept", "Compare", {"ComparisonValue": "$.FlowAttributes.kept"}, "function", {}, {"yes": "lost"}),
    block(
        "function",
        "InvokeLambdaFunction",
        {"LambdaFunctionARN": "choose", "InvocationTimeLimitSeconds": "3"},
        "menu",
        {"NoMatchingError": "deeper"},
    ),
    block(
        "menu",
        "GetParticipantInput",
        {"Text": "1 or 2?", "InputTimeLimitSeconds": "5"},
        "found",
        {"InputTimeLimitExceeded": "again", "NoMatchingError": "deeper", "NoMatchingCondition": "transfer"},
        {"1": "found", "2": "deeper"},
    ),
    block(
        "found", "EndFlowModuleExecution", {"Result": "queue", "ResultData": {"queue": "$.External.queue"}}
    ),
    block("again", "EndFlowModuleExecution", {"Result": "again", "ResultData": {"said": "$.Modules.Input"}}),
    block("deeper", "InvokeFlowModule", {"FlowModuleId": "deep"}, "plain", {"NoMatchingError": "end"}),
    block("plain", "EndFlowModuleExecution"),
    block("end", "EndFlowExecution"),
    block("lost", "NobodyKnowsThis", {}, "nowhere"),
    _TRANSFER,
    _BYE,
)
_DEEP = flow_text(
    block("say", "MessageParticipant", {"Text": "deep"}, "gather", {"NoMatchingError": "gather"}),
    block("gather", "InvokeFlowModule", {"FlowModuleId": "gather"}, "ranked", {}, {"queue": "back"}),
    block("back", "EndFlowModuleExecution", {"ResultData": {"queue": "$.Modules.ResultData.queue"}}),
    block("ranked", "TransferToFlow", {"ContactFlowId": "ranked"}, "", {"NoMatchingError": "back"}),
)
_SOON = flow_text(
    block(
        "staffing",
        "Compare",
        {"ComparisonValue": "$.Modules.Input.agent"},
        "say",
        {},
        {"bo": "music", "cy": "end"},
    ),
    block("say", "MessageParticipant", {"Text": "soon"}, "back", {"NoMatchingError": "end"}),
    block(
        "music",
        "MessageParticipantIteratively",
        {"Messages": [{"Text": "other music"}], "InterruptFrequencySeconds": "3"},
        "",
        {"NoMatchingError": "back"},
        {"MessagesInterrupted": "count"},
    ),
    block("count", "Loop", {"LoopCount": "1"}, "", {}, {"ContinueLooping": "end", "DoneLooping": "left"}),
    block("left", "EndFlowModuleExecution", {"Result": "left"}),
    block("back", "EndFlowModuleExecution"),
    block("end", "EndFlowExecution"),
)

_SHELF = flow_text(
    block(
        "hook",
        "UpdateContactEventHooks",
        {"EventHooks": {"PauseContact": "lunch", "ResumeContact": "fresh", "CustomerQueue": "hold"}},
        "wait",
        {"NoMatchingError": "wait"},
    ),
    block(
        "wait",
        "Wait",
        {"TimeLimitSeconds": "2"},
        "transfer",
        {"NoMatchingError": "bye"},
        {"WaitCompleted": "transfer"},
    ),
    _TRANSFER,
    _BYE,
)
_LUNCH = flow_text(
    block(
        "function",
        "InvokeLambdaFunction",
        {"LambdaFunctionARN": "choose"},
        "wait",
        {"NoMatchingError": "wait"},
    ),
    block(
        "wait",
        "Wait",
        {"TimeLimitSeconds": "3"},
        "resume",
        {"NoMatchingError": "bye"},
        {"WaitCompleted": "resume"},
    ),
    block("resume", "ResumeContact", {}, "which", {"NoMatchingError": "which"}),
    block(
        "which",
        "Compare",
        {"ComparisonValue": "$.Attributes.priority"},
        "end",
        {"NoMatchingCondition": "end"},
        {"1": "transfer", "9": "bye", "2": "lost"},
    ),
    block("lost", "NobodyKnowsThis", {}, "end"),
    block("end", "EndFlowExecution"),
    _TRANSFER,
    _BYE,
)
_FRESH = flow_text(
    block(
        "function",
        "InvokeLambdaFunction",
        {"LambdaFunctionARN": "choose"},
        "queue",
        {"NoMatchingError": "end"},
    ),
    block(
        "queue",
        "UpdateContactTargetQueue",
        {"QueueId": "$.External.queue"},
        "transfer",
        {"NoMatchingError": "end"},
    ),
    block("end", "EndFlowExecution"),
    _TRANSFER,
    _BYE,
)

FLOWS = (
    "modular",
    "modular",
    "gather",
    "outside",
    "away",
    "shelf",
    "callback",
    "handed",
    "tasks",
    "queue",
    "held",
    "ranked",
    "agent",
    "ask",
    "skilled",
    "strict",
    "nowhere",
)
QUEUES = ("Sales", "Support", "Work", "Chats", "Basic")
STATUSES = ("Available", "Offline", "Lunch", "Training")
AGENTS = ("ana", "bo", "cy", "dee", "eli", "flo", "gus")


def _rows(*rows: tuple[str, str, int, float]) -> tuple[RoutingRow, ...]:
    return tuple(
        RoutingRow(queue=queue, channel=channel, priority=priority, delay=float(delay))  # type: ignore[arg-type]
        for queue, channel, priority, delay in rows
    )


_ONLY, _ANY = "ROUTE_CURRENT_CHANNEL_ONLY", "ROUTE_ANY_CHANNEL"

_PROFILES = (
    RoutingProfile(
        name="voice",
        rows=(
            *_rows(("Sales", "VOICE", 1, 0), ("Support", "VOICE", 2, 0), ("Basic", "VOICE", 2, 0)),
            RoutingRow(queue="Work", channel="TASK", manual=True),
        ),
    ),
    RoutingProfile(
        name="late",
        rows=_rows(("Sales", "VOICE", 2, 5), ("Work", "VOICE", 1, 0), ("Support", "VOICE", 1, 7.5)),
    ),
    RoutingProfile(
        name="text",
        concurrency={"CHAT": 2, "TASK": 2},
        cross_channel={"CHAT": _ANY, "TASK": _ONLY},
        rows=_rows(
            ("Chats", "CHAT", 1, 0), ("Work", "TASK", 2, 3), ("Work", "CHAT", 2, 0), ("Basic", "TASK", 1, 0)
        ),
    ),
    RoutingProfile(
        name="all",
        concurrency={"VOICE": 1, "CHAT": 3},
        cross_channel={"VOICE": _ONLY, "CHAT": _ANY},
        rows=_rows(
            ("Chats", "CHAT", 1, 2),
            ("Sales", "VOICE", 1, 0),
            ("Work", "VOICE", 2, 5),
            ("Basic", "CHAT", 3, 0),
        ),
    ),
    # A row for a channel in which the profile has no slot serves nobody.
    RoutingProfile(name="odd", rows=_rows(("Work", "VOICE", 1, 0), ("Chats", "CHAT", 1, 0))),
)

_EVERYBODY = (
    AgentDefinition(name="ana", routing_profile="voice", after_contact_work=5.0, initial_status="Available"),
    AgentDefinition(name="bo", routing_profile="voice", after_contact_work=0.0, initial_status="Available"),
    AgentDefinition(name="cy", routing_profile="late", after_contact_work=None, initial_status="Available"),
    AgentDefinition(name="dee", routing_profile="text", after_contact_work=3.0, initial_status="Available"),
    AgentDefinition(name="eli", routing_profile="all", after_contact_work=None),
    AgentDefinition(name="flo", routing_profile="voice", auto_accept=True, after_contact_work=None),
    AgentDefinition(name="gus", routing_profile="odd", after_contact_work=2.0, initial_status="Available"),
)

_SKILLS = {
    "ana": (Proficiency("Language", "German", 4.0), Proficiency("Team", "Night", 1.0)),
    "bo": (Proficiency("Language", "German", 4.5),),
    "cy": (Proficiency("Language", "German", 2.0),),
    "dee": (Proficiency("Language", "German", 5.0),),
    "gus": (Proficiency("Language", "English", 3.0),),
}
_PEOPLE = tuple(msgspec.structs.replace(one, proficiencies=_SKILLS.get(one.name, ())) for one in _EVERYBODY)

_POLICIES = (
    Policy(name="least", rank="least_workload", call_type="billing", rules="laws"),
    Policy(name="ruled", rank="rules", rules="laws"),
    Policy(
        name="wishes",
        rank="least_workload",
        call_type="billing",
        own_agent=True,
        own_agent_wait=10.0,
        candidates=True,
        rules="laws",
    ),
    Policy(
        name="mixed",
        rank="blend",
        call_type="billing",
        workload_weight=1.0,
        idle_minute_weight=2.0,
        own_agent=True,
    ),
    Policy(name="learned", rank="model", model="laws", own_agent=True, own_agent_wait=4.0, rules="laws"),
    Policy(
        name="blended",
        rank="blend",
        call_type="billing",
        idle_minute_weight=1.0,
        rules="laws",
        rules_weight=1.5,
        model="laws",
        model_weight=2.0,
    ),
    Policy(name="lost", rank="model", model="nobody"),
    Policy(name="idle", rank="blend", call_type="billing", workload_weight=0.0, idle_minute_weight=1.0),
)

_RULES = RuleSet(
    name="laws",
    wait=6.0,
    rules=(
        Rule(name="not these", when='starts(customer, "1")', exclude='agent in ("ana", "cy", "eli")'),
        Rule(name="rather flo", prefer='agent == "flo"', score=2.0),
        Rule(name="no voices", given={"attributes.priority": ("2", "3")}, exclude='profile == "voice"'),
        Rule(name="nobody", given={"attributes.priority": ("1",)}, exclude='agent != "nobody"'),
        Rule(name="broken", when='number(attribute("age")) > 100', exclude='agent == "bo"'),
    ),
)

_MODELS = (
    ModelDefinition(
        name="laws",
        source="model.py:score",
        inputs=(
            "waited",
            "channel=CHAT",
            "attributes.age",
            "agent.workload",
            "agent.handled",
            "agent.name=bo",
        ),
        time_limit=1.5,
    ),
)

_QUEUES = (
    QueueDefinition(name="Sales", policy="learned"),
    QueueDefinition(name="Support", max_contacts=2, policy="least"),
    QueueDefinition(name="Work", policy="wishes"),
    QueueDefinition(name="Chats", policy="mixed"),
    QueueDefinition(name="Basic", policy="idle"),
)

_FLOWS = (
    FlowDefinition(name="modular", content=_MODULAR),
    FlowDefinition(name="queue", content=_QUEUE),
    FlowDefinition(name="held", content=_HELD),
    FlowDefinition(name="handed", content=_HANDED),
    FlowDefinition(name="ranked", content=_RANKED),
    FlowDefinition(name="agent", content=_AGENT),
    FlowDefinition(name="ask", content=_ASK),
    FlowDefinition(name="survey", content=_SURVEY),
    FlowDefinition(name="callback", content=_CALLBACK),
    FlowDefinition(name="skilled", content=_SKILLED),
    FlowDefinition(name="strict", content=_STRICT),
    FlowDefinition(name="tell", type="AGENT_WHISPER", content=_TELL),
    FlowDefinition(name="beep", type="CUSTOMER_WHISPER", content=_BEEP),
    FlowDefinition(name="stay", type="CUSTOMER_HOLD", content=_STAY),
    FlowDefinition(name="tasks", content=_TASKS),
    FlowDefinition(name="outside", content=_OUTSIDE),
    FlowDefinition(name="away", content=_AWAY),
    FlowDefinition(name="heard", type="OUTBOUND_WHISPER", content=_HEARD),
    FlowDefinition(name="shelf", content=_SHELF),
    FlowDefinition(name="lunch", content=_LUNCH),
    FlowDefinition(name="fresh", content=_FRESH),
    FlowDefinition(name="hold", type="CUSTOMER_QUEUE", content=_HOLD),
    FlowDefinition(name="gather", type="MODULE", content=_GATHER),
    FlowDefinition(name="deep", type="MODULE", content=_DEEP),
    FlowDefinition(name="soon", type="MODULE", content=_SOON),
)

_FIRST = CentreDefinition(
    name="laws",
    default_queue="Basic",
    numbers=(NumberDefinition(address="+100", flow="ask"),),
    flows=_FLOWS,
    queues=_QUEUES,
    routing_profiles=_PROFILES,
    statuses=(AgentStatus(name="Lunch"), AgentStatus(name="Training")),
    agents=_PEOPLE,
    policies=_POLICIES,
    rule_sets=(_RULES,),
    models=_MODELS,
    workload=WorkloadContract(
        weights={"cases": 1.0, "mail": 0.1},
        freshness=60.0,
        when_stale="ignore",
        provisional=1.1,
        provisional_lifetime=100.0,
        return_after=30.0,
        return_ramp=40.0,
    ),
    agent_queue_limit=2,
)

_replace = msgspec.structs.replace

VARIANTS = (
    _FIRST,
    # Other orders, other delays, other data.
    _replace(
        _FIRST,
        queues=(
            QueueDefinition(name="Sales", policy="wishes"),
            QueueDefinition(name="Support", max_contacts=2, policy="lost"),
            QueueDefinition(name="Work", policy="blended"),
            QueueDefinition(name="Chats", policy="least"),
            QueueDefinition(name="Basic", policy="ruled"),
        ),
        routing_profiles=(
            RoutingProfile(name="voice", rows=_rows(("Sales", "VOICE", 1, 4), ("Basic", "VOICE", 1, 0))),
            *_PROFILES[1:],
        ),
        workload=_replace(_FIRST.workload, freshness=20.0, when_stale="use_last", provisional=0.5),
        ring_seconds=12.0,
        default_hooks={"AgentWhisper": "tell", "CustomerQueue": "hold"},
    ),
    # People, a status, a flow and a queue are gone.
    _replace(
        _FIRST,
        flows=_FLOWS[:8],
        queues=(*_QUEUES[:2], _QUEUES[4]),
        statuses=(AgentStatus(name="Training"),),
        agents=(*_PEOPLE[1:3], *_PEOPLE[5:]),
        models=(_replace(_MODELS[0], inputs=("nonsense",)),),
        workload=_replace(_FIRST.workload, freshness=200.0),
    ),
    # Everybody has another profile.
    _replace(
        _FIRST,
        agents=tuple(
            _replace(one, routing_profile=other.routing_profile)
            for one, other in zip(_PEOPLE, (*_PEOPLE[3:], *_PEOPLE[:3]), strict=True)
        ),
        queues=(QueueDefinition(name="Sales", policy="blended"), *_QUEUES[1:]),
    ),
    # Without a default queue: not possible while somebody would have nowhere to wait.
    _replace(_FIRST, default_queue="Nowhere", queues=_QUEUES[:2]),
)
