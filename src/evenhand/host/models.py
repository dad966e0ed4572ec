"""Asking learned models: what an answer has to be, and the two adapters in memory.

Whatever an adapter does wrong becomes an input that says so; the contact is then offered without an opinion.
"""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evenhand.host.ports import ModelAnswer, Models
from evenhand.model.effects import ScoreCandidates
from evenhand.model.inputs import CandidatesScored, ScoringFailed
from evenhand.model.units import Seconds

__all__ = ["NoModels", "ScriptedModels", "no_model", "read_scores", "scored"]


def no_model(model: str) -> ModelAnswer:
    """The answer of a model that nobody defined."""
    return ModelAnswer(False, reason="missing", detail=f"there is no model {model!r}; name it under [models]")


def read_scores(given: Any, count: int) -> ModelAnswer:
    """What a model gave as an answer: a finite number for each row; or what is wrong with it."""
    if isinstance(given, dict):
        given = given.get("scores")
    if not isinstance(given, list | tuple):
        detail = f"the model answered {type(given).__name__}, not a list of scores"
        return ModelAnswer(False, reason="wrong_type", detail=detail)
    if len(given) != count:
        detail = f"the model gave {len(given)} scores for {count} rows"
        return ModelAnswer(False, reason="missing_scores", detail=detail)
    for place, one in enumerate(given):
        if isinstance(one, bool) or not isinstance(one, int | float):
            detail = f"score {place} is {type(one).__name__}, not a number"
            return ModelAnswer(False, reason="wrong_type", detail=detail)
        try:
            finite = math.isfinite(one)
        except OverflowError:
            finite = False
        if not finite:
            return ModelAnswer(False, reason="not_finite", detail=f"score {place} is without bounds or none")
    return ModelAnswer(True, tuple(float(one) for one in given))


async def scored(models: Models, effect: ScoreCandidates, limit: Seconds) -> CandidatesScored | ScoringFailed:
    """Ask, and tell what came of it within the limit (in real seconds)."""
    try:
        async with asyncio.timeout(limit):
            answer = await models.score(
                effect.model,
                effect.features,
                effect.agents,
                request_id=effect.id,
                time_limit=limit,
            )
    except TimeoutError:
        answer = ModelAnswer(False, reason="timeout", detail=f"no answer within {effect.time_limit:g} s")
    except Exception as error:
        answer = ModelAnswer(False, reason="raised", detail=f"{type(error).__name__}: {error}")
    if answer.ok:
        answer = read_scores(answer.scores, len(effect.agents))
    if not answer.ok:
        detail = answer.detail.encode("utf-8", "replace").decode("utf-8")
        return ScoringFailed(effect.contact_id, effect.id, answer.reason, detail)
    scores = dict(zip(effect.agents, answer.scores, strict=True))
    return CandidatesScored(effect.contact_id, effect.id, scores)


class NoModels:
    """There is no model at all: every request fails and says what to do about it."""

    async def score(
        self,
        model: str,
        rows: Sequence[Sequence[float]],
        agents: Sequence[str],
        *,
        request_id: str,
        time_limit: Seconds,
    ) -> ModelAnswer:
        """Fail."""
        return no_model(model)

    async def close(self) -> None:
        """Nothing runs."""


class ScriptedModels:
    """Models that are callables (or coroutine functions): from the rows to a list of scores."""

    def __init__(self, models: Mapping[str, Callable[[Sequence[Sequence[float]]], Any]]) -> None:
        self._models = dict(models)

    async def score(
        self,
        model: str,
        rows: Sequence[Sequence[float]],
        agents: Sequence[str],
        *,
        request_id: str,
        time_limit: Seconds,
    ) -> ModelAnswer:
        """Score by the callable. A plain one cannot be interrupted."""
        if model not in self._models:
            return no_model(model)
        try:
            given = self._models[model](rows)
            if inspect.isawaitable(given):
                given = await asyncio.wait_for(given, time_limit)
        except TimeoutError:
            return ModelAnswer(False, reason="timeout", detail=f"no answer within {time_limit:g} s")
        except Exception as error:
            return ModelAnswer(False, reason="raised", detail=f"{type(error).__name__}: {error}")
        return read_scores(given, len(rows))

    async def close(self) -> None:
        """Nothing runs."""
