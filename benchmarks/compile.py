"""Compiles the core of Evenhand with mypyc into a copy, for the benchmarks: python benchmarks/compile.py DIR

The same typed source runs compiled and not; this is the compiled one. It needs mypy and a C compiler.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "evenhand"

COMPILED = (
    "assessment/workload.py",
    "centre/centre.py",
    "centre/contact.py",
    "centre/directory.py",
    "centre/journey.py",
    "centre/presence.py",
    "centre/routing.py",
    "centre/timers.py",
    "centre/world.py",
    "distributor/*.py",
    "flow/block.py",
    "flow/blocks/*.py",
    "flow/comparison.py",
    "flow/exits.py",
    "flow/compiled.py",
    "flow/namespaces.py",
    "flow/references.py",
    "flow/runner.py",
    "flow/session.py",
    "flow/target.py",
    "flow/world.py",
    "simulation/streams.py",
    "waits/recent.py",
)
"""What runs for every contact; nouns (msgspec) and what is read once stay as they are."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", type=Path, help="the folder for the copy; what is there is removed")
    target: Path = parser.parse_args().target
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(SOURCE, target / "evenhand", ignore=shutil.ignore_patterns("__pycache__"))
    files = [
        str(file.relative_to(target))
        for pattern in COMPILED
        for file in sorted((target / "evenhand").glob(pattern))
        if file.name != "__init__.py"
    ]
    setup = target / "setup.py"
    setup.write_text(
        "from setuptools import setup\n"
        "from mypyc.build import mypycify\n"
        f"setup(name='evenhand-compiled', py_modules=[], ext_modules=mypycify({['--strict', *files]!r}, opt_level='3'))\n"
    )
    command = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
    # Without the last flag a compiler may fuse `a + b * c` into one rounding, and a journal would be replayed
    # to other digits than those it was written with.
    flags = "-O3 -march=native -fno-plt -fno-semantic-interposition -ffp-contract=off"
    environment = os.environ | {"CFLAGS": f"{os.environ.get('CFLAGS', '')} {flags}"}
    subprocess.run(command, cwd=target, check=True, stdout=subprocess.DEVNULL, env=environment)
    print(f"compiled {len(files)} modules into {target}")


if __name__ == "__main__":
    main()
