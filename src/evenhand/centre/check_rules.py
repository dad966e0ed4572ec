"""The check of written rules: every fault of every row at once, with the file and the row."""

from __future__ import annotations

import math
from collections import Counter

from evenhand.assessment.decision_table import DecisionTable
from evenhand.assessment.expression import CONTACT_NAMES, TREES, BadExpression, Expression
from evenhand.centre.findings import Findings, place, ways
from evenhand.model.definition import CentreDefinition
from evenhand.model.rules import Rule, RuleSet
from evenhand.model.units import CHANNELS

__all__ = ["check_rules"]


def check_rules(definition: CentreDefinition, findings: Findings) -> None:
    """Find policies without their rules, and rows that cannot be read, name nobody or never fire."""
    names = {one.name for one in definition.rule_sets}
    for policy in definition.policies:
        if policy.rules and policy.rules not in names:
            findings.error(
                place("policies", policy.name, "rules"),
                "unknown-rules",
                f"There are no rules '{policy.rules}'.",
                ways(policy.rules, names, 'Name their file under [rules]: licences = "rules/licences.toml".'),
            )
        if policy.rank == "rules" and not policy.rules:
            findings.error(
                place("policies", policy.name, "rules"),
                "no-rules",
                "The rank rules needs a rule set, and none is named.",
                'Write rules = "…", a name under [rules].',
            )
    used = {policy.rules for policy in definition.policies}
    for one in definition.rule_sets:
        if one.name not in used:
            findings.warn(
                place("rules", one.name),
                "no-effect",
                f"No policy uses the rules '{one.name}'.",
                f'Write rules = "{one.name}" in a policy.',
            )
        _check_set(one, definition, findings)


def _check_set(rules: RuleSet, definition: CentreDefinition, findings: Findings) -> None:
    at = place("rules", rules.name) + (f": {rules.file}: " if rules.file else ".")
    if not math.isfinite(rules.wait) or rules.wait < 0:
        findings.error(f"{at}wait", "negative", "The wait is a number of seconds from 0 up.", "Write 60.")
    for name, count in Counter(rule.name for rule in rules.rules).items():
        if count > 1:
            findings.error(
                f"{at}rules",
                "duplicate",
                f"The name '{name}' stands {count} times.",
                "A decision names rules: give each a name of its own.",
            )
    if rules.table:
        try:
            DecisionTable(rules.table, rules.table_file)
        except BadExpression as error:
            findings.error(
                f"{at}table",
                "bad-table",
                f"{rules.table_file} cannot be used: {error}.",
                "Mend it in the editor that made it; the page on rule files lists what it may hold.",
            )
    if not rules.rules and not rules.table:
        findings.warn(f"{at}rules", "no-effect", "There are no rules in it.", "Write one under [[rules]].")
    seen: dict[tuple[object, ...], str] = {}
    for index, rule in enumerate(rules.rules):
        where = at + place("rules", index)
        _check_row(rule, where, definition, findings)
        key = (
            tuple(sorted(rule.given.items())),
            rule.when,
            rule.exclude,
            rule.prefer,
            rule.score,
            rule.queue,
        )
        if key in seen:
            findings.warn(where, "duplicate", f"It says the same as '{seen[key]}'.", "Drop one.")
        seen.setdefault(key, rule.name)


def _check_row(rule: Rule, where: str, definition: CentreDefinition, findings: Findings) -> None:
    queues = [queue.name for queue in definition.queues]
    if not rule.exclude and not rule.prefer and not rule.queue:
        findings.error(
            where,
            "no-effect",
            f"'{rule.name}' says nothing of agents and names no queue.",
            "Write exclude = …, prefer = … or queue = ….",
        )
    if rule.queue:
        _check_texts("queue", [rule.queue], f"{where}.queue", queues, definition, findings)
    if not math.isfinite(rule.score):
        findings.error(f"{where}.score", "bad-score", "A score is a finite number.", "Write 1.")
    for cell, texts in rule.given.items():
        known = cell in CONTACT_NAMES or cell.partition(".")[0] in TREES
        if not known:
            findings.error(
                f"{where}.given.{cell}",
                "unknown-name",
                f"A contact has no '{cell}'.",
                ways(cell, CONTACT_NAMES, 'Write "attributes.NAME" for an attribute.'),
            )
        if not texts:
            findings.warn(f"{where}.given.{cell}", "never", "An empty list never holds.", "Name a text.")
        _check_texts(cell, list(texts), f"{where}.given.{cell}", queues, definition, findings)
    for field in ("when", "exclude", "prefer"):
        text = getattr(rule, field)
        if not text:
            continue
        try:
            expression = Expression(text, agent=field != "when")
        except BadExpression as error:
            findings.error(
                f"{where}.{field}",
                "bad-expression",
                f"This cannot be read: {error}.",
                "The page on rule files lists what an expression may say.",
            )
            continue
        for name, text_ in expression.compares:
            _check_texts(
                name.removeprefix("agent."), [text_], f"{where}.{field}", queues, definition, findings
            )
        labels = {label for agent in definition.agents for label in agent.labels}
        hours = {one.name for one in definition.hours}
        for path in sorted(expression.paths):
            tree, _, leaf = path.partition(".")
            kind, _, label = leaf.partition(".")
            if tree == "hours" and leaf and leaf not in hours:
                findings.error(
                    f"{where}.{field}",
                    "unknown-hours",
                    f"There are no hours '{leaf}'.",
                    ways(leaf, hours, "Write them under [hours]."),
                )
            elif tree == "agent" and label and kind in ("labels", "lists") and label not in labels:
                findings.error(
                    f"{where}.{field}",
                    "unknown-label",
                    f"No agent has a label '{label}'.",
                    ways(label, labels, "Write it under an agent's labels."),
                )


def _check_texts(
    name: str,
    texts: list[str],
    where: str,
    queues: list[str],
    definition: CentreDefinition,
    findings: Findings,
) -> None:
    by_name: dict[str, list[str]] = {
        "queue": queues,
        "channel": list(CHANNELS),
        "name": [agent.name for agent in definition.agents],
        "profile": [profile.name for profile in definition.routing_profiles],
    }
    known = by_name.get(name)
    if known is None:
        return
    word = "agent" if name == "name" else name
    for text in texts:
        if text not in known:
            findings.error(
                where,
                f"unknown-{word}",
                f"There is no {word} '{text}'.",
                ways(text, known, "Correct the name."),
            )
