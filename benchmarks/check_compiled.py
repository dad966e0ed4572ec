"""The compiled copy decides the same as the source: python benchmarks/check_compiled.py [--compiled DIR]

Compiles into a temporary folder (or takes the copy that is given), then runs three streams of contacts and
one busy hour with flows, functions, own agents, candidates and records through both, and compares every wait,
every fact, every effect and the final state. It needs mypy and a C compiler; about a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rounds import measure, ways_of_ours  # noqa: E402

CONTACTS = 5_000


def drawn(agents: int, kinds: int, seed: int) -> SimpleNamespace:
    """Contacts for this many agents, all busy."""
    dice = random.Random(seed)
    one_kind = [[0]] * agents
    skilled = [sorted(dice.sample(range(kinds), 3)) for _ in range(agents)] if kinds > 1 else one_kind
    return SimpleNamespace(
        n=CONTACTS,
        types=kinds,
        agents=skilled,
        inter=[dice.expovariate(agents / 180) for _ in range(CONTACTS)],
        service=[dice.expovariate(1 / 180) for _ in range(CONTACTS)],
        patience=[dice.expovariate(1 / 120) for _ in range(CONTACTS)],
        ctype=[dice.randrange(kinds) for _ in range(CONTACTS)],
    )


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def once() -> None:
    import msgspec
    from bench_path import PathRun

    from evenhand.centre import centre as machine
    from evenhand.centre.snapshot import snapshot, write_state
    from evenhand.simulation.streams import run_streams, skills_centre

    found: dict[str, Any] = {"compiled": not str(machine.__file__).endswith(".py")}
    for name, agents, kinds, patient in (
        ("pool", 20, 1, True),
        ("pool with leavers", 20, 1, False),
        ("skills", 40, 8, False),
    ):
        data = drawn(agents, kinds, 1 + kinds)
        patience = None if patient else data.patience
        waits = run_streams(skills_centre(data.agents, kinds), data.inter, data.service, patience, data.ctype)
        found[name] = digest(repr(list(waits)))

    story = hashlib.blake2b(digest_size=8)

    class Watched(PathRun):
        def handle(self, input: Any, now: float) -> Any:
            outcome = super().handle(input, now)
            story.update(msgspec.json.encode((now, outcome.facts, outcome.effects)))
            return outcome

    run = Watched(drawn(40, 8, 11))
    run.run()
    found["facts and effects of the whole path"] = story.hexdigest()
    found["final state"] = digest(write_state(snapshot(run.centre)).decode())
    found["facts"] = run.seen.total()
    print(json.dumps(found))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--compiled", type=Path, help="a copy made by benchmarks/compile.py")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once()
        return
    with tempfile.TemporaryDirectory() as made:
        compiled = options.compiled or Path(made) / "compiled"
        if options.compiled is None:
            subprocess.run([sys.executable, str(HERE / "compile.py"), str(compiled)], check=True)
        source, copy = (runs[0] for runs in measure(ways_of_ours(__file__, ["--once"], compiled), 1).values())
    assert not source.pop("compiled")
    if not copy.pop("compiled"):
        raise SystemExit("the copy is not compiled")
    for name, value in source.items():
        print(f"  {name:40s} {'the same' if value == copy[name] else f'DIFFERENT: {value} and {copy[name]}'}")
    if source != copy:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
