"""A model that is an ONNX file, run by onnxruntime in a thread of its own.

Its one input takes a table of 32-bit floats with a row for each agent. Of its outputs the last one of floats
counts: one number a row; of two (a classifier's chances of no and yes) the second.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from evenhand.errors import FunctionUnusable
from evenhand.host.models import no_model, read_scores
from evenhand.host.ports import ModelAnswer
from evenhand.model.models import ModelDefinition
from evenhand.model.units import Seconds

__all__ = ["OnnxModels"]


class _Unusable(Exception):
    """The model cannot be used: why, and the way out."""

    def __init__(self, detail: str, way_out: str) -> None:
        super().__init__(f"{detail}; {way_out}")
        self.detail = detail
        self.way_out = way_out


class _Model:
    """One file and its thread. A run that hangs holds up its own model only."""

    def __init__(self, definition: ModelDefinition, folder: Path) -> None:
        self.definition = definition
        self._file = folder / definition.source
        self._session: Any = None
        self._numpy: Any = None
        self.thread = ThreadPoolExecutor(1, thread_name_prefix=f"model-{definition.name}")

    def load(self) -> None:
        """Read the file. Raises _Unusable."""
        if self._session is not None:
            return
        try:
            runtime, self._numpy = importlib.import_module("onnxruntime"), importlib.import_module("numpy")
        except ImportError as error:
            raise _Unusable(f"onnxruntime is not here ({error})", "pip install 'evenhand[model]'") from error
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = runtime.InferenceSession(
                str(self._file), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise _Unusable(f"{self.definition.source} cannot be read: {error}", "export it again") from error
        inputs = session.get_inputs()
        width = inputs[0].shape[-1] if len(inputs) == 1 and inputs[0].shape else None
        if len(inputs) != 1 or (isinstance(width, int) and width != len(self.definition.inputs)):
            raise _Unusable(
                f"{self.definition.source} takes {width if len(inputs) == 1 else f'{len(inputs)} tables'}, "
                f"and {len(self.definition.inputs)} inputs are named",
                "name as many inputs as it was trained with",
            )
        self._session = session

    def score(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """A score for each row."""
        self.load()
        table = self._numpy.asarray(rows, dtype=self._numpy.float32)
        outputs = self._session.run(None, {self._session.get_inputs()[0].name: table})
        found = [one for one in outputs if getattr(getattr(one, "dtype", None), "kind", "") == "f"]
        if not found:
            raise TypeError("the model has no output of floats")
        scores = found[-1]
        if scores.ndim == 2 and scores.shape[1] in (1, 2):
            scores = scores[:, -1]
        return list(scores.tolist())


class OnnxModels:
    """Models whose source is `path/to/file.onnx`, seen from `folder`."""

    def __init__(self, definitions: Iterable[ModelDefinition], folder: Path) -> None:
        self._models = {one.name: _Model(one, folder) for one in definitions}

    async def preload(self) -> tuple[FunctionUnusable, ...]:
        """Read every file now. Answers what cannot be read."""
        loop = asyncio.get_running_loop()
        problems = []
        for name, model in self._models.items():
            try:
                await loop.run_in_executor(model.thread, model.load)
            except _Unusable as error:
                where = f"model {name}"
                problems.append(FunctionUnusable(error.detail, where=where, way_out=error.way_out))
        return tuple(problems)

    async def score(
        self,
        model: str,
        rows: Sequence[Sequence[float]],
        agents: Sequence[str],
        *,
        request_id: str,
        time_limit: Seconds,
    ) -> ModelAnswer:
        """Score in the model's thread."""
        known = self._models.get(model)
        if known is None:
            return no_model(model)
        try:
            async with asyncio.timeout(time_limit):
                given = await asyncio.get_running_loop().run_in_executor(known.thread, known.score, rows)
        except TimeoutError:
            return ModelAnswer(False, reason="timeout", detail=f"no answer within {time_limit:g} s")
        except _Unusable as error:
            return ModelAnswer(False, reason="missing", detail=str(error))
        except Exception as error:
            return ModelAnswer(False, reason="raised", detail=f"{type(error).__name__}: {error}")
        return read_scores(given, len(rows))

    async def close(self) -> None:
        """Let the threads end; one that hangs is not waited for."""
        for model in self._models.values():
            model.thread.shutdown(wait=False, cancel_futures=True)
