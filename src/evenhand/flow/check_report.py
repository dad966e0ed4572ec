"""Where the checks of one flow put what they find."""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.errors import Finding
from evenhand.flow.document import Action

__all__ = ["BlockReport"]


class BlockReport(msgspec.Struct):
    """The findings about one block. `index` is its place in `Actions`, which the service's words name."""

    file: str
    action: Action
    index: int
    findings: list[Finding]

    def service_path(self, field: str) -> str:
        """The field's path as the service writes it: `Actions[3].Transitions.NextAction`."""
        return f"Actions[{self.index}].{field}"

    def note(
        self, severity: Literal["error", "warning"], field: str, code: str, message: str, way_out: str
    ) -> None:
        """Put down one finding about this block."""
        self.findings.append(
            Finding(
                file=self.file,
                block=self.action.identifier,
                field=field,
                severity=severity,
                code=code,
                message=message,
                way_out=way_out,
            )
        )

    def error(self, field: str, code: str, message: str, way_out: str) -> None:
        """Put down a fault that keeps the block from being used as it stands."""
        self.note("error", field, code, message, way_out)

    def warning(self, field: str, code: str, message: str, way_out: str) -> None:
        """Put down something that works and probably should not stay."""
        self.note("warning", field, code, message, way_out)

    def invalid_value(self, field: str, code: str, why: str, way_out: str, *, disputed: bool = False) -> None:
        """Put down a value the service refuses, in its words and with the reason; disputed: a warning."""
        message = f"Invalid Action property value. Path: {self.service_path(field)} ({why})"
        self.note("warning" if disputed else "error", field, code, message, way_out)

    def missing(self, field: str, code: str, way_out: str, *, disputed: bool = False) -> None:
        """Put down a property that must be there, in the service's words; disputed: a warning."""
        message = f"Action is missing required property. Path: {self.service_path(field)}"
        self.note("warning" if disputed else "error", field, code, message, way_out)
