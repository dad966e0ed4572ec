"""The check of predefined attributes and of agents' proficiencies."""

from __future__ import annotations

from collections import Counter

from evenhand.centre.findings import Findings, place, ways
from evenhand.model.definition import CentreDefinition

__all__ = ["check_skills"]


def check_skills(definition: CentreDefinition, findings: Findings) -> None:
    """Find levels outside 1 to 5, and proficiencies in what is not predefined."""
    known = {one.name: one.values for one in definition.predefined_attributes}
    for agent in definition.agents:
        for skill in agent.proficiencies:
            where = place("agents", agent.name, "proficiencies", skill.attribute, skill.value)
            if not 1.0 <= skill.level <= 5.0:
                findings.error(
                    where, "bad-level", f"The level {skill.level:g} is outside 1 to 5.", "5 is the best."
                )
            if not known:
                continue
            if skill.attribute not in known:
                findings.error(
                    where,
                    "unknown-attribute",
                    f"There is no predefined attribute '{skill.attribute}'.",
                    ways(skill.attribute, known, "Add it under [predefined_attributes]."),
                )
            elif known[skill.attribute] and skill.value not in known[skill.attribute]:
                findings.error(
                    where,
                    "unknown-value",
                    f"'{skill.value}' is not a value of '{skill.attribute}'.",
                    ways(skill.value, known[skill.attribute], "Add it under [predefined_attributes]."),
                )
        for (attribute, value), count in Counter(
            (one.attribute, one.value) for one in agent.proficiencies
        ).items():
            if count > 1:
                findings.error(
                    place("agents", agent.name, "proficiencies", attribute, value),
                    "duplicate",
                    f"The proficiency stands {count} times.",
                    "One level for each value.",
                )
