"""A learned model scores a contact's candidates: what the machine does for it, and what the model takes.

    python benchmarks/bench_model.py [--rounds 200]

50 inputs for each of 100 agents. `machine`: from the arrival to the effect with its rows, and from the answer
to the decision. `python`: a weighted sum in a process of its own. `onnx`: the same run by onnxruntime (left out
where it is not installed). Bar: half of all contacts within 5 ms, machine and model together.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "contracts"))

from onnx_file import write_linear

from evenhand.adapters.models.sources import SourceModels
from evenhand.centre.centre import Centre
from evenhand.host.models import scored
from evenhand.model.definition import (
    AgentDefinition,
    CentreDefinition,
    FlowDefinition,
    Policy,
    QueueDefinition,
    RoutingProfile,
    RoutingRow,
)
from evenhand.model.effects import ScoreCandidates
from evenhand.model.inputs import CandidatesScored, CentreDefined, ContactArrived, ContactHungUp
from evenhand.model.models import ModelDefinition
from evenhand.simulation.streams import ONE_BLOCK_FLOW

BAR, INPUTS, AGENTS = 5.0, 50, 100

SOURCE = """
WEIGHTS = [0.01 * place for place in range(50)]

def score(event, context):
    return [sum(map(float.__mul__, WEIGHTS, row)) for row in event["rows"]]
"""


def definition(model: ModelDefinition) -> CentreDefinition:
    dice = random.Random(5)
    agents = tuple(
        AgentDefinition(
            name=f"a{number}",
            routing_profile="all",
            initial_status="Available",
            labels={f"l{label}": str(dice.randrange(9)) for label in range(24)},
        )
        for number in range(AGENTS)
    )
    return CentreDefinition(
        default_queue="Desk",
        flows=(FlowDefinition(name="in", content=ONE_BLOCK_FLOW),),
        queues=(QueueDefinition(name="Desk", policy="learned"),),
        routing_profiles=(RoutingProfile(name="all", rows=(RoutingRow(queue="Desk"),)),),
        agents=agents,
        policies=(Policy(name="learned", rank="model", model="m"),),
        models=(model,),
    )


async def measure(source: str, folder: Path, rounds: int) -> tuple[float, float]:
    """The median milliseconds of the machine alone, and with the model."""
    names = [f"agent.labels.l{label}" for label in range(24)] + [f"attributes.x{at}" for at in range(20)]
    names += ["waited", "priority", "agent.workload", "agent.idle_minutes", "agent.handled", "channel=VOICE"]
    model = ModelDefinition(name="m", source=source, inputs=tuple(names), time_limit=1.0)
    assert len(names) == INPUTS
    models = SourceModels((model,), folder)
    assert await models.preload() == ()
    centre, now = Centre(), 0.0
    centre.handle(CentreDefined(definition(model)), now)
    alone, together = [], []
    attributes = {f"x{at}": str(at / 7) for at in range(20)}
    for number in range(rounds):
        now += 1.0
        began = time.perf_counter()
        outcome = centre.handle(ContactArrived(f"c{number}", "in", queue="Desk", attributes=attributes), now)
        (effect,) = (one for one in outcome.effects if isinstance(one, ScoreCandidates))
        made = time.perf_counter()
        told = await scored(models, effect, 5.0)
        answered = time.perf_counter()
        assert isinstance(told, CandidatesScored), told
        centre.handle(told, now)
        ended = time.perf_counter()
        assert len(effect.agents) == AGENTS
        alone.append((made - began + ended - answered) * 1000)
        together.append((ended - began) * 1000)
        centre.handle(ContactHungUp(f"c{number}"), now)
    await models.close()
    return statistics.median(alone), statistics.median(together)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model.py").write_text(SOURCE)
        write_linear(folder / "model.onnx", [0.01 * place for place in range(INPUTS)])
        sources = {"python": "model.py:score", "onnx": "model.onnx"}
        if importlib.util.find_spec("onnxruntime") is None:
            print("onnx: left out, onnxruntime is not installed")
            del sources["onnx"]
        for what, source in sources.items():
            alone, together = asyncio.run(measure(source, folder, rounds))
            held = together <= BAR
            missed += not held
            verdict = "held" if held else "MISSED"
            print(f"{what}: {together:.2f} ms (machine {alone:.2f} ms), bar {BAR:g} ms: {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
