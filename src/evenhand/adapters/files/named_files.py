"""The files that a definition names: tables' rows, services' functions, functions' sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evenhand.adapters.files.python_names import function_fault
from evenhand.adapters.services.rows import LOCAL, SERVICE_TABLES
from evenhand.centre.check_services import LOCAL_SERVICES
from evenhand.centre.findings import Findings, place, ways
from evenhand.model.definition import FunctionDefinition

__all__ = ["CENTRE_FILE", "check_sources", "file_way_out", "read_services", "read_table_files"]

CENTRE_FILE = "centre.toml"
"""The name of a definition in its folder."""

_TABLES = ("CustomerAgentMap", "AgentWorkload", "queues", *SERVICE_TABLES)


def read_table_files(table: dict[str, Any], folder: Path, findings: Findings) -> dict[str, str]:
    """CSV files by table."""
    files: dict[str, str] = {}
    for name, file in table.items():
        where = place("table_files", name)
        if name not in _TABLES:
            findings.error(
                where, "unknown-key", f"There is no table '{name}'.", ways(name, _TABLES, "Drop it.")
            )
        elif not isinstance(file, str):
            findings.error(where, "wrong-type", "This must be the path of a CSV file.", "Write it in quotes.")
        elif not (folder / file).is_file():
            findings.error(where, "no-file", f"There is no file {file}.", file_way_out(file, folder))
        else:
            files[name] = file
    return files


def read_services(table: dict[str, Any], folder: Path, findings: Findings) -> dict[str, str]:
    """What answers for each service: `local`, or a Python file's function, which is looked for and not run."""
    services: dict[str, str] = {}
    for name, source in table.items():
        where = place("services", name)
        if source == LOCAL:
            services[name] = source
            if name not in LOCAL_SERVICES:
                findings.error(
                    where,
                    "not-local",
                    f"No local service '{name}' comes with Evenhand; {', '.join(LOCAL_SERVICES)} do.",
                    'Name a Python function: "services.py:answer".',
                )
            continue
        file, mark, function = source.rpartition(":") if isinstance(source, str) else ("", "", "")
        if not (file and mark and function):
            findings.error(
                where,
                "wrong-type",
                "This must name a Python function, or be local.",
                'Write "services.py:answer" or "local".',
            )
        elif not (folder / file).is_file():
            findings.error(where, "no-file", f"There is no file {file}.", file_way_out(file, folder))
        else:
            services[name] = source
            if fault := function_fault(folder / file, function):
                findings.error(where, "no-function", *fault)
    return services


def check_sources(functions: tuple[FunctionDefinition, ...], folder: Path, findings: Findings) -> None:
    """Find sources that name a Python file which is not there; a module's name is the adapter's matter."""
    for function in functions:
        file = function.source.rpartition(":")[0]
        if file.endswith(".py") and not (folder / file).is_file():
            findings.error(
                place("functions", function.name, "source"),
                "no-file",
                f"There is no file {file}.",
                file_way_out(file, folder),
            )


def file_way_out(file: str, folder: Path) -> str:
    """The nearest file that is there, or where paths begin."""
    parent = (folder / file).parent
    try:
        names = [str(Path(file).parent / each.name) for each in parent.iterdir()]
    except (OSError, ValueError):
        names = []
    near = ways(file, names, "") if names else ""
    return near if near.startswith("Did") else f"Paths are relative to the folder of {CENTRE_FILE}."
