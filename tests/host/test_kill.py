"""Killed at any moment, the centre comes back: nobody lost, nobody twice, nothing done that is not written."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evenhand.adapters.journals.sqlite import SqliteJournal
from evenhand.centre.centre import Centre
from evenhand.centre.snapshot import snapshot, write_state
from evenhand.distributor.decision import derive
from evenhand.host.recovery import recover
from evenhand.model.effects import Effect
from evenhand.model.facts import AgentChosen, ContactConnected, ContactEnded, ContactInitiated
from tests.centre.twin import Twin

KILLS = 50
CHILD = Path(__file__).with_name("kill_child.py")


class Witness:
    """Reads the journal along with the lives, as a machine that was never killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.centre = Centre()
        self.sequence = 0
        self.wished: dict[str, tuple[int, Effect]] = {}
        self.handed_out = 0
        self.begun: set[str] = set()
        self.ended: set[str] = set()
        self.connections = 0
        self.replayed = 0

    def check(self) -> None:
        """After a kill: what is on the disk is whole, and tells one story."""
        journal = SqliteJournal(self.folder / "journal.db")
        try:
            for entry in journal.read(self.sequence + 1):
                assert entry.sequence == self.sequence + 1
                outcome = self.centre.handle(entry.input, entry.at)
                assert outcome.facts == entry.facts
                for effect in outcome.effects:
                    assert effect.id not in self.wished, f"{effect.id} stands for two things"
                    self.wished[effect.id] = (entry.sequence, effect)
                for fact in entry.facts:
                    if isinstance(fact, AgentChosen):
                        assert derive(fact.decision) == (fact.decision.agent, "")
                    elif isinstance(fact, ContactConnected):
                        self.connections += 1
                    elif isinstance(fact, ContactInitiated):
                        self.begun.add(fact.contact_id)
                    elif isinstance(fact, ContactEnded):
                        self.ended.add(fact.contact_id)
                self.sequence = entry.sequence
                self.handed_out = max(self.handed_out, entry.performed)
            recovered = recover(journal)
        finally:
            journal.close()
        self.replayed = max(self.replayed, recovered.from_snapshot)
        # From a snapshot or from the beginning: the same machine.
        assert write_state(snapshot(recovered.centre)) == write_state(snapshot(self.centre))
        twin = Twin(recovered.centre)
        twin.check_places()
        twin.check_idle_lists()
        twin.check_nobody_overlooked(recovered.last_at)
        # Nobody is lost: whoever came and has not ended is still here.
        assert self.begun - self.ended <= set(recovered.centre.contacts)
        self.check_effects({effect.id for effect in recovered.redo})

    def check_effects(self, to_do_again: set[str]) -> None:
        done: dict[str, tuple[str, str]] = {}
        log = self.folder / "effects"
        for line in log.read_text().splitlines() if log.exists() else ():
            id_, kind, agent = line.split("\t")
            sequence, effect = self.wished[id_]  # Save, then do: what was done is in the journal.
            assert (kind, agent) == (type(effect).__name__, getattr(effect, "agent", ""))
            assert done.setdefault(id_, (kind, agent)) == (kind, agent)
        assert sum(kind == "Bridge" for kind, _ in done.values()) <= self.connections
        for id_, (sequence, _) in self.wished.items():
            assert id_ in done or id_ in to_do_again or sequence > self.handed_out, f"{id_} was forgotten"


def live_and_die(folder: Path, seed: int, dice: random.Random) -> bool:
    """One life, killed after some lines of progress. Answers whether it came to life at all."""
    with subprocess.Popen(
        [sys.executable, "-X", "frozen_modules=on", str(CHILD), str(folder), str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        lines = 0
        for _ in range(dice.choice((1, 2, 5, 20, 60, dice.randrange(1, 150)))):
            if not child.stdout.readline():
                break
            lines += 1
        child.send_signal(signal.SIGKILL)
        problem = child.stderr.read().decode()
        assert child.wait() == -signal.SIGKILL, problem
    return lines > 0


def test_a_killed_centre_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fifty lives on one folder, each killed at a random moment, tell one story without a hole."""
    dice, witness, lives = random.Random(1), Witness(tmp_path), 0
    for seed in range(KILLS):
        lives += live_and_die(tmp_path, seed, dice)
        witness.check()
    assert lives == KILLS
    assert witness.replayed > 0, "no life was long enough for a snapshot"
    with capsys.disabled():
        print(
            f"\n{KILLS} kills: {witness.sequence:,} entries, {len(witness.wished):,} effects, "
            f"{len(witness.begun):,} contacts, {witness.connections:,} connections"
        )
