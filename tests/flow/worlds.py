"""A world for flows that is filled by hand, and flows made from the objects of a flow document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from evenhand.flow.block import Block
from evenhand.flow.compiled import Flow, compile_flow
from evenhand.flow.document import Action, Branch, ErrorBranch, FlowDocument
from evenhand.flow.exits import WAIT, Exit
from evenhand.flow.requests import CallbackRequest, TaskRequest, ThirdPartyRequest
from evenhand.flow.session import Session
from evenhand.flow.session_state import SessionState, load_session
from evenhand.flow.world import World
from evenhand.model.facts import BlockExecuted

__all__ = ["NOW", "HandWorld", "Parked", "action_of", "flow_of", "session_of"]

NOW = 1_700_000_000.0


class HandWorld(World):
    """Answers what it was told to answer, and keeps what it was asked to do.

    Names of queues, agents, flows, hours and functions are lists; `references` maps ids and ARNs to names.
    """

    def __init__(
        self,
        *,
        queues: Iterable[str] = (),
        agents: Iterable[str] = (),
        flows: Iterable[str] = (),
        modules: Iterable[str] = (),
        functions: Iterable[str] = (),
        hours: dict[str, bool | None] | None = None,
        references: dict[str, str] | None = None,
        queue_refusal: Iterable[str] = ("", ""),
        move_refusal: Iterable[str] = ("", ""),
        call_back_refusal: str = "",
        interruption_refusal: str = "",
        task_refusal: str = "",
        third_party_refusal: str = "",
        figures: dict[str, dict[str, float]] | None = None,
        metrics: dict[str, dict[str, Any]] | None = None,
        hold_refusal: str = "",
        resume_refusal: str = "",
        recording: bool = True,
    ) -> None:
        super().__init__(recording)
        self.now = NOW
        self.queues, self.agents = frozenset(queues), frozenset(agents)
        self.flows, self.functions = frozenset(flows), frozenset(functions)
        self.modules = frozenset(modules)
        self.hours = hours or {}
        self.references = references or {}
        self.refusal_to_queue, self.refusal_to_move = tuple(queue_refusal), tuple(move_refusal)
        self.figures, self.trees = figures or {}, metrics or {}
        self.routing_changes = 0
        self.refusal_to_call_back = call_back_refusal
        self.hold_refusal = hold_refusal
        self.held: list[str] = []
        self.refusal_to_resume, self.resumed = resume_refusal, 0
        self.refusal_to_interrupt, self.interrupted = interruption_refusal, ""
        self.refusal_of_task = task_refusal
        self.refusal_of_third_party = third_party_refusal
        self.called: list[dict[str, str]] = []
        self.given_up: list[str] = []

    def executed(self) -> list[BlockExecuted]:
        return [fact for fact in self.facts if isinstance(fact, BlockExecuted)]

    def _find(self, names: Iterable[str], reference: str) -> str:
        name = self.references.get(reference, reference)
        return name if name in names else ""

    def find_queue(self, reference: str) -> str:
        return self._find(self.queues, reference)

    def find_agent(self, reference: str) -> str:
        return self._find(self.agents, reference)

    def find_flow(self, reference: str) -> str:
        return self._find(self.flows, reference)

    def find_module(self, reference: str) -> str:
        return self._find(self.modules, reference)

    def find_hours(self, reference: str) -> str:
        return self._find(self.hours, reference)

    def find_function(self, reference: str) -> str:
        return self._find(self.functions, reference)

    def set_working_queue(self, session: Session, queue: str, agent: str) -> None:
        session.target_queue, session.target_agent = queue, agent
        session.queue_name, session.queue_arn = queue, f"arn:queue/{queue or agent}"

    def queue_refusal(self, session: Session) -> tuple[str, str]:
        error, why = self.refusal_to_queue
        return error, why

    def move_refusal(self, session: Session, queue: str, agent: str) -> tuple[str, str]:
        error, why = self.refusal_to_move
        return error, why

    def hold_previous_of(self, session: Session, party: str) -> str:
        self.held.append(party)
        return self.hold_refusal

    def resume(self, session: Session) -> str:
        self.resumed += 1
        return self.refusal_to_resume

    def routing_changed(self, session: Session) -> None:
        self.routing_changes += 1

    def call_back(self, session: Session, wanted: CallbackRequest) -> str:
        return self.refusal_to_call_back

    def interrupt(self, session: Session, agent: str) -> str:
        self.interrupted = agent
        return self.refusal_to_interrupt

    def criteria_changed(self, session: Session) -> None:
        self.routing_changes += 1

    def create_task(self, session: Session, wanted: TaskRequest) -> str:
        return self.refusal_of_task

    def call_third_party(self, session: Session, wanted: ThirdPartyRequest) -> str:
        self.called.append({name: getattr(wanted, name) for name in wanted.__struct_fields__})
        return self.refusal_of_third_party

    def give_up_third_party(self, session: Session, reason: str) -> None:
        self.given_up.append(reason)

    def metric(self, session: Session, metric: str, queue: str, agent: str) -> float | None:
        return self.figures.get(queue or agent, {}).get(metric)

    def metrics(self, session: Session, queue: str, agent: str, channel: str) -> dict[str, Any] | None:
        tree = self.trees.get(queue or agent)
        return tree and {**tree, "asked_for": channel}

    def is_open(self, session: Session, hours: str) -> bool | None:
        return self.hours.get(hours or session.target_queue)


class Parked(Block):
    """Where a test's contact stands still after the block that is looked at."""

    type = "Parked"

    def run(self, session: Session, world: object, values: dict[str, Any]) -> Exit:
        return WAIT


def action_of(raw: dict[str, Any], identifier: str = "block") -> Action:
    """An action from its object; without `Transitions` it goes on to `next`, or to `error`."""
    ways = raw.get(
        "Transitions",
        {"NextAction": "next", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "error"}]},
    )
    return Action(
        raw.get("Identifier", identifier),
        raw["Type"],
        raw.get("Parameters", {}),
        ways.get("NextAction"),
        tuple(ErrorBranch(one["ErrorType"], one["NextAction"]) for one in ways.get("Errors", ())),
        tuple(
            Branch(one["Condition"]["Operator"], tuple(one["Condition"]["Operands"]), one["NextAction"])
            for one in ways.get("Conditions", ())
        ),
        raw,
    )


def flow_of(
    raws: list[dict[str, Any]], *, name: str = "Main", metadata: dict[str, Any] | None = None
) -> Flow:
    """A flow of these actions, the first one first; where they lead to and nothing is, the contact parks."""
    actions = tuple(action_of(raw) for raw in raws)
    document = FlowDocument(
        "2019-10-30",
        actions[0].identifier,
        actions,
        {"Metadata": {"ActionMetadata": {actions[0].identifier: metadata or {}}}},
    )
    flow = compile_flow(document, name=name)
    for action in actions:
        if action.type == "Parked":
            flow.blocks[action.identifier] = Parked(action, {})
        ways = [branch.next_action for branch in action.errors]
        ways += [branch.next_action for branch in action.conditions]
        for way in (*ways, action.next_action):
            if way and way not in flow.blocks:
                flow.blocks[way] = Parked(action_of({"Type": "Parked", "Identifier": way}), {})
    return flow


def session_of(**fields: Any) -> Session:
    """A caller's session; `fields` say what is different."""
    known: dict[str, Any] = {
        "contact_id": "c-1",
        "instance_arn": "arn:aws:connect:eu-west-2:111122223333:instance/i-1",
        "customer_address": "+12025550100",
        "system_address": "+12025550199",
    }
    return load_session(msgspec.convert(known | fields, SessionState))
