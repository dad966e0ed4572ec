"""The inside of a function's own process: load the handler once, then answer invocations one at a time.

The standard library alone, so that it starts quickly and the function's own packages come first. Requests
and answers are frames (four bytes of length, then JSON) on the descriptors the process was started with;
what the function itself reads and prints goes elsewhere, so it cannot disturb them.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import queue
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

from evenhand.host.answers import NotJson, TooLarge, encode_answer

__all__ = ["main"]

_LONGEST_DETAIL = 2000


class _Missing(Exception):
    """The file, the module or the handler in it is not there."""


class Context:
    """What AWS Lambda hands to a handler beside the event."""

    function_version = "$LATEST"

    def __init__(
        self, name: str, arn: str, request_id: str, time_limit: float, now: float | None = None
    ) -> None:
        self.function_name = name
        self.invoked_function_arn = arn
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        self.aws_request_id = request_id
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        # A centre whose clock is not the time of day says its own time, where Lambda has room for such.
        self.client_context = (
            None if now is None else SimpleNamespace(client=None, custom={"evenhand-now": now}, env={})
        )
        self._deadline = time.monotonic() + time_limit

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is cut off."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message: object) -> None:
        """Write to the function's log."""
        print(message)


class _Pipe:
    """The two descriptors to the centre, kept away from the function's standard input and output."""

    def __init__(self) -> None:
        self._input = os.dup(0)
        self._output = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        for stream in (sys.stdout, sys.stderr):
            # A name that the log's encoding lacks must not make a print fail.
            stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
        self.requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        """Requests as they come; when the centre is gone, this process goes too, busy or not."""
        try:
            while True:
                (size,) = struct.unpack(">I", self._exactly(4))
                self.requests.put(json.loads(self._exactly(size)))
        except EOFError:
            os._exit(0)

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = os.read(self._input, size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def send(self, **message: Any) -> None:
        """Send one frame."""
        body = json.dumps(message).encode()
        frame = memoryview(struct.pack(">I", len(body)) + body)
        while frame:
            frame = frame[os.write(self._output, frame) :]


def _load(source: str, folder: str) -> Callable[[Any, Context], Any]:
    """The handler that `path/to/file.py:handler` or `package.module:handler` names. Raises _Missing."""
    place, _, handler = source.rpartition(":")
    if not place or not handler:
        raise _Missing(f"the source {source!r} names no handler; write path/to/file.py:handler")
    if place.endswith(".py") or "/" in place:
        module = _load_file(os.path.abspath(os.path.join(folder, place)))
    else:
        module = _load_module(place, folder)
    found = getattr(module, handler, None)
    if not callable(found):
        there = [name for name, value in vars(module).items() if callable(value) and name[0] != "_"]
        raise _Missing(
            f"{place} has no function {handler!r}; define it, or name another one "
            f"(it has {', '.join(there) or 'none'})"
        )
    result: Callable[[Any, Context], Any] = found
    return result


def _load_file(path: str) -> ModuleType:
    if not os.path.isfile(path):
        raise _Missing(f"there is no file {path}; put it there, or mend the function's source")
    sys.path.insert(0, os.path.dirname(path))
    name = os.path.splitext(os.path.basename(path))[0]
    if name in sys.modules:
        name = f"function_{name}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise _Missing(f"{path} is no Python file; give one that ends with .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _load_module(name: str, folder: str) -> ModuleType:
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise _Missing(
                f"there is no module {name!r}; install it, put it into {folder}, or write path/to/file.py:handler"
            ) from None
        raise


def _answer(handler: Callable[[Any, Context], Any], event: Any, context: Context) -> dict[str, str]:
    """Run the handler. What ends the process (`sys.exit`) is let through: it ends it in Lambda too."""
    try:
        return {"payload": encode_answer(handler(event, context))}
    except NotJson as error:
        return {"reason": "not_json", "detail": str(error)}
    except TooLarge as error:
        return {"reason": "too_large", "detail": str(error)}
    except Exception as error:
        traceback.print_exc()
        return {"reason": "raised", "detail": _describe(error)}


def _describe(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:_LONGEST_DETAIL]
    except Exception:
        return type(error).__name__


def main() -> None:
    """Serve until the centre goes away. The first request says which handler to load."""
    pipe = _Pipe()
    start = pipe.requests.get()
    try:
        handler = _load(start["source"], start["folder"])
    except _Missing as error:
        pipe.send(reason="missing", detail=str(error))
        return
    except Exception as error:
        traceback.print_exc()
        pipe.send(reason="raised", detail=f"{_describe(error)} (while {start['source']} was imported)")
        return
    pipe.send(ready=True)
    while True:
        request = pipe.requests.get()
        context = Context(
            start["name"], request["arn"], request["request_id"], request["time_limit"], request.get("now")
        )
        answer = _answer(handler, json.loads(request["event"]), context)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        pipe.send(**answer)
