"""The machine's whole state as plain data with a JSON round trip."""

from __future__ import annotations

import msgspec

from evenhand.assessment.workload import WorkloadState
from evenhand.centre.centre import Centre
from evenhand.centre.contact import OFFERED, SCHEDULED, Callback, Contact, Standing
from evenhand.centre.segments import share_attributes
from evenhand.distributor.agents import AgentState
from evenhand.distributor.distributor import Distributor
from evenhand.distributor.line import Ticket, TicketState
from evenhand.flow.session_state import SessionState, copy_fields
from evenhand.model.definition import CentreDefinition
from evenhand.model.effects import Dial
from evenhand.model.inputs import CentreDefined
from evenhand.model.units import Instant, Seconds

__all__ = ["CentreState", "ContactState", "read_state", "restore", "snapshot", "write_state"]


class ContactState(SessionState):
    """Field for field what `Contact` holds."""

    stage: str = ""
    arrived_at: Instant = 0.0
    ticket: TicketState | None = None
    agent: str = ""
    connected_at: Instant = 0.0
    own_agent: str = ""
    candidates: tuple[str, ...] = ()
    offers: int = 0
    chain: str = ""
    segments: int = 0
    place: int = 0
    callback: Callback | None = None
    callback_dial: Dial | None = None
    whisper_until: Instant | None = None
    held: str = ""
    held_since: Instant = 0.0
    related_contact_id: str = ""
    walked: tuple[tuple[str, str], ...] = ()
    scheduled_at: Instant = 0.0
    first_flow: str = ""
    handover: str = ""
    queued_at: Instant = 0.0
    kept_age: Seconds = 0.0
    third_party: str = ""
    beside: str = ""
    paused_since: Instant = 0.0
    paused_for: Seconds = 0.0
    standing: Standing | None = None
    expires_at: Instant = 0.0


class CentreState(msgspec.Struct):
    """Everything the machine knows. Lines, idle lists and reminders follow from it and are not in it.

    `queued` is who waits or rings in a queue, in the order of queueing.
    """

    now: Instant
    definition: CentreDefinition
    defined: bool
    contacts: list[ContactState]
    queued: list[str]
    agents: list[AgentState]
    workload: WorkloadState
    handle_times: dict[str, Seconds]
    counter: int
    decisions: int
    arrivals: int
    queue_statuses: dict[str, bool] = {}


def snapshot(centre: Centre) -> CentreState:
    """The state as it stands. It shares data with the machine: write it out before the next input."""
    contacts = list(centre.contacts.values())
    queued = sorted((one for one in contacts if one.ticket is not None), key=_queued_order)
    return CentreState(
        now=centre.world.now,
        definition=centre.definition,
        defined=centre.defined,
        contacts=[_save(contact) for contact in contacts],
        queued=[contact.contact_id for contact in queued],
        agents=[agent.state() for agent in centre.distributor.agents.values()],
        workload=centre.workload.state,
        handle_times=centre.recent.handle_times,
        counter=centre.distributor.counter,
        decisions=centre.routing.decisions,
        arrivals=centre.routing.arrivals,
        queue_statuses={queue.name: queue.enabled for queue in centre.distributor.queues.values()},
    )


def _save(contact: Contact) -> ContactState:
    fields = {name: getattr(contact, name) for name in ContactState.__struct_fields__}
    ticket = contact.ticket
    if ticket is not None:
        fields["ticket"] = TicketState(
            **{name: getattr(ticket, name) for name in TicketState.__struct_fields__}
        )
    return ContactState(**fields)


def _load(state: ContactState, distributor: Distributor) -> Contact:
    contact = copy_fields(state, Contact(state.contact_id))
    if state.ticket is not None:
        kept = state.ticket
        line = distributor.line(kept.queue, kept.agent_queue, kept.channel)
        contact.ticket = copy_fields(kept, Ticket(kept.contact_id, kept.channel, line, kept.since, 0, 0.0, 0))
        if kept.criteria is not None:
            distributor.criteria.narrow(contact.ticket)
    return contact


def _queued_order(contact: Contact) -> int:
    assert contact.ticket is not None
    return contact.ticket.number


def write_state(state: CentreState) -> bytes:
    """The state as JSON text."""
    return msgspec.json.encode(state)


def read_state(text: bytes) -> CentreState:
    """The state that was written."""
    return msgspec.json.decode(text, type=CentreState)


def restore(state: CentreState, *, recording: bool = True) -> Centre:
    """A machine that goes on from this state exactly as the one it was taken of."""
    centre = Centre(recording=recording)
    centre.recent.handle_times = state.handle_times
    centre.handle(CentreDefined(state.definition), 0.0)
    centre.workload.restore(state.workload)
    centre.world.now = state.now
    centre.defined = state.defined
    distributor = centre.distributor
    for name, enabled in state.queue_statuses.items():
        distributor.queues[name].enabled = enabled
    for agent_state in state.agents:
        agent = distributor.agents.get(agent_state.name) or distributor.keep_leaving(agent_state.name)
        for channel in list(agent.idle):
            agent.idle.discard(channel)
        for row in agent.rows:
            row.index.remove(agent)
        agent.restore(agent_state, distributor.type_of(agent_state.status))
    for contact_state in state.contacts:
        centre.contacts[contact_state.contact_id] = _load(contact_state, distributor)
    share_attributes(centre.contacts)
    for contact_id in state.queued:
        ticket = centre.contacts[contact_id].ticket
        assert ticket is not None
        distributor.add(ticket)
        if not ticket.offered_to:
            distributor.wait(ticket, state.now)
        elif ticket.line.queue is not None:
            ticket.line.queue.ringing[contact_id] = ticket
    for agent in sorted(distributor.agents.values(), key=lambda one: one.order):
        distributor.refresh(agent)
    distributor.counter = state.counter
    centre.routing.decisions, centre.routing.arrivals = state.decisions, state.arrivals
    _remind(centre)
    return centre


def _remind(centre: Centre) -> None:
    """Ask anew for every reminder that the state still wants."""
    schedule = centre.timers.schedule
    for contact in centre.contacts.values():
        if contact.alarm is not None:
            schedule(contact.alarm, "alarm", contact.contact_id)
        if contact.callback is not None and contact.stage == SCHEDULED:
            schedule(contact.callback.due, "callback", contact.contact_id)
        elif contact.stage == SCHEDULED:
            schedule(contact.scheduled_at, "scheduled", contact.contact_id)
        if contact.expires_at:
            schedule(contact.expires_at, "expiry", contact.contact_id)
        if contact.whisper_until is not None:
            schedule(contact.whisper_until, "whisper", contact.contact_id)
        ticket = contact.ticket
        until = ticket.opinion.until if ticket is not None and ticket.opinion is not None else None
        if ticket is not None and until is not None and (not ticket.offered_to or until > centre.world.now):
            schedule(until, "seek", contact.contact_id)
        if ticket is not None and ticket.step_until is not None:
            schedule(ticket.step_until, "seek", contact.contact_id)
        if (
            ticket is not None
            and ticket.only
            and (not ticket.offered_to or ticket.only_until > centre.world.now)
        ):
            schedule(ticket.only_until, "seek", contact.contact_id)
    for agent in centre.distributor.agents.values():
        for slot in agent.slots.values():
            if slot.until is not None and slot.state == OFFERED:
                schedule(slot.until, "ring", slot.contact_id)
            elif slot.until is not None:
                schedule(slot.until, "after_contact_work", f"{agent.name}\n{slot.contact_id}")
    for due, kind, key in (*centre.routing.scoring.reminders(), *centre.workload.reminders()):
        schedule(due, kind, key)
