"""ShowView (Show view)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.comparison import number
from evenhand.flow.exits import Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.service_block import ServiceBlock
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.inputs import ServiceAnswered

__all__ = ["ShowView"]

_USUAL, _LONGEST = 400.0, 604_800.0


class ShowView(ServiceBlock):
    """Has the service `views` show a form and waits for the action that is chosen in it: the result.

    `$.Views.Action` is the action, `$.Views.ViewResultData` what was filled in. The time is
    `InvocationTimeLimitSeconds`, 400 s where none is given (ours: no default is published).

    Parameters: `ViewResource.Id` and `.Version`, `ViewData`, `InvocationTimeLimitSeconds`. Errors:
    NoMatchingCondition, NoMatchingError, TimeLimitExceeded. (Administrator guide, "Show view".)
    """

    type = "ShowView"
    log_name = "ShowView"
    service = "views"
    operation = "show"
    namespace = "Views"
    decides = True
    late = "TimeLimitExceeded"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        view = values.get("ViewResource")
        view_id = text_of(view.get("Id")) if isinstance(view, dict) else ""
        if not isinstance(view, dict) or not view_id:
            return Failed("NoMatchingError", "the flow names no view")
        data = values.get("ViewData")
        request = {
            "view": view_id,
            "version": text_of(view.get("Version")),
            "data": data if isinstance(data, dict) else {},
        }
        wanted = number(text_of(values.get("InvocationTimeLimitSeconds"))) or _USUAL
        return self.ask(session, world, request, min(max(wanted, 1.0), _LONGEST))

    def kept(self, event: ServiceAnswered, before: dict[str, Any]) -> dict[str, Any]:
        return {"Action": event.outcome, "ViewResultData": event.result}
