"""Are a block's parameters such as the service takes?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from evenhand.flow.catalogue import BlockRule, Parameter
from evenhand.flow.check_report import BlockReport
from evenhand.flow.check_type_rules import TYPE_RULES
from evenhand.flow.references import is_whole_reference, references_in

__all__ = ["check_parameters"]

PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|\{\{[^{}]*\}\}|<[A-Za-z_][\w \-]*>")
"""What deployment tools put in before the service sees the flow: ${QueueArn}, {{queue.id}}, <QueueArn>."""

LONG_SPEECH = 3_000
PARAMETERS = "Parameters"


def check_parameters(report: BlockReport, rule: BlockRule) -> None:
    """Check all parameters of a block against its rule."""
    parameters = report.action.parameters
    check_object(
        report,
        PARAMETERS,
        parameters,
        rule.parameters,
        exactly_one=rule.exactly_one,
        at_most_one=rule.at_most_one,
        closed=False,
        strangers=not rule.open,
    )
    special = TYPE_RULES.get(report.action.type)
    if special is not None:
        special(report, parameters)


def check_object(
    report: BlockReport,
    path: str,
    values: Mapping[str, Any],
    fields: Mapping[str, Parameter],
    *,
    exactly_one: Sequence[str] = (),
    at_most_one: Sequence[Sequence[str]] = (),
    closed: bool = False,
    strangers: bool = True,
) -> None:
    """Check an object's fields. `closed`: unknown names are errors; `strangers`: they are worth a warning."""
    for name, parameter in fields.items():
        if name in values:
            check_value(report, f"{path}.{name}", values[name], parameter)
        elif parameter.required:
            report.missing(
                f"{path}.{name}", "missing-parameter", f'Give "{name}".', disputed=parameter.disputed
            )
    for group in (exactly_one, *at_most_one):
        present = [name for name in group if name in values]
        if len(present) > 1:
            report.error(
                path,
                "too-many-parameters",
                f"Only one of these properties may be defined. Properties: [{', '.join(present)}]",
                "Keep the one that is meant and remove the others.",
            )
    if exactly_one and not any(name in values for name in exactly_one):
        report.error(
            path,
            "missing-parameter",
            f"Action is missing required property. Path: {report.service_path(path)} "
            f"(one of {', '.join(exactly_one)})",
            f"Give exactly one of {', '.join(exactly_one)}.",
        )
    for name in values:
        if name not in fields:
            unknown_name(report, path, name, list(fields), closed=closed, strangers=strangers)


def unknown_name(
    report: BlockReport, path: str, name: str, known: Sequence[str], *, closed: bool, strangers: bool
) -> None:
    """Put down a name that is not among the known ones, with the nearest of those."""
    near = difflib.get_close_matches(name, known, n=1)
    way_out = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known) or 'none'}."
    if closed:
        report.invalid_value(f"{path}.{name}", "unknown-parameter", "no such name", way_out)
    elif strangers:
        report.warning(
            f"{path}.{name}",
            "unknown-parameter",
            f"{report.action.type} has no parameter {name}; nothing reads it",
            way_out + " Otherwise remove it.",
        )


def check_value(report: BlockReport, path: str, value: Any, parameter: Parameter) -> None:
    """Check one value against the rule of its parameter."""
    match parameter.kind:
        case "object" | "map":
            if not isinstance(value, dict):
                wrong_shape(report, path, "an object", parameter)
            elif parameter.kind == "map":
                check_map(report, path, value, parameter)
            else:
                check_object(
                    report,
                    path,
                    value,
                    parameter.fields,
                    exactly_one=parameter.exactly_one,
                    closed=parameter.closed,
                )
        case "list":
            if isinstance(value, list):
                check_list(report, path, value, parameter)
            else:
                wrong_shape(report, path, "a list", parameter)
        case "any":
            pass
        case _:
            check_scalar(report, path, value, parameter)


def wrong_shape(report: BlockReport, path: str, wanted: str, parameter: Parameter) -> None:
    report.invalid_value(
        path, "wrong-shape", f"it must be {wanted}", f"Write it as {wanted}.", disputed=parameter.disputed
    )


def check_map(report: BlockReport, path: str, values: dict[str, Any], parameter: Parameter) -> None:
    """Check a map of the author's own names."""
    for name, value in values.items():
        if value == "":
            report.invalid_value(
                f"{path}.{name}",
                "empty-value",
                "an empty string",
                'The service takes no empty value; write " " (one space), which it does take.',
            )
    if parameter.longest_list is not None and len(values) > parameter.longest_list:
        report.error(
            path,
            "too-many-entries",
            f"More than {parameter.longest_list} tags in {path}",
            f"Keep at most {parameter.longest_list}.",
        )


def check_list(report: BlockReport, path: str, values: list[Any], parameter: Parameter) -> None:
    """Check a list: how many entries it has, and each of them."""
    if parameter.minimum and len(values) < parameter.minimum:
        report.invalid_value(path, "too-few-entries", "it is empty", "Give at least one entry.")
    for index, value in enumerate(values):
        place = f"{path}[{index}]"
        if parameter.fields:
            if isinstance(value, dict):
                check_object(
                    report,
                    place,
                    value,
                    parameter.fields,
                    exactly_one=parameter.exactly_one,
                    closed=parameter.closed,
                )
            else:
                wrong_shape(report, place, "an object", parameter)
        elif parameter.choices and value not in parameter.choices:
            report.invalid_value(
                place, "unknown-value", "no such value", f"Known here: {', '.join(parameter.choices)}."
            )
        elif value == "":
            report.invalid_value(place, "empty-value", "an empty string", "Remove it or give it a value.")


def check_scalar(report: BlockReport, path: str, value: Any, parameter: Parameter) -> None:
    """Check a value that is one string, number or boolean."""
    if value is None or isinstance(value, dict | list):
        wrong_shape(report, path, "a string", parameter)
        return
    word = str(value)
    if word == "":
        report.invalid_value(
            path, "empty-value", "an empty string", "Give it a value, or remove the parameter."
        )
        return
    if PLACEHOLDER.search(word):
        return  # a deployment tool's placeholder: what will stand here is not known yet
    if parameter.longest is not None and len(word) > parameter.longest:
        report.invalid_value(
            path,
            "too-long",
            f"{len(word):,} characters, at most {parameter.longest:,}",
            "Shorten it, or spread it over several blocks.",
            disputed=parameter.disputed,
        )
    elif parameter.longest == 2 * LONG_SPEECH and len(word) > LONG_SPEECH:
        report.warning(
            path,
            "long-text",
            f"{len(word):,} characters; speech takes {LONG_SPEECH:,} billed characters (6,000 with markup)",
            "Shorten it, or spread it over several blocks.",
        )
    if parameter.kind != "text":
        check_fixed(report, path, word, parameter)


def check_fixed(report: BlockReport, path: str, word: str, parameter: Parameter) -> None:
    """Check a value that is not free text: a number, a choice, a resource, one whole reference."""
    if parameter.kind == "reference":
        if not is_whole_reference(word):
            report.invalid_value(
                path,
                "not-a-reference",
                "it must be one whole reference",
                "Write one reference and nothing else, such as $.Attributes.name or $.CustomerEndpoint.Address.",
            )
        return
    if word.startswith(("$.", "$[")) and is_whole_reference(word):
        if parameter.kind != "resource" and not parameter.dynamic:
            report.invalid_value(
                path,
                "must-be-fixed",
                "it cannot be a reference",
                "Write the value itself; the service reads this parameter when the flow is published.",
                disputed=parameter.disputed or parameter.kind == "flag",
            )
        return
    if references_in(word):
        report.invalid_value(
            path,
            "part-reference",
            "a reference stands inside other text",
            "Write either a fixed value or one whole reference; to put one together, set a contact "
            "attribute first and refer to that.",
            disputed=parameter.disputed,
        )
        return
    check_plain(report, path, word, parameter)


def check_plain(report: BlockReport, path: str, word: str, parameter: Parameter) -> None:
    """Check a fixed number, flag or choice."""
    if parameter.kind == "integer":
        check_integer(report, path, word, parameter)
    elif parameter.kind == "flag" and word.lower() not in ("true", "false"):
        report.invalid_value(path, "unknown-value", f"{word!r}", 'Write "True" or "False".')
    elif parameter.kind == "choice":
        known = parameter.choices
        if word in known or (parameter.any_case and word.lower() in {name.lower() for name in known}):
            return
        near = difflib.get_close_matches(word, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        report.invalid_value(
            path,
            "unknown-value",
            f"{word!r}",
            f"Write one of {', '.join(known)}.{hint}",
            disputed=parameter.disputed,
        )


def check_integer(report: BlockReport, path: str, word: str, parameter: Parameter) -> None:
    """Check a whole number and its range."""
    low, high = parameter.minimum, parameter.maximum
    span = f"{low} or more" if high is None or high > 10**9 else f"{low} to {high}"
    if low is not None and low < -(10**9):
        span = "any whole number"
    number = int(word) if re.fullmatch(r"-?[0-9]{1,30}", word) else None
    if number is None or (low is not None and number < low) or (high is not None and number > high):
        report.invalid_value(
            path,
            "out-of-range" if number is not None else "not-a-number",
            f"{word!r}",
            f"Write a whole number: {span}.",
            disputed=parameter.disputed,
        )
