"""What the blocks share that need a service outside: ask it, keep what it answers, take the branch."""

from __future__ import annotations

from typing import Any, ClassVar

from evenhand.flow.block import Alarm, Block, Event
from evenhand.flow.exits import NEXT, WAIT, Exit, Failed, Result
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.effects import AskService
from evenhand.model.inputs import ServiceAnswered, ServiceFailed
from evenhand.model.units import Seconds

__all__ = ["ServiceBlock"]


class ServiceBlock(Block):
    """Asks `service` for `operation` with its parameters as the request, and waits for the answer.

    The result replaces the whole of `namespace` (empty: it is not kept). `failures` gives the error type for
    each outcome that is one; with `decides` the conditions ask about any other outcome, else none is
    expected. `late` is the error when nobody answers within `limit` seconds.
    """

    service: ClassVar[str] = ""
    operation: ClassVar[str] = ""
    namespace: ClassVar[str] = ""
    failures: ClassVar[dict[str, str]] = {}
    decides: ClassVar[bool] = False
    late: ClassVar[str] = "NoMatchingError"
    limit: ClassVar[Seconds] = 8.0

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        return self.ask(session, world, values, self.limit)

    def ask(self, session: Session, world: World, request: dict[str, Any], limit: Seconds) -> Exit:
        """Ask, and wait as long as the limit."""
        effect = AskService(
            session.next_effect_id(), session.contact_id, self.service, self.operation, request, limit
        )
        world.perform(effect)
        session.pending = effect
        session.alarm = world.now + limit
        return WAIT

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        if isinstance(event, Alarm):
            return Failed(
                self.late, f"{self.service} did not answer within {world.now - session.entered:.1f} s"
            )
        if not isinstance(event, ServiceAnswered | ServiceFailed) or not self.answers(session, event):
            return WAIT
        if isinstance(event, ServiceFailed):
            error = self.late if event.reason == "timeout" else "NoMatchingError"
            return Failed(error, f"{self.service} {self.operation}: {event.detail or event.reason}")
        error = self.failures.get(event.outcome, "")
        if error:
            return Failed(error, f"{self.service} {self.operation}: {event.outcome}")
        if event.outcome and not self.decides:
            return Failed(
                "NoMatchingError",
                f"{self.service} answered {event.outcome!r}, which {self.operation} does not know",
            )
        if self.namespace:
            services = session.services or {}
            before = services.get(self.namespace)
            kept = self.kept(event, before if isinstance(before, dict) else {})
            session.services = {**services, self.namespace: kept}
        return Result(event.outcome) if self.decides else NEXT

    def kept(self, event: ServiceAnswered, before: dict[str, Any]) -> dict[str, Any]:
        """What the namespace holds from now on, instead of what it held `before`."""
        return event.result
