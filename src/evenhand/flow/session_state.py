"""What a snapshot keeps of a session: the same fields, as plain data with a JSON round trip."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from evenhand.flow.module_calls import ModuleCall
from evenhand.flow.session import Session
from evenhand.model.criteria import RoutingCriteria
from evenhand.model.effects import Effect
from evenhand.model.units import Channel, Instant, Seconds

__all__ = ["SessionState", "copy_fields", "load_session", "save_session"]


class SessionState(msgspec.Struct):
    """Field for field what `Session` holds."""

    contact_id: str
    channel: Channel = "VOICE"
    attributes: dict[str, str] = {}
    instance_arn: str = ""
    initiation_method: str = "INBOUND"
    initial_contact_id: str = ""
    previous_contact_id: str = ""
    customer_address: str = ""
    customer_type: str = "TELEPHONE_NUMBER"
    system_address: str = ""
    system_type: str = "TELEPHONE_NUMBER"
    customer_id: str = ""
    callback_number: str = ""
    name: str = ""
    description: str = ""
    language: str = "en-US"
    voice: str = "Joanna"
    engine: str = ""
    style: str = ""
    references: dict[str, dict[str, str]] | None = None
    tags: dict[str, str] | None = None
    external: Any = None
    services: dict[str, Any] | None = None
    stored_input: str | None = None
    metrics: dict[str, Any] | None = None
    agent_facts: dict[str, str] | None = None
    flow_attributes: dict[str, str] | None = None
    hooks: dict[str, str] | None = None
    recording: dict[str, Any] | None = None
    media_streaming: dict[str, Any] | None = None
    media_processing: dict[str, Any] | None = None
    contact_data: dict[str, str] | None = None
    target_queue: str = ""
    target_agent: str = ""
    queue_name: str = ""
    queue_arn: str = ""
    queue_caller_number: str = ""
    priority: int = 5
    age_adjustment: Seconds = 0.0
    criteria: RoutingCriteria | None = None
    criteria_index: int = 0
    logging: bool = False
    flow: str = ""
    block: str = ""
    entered: Instant = 0.0
    pending: Effect | None = None
    alarm: Instant | None = None
    scratch: dict[str, Any] | None = None
    values: dict[str, Any] | None = None
    queue_flow: bool = False
    loop_block: str = ""
    hook: str = ""
    unanswered: bool = False
    call_status: str = ""
    loops: dict[str, int] | None = None
    effects: int = 0
    dice: int = 0
    function_time: Seconds = 0.0
    calls: tuple[ModuleCall, ...] = ()
    modules: dict[str, Any] | None = None


def save_session(session: Session) -> SessionState:
    """The session as plain data; it shares what it holds with the session."""
    return SessionState(**{name: getattr(session, name) for name in SessionState.__struct_fields__})


def load_session(state: SessionState) -> Session:
    """A session with this data."""
    return copy_fields(state, Session(state.contact_id))


T = TypeVar("T")


def copy_fields(state: msgspec.Struct, into: T) -> T:
    """Give an object every field of a state."""
    for name in state.__struct_fields__:
        setattr(into, name, getattr(state, name))
    return into
