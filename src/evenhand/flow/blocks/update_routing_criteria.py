"""UpdateRoutingCriteria, also written UpdateContactRoutingCriteria (Set routing criteria)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.criteria_reading import UnreadableCriteria, read_criteria
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactRoutingCriteria", "UpdateRoutingCriteria"]


class UpdateRoutingCriteria(Block):
    """Says which agents of the queue may have the contact, in steps that give way to one another.

    Parameters: `RoutingCriteria` with `Steps`, each an `Expression` (`AttributeCondition`, `AndExpression`,
    `OrExpression` at the top, `NotAttributeCondition`; levels 1 to 5 by `NumberGreaterOrEqualTo` or `Range`;
    preferred agents in `MatchCriteria`) and an `Expiry`, or one reference to an attribute that holds them as
    JSON. The first step begins when the contact enters a standard queue, or at once if it waits in one.

    Error: NoMatchingError when the criteria cannot be read, go over a limit, or name an agent who is not
    there. (Administrator guide, "Set routing criteria".)
    """

    type = "UpdateRoutingCriteria"
    log_name = "SetRoutingCriteria"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        try:
            criteria = read_criteria(values.get("RoutingCriteria"), world.find_agent)
        except UnreadableCriteria as problem:
            return Failed("NoMatchingError", str(problem))
        session.criteria = criteria
        session.criteria_index += 1
        world.criteria_changed(session)
        return NEXT


class UpdateContactRoutingCriteria(UpdateRoutingCriteria):
    """The same block under the name that exports carry: it says which agents of the queue may have the contact.

    Parameters and error are those of `UpdateRoutingCriteria`. (Administrator guide, "Set routing criteria".)
    """

    type = "UpdateContactRoutingCriteria"
