"""InvokeLambdaFunction (Invoke AWS Lambda function)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Alarm, Block, Event
from evenhand.flow.comparison import number
from evenhand.flow.exits import NEXT, WAIT, Exit, Failed
from evenhand.flow.function_answer import read_answer
from evenhand.flow.function_event import function_event
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.effects import InvokeFunction
from evenhand.model.inputs import FunctionAnswered, FunctionFailed

__all__ = ["InvokeLambdaFunction"]

_CHAIN_LIMIT = 20.0
_RETRIED = frozenset({"throttled", "service_error"})
_RETRIES = 3
_RETRY_WINDOW = 8.0


class InvokeLambdaFunction(Block):
    """Invokes a function and waits for its answer, which replaces the whole of `$.External`.

    A block waits 1 to 8 s, 3 by default. Functions that follow each other without a prompt in between share
    20 s; after that the error branch is taken without invoking anything. Throttling and failures of the
    service are tried again at once, up to 3 times, within the block's time; an error of the function itself,
    a bad or too large answer, and silence take the error branch. A failure empties `$.External`. An answer
    to an earlier attempt comes too late and means nothing. With `InvocationType` ASYNCHRONOUS the flow goes
    on at once and `$.External` stays as it is.

    Parameters: `LambdaFunctionARN` (a name, an ARN or one reference), `InvocationTimeLimitSeconds`,
    `LambdaInvocationAttributes` (values become text; objects of JSON stay what they are),
    `ResponseValidation.ResponseType` STRING_MAP (default) or JSON. Error: NoMatchingError for everything.
    (Administrator guide, "Invoke AWS Lambda functions".)
    """

    type = "InvokeLambdaFunction"
    log_name = "InvokeExternalResource"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        function = self.find(world.find_function, values, "LambdaFunctionARN") or text_of(
            values.get("LambdaFunctionARN")
        )
        if not function:
            return Failed("NoMatchingError", "the flow names no function")
        limit = min(max(number(text_of(values.get("InvocationTimeLimitSeconds"))) or 3.0, 1.0), 8.0)
        limit = min(limit, _CHAIN_LIMIT - session.function_time)
        if limit <= 0:
            return Failed("NoMatchingError", "functions without a prompt in between took 20 s together")
        given = values.get("LambdaInvocationAttributes")
        parameters = {
            key: value if isinstance(value, str | dict | list) else text_of(value)
            for key, value in (given.items() if isinstance(given, dict) else ())
        }
        event = function_event(session, parameters)
        asynchronous = text_of(values.get("InvocationType")).upper() == "ASYNCHRONOUS"
        invoke = InvokeFunction(
            session.next_effect_id(), session.contact_id, function, event, limit, asynchronous
        )
        world.perform(invoke)
        if asynchronous:
            return NEXT
        session.pending = invoke
        session.alarm = world.now + limit
        session.scratch = {"retries": 0}
        return WAIT

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        took = world.now - session.entered
        if isinstance(event, FunctionAnswered | FunctionFailed) and not self.answers(session, event):
            return WAIT
        if isinstance(event, FunctionAnswered):
            validation = values.get("ResponseValidation")
            kind = text_of(validation.get("ResponseType")) if isinstance(validation, dict) else ""
            external, problem = read_answer(event.payload, kind or "STRING_MAP")
            return self._done(session, took, external, problem)
        if isinstance(event, FunctionFailed):
            if event.reason in _RETRIED and self._again(session, world):
                return WAIT
            detail = f": {event.detail}" if event.detail else ""
            return self._done(session, took, None, f"the function failed ({event.reason}{detail})")
        if isinstance(event, Alarm):
            return self._done(session, took, None, f"the function did not answer within {took:.1f} s")
        return WAIT

    def _done(self, session: Session, took: float, external: Any, problem: str) -> Exit:
        session.function_time += took
        session.external = external
        return Failed("NoMatchingError", problem) if problem else NEXT

    def _again(self, session: Session, world: World) -> bool:
        """Invoke once more, under a new id, if retries and time are left."""
        before, until = session.pending, session.alarm or world.now
        retries = (session.scratch or {}).get("retries", 0)
        too_late = world.now >= until or world.now - session.entered >= _RETRY_WINDOW
        if not isinstance(before, InvokeFunction) or retries >= _RETRIES or too_late:
            return False
        session.scratch = {"retries": retries + 1}
        again = InvokeFunction(
            session.next_effect_id(), session.contact_id, before.function, before.event, until - world.now
        )
        session.pending = again
        world.perform(again)
        return True
