"""MessageParticipantIteratively (Loop prompts)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Alarm, Block, Event, prompt_of
from evenhand.flow.comparison import number
from evenhand.flow.exits import WAIT, Exit, Failed, Result
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.effects import LoopPrompts, StopPrompts

__all__ = ["MessageParticipantIteratively"]


class MessageParticipantIteratively(Block):
    """Plays prompts over and over, mostly to a contact that waits in a queue.

    With `InterruptFrequencySeconds` (1 or more) the block ends after that time with the result
    MessagesInterrupted; the contact keeps its place in the queue while the blocks after it run, and
    End flow / Resume comes back here. Without it the block never ends: an agent, the customer or the queue
    ends it. Coming back, the prompts start at the beginning; with `ContinueMessagingDuringInterrupt` "true"
    they are not silenced for the interrupt and go on where they are.

    Parameters: `Messages`, a list of prompts (`Text`, `SSML`, `PromptId` or `Media`); empty ones are left
    out. Error: NoMatchingError when nothing is left to play, when the frequency is not a number of at least
    1, and at once on any channel but voice. (Administrator guide, "Loop prompts".)
    """

    type = "MessageParticipantIteratively"
    log_name = "LoopPrompts"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        messages = values.get("Messages")
        prompts = tuple(
            prompt
            for place, message in enumerate(messages if isinstance(messages, list) else ())
            if isinstance(message, dict)
            and (prompt := prompt_of(message, self.display_names, f"Messages.{place}.")) is not None
        )
        if not prompts:
            return Failed("NoMatchingError", "no prompt provided")
        alarm = None
        if "InterruptFrequencySeconds" in values:
            frequency = number(text_of(values["InterruptFrequencySeconds"]))
            if frequency is None or frequency < 1:
                return Failed("NoMatchingError", "InterruptFrequencySeconds is not a number of at least 1")
            alarm = world.now + frequency
        resume = session.loop_block == self.id and _plays_on(values)
        loop = LoopPrompts(
            session.next_effect_id(),
            session.contact_id,
            prompts,
            session.voice,
            resume,
            session.language,
            session.engine,
            session.style,
            session.party,
        )
        world.perform(loop)
        session.loop_block = self.id
        session.function_time = 0.0
        session.pending = loop
        session.alarm = alarm
        return WAIT

    def resume(self, session: Session, world: World, values: dict[str, Any], event: Event) -> Exit:
        if not isinstance(event, Alarm):
            return WAIT
        if not _plays_on(values):
            world.perform(StopPrompts(session.next_effect_id(), session.contact_id, session.party))
        return Result("MessagesInterrupted")


def _plays_on(values: dict[str, Any]) -> bool:
    return text_of(values.get("ContinueMessagingDuringInterrupt")).lower() == "true"
