"""The caller at the keyboard: keys and commands, one line at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from evenhand.cli.call_script import spoken
from evenhand.cli.call_session import CallSession
from evenhand.cli.clock_text import clock_text

__all__ = ["talk"]

_HELP = (
    "1, 12#, *     press these keys",
    "Enter         let time pass until something more is heard",
    "lex: Buy size=large  say to the bot what it takes for this intent and these slots",
    "view: Submit name=Ann  choose this action in the view",
    "name=Ann, Submit or 1  in a view: fill a field; choose an action by name or number",
    "/third answers  the third party who is called answers; /third hangs-up, /third busy",
    "/wait 30      let thirty seconds pass",
    "/timeout      press nothing until the flow gives up",
    "/time         how long the call lasts, and where it is",
    "/hangup       end the call; so do /quit and Ctrl-D",
)
_KEYS = frozenset("0123456789*#")


class Draft:
    """What was filled into the view that is shown, before its action is chosen."""

    def __init__(self) -> None:
        self.view = ""
        self.fields: dict[str, Any] = {}


def talk(session: CallSession, say: Callable[[str], None]) -> None:
    """Until the call is over, or the caller has no more to say."""
    terminal, draft = sys.stdin.isatty(), Draft()
    if terminal and not session.ended:
        say("        press keys, Enter to go on, /help for more")
    while not session.ended:
        line = _line(session, terminal)
        if line is None:
            say("(hung up)")
            session.hang_up()
            return
        if not terminal:
            say(f"> {line}")
        if not _in_form(session, line, draft, say):
            _do(session, line, say)


def _in_form(session: CallSession, line: str, draft: Draft, say: Callable[[str], None]) -> bool:
    """Fill a field of the view that is shown, or choose its action. False: the line means something else."""
    asked, form = session.asked, session.form
    if asked is None or form is None or not line:
        return False
    if draft.view != asked.id:
        draft.view, draft.fields = asked.id, {}
    action = form.action(line)
    if action:
        session.answer("views", action, draft.fields)
        return True
    said = spoken("view:", f"fields {line}")
    if said is None or line.startswith("view:"):
        return False
    problem = form.problem(said[2])
    if problem:
        say(f"        {problem}")
    else:
        draft.fields |= said[2]
        say("        " + "  ".join(f"{name} = {value}" for name, value in form.filled(draft.fields).items()))
    return True


def _line(session: CallSession, terminal: bool) -> str | None:
    if not terminal:
        read = sys.stdin.readline()
        return read.strip() if read else None
    asked = session.asked
    state = (
        f"{asked.service}?"
        if asked is not None
        else "keys?"
        if session.listening
        else f"with {session.agent}"
        if session.agent
        else f"{'with' if session.third_party.talks else 'calling'} {session.third_party.number}"
        if session.third_party.number
        else "waiting"
    )
    try:
        return input(f"{clock_text(session.seconds):>6}  [{state}] > ").strip()
    except (EOFError, KeyboardInterrupt):
        return None


def _do(session: CallSession, line: str, say: Callable[[str], None]) -> None:
    verb, _, rest = line.partition(" ")
    if not line:
        session.go_on()
    elif set(line) <= _KEYS:
        if not session.press(line):
            say("        nobody listens for keys now")
    elif verb in ("lex:", "view:"):
        said = spoken(verb, rest)
        problem = session.form.problem(said[2]) if said is not None and session.form is not None else ""
        if problem:
            say(f"        {problem}")
        elif said is None or not session.answer(*said):
            say(f"        nothing asks for that now; write {verb} NAME field=value when it does")
    elif verb == "/wait":
        _wait(session, rest.strip(), say)
    elif verb == "/third":
        problem = session.third_party_does(rest.strip() or "answers")
        if problem:
            say(f"        {problem}")
    elif verb == "/timeout":
        if session.listening or session.asked is not None:
            session.let_time_out()
        else:
            say("        the flow does not wait for keys; /wait 30 lets time pass")
    elif verb in ("/hangup", "/quit", "/exit"):
        session.hang_up()
    elif verb == "/time":
        place = (
            f"with {session.agent}"
            if session.agent
            else f"in {session.queue}"
            if session.queue
            else "in a flow"
        )
        say(f"        {clock_text(session.seconds)} since the call began; {place}")
    elif verb == "/help":
        for words in _HELP:
            say(f"        {words}")
    else:
        say(f"        {line!r} is not understood; /help tells what is")


def _wait(session: CallSession, text: str, say: Callable[[str], None]) -> None:
    try:
        seconds = float(text or 10)
    except ValueError:
        seconds = -1.0
    if 0 <= seconds <= 86_400:
        session.wait(seconds)
    else:
        say("        /wait takes seconds, up to a day: /wait 30")
