"""`[workload]` and its sources: reading them, and whether what they name is there."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from evenhand.adapters.files.table_reading import Where, as_table, fill
from evenhand.centre.findings import Findings, place
from evenhand.model.definition import WorkloadContract
from evenhand.model.workload_sources import Paging, SourceKind, Weights, WorkloadSource

__all__ = ["check_surroundings", "read_workload"]

_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "rows": ("http",),
    "fields": ("http", "sql", "csv"),
    "url": ("http", "sql"),
    "url_from": ("http", "sql"),
    "parameters": ("http",),
    "headers": ("http",),
    "secret_headers": ("http",),
    "paging": ("http",),
    "query": ("sql",),
    "file": ("csv",),
    "delimiter": ("csv",),
    "listen": ("push",),
    "token_from": ("push",),
    "poll": ("table", "csv", "sql", "http"),
}
"""Keys that mean something for some kinds of sources only."""


def read_workload(table: dict[str, Any], findings: Findings) -> WorkloadContract:
    """Read the contract; every fault is noted."""
    written = table.get("sources", [])
    if not isinstance(written, list):
        findings.error(
            "workload.sources",
            "wrong-type",
            "This must be a list of sources.",
            "Begin each with [[workload.sources]].",
        )
        written = []
    sources = tuple(_source(one, ("workload", "sources", at), findings) for at, one in enumerate(written))
    return fill(
        WorkloadContract, table, ("workload",), findings, given={"sources": sources}, also=("sources",)
    )


def _source(value: Any, where: Where, findings: Findings) -> WorkloadSource:
    table = as_table(value, where, findings)
    given: dict[str, Any] = {}
    if "weights" in table:
        given["weights"] = _weights(table["weights"], (*where, "weights"), findings)
    if "paging" in table:
        paging = as_table(table["paging"], (*where, "paging"), findings)
        given["paging"] = fill(Paging, paging, (*where, "paging"), findings) if paging else None
    kind = table.get("kind", "table")
    for key in table:
        if kind in get_args(SourceKind):
            kinds = _ONLY_FOR.get(key, (kind,))
            if kind not in kinds:
                findings.warn(
                    place(*where, key),
                    "no-effect",
                    f"'{key}' means nothing for a source of the kind {kind}.",
                    f"Drop it; it is for {', '.join(kinds)}.",
                )
    return fill(WorkloadSource, table, where, findings, given=given, also=tuple(given))


def _weights(value: Any, where: Where, findings: Findings) -> Weights:
    """The weights that are numbers; the others are noted."""
    weights: Weights = {}
    for kind, weight in as_table(value, where, findings).items():
        if isinstance(weight, dict):
            by_state = {
                state: float(one)
                for state, one in weight.items()
                if _is_number(one, (*where, kind, state), findings)
            }
            weights[kind] = by_state
        elif _is_number(weight, (*where, kind), findings):
            weights[kind] = float(weight)
    return weights


def _is_number(value: Any, where: Where, findings: Findings) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf"):
        return True
    shown = f"'{value}'" if isinstance(value, str) else str(value).lower()
    findings.error(
        place(*where),
        "wrong-type",
        f"A weight must be a number, not {shown}.",
        'Write a number, or a table by state: { new = 2, waiting = 0.2, "*" = 1 }.',
    )
    return False


def check_surroundings(
    contract: WorkloadContract, folder: Path, environment: Mapping[str, str], findings: Findings
) -> None:
    """Find files and variables that sources name and that are not there now."""
    for at, source in enumerate(contract.sources):
        where: Where = ("workload", "sources", at)
        if source.kind == "csv" and source.file and not (folder / source.file).is_file():
            findings.error(
                place(*where, "file"),
                "no-file",
                f"There is no file {source.file}.",
                "Let it be written first; paths are relative to the definition's folder.",
            )
        named = {"url_from": source.url_from} if source.kind in ("http", "sql") else {}
        if source.kind == "http":
            named |= {f"secret_headers.{name}": one for name, one in source.secret_headers.items()}
        if source.kind == "push":
            named["token_from"] = source.token_from
        for key, variable in named.items():
            if variable and not environment.get(variable):
                findings.warn(
                    place(*where, *key.split(".", 1)),
                    "no-variable",
                    f"The environment variable {variable} is not set.",
                    "Set it where the centre runs; the source fails without it.",
                )
        if source.kind == "sql" and importlib.util.find_spec("sqlalchemy") is None:
            findings.warn(
                place(*where, "kind"),
                "not-installed",
                "SQLAlchemy is not installed.",
                "pip install 'evenhand[sql]', and the database's driver.",
            )
