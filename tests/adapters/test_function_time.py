"""Functions hear the centre's time, where that is not the time of day."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from evenhand.adapters.aws.functions import wiring
from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.model.definition import FunctionDefinition

SOURCE = """
def handler(event, context):
    told = context.client_context
    return {"now": told.custom["evenhand-now"] if told else "the time of day"}
"""


def ask(folder: Path, **options: Any) -> Any:
    """What a function says of the time."""
    (folder / "clock.py").write_text(SOURCE)

    async def whole() -> Any:
        functions = ProcessFunctions(
            [FunctionDefinition(name="f", source="clock.py:handler")], folder, **options
        )
        try:
            return await functions.invoke("f", {}, request_id="1", time_limit=8)
        finally:
            await functions.close()

    return json.loads(asyncio.run(whole()).payload)["now"]


def test_a_function_finds_the_centres_time_in_its_context(tmp_path: Path) -> None:
    """A centre with a clock of its own says its time with every invocation."""
    assert ask(tmp_path, now=lambda: 1234.5) == 1234.5


def test_without_a_clock_of_its_own_the_context_is_lambdas(tmp_path: Path) -> None:
    """Nothing is added where nobody gave a clock."""
    assert ask(tmp_path) == "the time of day"


def test_the_articles_functions_take_the_centres_time_before_the_time_of_day() -> None:
    """Told a time they use it; in AWS Lambda, where nobody tells one, they read the clock."""
    told = SimpleNamespace(client_context=SimpleNamespace(custom={"evenhand-now": 99.0}))
    assert wiring.now(told) == 99.0
    before = time.time()
    assert wiring.now(SimpleNamespace(client_context=None)) >= before
    assert wiring.now(None) >= before
