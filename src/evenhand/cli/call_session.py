"""One test call in virtual time: a real person (or a script) is the caller, agents are simulated.

Time stands still while the caller thinks and passes at once when they wait. Functions run for real; each
takes a tenth of a second of the call, so that a call reads the same every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from evenhand.centre.centre import Centre
from evenhand.centre.contact import JOINING, OFFERED, Contact
from evenhand.centre.outcome import Outcome
from evenhand.cli.call_form import Form, form_of
from evenhand.cli.call_third_party import ThirdParty
from evenhand.flow.references import text_of
from evenhand.host.ports import Answer, ServiceAnswer
from evenhand.host.speaking import speaking_time
from evenhand.model.definition import CentreDefinition
from evenhand.model.effects import (
    AskService,
    CarryOver,
    CollectDigits,
    Effect,
    InvokeFunction,
    LoopPrompts,
    Prompt,
    Speak,
)
from evenhand.model.facts import (
    AgentChosen,
    ContactConnected,
    ContactDequeued,
    ContactEnded,
    ContactQueued,
    Fact,
    FlowFailed,
    OfferMade,
    OfferMissed,
    OfferRejected,
    ThirdPartyCalled,
    ThirdPartyGone,
    ThirdPartyJoined,
)
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    ContactHungUp,
    DigitsEntered,
    FunctionAnswered,
    FunctionFailed,
    Input,
    PromptEnded,
    ServiceAnswered,
    ServiceFailed,
    StatusSet,
)
from evenhand.model.units import Instant, Seconds
from evenhand.records.story import contact_of, sentence
from evenhand.simulation.people import People
from evenhand.simulation.virtual import Later, VirtualRun

__all__ = ["Ask", "CallSession", "Invoke"]

Invoke = Callable[[InvokeFunction, Instant], Answer]
"""Runs a function for real, now."""

Ask = Callable[[AskService], ServiceAnswer | None]
"""Asks a service for real, now; None: the caller answers it."""

_FUNCTION_SECONDS: Seconds = 0.1
_SILENCE: Seconds = 60.0
_SHOWN = (AgentChosen, ContactConnected, ContactDequeued, ContactEnded, ContactQueued, FlowFailed)
_SHOWN_TOO = (OfferMade, OfferMissed, OfferRejected, ThirdPartyCalled, ThirdPartyGone, ThirdPartyJoined)
_EVENTS = (ContactConnected, ContactEnded, ThirdPartyJoined)


class CallSession:
    """A centre with one caller. `show(seconds since the call began, kind, text)` tells what they perceive:
    kind is `heard`, `music`, `form`, `event`, `agent` for what only the agent hears, or `note` for what goes on
    behind the scenes."""

    def __init__(
        self,
        definition: CentreDefinition,
        people: People,
        invoke: Invoke,
        ask: Ask,
        show: Callable[[Seconds, str, str], None],
        start: Instant,
    ) -> None:
        self.centre = Centre()
        self.run = VirtualRun(self.centre, self, start=start)
        self.contact_id = "call"
        self.segments: list[str] = []
        """The call's contacts: a transfer goes on under another id."""
        self.facts: list[Fact] = []
        self.heard: list[str] = []
        """What was said since the caller last did something."""
        self.agent = ""
        self.third_party = ThirdParty()
        self.last_queue = ""
        self.ended = ""
        self._people = people
        self._invoke = invoke
        self._ask = ask
        self._show = show
        self._own_agent = ""
        self._listening = ""
        self._for_caller: set[str] = set()
        self._began = start
        self.run.tell(CentreDefined(definition))

    # --- the centre around the call -------------------------------------------------------------------

    def staff(
        self, agents: Iterable[str], sources: Iterable[tuple[Callable[[Instant], Input], Seconds]]
    ) -> None:
        """These agents are at work; each source of their offline work is read now and again and again."""
        for read, every in sources:

            def observe(read: Callable[[Instant], Input] = read, every: Seconds = every) -> Input:
                self.run.plan(self.run.now + every, observe)
                return read(self.run.now)

            self.run.tell(observe())
        for agent in agents:
            self.run.tell(StatusSet(agent, "Available"))

    def let_others_call(self, arrivals: Iterable[ContactArrived], seconds: Seconds) -> None:
        """These call before the caller does, evenly over so many seconds."""
        several = list(arrivals)
        start = self.run.now
        for place, arrival in enumerate(several):
            self.run.run(start + seconds * place / len(several))
            self.run.tell(arrival)
        self.run.run(start + seconds)

    def begin(self, arrival: ContactArrived) -> None:
        """The caller dials."""
        self.contact_id, self._own_agent = arrival.contact_id, arrival.own_agent
        self.segments = [arrival.contact_id]
        self._people.watched.add(arrival.contact_id)
        self._began = self.run.now
        self.run.tell(arrival)
        self._settle()

    # --- what the caller does -------------------------------------------------------------------------

    @property
    def seconds(self) -> Seconds:
        """How long the call lasts already."""
        return self.run.now - self._began

    @property
    def listening(self) -> bool:
        """Whether the flow waits for keys now."""
        contact = self._contact()
        return contact is not None and isinstance(contact.pending, CollectDigits)

    @property
    def queue(self) -> str:
        """The queue in which the caller waits, or the agent in whose own queue; '' in none."""
        contact = self._contact()
        ticket = contact.ticket if contact is not None else None
        return (ticket.queue or ticket.agent_queue) if ticket is not None else ""

    def press(self, keys: str) -> bool:
        """Press these keys. False: nobody listens."""
        if not self.listening:
            return False
        self.heard.clear()
        self.run.tell(DigitsEntered(self.contact_id, keys))
        self._settle()
        return True

    @property
    def asked(self) -> AskService | None:
        """What the caller is asked by a bot or a view, if they are."""
        contact = self._contact()
        pending = contact.pending if contact is not None else None
        return pending if isinstance(pending, AskService) and pending.id in self._for_caller else None

    @property
    def choices(self) -> tuple[str, ...]:
        """The intents or actions that the flow asks about where the caller is asked."""
        contact = self._contact()
        flow = self.centre.world.flows.get(contact.flow) if contact is not None else None
        block = flow.blocks.get(contact.block) if flow is not None and contact is not None else None
        return tuple(
            text_of(operand)
            for _, _, (reader, operand), _ in (block.conditions if block else ())
            if reader is None
        )

    @property
    def form(self) -> Form | None:
        """The view that the caller sees, if they do."""
        asked = self.asked
        if asked is None or asked.service != "views":
            return None
        data = asked.request.get("data")
        return form_of(
            text_of(asked.request.get("view")), data if isinstance(data, dict) else {}, self.choices
        )

    def answer(self, service: str, outcome: str, result: dict[str, Any]) -> bool:
        """Answer the bot or the view. False: it asks nothing."""
        asked, form = self.asked, self.form
        if asked is None or asked.service != service:
            return False
        if form is not None:
            result = form.filled(result)
        self.heard.clear()
        self.run.tell(ServiceAnswered(self.contact_id, asked.id, outcome, result))
        self._settle()
        return True

    def wait(self, seconds: Seconds) -> None:
        """Let time pass."""
        self.heard.clear()
        self.run.run(self.run.now + seconds)
        self._settle()

    def go_on(self) -> None:
        """Let time pass until something more is heard or changes, a minute at most."""
        self.heard.clear()
        until, before = self.run.now + _SILENCE, (self.queue, self.agent, self.third_party.number)
        while not (self.heard or self.ended or (self.queue, self.agent, self.third_party.number) != before):
            if not self.run.step(until):
                self.run.run(until)
                break
        self._settle()

    def let_time_out(self) -> None:
        """Press nothing until the flow has given up waiting for keys."""
        self.heard.clear()
        awaited = self._awaited()
        while awaited and self._awaited() == awaited and self.run.step():
            continue
        self._settle()

    def third_party_does(self, what: str) -> str:
        """The third party `answers`, `hangs-up`, or is not reached for this reason (`busy` …). Answers why
        that cannot be, or ''."""
        problem = self.third_party.problem(what)
        if not problem:
            self.heard.clear()
            self.run.tell(self.third_party.does(what))
            self._settle()
        return problem

    def hang_up(self) -> None:
        """End the call."""
        self.heard.clear()
        if not self.ended:
            self.run.tell(ContactHungUp(self.contact_id))

    def _contact(self) -> Contact | None:
        return self.centre.contacts.get(self.contact_id)

    def _awaited(self) -> str:
        contact = self._contact()
        pending = contact.pending if contact is not None else None
        asks = isinstance(pending, CollectDigits) or (pending is not None and pending.id in self._for_caller)
        return pending.id if pending is not None and asks else ""

    def _settle(self) -> None:
        """Let pass what the caller has no part in: prompts, functions, ringing."""
        while not self.ended and self._busy() and self.run.step():
            continue

    def _busy(self) -> bool:
        contact = self._contact()
        if contact is None or self.agent:
            return False
        pending = contact.pending
        if isinstance(pending, CollectDigits):
            return self._listening != pending.id
        if isinstance(pending, AskService):
            return pending.id not in self._for_caller
        if contact.ticket is not None and contact.ticket.scoring is not None:
            return True
        return isinstance(pending, Speak | InvokeFunction) or contact.stage in (OFFERED, JOINING)

    # --- what the machine wants -----------------------------------------------------------------------

    def react(self, outcome: Outcome, now: Instant) -> Iterator[Later]:
        for effect in outcome.effects:
            if isinstance(effect, CarryOver) and effect.previous in self.segments[-1:]:
                self.segments.append(effect.contact_id)
        last: list[Fact] = []
        for fact in outcome.facts:
            if contact_of(fact) in self.segments:
                if isinstance(fact, ContactEnded) and not fact.next_contact_id:
                    last.append(fact)  # what a chat was sent before it ended is read first
                else:
                    self._note(fact)
        for effect in outcome.effects:
            self.third_party.rings(effect)
        if self.segments:
            self.contact_id = self.segments[-1]
        for effect in outcome.effects:
            if isinstance(effect, InvokeFunction):
                yield self._function(effect, now)
            elif isinstance(effect, AskService):
                yield from self._service(effect)
            elif effect.contact_id == self.contact_id:
                yield from self._perceive(effect)
        for fact in last:
            self._note(fact)
        yield from self._people.react(outcome, now)

    def _note(self, fact: Fact) -> None:
        self.facts.append(fact)
        self.third_party.note(fact)
        if isinstance(fact, ThirdPartyCalled):
            self._people.watched.add(fact.third_party_id)
        if isinstance(fact, ContactConnected):
            self.agent = fact.agent
        elif isinstance(fact, ContactQueued):
            self.last_queue = fact.queue or fact.agent_queue
        elif isinstance(fact, ContactEnded):
            self.agent = "" if fact.next_contact_id else self.agent
            self.ended = "" if fact.next_contact_id else fact.reason
        if isinstance(fact, _SHOWN + _SHOWN_TOO):
            text = sentence(fact, self._own_agent)
            if text:
                self._show(
                    self.seconds,
                    "event" if isinstance(fact, _EVENTS) else "note",
                    text,
                )

    def _perceive(self, effect: Effect) -> Iterator[Later]:
        if isinstance(effect, Speak | CollectDigits):
            to_agent = isinstance(effect, Speak) and effect.party == "agent"
            self._hear(effect.prompt, "agent" if to_agent else "heard")
            yield speaking_time(effect.prompt), self._ended(effect)
        elif isinstance(effect, LoopPrompts):
            for prompt in effect.prompts:
                self._hear(prompt, "agent" if effect.party == "agent" else "music")

    def _hear(self, prompt: Prompt, kind: str) -> None:
        text = prompt.value if prompt.kind in ("text", "ssml") else f"[{prompt.kind} {prompt.value}]"
        if kind != "agent":
            self.heard.append(text)
        self._show(self.seconds, kind, text)

    def _ended(self, effect: Speak | CollectDigits) -> Callable[[], Input]:
        def spoken() -> Input:
            self._listening = effect.id
            return PromptEnded(effect.contact_id, effect.id)

        return spoken

    def _service(self, effect: AskService) -> Iterator[Later]:
        answer = self._ask(effect)
        if answer is None and effect.contact_id == self.contact_id:
            self._for_caller.add(effect.id)
            self._show_question(effect)
        elif answer is not None and answer.ok:
            answered = ServiceAnswered(effect.contact_id, effect.id, answer.outcome, answer.result)
            yield _FUNCTION_SECONDS, lambda: answered
        elif answer is not None:
            failed = ServiceFailed(effect.contact_id, effect.id, answer.reason, answer.detail)
            took = effect.time_limit if answer.reason == "timeout" else _FUNCTION_SECONDS
            if effect.contact_id == self.contact_id:
                self._show(
                    self.seconds, "note", f"{effect.service} {effect.operation} failed: {answer.detail}"
                )
            yield took, lambda: failed

    def _show_question(self, effect: AskService) -> None:
        """What the caller sees of a bot (nothing but which it is) or a view (its form)."""
        form = self.form
        if form is None:
            intents = f"; the flow asks about {', '.join(self.choices)}" if self.choices else ""
            bot = text_of(effect.request.get("bot"))
            self._show(self.seconds, "note", f"the bot {bot} listens to the caller{intents}")
            return
        for line in form.shown():
            self.heard.append(line)
            self._show(self.seconds, "form", line)

    def _function(self, effect: InvokeFunction, now: Instant) -> Later:
        answer = self._invoke(effect, now)
        if answer.ok:
            answered = FunctionAnswered(effect.contact_id, effect.id, answer.payload)
            return _FUNCTION_SECONDS, lambda: answered
        failed = FunctionFailed(effect.contact_id, effect.id, answer.reason, answer.detail)
        took = effect.time_limit if answer.reason == "timeout" else _FUNCTION_SECONDS
        if effect.contact_id == self.contact_id:
            name = effect.function.rpartition(":function:")[2]
            self._show(self.seconds, "note", f"the function {name} failed ({answer.reason}): {answer.detail}")
        return took, lambda: failed
