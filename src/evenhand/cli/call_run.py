"""A test call from dialling to the last line: the centre is set up, somebody calls, the result is shown."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import typer

from evenhand.adapters.files.starting_rows import fill_tables
from evenhand.adapters.functions.process import ProcessFunctions
from evenhand.adapters.models.sources import SourceModels
from evenhand.adapters.services.chosen import ChosenServices
from evenhand.adapters.services.records import ServiceRecords
from evenhand.adapters.services.rows import LOCAL
from evenhand.adapters.tables.sqlite import SqliteTables
from evenhand.cli.call_centre import Prepared, prepare
from evenhand.cli.call_keyboard import talk
from evenhand.cli.call_script import Line, play, read_script
from evenhand.cli.call_session import CallSession
from evenhand.cli.clock_text import clock_text
from evenhand.cli.init import write_starter
from evenhand.cli.running import with_tables
from evenhand.cli.sources import call_sources
from evenhand.errors import UsageFault
from evenhand.host.clock import RealClock
from evenhand.host.models import scored
from evenhand.host.ports import Answer, ServiceAnswer
from evenhand.host.rows import TABLES
from evenhand.host.services import asked
from evenhand.model.definition import CentreDefinition
from evenhand.model.effects import AskService, InvokeFunction, ScoreCandidates
from evenhand.model.facts import AgentChosen
from evenhand.model.inputs import ContactArrived, Input
from evenhand.model.units import Channel, Instant, Seconds
from evenhand.records.explain import explanation_json
from evenhand.records.trace import trace_lines, trace_of
from evenhand.simulation.people import Habits, People

__all__ = ["CallOptions", "run_call"]

_EXAMPLE_NUMBER = "+12025550102"
_AHEAD_SECONDS: Seconds = 90.0
_HABITS = Habits(miss=0.0, reject=0.0, leave=0.0)
"""Agents who answer, and others who wait: a test call is about the flow, not about luck."""

_MARKS = {
    "heard": "",
    "music": "~ ",
    "form": "| ",
    "event": "* ",
    "agent": "  < the agent hears: ",
    "note": "  . ",
}


class CallOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    number: str
    centre: Path | None
    flow: str
    customer: str
    channel: Channel
    attributes: list[str]
    functions: list[str]
    script: Path | None
    no_services: bool
    seed: int
    agents: int | None
    ahead: int
    at: str
    trace: bool
    as_json: bool


class _Heard(msgspec.Struct, frozen=True):
    seconds: Seconds
    kind: str
    text: str


def run_call(options: CallOptions) -> int:
    """Make the call; answers the exit code."""
    lines = read_script(options.script) if options.script is not None else None
    attributes = _attributes(options.attributes)
    start = _start(options.at) - (_AHEAD_SECONDS if options.ahead else 0.0)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evenhand-call-")))
        folder = options.centre
        if folder is None:
            folder = work / "centre"
            write_starter(folder)
        prepared = prepare(folder, options.flow, options.functions)
        number = _number(options, prepared)
        for note in prepared.notes:
            typer.echo(f"evenhand: {note}", err=True)
        base = folder if folder.is_dir() else folder.parent
        database = work / "tables.db"
        tables = _copy_tables(base, database, prepared.definition)
        stack.callback(tables.close)
        without = options.no_services or any(line.verb == "services:" for line in lines or ())
        options = msgspec.structs.replace(options, no_services=without)
        call = _Call(options, prepared, tables, stack.enter_context(asyncio.Runner()), base, database, start)
        stack.callback(call.close)
        call.dial(number, attributes)
        return call.play(lines)


class _Call:
    """The call itself, and what is shown of it."""

    def __init__(
        self,
        options: CallOptions,
        prepared: Prepared,
        tables: SqliteTables,
        runner: asyncio.Runner,
        base: Path,
        database: Path,
        start: Instant,
    ) -> None:
        self._options = options
        self._prepared = prepared
        self._tables = tables
        self._base = base
        self._runner = runner
        self._perceived: list[_Heard] = []
        self._quiet = options.as_json
        self._no_services = options.no_services
        people = People(
            seed=options.seed, habits=_HABITS, number=options.number or _EXAMPLE_NUMBER, scores=self._score
        )
        self._people = people
        self.session = CallSession(prepared.definition, people, self._invoke, self._ask, self._show, start)
        self._functions = ProcessFunctions(
            with_tables(prepared.definition, database).functions,
            base,
            output=lambda function, line: self._say(f"{'':8}  . {function}: {line}"),
            now=lambda: self.session.run.now,
        )
        self._services = ChosenServices(prepared.definition.services, base, database)
        self._models = SourceModels(prepared.definition.models, base)
        for problem in (*runner.run(self._functions.preload()), *runner.run(self._models.preload())):
            typer.echo(f"evenhand: {problem}", err=True)

    def _score(self, effect: ScoreCandidates) -> Input:
        return self._runner.run(scored(self._models, effect, effect.time_limit))

    def _ask(self, effect: AskService) -> ServiceAnswer | None:
        """The named adapter answers; without one the caller is the bot's and the view's other side."""
        if self._no_services:
            return ServiceAnswer(False, reason="no_adapter", detail="no service answers in this call")
        if effect.service in ("lex", "views") and effect.service not in self._services.names:
            return None
        return self._runner.run(asked(self._services, effect, effect.time_limit))

    def dial(self, number: str, attributes: dict[str, str]) -> None:
        """The centre goes to work, others call before, then the caller does."""
        options, definition = self._options, self._prepared.definition
        names = [agent.name for agent in definition.agents][: options.agents]
        self.session.staff(names, call_sources(definition.workload, self._base, self._tables))
        if options.ahead:
            flow = self._prepared.flow
            others = [self._people.next_call()[1]() for _ in range(options.ahead)]
            self.session.let_others_call(
                (
                    msgspec.structs.replace(one, system_address=number, flow=flow)
                    for one in others
                    if isinstance(one, ContactArrived)
                ),
                _AHEAD_SECONDS,
            )
        called = f"the flow {self._prepared.flow!r}" if self._prepared.flow else number
        self._say(f"{definition.name}: calling {called} as {options.customer}")
        self.session.begin(
            ContactArrived(
                "call-" + msgspec.json.encode(options.seed).decode(),
                channel=options.channel,
                flow=self._prepared.flow,
                customer_address=options.customer,
                system_address=number,
                attributes=attributes,
                own_agent=self._tables.own_agent(options.customer) or "",
            )
        )

    def play(self, lines: list[Line] | None) -> int:
        """By the script, or at the keyboard; then the end is shown."""
        failed, problem = 0, ""
        if lines is not None:
            failed, problem = play(self.session, lines, self._say)
        else:
            talk(self.session, self._say)
        if self._options.as_json:
            typer.echo(self._json(failed, problem))
        elif self._options.trace:
            self._say("")
            for contact_id in self.session.segments:
                for line in trace_lines(trace_of(self.session.facts, contact_id)):
                    self._say(line)
        if problem:
            typer.echo(f"{self._options.script}:{failed}: {problem}", err=True)
        return 1 if problem else 0

    def close(self) -> None:
        """End the functions' processes, and the services."""
        self._runner.run(self._functions.close())
        self._runner.run(self._services.close())
        self._runner.run(self._models.close())

    def _invoke(self, effect: InvokeFunction, now: Instant) -> Answer:
        return self._runner.run(
            self._functions.invoke(
                effect.function, effect.event, request_id=effect.id, time_limit=effect.time_limit
            )
        )

    def _say(self, line: str) -> None:
        if not self._quiet:
            typer.echo(line)

    def _show(self, seconds: Seconds, kind: str, text: str) -> None:
        self._perceived.append(_Heard(round(seconds, 3), kind, text))
        self._say(f"{clock_text(seconds):>6}  {_MARKS[kind]}{text}")

    def _json(self, failed: int, problem: str) -> str:
        session = self.session
        result: dict[str, object] = {
            "customer": self._options.customer,
            "seconds": round(session.seconds, 3),
            "ended": session.ended,
            "queue": session.last_queue,
            "agent": session.agent,
            "perceived": self._perceived,
            "decisions": [
                explanation_json(fact.decision, fact.at)
                for fact in session.facts
                if isinstance(fact, AgentChosen)
            ],
            "failed": {"line": failed, "problem": problem} if problem else None,
        }
        if self._options.trace:
            result["trace"] = [
                step for one in session.segments for step in trace_of(session.facts, one).steps
            ]
        return msgspec.json.format(msgspec.json.encode(result), indent=2).decode()


def _number(options: CallOptions, prepared: Prepared) -> str:
    """The number that is called. Raises UsageFault when it is not one of the centre's."""
    numbers = [one.address for one in prepared.definition.numbers]
    if options.number:
        if options.number not in numbers and not prepared.flow:
            raise UsageFault(
                f"nothing answers {options.number!r}.",
                way_out=f"call one of {', '.join(numbers) or 'none'}, or name a flow with --flow.",
            )
        return options.number
    if options.centre is None:
        return _EXAMPLE_NUMBER
    if not numbers and not prepared.flow:
        raise UsageFault("this centre has no number.", way_out="name a flow with --flow.")
    return numbers[0] if numbers else ""


def _attributes(given: list[str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for text in given:
        key, mark, value = text.partition("=")
        if not mark or not key:
            raise UsageFault(f"--attribute {text!r} is not an attribute.", way_out="write KEY=VALUE.")
        attributes[key] = value
    return attributes


def _start(at: str) -> Instant:
    if not at:
        return RealClock().now()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise UsageFault(f"--at {at!r} is not a time.", way_out="write 2026-03-04T10:00:00Z.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _copy_tables(base: Path, database: Path, definition: CentreDefinition) -> SqliteTables:
    """The centre's rows, or those it starts with, in a file of their own: a test call leaves no trace there."""
    there = base / definition.tables
    if not there.exists():
        fill_tables(database, definition, base)
        return SqliteTables(database)
    copy, original = SqliteTables(database), SqliteTables(there)
    try:
        for name in TABLES:
            copy.import_rows(name, original.rows(name))
    finally:
        original.close()
    if LOCAL in definition.services.values():
        kept, mine = ServiceRecords(there), ServiceRecords(database)
        try:
            kept.copy_to(mine)
        finally:
            kept.close()
            mine.close()
    return copy
