"""The module types of the older console export and what each becomes, as a table.

A row gives the block type, how its parameters are made, and where its branches go: `next`, an error of the
flow language, or a condition. Types that no table has are read by analogy in `legacy_others.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from evenhand.flow import legacy_parameters as make
from evenhand.flow.legacy_values import OlderModule

__all__ = ["MODULES", "NEXT", "OPERATORS", "Row", "Way", "equals", "error"]


class Way(msgspec.Struct, frozen=True):
    """Where a branch goes: an error of this type, or a condition; neither: the block that follows."""

    error: str = ""
    operator: str = ""
    operand: str = ""


NEXT = Way()


def error(name: str) -> Way:
    """The branch of an error."""
    return Way(error=name)


def equals(value: str) -> Way:
    """The branch of a result."""
    return Way(operator="Equals", operand=value)


FAILS, NO_MATCH = error("NoMatchingError"), error("NoMatchingCondition")
PLAIN: Mapping[str, Way] = {"success": NEXT, "error": FAILS}

OPERATORS = {
    "equals": "Equals",
    "equalto": "Equals",
    "startswith": "TextStartsWith",
    "endswith": "TextEndsWith",
    "contains": "TextContains",
    "greaterthan": "NumberGreaterThan",
    "greaterthanorequalto": "NumberGreaterOrEqualTo",
    "greaterorequalto": "NumberGreaterOrEqualTo",
    "lessthan": "NumberLessThan",
    "lessthanorequalto": "NumberLessOrEqualTo",
    "lessorequalto": "NumberLessOrEqualTo",
}
"""A branch's `conditionType`, in lower case, and the operator it is."""


class Row(msgspec.Struct, frozen=True):
    """A module type: the block type it becomes, its parameters, its branches (names in lower case).

    `mirror`: the branch that NextAction repeats where success is a condition or leaves the flow.
    """

    type: str
    parameters: Callable[[OlderModule], dict[str, Any]]
    ways: Mapping[str, Way] = MappingProxyType(PLAIN)
    mirror: tuple[str, ...] = ()


ANSWERED: Mapping[str, Way] = {
    **PLAIN,
    "timeout": error("InputTimeLimitExceeded"),
    "nomatch": NO_MATCH,
    "default": NO_MATCH,
    "invalidnumber": error("InvalidPhoneNumber"),
    "invalidphonenumber": error("InvalidPhoneNumber"),
}
STAFFED: Mapping[str, Way] = {
    "true": Way(operator="NumberGreaterThan", operand="0"),
    "false": NO_MATCH,
    "nomatch": NO_MATCH,
    "error": FAILS,
}
FULL: Mapping[str, Way] = {**PLAIN, "atcapacity": error("QueueAtCapacity")}

PLAY = Row("MessageParticipant", make.play)
STORE = Row("GetParticipantInput", make.store, ANSWERED, ("success",))
HOOK = Row("UpdateContactEventHooks", make.hook)
TO_FLOW = Row("TransferToFlow", make.flow, PLAIN, ("error",))
TO_QUEUE = Row("TransferContactToQueue", make.nothing, FULL, ("error", "atcapacity"))
SHARES = Row("DistributeByPercentage", make.nothing, {"nomatch": NO_MATCH, "default": NO_MATCH}, ("nomatch",))
RECORDING = Row("UpdateContactRecordingBehavior", make.recording)
FUNCTION = Row("InvokeLambdaFunction", make.function)
METRICS = Row("GetMetricData", make.metrics)
END = Row("EndFlowExecution", make.nothing, {})

MODULES: Mapping[str, Row] = {
    "PlayPrompt": PLAY,
    "PlayAudio": PLAY,
    "GetUserInput": Row("GetParticipantInput", make.menu, ANSWERED, ("error", "nomatch", "timeout")),
    "GetUserInput/Lex": Row("ConnectParticipantWithLexBot", make.bot, ANSWERED, ("error", "nomatch")),
    "StoreUserInput": STORE,
    "StoreCustomerInput": STORE,
    "LoopPrompts": Row(
        "MessageParticipantIteratively",
        make.loop_prompts,
        {**PLAIN, "timeout": equals("MessagesInterrupted")},
    ),
    "SetQueue": Row("UpdateContactTargetQueue", make.target_of),
    "SetLoggingBehavior": Row("UpdateFlowLoggingBehavior", make.logging),
    "SetEventHook": HOOK,
    "SetContactFlow": HOOK,
    "SetCustomerQueueFlow": HOOK,
    "SetDisconnectFlow": HOOK,
    "SetHoldFlow": HOOK,
    "SetWhisperFlow": HOOK,
    "SetAttributes": Row("UpdateContactAttributes", make.attributes),
    "SetScreenPop": Row("UpdateContactAttributes", make.attributes),
    "SetFlowAttributes": Row("UpdateFlowAttributes", make.flow_attributes),
    "SetContactData": Row("UpdateContactData", make.data),
    "SetVoice": Row("UpdateContactTextToSpeechVoice", make.voice),
    "SetRecordingBehavior": RECORDING,
    "SetRecordingAndAnalyticsBehavior": RECORDING,
    "SetCallBackNumber": Row(
        "UpdateContactCallbackNumber",
        make.callback_number,
        {
            "success": NEXT,
            "invalidphonenumber": error("InvalidCallbackNumber"),
            "invalidnumber": error("InvalidCallbackNumber"),
            "nondialablenumber": error("CallbackNumberNotDialable"),
            "error": FAILS,
        },
    ),
    "CreateCallback": Row("CreateCallbackContact", make.callback),
    "InvokeExternalResource": FUNCTION,
    "InvokeLambdaFunction": FUNCTION,
    "InvokeLambda": FUNCTION,
    "CheckAttribute": Row("Compare", make.compare, {"nomatch": NO_MATCH, "default": NO_MATCH}, ("nomatch",)),
    "CheckHoursOfOperation": Row(
        "CheckHoursOfOperation",
        make.hours,
        {"true": equals("True"), "false": equals("False"), "error": FAILS},
        ("false", "error"),
    ),
    "CheckStaffing": Row("CheckMetricData", make.staffing, STAFFED, ("error", "false")),
    "CheckQueueStatus": Row(
        "CheckMetricData", make.queue_status, {"nomatch": NO_MATCH, "error": FAILS}, ("error", "nomatch")
    ),
    "GetMetricData": METRICS,
    "GetQueueMetrics": METRICS,
    "Loop": Row(
        "Loop",
        make.loop,
        {
            "looping": equals("ContinueLooping"),
            "complete": equals("DoneLooping"),
            "completed": equals("DoneLooping"),
            "error": FAILS,
        },
        ("complete", "completed"),
    ),
    "Wait": Row(
        "Wait",
        make.wait,
        {
            "timeout": equals("WaitCompleted"),
            "customerreturn": equals("CustomerReturned"),
            "customerreturned": equals("CustomerReturned"),
            "botparticipantdisconnected": equals("BotParticipantDisconnected"),
            "participantnotfound": error("ParticipantNotFound"),
            "error": FAILS,
        },
        ("error", "timeout"),
    ),
    "UpdateRoutingPriority": Row("UpdateContactRoutingBehavior", make.priority),
    "ChangeRoutingPriority": Row("UpdateContactRoutingBehavior", make.priority),
    "Transfer": TO_QUEUE,
    "Transfer/Queue": TO_QUEUE,
    "CustomerInQueue": TO_QUEUE,
    "TransferToQueue": TO_QUEUE,
    "Transfer/Flow": TO_FLOW,
    "TransferToFlow": TO_FLOW,
    "Transfer/PhoneNumber": Row(
        "TransferParticipantToThirdParty",
        make.phone,
        {**PLAIN, "callfailure": error("CallFailed"), "timeout": error("ConnectionTimeLimitExceeded")},
        ("error",),
    ),
    "Transfer/Agent": Row("TransferContactToAgent", make.nothing, {}),
    "TransferToAgent": Row("TransferContactToAgent", make.nothing, {}),
    "StartMediaStreaming": Row("UpdateContactMediaStreamingBehavior", make.streaming("Enabled")),
    "StopMediaStreaming": Row("UpdateContactMediaStreamingBehavior", make.streaming("Disabled")),
    "Distribute": SHARES,
    "DistributeByPercentage": SHARES,
    "Disconnect": Row("DisconnectParticipant", make.nothing, {}),
    "Resume": END,
    "EndFlow": END,
}
"""Module types, with `/target` where a type has several."""
