"""A rule set, compiled once and judged for one contact at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evenhand.assessment.decision_table import DecisionTable
from evenhand.assessment.expression import BadExpression, Expression
from evenhand.model.definition import AgentDefinition
from evenhand.model.rules import Opinion, Rule, RuleSet

__all__ = ["CompiledRules", "ContactView"]

_MOST_PROBLEMS = 5


class ContactView:
    """A contact as rules see it: plain facts, and the trees `attributes`, `external` and `hours`."""

    def __init__(
        self,
        facts: Mapping[str, Any],
        attributes: Mapping[str, str],
        external: Mapping[str, Any],
        hours: Mapping[str, bool],
    ) -> None:
        self.facts = facts
        self.trees: dict[str, Mapping[str, Any]] = {
            "attributes": attributes,
            "external": external,
            "hours": hours,
        }
        self._worlds: dict[str, dict[str, Any]] = {}

    def world(self, expression: Expression) -> dict[str, Any]:
        """What the expression asks for; expressions that ask for the same share it."""
        world = self._worlds.get(expression.asks)
        if world is None:
            world = self._worlds[expression.asks] = expression.world(self.facts, self.trees)
        return world

    def cell(self, name: str) -> str:
        """The text that a cell `given` is compared with; empty when there is none."""
        tree, _, leaf = name.partition(".")
        found = self.trees[tree].get(leaf, "") if leaf and tree in self.trees else self.facts.get(name, "")
        return str(found).lower() if isinstance(found, bool) else str(found)


class _Row:
    """A rule with its expressions read."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.cells = [(name, frozenset(texts)) for name, texts in rule.given.items()]
        self.when = Expression(rule.when, agent=False) if rule.when else None
        self.exclude = Expression(rule.exclude, agent=True) if rule.exclude else None
        self.prefer = Expression(rule.prefer, agent=True) if rule.prefer else None

    def fires(self, view: ContactView) -> bool:
        """Whether it has something to say about this contact."""
        if self.cells and any(view.cell(name) not in texts for name, texts in self.cells):
            return False
        return self.when is None or self.when.judge(view.world(self.when))


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
        self._known: dict[tuple[str, str], bool] = {}
        self._agents: dict[str, dict[str, Any]] = {}
        self._answered: dict[tuple[object, ...], _Row] = {}
        self._table: DecisionTable | None = None
        if rules.table:
            try:
                self._table = DecisionTable(rules.table, rules.table_file or "table")
            except BadExpression as error:
                self._problems.append(f"{rules.table_file or 'table'}: {error}")
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
        self.names_queue = self._table is not None or any(rule.queue for rule in rules.rules)
        """Whether it may send a contact to another queue."""

    def name_queue(self, view: ContactView) -> tuple[str, str]:
        """The queue that the first rule which fires names, and that rule; ('', '') when none does."""
        problems: list[str] = []
        for row in self._asked(view, problems):
            if row.rule.queue and self._fires(row, view, problems):
                return row.rule.queue, row.rule.name
        return "", ""

    def judge(
        self, view: ContactView, agents: Sequence[AgentDefinition], workload: Callable[[str], float]
    ) -> Opinion:
        """What the rules say about this contact and these agents; `workload` tells an agent's."""
        problems = list(self._problems)
        fired: list[str] = []
        excluded: dict[str, str] = {}
        scores: dict[str, float] = {}
        for row in self._asked(view, problems):
            rule = row.rule
            if not self._fires(row, view, problems):
                continue
            try:
                out = self._those(row.exclude, view, agents, workload)
                liked = self._those(row.prefer, view, agents, workload)
            except BadExpression as error:
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

    def _asked(self, view: ContactView, problems: list[str]) -> list[_Row]:
        """The rows that may fire, in the file's order, then those that the decision table answers."""
        numbers = list(self._always)
        for name, by_text in self._by_cell.items():
            numbers.extend(by_text.get(view.cell(name), ()))
        numbers.sort()
        rows = [self._rows[number] for number in numbers]
        if self._table is not None:
            try:
                rows.extend(self._row(rule) for rule in self._table.rules({**view.facts, **view.trees}))
            except BadExpression as error:
                problems.append(str(error))
        return rows

    def _row(self, rule: Rule) -> _Row:
        key = (rule.name, rule.exclude, rule.prefer, rule.score, rule.queue)
        row = self._answered.get(key)
        if row is None:
            if len(self._answered) > len(self._rows) + 10_000:
                self._answered.clear()
            row = self._answered[key] = _Row(rule)
        return row

    def _fires(self, row: _Row, view: ContactView, problems: list[str]) -> bool:
        try:
            return row.fires(view)
        except BadExpression as error:
            problems.append(f"{row.rule.name}: {error}")
            return False

    def _those(
        self,
        expression: Expression | None,
        view: ContactView,
        agents: Sequence[AgentDefinition],
        workload: Callable[[str], float],
    ) -> list[str]:
        if expression is None:
            return []
        found = []
        known, loads = self._known, "agent.workload" in expression.paths
        world = None
        for agent in agents:
            key = (expression.text, agent.name)
            answer = known.get(key) if expression.about_agent_only else None
            if answer is None:
                if world is None:
                    world = dict(view.world(expression))
                seen = self._seen(agent, expression)
                world["agent"] = {**seen, "workload": workload(agent.name)} if loads else seen
                answer = expression.judge(world)
                if expression.about_agent_only:
                    known[key] = answer
            if answer:
                found.append(agent.name)
        return found

    def _seen(self, agent: AgentDefinition, expression: Expression) -> dict[str, Any]:
        """The agent as rules see them; labels that they do not have are empty."""
        seen = self._agents.get(agent.name)
        if seen is None:
            lists = {
                name: [part.strip() for part in text.split(",") if part.strip()]
                for name, text in agent.labels.items()
            }
            seen = {
                "name": agent.name,
                "profile": agent.routing_profile,
                "labels": dict(agent.labels),
                "lists": lists,
            }
            self._agents[agent.name] = seen
        for path in expression.paths:
            _, kind, label = (*path.split(".", 2), "", "")[:3]
            if kind == "labels" and label:
                seen["labels"].setdefault(label, "")
            elif kind == "lists" and label:
                seen["lists"].setdefault(label, [])
        return seen
