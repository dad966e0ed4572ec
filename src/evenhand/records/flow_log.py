"""The flow log in the real service's own shape: one record for each block, where the flow has logging on.

The service goes by the older console's module names (`SetQueue`, `InvokeExternalResource`) also for flows of
today's language, and keeps their parameters under the older names too. (Administrator guide, "Flow logs".)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from evenhand.flow.blocks import BLOCKS
from evenhand.flow.references import text_of
from evenhand.model.definition import CentreDefinition
from evenhand.model.facts import BlockExecuted, Fact, ModuleInvoked
from evenhand.model.names import arn, flow_kind
from evenhand.model.units import Instant

__all__ = ["flow_log", "iso_text"]

_FAILED_FUNCTION = "The Lambda Function Returned An Error."


def iso_text(at: Instant) -> str:
    """An instant as the service writes it: ISO 8601 with milliseconds and `Z`."""
    moment = datetime.fromtimestamp(round(at * 1000) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def flow_log(facts: Iterable[Fact], definition: CentreDefinition) -> Iterator[dict[str, Any]]:
    """The records of these facts. A block that writes several values has one record for each, as there."""
    arns = {
        flow.name: arn(definition.instance_arn, flow_kind(flow.type), flow.name, flow.id)
        for flow in definition.flows
    }
    for fact in facts:
        if not isinstance(fact, BlockExecuted | ModuleInvoked) or not fact.logging:
            continue
        flow_arn = arns.get(fact.flow) or arn(definition.instance_arn, "contact-flow", fact.flow)
        if isinstance(fact, ModuleInvoked):
            yield {
                "ContactId": fact.contact_id,
                "ContactFlowId": flow_arn,
                "ContactFlowName": fact.flow,
                "ContactFlowModuleType": "InvokeFlowModule",
                "Identifier": fact.block,
                "Timestamp": iso_text(fact.at),
                "Parameters": dict(fact.values),
            }
            continue
        if fact.block_type == "InvokeFlowModule" and fact.result != "NoMatchingError":
            continue  # it stands in the log where its module began
        for parameters in _parameters(fact):
            record: dict[str, Any] = {
                "ContactId": fact.contact_id,
                "ContactFlowId": flow_arn,
                "ContactFlowName": fact.flow,
                "ContactFlowModuleType": _module_type(fact),
                "Identifier": fact.block,
                "Timestamp": iso_text(fact.at),
                "Parameters": parameters,
            }
            results = _results(fact)
            if results:
                record["Results"] = results
            if fact.block_type == "InvokeLambdaFunction" and fact.external is not None:
                record["ExternalResults"] = fact.external
            yield record


def _module_type(fact: BlockExecuted) -> str:
    """The older console's name. Two blocks have one for each of their two uses."""
    values = fact.values
    if fact.block_type == "GetParticipantInput":
        return "StoreUserInput" if text_of(values.get("StoreInput")).lower() == "true" else "GetUserInput"
    if fact.block_type == "CheckMetricData":
        staffing = text_of(values.get("MetricType")).startswith("NumberOfAgents")
        return "CheckStaffing" if staffing else "CheckQueueStatus"
    known = BLOCKS.get(fact.block_type)
    return (known.log_name if known is not None else "") or fact.block_type


def _parameters(fact: BlockExecuted) -> list[dict[str, Any]]:
    values = fact.values
    match fact.block_type:
        case "UpdateContactAttributes" | "UpdateFlowAttributes":
            found = values.get("Attributes") or values.get("FlowAttributes")
            pairs = found.items() if isinstance(found, dict) else ()
            return [{"Key": key, "Value": _value(value)} for key, value in pairs] or [{}]
        case "UpdateFlowLoggingBehavior":
            return [{"LoggingBehavior": text_of(values.get("FlowLoggingBehavior"))}]
        case "UpdateContactEventHooks":
            hooks = values.get("EventHooks")
            pairs = hooks.items() if isinstance(hooks, dict) else ()
            return [{"Type": key, "ContactFlowId": flow} for key, flow in pairs] or [{}]
        case "Compare":
            operator, _, operand = fact.branch.partition(" ")
            compared = {"ComparisonMethod": operator, "SecondValue": operand} if operand else {}
            return [{"Value": text_of(values.get("ComparisonValue")), **compared}]
        case "InvokeLambdaFunction":
            return [
                {
                    "FunctionArn": text_of(values.get("LambdaFunctionARN")),
                    "TimeLimit": f"{text_of(values.get('InvocationTimeLimitSeconds')) or '3'} s",
                    "Parameters": values.get("LambdaInvocationAttributes") or {},
                }
            ]
        case "UpdateContactTargetQueue" | "DequeueContactAndTransferToQueue":
            return [{key: text_of(value) for key, value in values.items()}]
    return [dict(values)]


def _value(value: Any) -> str:
    """A flow attribute stands inside `{"Value": …}`, a contact attribute by itself."""
    return text_of(value.get("Value")) if isinstance(value, dict) and "Value" in value else text_of(value)


def _results(fact: BlockExecuted) -> str:
    if fact.block_type == "Compare":
        return "true" if " " in fact.branch else "false"
    if fact.block_type == "InvokeLambdaFunction":
        return _FAILED_FUNCTION if fact.result else "Success"
    if fact.result == "InputTimeLimitExceeded":
        return "Timeout"
    if fact.result == "NoMatchingError":
        return "No prompt provided" if fact.why == "no prompt provided" else "Error"
    return fact.result
