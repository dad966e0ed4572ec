"""Written calls: what a caller does and expects, line by line.

```
# Somebody with an own agent calls.
services: none          before all else: no service answers in this call, nor does the caller
> 1                     press keys
wait 30                 let thirty seconds pass
listen                  let time pass until something more is heard, or the queue or the agent changes
timeout                 press nothing until the flow gives up
lex: Buy size=large     say to the bot what it takes for this intent and these slots
view: Submit name=Ann   choose this action in the view, with these fields
third: answers          who is called for a transfer answers; `hangs-up`, or a reason: `busy`, `no_answer` …
hangup
expect "less than"      was said since the last thing the caller did
expect-queue NAME       waits in this queue (an agent's name: in that agent's own queue)
expect-agent NAME       talks to this agent
expect-third +12025550100  talks to this number, outside the centre
expect-end              the call is over
```
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from evenhand.cli.call_session import CallSession
from evenhand.errors import Finding, UsageFault

__all__ = ["Line", "play", "read_script", "spoken"]

_KEYS = frozenset("0123456789*#")
_BARE = ("listen", "timeout", "hangup", "expect-end")
_NAMED = ("expect-queue", "expect-agent", "expect-third", "third:")


class Line(msgspec.Struct, frozen=True):
    """One line of a script: its number, what to do, and with what."""

    number: int
    verb: str
    rest: str = ""


def read_script(file: Path) -> list[Line]:
    """The lines that say something. Raises UsageFault naming every line that cannot be understood."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(
            f"the script cannot be read: {error}.", where=str(file), way_out="name a text file."
        ) from error
    lines: list[Line] = []
    findings: list[Finding] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        read = _line(number, line.strip())
        if read is None or (read.verb == "services:" and lines):
            findings.append(Finding(file=f"{file}:{number}", message=f"{line.strip()!r} is not understood."))
        else:
            lines.append(read)
    if findings:
        raise UsageFault(
            "the script cannot be played; nothing was called.",
            where=str(file),
            way_out="use > KEYS, wait SECONDS, listen, timeout, lex: INTENT, view: ACTION, third: answers, "
            'hangup, expect "TEXT", expect-queue NAME, expect-agent NAME, expect-third NUMBER or expect-end; services: none as the first.',
            findings=findings,
        )
    return lines


def _line(number: int, text: str) -> Line | None:
    if text.startswith(">"):
        keys = text[1:].strip()
        return Line(number, "press", keys) if keys and set(keys) <= _KEYS else None
    verb, _, rest = text.partition(" ")
    if verb in ("lex:", "view:"):
        return Line(number, verb, rest.strip()) if spoken(verb, rest) is not None else None
    rest = rest.strip()
    if verb == "services:":
        return Line(number, verb, rest) if rest == "none" else None
    if verb in _BARE:
        return Line(number, verb) if not rest else None
    if verb in _NAMED:
        return Line(number, verb, rest) if rest else None
    if verb == "wait":
        return Line(number, verb, rest) if _seconds(rest) is not None else None
    quoted = len(rest) > 2 and rest[0] == rest[-1] == '"'
    return Line(number, verb, rest[1:-1]) if verb == "expect" and quoted else None


def spoken(verb: str, text: str) -> tuple[str, str, dict[str, Any]] | None:
    """(service, outcome, result) of `lex: Intent slot=value` or `view: Action field=value`; None if neither."""
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    if not words or "=" in words[0] or not all("=" in word for word in words[1:]):
        return None
    fields = dict(word.split("=", 1) for word in words[1:])
    return ("lex", words[0], {"Slots": fields}) if verb == "lex:" else ("views", words[0], fields)


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds <= 86_400 else None


def play(session: CallSession, lines: list[Line], echo: Callable[[str], None]) -> tuple[int, str]:
    """Play the call. Answers the line that failed and why; (0, '') when all went as written."""
    for line in lines:
        problem = _step(session, line, echo)
        if problem:
            return line.number, problem
    return 0, ""


def _step(session: CallSession, line: Line, echo: Callable[[str], None]) -> str:
    if line.verb.startswith("expect"):
        return _expect(session, line)
    if line.verb == "services:":
        return ""
    echo(f"> {line.rest}" if line.verb == "press" else f"{line.verb} {line.rest}".strip())
    if session.ended:
        return f"the call is over already; {line.verb!r} comes too late"
    match line.verb:
        case "press":
            return "" if session.press(line.rest) else f"nobody listens for the keys {line.rest}"
        case "wait":
            session.wait(float(line.rest))
        case "listen":
            session.go_on()
        case "lex:" | "view:":
            said = spoken(line.verb, line.rest)
            problem = session.form.problem(said[2]) if said is not None and session.form is not None else ""
            if problem:
                return problem
            asked = said is not None and session.answer(*said)
            return "" if asked else f"nothing asks the caller for {line.verb.removesuffix(':')!r} now"
        case "third:":
            return session.third_party_does(line.rest)
        case "timeout":
            if not session.listening and session.asked is None:
                return "the flow does not wait for keys, so nothing can time out"
            session.let_time_out()
        case "hangup":
            session.hang_up()
    return ""


def _expect(session: CallSession, line: Line) -> str:
    match line.verb:
        case "expect":
            if any(line.rest in text for text in session.heard):
                return ""
            said = "; ".join(repr(text) for text in session.heard) or "nothing"
            return f"expected to hear {line.rest!r}; heard since the last step: {said}"
        case "expect-queue":
            where = f"it is {_where(session)}"
            return (
                "" if session.queue == line.rest else f"expected the call in the queue {line.rest!r}; {where}"
            )
        case "expect-agent":
            here = session.agent == line.rest and not session.ended
            return "" if here else f"expected {line.rest!r} on the call; it is {_where(session)}"
        case "expect-third":
            here = session.third_party.number == line.rest and session.third_party.talks and not session.ended
            return "" if here else f"expected {line.rest!r} on the line; it is {_where(session)}"
    return "" if session.ended else f"expected the call to be over; it is {_where(session)}"


def _where(session: CallSession) -> str:
    if session.ended:
        return "over" + (f", {session.agent} had it" if session.agent else "")
    if session.agent:
        return f"with the agent {session.agent!r}"
    if session.third_party.number:
        return f"{'with' if session.third_party.talks else 'calling'} the third party {session.third_party.number!r}"
    return f"in the queue {session.queue!r}" if session.queue else "in a flow"
