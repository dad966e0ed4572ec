"""Running what may never end, without ever waiting for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

__all__ = ["in_thread"]

T = TypeVar("T")


async def in_thread(function: Callable[..., T], *given: Any) -> T:
    """What the function gives, from a thread of its own. One that hangs ends with the process.

    The threads of `asyncio.to_thread` are waited for when the loop and the process close; these are not.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: Any, error: Exception | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)

    def run() -> None:
        result: Any = None
        error: Exception | None = None
        try:
            result = function(*given)
        except (StopIteration, SystemExit, KeyboardInterrupt) as left:
            # A future takes no StopIteration, and nobody else may end the process.
            error = RuntimeError(f"{type(left).__name__}: {left}")
        except Exception as raised:
            error = raised
        with suppress(RuntimeError):  # the loop may be closed: then nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="evenhand-service", daemon=True).start()
    return await answer
