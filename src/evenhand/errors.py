"""Every error of Evenhand, in one tree. The type says whose fault it is.

EvenhandError                 says what is wrong, where, and the way out
├── AuthorFault               a document, table, definition or command line that a person wrote
│   ├── FlowFault             a flow document cannot be read
│   ├── DefinitionFault       a centre's definition cannot be used
│   ├── TableFault            rows that a table or a workload source does not take
│   └── UsageFault            a command was given words that do not fit
├── IllegalInput              the machine was told something that cannot be now; nothing changed
└── OutsideFailure            something with a cable does not work
    ├── JournalUnavailable    entries could not be made durable; nothing of them was kept
    ├── StaleFence            another process owns the centre now
    ├── DataFolderBusy        another process works in this data folder
    ├── FunctionUnusable      a function's file or handler cannot be loaded
    ├── SourceUnavailable     a source of offline workload could not be read
    └── TablesUnavailable     a table could not be read or written
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

__all__ = [
    "AuthorFault",
    "DataFolderBusy",
    "DefinitionFault",
    "EvenhandError",
    "Finding",
    "FlowFault",
    "FunctionUnusable",
    "IllegalInput",
    "JournalUnavailable",
    "OutsideFailure",
    "SourceUnavailable",
    "StaleFence",
    "TableFault",
    "TablesUnavailable",
    "UsageFault",
]


class Finding(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One fault that a check found: where it is, what is wrong, and the way out.

    `severity` is `error` (it cannot be used as it stands) or `warning` (it can, and probably should not).
    `code` is a stable word for machines. `block` is a flow block's Identifier, `field` the path inside it
    (`Parameters.QueueId`, `Transitions.Errors[0].NextAction`); both are empty for a fault of the whole.
    """

    file: str = ""
    block: str = ""
    field: str = ""
    severity: Literal["error", "warning"] = "error"
    code: str = ""
    message: str = ""
    way_out: str = ""


class EvenhandError(Exception):
    """What is wrong (`message`), where (`where`: file, block, field), and the way out (`way_out`)."""

    def __init__(self, message: str, *, where: str = "", way_out: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.way_out = way_out

    def __str__(self) -> str:
        """One line a person can act on: `where: message. way out`."""
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head}\n  way out: {self.way_out}" if self.way_out else head


class AuthorFault(EvenhandError):
    """Something that a person wrote cannot be used. `findings` holds every fault, not only the first."""

    def __init__(
        self, message: str, *, where: str = "", way_out: str = "", findings: Sequence[Finding] = ()
    ) -> None:
        super().__init__(message, where=where, way_out=way_out)
        self.findings = tuple(findings)


class FlowFault(AuthorFault):
    """A flow document cannot be read."""


class DefinitionFault(AuthorFault):
    """A centre's definition cannot be used."""


class TableFault(AuthorFault):
    """Rows that a table or a workload source does not take; none of them was taken."""


class UsageFault(AuthorFault):
    """A command was given words that do not fit."""


class IllegalInput(EvenhandError):
    """The machine was told something that cannot be now. It raises this and nothing has changed."""


class OutsideFailure(EvenhandError):
    """Something with a cable does not work."""


class JournalUnavailable(OutsideFailure):
    """Entries could not be made durable; none of them was kept."""


class StaleFence(OutsideFailure):
    """Another process owns the centre now; this one must stop."""


class DataFolderBusy(OutsideFailure):
    """Another process works in this data folder."""


class FunctionUnusable(OutsideFailure):
    """A function's file or handler cannot be loaded."""


class SourceUnavailable(OutsideFailure):
    """A source of offline workload could not be read; `retry_after` is when it wishes to be asked again (s)."""

    retry_after: float = 0.0


class TablesUnavailable(OutsideFailure):
    """A table could not be read or written."""
