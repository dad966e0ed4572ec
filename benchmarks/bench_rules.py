"""A thousand written rules say what they think of one contact and a hundred agents.

    python benchmarks/bench_rules.py [--rules 1000] [--rounds 200]

`table`: every rule has a cell `attributes.state` with a text of its own, and three of them fire. `expressions`:
every rule has only an expression, so that each is asked. Bar: half of all opinions within 1 ms, for both.
"""

from __future__ import annotations

import argparse
import statistics
import time

from evenhand.assessment.rules import CompiledRules, ContactView
from evenhand.model.definition import AgentDefinition
from evenhand.model.rules import Rule, RuleSet

BAR = 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    agents = [
        AgentDefinition(name=f"a{number}", routing_profile="all", labels={"licences": f"S{number % 50}, TX"})
        for number in range(100)
    ]
    exclude = "'TX' not in agent.lists.licences"
    table = [
        Rule(name=f"r{number}", given={"attributes.state": (f"S{number // 3}",)}, exclude=exclude)
        for number in range(asked.rules)
    ]
    written = [
        Rule(
            name=f"r{number}",
            when=f"attributes.state == 'S{number // 3}' and channel == 'VOICE'",
            exclude=exclude,
        )
        for number in range(asked.rules)
    ]
    missed = 0
    for what, rules in (("table", table), ("expressions", written)):
        compiled = CompiledRules(RuleSet(name=what, rules=tuple(rules)), "")
        facts = {"queue": "Q", "channel": "VOICE", "priority": 5}
        times = []
        for _ in range(asked.rounds):
            start = time.perf_counter()
            view = ContactView(facts, {"state": "S7"}, {}, {})
            opinion = compiled.judge(view, agents, lambda name: 0.0)
            times.append((time.perf_counter() - start) * 1000)
            assert len(opinion.fired) == 3
        middle = statistics.median(times)
        held = middle <= BAR
        missed += not held
        print(f"{what}: {middle:.3f} ms, bar {BAR:g} ms: {'held' if held else 'MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
