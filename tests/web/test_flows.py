"""Flows over the API: drafts, checks, versions; and their live counts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from evenhand.adapters.files import read_centre
from evenhand.adapters.web.centre import WebCentre
from evenhand.adapters.web.views.flows import midnight
from evenhand.model.inputs import ContactArrived, ContactHungUp
from tests.web.conftest import Site, Visitor

NAME = "QueueTimer"
PATH = "/flows/QueueTimer"


def spoken(site: Site, text: str) -> dict[str, Any]:
    """The flow's document, in which one block says this."""
    document = json.loads((site.folder / "flows/queue-timer.json").read_text())
    say = next(one for one in document["Actions"] if one["Type"] == "MessageParticipant")
    say["Parameters"] = {"Text": text}
    return document  # type: ignore[no-any-return]


def put_draft(visitor: Visitor, document: Any) -> Any:
    reply = visitor.ask("PUT", f"{PATH}/draft", json.dumps(document).encode())
    assert reply.status == 200, reply.text
    return reply.json


def test_a_flow_is_told_with_its_document_and_its_picture(site: Site) -> None:
    eva = site.visitor("eva")
    listed = {one["name"]: one for one in eva.get("/flows")}
    flow = eva.get(PATH)
    actions = flow["document"]["Actions"]
    picture = flow["checked"]["picture"]
    assert listed[NAME]["numbers"] == flow["numbers"] == ["+12025550101"]
    assert listed[NAME]["blocks"] == len(actions) == len(picture["blocks"])
    assert [block["id"] for block in picture["blocks"]] == [one["Identifier"] for one in actions]
    assert all(block["x"] is not None for block in picture["blocks"])
    assert flow["document"]["Metadata"]["ActionMetadata"]


def test_a_check_keeps_nothing_and_marks_the_block(site: Site) -> None:
    eva = site.visitor("eva")
    document = spoken(site, "Hello")
    broken = document["Actions"][0]
    broken["Transitions"]["NextAction"] = "nowhere"
    reply = eva.ask("POST", f"/flow-checks?flow={NAME}", json.dumps(document).encode())
    assert reply.status == 200
    assert broken["Identifier"] in {one["block"] for one in reply.json["findings"]}
    assert reply.json["errors"] >= 1
    assert eva.ask("GET", f"{PATH}/draft").status == 404


def test_what_is_no_flow_is_refused_with_the_reason(site: Site) -> None:
    root = site.visitor("root")
    for body in (b"", b"[", b"\xff\xfe", b"{}", b"[" * 5000):
        reply = root.ask("PUT", f"{PATH}/draft", body)
        assert reply.status in (400, 422), body
        assert reply.json["message"]
        assert root.ask("POST", "/flow-checks", body).status in (200, 400)


def test_a_published_draft_is_in_the_machine_in_the_file_and_in_the_journal(site: Site) -> None:
    root = site.visitor("root")
    put_draft(root, spoken(site, "Bonjour"))
    before = (site.folder / "flows/queue-timer.json").read_bytes()
    reply = root.ask("POST", f"{PATH}/publish", {"reason": "the French are coming"})
    assert reply.status == 201, reply.text
    assert reply.json["version"]["number"] == 2
    # What the author had written is the first version, byte for byte.
    kept = site.folder / "flows/.versions/queue-timer.json/0001.json"
    assert kept.read_bytes() == before
    assert "Bonjour" in (site.folder / "flows/queue-timer.json").read_text()
    assert "Bonjour" in root.get(PATH)["text"]
    assert read_centre(site.folder) == site.run(definition)
    versions = root.get(f"{PATH}/versions")
    assert [(one["version"]["number"], one["version"]["how"], one["current"]) for one in versions] == [
        (2, "published", True),
        (1, "found", False),
    ]
    assert versions[0]["version"]["by"] == "root"
    assert versions[0]["version"]["reason"] == "the French are coming"
    assert root.ask("GET", f"{PATH}/draft").status == 404
    overrides = site.run(overridden)
    assert overrides == [
        ("root", "published version 2 of the flow QueueTimer", "the French are coming"),
    ]


async def definition(web: WebCentre) -> Any:
    return web.host.centre.definition


async def overridden(web: WebCentre) -> list[tuple[str, str, str]]:
    return [(one.by, one.action, one.reason) for one in await web.stories.overrides()]


def test_an_older_version_can_be_had_again(site: Site) -> None:
    root = site.visitor("root")
    before = (site.folder / "flows/queue-timer.json").read_text()
    put_draft(root, spoken(site, "Bonjour"))
    root.ask("POST", f"{PATH}/publish", {"reason": "try"})
    reply = root.ask("POST", f"{PATH}/versions/1/publish", {"reason": "it was better"})
    assert reply.status == 201, reply.text
    assert reply.json["version"] | {"at": 0} == {
        "number": 3,
        "at": 0,
        "by": "root",
        "reason": "it was better",
        "how": "restored",
        "digest": reply.json["version"]["digest"],
        "size": len(before.encode()),
        "of": 1,
        "forced": False,
    }
    assert (site.folder / "flows/queue-timer.json").read_text() == before
    assert root.get(f"{PATH}/versions/1")["text"] == before
    assert root.ask("GET", f"{PATH}/versions/9").status == 404
    assert root.ask("GET", f"{PATH}/versions/x").status == 404


def test_errors_are_published_only_by_force_and_a_reason_is_always_asked_for(site: Site) -> None:
    root = site.visitor("root")
    document = spoken(site, "Hello")
    document["Actions"][0]["Transitions"]["NextAction"] = "nowhere"
    put_draft(root, document)
    refused = root.ask("POST", f"{PATH}/publish", {"reason": "hurry"})
    assert (refused.status, refused.json["code"]) == (422, "has_errors")
    assert refused.json["findings"]
    assert root.ask("POST", f"{PATH}/publish", {"reason": "  ", "force": True}).status == 422
    assert root.get(f"{PATH}/versions") == []
    forced = root.ask("POST", f"{PATH}/publish", {"reason": "hurry", "force": True})
    assert forced.status == 201
    assert forced.json["version"]["forced"] is True


def test_only_administrators_publish(site: Site) -> None:
    eva, anna = site.visitor("eva"), site.visitor("anna")
    put_draft(eva, spoken(site, "Bonjour"))
    assert eva.ask("POST", f"{PATH}/publish", {"reason": "me"}).status == 403
    assert anna.ask("GET", PATH).status == 403


def test_a_new_flow_gets_its_lines_in_the_definition(site: Site) -> None:
    root = site.visitor("root")
    document = json.dumps(spoken(site, "Hi")).encode()
    before = (site.folder / "centre.toml").read_text()
    reply = root.ask("POST", "/flows?name=Say%20%22hi%22&reason=new", document)
    assert reply.status == 201, reply.text
    assert root.ask("POST", "/flows?name=Say%20%22hi%22&reason=new", document).status == 409
    assert (site.folder / "centre.toml").read_text().startswith(before.rstrip("\n"))
    assert read_centre(site.folder) == site.run(definition)
    assert [one["name"] for one in root.get("/flows")][-1] == 'Say "hi"'


def test_a_definition_that_cannot_be_added_to_stays_as_it_is(site: Site) -> None:
    root = site.visitor("root")
    file = site.folder / "centre.toml"
    file.write_text("flows = {}\n")
    document = json.dumps(spoken(site, "Hi")).encode()
    refused = root.ask("POST", "/flows?name=New&reason=new", document)
    assert refused.status == 422
    assert "by hand" in refused.json["wayOut"]
    assert file.read_text() == "flows = {}\n"
    assert not (site.folder / "flows/new.json").exists()
    file.write_text("")
    assert root.ask("POST", "/flows?name=New&reason=new", document).status == 201


def test_a_restart_keeps_what_was_published(folder: Path) -> None:
    with Site(folder) as site:
        root = site.visitor("root")
        put_draft(root, spoken(site, "Bonjour"))
        assert root.ask("POST", f"{PATH}/publish", {"reason": "why not"}).status == 201
        site.run(call_in)
    with Site(folder) as site:
        root = site.visitor("root")
        assert "Bonjour" in root.get(PATH)["text"]
        assert root.get(f"{PATH}/versions")[0]["version"]["reason"] == "why not"
        # And what was counted today is counted still.
        seen = site.run(lambda web: counted(web, NAME))
        assert any(count["today"] for count in seen.values())


async def call_in(web: WebCentre) -> None:
    await web.send(ContactArrived("c-1", system_address="+12025550101"))
    await web.send(ContactHungUp("c-1"))


async def counted(web: WebCentre, flow: str) -> dict[str, Any]:
    """The rows of this flow's topic, once there are some."""
    async with asyncio.timeout(10):
        while not (rows := web.hub.topic(f"flow/{flow}").rows):
            await asyncio.sleep(0.01)
    return {key: json.loads(bytes(row)) for key, row in rows.items()}


def test_blocks_count_who_stands_there_and_branches_who_went_that_way_today(site: Site) -> None:
    async def standing(web: WebCentre) -> dict[str, int]:
        """Contacts by block, of all flows."""
        await asyncio.sleep(0.01)
        rows = {}
        for flow in web.host.centre.definition.flows:
            for key, row in web.hub.topic(f"flow/{flow.name}").rows.items():
                rows[f"{flow.name} {key}"] = json.loads(bytes(row))
        return {key: row["now"] for key, row in rows.items() if row.get("now")}

    async def come_and_go(web: WebCentre) -> tuple[dict[str, Any], dict[str, int]]:
        await web.send(ContactArrived("c-1", system_address="+12025550101"))
        async with asyncio.timeout(10):
            while not (there := await standing(web)):
                pass
            assert list(there.values()) == [1]
            await web.send(ContactHungUp("c-1"))
            while gone := await standing(web):
                pass
        return await counted(web, NAME), gone

    counts, gone = site.run(come_and_go)
    assert gone == {}
    assert {"today": 1} in [row for key, row in counts.items() if key.startswith("branch/")]


def test_today_begins_at_midnight_where_the_centre_is() -> None:
    # 2026-03-29 is the day of 23 hours in Berlin.
    noon = 1774778400.0
    begin, end = midnight(noon, "Europe/Berlin")
    assert (end - begin) / 3600 == 23
    assert begin <= noon < end
    assert midnight(noon, "nowhere at all")[1] - midnight(noon, "nowhere at all")[0] == 86400
