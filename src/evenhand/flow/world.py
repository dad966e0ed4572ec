"""What a block may ask of the centre it runs in. The centre fills this protocol; tests fill it by hand."""

from __future__ import annotations

from typing import Any, Protocol

from evenhand.flow.session import Session
from evenhand.model.effects import Effect
from evenhand.model.facts import Fact
from evenhand.model.units import Instant

__all__ = ["World"]


class World(Protocol):
    """The centre, as far as flows may see it. References are names, ids or ARNs; '' answers "not found"."""

    now: Instant
    recording: bool
    """Whether facts about blocks are wanted at all."""

    def perform(self, effect: Effect) -> None:
        """Have this done in the world."""

    def record(self, fact: Fact) -> None:
        """Note that this became true."""

    def find_queue(self, reference: str) -> str:
        """The standard queue's name, or ''."""

    def find_agent(self, reference: str) -> str:
        """The agent's name (from a user name, id or ARN, also the ARN of an agent queue), or ''."""

    def find_flow(self, reference: str) -> str:
        """The flow's name, or ''."""

    def find_hours(self, reference: str) -> str:
        """The hours' name, or ''."""

    def find_function(self, reference: str) -> str:
        """The function's name, or '' when this centre has none of that name (it may still be a real ARN)."""

    def flow_identity(self, name: str) -> tuple[str, str]:
        """A flow's (ARN, name) for logs."""

    def set_working_queue(self, session: Session, queue: str, agent: str) -> None:
        """From now on the contact's working queue is this standard queue, or this agent's own."""

    def queue_refusal(self, session: Session) -> tuple[str, str]:
        """Whether Transfer to queue would be refused now: (error type, why), ('', '') when it is not."""

    def move_refusal(self, session: Session, queue: str, agent: str) -> tuple[str, str]:
        """The same for leaving this queue for another."""

    def routing_changed(self, session: Session) -> None:
        """The contact's priority or age adjustment changed, perhaps while it is queued."""

    def metric(self, session: Session, metric: str, queue: str, agent: str) -> float | None:
        """A live metric of a queue or agent (`NumberOfAgentsAvailable` …); None when it cannot be told."""

    def metrics(self, session: Session, queue: str, agent: str, channel: str) -> dict[str, Any] | None:
        """The tree of `$.Metrics` for a queue or agent queue; None when it cannot be told."""

    def is_open(self, session: Session, hours: str) -> bool | None:
        """Whether these hours (or the working queue's, when '') are open now; None when there are none."""
