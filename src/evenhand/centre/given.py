"""What whoever started a contact said about it, as a fact. Of a plain call there is none."""

from __future__ import annotations

from evenhand.centre.world import CentreWorld
from evenhand.model.facts import ContactDataGiven
from evenhand.model.inputs import ContactArrived

__all__ = ["note_given"]


def note_given(world: CentreWorld, input: ContactArrived) -> None:
    """Records need it: attributes, name, description, customer and references stand in no other fact."""
    if input.attributes or input.name or input.description or input.customer_id or input.references:
        world.record(
            ContactDataGiven(
                world.now,
                input.contact_id,
                input.attributes or None,
                input.name,
                input.description,
                input.customer_id,
                input.references,
            )
        )
