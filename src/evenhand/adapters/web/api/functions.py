"""Functions that flows call, and what is known of them."""

from __future__ import annotations

import msgspec

from evenhand.adapters.functions.process import Tally
from evenhand.adapters.web.identity import SUPERVISORS
from evenhand.adapters.web.routes import Call, Route
from evenhand.model.definition import CentreDefinition
from evenhand.model.units import Instant

__all__ = ["ROUTES"]


class FunctionNow(msgspec.Struct, frozen=True, rename="camel"):
    """A function. `environment` are the names of its variables, never their values: they may be secrets.

    `answered` and `failed` count since this process began; `last_failure` is the reason of the last one
    (`raised`, `timeout`, `missing`, `crashed`, `too_large`, `not_json`) with what it said, `last_failure_at` when.
    `flows` are those that name it.
    """

    name: str
    source: str
    arn: str
    environment: tuple[str, ...]
    flows: tuple[str, ...]
    answered: int
    failed: int
    last_failure: str
    last_failure_at: Instant | None


def _flows_with(definition: CentreDefinition, name: str, arn: str) -> tuple[str, ...]:
    words = [f'"{name}"', f":function:{name}", *([f'"{arn}"'] if arn else [])]
    return tuple(one.name for one in definition.flows if any(word in one.content for word in words))


async def list_functions(call: Call) -> list[FunctionNow]:
    """Every function, in the order of the definition."""
    definition = call.centre.host.centre.definition
    rows = []
    for one in definition.functions:
        tally = call.centre.functions.tallies.get(one.name) or Tally()
        rows.append(
            FunctionNow(
                one.name,
                one.source,
                one.arn,
                tuple(sorted(one.environment)),
                _flows_with(definition, one.name, one.arn),
                tally.answered,
                tally.failed,
                tally.last_failure,
                tally.last_failure_at,
            )
        )
    return rows


ROUTES = (
    Route(
        method="GET",
        path="/functions",
        name="listFunctions",
        tag="functions",
        summary="The functions that flows call, and how they did",
        roles=SUPERVISORS,
        answer=list[FunctionNow],
        handler=list_functions,
    ),
)
