"""UpdateContactMediaProcessing (Set recording, analytics and processing behavior)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactMediaProcessing"]


class UpdateContactMediaProcessing(Block):
    """Notes which function is to process the messages of a chat; the chat and its transfers carry the wish.

    `ChatProcessor` `{ProcessingEnabled, LambdaProcessorARN, ChatProcessorSettings {DeliverUnprocessedMessages}}`
    is kept as it is; with `ProcessingEnabled` False it is taken away. No messages pass here, so none is
    processed. Errors: ChannelMismatch on any channel but chat; NoMatchingError when `ChatProcessor` is no such
    object, or names a function that is neither here nor an ARN.
    (Developer guide, "UpdateContactMediaProcessing".)
    """

    type = "UpdateContactMediaProcessing"
    log_name = "UpdateContactMediaProcessing"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        processor = values.get("ChatProcessor")
        if not isinstance(processor, dict):
            return Failed("NoMatchingError", "ChatProcessor is not an object")
        enabled = text_of(processor.get("ProcessingEnabled")).lower()
        if enabled not in ("true", "false"):
            return Failed("NoMatchingError", f"ProcessingEnabled {enabled!r} is not True or False")
        if enabled == "false":
            session.media_processing = None
            return NEXT
        name = text_of(processor.get("LambdaProcessorARN"))
        if not name.startswith("arn:") and not world.find_function(name):
            return Failed("NoMatchingError", f"there is no function {name!r}")
        session.media_processing = dict(processor)
        return NEXT
