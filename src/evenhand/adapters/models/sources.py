"""Each model by the adapter that its source asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from evenhand.adapters.models.onnx import OnnxModels
from evenhand.adapters.models.python import PythonModels
from evenhand.errors import FunctionUnusable
from evenhand.host.ports import ModelAnswer, Models
from evenhand.model.models import ModelDefinition
from evenhand.model.units import Seconds

__all__ = ["SourceModels"]


class SourceModels:
    """`file.onnx` is run by onnxruntime, `file.py:function` in a process of its own."""

    def __init__(self, definitions: Iterable[ModelDefinition], folder: Path) -> None:
        models = tuple(definitions)
        self._files = {one.name for one in models if one.source.endswith(".onnx")}
        self._onnx = OnnxModels((one for one in models if one.name in self._files), folder)
        self._python = PythonModels((one for one in models if one.name not in self._files), folder)

    async def preload(self) -> tuple[FunctionUnusable, ...]:
        """Load every model now. Answers what cannot be loaded."""
        return *(await self._onnx.preload()), *(await self._python.preload())

    async def score(
        self,
        model: str,
        rows: Sequence[Sequence[float]],
        agents: Sequence[str],
        *,
        request_id: str,
        time_limit: Seconds,
    ) -> ModelAnswer:
        """Score by the model's adapter."""
        adapter: Models = self._onnx if model in self._files else self._python
        return await adapter.score(model, rows, agents, request_id=request_id, time_limit=time_limit)

    async def close(self) -> None:
        """End them all."""
        await self._onnx.close()
        await self._python.close()
