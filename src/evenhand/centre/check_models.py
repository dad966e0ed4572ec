"""The check of learned models: their inputs, their limits, and the policies that ask them."""

from __future__ import annotations

import math

from evenhand.assessment.features import BadInput, Features
from evenhand.centre.findings import Findings, place, ways
from evenhand.model.definition import CentreDefinition, Policy
from evenhand.model.models import ModelDefinition

__all__ = ["check_models"]

_LONG = 1.0


def check_models(definition: CentreDefinition, findings: Findings) -> None:
    """Find policies without their model, and models that cannot be asked or hold contacts up."""
    names = {one.name for one in definition.models}
    for policy in definition.policies:
        _check_policy(policy, names, findings)
    used = {policy.model for policy in definition.policies if policy.asks_model}
    for model in definition.models:
        _check_model(model, definition, findings)
        if model.name not in used:
            findings.warn(
                place("models", model.name),
                "no-effect",
                f"No policy asks the model '{model.name}'.",
                f'Write rank = "model" and model = "{model.name}" in a policy.',
            )


def _check_policy(policy: Policy, names: set[str], findings: Findings) -> None:
    where = place("policies", policy.name, "model")
    if policy.model and policy.model not in names:
        findings.error(
            where,
            "unknown-model",
            f"There is no model '{policy.model}'.",
            ways(policy.model, names, "Define it under [models]."),
        )
    elif policy.asks_model and not policy.model:
        findings.error(
            where,
            "no-model",
            f"The rank {policy.rank} asks a model, and none is named.",
            'Write model = "…", a name under [models].',
        )
    for field, needs in (("rules_weight", policy.rules), ("model_weight", policy.model)):
        weight = getattr(policy, field)
        if weight and (policy.rank != "blend" or not needs):
            findings.warn(
                place("policies", policy.name, field),
                "no-effect",
                f"The weight has no effect: {field} counts in a blend that names what it weighs.",
                f'Write rank = "blend" and {field.removesuffix("_weight")} = "…", or drop it.',
            )


def _check_model(model: ModelDefinition, definition: CentreDefinition, findings: Findings) -> None:
    where = ("models", model.name)
    if not model.source.endswith(".onnx") and not all(model.source.rpartition(":")):
        findings.error(
            place(*where, "source"),
            "bad-source",
            f"'{model.source}' is no ONNX file and names no function.",
            'Write source = "model.onnx" or source = "model.py:score".',
        )
    if not math.isfinite(model.time_limit) or model.time_limit <= 0:
        findings.error(
            place(*where, "time_limit"),
            "bad-seconds",
            "The time limit must be more than 0 seconds.",
            "Leave it out to take 0.05.",
        )
    elif model.time_limit > _LONG:
        findings.warn(
            place(*where, "time_limit"),
            "long-limit",
            f"A model that hangs holds each contact up for {model.time_limit:g} s.",
            "Write 0.05, and load what is slow before the first question.",
        )
    if not model.inputs:
        findings.error(
            place(*where, "inputs"),
            "no-inputs",
            "A model without inputs cannot tell one agent from another.",
            'Write inputs = ["agent.workload", …].',
        )
    labels = {label for agent in definition.agents for label in agent.labels}
    for index, name in enumerate(model.inputs):
        at = place(*where, "inputs", index)
        try:
            Features((name,))
        except BadInput as error:
            findings.error(at, "unknown-input", f"{error}.", "Correct the name.")
            continue
        label = name.removeprefix("agent.labels.").partition("=")[0]
        if name.startswith("agent.labels.") and label not in labels:
            findings.error(
                at,
                "unknown-label",
                f"No agent has a label '{label}'.",
                ways(label, labels, "Write it under an agent's labels."),
            )
