"""What the machine answers to an input."""

from __future__ import annotations

import msgspec

from evenhand.model.effects import Effect
from evenhand.model.facts import Fact

__all__ = ["NOTHING", "Outcome"]


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """`facts`: what was decided, for ever true. `effects`: what the world should now do."""

    facts: tuple[Fact, ...] = ()
    effects: tuple[Effect, ...] = ()


NOTHING = Outcome()
