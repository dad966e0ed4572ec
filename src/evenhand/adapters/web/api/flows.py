"""Flows: what they are, whether they are good, and how a new version comes to be.

Longer than other modules because a third of it are the nouns and the table of its routes.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import msgspec

from evenhand.adapters.files.flow_versions import FlowDraft, FlowVersion, digest_of_text
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.faults import ApiFault
from evenhand.adapters.web.flow_check import checked_flow, with_content
from evenhand.adapters.web.identity import SUPERVISORS, Role
from evenhand.adapters.web.routes import Call, Parameter, Route
from evenhand.adapters.web.views.pictures import FlowPicture, picture_of
from evenhand.errors import EvenhandError, Finding, IllegalInput
from evenhand.flow.catalogue import FLOW_TYPES
from evenhand.flow.document import FlowDocument
from evenhand.flow.json_text import LONGEST_TEXT_BYTES
from evenhand.model.definition import CentreDefinition, FlowDefinition
from evenhand.model.inputs import CentreDefined

__all__ = ["ROUTES"]

_ADMINISTRATORS: frozenset[Role] = frozenset({"administrator"})


class FlowRow(msgspec.Struct, frozen=True):
    """A flow in the list: who answers with it, how many blocks and faults it has."""

    name: str
    type: str
    file: str
    numbers: tuple[str, ...]
    blocks: int
    errors: int
    warnings: int
    draft: bool


class CheckedFlow(msgspec.Struct, frozen=True):
    """What a check came to. Without a `picture` the text is no flow at all; the findings say why."""

    digest: str
    errors: int
    warnings: int
    findings: tuple[Finding, ...]
    picture: FlowPicture | None


class FlowAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A flow as it runs now: its document with all metadata, its picture, what a check says of it, its draft.

    `text` is the file's content as it was given; `document` the flow in it, converted where it was older.
    """

    name: str
    type: str
    id: str
    file: str
    numbers: tuple[str, ...]
    checked: CheckedFlow
    document: Any
    text: str
    draft: FlowDraft | None = None


class DraftAnswer(msgspec.Struct, frozen=True):
    """A draft that is kept, and what a check says of it."""

    about: FlowDraft
    checked: CheckedFlow
    text: str


class Publish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the version is published. `force` publishes one with errors; one that cannot be read never is."""

    reason: str
    force: bool = False


class VersionText(msgspec.Struct, frozen=True):
    """One version whole, and what a check says of it today."""

    version: FlowVersion
    text: str
    checked: CheckedFlow
    current: bool


class VersionRow(msgspec.Struct, frozen=True):
    """A version in the list; `current` is the one that runs."""

    version: FlowVersion
    current: bool


def _definition(call: Call) -> CentreDefinition:
    return call.centre.host.centre.definition


def _the_flow(call: Call) -> FlowDefinition:
    """The flow of the path, by its name or its id. Raises the answer 404."""
    wanted = call.path["flow"]
    for flow in _definition(call).flows:
        if wanted in (flow.name, flow.id):
            return flow
    raise ApiFault(404, "not_found", f"there is no flow {wanted!r}", way_out="GET /api/v1/flows lists them")


def _text(call: Call) -> str:
    """The body as text. Raises the answer 400."""
    try:
        return call.raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ApiFault(
            400, "not_utf8", f"byte {error.start + 1} is not UTF-8", way_out="send the flow as UTF-8"
        ) from error


def _checked(
    definition: CentreDefinition, flow: FlowDefinition, text: str
) -> tuple[FlowDocument | None, CheckedFlow]:
    document, findings = checked_flow(definition, flow, text)
    errors = sum(one.severity == "error" for one in findings)
    picture = picture_of(document, flow.name, flow.type) if document is not None else None
    return document, CheckedFlow(digest_of_text(text), errors, len(findings) - errors, findings, picture)


def _numbers(definition: CentreDefinition, flow: FlowDefinition) -> tuple[str, ...]:
    return tuple(one.address for one in definition.numbers if one.flow in (flow.name, flow.id))


async def list_flows(call: Call) -> list[FlowRow]:
    """Every flow of the centre, in the definition's order."""
    definition, versions = _definition(call), call.centre.flows

    def rows() -> list[FlowRow]:
        found = []
        for flow in definition.flows:
            _, checked = _checked(definition, flow, flow.content)
            blocks = len(checked.picture.blocks) if checked.picture is not None else 0
            found.append(
                FlowRow(
                    flow.name,
                    flow.type,
                    flow.file,
                    _numbers(definition, flow),
                    blocks,
                    checked.errors,
                    checked.warnings,
                    versions.draft(flow.file) is not None,
                )
            )
        return found

    return await asyncio.to_thread(rows)


async def get_flow(call: Call) -> FlowAnswer:
    """One flow as it runs now."""
    definition, flow = _definition(call), _the_flow(call)
    document, checked = await asyncio.to_thread(_checked, definition, flow, flow.content)
    draft = await asyncio.to_thread(call.centre.flows.draft, flow.file)
    return FlowAnswer(
        flow.name,
        flow.type,
        flow.id,
        flow.file,
        _numbers(definition, flow),
        checked,
        document.raw if document is not None else None,
        flow.content,
        draft[0] if draft is not None else None,
    )


async def check_flow(call: Call) -> CheckedFlow:
    """Check a document as a flow of this centre, and keep nothing."""
    name = call.query.get("flow", "")
    known = next((one for one in _definition(call).flows if one.name == name), None)
    flow = known or FlowDefinition(name=name or "draft", type=_type(call), file=_file_for(name or "draft"))
    _, checked = await asyncio.to_thread(_checked, _definition(call), flow, _text(call))
    return checked


def _type(call: Call) -> str:
    type_ = call.query.get("type", "CONTACT_FLOW")
    if type_ not in FLOW_TYPES:
        raise ApiFault(
            422,
            "invalid",
            f"there is no flow type {type_!r}",
            where="type",
            way_out="one of " + ", ".join(FLOW_TYPES),
        )
    return type_


def _file_for(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "flow"
    return f"flows/{plain[:80]}.json"


async def put_draft(call: Call) -> DraftAnswer:
    """Keep a draft beside the flow; it changes nothing until it is published."""
    flow, text = _the_flow(call), _text(call)
    document, checked = await asyncio.to_thread(_checked, _definition(call), flow, text)
    if document is None:
        raise _unreadable(checked)
    about = await asyncio.to_thread(
        call.centre.flows.keep_draft, flow.file, text, by=call.who.name, at=call.centre.now()
    )
    return DraftAnswer(about, checked, text)


async def get_draft(call: Call) -> DraftAnswer:
    """The draft of a flow, and what a check says of it."""
    flow = _the_flow(call)
    about, text = await _draft(call.centre, flow)
    _, checked = await asyncio.to_thread(_checked, _definition(call), flow, text)
    return DraftAnswer(about, checked, text)


async def delete_draft(call: Call) -> None:
    """Drop the draft."""
    await asyncio.to_thread(call.centre.flows.drop_draft, _the_flow(call).file)


async def _draft(centre: WebCentre, flow: FlowDefinition) -> tuple[FlowDraft, str]:
    found = await asyncio.to_thread(centre.flows.draft, flow.file)
    if found is None:
        raise ApiFault(
            404, "no_draft", f"{flow.name} has no draft", way_out=f"PUT /api/v1/flows/{flow.name}/draft first"
        )
    return found


async def publish_draft(call: Call) -> VersionRow:
    """The draft becomes the flow: contacts that come now go through it."""
    flow = _the_flow(call)
    _, text = await _draft(call.centre, flow)
    answer = await _publish(call, flow, text, call.body, "published")
    await asyncio.to_thread(call.centre.flows.drop_draft, flow.file)
    return answer


async def publish_version(call: Call) -> VersionRow:
    """Go back to a version: its content becomes the newest version."""
    flow, number = _the_flow(call), _number(call)
    text = await _version_text(call.centre, flow, number)
    return await _publish(call, flow, text, call.body, "restored", of=number)


async def _publish(
    call: Call, flow: FlowDefinition, text: str, wish: Publish, how: str, of: int = 0
) -> VersionRow:
    if not wish.reason.strip():
        raise ApiFault(422, "no_reason", "whoever publishes a flow says why", where="reason")
    centre = call.centre
    async with centre.defining:
        definition = centre.host.centre.definition
        document, checked = await asyncio.to_thread(_checked, definition, flow, text)
        if document is None:
            raise _unreadable(checked)
        if checked.errors and not wish.force:
            raise ApiFault(
                422,
                "has_errors",
                f"the flow has {checked.errors} {'error' if checked.errors == 1 else 'errors'}; nothing was published",
                way_out="mend them, or publish with force and the reason why it has to be",
                findings=checked.findings,
            )
        # First the file, then the machine: what a restart reads is what was published.
        version = await asyncio.to_thread(
            lambda: centre.flows.publish(
                flow.file,
                text,
                by=call.who.name,
                reason=wish.reason.strip(),
                at=centre.now(),
                how=how,
                of=of,
                forced=bool(checked.errors),
            )
        )
        action = f"published version {version.number} of the flow {flow.name}"
        if of:
            action += f", which is version {of} again"
        if checked.errors:
            action += f", with {checked.errors} {'error' if checked.errors == 1 else 'errors'}"
        # As of now: somebody may have changed another part meanwhile.
        new = with_content(centre.host.centre.definition, flow.file, text)
        try:
            await centre.override(call.who.name, action, wish.reason.strip(), CentreDefined(new))
        except IllegalInput:
            await asyncio.to_thread(centre.flows.take_back, flow.file, version)
            raise
        centre.definition = new
        return VersionRow(version, current=True)


def _unreadable(checked: CheckedFlow) -> ApiFault:
    first = checked.findings[0]
    return ApiFault(422, "no_flow", first.message, way_out=first.way_out, findings=checked.findings)


async def list_versions(call: Call) -> list[VersionRow]:
    """Every version of a flow's file, the newest first. Before the first one is published there is none."""
    flow = _the_flow(call)
    known = await asyncio.to_thread(call.centre.flows.versions, flow.file)
    digest = digest_of_text(flow.content)
    current = max((one.number for one in known if one.digest == digest), default=0)
    return [VersionRow(one, one.number == current) for one in reversed(known)]


async def get_version(call: Call) -> VersionText:
    """One version whole."""
    flow, number = _the_flow(call), _number(call)
    text = await _version_text(call.centre, flow, number)
    rows = await list_versions(call)
    row = next((one for one in rows if one.version.number == number), None)
    if row is None:
        raise _no_version(flow, number)
    _, checked = await asyncio.to_thread(_checked, _definition(call), flow, text)
    return VersionText(row.version, text, checked, row.current)


async def _version_text(centre: WebCentre, flow: FlowDefinition, number: int) -> str:
    try:
        return await asyncio.to_thread(centre.flows.content, flow.file, number)
    except KeyError as error:
        raise _no_version(flow, number) from error


def _no_version(flow: FlowDefinition, number: int) -> ApiFault:
    return ApiFault(404, "not_found", f"{flow.name} has no version {number}")


def _number(call: Call) -> int:
    text = call.path["number"]
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise ApiFault(404, "not_found", "versions are numbered 1, 2, 3 …")
    return int(text)


async def create_flow(call: Call) -> FlowAnswer:
    """A new flow: its file, its lines in the definition, and the centre knows it."""
    name, reason = call.query.get("name", "").strip(), call.query.get("reason", "").strip()
    centre, text = call.centre, _text(call)
    if not name or len(name) > 127 or "/" in name or not name.isprintable():
        raise ApiFault(422, "invalid", "a flow needs a name of 1 to 127 letters, without /", where="name")
    if not reason:
        raise ApiFault(422, "no_reason", "whoever adds a flow says why", where="reason")
    async with centre.defining:
        definition = centre.host.centre.definition
        file = _file_for(name)
        if any(one.name == name or one.file == file for one in definition.flows) or (
            (centre.folder / file).exists()
        ):
            raise ApiFault(
                409,
                "exists",
                f"there is a flow {name!r} already, or its file {file}",
                way_out="choose another name, or upload a draft of the flow that is there",
            )
        flow = FlowDefinition(name=name, type=_type(call), content=text, file=file)
        document, checked = await asyncio.to_thread(_checked, definition, flow, text)
        if document is None or checked.errors:
            raise ApiFault(
                422,
                "has_errors",
                "the flow has errors; nothing was kept",
                way_out="mend what is named",
                findings=checked.findings,
            )
        version = await asyncio.to_thread(
            lambda: centre.flows.publish(file, text, by=call.who.name, reason=reason, at=centre.now())
        )
        try:
            await asyncio.to_thread(centre.flows.add_flow, name, file, flow.type)
        except EvenhandError:
            await asyncio.to_thread(centre.flows.take_back, file, version)
            raise
        current = centre.host.centre.definition
        new = msgspec.structs.replace(current, flows=(*current.flows, flow))
        await centre.override(call.who.name, f"added the flow {name}", reason, CentreDefined(new))
        centre.definition = new
    return FlowAnswer(name, flow.type, flow.id, file, (), checked, document.raw, text)


def _route(method: Any, path: str, name: str, summary: str, handler: Any, **rest: Any) -> Route:
    rest.setdefault("roles", SUPERVISORS)
    return Route(method=method, path=path, name=name, tag="flows", summary=summary, handler=handler, **rest)


_RAW: dict[str, Any] = {"raw": True, "largest": LONGEST_TEXT_BYTES}
_TYPE = Parameter("type", "the flow's type, CONTACT_FLOW unless said otherwise")

ROUTES = (
    _route("GET", "/flows", "listFlows", "Every flow", list_flows, answer=list[FlowRow]),
    _route(
        "POST",
        "/flows",
        "createFlow",
        "Add a flow: the body is its document",
        create_flow,
        **_RAW,
        roles=_ADMINISTRATORS,
        answer=FlowAnswer,
        status=201,
        creates=True,
        query=(Parameter("name", "the new flow's name"), _TYPE, Parameter("reason", "why")),
    ),
    _route("GET", "/flows/{flow}", "getFlow", "A flow as it runs now", get_flow, answer=FlowAnswer),
    _route(
        "POST",
        "/flow-checks",
        "checkFlow",
        "Check a document as a flow of this centre, and keep nothing",
        check_flow,
        **_RAW,
        answer=CheckedFlow,
        query=(Parameter("flow", "the flow whose place it would take"), _TYPE),
    ),
    _route("GET", "/flows/{flow}/draft", "getFlowDraft", "A flow's draft", get_draft, answer=DraftAnswer),
    _route(
        "PUT",
        "/flows/{flow}/draft",
        "putFlowDraft",
        "Keep a draft: the body is the document",
        put_draft,
        **_RAW,
        answer=DraftAnswer,
    ),
    _route("DELETE", "/flows/{flow}/draft", "deleteFlowDraft", "Drop the draft", delete_draft, status=204),
    _route(
        "POST",
        "/flows/{flow}/publish",
        "publishFlow",
        "Publish the draft",
        publish_draft,
        roles=_ADMINISTRATORS,
        body=Publish,
        answer=VersionRow,
        status=201,
        creates=True,
    ),
    _route(
        "GET",
        "/flows/{flow}/versions",
        "listFlowVersions",
        "A flow's versions",
        list_versions,
        answer=list[VersionRow],
    ),
    _route(
        "GET",
        "/flows/{flow}/versions/{number}",
        "getFlowVersion",
        "One version of a flow",
        get_version,
        answer=VersionText,
    ),
    _route(
        "POST",
        "/flows/{flow}/versions/{number}/publish",
        "restoreFlowVersion",
        "Go back to a version",
        publish_version,
        roles=_ADMINISTRATORS,
        body=Publish,
        answer=VersionRow,
        status=201,
        creates=True,
    ),
)
