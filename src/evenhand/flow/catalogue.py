"""Every block type of the flow language and its rules, as data: parameters, outcomes, errors, places.

Longer than other modules because it is one table: a row for each type, read from top to bottom. Rules that
the real service is known to enforce are errors when broken; where the sources disagree, or say something
only in passing, the rule is `disputed` and breaking it is a warning at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

__all__ = [
    "BLOCKS",
    "ERROR_TYPES",
    "EVENT_HOOKS",
    "FLOW_TYPES",
    "METADATA_TYPES",
    "OPERATORS",
    "REFUSED_TYPES",
    "BlockRule",
    "Outcomes",
    "Parameter",
    "rule_for",
]

# --- flow types ---------------------------------------------------------------------------------------------

INBOUND = frozenset({"CONTACT_FLOW"})
TRANSFER = frozenset({"AGENT_TRANSFER", "QUEUE_TRANSFER"})
QUEUE = frozenset({"CUSTOMER_QUEUE"})
OUTBOUND = frozenset({"OUTBOUND_WHISPER"})
WHISPER = OUTBOUND | {"AGENT_WHISPER", "CUSTOMER_WHISPER"}
HOLD = frozenset({"CUSTOMER_HOLD", "AGENT_HOLD"})
MODULE = frozenset({"MODULE"})
CAMPAIGN = frozenset({"CAMPAIGN"})
EVERYWHERE = INBOUND | TRANSFER | QUEUE | WHISPER | HOLD | MODULE | CAMPAIGN
NOWHERE: frozenset[str] = frozenset()

FLOW_TYPES = tuple(sorted(EVERYWHERE))
"""The names of the flow types as the service spells them, and MODULE for a flow module."""

METADATA_TYPES: Mapping[str, str] = {
    "contactFlow": "CONTACT_FLOW",
    "customerQueue": "CUSTOMER_QUEUE",
    "customerHold": "CUSTOMER_HOLD",
    "customerWhisper": "CUSTOMER_WHISPER",
    "agentHold": "AGENT_HOLD",
    "agentWhisper": "AGENT_WHISPER",
    "outboundWhisper": "OUTBOUND_WHISPER",
    "agentTransfer": "AGENT_TRANSFER",
    "queueTransfer": "QUEUE_TRANSFER",
    "contactFlowModule": "MODULE",
    "campaign": "CAMPAIGN",
}
"""The word in a console export's `Metadata.type` and the flow type it stands for."""

# --- conditions ---------------------------------------------------------------------------------------------

NUMBER_OPERATORS = ("NumberGreaterThan", "NumberGreaterOrEqualTo", "NumberLessThan", "NumberLessOrEqualTo")
TEXT_OPERATORS = ("Equals", "TextStartsWith", "TextEndsWith", "TextContains")
OPERATORS = TEXT_OPERATORS + NUMBER_OPERATORS
"""Each takes exactly one operand."""


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a block that conditions may ask about.

    `operands` are the only values to compare with (empty: any); `required` must all be asked about;
    with `disputed` an operand outside the list is a warning.
    """

    operators: tuple[str, ...] = ("Equals",)
    operands: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    at_least_one: bool = False
    disputed: bool = False


KEYS = tuple("0123456789*#")
ANY_OUTCOME = Outcomes(operators=OPERATORS)

# --- parameters ---------------------------------------------------------------------------------------------

Kind = Literal["text", "resource", "reference", "integer", "flag", "choice", "object", "map", "list", "any"]


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """What a parameter takes.

    `text`: free text with references in it; `resource`: a fixed value or one whole reference;
    `reference`: one whole reference; `integer`, `flag` ("True"/"False") and `choice`: a fixed value, with
    `dynamic` also one whole reference; `object`: these `fields`; `map`: names of the author's own; `list`.
    `disputed` makes every broken rule of it a warning. Lengths are in characters, `longest_list` in entries.
    """

    kind: Kind = "text"
    required: bool = False
    disputed: bool = False
    dynamic: bool = False
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    any_case: bool = False
    longest: int | None = None
    longest_list: int | None = None
    fields: Mapping[str, Parameter] = {}
    exactly_one: tuple[str, ...] = ()
    closed: bool = False


def _integer(minimum: int, maximum: int, *, required: bool = False, dynamic: bool = False) -> Parameter:
    return Parameter(kind="integer", minimum=minimum, maximum=maximum, required=required, dynamic=dynamic)


def _choice(
    *choices: str, required: bool = False, dynamic: bool = False, disputed: bool = False
) -> Parameter:
    return Parameter(kind="choice", choices=choices, required=required, dynamic=dynamic, disputed=disputed)


TEXT = Parameter()
SPEECH = Parameter(longest=6000)
RESOURCE = Parameter(kind="resource")
NEEDED = Parameter(kind="resource", required=True)
FLAG = Parameter(kind="flag")
ANY = Parameter(kind="any")
MAP = Parameter(kind="map")
LIST = Parameter(kind="list")
LARGEST = 9223372036854775807

PROMPT_KEYS = ("PromptId", "Text", "SSML", "Media")
PROMPT: Mapping[str, Parameter] = {
    "PromptId": RESOURCE,
    "Text": SPEECH,
    "SSML": SPEECH,
    "Media": Parameter(
        kind="object",
        fields={
            "Uri": Parameter(required=True),
            "SourceType": _choice("S3", disputed=True),
            "MediaType": _choice("Audio", disputed=True),
        },
    ),
}
TARGET: Mapping[str, Parameter] = {"QueueId": RESOURCE, "AgentId": RESOURCE}
TARGET_KEYS = ("QueueId", "AgentId")

EVENT_HOOKS = (
    "AgentHold",
    "AgentWhisper",
    "CustomerHold",
    "CustomerQueue",
    "CustomerRemaining",
    "CustomerWhisper",
    "DefaultAgentUI",
    "DisconnectAgentUI",
    "PauseContact",
    "ResumeContact",
)
"""The places where a contact can be given a flow; `CustomerRemaining` is the disconnect flow."""

# --- blocks -------------------------------------------------------------------------------------------------

FAILS = "NoMatchingError"
NO_MATCH = "NoMatchingCondition"
LATE = "InputTimeLimitExceeded"


class BlockRule(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one block type.

    `errors`: the branches that must be there; `may_fail_with`: those that may be there as well;
    `errors_open`: the list is not published whole, others are possible. `outcomes` None: takes no
    conditions. `terminal`: no way on at all; `leaves`: success leaves the flow; `takes_time`: the contact
    spends time in it. `where`: the flow types where it stands, `where_disputed`: where sources disagree.
    `open`: the parameters are not published whole. `standing`: why using it is doubtful.
    """

    console: str
    parameters: Mapping[str, Parameter] = {}
    exactly_one: tuple[str, ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()
    errors: tuple[str, ...] = ()
    may_fail_with: tuple[str, ...] = ()
    errors_open: bool = False
    outcomes: Outcomes | None = None
    terminal: bool = False
    leaves: bool = False
    next_optional: bool = False
    takes_time: bool = False
    where: frozenset[str] = EVERYWHERE
    where_disputed: frozenset[str] = NOWHERE
    open: bool = False
    standing: str = ""


def _loosely(console: str, *errors: str, standing: str = "", **parameters: Parameter) -> BlockRule:
    """A type of which only the outline is public: nothing but its required errors is insisted on."""
    return BlockRule(
        console=console,
        parameters=parameters,
        errors=errors,
        errors_open=True,
        outcomes=ANY_OUTCOME,
        open=True,
        takes_time=True,
        standing=standing,
    )


CONVERSATION = INBOUND | TRANSFER | QUEUE | MODULE

PARTICIPANT_BLOCKS: Mapping[str, BlockRule] = {
    "MessageParticipant": BlockRule(
        console="Play prompt",
        parameters={**PROMPT, "SkipWhenDTMFBufferEnabled": FLAG},
        exactly_one=PROMPT_KEYS,
        may_fail_with=(FAILS,),
        takes_time=True,
        where=EVERYWHERE - HOLD,
    ),
    "MessageParticipantIteratively": BlockRule(
        console="Loop prompts",
        parameters={
            "Messages": Parameter(
                kind="list", required=True, fields=PROMPT, exactly_one=PROMPT_KEYS, minimum=1, closed=True
            ),
            "InterruptFrequencySeconds": _integer(1, LARGEST),
            "ContinueMessagingDuringInterrupt": FLAG,
        },
        may_fail_with=(FAILS,),
        outcomes=Outcomes(operands=("MessagesInterrupted",)),
        next_optional=True,
        takes_time=True,
        where=QUEUE | HOLD | MODULE,
    ),
    "GetParticipantInput": BlockRule(
        console="Get customer input, Store customer input",
        parameters={
            **PROMPT,
            "InputTimeLimitSeconds": _integer(1, 180, required=True),
            "StoreInput": FLAG,
            "InputValidation": Parameter(
                kind="object",
                fields={
                    "PhoneNumberValidation": Parameter(
                        kind="object",
                        fields={
                            "NumberFormat": _choice("Local", "E164", required=True),
                            "CountryCode": TEXT,
                        },
                    ),
                    "CustomValidation": Parameter(
                        kind="object", fields={"MaximumLength": _integer(1, LARGEST, required=True)}
                    ),
                },
                exactly_one=("PhoneNumberValidation", "CustomValidation"),
            ),
            "InputEncryption": Parameter(
                kind="object",
                fields={"EncryptionKeyId": Parameter(required=True), "Key": Parameter(required=True)},
            ),
            "DTMFConfiguration": Parameter(
                kind="object",
                fields={
                    "InputTerminationSequence": Parameter(longest=5),
                    "DisableCancelKey": FLAG,
                    "InterdigitTimeLimitSeconds": _integer(1, 20),
                },
            ),
        },
        exactly_one=PROMPT_KEYS,
        errors=(LATE, NO_MATCH, FAILS),
        outcomes=Outcomes(operands=KEYS),
        takes_time=True,
        where=CONVERSATION,
    ),
    "ConnectParticipantWithLexBot": BlockRule(
        console="Get customer input (Lex bot)",
        parameters={
            **PROMPT,
            "LexV2Bot": Parameter(
                kind="object", fields={"AliasArn": Parameter(kind="resource", required=True)}
            ),
            "LexBot": Parameter(kind="object", fields={"Name": TEXT, "Region": TEXT, "Alias": TEXT}),
            "LexSessionAttributes": MAP,
            "LexInitializationData": Parameter(kind="object", fields={"InitialMessage": TEXT}),
            "LexTimeoutSeconds": Parameter(
                kind="object", fields={"Text": _integer(60, 604_800, dynamic=True)}
            ),
        },
        at_most_one=((*PROMPT_KEYS, "LexInitializationData"), ("LexV2Bot", "LexBot")),
        errors=(NO_MATCH, FAILS),
        may_fail_with=(LATE,),
        outcomes=Outcomes(),
        takes_time=True,
        where=CONVERSATION,
        open=True,
    ),
    "DisconnectParticipant": BlockRule(
        console="Disconnect", terminal=True, where=CONVERSATION, where_disputed=WHISPER | HOLD
    ),
    "ShowView": BlockRule(
        console="Show view",
        parameters={
            "ViewResource": Parameter(
                kind="object", required=True, fields={"Id": Parameter(required=True), "Version": TEXT}
            ),
            "InvocationTimeLimitSeconds": _integer(1, LARGEST, dynamic=True),
            "ViewData": ANY,
        },
        errors=(NO_MATCH, FAILS, "TimeLimitExceeded"),
        outcomes=Outcomes(),
        takes_time=True,
        where=INBOUND | QUEUE | MODULE,
        open=True,
    ),
    "TransferParticipantToThirdParty": BlockRule(
        console="Transfer to phone number",
        parameters={
            "ThirdPartyPhoneNumber": NEEDED,
            "ThirdPartyConnectionTimeLimitSeconds": _integer(0, 600, dynamic=True),
            # The documentation's newer name for it.
            "ThirdPartyConnectionTimeoutSeconds": _integer(0, 600, dynamic=True),
            "ContinueFlowExecution": FLAG,
            "ThirdPartyDTMFDigits": Parameter(kind="resource", longest=50),
            "CallerId": Parameter(kind="object", fields={"Number": RESOURCE, "Name": TEXT}),
        },
        may_fail_with=(FAILS, "CallFailed", "ConnectionTimeLimitExceeded"),
        takes_time=True,
        where=INBOUND | TRANSFER | QUEUE,
    ),
    "AuthenticateParticipant": _loosely("Authenticate customer", FAILS, "TimeLimitExceeded"),
    "LoadContactContent": _loosely("Get stored content", FAILS),
    "RenderMessageTemplate": _loosely("Send message (template)"),
    "ConnectParticipantWithAgenticCX": _loosely("Connect assistant"),
}

QUEUE_BLOCKS: Mapping[str, BlockRule] = {
    "UpdateContactTargetQueue": BlockRule(
        console="Set working queue",
        parameters=TARGET,
        exactly_one=TARGET_KEYS,
        errors=(FAILS,),
        where=INBOUND | TRANSFER | MODULE,
    ),
    "TransferContactToQueue": BlockRule(
        console="Transfer to queue",
        errors=("QueueAtCapacity", FAILS),
        leaves=True,
        where=INBOUND | TRANSFER | MODULE,
    ),
    "DequeueContactAndTransferToQueue": BlockRule(
        console="Transfer to queue (in a customer queue flow)",
        parameters=TARGET,
        exactly_one=TARGET_KEYS,
        errors=("QueueAtCapacity", FAILS),
        leaves=True,
        where=QUEUE | MODULE,
    ),
    "TransferContactToAgent": BlockRule(console="Transfer to agent", terminal=True, where=TRANSFER | MODULE),
    "RouteContactToAgent": _loosely(
        "Interrupt agent", FAILS, standing="its parameters are not public", AgentId=RESOURCE
    ),
    "CreateCallbackContact": BlockRule(
        console="Transfer to queue (callback)",
        parameters={
            "InitialCallDelaySeconds": Parameter(
                kind="integer", minimum=1, maximum=259_200, required=True, dynamic=True, disputed=True
            ),
            "RetryDelaySeconds": Parameter(
                kind="integer", minimum=1, maximum=259_200, required=True, dynamic=True, disputed=True
            ),
            "MaximumConnectionAttempts": Parameter(
                kind="integer", minimum=1, required=True, dynamic=True, disputed=True
            ),
            **TARGET,
            "ContactFlowId": RESOURCE,
            "CallerId": ANY,
        },
        at_most_one=(TARGET_KEYS,),
        errors=(FAILS,),
        leaves=True,
        where=CONVERSATION,
    ),
    "UpdateContactCallbackNumber": BlockRule(
        console="Set callback number",
        parameters={"CallbackNumber": Parameter(kind="reference", required=True)},
        errors=("InvalidCallbackNumber", "CallbackNumberNotDialable"),
        where=CONVERSATION,
    ),
    "UpdateContactRoutingBehavior": BlockRule(
        console="Change routing priority / age",
        parameters={
            "QueuePriority": _integer(1, LARGEST, dynamic=True),
            "QueueTimeAdjustmentSeconds": _integer(-LARGEST, LARGEST, dynamic=True),
        },
        exactly_one=("QueuePriority", "QueueTimeAdjustmentSeconds"),
        where=INBOUND | MODULE,
        where_disputed=QUEUE | TRANSFER | OUTBOUND,
    ),
    "UpdateRoutingCriteria": BlockRule(
        console="Set routing criteria",
        parameters={"RoutingCriteria": Parameter(kind="any", required=True)},
        may_fail_with=(FAILS,),
        where=INBOUND | QUEUE | TRANSFER,
    ),
    "UpdateContactRoutingCriteria": BlockRule(
        console="Set routing criteria",
        parameters={"RoutingCriteria": Parameter(kind="any", required=True)},
        errors=(FAILS,),
        where=INBOUND | QUEUE | TRANSFER,
    ),
    "GetMetricData": BlockRule(
        console="Get queue metrics",
        parameters={
            **TARGET,
            "QueueChannel": Parameter(kind="choice", choices=("Voice", "Chat"), any_case=True, dynamic=True),
        },
        at_most_one=(TARGET_KEYS,),
        errors=(FAILS,),
        open=True,
    ),
    "CheckMetricData": BlockRule(
        console="Check staffing, Check queue status",
        parameters={
            "MetricType": _choice(
                "NumberOfAgentsAvailable",
                "NumberOfAgentsStaffed",
                "NumberOfAgentsOnline",
                "OldestContactInQueueAgeSeconds",
                "NumberOfContactsInQueue",
                required=True,
            ),
            **TARGET,
        },
        at_most_one=(TARGET_KEYS,),
        errors=(FAILS, NO_MATCH),
        outcomes=Outcomes(operators=("Equals", *NUMBER_OPERATORS), at_least_one=True),
        where=CONVERSATION,
    ),
    "CheckHoursOfOperation": BlockRule(
        console="Check hours of operation",
        parameters={"HoursOfOperationId": RESOURCE},
        errors=(FAILS,),
        outcomes=Outcomes(operands=("True", "False"), required=("True", "False"), disputed=True),
        where=CONVERSATION,
    ),
}

CONTACT_BLOCKS: Mapping[str, BlockRule] = {
    "UpdateContactAttributes": BlockRule(
        console="Set contact attributes",
        parameters={
            "Attributes": Parameter(kind="map", required=True),
            "TargetContact": _choice("Current", "Related", disputed=True),
        },
        errors=(FAILS,),
    ),
    "UpdateContactEventHooks": BlockRule(
        console="Set customer queue flow, Set hold flow, Set whisper flow, Set disconnect flow, Set event flow",
        parameters={
            "EventHooks": Parameter(
                kind="object", required=True, fields=dict.fromkeys(EVENT_HOOKS, RESOURCE), closed=True
            ),
            "EventHooksConfiguration": ANY,
        },
        errors=(FAILS,),
    ),
    "UpdateContactTextToSpeechVoice": BlockRule(
        console="Set voice",
        parameters={
            "TextToSpeechVoice": RESOURCE,
            "TextToSpeechEngine": _choice("Standard", "Neural", "Generative", dynamic=True, disputed=True),
            "TextToSpeechStyle": _choice("None", "Conversational", "Newscaster", dynamic=True, disputed=True),
        },
        may_fail_with=(FAILS,),
    ),
    "UpdateContactRecordingBehavior": BlockRule(
        console="Set recording and analytics behaviour (older)",
        parameters={"RecordingBehavior": ANY, "AnalyticsBehavior": ANY},
        where=INBOUND | TRANSFER | OUTBOUND | QUEUE | MODULE,
    ),
    "UpdateContactRecordingAndAnalyticsBehavior": BlockRule(
        console="Set recording, analytics and processing behaviour",
        parameters={"VoiceBehavior": ANY, "ChatBehavior": ANY},
        errors=(FAILS, "ChannelMismatch"),
        may_fail_with=("InFlightRedactionConfigurationFailed",),
        open=True,
    ),
    "UpdateContactMediaStreamingBehavior": BlockRule(
        console="Start media streaming, Stop media streaming",
        parameters={
            "MediaStreamingState": _choice("Enabled", "Disabled", required=True),
            "MediaStreamType": _choice("Audio", disputed=True),
            "Participants": LIST,
        },
        may_fail_with=(FAILS,),
        where=INBOUND | TRANSFER | QUEUE | WHISPER,
    ),
    "UpdateContactMediaProcessing": BlockRule(
        console="Set recording, analytics and processing behaviour",
        parameters={
            "ChatProcessor": Parameter(
                kind="object",
                required=True,
                fields={
                    "ProcessingEnabled": Parameter(kind="flag", required=True),
                    "LambdaProcessorARN": TEXT,
                    "ChatProcessorSettings": Parameter(
                        kind="object", fields={"DeliverUnprocessedMessages": FLAG}
                    ),
                },
            )
        },
        errors=(FAILS, "ChannelMismatch"),
        open=True,
    ),
    "UpdateContactData": BlockRule(
        console="Set contact attributes (system data)",
        parameters={"LanguageCode": TEXT, "CustomerId": TEXT, "Name": TEXT, "TargetContact": TEXT},
        errors=(FAILS,),
        open=True,
    ),
    "UpdatePreviousContactParticipantState": BlockRule(
        console="Hold customer or agent",
        parameters={
            "PreviousContactParticipantState": _choice(
                "AgentOnHold", "CustomerOnHold", "OffHold", required=True
            )
        },
        may_fail_with=(FAILS,),
        where=TRANSFER | INBOUND,
        where_disputed=OUTBOUND,
    ),
    "CompleteOutboundCall": BlockRule(
        console="Call phone number",
        parameters={"CallerId": ANY},
        takes_time=True,
        where=OUTBOUND,
        open=True,
    ),
    "CreateTask": BlockRule(
        console="Create task",
        parameters={
            "Name": Parameter(required=True, longest=512),
            "Description": Parameter(longest=4096),
            "ContactFlowId": RESOURCE,
            "Attributes": MAP,
            "References": MAP,
            "DelaySeconds": _integer(1, 518_400, dynamic=True),
            "ScheduledTime": TEXT,
            "TaskTemplateId": TEXT,
        },
        at_most_one=(("DelaySeconds", "ScheduledTime"),),
        errors=(FAILS,),
    ),
    "CreateContact": _loosely("Create contact", Channel=RESOURCE, Attributes=MAP, References=MAP),
    "TagContact": BlockRule(
        console="Contact tags",
        parameters={"Tags": Parameter(kind="map", required=True, longest_list=6)},
        errors=(FAILS,),
    ),
    "UntagContact": BlockRule(
        console="Contact tags",
        parameters={"TagKeys": Parameter(kind="list", required=True, minimum=1)},
        errors=(FAILS,),
    ),
    "CreateCase": _loosely("Cases"),
    "GetCase": _loosely("Cases"),
    "UpdateCase": _loosely("Cases"),
    "CreateWisdomSession": _loosely("Connect assistant", FAILS),
    "StartOutboundChatContact": _loosely("Send message"),
    "StartOutboundEmailContact": _loosely("Send message"),
    "ResumeContact": BlockRule(console="Resume contact", may_fail_with=(FAILS,)),
    "CreatePersistentContactAssociation": _loosely("Create persistent contact association", FAILS),
}

CONTROL_BLOCKS: Mapping[str, BlockRule] = {
    "Compare": BlockRule(
        console="Check contact attributes",
        parameters={"ComparisonValue": Parameter(kind="reference", required=True)},
        errors=(NO_MATCH,),
        outcomes=ANY_OUTCOME,
    ),
    "DistributeByPercentage": BlockRule(
        console="Distribute by percentage",
        errors=(NO_MATCH,),
        outcomes=Outcomes(operators=("NumberLessThan",)),
        where=CONVERSATION,
    ),
    "Loop": BlockRule(
        console="Loop",
        parameters={"LoopCount": _integer(0, 100, required=True, dynamic=True)},
        may_fail_with=(FAILS,),
        outcomes=Outcomes(
            operands=("ContinueLooping", "DoneLooping"), required=("ContinueLooping", "DoneLooping")
        ),
    ),
    "Wait": BlockRule(
        console="Wait",
        parameters={
            "TimeLimitSeconds": _integer(1, 604_800, required=True, dynamic=True),
            "TimeoutSeconds": ANY,  # the documentation's name for it, which the service refuses
            "Events": Parameter(kind="list", choices=("CustomerReturned", "BotParticipantDisconnected")),
        },
        errors=(FAILS,),
        may_fail_with=("ParticipantNotFound",),
        outcomes=Outcomes(
            operands=("WaitCompleted", "CustomerReturned", "BotParticipantDisconnected"),
            required=("WaitCompleted",),
        ),
        takes_time=True,
        where=INBOUND | QUEUE | MODULE,
        where_disputed=EVERYWHERE,
    ),
    "TransferToFlow": BlockRule(
        console="Transfer to flow",
        parameters={"ContactFlowId": NEEDED},
        errors=(FAILS,),
        leaves=True,
        where=INBOUND | TRANSFER | MODULE,
    ),
    "EndFlowExecution": BlockRule(console="End flow / Resume", terminal=True),
    "UpdateFlowLoggingBehavior": BlockRule(
        console="Set logging behaviour",
        parameters={"FlowLoggingBehavior": _choice("Enabled", "Disabled", required=True)},
    ),
    "UpdateFlowAttributes": BlockRule(
        console="Set contact attributes (flow)",
        parameters={"FlowAttributes": Parameter(kind="map", required=True)},
        errors=(FAILS,),
    ),
    "InvokeFlowModule": BlockRule(
        console="Invoke module",
        parameters={"FlowModuleId": NEEDED, "Input": MAP},
        errors=(FAILS,),
        may_fail_with=(NO_MATCH,),
        errors_open=True,
        outcomes=ANY_OUTCOME,
        takes_time=True,
        where=INBOUND | MODULE,
        where_disputed=EVERYWHERE,
        open=True,
    ),
    "EndFlowModuleExecution": BlockRule(
        console="Return",
        parameters={"Result": TEXT, "ResultData": MAP},
        terminal=True,
        where=MODULE,
        open=True,
    ),
    "CheckOutboundCallStatus": BlockRule(
        console="Check call progress",
        errors=(FAILS,),
        outcomes=Outcomes(
            operands=("CallAnswered", "VoicemailBeep", "VoicemailNoBeep", "NotDetected"), disputed=True
        ),
        errors_open=True,
        open=True,
        takes_time=True,
    ),
    "CheckVoiceId": _loosely(
        "Check Voice ID", standing="the service behind it, Voice ID, ended on 2026-05-20"
    ),
    "StartVoiceIdStream": _loosely(
        "Set Voice ID", standing="the service behind it, Voice ID, ended on 2026-05-20"
    ),
    "EvaluateDataTableValues": _loosely("Data table", FAILS),
    "ListDataTableValues": _loosely("Data table", standing="no source has seen the service take it"),
    "UpsertDataTableValues": _loosely("Data table", standing="no source has seen the service take it"),
    "CheckSegmentMembership": _loosely(
        "Check segment membership", standing="no source has seen the service take it"
    ),
    "InvokeLambdaFunction": BlockRule(
        console="AWS Lambda function",
        parameters={
            "LambdaFunctionARN": NEEDED,
            "InvocationTimeLimitSeconds": _integer(1, 8),
            "InvocationType": _choice("SYNCHRONOUS", "ASYNCHRONOUS"),
            "LambdaInvocationAttributes": MAP,
            "ResponseValidation": Parameter(
                kind="object", fields={"ResponseType": _choice("STRING_MAP", "JSON", required=True)}
            ),
        },
        errors=(FAILS,),
        takes_time=True,
    ),
    "CreateCustomerProfile": _loosely("Customer profiles", FAILS),
    "GetCustomerProfile": _loosely("Customer profiles", FAILS),
    "UpdateCustomerProfile": _loosely("Customer profiles", FAILS),
    "GetCustomerProfileObject": _loosely("Customer profiles", FAILS, "NoneFoundError"),
    "GetCalculatedAttributesForCustomerProfile": _loosely("Customer profiles", FAILS),
    "AssociateContactToCustomerProfile": _loosely("Customer profiles", FAILS),
}

BLOCKS: Mapping[str, BlockRule] = {
    **PARTICIPANT_BLOCKS,
    **QUEUE_BLOCKS,
    **CONTACT_BLOCKS,
    **CONTROL_BLOCKS,
}

ERROR_TYPES = frozenset(
    {
        FAILS,
        NO_MATCH,
        LATE,
        "AgentError",
        "CallFailed",
        "CallbackNumberNotDialable",
        "ChannelMismatch",
        "ConnectionTimeLimitExceeded",
        "ContactNotLinked",
        "InFlightRedactionConfigurationFailed",
        "InvalidCallbackNumber",
        "InvalidPhoneNumber",
        "MultipleFound",
        "MultipleFoundError",
        "NoneFound",
        "NoneFoundError",
        "ParticipantNotFound",
        "QueueAtCapacity",
        "TimeLimitExceeded",
    }
)
"""Every error type that any known block has."""

REFUSED_TYPES: Mapping[str, str] = {
    "TransferToAgent": "TransferContactToAgent",
    "TransferToPhoneNumber": "TransferParticipantToThirdParty",
    "TransferToThirdParty": "TransferParticipantToThirdParty",
    "TransferToQueue": "TransferContactToQueue",
    "CheckQueueStatus": "CheckMetricData",
    "CheckStaffing": "CheckMetricData",
    "CheckAttribute": "Compare",
    "CheckContactAttributes": "Compare",
    "Distribute": "DistributeByPercentage",
    "StartMediaStreaming": "UpdateContactMediaStreamingBehavior",
    "StopMediaStreaming": "UpdateContactMediaStreamingBehavior",
    "ReturnFromFlowModule": "EndFlowModuleExecution",
    "InvokeAPI": "InvokeLambdaFunction",
    "InvokeExternalResource": "InvokeLambdaFunction",
    "InvokeLambda": "InvokeLambdaFunction",
    "GetParticipantWithLexV2Bot": "ConnectParticipantWithLexBot",
    "GetUserInput": "GetParticipantInput",
    "GetCustomerInput": "GetParticipantInput",
    "StoreUserInput": "GetParticipantInput",
    "StoreCustomerInput": "GetParticipantInput",
    "PutCustomerProfile": "UpdateCustomerProfile",
    "UpdateCustomerProfileObject": "UpdateCustomerProfile",
    "UpdateContactRoutingData": "UpdateContactRoutingBehavior",
    "ChangeRoutingPriority": "UpdateContactRoutingBehavior",
    "UpdateContactTextToSpeechManner": "UpdateContactTextToSpeechVoice",
    "SetVoice": "UpdateContactTextToSpeechVoice",
    "SetRecordingAndAnalyticsBehavior": "UpdateContactRecordingAndAnalyticsBehavior",
    "SetRecordingBehavior": "UpdateContactRecordingBehavior",
    "SetLoggingBehavior": "UpdateFlowLoggingBehavior",
    "SetQueue": "UpdateContactTargetQueue",
    "SetWorkingQueue": "UpdateContactTargetQueue",
    "SetCallbackNumber": "UpdateContactCallbackNumber",
    "SetAttributes": "UpdateContactAttributes",
    "SetContactAttributes": "UpdateContactAttributes",
    "SetContactFlow": "UpdateContactEventHooks",
    "SetEventHook": "UpdateContactEventHooks",
    "SetCustomerQueueFlow": "UpdateContactEventHooks",
    "SetDisconnectFlow": "UpdateContactEventHooks",
    "GetQueueMetrics": "GetMetricData",
    "PlayPrompt": "MessageParticipant",
    "LoopPrompts": "MessageParticipantIteratively",
    "Resume": "EndFlowExecution",
    "EndFlow": "EndFlowExecution",
    "Disconnect": "DisconnectParticipant",
    "UnTagContact": "UntagContact",
}
"""Names that look like types and that the service refuses (console words, older exports, inventions),
with the type that does what they say."""


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")


def rule_for(type_: str, parameters: Mapping[str, Any]) -> BlockRule | None:
    """The rules of a block of this type with these parameters, or None for a type nobody knows."""
    rule = BLOCKS.get(type_)
    if rule is None:
        return None
    match type_:
        case "GetParticipantInput" if _is_true(parameters.get("StoreInput")):
            return _stored_input(rule, parameters)
        case "ConnectParticipantWithLexBot" if "LexTimeoutSeconds" in parameters:
            return msgspec.structs.replace(rule, errors=(LATE, NO_MATCH, FAILS))
        case "UpdateContactRecordingAndAnalyticsBehavior" if "ChatBehavior" in parameters:
            return msgspec.structs.replace(
                rule, errors=(FAILS, "ChannelMismatch", "InFlightRedactionConfigurationFailed")
            )
        case "UpdateContactRoutingBehavior" if "RoutingProficiencies" in parameters:
            return msgspec.structs.replace(rule, exactly_one=(), errors=(FAILS,), open=True)
        case "CheckMetricData" if str(parameters.get("MetricType")).startswith("NumberOfAgents"):
            only = Outcomes(operators=("NumberGreaterThan",), operands=("0",), at_least_one=True)
            return msgspec.structs.replace(rule, outcomes=only)
        case "UpdateContactEventHooks" if "EventHooksConfiguration" in parameters:  # exports have it alone
            freed = msgspec.structs.replace(rule.parameters["EventHooks"], required=False)
            return msgspec.structs.replace(rule, parameters={**rule.parameters, "EventHooks": freed})
        case "Loop" if parameters and "LoopCount" not in parameters:  # a loop over a list, keys not public
            return msgspec.structs.replace(rule, parameters={}, open=True)
    return rule


def _stored_input(rule: BlockRule, parameters: Mapping[str, Any]) -> BlockRule:
    """Store customer input: no keys to choose from, and no way out for silence."""
    validation = parameters.get("InputValidation")
    by_phone = isinstance(validation, dict) and "PhoneNumberValidation" in validation
    needed = msgspec.structs.replace(rule.parameters["InputValidation"], required=True)
    return msgspec.structs.replace(
        rule,
        parameters={**rule.parameters, "InputValidation": needed},
        errors=(FAILS, "InvalidPhoneNumber") if by_phone else (FAILS,),
        outcomes=None,
    )
