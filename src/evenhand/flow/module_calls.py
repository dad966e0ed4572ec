"""The modules that a contact is in: who invoked each of them, and what waits there until it comes back.

What belongs to one run of a flow (its attributes, answers of functions and services, stored input, metrics)
does not reach a module and is not touched by one; only its input goes in, only its result comes out.
(Administrator guide, "Flow modules": "flow local data".)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from evenhand.model.units import Instant

if TYPE_CHECKING:
    from evenhand.flow.session import Session

__all__ = ["MOST_NESTED", "ModuleCall", "come_back", "come_out", "go_in", "tell_result"]

MOST_NESTED = 5
"""Modules inside of each other, which is also what ends a module that invokes itself."""


class ModuleCall(msgspec.Struct, frozen=True):
    """One invocation: the `flow` and `block` it was made from, when, and with which `values` of its parameters
    (None: they are constant). The rest is what the session held for that flow alone."""

    flow: str
    block: str
    entered: Instant
    values: dict[str, Any] | None
    loop_block: str = ""
    flow_attributes: dict[str, str] | None = None
    external: Any = None
    services: dict[str, Any] | None = None
    stored_input: str | None = None
    metrics: dict[str, Any] | None = None
    modules: dict[str, Any] | None = None


def go_in(session: Session, module: str, given: dict[str, Any] | None, values: dict[str, Any] | None) -> None:
    """From the block where the contact stands into a module, which begins with nothing but its input."""
    call = ModuleCall(
        session.flow,
        session.block,
        session.entered,
        values,
        session.loop_block,
        session.flow_attributes,
        session.external,
        session.services,
        session.stored_input,
        session.metrics,
        session.modules,
    )
    session.calls = (*session.calls, call)
    session.flow, session.loop_block = module, ""
    session.flow_attributes = session.external = session.services = None
    session.stored_input = session.metrics = None
    session.modules = {"Input": given} if given is not None else None


def come_back(session: Session) -> ModuleCall:
    """Out of the innermost module, to the block that invoked it; its flow has its own data again."""
    call = session.calls[-1]
    session.calls = session.calls[:-1]
    session.flow, session.block, session.entered = call.flow, call.block, call.entered
    session.loop_block, session.flow_attributes = call.loop_block, call.flow_attributes
    session.external, session.services = call.external, call.services
    session.stored_input, session.metrics = call.stored_input, call.metrics
    # Each invocation overwrites what the one before it gave.
    given = (call.modules or {}).get("Input")
    session.modules = {"Input": given} if given is not None else None
    return call


def come_out(session: Session) -> None:
    """Out of every module at once: the contact goes on somewhere else."""
    while session.calls:
        come_back(session)


def tell_result(session: Session, result: str, data: dict[str, Any] | None) -> None:
    """What the module that was just left gave back: `$.Modules.Result` and `$.Modules.ResultData`."""
    session.modules = {**(session.modules or {}), "Result": result, "ResultData": data or {}}
