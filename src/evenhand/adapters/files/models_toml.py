"""Reading the models of a `centre.toml`: the file of each is looked for, and its digest taken."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from evenhand.adapters.files.table_reading import as_table, fill
from evenhand.centre.findings import Findings, place
from evenhand.model.models import ModelDefinition

__all__ = ["read_model"]


def read_model(name: str, value: Any, folder: Path, findings: Findings) -> ModelDefinition:
    """Give a model's definition with its file's digest; a fault is noted where there is no such file."""
    where = ("models", name)
    table = as_table(value, where, findings)
    source = table.get("source")
    file = source if isinstance(source, str) and source.endswith(".onnx") else str(source).rpartition(":")[0]
    digest = ""
    if isinstance(source, str) and file:
        try:
            digest = hashlib.blake2b((folder / file).read_bytes(), digest_size=6).hexdigest()
        except (OSError, ValueError):
            findings.error(
                place(*where, "source"),
                "no-file",
                f"There is no file {file}.",
                "Paths are relative to centre.toml.",
            )
    return fill(ModelDefinition, table, where, findings, given={"name": name, "digest": digest})
