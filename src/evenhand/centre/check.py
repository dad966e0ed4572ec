"""The check of a whole definition: do its parts fit together?

Everything is found at once. An error says that the centre cannot run as it is written; a warning, that it
can and probably should not. The inside of a flow is the flow check's matter; here only the names count that
its blocks use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from evenhand.centre.check_flow_names import check_flow_names
from evenhand.centre.check_hooks import check_hooks
from evenhand.centre.check_models import check_models
from evenhand.centre.check_modules import check_modules
from evenhand.centre.check_people import check_agents, check_profiles
from evenhand.centre.check_queues import check_hours, check_policies, check_queues
from evenhand.centre.check_rules import check_rules
from evenhand.centre.check_services import check_services
from evenhand.centre.check_skills import check_skills
from evenhand.centre.check_sources import check_sources
from evenhand.centre.findings import Findings, place, ways
from evenhand.distributor.hours import known_zone
from evenhand.errors import Finding
from evenhand.flow.catalogue import FLOW_TYPES
from evenhand.model.definition import CentreDefinition

__all__ = ["check_definition"]


def check_definition(definition: CentreDefinition) -> list[Finding]:
    """Give every fault of the definition as a whole, in the order of its sections."""
    findings = Findings()
    _check_centre(definition, findings)
    _check_twice(definition, findings)
    _check_numbers(definition, findings)
    _check_flows(definition, findings)
    check_hooks(definition, findings)
    _check_functions(definition, findings)
    check_hours(definition, findings)
    check_queues(definition, findings)
    check_profiles(definition, findings)
    check_agents(definition, findings)
    check_skills(definition, findings)
    check_policies(definition, findings)
    check_rules(definition, findings)
    check_models(definition, findings)
    _check_workload(definition, findings)
    check_sources(definition, findings)
    check_flow_names(definition, findings)
    check_modules(definition, findings)
    check_services(definition, findings)
    return findings.all


def _check_centre(definition: CentreDefinition, findings: Findings) -> None:
    queues = {queue.name for queue in definition.queues}
    if definition.default_queue not in queues:
        findings.error(
            "centre.default_queue",
            "unknown-queue",
            f"There is no queue '{definition.default_queue}', and every fallback ends there.",
            ways(definition.default_queue, queues, "Define it under [queues]."),
        )
    if not known_zone(definition.time_zone):
        findings.error(
            "centre.time_zone",
            "unknown-zone",
            f"'{definition.time_zone}' is not a time zone of the IANA database.",
            "Write a name such as Europe/Berlin.",
        )
    if not (definition.instance_arn.startswith("arn:") and ":instance/" in definition.instance_arn):
        findings.error(
            "centre.instance_arn",
            "bad-arn",
            f"'{definition.instance_arn}' is not the ARN of a Connect instance.",
            "Leave it out, or write arn:aws:connect:<region>:<account>:instance/<id>.",
        )
    if definition.ring_seconds <= 0:
        findings.error(
            "centre.ring_seconds",
            "bad-ring",
            f"An offer that rings for {definition.ring_seconds:g} s can never be answered.",
            "Write 20, as Amazon Connect rings.",
        )
    elif definition.ring_seconds > 60:
        findings.warn(
            "centre.ring_seconds",
            "long-ring",
            f"An agent who is away holds a contact up for {definition.ring_seconds:g} s.",
            "Amazon Connect rings for 20 s.",
        )
    if definition.agent_queue_limit < 1:
        findings.error(
            "centre.agent_queue_limit",
            "bad-limit",
            "No contact could ever wait for one agent alone.",
            "Write 10, as Amazon Connect does, or another number from 1 up.",
        )


def _check_twice(definition: CentreDefinition, findings: Findings) -> None:
    """Names are keys: find those that stand twice, and ids and ARNs that two parts share."""
    sections: dict[str, Iterable[str]] = {
        "flows": (flow.name for flow in definition.flows),
        "functions": (function.name for function in definition.functions),
        "hours": (hours.name for hours in definition.hours),
        "queues": (queue.name for queue in definition.queues),
        "routing_profiles": (profile.name for profile in definition.routing_profiles),
        "statuses": (status.name for status in definition.statuses),
        "agents": (agent.name for agent in definition.agents),
        "policies": (policy.name for policy in definition.policies),
        "rules": (one.name for one in definition.rule_sets),
        "models": (one.name for one in definition.models),
    }
    for section, names in sections.items():
        for name, count in Counter(names).items():
            if count > 1:
                findings.error(
                    place(section, name),
                    "duplicate",
                    f"The name '{name}' stands {count} times.",
                    "Names are keys: keep one, or give the others names of their own.",
                )
            if not name.strip():
                findings.error(section, "no-name", "A part has no name.", "Give it one.")
    _check_shared(findings, "flows", "id", {flow.name: flow.id for flow in definition.flows})
    _check_shared(findings, "functions", "arn", {f.name: f.arn for f in definition.functions})


def _check_shared(findings: Findings, section: str, field: str, values: dict[str, str]) -> None:
    owners: dict[str, str] = {}
    for name, value in values.items():
        if value and owners.setdefault(value, name) != name:
            findings.error(
                place(section, name, field),
                "duplicate",
                f"'{owners[value]}' has this {field} too: {value}.",
                "Only one of the two can be meant; change or drop the other.",
            )


def _check_numbers(definition: CentreDefinition, findings: Findings) -> None:
    flows = {flow.name: flow for flow in definition.flows}
    inbound = [flow.name for flow in definition.flows if flow.type == "CONTACT_FLOW"]
    owners: dict[tuple[str, str], str] = {}
    if not definition.numbers:
        findings.warn(
            "numbers", "no-number", "No number leads into the centre.", "Bind one to a flow under [numbers]."
        )
    for number in definition.numbers:
        where = place("numbers", number.address)
        digits = "".join(sign for sign in number.address if sign.isalnum() or sign in "+@._")
        first = owners.setdefault((digits, number.channel), number.address)
        if first is not number.address:
            findings.error(
                where,
                "number-shared",
                f"The number {number.address} is bound twice on channel {number.channel}.",
                "One number leads to one flow: keep one of the two.",
            )
        flow = flows.get(number.flow)
        if flow is None:
            findings.error(
                where,
                "unknown-flow",
                f"There is no flow '{number.flow}' to answer this number.",
                ways(number.flow, inbound, "Define it under [flows]."),
            )
        elif flow.type != "CONTACT_FLOW" and flow.type in FLOW_TYPES:
            findings.error(
                where,
                "flow-type",
                f"A number is answered by a CONTACT_FLOW, and '{flow.name}' is a {flow.type}.",
                "Bind the number to an inbound flow.",
            )


def _check_flows(definition: CentreDefinition, findings: Findings) -> None:
    for flow in definition.flows:
        if flow.type not in FLOW_TYPES:
            findings.error(
                place("flows", flow.name, "type"),
                "unknown-flow-type",
                f"'{flow.type}' is not a type of flow.",
                ways(flow.type, FLOW_TYPES, "Write one of Amazon Connect's types."),
            )


def _check_functions(definition: CentreDefinition, findings: Findings) -> None:
    for function in definition.functions:
        where = place("functions", function.name, "source")
        if not function.source.strip():
            findings.error(
                where,
                "no-source",
                f"The function '{function.name}' has no source, so it cannot be run.",
                'Write source = "path/to/file.py:handler".',
            )
        elif ":" not in function.source:
            findings.error(
                where,
                "bad-source",
                f"'{function.source}' names no handler.",
                f'Write the handler after a colon: source = "{function.source}:handler".',
            )


def _check_workload(definition: CentreDefinition, findings: Findings) -> None:
    workload = definition.workload
    if not workload.weights:
        findings.error(
            "workload.weights", "no-weights", "No kind of work counts.", "Write weights = { workload = 1.0 }."
        )
    for field in ("freshness", "poll"):
        if getattr(workload, field) <= 0:
            findings.error(
                f"workload.{field}",
                "bad-seconds",
                f"{field} must be more than 0 seconds.",
                "Leave it out to take the default.",
            )
    for field in ("provisional", "provisional_lifetime", "catch_up", "return_after", "return_ramp"):
        if getattr(workload, field) < 0:
            findings.error(
                f"workload.{field}",
                "negative",
                f"{field} cannot be negative.",
                "Write 0 to do without it, or leave it out to take the default.",
            )
    if 0 < workload.freshness < workload.poll and not workload.sources:
        findings.warn(
            "workload.freshness",
            "stale-between-polls",
            f"What is read every {workload.poll:g} s is stale after {workload.freshness:g} s, before it is read again.",
            "Make freshness at least as long as poll.",
        )
