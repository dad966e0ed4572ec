"""The third party of a test call: whom a flow calls for the caller, played by the caller or the script."""

from __future__ import annotations

from evenhand.model.effects import Dial, Effect
from evenhand.model.facts import Fact, ThirdPartyCalled, ThirdPartyGone
from evenhand.model.inputs import CalleeAnswered, CalleeFailed, ContactHungUp, Input

__all__ = ["ThirdParty"]


class ThirdParty:
    """`number` is who is called, or on the line ('' nobody), `contact_id` their call."""

    def __init__(self) -> None:
        self.number = ""
        self.contact_id = ""
        self._dial: Dial | None = None

    def note(self, fact: Fact) -> None:
        """This became true of the caller's contact."""
        if isinstance(fact, ThirdPartyCalled):
            self.number, self.contact_id = fact.number, fact.third_party_id
        elif isinstance(fact, ThirdPartyGone):
            self.number, self._dial = "", None

    def rings(self, effect: Effect) -> None:
        """This is to be done; it may be their call."""
        if isinstance(effect, Dial) and effect.contact_id == self.contact_id:
            self._dial = effect

    @property
    def talks(self) -> bool:
        """Whether they have answered and are on the line."""
        return bool(self.number) and self._dial is None

    def problem(self, what: str) -> str:
        """Why they cannot do this now, or ''."""
        if not self.number:
            return "no third party is called now"
        if what == "hangs-up":
            return "" if self.talks else "the third party has not answered yet"
        return "the third party has answered already" if self.talks else ""

    def does(self, what: str) -> Input:
        """They answer (`answers`), hang up (`hangs-up`), or are not reached for this reason (`busy` …)."""
        if what == "hangs-up":
            return ContactHungUp(self.contact_id, "third_party")
        dial, self._dial = self._dial, None
        assert dial is not None
        if what == "answers":
            return CalleeAnswered(dial.contact_id, dial.id)
        return CalleeFailed(dial.contact_id, dial.id, what)
