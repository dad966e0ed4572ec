"""A flow step with its record, against a step of a general state machine (`transitions`).

    python benchmarks/bench_step.py [--rounds 5] [--steps 200000] [--compiled DIR]

Ours: contacts go through a flow of 98 plain blocks (attributes, comparisons, working queue, priority, logging)
in the real machine and are hung up by it; every step makes its record. What a contact costs besides its steps
is in the time, spread over a hundred steps. Theirs: the core `Machine` of `transitions` with as many states,
one trigger a step, no callbacks, no records.

Measured: CPU time a step. The bar: ours at most a tenth of theirs.
"""

from __future__ import annotations

import argparse
import json
import operator
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rounds import Way, judge, measure, median, ratio, ways_of_ours  # noqa: E402

BAR = 0.1
STATES = 98


def plain(number: int) -> tuple[str, dict[str, Any]]:
    """The blocks in turn: half of them read the contact, as flows do."""
    return (
        (
            "UpdateContactAttributes",
            {"Attributes": {"step": str(number), "from": "$.CustomerEndpoint.Address"}},
        ),
        ("Compare", {"ComparisonValue": "$.Attributes.step"}),
        ("UpdateContactTargetQueue", {"QueueId": "q0"}),
        ("UpdateContactRoutingBehavior", {"QueuePriority": "3"}),
        ("UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Enabled"}),
        ("Compare", {"ComparisonValue": "$.Queue.Name"}),
        ("UpdateFlowAttributes", {"FlowAttributes": {"place": {"Value": "$.Attributes.from"}}}),
    )[number % 7]


def flow_text() -> str:
    blocks = []
    for number in range(STATES):
        type_, parameters = plain(number)
        onward = f"b{number + 1}"
        conditions = [
            {"NextAction": onward, "Condition": {"Operator": "Equals", "Operands": ["no such value"]}}
        ]
        errors = [{"ErrorType": "NoMatchingError", "NextAction": "bad"}]
        if type_ == "Compare":
            errors.append({"ErrorType": "NoMatchingCondition", "NextAction": onward})
        blocks.append(
            {
                "Identifier": f"b{number}",
                "Type": type_,
                "Parameters": parameters,
                "Transitions": {
                    "NextAction": onward,
                    "Errors": errors,
                    "Conditions": conditions if type_ == "Compare" else [],
                },
            }
        )
    blocks.append(
        {"Identifier": f"b{STATES}", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    )
    return json.dumps({"Version": "2019-10-30", "StartAction": "b0", "Actions": blocks})


def ours(steps: int) -> dict[str, float]:
    from evenhand.centre.centre import Centre
    from evenhand.model.definition import CentreDefinition, FlowDefinition, QueueDefinition
    from evenhand.model.facts import BlockExecuted
    from evenhand.model.inputs import CentreDefined, ContactArrived

    centre = Centre()
    queue = QueueDefinition(name="q0")
    flow = FlowDefinition(name="in", content=flow_text())
    centre.handle(CentreDefined(CentreDefinition(flows=(flow,), queues=(queue,))), 0.0)
    contacts = steps // (STATES + 1)
    taken = 0
    before = time.process_time()
    for number in range(contacts):
        facts = centre.handle(
            ContactArrived(str(number), "in", customer_address="+15551"), float(number)
        ).facts
        taken += len(facts)
    cpu = time.process_time() - before
    blocks = [fact for fact in facts if isinstance(fact, BlockExecuted)]
    assert len(blocks) == STATES + 1
    assert blocks[-1].block == f"b{STATES}"
    return {"step": cpu / (contacts * (STATES + 1)) * 1e6, "facts": taken / contacts}


def theirs(steps: int) -> dict[str, float]:
    from transitions import Machine

    class Contact:
        pass

    states = [f"b{number}" for number in range(STATES)]
    contact: Any = Contact()
    machine = Machine(contact, states=states, initial="b0", auto_transitions=False)
    for number, state in enumerate(states):
        machine.add_transition("advance", state, states[(number + 1) % STATES])
    before = time.process_time()
    for _ in range(steps):
        contact.advance()
    cpu = time.process_time() - before
    assert contact.state == states[steps % STATES]
    return {"step": cpu / steps * 1e6}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument("--compiled", type=Path, help="a copy made by benchmarks/compile.py")
    parser.add_argument("--once", choices=("ours", "theirs"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        print(json.dumps((ours if options.once == "ours" else theirs)(options.steps)))
        return
    steps = ["--steps", str(options.steps)]
    mine = ways_of_ours(__file__, ["--once", "ours", *steps], options.compiled)
    found = measure([*mine, Way("transitions", [__file__, "--once", "theirs", *steps])], options.rounds)
    print(f"a flow step: {options.steps:,} steps, {options.rounds} rounds; CPU µs a step, medians")
    for label in found:
        print(f"  {label:20s} {median(found, label, 'step'):7.2f}")
    for way in mine:
        value = ratio(found, "step", way.label, "transitions")
        judge(f"{way.label}: our step is this part of theirs", value, BAR, operator.le)


if __name__ == "__main__":
    main()
