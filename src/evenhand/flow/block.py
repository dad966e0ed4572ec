"""What every block is: parameters compiled once, a way to run, and branches.

A new block type is one small class in `flow/blocks/` with `run` (and `resume`, if it waits), its name in
`flow/blocks/__init__.py`, and one case file under `tests/flow/cases/`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias

from evenhand.flow.channels import elsewhere
from evenhand.flow.comparison import COMPARISONS
from evenhand.flow.document import Action
from evenhand.flow.exits import Exit, Failed, Next, Result
from evenhand.flow.references import Reader, compile_tree, text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.effects import Prompt
from evenhand.model.inputs import (
    CalleeAnswered,
    CalleeFailed,
    ContactHungUp,
    CustomerReturned,
    DigitsEntered,
    FunctionAnswered,
    FunctionFailed,
    PromptEnded,
    ServiceAnswered,
    ServiceFailed,
)

__all__ = ["Alarm", "Answering", "Block", "Event", "ThirdPartyEvent", "prompt_of"]


class Alarm:
    """The time a block asked for has come."""


Answering: TypeAlias = PromptEnded | FunctionAnswered | FunctionFailed | ServiceAnswered | ServiceFailed
"""What answers an effect, by its id."""

ThirdPartyEvent: TypeAlias = CalleeAnswered | CalleeFailed | ContactHungUp
"""What a third party does who is called: answer, not be reached, hang up."""

Event: TypeAlias = Answering | DigitsEntered | CustomerReturned | ThirdPartyEvent | Alarm
"""What can happen to a block that waits."""


class Block:
    """One block of a flow, ready to run. It holds nothing of any contact.

    `type` is the flow language's name, `log_name` the name in flow logs (the older console's module names).
    """

    type: ClassVar[str] = ""
    log_name: str = ""

    def __init__(self, action: Action, display_names: dict[str, str]) -> None:
        self.id = action.identifier
        self.action = action
        self.elsewhere = elsewhere(self.type)
        # A name that an export shows beside a reference is only what stood there once.
        self.display_names = {
            field: name for field, name in display_names.items() if not _refers(action.parameters, field)
        }
        self.next = action.next_action or ""
        self.errors = {branch.error_type: branch.next_action for branch in action.errors}
        self.conditions = tuple(
            (
                branch.operator,
                COMPARISONS.get(branch.operator),
                compile_tree(branch.operands[0] if branch.operands else ""),
                branch.next_action,
            )
            for branch in action.conditions
        )
        reader, constant = compile_tree(action.parameters)
        self.reader: Reader | None = reader
        self.constant: dict[str, Any] = constant or {}

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        """Enter the block. `values` are its parameters after substitution; they must not be changed."""
        raise NotImplementedError

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        """Something happened while the block waited. An event that means nothing to it leaves it waiting.

        A block that never waits can only come here when the definition changed under a waiting contact.
        """
        return Failed("NoMatchingError", "the flow was changed while the contact waited in it")

    def route(self, session: Session, exit_: Exit) -> tuple[str, str]:
        """The next block's id and the branch in the document's words; ('', '') when there is no way on.

        On a result the conditions are asked in order and the first true one wins; when none is, the error
        NoMatchingCondition is taken where it is wired, else NextAction. On an error its own branch is
        taken, else NoMatchingError. (Flow language, "Transitions".)
        """
        if isinstance(exit_, Next):
            return self.next, "NextAction"
        if isinstance(exit_, Result):
            for operator, holds, (reader, constant), target in self.conditions:
                operand = text_of(constant if reader is None else reader(session))
                if holds is not None and holds(exit_.value, operand):
                    return target, f"{operator} {operand}"
            if "NoMatchingCondition" in self.errors:
                return self.errors["NoMatchingCondition"], "NoMatchingCondition"
            return self.next, "NextAction"
        if isinstance(exit_, Failed):
            for error in (exit_.error, "NoMatchingError"):
                if error in self.errors:
                    return self.errors[error], error
        return "", ""

    def find(self, find: Callable[[str], str], values: dict[str, Any], field: str) -> str:
        """Resolve a resource parameter; a foreign ARN is bound again by the name its export displays."""
        return self.bind(find, text_of(values.get(field)), field)

    def bind(self, find: Callable[[str], str], reference: str, field: str) -> str:
        """Resolve this reference, which stands at the path `field` (`EventHooks.CustomerQueue`)."""
        found = find(reference) if reference else ""
        if not found and field in self.display_names:
            found = find(self.display_names[field])
        return found

    @staticmethod
    def answers(session: Session, event: Answering) -> bool:
        """Whether this answers the effect that is awaited; what comes late belongs to nothing."""
        return session.pending is not None and session.pending.id == event.effect_id


def _refers(parameters: Any, field: str) -> bool:
    """Whether the parameter at this path holds a reference to an attribute."""
    value = parameters
    for key in field.split("."):
        if isinstance(value, list):
            value = value[int(key)] if key.isdecimal() and int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return compile_tree(value)[0] is not None


_PROMPT_KINDS = (("Text", "text"), ("SSML", "ssml"), ("PromptId", "prompt"))


def prompt_of(values: dict[str, Any], display_names: dict[str, str], path: str = "") -> Prompt | None:
    """The prompt that these parameters describe; None when there is nothing to say.

    A recording goes by the name its export displays, if there is one: an ARN of another instance says
    nothing here.
    """
    for field, kind in _PROMPT_KINDS:
        value = text_of(values.get(field))
        if value:
            return Prompt(kind, display_names.get(path + field, value) if kind == "prompt" else value)
    media = values.get("Media")
    if isinstance(media, dict) and media.get("Uri"):
        return Prompt("media", text_of(media["Uri"]))
    return None
