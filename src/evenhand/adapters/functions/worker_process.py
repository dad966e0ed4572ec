"""The centre's end of one function's process: start it, ask it, end it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from evenhand.model.definition import FunctionDefinition
from evenhand.model.units import Seconds

__all__ = ["Died", "WorkerProcess"]

_ROOT = str(Path(__file__).resolve().parents[3])
# -P keeps the current folder off the path; the package's own folder is there only until it is loaded.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from evenhand.adapters.functions.worker import main; del sys.path[0]; main()"
)
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
_LARGEST_FRAME = 1 << 20
_LONGEST_LINE = 4000
_LAST_LINES = 5
_GRACE = 1.0
"""Seconds for a process that closed its pipe to be seen to have ended."""


class Died(Exception):
    """The process ended, or stopped speaking the protocol."""


class WorkerProcess:
    """One process that runs one function. `output` is told what the function prints, line by line."""

    def __init__(self, process: Process, output: Callable[[str], None]) -> None:
        self._process = process
        self._output = output
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._listener = asyncio.ensure_future(self._listen())

    @classmethod
    async def start(
        cls, definition: FunctionDefinition, folder: Path, output: Callable[[str], None]
    ) -> WorkerProcess:
        """Start the process; the function is not loaded yet. Raises OSError."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _BOOT, _ROOT),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            cwd=folder,
            env=_environment(definition, folder),
            # A session of its own: Ctrl-C at the terminal is not for it, and what it starts ends with it.
            start_new_session=True,
        )
        return cls(process, output)

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.returncode is None and not self._stdout.at_eof()

    async def ask(self, request: bytes, time_limit: Seconds) -> dict[str, Any]:
        """Send a request (JSON) and await its answer. Raises TimeoutError, Died. After either, kill it."""
        stdin = self._process.stdin
        assert stdin is not None
        try:
            async with asyncio.timeout(time_limit):
                stdin.write(struct.pack(">I", len(request)) + request)
                await stdin.drain()
                (size,) = struct.unpack(">I", await self._stdout.readexactly(4))
                if size > _LARGEST_FRAME:
                    raise Died("the function's process sent what is not an answer")
                answer = json.loads(await self._stdout.readexactly(size))
        except (OSError, asyncio.IncompleteReadError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise Died(await self._how_it_ended()) from error
        except ValueError as error:
            raise Died("the function's process sent what is not an answer") from error
        if not isinstance(answer, dict):
            raise Died("the function's process sent what is not an answer")
        return answer

    def kill(self) -> None:
        """End it and all it started, at once."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        # Not only when the pipes are at their end: something else may hold their other ends open. And not the
        # transport as a whole: it would ask for the exit status, which then nobody else gets.
        for descriptor in (0, 1, 2):
            pipe = self._process._transport.get_pipe_transport(descriptor)  # type: ignore[attr-defined]
            if pipe is not None:
                pipe.close()

    async def gone(self) -> None:
        """Wait until a killed process is gone and nothing of it is left open."""
        await self._process.wait()
        await self._listener
        self._process._transport.close()  # type: ignore[attr-defined]

    @property
    def _stdout(self) -> asyncio.StreamReader:
        assert self._process.stdout is not None
        return self._process.stdout

    async def _listen(self) -> None:
        """Hand on what the function prints. Lines without an end are cut, never kept."""
        stderr = self._process.stderr
        assert stderr is not None
        rest = b""
        while part := await stderr.read(8192):
            *lines, rest = (rest + part).split(b"\n")
            if len(rest) > _LONGEST_LINE:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._tell(line)
        if rest:
            self._tell(rest)

    def _tell(self, line: bytes) -> None:
        text = line[:_LONGEST_LINE].decode(errors="replace").rstrip("\r")
        self._last_lines.append(text)
        with suppress(Exception):
            self._output(text)

    async def _how_it_ended(self) -> str:
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await self._process.wait()
                await asyncio.shield(self._listener)
        code = self._process.returncode
        if code is None:
            how = "closed its pipe to the centre"
        elif code >= 0:
            how = f"ended with exit status {code}"
        else:
            how = f"was ended by {signal.Signals(-code).name}"
        said = " | ".join(line for line in self._last_lines if line)
        return f"the function's process {how}" + (f"; it last said: {said}" if said else "")


def _environment(definition: FunctionDefinition, folder: Path) -> dict[str, str]:
    """A small environment as Lambda's, then the function's own. Nothing else of the centre's leaks in."""
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": definition.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{definition.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": str(folder),
        "_HANDLER": definition.source,
        **definition.environment,
    }
