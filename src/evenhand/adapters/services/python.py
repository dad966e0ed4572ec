"""Services that an author writes in Python: for each service one function `answer(operation, request)`."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evenhand.adapters.services.threads import in_thread
from evenhand.host.ports import ServiceAnswer
from evenhand.host.services import no_adapter, read_answer
from evenhand.model.units import Seconds

__all__ = ["PythonServices"]

_REMEMBERED = 10_000
_MOST_RUNNING = 64
"""Requests that run at once, those that hang among them."""


class PythonServices:
    """Each source is `path/to/file.py:function`, relative to `folder`, loaded when it is first asked.

    The function runs in a thread of this process. It answers an object (the result), a text (a named
    outcome) or a ServiceAnswer with both; what it raises becomes the reason. One that hangs goes on in its
    thread, but nobody waits for it, not even the end of the program. The last answers stand for their request ids as long as the process lives;
    what writes and must not do so twice after a crash has to see to it itself.
    """

    def __init__(self, sources: Mapping[str, str], folder: Path) -> None:
        self.names = frozenset(sources)
        self._sources = dict(sources)
        self._folder = folder
        self._functions: dict[str, Callable[[str, dict[str, Any]], Any]] = {}
        self._answered: dict[str, ServiceAnswer] = {}
        self._running: set[object] = set()

    async def ask(
        self, service: str, operation: str, request: dict[str, Any], *, request_id: str, time_limit: Seconds
    ) -> ServiceAnswer:
        """Ask the service's function."""
        if service not in self._sources:
            return no_adapter(service)
        if request_id in self._answered:
            return self._answered[request_id]
        if len(self._running) >= _MOST_RUNNING:
            detail = f"{len(self._running)} requests are still without an answer"
            return ServiceAnswer(False, reason="timeout", detail=detail)
        try:
            async with asyncio.timeout(time_limit):
                answer = read_answer(await in_thread(self._call, service, operation, request))
        except TimeoutError:
            return ServiceAnswer(False, reason="timeout", detail=f"no answer within {time_limit:g} s")
        except Exception as error:
            return ServiceAnswer(False, reason="raised", detail=f"{type(error).__name__}: {error}")
        if answer.ok:
            self._answered[request_id] = answer
            if len(self._answered) > _REMEMBERED:
                del self._answered[next(iter(self._answered))]
        return answer

    async def close(self) -> None:
        """Nothing is held open."""

    def _call(self, service: str, operation: str, request: dict[str, Any]) -> Any:
        running = object()
        self._running.add(running)
        try:
            function = self._functions.get(service) or self._load(service)
            return function(operation, request)
        finally:
            self._running.discard(running)

    def _load(self, service: str) -> Callable[[str, dict[str, Any]], Any]:
        file, _, name = self._sources[service].rpartition(":")
        spec = importlib.util.spec_from_file_location(f"evenhand_service_{service}", self._folder / file)
        if spec is None or spec.loader is None:
            raise ImportError(f"{file} is no Python file")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        function: Callable[[str, dict[str, Any]], Any] = getattr(module, name)
        self._functions[service] = function
        return function
