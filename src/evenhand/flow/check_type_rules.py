"""Rules about parameters that belong to one block type only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from evenhand.flow.catalogue import EVENT_HOOKS, PROMPT_KEYS
from evenhand.flow.check_report import BlockReport
from evenhand.flow.phone_numbers import e164
from evenhand.flow.references import references_in

__all__ = ["TYPE_RULES"]


def _attributes(report: BlockReport, parameters: Mapping[str, Any]) -> None:
    attributes = parameters.get("Attributes")
    referring: list[str] = []
    for name in attributes if isinstance(attributes, dict) else ():
        if references_in(name):
            referring.append(name)  # console exports have such names, whatever the documentation says
        elif "$" in name or "." in name or not name:
            report.invalid_value(
                f"Parameters.Attributes.{name}",
                "attribute-name",
                "a name may not be empty nor have $ or .",
                f"Call it {re.sub('[$.]+', '_', name).strip('_') or 'name'}, for example.",
            )
    if referring:
        more = f" and {len(referring) - 1} more" if len(referring) > 1 else ""
        report.warning(
            f"Parameters.Attributes.{referring[0]}",
            "attribute-name-refers",
            f"{referring[0]}{more}: a reference in an attribute's name; exports have it, the documentation "
            "forbids $ and . there",
            "Give the attribute a fixed name and put the reference into its value.",
        )


def _event_hooks(report: BlockReport, parameters: Mapping[str, Any]) -> None:
    hooks = parameters.get("EventHooks")
    if isinstance(hooks, dict) and len(hooks) != 1:
        report.warning(
            "Parameters.EventHooks",
            "one-event-hook",
            f"EventHooks has {len(hooks)} entries; the documentation allows one, and reports differ on "
            "whether the service takes another number",
            f"Use a block for each hook ({', '.join(EVENT_HOOKS[:4])}, …).",
        )
    if "EventHooksConfiguration" in parameters:
        report.warning(
            "Parameters.EventHooksConfiguration",
            "saved-only-parameter",
            "console exports carry EventHooksConfiguration, but creating a flow with it is refused",
            "Remove it before you send the flow to the service; it changes nothing here.",
        )


def _flow_attributes(report: BlockReport, parameters: Mapping[str, Any]) -> None:
    attributes = parameters.get("FlowAttributes")
    for name, value in attributes.items() if isinstance(attributes, dict) else ():
        if not isinstance(value, dict) or "Value" not in value:
            report.invalid_value(
                f"Parameters.FlowAttributes.{name}",
                "wrong-shape",
                "a flow attribute is an object",
                'Write {"Value": "..."}.',
            )


def _tags(report: BlockReport, parameters: Mapping[str, Any]) -> None:
    tags = parameters.get("Tags")
    for name in tags if isinstance(tags, dict) else ():
        if name.lower().startswith("aws:"):
            report.invalid_value(
                f"Parameters.Tags.{name}", "reserved-name", "aws: is reserved", "Choose another name."
            )


def _wait(report: BlockReport, parameters: Mapping[str, Any]) -> None:
    if "TimeoutSeconds" in parameters and "TimeLimitSeconds" not in parameters:
        report.error(
            "Parameters.TimeoutSeconds",
            "unknown-parameter",
            "the documentation says TimeoutSeconds, the service takes TimeLimitSeconds",
            "Rename it to TimeLimitSeconds.",
        )


def _input(report: BlockReport, parameters: Mapping[str, Any]) -> None:
    stores = str(parameters.get("StoreInput", "")).lower() == "true"
    if "StoreInput" not in parameters:
        report.warning(
            "Parameters.StoreInput",
            "store-input-not-said",
            "StoreInput is not written; it is taken as False, a menu",
            'Write "StoreInput": "False" for a menu, "True" to store what is typed.',
        )
    if not stores and "InputValidation" in parameters:
        report.warning(
            "Parameters.InputValidation",
            "unused-parameter",
            "InputValidation is for stored input; with StoreInput False nothing reads it",
            'Remove it, or write "StoreInput": "True".',
        )
    validation = parameters.get("InputValidation")
    if "InputEncryption" in parameters and not (
        isinstance(validation, dict) and "CustomValidation" in validation
    ):
        report.invalid_value(
            "Parameters.InputEncryption",
            "needs-custom-validation",
            "only stored input with CustomValidation is encrypted",
            "Give InputValidation.CustomValidation, or remove InputEncryption.",
        )


def _dial(report: BlockReport, parameters: Mapping[str, Any]) -> None:
    number = parameters.get("ThirdPartyPhoneNumber")
    if isinstance(number, str) and "$" not in number and not (number[:1] == "+" and e164(number[1:])):
        report.invalid_value(
            "Parameters.ThirdPartyPhoneNumber",
            "unknown-value",
            f"{number!r}",
            "Write the number as it is called from anywhere, like +12025550100.",
        )
    digits = parameters.get("ThirdPartyDTMFDigits")
    if isinstance(digits, str) and "$" not in digits and not re.fullmatch(r"[0-9,*#]*", digits):
        report.invalid_value(
            "Parameters.ThirdPartyDTMFDigits",
            "unknown-value",
            f"{digits!r}",
            "Use digits, comma, * and # only.",
        )


def _lex(report: BlockReport, parameters: Mapping[str, Any]) -> None:
    if not any(
        name in parameters for name in (*PROMPT_KEYS, "LexInitializationData", "LexInitilizationData")
    ):
        report.missing(
            "Parameters.Text",
            "missing-parameter",
            f"Give exactly one of {', '.join(PROMPT_KEYS)} or LexInitializationData.",
            disputed=True,
        )
    if "LexV2Bot" not in parameters and "LexBot" not in parameters:
        report.missing("Parameters.LexV2Bot", "missing-parameter", "Name the bot: LexV2Bot {AliasArn}.")


TYPE_RULES: Mapping[str, Callable[[BlockReport, Mapping[str, Any]], None]] = {
    "UpdateContactAttributes": _attributes,
    "UpdateContactEventHooks": _event_hooks,
    "UpdateFlowAttributes": _flow_attributes,
    "TagContact": _tags,
    "Wait": _wait,
    "GetParticipantInput": _input,
    "TransferParticipantToThirdParty": _dial,
    "ConnectParticipantWithLexBot": _lex,
}
