"""Any Python Lambda function, in processes of its own: a hang or a crash there cannot hurt the centre."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from evenhand.adapters.functions.worker_process import Died, WorkerProcess
from evenhand.errors import FunctionUnusable
from evenhand.host.function_names import FunctionNames
from evenhand.host.ports import Answer
from evenhand.model.definition import FunctionDefinition
from evenhand.model.units import Instant, Seconds

__all__ = ["ProcessFunctions", "Tally"]

_INIT_LIMIT: Seconds = 10.0
"""How long loading a function may take. It does not count against the invocation, as in AWS Lambda."""

_LONGEST_FAILURE = 500

_log = logging.getLogger("evenhand.functions")


def _to_log(function: str, line: str) -> None:
    _log.info("%s: %s", function, line)


class Tally(msgspec.Struct):
    """How often a function answered and failed since this process began, and how it failed last."""

    answered: int = 0
    failed: int = 0
    last_failure: str = ""
    last_failure_at: Instant | None = None


class _Failed(Exception):
    """An invocation that came to nothing, with its answer."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.answer = Answer(False, reason=reason, detail=detail)


class _Pool:
    """The processes of one function."""

    def __init__(self, definition: FunctionDefinition, workers: int) -> None:
        self.definition = definition
        self.size = workers
        self.slots = asyncio.Semaphore(workers)
        self.idle: list[WorkerProcess] = []


class ProcessFunctions:
    """Functions whose source is `path/to/file.py:handler` (seen from `folder`) or `package.module:handler`.

    A function's process is started when first needed and kept; it runs in `folder`. At most `workers` of
    one function run at once, further invocations wait within their time limit. `output` is told what
    functions print (function, line); by default it goes to the log `evenhand.functions`. `now` is the centre's
    clock where that is not the time of day; functions find it in their client context.
    """

    def __init__(
        self,
        definitions: Iterable[FunctionDefinition],
        folder: Path,
        *,
        workers: int = 8,
        init_limit: Seconds = _INIT_LIMIT,
        output: Callable[[str, str], None] = _to_log,
        now: Callable[[], Instant] | None = None,
    ) -> None:
        self._names = FunctionNames(definitions)
        self._folder = Path(folder).absolute()
        self._init_limit = init_limit
        self._output = output
        self._now = now
        self._pools = {each.name: _Pool(each, workers) for each in self._names.all()}
        self.tallies: dict[str, Tally] = {each.name: Tally() for each in self._names.all()}
        self._running: set[WorkerProcess] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

    async def invoke(
        self, function: str, event: dict[str, Any], *, request_id: str, time_limit: Seconds
    ) -> Answer:
        """Invoke by name, ARN, or ARN with an alias or version; an answer, an error or a timeout."""
        found = self._names.find(function)
        answer = await self._answer(found, function, event, request_id, time_limit)
        if found is not None:
            self._count(self.tallies[found.name], answer)
        return answer

    def _count(self, tally: Tally, answer: Answer) -> None:
        if answer.ok:
            tally.answered += 1
            return
        tally.failed += 1
        tally.last_failure = f"{answer.reason}: {answer.detail}"[:_LONGEST_FAILURE]
        tally.last_failure_at = self._now() if self._now is not None else None

    async def _answer(
        self,
        found: FunctionDefinition | None,
        function: str,
        event: dict[str, Any],
        request_id: str,
        time_limit: Seconds,
    ) -> Answer:
        try:
            if found is None:
                names = ", ".join(sorted(self._pools)) or "none"
                raise _Failed(
                    "missing", f"there is no function {function!r}; define it, or use one of: {names}"
                )
            arn = function if function.startswith("arn:") else found.arn or _arn(found.name)
            request: dict[str, Any] = {"arn": arn, "request_id": request_id, "event": _text(event)}
            if self._now is not None:
                request["now"] = self._now()
            return await self._invoke(self._pools[found.name], request, time_limit)
        except _Failed as failure:
            return failure.answer

    async def preload(self) -> tuple[FunctionUnusable, ...]:
        """Start every function now. Answers what cannot be loaded; those are tried again when invoked."""
        problems = await asyncio.gather(*(self._preload(pool) for pool in self._pools.values()))
        return tuple(problem for problem in problems if problem is not None)

    async def close(self) -> None:
        """End whatever still runs; invocations under way answer `crashed`."""
        self._closed = True
        for worker in list(self._running):
            self._end(worker)
        while self._ending:
            await asyncio.gather(*self._ending)

    async def _preload(self, pool: _Pool) -> FunctionUnusable | None:
        try:
            pool.idle.append(await self._start(pool.definition))
        except _Failed as failure:
            return FunctionUnusable(
                failure.answer.detail,
                where=f"function {pool.definition.name}",
                way_out=f"mend its source {pool.definition.source!r}.",
            )
        return None

    async def _invoke(self, pool: _Pool, request: dict[str, Any], time_limit: Seconds) -> Answer:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + time_limit
        try:
            async with asyncio.timeout(time_limit):
                await pool.slots.acquire()
        except TimeoutError:
            raise _Failed(
                "timeout", f"no process was free within {time_limit:g} s; all {pool.size} are busy"
            ) from None
        try:
            remaining = deadline - loop.time()
            worker = await self._take(pool)
            answer = await self._ask(worker, {**request, "time_limit": remaining}, remaining)
            pool.idle.append(worker)
        finally:
            pool.slots.release()
        if "payload" in answer:
            return Answer(True, payload=answer["payload"])
        return Answer(False, reason=answer["reason"], detail=answer["detail"])

    async def _take(self, pool: _Pool) -> WorkerProcess:
        while pool.idle:
            worker = pool.idle.pop()
            if worker.alive:
                return worker
            self._end(worker)
        return await self._start(pool.definition)

    async def _start(self, definition: FunctionDefinition) -> WorkerProcess:
        """A process with the function loaded. Raises _Failed."""
        if self._closed:
            raise _Failed("crashed", "the functions have been shut down")
        if not self._folder.is_dir():
            raise _Failed("missing", f"there is no folder {self._folder}; make it, or name another one")
        name = definition.name
        try:
            worker = await WorkerProcess.start(
                definition, self._folder, lambda line: self._output(name, line)
            )
        except (OSError, ValueError) as error:
            raise _Failed("crashed", f"no process could be started for {name}: {error}") from error
        self._running.add(worker)
        start = {"source": definition.source, "folder": str(self._folder), "name": name}
        answer = await self._ask(worker, start, self._init_limit, what=f"{name} was not loaded")
        if "ready" not in answer:
            self._end(worker)
            raise _Failed(answer["reason"], answer["detail"])
        return worker

    async def _ask(
        self, worker: WorkerProcess, request: dict[str, Any], limit: Seconds, what: str = "no answer"
    ) -> dict[str, Any]:
        """Ask; a process that gave no clean answer, or whose answer nobody waits for, is ended."""
        answered = False
        try:
            answer = await worker.ask(json.dumps(request).encode(), limit)
            answered = True
        except TimeoutError:
            raise _Failed("timeout", f"{what} within {limit:.3g} s") from None
        except Died as death:
            raise _Failed("crashed", str(death)) from None
        finally:
            if not answered or self._closed:
                self._end(worker)
        return answer

    def _end(self, worker: WorkerProcess) -> None:
        if worker in self._running:
            self._running.remove(worker)
            worker.kill()
            ending = asyncio.ensure_future(worker.gone())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)


def _text(event: dict[str, Any]) -> str:
    try:
        return json.dumps(event, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise _Failed("not_json", f"the event has no JSON form: {error}") from None


def _arn(name: str) -> str:
    return f"arn:aws:lambda:local:000000000000:function:{name}"
