"""ConnectParticipantWithLexBot (Get customer input with a Lex bot)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Alarm, Event, prompt_of
from evenhand.flow.comparison import number
from evenhand.flow.exits import WAIT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.service_block import ServiceBlock
from evenhand.flow.session import Session
from evenhand.flow.speech import longest
from evenhand.flow.world import World
from evenhand.model.effects import Speak
from evenhand.model.inputs import PromptEnded, ServiceAnswered

__all__ = ["ConnectParticipantWithLexBot"]

_VOICE_LIMIT = 60.0
_CHAT_LIMITS = (60.0, 300.0, 604_800.0)


class ConnectParticipantWithLexBot(ServiceBlock):
    """Speaks its prompt, then asks the service `lex` what the customer wants; the intent is the result.

    The request has `bot` (the alias's ARN, or `Name/Region/Alias` of an older bot), `session_attributes`,
    `initial_message`, `channel` and `language`; the answer's outcome is the intent's name, its result becomes `$.Lex`
    (`Slots`, `SessionAttributes` …, with `IntentName` put in where it is missing). An empty outcome, or an
    intent that no condition names, takes NoMatchingCondition. A call waits 60 s for the bot, a chat
    `LexTimeoutSeconds.Text` (60 to 604800, else 300).

    Parameters: a prompt, `LexV2Bot.AliasArn` or `LexBot`, `LexSessionAttributes`,
    `LexInitializationData.InitialMessage`, `LexTimeoutSeconds.Text`. Errors: NoMatchingCondition,
    NoMatchingError, InputTimeLimitExceeded. (Administrator guide, "Get customer input".)
    """

    type = "ConnectParticipantWithLexBot"
    log_name = "GetUserInput"
    service = "lex"
    operation = "converse"
    namespace = "Lex"
    decides = True
    late = "InputTimeLimitExceeded"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        if not _bot(values):
            return Failed("NoMatchingError", "the flow names no bot")
        prompt = prompt_of(values, self.display_names)
        if prompt is None or session.channel == "TASK":
            return self._converse(session, world, values)
        if session.channel == "CHAT" and prompt.kind != "text":
            return Failed("NoMatchingError", "a chat can be sent plain text only")
        speak = Speak(session.next_effect_id(), session.contact_id, prompt, session.voice, session.language)
        world.perform(speak)
        session.function_time = 0.0
        if session.channel == "CHAT":
            return self._converse(session, world, values)
        session.pending = speak
        session.alarm = world.now + longest(prompt)
        return WAIT

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        if isinstance(session.pending, Speak):
            ended = isinstance(event, PromptEnded) and self.answers(session, event)
            if ended or isinstance(event, Alarm):
                return self._converse(session, world, values)
            return WAIT
        return super().resume(session, world, values, event)

    def _converse(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        data = values.get("LexInitializationData")
        attributes = values.get("LexSessionAttributes")
        request = {
            "bot": _bot(values),
            "session_attributes": attributes if isinstance(attributes, dict) else {},
            "initial_message": text_of(data.get("InitialMessage")) if isinstance(data, dict) else "",
            "channel": session.channel,
            "language": session.language,
        }
        return self.ask(session, world, request, _limit(session, values))

    def kept(self, event: ServiceAnswered, before: dict[str, Any]) -> dict[str, Any]:
        return {"IntentName": event.outcome, **event.result}


def _bot(values: dict[str, Any]) -> str:
    newer, older = values.get("LexV2Bot"), values.get("LexBot")
    if isinstance(newer, dict):
        return text_of(newer.get("AliasArn"))
    if isinstance(older, dict) and older.get("Name"):
        return "/".join(text_of(older.get(key)) for key in ("Name", "Region", "Alias"))
    return ""


def _limit(session: Session, values: dict[str, Any]) -> float:
    if session.channel != "CHAT":
        return _VOICE_LIMIT
    given = values.get("LexTimeoutSeconds")
    shortest, usual, longest_ = _CHAT_LIMITS
    wanted = number(text_of(given.get("Text"))) if isinstance(given, dict) else None
    return min(max(wanted or usual, shortest), longest_)
