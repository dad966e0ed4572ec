"""What every way of running functions promises. A new one joins by one line in `FUNCTIONS`.

Each implementation is given functions that behave in the same ways, named by what they do.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.host.memory import MemoryFunctions
from evenhand.host.ports import Answer, Functions
from evenhand.model.definition import FunctionDefinition

_SOURCE = """
import os, sys, time
from decimal import Decimal

def echo(event, context): return event
def raises(event, context): raise KeyError("callType")
def hangs(event, context): time.sleep(60)
def long(event, context): return {"text": "ü" * (20 * 1024)}
def fits(event, context): return "x" * (32 * 1024 - 2)
def lists(event, context): return [1, "two", None, True, 1.5]
def decimals(event, context): return {"ewt": Decimal("12"), "part": Decimal("0.50")}
def nan(event, context): return {"ewt": float("nan")}
def no_number(event, context): return Decimal("Infinity")
def objects(event, context): return {"at": object()}
def exits(event, context): sys.exit(3)
def nothing(event, context): pass
def changes(event, context): event["changed"] = True
"""


async def _hangs(event: dict[str, Any]) -> None:
    await asyncio.Event().wait()


def _raises(event: dict[str, Any]) -> None:
    raise KeyError("callType")


def _exits(event: dict[str, Any]) -> None:
    raise SystemExit(3)


_CALLABLES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "echo": lambda event: event,
    "raises": _raises,
    "hangs": _hangs,
    "long": lambda event: {"text": "ü" * (20 * 1024)},
    "fits": lambda event: "x" * (32 * 1024 - 2),
    "lists": lambda event: [1, "two", None, True, 1.5],
    "decimals": lambda event: {"ewt": Decimal(12), "part": Decimal("0.50")},
    "nan": lambda event: {"ewt": float("nan")},
    "no_number": lambda event: Decimal("Infinity"),
    "objects": lambda event: {"at": object()},
    "exits": _exits,
    "nothing": lambda event: None,
    "changes": lambda event: event.update(changed=True),
}


def _process(folder: Path) -> Functions:
    (folder / "behaviours.py").write_text(_SOURCE)
    return ProcessFunctions(
        [FunctionDefinition(name=name, source=f"behaviours.py:{name}") for name in _CALLABLES], folder
    )


FUNCTIONS: dict[str, Callable[[Path], Functions]] = {
    "memory": lambda folder: MemoryFunctions(_CALLABLES),
    "process": _process,
}


@pytest.fixture(params=FUNCTIONS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Functions]:
    return lambda: FUNCTIONS[request.param](tmp_path)


def run(make: Callable[[], Functions], story: Callable[[Functions], Coroutine[Any, Any, Answer]]) -> Answer:
    """One story with functions that are closed at its end."""

    async def whole() -> Answer:
        functions = make()
        try:
            return await story(functions)
        finally:
            await functions.close()

    return asyncio.run(whole())


def call(make: Callable[[], Functions], name: str, event: Any = None, time_limit: float = 8) -> Answer:
    return run(
        make, lambda functions: functions.invoke(name, event or {}, request_id="r", time_limit=time_limit)
    )


def test_the_answer_is_the_value_as_json(make: Callable[[], Functions]) -> None:
    """A function gets the event and its answer comes back as JSON text."""
    event = {"Details": {"Parameters": {"callType": "größer 😀"}, "n": [1, None]}}
    answer = call(make, "echo", event)
    assert answer.ok
    assert json.loads(answer.payload) == event


def test_no_answer_is_null(make: Callable[[], Functions]) -> None:
    """A function that returns nothing answers null."""
    assert call(make, "nothing") == Answer(True, payload="null")


def test_any_json_passes(make: Callable[[], Functions]) -> None:
    """A list is a valid answer; whether a flow can use it is the flow's affair."""
    assert call(make, "lists") == Answer(True, payload='[1, "two", null, true, 1.5]')


def test_a_decimal_is_a_bare_number(make: Callable[[], Functions]) -> None:
    """A Decimal is written as DynamoDB's numbers come out of Lambda: 12, not 12.0 and not text."""
    assert call(make, "decimals") == Answer(True, payload='{"ewt": 12, "part": 0.50}')


@pytest.mark.parametrize("name", ["nan", "no_number", "objects"])
def test_what_has_no_json_form_is_refused(make: Callable[[], Functions], name: str) -> None:
    """NaN, infinity and objects are no answers."""
    answer = call(make, name)
    assert (answer.ok, answer.reason) == (False, "not_json")
    assert answer.detail


def test_an_answer_over_32_kb_is_refused(make: Callable[[], Functions]) -> None:
    """The limit counts bytes of UTF-8, not letters; an answer of exactly 32 KB passes."""
    assert call(make, "long").reason == "too_large"
    assert len(call(make, "fits").payload) == 32 * 1024


def test_an_error_names_its_type_and_message(make: Callable[[], Functions]) -> None:
    """A function that raises fails with what it raised."""
    assert call(make, "raises") == Answer(False, reason="raised", detail="KeyError: 'callType'")


def test_a_hang_ends_at_the_limit(make: Callable[[], Functions]) -> None:
    """A function that hangs fails when its time is over."""
    answer = call(make, "hangs", time_limit=0.3)
    assert (answer.ok, answer.reason) == (False, "timeout")
    assert "0.3 s" in answer.detail


def test_a_function_that_ends_its_process_crashed(make: Callable[[], Functions]) -> None:
    """sys.exit in a function is a crash of the function, not of the centre."""
    answer = call(make, "exits")
    assert (answer.ok, answer.reason) == (False, "crashed")
    assert "3" in answer.detail


def test_an_unknown_function_is_missing(make: Callable[[], Functions]) -> None:
    """A name that nobody defined fails at once."""
    answer = call(make, "nobody")
    assert (answer.ok, answer.reason) == (False, "missing")
    assert "'nobody'" in answer.detail


@pytest.mark.parametrize(
    "called",
    [
        "nothing",
        "nothing:live",
        "arn:aws:lambda:eu-central-1:111122223333:function:nothing",
        "arn:aws:lambda:eu-central-1:111122223333:function:nothing:live",
        "arn:aws:lambda:eu-central-1:111122223333:function:nothing:$LATEST",
        "111122223333:function:nothing",
    ],
)
def test_a_function_is_found_by_its_arn(make: Callable[[], Functions], called: str) -> None:
    """A function is found by name or by the name in an ARN, with or without an alias or version."""
    assert call(make, called).ok


def test_an_event_without_a_json_form_is_refused(make: Callable[[], Functions]) -> None:
    """An event that cannot be sent is an answer too, not an exception."""
    assert call(make, "echo", {"at": object()}).reason == "not_json"


def test_the_event_stays_as_it_was(make: Callable[[], Functions]) -> None:
    """What a function does to its event is not seen outside."""
    event = {"a": 1}
    assert call(make, "changes", event).ok
    assert event == {"a": 1}


def test_functions_go_on_after_failures(make: Callable[[], Functions]) -> None:
    """After an error, a crash and a timeout the next invocation is answered."""

    async def story(functions: Functions) -> Answer:
        for name in ("raises", "exits", "hangs", "raises", "exits"):
            answer = await functions.invoke(name, {}, request_id="r", time_limit=0.3)
            assert not answer.ok
        return await functions.invoke("echo", {}, request_id="r", time_limit=8)

    assert run(make, story).ok


def test_closing_twice_is_fine(make: Callable[[], Functions]) -> None:
    """Functions may be closed again."""

    async def story(functions: Functions) -> Answer:
        await functions.close()
        return Answer(True)

    assert run(make, story).ok
