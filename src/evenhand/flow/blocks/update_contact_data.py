"""UpdateContactData (Set contact data: language, customer id, name …)."""

from __future__ import annotations

import re
from typing import Any

from evenhand.flow.block import Block
from evenhand.flow.exits import NEXT, Exit, Failed
from evenhand.flow.references import text_of
from evenhand.flow.session import Session
from evenhand.flow.world import World

__all__ = ["UpdateContactData"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_OWN = frozenset({"LanguageCode", "CustomerId", "Name", "Description", "TargetContact"})


class UpdateContactData(Block):
    """Sets what a contact says about itself: `$.LanguageCode`, `$.CustomerId`, `$.Name`, `$.Description`.

    Each is changed only where it is given. Other fields (`WisdomSessionArn`, those of Voice ID, which ended
    in 2026 …) are kept with the contact as text and have no effect. All or nothing. Error: NoMatchingError
    when `LanguageCode` is not a language tag such as `en-AU`, and for `TargetContact` other than "Current":
    contacts here have no related contact. (Developer guide, "UpdateContactData".)
    """

    type = "UpdateContactData"
    log_name = "SetContactData"

    def run(self, session: Session, world: World, values: dict[str, Any]) -> Exit:
        target = text_of(values.get("TargetContact"))
        if target not in ("", "Current"):
            return Failed("NoMatchingError", f"TargetContact {target!r}: this contact has no such contact")
        language = text_of(values.get("LanguageCode", session.language))
        if _LANGUAGE.fullmatch(language) is None:
            return Failed("NoMatchingError", f"LanguageCode {language!r} is not a language tag such as en-AU")
        session.language = language
        session.customer_id = text_of(values.get("CustomerId", session.customer_id))
        session.name = text_of(values.get("Name", session.name))
        session.description = text_of(values.get("Description", session.description))
        others = {field: text_of(value) for field, value in values.items() if field not in _OWN}
        if others:
            session.contact_data = (session.contact_data or {}) | others
        return NEXT
