"""A rule set, compiled once and judged for one contact at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evenhand.assessment.expression import BadExpression, Expression, world_of
from evenhand.model.definition import AgentDefinition
from evenhand.model.rules import Opinion, Rule, RuleSet

__all__ = ["CompiledRules"]

_MOST_PROBLEMS = 5


class _Row:
    """A rule with its expressions read."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.cells = [(name, frozenset(texts)) for name, texts in rule.given.items()]
        self.when = Expression(rule.when, agent=False) if rule.when else None
        self.exclude = Expression(rule.exclude, agent=True) if rule.exclude else None
        self.prefer = Expression(rule.prefer, agent=True) if rule.prefer else None


class CompiledRules:
    """The rows whose first cell a contact meets are found by one look-up, the others are asked in turn.

    A row that cannot be read is left out, and every opinion names it among its problems. What a rule says of
    an agent whatever the contact is remembered.
    """

    def __init__(self, rules: RuleSet, digest: str) -> None:
        self.rules = rules
        self.digest = digest
        self._problems: list[str] = []
        self._rows: list[_Row] = []
        self._by_cell: dict[str, dict[str, list[int]]] = {}
        self._always: list[int] = []
        self._known: dict[tuple[int, str], bool] = {}
        for rule in rules.rules:
            try:
                row = _Row(rule)
            except BadExpression as error:
                self._problems.append(f"{rule.name}: {error}")
                continue
            number = len(self._rows)
            self._rows.append(row)
            if row.cells:
                name, texts = row.cells[0]
                by_text = self._by_cell.setdefault(name, {})
                for text in texts:
                    by_text.setdefault(text, []).append(number)
            else:
                self._always.append(number)

    def judge(
        self,
        facts: Mapping[str, Any],
        attributes: Mapping[str, str],
        external: Mapping[str, Any],
        agents: Sequence[AgentDefinition],
    ) -> Opinion:
        """What the rules say about this contact and these agents."""
        contact = world_of(
            facts,
            attribute=lambda name: attributes.get(name, ""),
            external=lambda name: str(external.get(name, "")),
        )

        def value(name: str) -> str:
            if name.startswith("attributes."):
                return attributes.get(name[11:], "")
            if name.startswith("external."):
                return str(external.get(name[9:], ""))
            return str(facts.get(name, ""))

        numbers = list(self._always)
        for name, by_text in self._by_cell.items():
            numbers.extend(by_text.get(value(name), ()))
        numbers.sort()
        fired: list[str] = []
        problems = list(self._problems)
        excluded: dict[str, str] = {}
        scores: dict[str, float] = {}
        for number in numbers:
            row = self._rows[number]
            rule = row.rule
            try:
                if any(value(name) not in texts for name, texts in row.cells[1:]):
                    continue
                if row.when is not None and not row.when.judge(contact):
                    continue
                out = self._those(number * 2, row.exclude, contact, agents)
                liked = self._those(number * 2 + 1, row.prefer, contact, agents)
            except Exception as error:
                # The world sent what the author did not think of: this row says nothing.
                problems.append(f"{rule.name}: {error}")
                continue
            fired.append(rule.name)
            for agent in out:
                excluded.setdefault(agent, rule.name)
            for agent in liked:
                scores[agent] = scores.get(agent, 0.0) + rule.score
        return Opinion(
            self.rules.name,
            self.rules.version,
            self.digest,
            tuple(fired),
            tuple(problems[:_MOST_PROBLEMS]),
            excluded,
            scores,
        )

    def _those(
        self,
        key: int,
        expression: Expression | None,
        contact: Mapping[str, Any],
        agents: Sequence[AgentDefinition],
    ) -> list[str]:
        if expression is None:
            return []
        found = []
        for agent in agents:
            answer = self._known.get((key, agent.name)) if expression.about_agent_only else None
            if answer is None:
                labels = agent.labels
                answer = expression.judge(
                    {
                        **contact,
                        "agent": agent.name,
                        "profile": agent.routing_profile,
                        "label": lambda name, labels=labels: labels.get(name, ""),
                    }
                )
                if expression.about_agent_only:
                    self._known[key, agent.name] = answer
            if answer:
                found.append(agent.name)
        return found
