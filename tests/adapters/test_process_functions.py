"""Real function files in real processes: how they are found, what they see, and how they fail."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import select
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.host.ports import Answer
from evenhand.model.definition import FunctionDefinition

_LINUX = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="only Linux tells when a stranger's process ends"
)
Story = Callable[[ProcessFunctions], Coroutine[Any, Any, Any]]


def tell(folder: Path, sources: dict[str, str], story: Story, **options: Any) -> Any:
    """Run a story with the functions of these sources (or definitions), and close them."""
    definitions = options.pop("definitions", None) or [
        FunctionDefinition(name=name, source=source) for name, source in sources.items()
    ]

    async def whole() -> Any:
        functions = ProcessFunctions(definitions, folder, **options)
        try:
            return await story(functions)
        finally:
            await functions.close()

    return asyncio.run(whole())


def call(folder: Path, source: str, event: dict[str, Any] | None = None, **options: Any) -> Answer:
    limit = options.pop("time_limit", 8)
    answer: Answer = tell(
        folder,
        {"f": source},
        lambda functions: functions.invoke("f", event or {}, request_id="request-1", time_limit=limit),
        **options,
    )
    return answer


def write(folder: Path, text: str, name: str = "function.py") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return f"{name}:handler"


def test_the_context_is_that_of_lambda(tmp_path: Path) -> None:
    """A handler sees the names, the request id and the time left as in AWS Lambda."""
    source = write(
        tmp_path,
        "def handler(event, context):\n"
        "    context.log('seen')\n"
        "    return [context.function_name, context.function_version, context.invoked_function_arn,\n"
        "            int(context.memory_limit_in_mb), context.aws_request_id, context.log_group_name,\n"
        "            context.log_stream_name, context.identity.cognito_identity_id, context.client_context,\n"
        "            context.get_remaining_time_in_millis()]\n",
    )
    answer = call(tmp_path, source, time_limit=7)
    *seen, left = json.loads(answer.payload)
    assert seen == [
        "f",
        "$LATEST",
        "arn:aws:lambda:local:000000000000:function:f",
        128,
        "request-1",
        "/aws/lambda/f",
        "local",
        None,
        None,
    ]
    assert 0 < left <= 7000


def test_the_arn_it_was_called_by_is_told(tmp_path: Path) -> None:
    """The context's ARN is the one the flow used, alias included; a definition's ARN is matched whole."""
    source = write(tmp_path, "def handler(event, context): return context.invoked_function_arn\n")
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:prod-best"
    definitions = [FunctionDefinition(name="best", source=source, arn=arn)]

    async def story(functions: ProcessFunctions) -> list[str]:
        names = (arn, f"{arn}:live", "best", "prod-best")
        answers = [await functions.invoke(name, {}, request_id="r", time_limit=8) for name in names]
        return [json.loads(answer.payload) for answer in answers]

    assert tell(tmp_path, {}, story, definitions=definitions) == [arn, f"{arn}:live", arn, arn]


def test_the_environment_is_small_and_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function sees its own settings and Lambda's, and nothing else of the centre's environment."""
    monkeypatch.setenv("CENTRE_SECRET", "x")
    source = write(tmp_path, "import os\ndef handler(event, context): return dict(os.environ)\n")
    definition = FunctionDefinition(name="f", source=source, environment={"DEFAULT_QUEUE": "Sales"})

    async def story(functions: ProcessFunctions) -> Any:
        return json.loads((await functions.invoke("f", {}, request_id="r", time_limit=8)).payload)

    seen = tell(tmp_path, {}, story, definitions=[definition])
    assert seen["DEFAULT_QUEUE"] == "Sales"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "f"
    assert seen["AWS_REGION"]
    assert "CENTRE_SECRET" not in seen


def test_modules_beside_the_file_can_be_imported(tmp_path: Path) -> None:
    """A function in a folder of its own imports its neighbours, and runs in the centre's folder."""
    write(tmp_path, "NAME = 'neighbour'\n", "functions/shared.py")
    source = write(
        tmp_path,
        "import os, shared\ndef handler(event, context): return [shared.NAME, os.getcwd()]\n",
        "functions/best.py",
    )
    assert json.loads(call(tmp_path, source).payload) == ["neighbour", str(tmp_path)]


def test_a_module_is_a_source_too(tmp_path: Path) -> None:
    """A source may name an importable module, the folder's own packages included."""
    write(tmp_path, "def handler(event, context): return __name__\n", "pack/inner.py")
    assert call(tmp_path, "pack.inner:handler").payload == '"pack.inner"'


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    """A file whose name is no module name, or one of the library's, works; so do dataclasses in it."""
    text = (
        "from __future__ import annotations\nimport dataclasses\n"
        "@dataclasses.dataclass\nclass Row:\n    name: str\n"
        "def handler(event, context): return dataclasses.asdict(Row('ana'))\n"
    )
    for name in ("get-ewt.py", "queue.py"):
        assert call(tmp_path, write(tmp_path, text, name)).payload == '{"name": "ana"}'


def test_noise_does_not_disturb_the_answer(tmp_path: Path) -> None:
    """What a function prints, by whatever way, goes to the output; reading input finds nothing."""
    source = write(
        tmp_path,
        "import os, subprocess, sys\n"
        "print('at import')\n"
        "def handler(event, context):\n"
        "    print('{\"ok\": 1}', flush=True)\n"
        "    print('\\udce9 odd')\n"
        "    os.write(1, b'raw\\n')\n"
        "    subprocess.run(['echo', 'from a child'])\n"
        "    sys.stderr.write('x' * 100_000 + '\\n')\n"
        "    return sys.stdin.read()\n",
    )
    lines: list[tuple[str, str]] = []
    answer = call(tmp_path, source, output=lambda function, line: lines.append((function, line)))
    assert answer == Answer(True, payload='""')
    told = [line for _, line in lines]
    assert told[:5] == ["at import", '{"ok": 1}', "\\udce9 odd", "raw", "from a child"]
    assert {function for function, _ in lines} == {"f"}
    assert max(map(len, told)) <= 20_000


def test_output_goes_to_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without an output of its own, what functions print is logged."""
    source = write(tmp_path, "def handler(event, context): print('hello')\n")
    with caplog.at_level(logging.INFO, "evenhand.functions"):
        assert call(tmp_path, source).ok
    assert "f: hello" in caplog.messages


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere.py:handler", "there is no file"),
        ("function.py:absent", "has no function 'absent'"),
        ("function.py:NUMBER", "has no function 'NUMBER'"),
        ("function.py", "names no handler"),
        ("", "names no handler"),
        ("no.such.module:handler", "there is no module 'no.such.module'"),
    ],
)
def test_what_is_not_there_is_missing(tmp_path: Path, source: str, said: str) -> None:
    """A missing file, module or handler is named together with the way out."""
    write(tmp_path, "NUMBER = 1\ndef handler(event, context): pass\n")
    answer = call(tmp_path, source)
    assert (answer.ok, answer.reason) == (False, "missing")
    assert said in answer.detail


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A folder that is not there is told."""
    answer = call(tmp_path / "nowhere", "function.py:handler")
    assert answer.reason == "missing"
    assert str(tmp_path / "nowhere") in answer.detail


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def handler(event, context:\n", "SyntaxError"),
        ("import not_installed\n", "ModuleNotFoundError: No module named 'not_installed'"),
        ("1 / 0\n", "ZeroDivisionError"),
    ],
)
def test_a_file_that_cannot_be_imported_raised(tmp_path: Path, text: str, said: str) -> None:
    """A file with a fault of its own fails with that fault."""
    answer = call(tmp_path, write(tmp_path, text))
    assert (answer.ok, answer.reason) == (False, "raised")
    assert said in answer.detail
    assert "while function.py:handler was imported" in answer.detail


def test_a_mended_file_is_used(tmp_path: Path) -> None:
    """A function that could not be loaded is tried again at the next invocation."""
    source = write(tmp_path, "1 / 0\n")

    async def story(functions: ProcessFunctions) -> list[bool]:
        first = await functions.invoke("f", {}, request_id="r", time_limit=8)
        write(tmp_path, "def handler(event, context): return 'mended'\n")
        second = await functions.invoke("f", {}, request_id="r", time_limit=8)
        return [first.ok, second.ok]

    assert tell(tmp_path, {"f": source}, story) == [False, True]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("os._exit(7)", "exit status 7"),
        ("os.kill(os.getpid(), 9)", "SIGKILL"),
        ("os.closerange(3, 50); time.sleep(60)", "closed its pipe"),
        ("print('last words', flush=True); os.abort()", "last words"),
    ],
)
def test_a_process_that_dies_crashed(tmp_path: Path, body: str, said: str) -> None:
    """A process that dies is told with how it ended and what it last said."""
    source = write(tmp_path, f"import os, time\ndef handler(event, context): {body}\n")
    answer = call(tmp_path, source)
    assert (answer.ok, answer.reason) == (False, "crashed")
    assert said in answer.detail


def test_leaving_at_import_crashed(tmp_path: Path) -> None:
    """A script that ends its process while it is imported is told as a crash."""
    assert call(tmp_path, write(tmp_path, "import sys\nsys.exit(4)\n")).reason == "crashed"


def test_loading_does_not_count_against_the_limit(tmp_path: Path) -> None:
    """A slow import does not use up the first invocation's time; a hanging one ends at its own limit."""
    slow = write(tmp_path, "import time\ntime.sleep(0.5)\ndef handler(event, context): return 1\n")
    assert call(tmp_path, slow, time_limit=0.4).ok
    answer = call(tmp_path, slow, init_limit=0.2)
    assert answer.reason == "timeout"
    assert "was not loaded within 0.2 s" in answer.detail


@_LINUX
def test_what_a_hanging_function_started_ends_with_it(tmp_path: Path) -> None:
    """At the limit the function's own children are killed too."""
    source = write(
        tmp_path,
        "import os, subprocess\n"
        "def handler(event, context):\n"
        "    child = subprocess.Popen(['sleep', '60'])\n"
        "    os.write(fifo := os.open(event['fifo'], os.O_WRONLY), str(child.pid).encode())\n"
        "    os.close(fifo)\n"
        "    child.wait()\n",
    )
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert call(tmp_path, source, {"fifo": str(fifo)}, time_limit=0.5).reason == "timeout"
        child = int(os.read(reader, 32))
    finally:
        os.close(reader)
    assert _ended(child)


_CENTRE = """
import asyncio, pathlib, sys
from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.model.definition import FunctionDefinition
definition = FunctionDefinition(name="f", source="function.py:handler")
functions = ProcessFunctions([definition], pathlib.Path(sys.argv[1]), output=lambda f, line: print(line, flush=True))
asyncio.run(functions.invoke("f", {}, request_id="1", time_limit=60))
"""


@_LINUX
def test_functions_end_with_a_centre_that_dies(tmp_path: Path) -> None:
    """When the centre is killed in the midst of an invocation, the function's process does not stay behind."""
    write(tmp_path, "import os, time\ndef handler(event, context): print(os.getpid()); time.sleep(60)\n")
    with subprocess.Popen([sys.executable, "-c", _CENTRE, tmp_path], stdout=subprocess.PIPE) as centre:
        assert centre.stdout is not None
        function = int(centre.stdout.readline())
        centre.kill()
    assert _ended(function)


def _ended(process: int) -> bool:
    """Whether it ends; the system tells at once when it does."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 5)[0])
    finally:
        os.close(handle)


def test_a_process_is_kept_warm(tmp_path: Path) -> None:
    """Invocations one after the other run in one process, an error in between included."""
    source = write(
        tmp_path,
        "import os\ndef handler(event, context):\n    if event: raise ValueError\n    return os.getpid()\n",
    )

    async def story(functions: ProcessFunctions) -> set[str]:
        assert await functions.preload() == ()
        first = await functions.invoke("f", {}, request_id="1", time_limit=8)
        await functions.invoke("f", {"fail": 1}, request_id="2", time_limit=8)
        second = await functions.invoke("f", {}, request_id="3", time_limit=8)
        return {first.payload, second.payload}

    assert len(tell(tmp_path, {"f": source}, story)) == 1


def test_a_process_that_died_idle_is_replaced(tmp_path: Path) -> None:
    """A process that was lost between two invocations costs nobody an answer."""
    source = write(tmp_path, "import os\ndef handler(event, context): return os.getpid()\n")

    async def story(functions: ProcessFunctions) -> bool:
        first = await functions.invoke("f", {}, request_id="1", time_limit=8)
        os.kill(int(first.payload), 9)
        (worker,) = functions._running
        await worker._stdout.read()
        second = await functions.invoke("f", {}, request_id="2", time_limit=8)
        return second.ok and second.payload != first.payload

    assert tell(tmp_path, {"f": source}, story)


def test_a_few_run_at_once_and_the_rest_wait(tmp_path: Path) -> None:
    """Invocations at once share the allowed processes; one that gets none within its limit times out."""
    source = write(
        tmp_path,
        "import os, time\ndef handler(event, context):\n    time.sleep(event['s'])\n    return os.getpid()\n",
    )

    async def story(functions: ProcessFunctions) -> tuple[list[Answer], Answer]:
        answers = await asyncio.gather(
            *(functions.invoke("f", {"s": 0.02}, request_id=str(n), time_limit=8) for n in range(6))
        )
        *_, late = await asyncio.gather(
            *(functions.invoke("f", {"s": 60}, request_id=str(n), time_limit=0.4) for n in range(2)),
            functions.invoke("f", {"s": 0}, request_id="late", time_limit=0.2),
        )
        return answers, late

    answers, late = tell(tmp_path, {"f": source}, story, workers=2)
    assert all(answer.ok for answer in answers)
    assert len({answer.payload for answer in answers}) <= 2
    assert late.reason == "timeout"
    assert "no process was free" in late.detail


def test_closing_ends_what_runs(tmp_path: Path) -> None:
    """Closing answers what is under way and refuses what comes later."""
    source = write(
        tmp_path, "import time\ndef handler(event, context):\n    print('in')\n    time.sleep(60)\n"
    )

    async def story(functions: ProcessFunctions) -> list[str]:
        under_way = asyncio.ensure_future(functions.invoke("f", {}, request_id="1", time_limit=60))
        await inside.wait()
        await functions.close()
        later = await functions.invoke("f", {}, request_id="2", time_limit=60)
        return [(await under_way).reason, later.reason]

    inside = asyncio.Event()
    told = tell(tmp_path, {"f": source}, story, output=lambda function, line: inside.set())
    assert told == ["crashed", "crashed"]


def test_an_answer_that_nobody_awaits_is_not_taken_for_the_next(tmp_path: Path) -> None:
    """When an invocation is cancelled, the next one gets its own answer."""
    source = write(
        tmp_path,
        "import time\ndef handler(event, context):\n"
        "    print('in')\n    time.sleep(event['s'])\n    return event['name']\n",
    )

    async def story(functions: ProcessFunctions) -> str:
        first = asyncio.ensure_future(
            functions.invoke("f", {"s": 0.1, "name": "first"}, request_id="1", time_limit=8)
        )
        await inside.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        second = await functions.invoke("f", {"s": 0, "name": "second"}, request_id="2", time_limit=8)
        return second.payload

    inside = asyncio.Event()
    told = tell(tmp_path, {"f": source}, story, output=lambda function, line: inside.set())
    assert told == '"second"'


def test_preloading_tells_what_cannot_be_loaded(tmp_path: Path) -> None:
    """Loading everything beforehand names every function that cannot be loaded, and the way out."""
    good = write(tmp_path, "def handler(event, context): pass\n")
    problems = tell(tmp_path, {"good": good, "bad": "absent.py:handler"}, lambda each: each.preload())
    assert [problem.where for problem in problems] == ["function bad"]
    assert "absent.py" in str(problems[0])
    assert problems[0].way_out


def test_the_process_is_light(tmp_path: Path) -> None:
    """A function's process loads none of the packages that the function did not ask for."""
    source = write(
        tmp_path,
        "import sys\ndef handler(event, context):\n"
        "    return [name for name in ('msgspec', 'rich', 'typer', 'asyncio', 'evenhand.errors') "
        "if name in sys.modules]\n",
    )
    assert call(tmp_path, source).payload == "[]"
