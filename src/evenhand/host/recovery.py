"""From a journal back to a running machine: the newest snapshot, then every input since, replayed.

The facts of each replayed entry are compared with those in the journal: a machine that decides otherwise
than it did says so instead of going on quietly.
"""

from __future__ import annotations

import msgspec

from evenhand.centre.centre import Centre
from evenhand.centre.snapshot import read_state, restore
from evenhand.errors import OutsideFailure
from evenhand.host.ports import Journal
from evenhand.model.effects import Effect
from evenhand.model.units import Instant

__all__ = ["Recovered", "recover"]


class Recovered(msgspec.Struct):
    """A machine as it was, and what has to be done again.

    `redo` are the effects that may not have reached the outside, and those whose answers are awaited; each
    has the id it had before. `last_at` is the time of the last entry, `replayed` how many were read.
    """

    centre: Centre
    sequence: int
    last_at: Instant
    redo: list[Effect]
    replayed: int
    from_snapshot: int


def recover(journal: Journal) -> Recovered:
    """The machine that this journal tells of. An empty journal gives a new machine."""
    kept = journal.latest_snapshot()
    centre = Centre()
    if kept is not None:
        try:
            centre = restore(read_state(kept.state))
        except msgspec.DecodeError:
            # Another version wrote it. The journal still has every entry: recovery only takes longer.
            kept = None
    first = kept.sequence + 1 if kept is not None else 1
    last_at = centre.world.now
    sequence, performed, replayed = first - 1, first - 1, 0
    effects: list[tuple[int, Effect]] = []
    for entry in journal.read(first):
        outcome = centre.handle(entry.input, entry.at)
        if outcome.facts != entry.facts:
            raise OutsideFailure(
                f"entry {entry.sequence} of the journal does not replay: this version decides otherwise "
                f"than the one that wrote it",
                way_out="run the version that wrote the journal, let its contacts end, and start with a new folder",
            )
        effects.extend((entry.sequence, effect) for effect in outcome.effects)
        sequence, last_at = entry.sequence, entry.at
        performed = max(performed, entry.performed)
        replayed += 1
    redo = {effect.id: effect for number, effect in effects if number > performed}
    for effect in centre.outstanding():
        redo.setdefault(effect.id, effect)
    return Recovered(centre, sequence, last_at, list(redo.values()), replayed, first - 1)
