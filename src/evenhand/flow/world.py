"""What a block may ask of the centre it runs in. The centre is one; tests make their own."""

from __future__ import annotations

from typing import Any

from evenhand.flow.requests import CallbackRequest, TaskRequest, ThirdPartyRequest
from evenhand.flow.session import Session
from evenhand.model.effects import Effect
from evenhand.model.facts import Fact
from evenhand.model.units import Instant

__all__ = ["World"]


class World:
    """The centre, as far as flows may see it, in one turn of the machine.

    `now` is the turn's time, `facts` and `effects` are what came of it so far; `recording` says whether facts
    about blocks are wanted at all. References are names, ids or ARNs; '' answers "not found".
    """

    def __init__(self, recording: bool = True) -> None:
        self.now: Instant = 0.0
        self.recording = recording
        self.facts: list[Fact] = []
        self.effects: list[Effect] = []

    def perform(self, effect: Effect) -> None:
        """Have this done in the world."""
        self.effects.append(effect)

    def record(self, fact: Fact) -> None:
        """Note that this became true."""
        self.facts.append(fact)

    def find_queue(self, reference: str) -> str:
        """The standard queue's name, or ''."""
        raise NotImplementedError

    def find_agent(self, reference: str) -> str:
        """The agent's name (from a user name, id or ARN, also the ARN of an agent queue), or ''."""
        raise NotImplementedError

    def find_flow(self, reference: str) -> str:
        """The flow's name, or ''."""
        raise NotImplementedError

    def find_module(self, reference: str) -> str:
        """The flow module's name, or ''."""
        raise NotImplementedError

    def find_hours(self, reference: str) -> str:
        """The hours' name, or ''."""
        raise NotImplementedError

    def find_function(self, reference: str) -> str:
        """The function's name, or '' when this centre has none of that name (it may still be a real ARN)."""
        raise NotImplementedError

    def set_working_queue(self, session: Session, queue: str, agent: str) -> None:
        """From now on the contact's working queue is this standard queue, or this agent's own."""
        raise NotImplementedError

    def queue_refusal(self, session: Session) -> tuple[str, str]:
        """Whether Transfer to queue would be refused now: (error type, why), ('', '') when it is not."""
        raise NotImplementedError

    def move_refusal(self, session: Session, queue: str, agent: str) -> tuple[str, str]:
        """The same for leaving this queue for another."""
        raise NotImplementedError

    def hold_previous_of(self, session: Session, party: str) -> str:
        """Hold this party of the contact from which this one came; '' lets both talk. Answers why it cannot."""
        raise NotImplementedError

    def resume(self, session: Session) -> str:
        """The paused task goes on. Answers why that cannot be, or ''."""
        raise NotImplementedError

    def routing_changed(self, session: Session) -> None:
        """The contact's priority or age adjustment changed, perhaps while it is queued."""
        raise NotImplementedError

    def call_back(self, session: Session, wanted: CallbackRequest) -> str:
        """Have the customer called back. Answers why that cannot be, or ''."""
        raise NotImplementedError

    def interrupt(self, session: Session, agent: str) -> str:
        """Have the waiting contact ring at this agent, who may be busy. Answers why that cannot be, or ''."""
        raise NotImplementedError

    def criteria_changed(self, session: Session) -> None:
        """The contact's routing criteria were set, perhaps while it is queued."""
        raise NotImplementedError

    def create_task(self, session: Session, wanted: TaskRequest) -> str:
        """Make a task that is related to this contact. Answers why that cannot be, or ''."""
        raise NotImplementedError

    def call_third_party(self, session: Session, wanted: ThirdPartyRequest) -> str:
        """Have a third party called and joined to the customer. Answers why that cannot be, or ''."""
        raise NotImplementedError

    def give_up_third_party(self, session: Session, reason: str) -> None:
        """The third party is awaited no more: take the call back."""
        raise NotImplementedError

    def metric(self, session: Session, metric: str, queue: str, agent: str) -> float | None:
        """A live metric of a queue or agent (`NumberOfAgentsAvailable` …); None when it cannot be told."""
        raise NotImplementedError

    def metrics(self, session: Session, queue: str, agent: str, channel: str) -> dict[str, Any] | None:
        """The tree of `$.Metrics` for a queue or agent queue; None when it cannot be told."""
        raise NotImplementedError

    def is_open(self, session: Session, hours: str) -> bool | None:
        """Whether these hours (or the working queue's, when '') are open now; None when there are none."""
        raise NotImplementedError
