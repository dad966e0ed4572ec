"""Trains the example's model on contacts that never happened, and writes weights.json.

    python examples/learned_model/train.py [--contacts 6000] [--seed 7] [--into examples/learned_model]

The outcomes are thrown by `truth` below, whoever is chosen is chosen at random. The numbers that the model is
given are made by the same code as in the live centre, from the inputs that centre.toml names.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from pathlib import Path

from evenhand.adapters.files import read_centre
from evenhand.assessment.features import Features

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from model import chance, terms  # noqa: E402

ROUNDS, STEP, LEAST = 300, 1.0, 0.001


def truth(topic: str, skills: list[str], own: bool, workload: float) -> float:
    """The chance that the matter is solved at once, in the made-up world of this example."""
    return 1 / (1 + math.exp(-(-0.6 + 1.6 * (topic in skills) + 0.9 * own - 0.08 * workload)))


def simulate(contacts: int, dice: random.Random) -> tuple[list[list[float]], list[int]]:
    """What was seen: the terms of each contact and its agent, and whether the matter was solved."""
    definition = read_centre(HERE)
    inputs = definition.models[0].inputs
    features = Features(inputs)
    seen, solved = [], []
    for _ in range(contacts):
        topic = dice.choice(("tax", "loan", "other"))
        agent = dice.choice(definition.agents)
        own, workload = dice.random() < 0.2, float(dice.randrange(0, 15))
        facts = {"own": own, "workload": workload, "labels": agent.labels}
        (row,) = features.rows({"attributes": {"topic": topic}}, [facts])
        skills = [skill.strip() for skill in agent.labels["skills"].split(",")]
        seen.append(terms(inputs, row))
        solved.append(int(dice.random() < truth(topic, skills, own, workload)))
    return seen, solved


def fit(seen: list[list[float]], solved: list[int]) -> list[float]:
    """Logistic regression by plain gradient descent, with a little pull towards nothing."""
    weights = [0.0] * len(seen[0])
    for _ in range(ROUNDS):
        slopes = [LEAST * weight for weight in weights]
        for values, outcome in zip(seen, solved, strict=True):
            error = (chance(weights, values) - outcome) / len(seen)
            for place, value in enumerate(values):
                if value:
                    slopes[place] += error * value
        weights = [weight - STEP * slope for weight, slope in zip(weights, slopes, strict=True)]
    return weights


def surprise(chances: list[float], solved: list[int]) -> float:
    """Log loss: how much the outcomes surprise whoever believed these chances. Less is better."""
    pairs = zip(chances, solved, strict=True)
    return -sum(math.log(one if outcome else 1 - one) for one, outcome in pairs) / len(solved)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--into", type=Path, default=HERE)
    asked = parser.parse_args()
    dice = random.Random(asked.seed)
    seen, solved = simulate(asked.contacts, dice)
    held_back = len(seen) // 4
    weights = [round(weight, 4) for weight in fit(seen[held_back:], solved[held_back:])]
    mean = sum(solved[held_back:]) / len(solved[held_back:])
    told = {
        "weights": weights,
        "trained_on": f"{len(seen) - held_back} simulated contacts, seed {asked.seed}",
        "log_loss": round(
            surprise([chance(weights, one) for one in seen[:held_back]], solved[:held_back]), 4
        ),
        "log_loss_of_the_mean": round(surprise([mean] * held_back, solved[:held_back]), 4),
    }
    (asked.into / "weights.json").write_text(json.dumps(told, indent=1) + "\n")
    print(json.dumps({name: value for name, value in told.items() if name != "weights"}))


if __name__ == "__main__":
    main()
