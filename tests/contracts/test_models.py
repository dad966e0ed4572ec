"""What every adapter of the port `Models` promises: an answer, an error or a timeout, never an exception."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evenhand.adapters.models.onnx import OnnxModels
from evenhand.adapters.models.python import PythonModels
from evenhand.adapters.models.sources import SourceModels
from evenhand.host.models import NoModels, ScriptedModels, read_scores, scored
from evenhand.host.ports import ModelAnswer, Models
from evenhand.model.effects import ScoreCandidates
from evenhand.model.inputs import CandidatesScored, ScoringFailed
from evenhand.model.models import ModelDefinition
from tests.contracts.onnx_file import write_linear

_SOURCE = """
import os, time

def sums(event, context):
    return [row[0] + 2 * row[1] for row in event["rows"]]

def endless(event, context):
    return [float("nan") for row in event["rows"]]

def hangs(event, context):
    time.sleep(60)

def dies(event, context):
    os._exit(3)

def short(event, context):
    return {"scores": [1.0]}

def words(event, context):
    return ["best", "worst"]
"""
_INPUTS = ("agent.workload", "agent.own")
needs_onnx = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed: evenhand[model]"
)


def _python(folder: Path) -> Models:
    (folder / "model.py").write_text(_SOURCE)
    names = ("sums", "endless", "hangs", "dies", "short", "words")
    return PythonModels(
        [ModelDefinition(name=name, source=f"model.py:{name}", inputs=_INPUTS) for name in names], folder
    )


def _onnx(folder: Path) -> Models:
    write_linear(folder / "sums.onnx", [1.0, 2.0])
    write_linear(folder / "endless.onnx", [float("nan"), 0.0])
    return OnnxModels(
        [ModelDefinition(name=name, source=f"{name}.onnx", inputs=_INPUTS) for name in ("sums", "endless")],
        folder,
    )


def _scripted(folder: Path) -> Models:
    return ScriptedModels(
        {
            "sums": lambda rows: [row[0] + 2 * row[1] for row in rows],
            "endless": lambda rows: [float("inf") for _ in rows],
            "hangs": lambda rows: asyncio.sleep(60),
            "short": lambda rows: [1.0],
            "words": lambda rows: ["best", "worst"],
        }
    )


MODELS: dict[str, Callable[[Path], Models]] = {"scripted": _scripted, "python": _python, "onnx": _onnx}


@pytest.fixture(params=["scripted", "python", pytest.param("onnx", marks=needs_onnx)])
def make(request: pytest.FixtureRequest) -> Callable[[Path], Models]:
    return MODELS[request.param]


def ask(make: Callable[[Path], Models], folder: Path, model: str, limit: float = 20.0) -> ModelAnswer:
    async def once() -> ModelAnswer:
        models = make(folder)
        try:
            rows = ((3.0, 1.0), (0.5, 0.0))
            return await models.score(model, rows, ("ana", "bo"), request_id="c/1", time_limit=limit)
        finally:
            await models.close()

    return asyncio.run(once())


def test_each_row_gets_its_score(make: Callable[[Path], Models], tmp_path: Path) -> None:
    assert ask(make, tmp_path, "sums") == ModelAnswer(True, (5.0, 0.5))


def test_a_model_that_nobody_named_is_missing(make: Callable[[Path], Models], tmp_path: Path) -> None:
    answer = ask(make, tmp_path, "nothing")
    assert (answer.ok, answer.reason) == (False, "missing")


def test_scores_without_bounds_are_a_failure(make: Callable[[Path], Models], tmp_path: Path) -> None:
    answer = ask(make, tmp_path, "endless")
    assert not answer.ok
    assert answer.reason in ("not_finite", "not_json")


@pytest.mark.parametrize("adapter", ["scripted", "python"])
@pytest.mark.parametrize(
    ("model", "reason"), [("hangs", "timeout"), ("short", "missing_scores"), ("words", "wrong_type")]
)
def test_a_bad_model_is_a_reason(adapter: str, model: str, reason: str, tmp_path: Path) -> None:
    limit = 0.2 if model == "hangs" else 20.0
    assert ask(MODELS[adapter], tmp_path, model, limit).reason == reason


def test_a_process_that_dies_hurts_nobody(tmp_path: Path) -> None:
    assert ask(_python, tmp_path, "dies").reason == "crashed"


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"nonsense")
    definition = ModelDefinition(name="bad", source="bad.onnx", inputs=_INPUTS)
    answer = ask(lambda folder: SourceModels([definition], folder), tmp_path, "bad")
    assert (answer.ok, answer.reason) == (False, "missing")
    assert "bad.onnx" in answer.detail or "evenhand[model]" in answer.detail


@needs_onnx
def test_a_file_that_wants_other_inputs_says_so(tmp_path: Path) -> None:
    write_linear(tmp_path / "three.onnx", [1.0, 2.0, 3.0])
    definition = ModelDefinition(name="three", source="three.onnx", inputs=_INPUTS)
    answer = ask(lambda folder: OnnxModels([definition], folder), tmp_path, "three")
    assert "takes 3, and 2 inputs are named" in answer.detail


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "wrong_type"),
        ([True, 1], "wrong_type"),
        ([1e999, 1], "not_finite"),
        ([10**400, 1], "not_finite"),
    ],
)
def test_what_is_no_score_is_refused(given: Any, reason: str) -> None:
    assert read_scores(given, 2).reason == reason


EFFECT = ScoreCandidates("c/1", "c", "sums", ("ana", "bo"), ((3.0, 1.0), (0.5, 0.0)), 0.05)


def test_what_came_of_it_is_told_to_the_machine() -> None:
    told = asyncio.run(scored(_scripted(Path()), EFFECT, 1.0))
    assert told == CandidatesScored("c", "c/1", {"ana": 5.0, "bo": 0.5})
    failed = asyncio.run(scored(NoModels(), EFFECT, 1.0))
    assert isinstance(failed, ScoringFailed)
    assert failed.detail == "there is no model 'sums'; name it under [models]"


def test_an_adapter_that_breaks_its_promise_is_a_failure() -> None:
    class Broken(NoModels):
        async def score(self, *given: Any, **named: Any) -> ModelAnswer:
            raise OSError("unplugged")

    told = asyncio.run(scored(Broken(), EFFECT, 1.0))
    assert told == ScoringFailed("c", "c/1", "raised", "OSError: unplugged")
