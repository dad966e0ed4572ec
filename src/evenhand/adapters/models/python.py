"""A model that is a Python function, in a process of its own: a hang or a crash there cannot hurt the centre.

It is written as a function is: `score(event, context)`. The event has `model`, `inputs` (their names), `agents`
and `rows`; the answer is a list with a score for each row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.errors import FunctionUnusable
from evenhand.host.models import no_model, read_scores
from evenhand.host.ports import ModelAnswer
from evenhand.model.definition import FunctionDefinition
from evenhand.model.models import ModelDefinition
from evenhand.model.units import Seconds

__all__ = ["PythonModels"]


class PythonModels:
    """Models whose source is `path/to/file.py:function`, seen from `folder`."""

    def __init__(self, definitions: Iterable[ModelDefinition], folder: Path, *, workers: int = 2) -> None:
        self._models = {one.name: one for one in definitions}
        self._functions = ProcessFunctions(
            (FunctionDefinition(name=one.name, source=one.source) for one in self._models.values()),
            folder,
            workers=workers,
        )

    async def preload(self) -> tuple[FunctionUnusable, ...]:
        """Start every model's process now, so that no contact waits for it. Answers what cannot be loaded."""
        return await self._functions.preload()

    async def score(
        self,
        model: str,
        rows: Sequence[Sequence[float]],
        agents: Sequence[str],
        *,
        request_id: str,
        time_limit: Seconds,
    ) -> ModelAnswer:
        """Score in the model's process."""
        known = self._models.get(model)
        if known is None:
            return no_model(model)
        event = {
            "model": model,
            "inputs": list(known.inputs),
            "agents": list(agents),
            "rows": rows,
        }
        answer = await self._functions.invoke(model, event, request_id=request_id, time_limit=time_limit)
        if not answer.ok:
            return ModelAnswer(False, reason=answer.reason, detail=answer.detail)
        return read_scores(json.loads(answer.payload), len(rows))

    async def close(self) -> None:
        """End the processes."""
        await self._functions.close()
