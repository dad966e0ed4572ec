"""MessageParticipant (Play prompt)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Alarm, Block, Event, prompt_of
from evenhand.flow.comparison import number
from evenhand.flow.document import Action
from evenhand.flow.exits import NEXT, WAIT, Exit, Failed, Next
from evenhand.flow.namespaces import getter
from evenhand.flow.references import references_in, segments, text_of
from evenhand.flow.session import Session
from evenhand.flow.speech import longest
from evenhand.flow.world import World
from evenhand.model.effects import Speak
from evenhand.model.facts import WaitTold
from evenhand.model.inputs import PromptEnded

__all__ = ["MessageParticipant"]

_WAITS = {
    ("External", "ewt"),
    ("Metrics", "Queue", "EstimatedWaitTime"),
    ("Metrics", "Contact", "EstimatedWaitTime"),
}
"""The references that are a wait in seconds, wherever a prompt names them."""


class MessageParticipant(Block):
    """Speaks one prompt and goes on when it has ended; on chat the text is sent and the flow goes on.

    A task or an e-mail has nobody to listen: the block does nothing. A chat takes `Text` only. A prompt in
    between ends the chain of functions that may take 20 s together. When the media never say that the prompt
    ended, the flow goes on after the longest time it could have taken. Whoever waits in a queue and hears a
    wait as a number (`$.External.ewt`, `$.Metrics.….EstimatedWaitTime`) was told it: that is a fact.

    Parameters: one of `Text`, `SSML`, `PromptId`, `Media.Uri`; the first that is not empty is spoken.
    Error: NoMatchingError when there is nothing to say. (Administrator guide, "Play prompt".)
    """

    type = "MessageParticipant"
    log_name = "PlayPrompt"

    def __init__(self, action: Action, display_names: dict[str, str]) -> None:
        super().__init__(action, display_names)
        spoken = [action.parameters.get(field) for field in ("Text", "SSML")]
        paths = [segments(reference) for reference in references_in(spoken)]
        self.waits = tuple(getter(path) for path in paths if path in _WAITS)

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        prompt = prompt_of(values, self.display_names)
        if prompt is None:
            return Failed("NoMatchingError", "no prompt provided")
        if session.channel == "CHAT" and prompt.kind != "text":
            return Failed("NoMatchingError", "a chat can be sent plain text only")
        speak = Speak(
            session.next_effect_id(),
            session.contact_id,
            prompt,
            session.voice,
            session.language,
            session.engine,
            session.style,
            session.party,
        )
        world.perform(speak)
        if self.waits and session.queue_flow and world.recording:
            told = number(text_of(self.waits[0](session)))
            if told is not None:
                world.record(WaitTold(world.now, session.contact_id, told))
        session.function_time = 0.0
        if session.channel == "CHAT":
            return NEXT
        session.pending = speak
        session.alarm = world.now + longest(prompt)
        return WAIT

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        if isinstance(event, Alarm):
            return Next("the media never said that the prompt ended")
        return NEXT if isinstance(event, PromptEnded) and self.answers(session, event) else WAIT
