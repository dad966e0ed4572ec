"""How the parameters of a module of the older console export become those of its block: a function each.

Longer than other modules because it is one list: a function for each row of the table in `legacy_modules.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evenhand.flow.legacy_values import OlderModule, is_true, reference_to, word

__all__ = [
    "attributes",
    "bot",
    "callback",
    "callback_number",
    "compare",
    "data",
    "flow",
    "flow_attributes",
    "function",
    "hook",
    "hours",
    "keys",
    "logging",
    "loop",
    "loop_prompts",
    "menu",
    "metrics",
    "nothing",
    "phone",
    "play",
    "priority",
    "prompt",
    "put",
    "queue_status",
    "recording",
    "staffing",
    "store",
    "streaming",
    "target_of",
    "voice",
    "wait",
]

# --- parameters that several modules have -------------------------------------------------------------------


def put(into: dict[str, Any], name: str, value: Any) -> None:
    """Set a parameter that says something."""
    if value not in ("", None, {}, []):
        into[name] = value


def target_of(module: OlderModule) -> dict[str, Any]:
    """The queue or the agent that a module names, if any."""
    for older, name in (("Agent", "AgentId"), ("Queue", "QueueId")):
        value = module.resource(module.one(older, name), name)
        if value:
            return {name: value}
    return {}


def prompt(module: OlderModule) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    audio = module.one("AudioPrompt", "Prompt", "PromptId")
    if audio is not None:
        put(parameters, "PromptId", module.resource(audio, "PromptId"))
    kind = module.text("TextToSpeechType").lower()
    spoken = module.one("Text", "SSML")
    media = module.text("MediaUri", "S3Uri", "PromptLocation", "AudioUri")
    if parameters:
        return parameters
    if media:
        return {"Media": {"Uri": media, "SourceType": "S3", "MediaType": "Audio"}}
    if spoken is None:
        return {}
    text = word(spoken.value)
    name = "SSML" if kind == "ssml" or spoken.name == "SSML" else "Text"
    if not text:
        module.note(
            f"parameters.{spoken.name}",
            "empty-text",
            "the text is empty, which the service refuses; a space stands for it",
            "Write what the customer should hear, or remove the block.",
        )
    return {name: text or " "}


def keys(module: OlderModule) -> dict[str, Any]:
    """How keys are taken: what ends the input, whether * cancels it, the time between two keys."""
    taken: dict[str, Any] = {}
    put(taken, "InputTerminationSequence", module.text("TerminatorDigits", "TerminationSequence"))
    cancel = module.one("DisableCancel", "DisableCancelKey")
    if cancel is not None and word(cancel.value):
        taken["DisableCancelKey"] = "True" if is_true(cancel.value) else "False"
    put(taken, "InterdigitTimeLimitSeconds", module.text("InterdigitTimeout", "InterDigitTimeout"))
    return {"DTMFConfiguration": taken} if taken else {}


def play(module: OlderModule) -> dict[str, Any]:
    return prompt(module)


def menu(module: OlderModule) -> dict[str, Any]:
    module.all("MaxDigits")  # a menu takes one key
    return {
        **prompt(module),
        "StoreInput": "False",
        "InputTimeLimitSeconds": module.text("Timeout", "InputTimeLimitSeconds") or "5",
        **keys(module),
    }


def bot(module: OlderModule) -> dict[str, Any]:
    parameters = prompt(module)
    put(parameters, "LexSessionAttributes", module.map("Parameter", "SessionAttribute"))
    alias_arn = module.text("BotAliasArn", "LexV2BotAliasArn", "AliasArn")
    second = module.text("LexVersion").upper() == "V2" or alias_arn
    if second:
        parameters["LexV2Bot"] = {"AliasArn": alias_arn} if alias_arn else {}
        module.all("BotName", "BotAlias", "BotRegion")
    else:
        bot: dict[str, Any] = {}
        put(bot, "Name", module.text("BotName"))
        put(bot, "Region", module.text("BotRegion"))
        put(bot, "Alias", module.text("BotAlias"))
        put(parameters, "LexBot", bot)
    initial = module.text("InitialMessage", "LexInitialMessage")
    if initial and not any(name in parameters for name in ("Text", "SSML", "PromptId", "Media")):
        parameters["LexInitializationData"] = {"InitialMessage": initial}
    limit = module.text("ChatTimeout", "TextTimeout", "LexTimeoutSeconds", "Timeout")
    if limit.isdecimal() and 60 <= int(limit[:9]) <= 604_800:
        parameters["LexTimeoutSeconds"] = {"Text": limit}
    return parameters


def store(module: OlderModule) -> dict[str, Any]:
    parameters = {
        **prompt(module),
        "StoreInput": "True",
        "InputTimeLimitSeconds": module.text("Timeout", "InputTimeLimitSeconds") or "5",
    }
    digits = module.text("MaxDigits") or "20"
    if module.text("CustomerInputType").replace(" ", "").lower() == "phonenumber":
        shape = module.text("PhoneNumberFormat")
        by_phone = {"NumberFormat": "Local" if shape.lower() in ("", "local") else "E164"}
        put(by_phone, "CountryCode", module.text("CountryCode"))
        parameters["InputValidation"] = {"PhoneNumberValidation": by_phone}
    else:
        parameters["InputValidation"] = {"CustomValidation": {"MaximumLength": digits}}
        module.all("PhoneNumberFormat", "CountryCode")
    key_id, key = module.text("EncryptionKeyId"), module.text("EncryptionKey", "Key")
    if is_true(module.text("EncryptEntry")):
        if "CustomValidation" in parameters["InputValidation"]:
            parameters["InputEncryption"] = {"EncryptionKeyId": key_id, "Key": key}
        else:
            module.note(
                "parameters.EncryptEntry",
                "not-carried-over",
                "a phone number that is checked cannot be encrypted in the flow language",
                "Store it as custom input if it must be encrypted.",
            )
    return {**parameters, **keys(module)}


def loop_prompts(module: OlderModule) -> dict[str, Any]:
    audio = module.metadata.get("audio")
    shown: list[Any] = audio if isinstance(audio, list) else []
    kind = module.text("TextToSpeechType").lower()
    messages: list[dict[str, Any]] = []
    for parameter in module.all("AudioPrompt", "Text", "SSML", "MediaUri", "S3Uri"):
        place = len(messages)
        value = word(parameter.value)
        if parameter.name.lower() == "audioprompt":
            value = module.resource(parameter, "Messages", place, "PromptId")
            name = "PromptId"
        else:
            about = shown[place] if place < len(shown) and isinstance(shown[place], dict) else {}
            said = word(about.get("ttsType")).lower() or kind or parameter.key.lower()
            name = "SSML" if "ssml" in (said, parameter.key.lower(), parameter.name.lower()) else "Text"
        if parameter.name.lower() in ("mediauri", "s3uri"):
            messages.append({"Media": {"Uri": value, "SourceType": "S3", "MediaType": "Audio"}})
        elif value:
            messages.append({name: value})
    parameters: dict[str, Any] = {"Messages": messages}
    put(parameters, "InterruptFrequencySeconds", module.text("InterruptSeconds", "InterruptFrequencySeconds"))
    going_on = module.one("ContinueMessagingDuringInterrupt", "ContinuePromptsDuringInterrupt")
    if going_on is not None:
        parameters["ContinueMessagingDuringInterrupt"] = "true" if is_true(going_on.value) else "false"
    return parameters


# --- what is set on the contact -----------------------------------------------------------------------------


def logging(module: OlderModule) -> dict[str, Any]:
    said = module.text("LoggingBehavior", "FlowLoggingBehavior")
    states = {"enable": "Enabled", "enabled": "Enabled", "disable": "Disabled", "disabled": "Disabled"}
    return {"FlowLoggingBehavior": states.get(said.lower(), said or "Enabled")}


HOOKS = {
    "setcustomerqueueflow": "CustomerQueue",
    "setdisconnectflow": "CustomerRemaining",
    "setholdflow": "CustomerHold",
    "setwhisperflow": "CustomerWhisper",
}


def hook(module: OlderModule) -> dict[str, Any]:
    hook = module.text("Type", "EventHook") or HOOKS.get(module.type.lower(), "CustomerQueue")
    if hook == "Disconnect":
        hook = "CustomerRemaining"
    flow = module.resource(module.one("ContactFlowId", "FlowId"), "EventHooks", hook)
    return {"EventHooks": {hook: flow}}


def attributes(module: OlderModule) -> dict[str, Any]:
    pairs = {p.key: p.value for p in module.parameters if p.key}
    module.used |= {p.name.lower() for p in module.parameters if p.key}
    parameters: dict[str, Any] = {"Attributes": pairs}
    put(parameters, "TargetContact", module.text("TargetContact"))
    return parameters


def flow_attributes(module: OlderModule) -> dict[str, Any]:
    return {"FlowAttributes": {k: {"Value": v} for k, v in attributes(module)["Attributes"].items()}}


def data(module: OlderModule) -> dict[str, Any]:
    found: dict[str, Any] = {}
    known = ("name", "value", "key", "namespace", "resourceName")
    for parameter in module.all("ContactData", "Attribute", "Parameter"):
        if parameter.key:
            put(found, _capital(parameter.key), parameter.value)
        elif isinstance(parameter.value, dict):
            for name, value in parameter.value.items():
                put(found, _capital(name), word(value))
        for name, value in parameter.given.items():
            if name not in known:
                put(found, _capital(name), word(value))
    for name in ("LanguageCode", "CustomerId", "Name", "Description", "TargetContact"):
        put(found, name, module.text(name))
    return found


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def voice(module: OlderModule) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    put(parameters, "TextToSpeechVoice", module.text("GlobalVoice", "Voice", "TextToSpeechVoice"))
    for name, older in (("TextToSpeechEngine", "GlobalEngine"), ("TextToSpeechStyle", "SpeakingStyle")):
        said = module.text(older, name)
        put(parameters, name, said if said.startswith("$") else said.capitalize())
    return parameters


RECORDED = {
    "both": ["Agent", "Customer"],
    "agentandcustomer": ["Agent", "Customer"],
    "agent": ["Agent"],
    "agentonly": ["Agent"],
    "customer": ["Customer"],
    "customeronly": ["Customer"],
    "none": [],
}


def recording(module: OlderModule) -> dict[str, Any]:
    on = module.text("RecordingBehaviorOption").lower() not in ("disable", "disabled", "none")
    who = RECORDED.get(module.text("RecordingParticipantOption").replace(" ", "").lower(), RECORDED["both"])
    behaviour: dict[str, Any] = {"RecordedParticipants": who if on else []}
    automatic = module.one("IVRRecordingBehavior", "IVRRecordingBehaviorOption", "IvrRecordingBehaviorOption")
    if automatic is not None:
        behaviour["IVRRecordingBehavior"] = "Enabled" if is_true(automatic.value) else "Disabled"
    screen = module.one("ScreenRecordingBehaviorOption", "ScreenRecordingOption")
    if screen is not None:
        behaviour["ScreenRecordedParticipants"] = ["Agent"] if is_true(screen.value) else []
    parameters: dict[str, Any] = {"RecordingBehavior": behaviour}
    option = module.text("AnalyticsBehaviorOption")
    mode = module.text("AnalyticsMode")
    language = module.text("AnalyticsLanguageLocaleCode", "AnalyticsLanguage")
    redacted = module.text("AnalyticsRedactionOption")
    policy = module.text("AnalyticsRedactionPolicy", "AnalyticsRedactionResults")
    if module.text("AnalyticsCustomVocabulary") in ("", "None"):
        module.used.add("analyticscustomvocabulary")
    else:
        module.used.discard("analyticscustomvocabulary")
    if option:
        analytics: dict[str, Any] = {"Enabled": "True" if is_true(option) else "False"}
        put(analytics, "AnalyticsMode", mode)
        put(analytics, "AnalyticsLanguage", language)
        if redacted:
            analytics["AnalyticsRedactionBehavior"] = "Enabled" if is_true(redacted) else "Disabled"
        put(analytics, "AnalyticsRedactionResults", policy)
        parameters["AnalyticsBehavior"] = analytics
    return parameters


def callback_number(module: OlderModule) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    put(parameters, "CallbackNumber", module.text("CallBackNumber", "PhoneNumber"))
    return parameters


def streaming(state: str) -> Callable[[OlderModule], dict[str, Any]]:
    def make(module: OlderModule) -> dict[str, Any]:
        tracks = [word(p.value) for p in module.all("Track", "Tracks")]
        sides = [side for side, track in (("From", "FromCustomer"), ("To", "ToCustomer")) if track in tracks]
        return {
            "MediaStreamingState": state,
            "MediaStreamType": module.text("MediaStreamTypes", "MediaStreamType") or "Audio",
            "Participants": [{"ParticipantType": "Customer", "MediaDirections": sides}],
        }

    return make


def priority(module: OlderModule) -> dict[str, Any]:
    place = module.text("AbsolutePosition", "QueuePriority", "Priority")
    if place:
        return {"QueuePriority": place}
    for parameter in module.parameters:  # by how many seconds the contact is older or younger
        if word(parameter.value).lstrip("+-").isdecimal() or parameter.dynamic:
            module.used.add(parameter.name.lower())
            return {"QueueTimeAdjustmentSeconds": word(parameter.value)}
    return {}


# --- what is asked ------------------------------------------------------------------------------------------


def function(module: OlderModule) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    arn = module.resource(
        module.one("FunctionArn", "LambdaFunctionARN", "FunctionARN", "Function"), "LambdaFunctionARN"
    )
    put(parameters, "LambdaFunctionARN", arn)
    parameters["InvocationTimeLimitSeconds"] = module.text("TimeLimit", "Timeout") or "3"
    put(parameters, "InvocationType", module.text("InvocationType", "ExecutionMode").upper())
    put(parameters, "LambdaInvocationAttributes", module.map("Parameter", "LambdaInvocationAttribute"))
    answer = module.text("ResponseType", "ResponseValidation").upper()
    if answer:
        parameters["ResponseValidation"] = {"ResponseType": "JSON" if "JSON" in answer else "STRING_MAP"}
    return parameters


def compare(module: OlderModule) -> dict[str, Any]:
    attribute = module.one("Attribute", "ComparisonValue")
    namespace = module.text("Namespace") or "User Defined"
    if attribute is None or not attribute.value:
        return {}
    if attribute.dynamic:
        return {"ComparisonValue": attribute.value}
    return {"ComparisonValue": reference_to(namespace, word(attribute.value))}


def hours(module: OlderModule) -> dict[str, Any]:
    value = module.resource(module.one("Hours", "HoursOfOperationId", "HoursId"), "HoursOfOperationId")
    return {"HoursOfOperationId": value} if value else {}


STAFF = {"available": "Available", "staffed": "Staffed", "online": "Online"}


def staffing(module: OlderModule) -> dict[str, Any]:
    said = module.text("Status") or "Available"
    return {"MetricType": "NumberOfAgents" + STAFF.get(said.lower(), said), **target_of(module)}


def queue_status(module: OlderModule) -> dict[str, Any]:
    names = {word(branch.get("condition")).lower() for branch in module.branches}
    by_time = "checkqueuetime" in names or "checkqueuecapacity" not in names
    metric = "OldestContactInQueueAgeSeconds" if by_time else "NumberOfContactsInQueue"
    return {"MetricType": metric, **target_of(module)}


def metrics(module: OlderModule) -> dict[str, Any]:
    parameters = target_of(module)
    put(parameters, "QueueChannel", module.text("Channel", "QueueChannel"))
    return parameters


# --- ways through and out -----------------------------------------------------------------------------------


def loop(module: OlderModule) -> dict[str, Any]:
    return {"LoopCount": module.text("LoopCount", "Count")}


def wait(module: OlderModule) -> dict[str, Any]:
    parameters: dict[str, Any] = {"TimeLimitSeconds": module.text("TimeoutSeconds", "Timeout")}
    names = {word(branch.get("condition")).lower() for branch in module.branches}
    events = []
    if is_true(module.text("InterruptOnCustomerReturn")) or names & {"customerreturn", "customerreturned"}:
        events.append("CustomerReturned")
    if is_true(module.text("InterruptOnBotDisconnect")) or "botparticipantdisconnected" in names:
        events.append("BotParticipantDisconnected")
    put(parameters, "Events", events)
    return parameters


def callback(module: OlderModule) -> dict[str, Any]:
    parameters = {
        "InitialCallDelaySeconds": module.text("InitialDelaySeconds", "InitialCallDelaySeconds"),
        "RetryDelaySeconds": module.text("RetryDelaySeconds"),
        "MaximumConnectionAttempts": module.text("MaxRetryAttempts", "MaximumConnectionAttempts"),
        **target_of(module),
    }
    put(parameters, "ContactFlowId", module.resource(module.one("ContactFlowId"), "ContactFlowId"))
    return {name: value for name, value in parameters.items() if value}


def flow(module: OlderModule) -> dict[str, Any]:
    value = module.resource(module.one("ContactFlowId", "FlowId"), "ContactFlowId")
    return {"ContactFlowId": value} if value else {}


def phone(module: OlderModule) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    put(parameters, "ThirdPartyPhoneNumber", module.text("PhoneNumber", "ThirdPartyPhoneNumber"))
    put(parameters, "ThirdPartyConnectionTimeLimitSeconds", module.text("TimeLimit", "Timeout"))
    blind = module.one("BlindTransfer")
    names = {word(branch.get("condition")).lower() for branch in module.branches}
    going_on = not is_true(blind.value) if blind is not None else "success" in names
    parameters["ContinueFlowExecution"] = "True" if going_on else "False"
    put(parameters, "ThirdPartyDTMFDigits", module.text("SendDigits", "DTMFDigits", "ThirdPartyDTMFDigits"))
    caller: dict[str, Any] = {}
    put(caller, "Number", module.text("CallerIdNumber", "OutboundCallerIdNumber"))
    put(caller, "Name", module.text("CallerIdName", "OutboundCallerIdName"))
    put(parameters, "CallerId", caller)
    return parameters


def nothing(module: OlderModule) -> dict[str, Any]:
    return {}
