"""TagContact (Contact tags: tag)."""

from __future__ import annotations

from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["TagContact"]

_MOST_TAGS = 6
_LONGEST_KEY, _LONGEST_VALUE = 128, 256


class TagContact(Block):
    """Tags the contact, all tags or none; they are read as `$.Tags.<key>`. A tag that is there is replaced.

    Parameters: `Tags`, an object of keys and values. Error: NoMatchingError when it is no object or empty,
    when a key is empty, longer than 128 characters or begins with `aws:`, when a value is longer than 256,
    and when the contact would have more than six. (Administrator guide, "Contact tags".)
    """

    type = "TagContact"
    log_name = "TagContact"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        given = values.get("Tags")
        if not isinstance(given, dict) or not given:
            return Failed("NoMatchingError", "Tags is not an object of keys and values")
        new = {key: text_of(value) for key, value in given.items()}
        for key, value in new.items():
            if not key or len(key) > _LONGEST_KEY or key.lower().startswith("aws:"):
                return Failed(
                    "NoMatchingError",
                    f"tag {key!r}: a key has 1 to {_LONGEST_KEY} characters and no aws: first",
                )
            if len(value) > _LONGEST_VALUE:
                return Failed("NoMatchingError", f"the value of tag {key!r} has more than {_LONGEST_VALUE}")
        tags = (session.tags or {}) | new
        if len(tags) > _MOST_TAGS:
            return Failed(
                "NoMatchingError", f"the contact would have {len(tags)} tags; {_MOST_TAGS} are allowed"
            )
        session.tags = tags
        return NEXT
