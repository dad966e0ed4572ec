"""What every adapter of services promises. A new one joins by one line in `SERVICES`."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.services.chosen import ChosenServices
from evenhand.adapters.services.python import PythonServices
from evenhand.host.ports import ServiceAnswer, Services
from evenhand.host.services import NoServices, ScriptedServices, asked
from evenhand.model.effects import AskService

_SOURCE = "from tests.contracts.test_services import answer\n"
_NAMES = ("lex", "cases")


def answer(operation: str, request: dict[str, Any]) -> Any:
    """A service that behaves in the way its operation is called."""
    match operation:
        case "echo":
            return request
        case "intent":
            return "Buy"
        case "both":
            return ServiceAnswer(True, "Buy", {"Slots": {"size": "large"}})
        case "none":
            return None
        case "object":
            return {"at": object()}
        case "long":
            return {"text": "ü" * (20 * 1024)}
        case "deep":
            value: dict[str, Any] = {}
            for _ in range(100):
                value = {"a": value}
            return value
        case "hangs":
            time.sleep(0.5)
            return {}
        case "counts":
            request["calls"].append(1)
            _COUNTED.append(1)
            return {"count": len(_COUNTED)}
    raise KeyError(operation)


_COUNTED: list[int] = []


def _python(folder: Path) -> Services:
    (folder / "services.py").write_text(_SOURCE)
    return PythonServices(dict.fromkeys(_NAMES, "services.py:answer"), folder)


def _chosen(folder: Path) -> Services:
    (folder / "services.py").write_text(_SOURCE)
    sources = {**dict.fromkeys(_NAMES, "services.py:answer"), "profiles": "local"}
    return ChosenServices(sources, folder, folder / "evenhand.db")


def _in_thread(operation: str, request: dict[str, Any]) -> Any:
    return (
        asyncio.to_thread(answer, operation, request) if operation == "hangs" else answer(operation, request)
    )


SERVICES: dict[str, Callable[[Path], Services]] = {
    "scripted": lambda folder: ScriptedServices(dict.fromkeys(_NAMES, _in_thread)),
    "python": _python,
    "chosen": _chosen,
}


@pytest.fixture(params=SERVICES)
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Services:
    return SERVICES[request.param](tmp_path)


def ask(services: Services, operation: str, request: Any = None, limit: float = 8.0) -> ServiceAnswer:
    effect = AskService("c-1/1", "c-1", "lex", operation, request or {}, limit)
    return asyncio.run(asked(services, effect, limit))


def test_an_object_is_the_result(services: Services) -> None:
    """What the service gives comes back as it is."""
    request = {"größe": ["😀", 1, None]}
    assert ask(services, "echo", request) == ServiceAnswer(True, result=request)


def test_a_text_is_an_outcome(services: Services) -> None:
    """A bot that has nothing to tell but the intent gives its name."""
    assert ask(services, "intent") == ServiceAnswer(True, outcome="Buy")


def test_an_answer_may_have_both(services: Services) -> None:
    """An intent with its slots."""
    assert ask(services, "both") == ServiceAnswer(True, "Buy", {"Slots": {"size": "large"}})


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ("none", "not_json"),
        ("object", "not_json"),
        ("deep", "not_json"),
        ("long", "too_large"),
        ("missing", "raised"),
    ],
)
def test_what_is_no_answer_says_why(services: Services, operation: str, reason: str) -> None:
    """A wrong shape, too much, and an exception are failures with words."""
    given = ask(services, operation)
    assert (given.ok, given.reason) == (False, reason)
    assert given.detail


def test_silence_is_a_timeout(services: Services) -> None:
    """Nobody waits longer than the limit."""
    assert ask(services, "hangs", limit=0.05).reason == "timeout"


def test_the_same_request_is_answered_once(services: Services) -> None:
    """What is asked again under the same id after a crash is not done twice."""
    _COUNTED.clear()

    async def twice() -> list[ServiceAnswer]:
        effect = AskService("c-1/1", "c-1", "cases", "counts", {"calls": []}, 8.0)
        return [await asked(services, effect, 8.0) for _ in range(2)]

    assert asyncio.run(twice()) == [ServiceAnswer(True, result={"count": 1})] * 2


@pytest.mark.parametrize(
    "make",
    [
        NoServices,
        lambda: ScriptedServices({}),
        lambda: PythonServices({}, Path()),
        lambda: ChosenServices({}, Path(), Path("evenhand.db")),
    ],
)
def test_a_service_without_an_adapter_says_what_to_do(make: Callable[[], Services]) -> None:
    """The reason names the service and the section."""
    given = ask(make(), "converse")
    assert (given.reason, given.detail) == (
        "no_adapter",
        "no adapter for lex; name one under [services]",
    )


def test_an_adapter_that_breaks_its_promise_is_a_failure() -> None:
    """An adapter that raises is told as such; no contact is lost for it."""

    class Broken(NoServices):
        async def ask(self, *given: Any, **named: Any) -> ServiceAnswer:
            raise OSError("unplugged")

    assert ask(Broken(), "converse") == ServiceAnswer(False, reason="raised", detail="OSError: unplugged")


def test_a_service_that_hangs_does_not_keep_the_program(tmp_path: Path) -> None:
    """A function that never returns is left behind, by the loop's end and by the process's."""
    (tmp_path / "services.py").write_text(
        "import threading\ndef answer(operation, request):\n    threading.Event().wait()\n"
    )
    program = (
        "import asyncio, pathlib\n"
        "from evenhand.adapters.services.python import PythonServices\n"
        f"services = PythonServices({{'lex': 'services.py:answer'}}, pathlib.Path({str(tmp_path)!r}))\n"
        "print(asyncio.run(services.ask('lex', 'a', {}, request_id='1', time_limit=0.05)).reason)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "timeout\n", "")


def test_too_many_that_hang_are_refused_at_once(tmp_path: Path) -> None:
    """A service that never answers does not fill the process with threads."""
    _GO_ON.clear()
    (tmp_path / "services.py").write_text("from tests.contracts.test_services import waits\n")
    services = PythonServices({"lex": "services.py:waits"}, tmp_path)

    async def many() -> list[ServiceAnswer]:
        return [
            await services.ask("lex", "a", {}, request_id=str(number), time_limit=0.01)
            for number in range(65)
        ]

    answers = asyncio.run(many())
    _GO_ON.set()
    assert {one.detail for one in answers[:64]} == {"no answer within 0.01 s"}
    assert answers[64].detail == "64 requests are still without an answer"


@pytest.mark.parametrize("left", [SystemExit(3), StopIteration("x")])
def test_a_service_cannot_end_the_program(tmp_path: Path, left: BaseException) -> None:
    """`exit()` in a service is an exception as any other."""
    (tmp_path / "services.py").write_text(f"def answer(operation, request):\n    raise {left!r}\n")
    services = PythonServices({"lex": "services.py:answer"}, tmp_path)
    given = ask(services, "converse")
    assert (given.reason, type(left).__name__ in given.detail) == ("raised", True)


_GO_ON = threading.Event()


def waits(operation: str, request: dict[str, Any]) -> Any:
    """A service that answers when the test lets it."""
    _GO_ON.wait()
    return {}
