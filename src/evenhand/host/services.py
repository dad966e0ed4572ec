"""Asking services: what an answer has to be, and the two adapters in memory.

Whatever an adapter does wrong becomes an answer that says so; a contact never waits for it longer than its
block does.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from evenhand.host.answers import NotJson, TooLarge, encode_answer
from evenhand.host.ports import ServiceAnswer, Services
from evenhand.model.effects import AskService
from evenhand.model.units import Seconds

__all__ = ["NoServices", "Rule", "ScriptedServices", "asked", "no_adapter", "read_answer"]

DEEPEST = 64
"""Levels of objects and lists in an answer."""

Rule = Callable[[str, dict[str, Any]], Any]
"""Answers an operation and its request: a ServiceAnswer, an object (the result), or an outcome's name."""


def no_adapter(service: str) -> ServiceAnswer:
    """The answer of a service that nobody named an adapter for."""
    detail = f"no adapter for {service}; name one under [services]"
    return ServiceAnswer(False, reason="no_adapter", detail=detail)


def read_answer(given: Any) -> ServiceAnswer:
    """What a rule or an adapter gave, as an answer that can be kept; or one that says what is wrong with it."""
    if isinstance(given, str):
        given = ServiceAnswer(True, outcome=given)
    elif isinstance(given, dict):
        given = ServiceAnswer(True, result=given)
    if not isinstance(given, ServiceAnswer):
        kind = type(given).__name__
        return ServiceAnswer(False, reason="not_json", detail=f"the service answered {kind}, not an object")
    if not given.ok:
        return given
    if not isinstance(given.outcome, str) or not isinstance(given.result, dict):
        return ServiceAnswer(False, reason="not_json", detail="an outcome is text and a result an object")
    try:
        text = encode_answer({"outcome": given.outcome, "result": given.result})
        text.encode()
        kept = json.loads(text)
    except TooLarge as error:
        return ServiceAnswer(False, reason="too_large", detail=str(error))
    except (NotJson, ValueError, RecursionError) as error:
        return ServiceAnswer(False, reason="not_json", detail=str(error))
    if _too_deep(kept):
        detail = f"the answer is nested more than {DEEPEST} levels deep"
        return ServiceAnswer(False, reason="not_json", detail=detail)
    return msgspec.structs.replace(given, outcome=kept["outcome"], result=kept["result"])


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


async def asked(services: Services, effect: AskService, limit: Seconds) -> ServiceAnswer:
    """Ask, and answer whatever happens within the limit (in real seconds)."""
    try:
        async with asyncio.timeout(limit):
            given = await services.ask(
                effect.service,
                effect.operation,
                effect.request,
                request_id=effect.id,
                time_limit=effect.time_limit,
            )
    except TimeoutError:
        return ServiceAnswer(False, reason="timeout", detail=f"no answer within {effect.time_limit:g} s")
    except Exception as error:
        return ServiceAnswer(False, reason="raised", detail=f"{type(error).__name__}: {error}")
    return read_answer(given)


class NoServices:
    """There is no service at all: every request fails and says what to do about it."""

    async def ask(
        self, service: str, operation: str, request: dict[str, Any], *, request_id: str, time_limit: Seconds
    ) -> ServiceAnswer:
        """Fail."""
        return no_adapter(service)

    async def close(self) -> None:
        """Nothing runs."""


class ScriptedServices:
    """Services that answer by rules, one callable (or coroutine function) for each service."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = dict(rules)
        self._answered: dict[str, ServiceAnswer] = {}

    async def ask(
        self, service: str, operation: str, request: dict[str, Any], *, request_id: str, time_limit: Seconds
    ) -> ServiceAnswer:
        """Answer by the service's rule, once for each request id. A plain callable cannot be interrupted."""
        rule = self._rules.get(service)
        if rule is None:
            return no_adapter(service)
        if request_id not in self._answered:
            try:
                given = rule(operation, json.loads(json.dumps(request, allow_nan=False)))
                if inspect.isawaitable(given):
                    given = await asyncio.wait_for(given, time_limit)
            except TimeoutError:
                return ServiceAnswer(False, reason="timeout", detail=f"no answer within {time_limit:g} s")
            except Exception as error:
                return ServiceAnswer(False, reason="raised", detail=f"{type(error).__name__}: {error}")
            answer = read_answer(given)
            if not answer.ok:
                return answer
            self._answered[request_id] = answer
        return self._answered[request_id]

    async def close(self) -> None:
        """Nothing runs."""
