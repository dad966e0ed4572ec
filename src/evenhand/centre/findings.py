"""Collecting the findings of a check, in the words an author can act on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

from evenhand.errors import Finding

__all__ = ["Findings", "nearest", "place", "ways"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def place(*parts: str | int) -> str:
    """Give the path of a value as the definition's file spells it: `queues."Late desk".hours`, `rows[0]`."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        spelled = part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)
        text += f".{spelled}" if text else spelled
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word that this one was probably meant to be; '' if none is near."""
    by_small = {name.casefold(): name for name in sorted(known, reverse=True)}
    close = get_close_matches(word.casefold(), sorted(by_small), n=1, cutoff=0.6)
    return by_small[close[0]] if close else ""


def ways(word: str, known: Iterable[str], otherwise: str) -> str:
    """Give the way out for an unknown word: the near one if there is one, else `otherwise`."""
    known = sorted(known)
    near = nearest(word, known)
    if near:
        return f"Did you mean '{near}'?"
    if known and len(known) <= 12:
        return f"{otherwise} Known: {', '.join(known)}."
    return otherwise


class Findings:
    """A growing list of findings about one file."""

    def __init__(self, file: str = "") -> None:
        self.file = file
        self.all: list[Finding] = []

    def error(self, field: str, code: str, message: str, way_out: str = "", *, block: str = "") -> None:
        """Note a fault that makes the definition unusable."""
        self._add("error", field, code, message, way_out, block)

    def warn(self, field: str, code: str, message: str, way_out: str = "", *, block: str = "") -> None:
        """Note a fault that the centre can live with."""
        self._add("warning", field, code, message, way_out, block)

    def _add(
        self,
        severity: Literal["error", "warning"],
        field: str,
        code: str,
        message: str,
        way_out: str,
        block: str,
    ) -> None:
        self.all.append(
            Finding(
                file=self.file,
                block=block,
                field=field,
                severity=severity,
                code=code,
                message=message,
                way_out=way_out,
            )
        )
