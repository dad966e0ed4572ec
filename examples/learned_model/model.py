"""The model: the chance that an agent solves a contact's matter at once, by logistic regression.

It runs in a process of its own, which loads this file once. The standard library is all it needs.
"""

import json
import math
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("weights.json")


def terms(inputs, row):
    """What the regression weighs: 1, what is so of the agent, and that again for each thing that is so of the
    contact. Without these products every contact would get the same order of agents."""
    contact = [value for name, value in zip(inputs, row, strict=True) if not name.startswith("agent.")]
    agent = [
        value / 10 if name == "agent.workload" else value
        for name, value in zip(inputs, row, strict=True)
        if name.startswith("agent.")
    ]
    return [1.0, *agent, *(one * other for one in contact for other in agent)]


def chance(weighing, values):
    """The logistic function of the weighted sum."""
    total = sum(weight * value for weight, value in zip(weighing, values, strict=True))
    return 1 / (1 + math.exp(-total))


@cache
def weights():
    """What train.py wrote, read once."""
    return json.loads(_FILE.read_text())["weights"]


def score(event, context):
    """A score for each row: called by the centre."""
    return [chance(weights(), terms(event["inputs"], row)) for row in event["rows"]]
