"""Simulated people: customers who call, listen, press keys and lose patience; agents who answer and talk.

They know nothing of the machine but what anybody outside would: its effects, and what became of their own
contacts. The same people live in virtual time and, through `live`, in real time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

import msgspec

from evenhand.centre.outcome import Outcome
from evenhand.host.speaking import speaking_time
from evenhand.model.effects import (
    Bridge,
    BridgeThirdParty,
    CarryOver,
    CollectDigits,
    Dial,
    Disconnect,
    Effect,
    Ring,
    ScoreCandidates,
    Speak,
    StopRinging,
)
from evenhand.model.facts import AfterContactWorkStarted, ContactEnded, Fact, StatusChanged
from evenhand.model.inputs import (
    CalleeAnswered,
    CalleeFailed,
    ContactArrived,
    ContactCleared,
    ContactHungUp,
    DigitsEntered,
    Input,
    OfferAccepted,
    OfferRejected,
    PromptEnded,
    StatusSet,
)
from evenhand.model.units import Instant, Seconds
from evenhand.simulation.virtual import Later

__all__ = ["Habits", "People"]


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """How these people behave; times are means in seconds, chances between 0 and 1.

    `between_calls` between two arrivals; `patience` until a waiting customer hangs up; `talk`, `answer`,
    `after_work` of agents; `miss` and `reject` the chances that an offer is not taken; `leave` the chance that
    a customer who is told the wait and may leave does so; `recover` until a missed offer is cleared;
    `unreached` the chance that a customer who is called back does not answer.
    """

    between_calls: Seconds = 12.0
    patience: Seconds = 240.0
    talk: Seconds = 45.0
    answer: Seconds = 4.0
    after_work: Seconds = 10.0
    miss: float = 0.04
    reject: float = 0.03
    leave: float = 0.1
    recover: Seconds = 8.0
    unreached: float = 0.2


class People:
    """`customers` are the numbers that call (empty: new ones every time); `seed` makes a run repeatable.

    `scores` answers for learned models, at once; without it they are silent, and the machine goes on alone.
    """

    def __init__(
        self,
        *,
        seed: int,
        habits: Habits | None = None,
        customers: Sequence[str] = (),
        newcomers: float = 0.5,
        number: str = "",
        scores: Callable[[ScoreCandidates], Input] | None = None,
    ) -> None:
        self.habits = habits or Habits()
        self._dice = random.Random(seed)
        self._customers = list(customers)
        self._newcomers = newcomers
        self._number = number
        self._scores = scores
        self._arrived = 0
        self._talking: set[str] = set()
        self._present: set[str] = set()
        self._ringing: dict[str, str] = {}
        self._heirs: dict[str, str] = {}
        self.watched: set[str] = set()
        """Contacts whose customer, or third party, is a real person: these people only play the agents for them."""
        self.at_desks: set[str] = set()
        """Agents who are real people now: nobody plays them."""

    # --- customers ------------------------------------------------------------------------------------

    def next_call(self) -> Later:
        """The next customer, and in how many seconds they call."""
        delay = self._dice.expovariate(1.0 / self.habits.between_calls)
        return delay, self._call

    def _call(self) -> Input:
        self._arrived += 1
        known = self._customers and self._dice.random() >= self._newcomers
        address = (
            self._dice.choice(self._customers) if known else f"+1202555{self._dice.randrange(1000, 9999)}"
        )
        contact_id = f"{self._dice.getrandbits(48):012x}-{self._arrived:04d}"
        self._present.add(contact_id)
        return ContactArrived(contact_id, customer_address=address, system_address=self._number)

    def patience_of(self, contact_id: str) -> Later:
        """When this customer hangs up if nobody has answered."""

        def leave() -> Input | None:
            current = contact_id
            while current in self._heirs:
                current = self._heirs.pop(current)
            if current in self._talking or current not in self._present:
                return None
            return ContactHungUp(current)

        return self._dice.expovariate(1.0 / self.habits.patience) + 20.0, leave

    # --- reactions ------------------------------------------------------------------------------------

    def react(self, outcome: Outcome, now: Instant) -> Iterable[Later]:
        later: list[Later] = []
        for fact in outcome.facts:
            later.extend(self._on_fact(fact))
        for effect in outcome.effects:
            later.extend(self._on_effect(effect))
        return later

    def _on_fact(self, fact: Fact) -> Iterable[Later]:
        if isinstance(fact, ContactEnded):
            self._present.discard(fact.contact_id)
            self._talking.discard(fact.contact_id)
        elif isinstance(fact, AfterContactWorkStarted):
            done = ContactCleared(fact.contact_id, fact.agent)
            yield self._dice.expovariate(1.0 / self.habits.after_work), self._as(fact.agent, done)
        elif isinstance(fact, StatusChanged) and fact.status not in ("Available", "Offline"):
            back = StatusSet(fact.agent, "Available")
            yield self._dice.uniform(30.0, 90.0), self._as(fact.agent, back)

    def _on_effect(self, effect: Effect) -> Iterable[Later]:
        contact_id = effect.contact_id
        real = contact_id in self.watched
        if isinstance(effect, Speak | CollectDigits) and not real:
            yield speaking_time(effect.prompt), lambda: PromptEnded(contact_id, effect.id)
            if isinstance(effect, CollectDigits):
                yield self._press(effect)
        elif isinstance(effect, Ring):
            self._ringing[contact_id] = effect.agent
            yield from self._answer(effect)
        elif isinstance(effect, StopRinging):
            self._ringing.pop(contact_id, None)
            if effect.why in ("missed", "rejected", "error"):
                cleared = ContactCleared(contact_id, effect.agent)
                yield self._dice.expovariate(1.0 / self.habits.recover) + 1.0, self._as(effect.agent, cleared)
        elif isinstance(effect, Bridge):
            self._ringing.pop(contact_id, None)
            self._talking.add(contact_id)
            by = "customer" if self._dice.random() < 0.7 and not real else "agent"

            def over() -> Input | None:
                who = by
                if effect.agent in self.at_desks:
                    # Two real people end their talk themselves.
                    who = "" if contact_id in self.watched else "customer"
                return ContactHungUp(contact_id, who) if who and contact_id in self._talking else None

            yield self._dice.gammavariate(3.0, self.habits.talk / 3.0) + 2.0, over
        elif isinstance(effect, Dial) and not real:
            reached = self._dice.random() >= self.habits.unreached
            answer = CalleeAnswered(contact_id, effect.id) if reached else CalleeFailed(contact_id, effect.id)
            self._ringing.pop(contact_id, None)
            yield self._dice.uniform(3.0, 15.0), lambda: answer
        elif isinstance(effect, BridgeThirdParty) and not real:
            self._talking.add(contact_id)

            def leaves() -> Input | None:
                return ContactHungUp(contact_id, "third_party") if contact_id in self._talking else None

            yield self._dice.gammavariate(3.0, self.habits.talk / 3.0) + 2.0, leaves
        elif isinstance(effect, CarryOver):
            self._heirs[effect.previous] = contact_id
            self._present.add(contact_id)
            if effect.previous in self.watched:
                self.watched.add(contact_id)
        elif isinstance(effect, Disconnect):
            self._present.discard(contact_id)
        elif isinstance(effect, ScoreCandidates) and self._scores is not None:
            told = self._scores(effect)
            yield 0.0, lambda: told

    def _as(self, agent: str, input: Input) -> Callable[[], Input | None]:
        """What the agent does then, if somebody plays them."""
        return lambda: None if agent in self.at_desks else input

    def take_back(self, agent: str, slots: Iterable[tuple[str, str]]) -> Iterable[Later]:
        """A real person left this agent's desk with these contacts (id, state); somebody plays the agent again."""
        self.at_desks.discard(agent)
        available = StatusSet(agent, "Available")
        yield 0.0, lambda: available
        for contact_id, state in slots:
            what: Input
            if state == "offered":
                what = OfferAccepted(contact_id, agent)
            elif state == "talking":
                what = ContactHungUp(contact_id, "agent")
            else:
                what = ContactCleared(contact_id, agent)
            yield self._dice.uniform(1.0, 5.0), self._as(agent, what)

    def _press(self, effect: CollectDigits) -> Later:
        choice = "2" if self._dice.random() < self.habits.leave else "1"
        delay = speaking_time(effect.prompt) + self._dice.uniform(0.5, 2.5)

        def press() -> Input | None:
            gone = effect.contact_id in self._talking or effect.contact_id not in self._present
            return None if gone else DigitsEntered(effect.contact_id, choice)

        return delay, press

    def _answer(self, effect: Ring) -> Iterable[Later]:
        luck, contact_id, agent = self._dice.random(), effect.contact_id, effect.agent
        if luck < self.habits.miss:
            return  # Nobody at the desk: it rings out.
        reject = luck < self.habits.miss + self.habits.reject

        def decide() -> Input | None:
            if self._ringing.get(contact_id) != agent or agent in self.at_desks:
                return None
            return OfferRejected(contact_id, agent) if reject else OfferAccepted(contact_id, agent)

        yield min(self._dice.expovariate(1.0 / self.habits.answer) + 1.0, 15.0), decide
