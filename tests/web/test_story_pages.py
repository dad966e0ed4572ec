"""Flows, contacts and tables in a real browser: what is drawn, what moves, what is edited; and that all can use it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evenhand.adapters.web.centre import WebCentre
from evenhand.model.inputs import ContactArrived, ContactHungUp, OfferAccepted
from tests.web.conftest import Opening, Site
from tests.web.test_stories import ring, rung

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)").expect

FLOW = "/flow/Offline%20workload%20routing"


def test_a_flow_is_drawn_with_all_its_blocks_and_ways(opened: Opening, site: Site) -> None:
    flow = site.visitor("eva").get("/flows/Offline%20workload%20routing")
    blocks = flow["document"]["Actions"]
    page = opened(FLOW, "eva")
    expect(page.locator("g.block")).to_have_count(len(blocks))
    for one in ("Ask best agents", "Is agent 1 available", "Apologise"):
        expect(page.locator(f'g.block[data-block="{one}"]')).to_contain_text(one[:25])
    # No block covers another.
    boxes = [one.bounding_box() for one in page.locator("g.block .card-rect").all()]
    assert all(apart(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
    # And the list says the same.
    expect(page.locator(".flow-list tbody tr")).to_have_count(len(blocks))
    expect(page.get_by_text("no faults")).to_be_visible()


def apart(a: Any, b: Any) -> bool:
    across: bool = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    below: bool = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
    return across or below


def test_a_flow_without_places_is_laid_out(opened: Opening, site: Site) -> None:
    document = json.loads((site.folder / "flows/offline-workload-routing.json").read_text())
    del document["Metadata"]
    root = site.visitor("root")
    reply = root.ask("POST", "/flows?name=Bare&reason=test", json.dumps(document).encode())
    assert reply.status == 201
    page = opened("/flow/Bare", "eva")
    expect(page.locator("g.block")).to_have_count(len(document["Actions"]))
    boxes = [one.bounding_box() for one in page.locator("g.block .card-rect").all()]
    assert all(apart(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_the_picture_moves_and_zooms_by_keyboard(opened: Opening) -> None:
    page = opened(FLOW, "eva")
    view = page.locator(".flow-view")
    expect(page.locator("g.block").first).to_be_visible()
    first = page.locator("g.block").first.bounding_box()
    view.focus()
    page.keyboard.press("ArrowRight")
    moved = page.locator("g.block").first.bounding_box()
    assert first is not None
    assert moved is not None
    assert round(moved["x"] - first["x"]) == -60
    page.keyboard.press("+")
    page.keyboard.press("+")
    larger = page.locator("g.block").first.bounding_box()
    assert larger is not None
    assert larger["width"] > moved["width"] * 1.4
    page.keyboard.press("0")


def test_counts_move_when_a_contact_passes(opened: Opening, site: Site) -> None:
    page = opened("/flow/QueueTimer", "eva")
    expect(page.locator("[data-here]")).to_have_text("0 contacts here now")
    queue = opened("/flow/EWTQueue", "eva")
    expect(queue.locator("[data-here]")).to_have_text("0 contacts here now")

    async def come(web: WebCentre) -> None:
        await web.send(ContactArrived("c-1", system_address="+12025550101"))

    async def go(web: WebCentre) -> None:
        await web.send(ContactHungUp("c-1"))

    site.run(come)
    # Nobody is available: the contact waits in the queue's flow, and has left the first one by its branches.
    expect(queue.locator("[data-here]")).to_have_text("1 contact here now")
    expect(queue.locator("g.block.busy")).to_have_count(1)
    expect(page.locator('g.block[data-block="Log each step"]')).to_contain_text("1×")
    site.run(go)
    expect(queue.locator("[data-here]")).to_have_text("0 contacts here now")


def test_faults_are_marked_on_the_block_and_a_draft_is_published_only_by_force(
    opened: Opening, site: Site, tmp_path: Any
) -> None:
    document = json.loads((site.folder / "flows/queue-timer.json").read_text())
    broken = document["Actions"][1]
    broken["Transitions"]["NextAction"] = "NoSuchBlock"
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(document))
    page = opened("/flow/QueueTimer", "root")
    page.locator('input[type="file"]').set_input_files(file)
    expect(page.get_by_text("this is not what runs")).to_be_visible()
    expect(page.locator(f'g.block.bad[data-block="{broken["Identifier"]}"]')).to_contain_text("1 error")
    page.get_by_role("tab", name="Findings").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("NoSuchBlock")
    page.get_by_role("button", name="Publish").click()
    page.get_by_label("Reason").fill("the block comes tomorrow")
    page.get_by_role("button", name="Publish in spite of it").click()
    page.get_by_role("tab", name="Versions (2)").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("the block comes tomorrow")
    expect(page.get_by_role("tabpanel")).to_contain_text("with errors")
    assert "NoSuchBlock" in (site.folder / "flows/queue-timer.json").read_text()
    # And back again.
    page.get_by_role("tabpanel").get_by_role("button", name="1", exact=True).click()
    page.get_by_role("button", name="Go back to this").click()
    page.get_by_label("Reason").fill("after all not")
    page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("tab", name="Versions (3)")).to_be_visible()
    assert "NoSuchBlock" not in (site.folder / "flows/queue-timer.json").read_text()


def test_a_contacts_story_is_told_while_it_goes_on(opened: Opening, site: Site) -> None:
    agent = site.run(ring)
    page = opened("/contact", "eva")
    page.get_by_label("Find by").fill("8171")
    page.get_by_role("link", name="c-1", exact=True).click()
    expect(page.get_by_role("heading", name="Contact c-1")).to_be_visible()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Ringing")
    expect(main).to_contain_text("…8171")
    expect(page.locator("g.block.passed")).to_have_count(5)
    expect(page.locator("path.way.path")).to_have_count(4)
    decision = page.locator("article.decision")
    for row in ("anna", "ben", "chloe"):
        expect(decision.get_by_role("cell", name=row, exact=True)).to_be_visible()
    expect(decision).to_contain_text("least loaded, version 1")
    expect(decision).to_contain_text("the same choice")
    expect(decision.locator("tr.selected")).to_contain_text(agent)

    async def take(web: WebCentre) -> None:
        await web.send(OfferAccepted("c-1", await rung(web, "c-1")))

    async def leave(web: WebCentre) -> None:
        await web.send(ContactHungUp("c-1"))

    # Without a reload.
    site.run(take)
    expect(main).to_contain_text("On contact")
    expect(main).to_contain_text("accepted")
    site.run(leave)
    expect(main).to_contain_text("the customer hung up")


def test_an_edited_workload_is_in_the_table_and_changes_who_rings(opened: Opening, site: Site) -> None:
    page = opened("/tables", "eva")
    page.get_by_role("button", name="Edit mortgage-originations ben").click()
    page.get_by_role("textbox", name="workload").fill("50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why first")
    page.get_by_label("Why you change").fill("ben has taken over the Meyer case")
    page.get_by_role("textbox", name="workload").press("Enter")
    expect(page.get_by_role("status").filter(has_text="is written")).to_be_visible()
    expect(page.get_by_role("row", name="ben")).to_contain_text("50")
    expect(page.get_by_role("region", name="Last changes")).to_contain_text(
        "ben has taken over the Meyer case"
    )
    rows = site.visitor("eva").get("/tables/AgentWorkload/rows")["rows"]
    assert {row["agentName"]: row["workload"] for row in rows}["ben"] == 50
    assert site.run(ring) == "chloe"


def test_rows_are_added_found_and_deleted_on_the_page(opened: Opening, site: Site) -> None:
    page = opened("/tables", "eva")
    page.get_by_role("tab", name="CustomerAgentMap").click()
    page.get_by_label("Why you change").fill("a new customer")
    page.get_by_role("button", name="Add a row").click()
    page.get_by_role("textbox", name="customerId").fill("+4930777")
    page.get_by_role("textbox", name="agentName").fill("anna")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Filter").fill("777")
    expect(page.get_by_text("1 to 1 of 1")).to_be_visible()
    page.get_by_role("button", name="Delete +4930777").click()
    expect(page.get_by_text("No rows")).to_be_visible()


PAGES = ("/flow", FLOW, "/contact", "/contact/c-1", "/tables")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened: Opening, site: Site, theme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed (extra: test)"
    )
    site.run(ring)
    for path in PAGES:
        page = opened(path, "root", color_scheme=theme)
        expect(page.get_by_role("main").locator("table, g.block, article").first).to_be_attached()
        found = axe.Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        told = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in serious]
        assert told == [], (path, theme)
        page.context.close()


def test_nothing_is_wider_than_a_narrow_screen(opened: Opening, site: Site) -> None:
    site.run(ring)
    for path in PAGES:
        page = opened(path, "root")
        page.set_viewport_size({"width": 320, "height": 640})
        expect(page.get_by_role("main").locator("table, g.block, article").first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.context.close()
