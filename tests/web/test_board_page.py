"""The board in a real browser: what a supervisor sees and does there."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from evenhand.adapters.web.accounts import User
from evenhand.adapters.web.centre import WebCentre
from evenhand.model.facts import OverrideNoted
from evenhand.model.inputs import ContactArrived, Input, OfferAccepted, StatusSet
from tests.web.conftest import PASSWORD, Opening, Site


def tell(site: Site, *inputs: Input) -> None:
    site.run(lambda web: web.send(*inputs))


def call(contact_id: str, number: str = "+12025550199") -> ContactArrived:
    """A call that no flow answers: it goes to the default queue."""
    return ContactArrived(contact_id, customer_address=number)


def overrides(site: Site) -> list[tuple[str, str, str]]:
    facts = (fact for entry in site.web.journal.read(1) for fact in entry.facts)
    return [(one.by, one.action, one.reason) for one in facts if isinstance(one, OverrideNoted)]


def test_the_board_shows_arrivals_decisions_and_whether_the_load_is_even(site: Site, opened: Opening) -> None:
    page = opened("/board", "eva")
    expect(page.locator("#waiting-title")).to_contain_text("Waiting contacts")
    tell(site, StatusSet("anna", "Lunch"), call("c1"), call("c2", "+12025550142"))
    waiting = page.locator("[data-row=c2]")
    expect(waiting).to_contain_text("…0142")
    expect(waiting).to_contain_text("2 offline, 1 in a status of their own")
    tell(site, StatusSet("ben", "Available"), OfferAccepted("c1", "ben"))
    expect(page.locator("[data-row=c1]")).to_have_count(0)
    decision = page.locator("[data-decision='1']")
    expect(decision).to_contain_text("became free")
    decision.locator("summary").click()
    expect(decision.get_by_role("row", name="ben")).to_contain_text("chosen")
    loads = page.locator("[data-load=ben]")
    expect(loads.get_by_role("img", name="offline load")).to_be_visible()
    expect(loads.get_by_role("img", name="1 of 3 contacts")).to_be_visible()
    expect(page.locator("#loads")).to_contain_text("even")
    expect(page.locator("#loads")).to_contain_text("table AgentWorkload")


def test_what_is_done_by_hand_asks_for_a_reason_which_the_journal_keeps(site: Site, opened: Opening) -> None:
    tell(site, StatusSet("anna", "Lunch"), call("c1"), call("c2", "+12025550142"))
    page = opened("/board", "eva")
    page.get_by_label("Actions for …0142").click()
    page.get_by_role("button", name="Priority", exact=True).last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Priority (1 comes first)").fill("1")
    dialog.get_by_role("button", name="Set priority").click()
    expect(dialog).to_be_visible()  # Not without a reason.
    assert overrides(site) == []
    dialog.get_by_label("Reason").fill("she called twice")
    dialog.get_by_role("button", name="Set priority").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("[data-row=c2] td").first).to_have_text("1")
    assert overrides(site) == [("eva", "set the priority to 1", "she called twice")]


def test_a_status_is_set_with_the_keyboard_alone(site: Site, opened: Opening) -> None:
    page = opened("/board", "eva")
    expect(page.locator("[data-row=ben]")).to_be_visible()
    _tab_to(page, "Actions for Ben Okafor")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Status")).to_be_visible()
    dialog.get_by_label("Status").focus()
    page.keyboard.type("Lunch")
    page.keyboard.press("Tab")
    page.keyboard.type("his shift begins late")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator("[data-row=ben]")).to_contain_text("Lunch")
    assert overrides(site) == [("eva", "set the status of ben to Lunch", "his shift begins late")]


def _tab_to(page: Page, label: str) -> None:
    for _ in range(100):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == label:
            return
    raise AssertionError(f"{label} is not reached with the Tab key")


def test_a_lost_connection_is_seen_and_what_was_missed_comes_after_it(site: Site, opened: Opening) -> None:
    page = opened("/board", "eva")
    expect(page.locator("#fresh")).to_contain_text("Live")
    page.context.set_offline(True)

    async def cut(web: WebCentre) -> None:
        for follower in list(web.hub.topic("board").followers):
            follower.transport.abort()  # type: ignore[attr-defined]

    site.run(cut)
    expect(page.locator("#fresh")).to_contain_text("Stale: last update")
    tell(site, StatusSet("anna", "Lunch"), call("c1"))
    page.context.set_offline(False)
    expect(page.locator("#fresh")).to_contain_text("Live")
    expect(page.locator("[data-row=c1]")).to_contain_text("…0199")


def test_a_queue_leads_to_its_agents_and_a_table_goes_along_as_csv(
    site: Site, opened: Opening, tmp_path: Path
) -> None:
    tell(site, StatusSet("anna", "Lunch"), call("c1"))
    page = opened("/board", "eva")
    page.get_by_role("button", name="BasicQueue").click()
    expect(page.get_by_role("search").get_by_label("Queue", exact=True)).to_have_value("BasicQueue")
    page.get_by_role("button", name="Specialist").click()
    expect(page.locator("#agents-title")).to_contain_text("3")
    page.get_by_label("Agent or customer").fill("chl")
    expect(page.locator("#agents-title")).to_contain_text("1")
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV of Agents").click()
    taken.value.save_as(tmp_path / "agents.csv")
    rows = list(csv.DictReader((tmp_path / "agents.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["Agent"], row["Does"]) for row in rows] == [("Chloe Martin", "offline")]
    page.get_by_text("Views", exact=True).click()
    page.get_by_label("Save as").fill("chloe")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Plain view").click()
    expect(page.locator("#agents-title")).to_contain_text("3")
    page.reload()
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("button", name="chloe", exact=True).click()
    expect(page.get_by_label("Agent or customer")).to_have_value("chl")


def test_what_is_wrong_for_a_while_is_told_until_it_is_acknowledged(site: Site, opened: Opening) -> None:
    page = opened("/board", "eva")
    page.get_by_text("Limits").click()
    page.get_by_label("Alert after it lasted (s)").fill("0")
    alerts = page.get_by_role("status", name="Alerts")
    expect(alerts).to_be_empty()
    tell(site, call("c1"))
    expect(alerts).to_contain_text("BasicQueue: somebody waits and nobody is staffed")
    alerts.get_by_role("button", name="Acknowledge").click()
    expect(alerts).to_have_text("1 acknowledged and not over yet")


def test_a_supervisor_with_a_team_sees_its_agents_and_everybodys_queues(site: Site, opened: Opening) -> None:
    site.web.accounts.add_user(User("tom", "supervisor", team=("ben", "anna")), PASSWORD)
    tell(site, call("c1"))
    page = opened("/board", "tom")
    expect(page.locator("[data-row=BasicQueue] td").nth(1)).to_have_text("1")
    expect(page.locator("[data-row=ben]")).to_be_visible()
    expect(page.locator("[data-row=chloe]")).to_have_count(0)


def test_the_wallboard_fits_the_screen_and_says_in_words_how_things_are(site: Site, opened: Opening) -> None:
    tell(site, StatusSet("anna", "Lunch"), call("c1"))
    page = opened("/board?wall", "eva")
    expect(page.locator(".tile")).to_have_count(6)
    expect(page.locator(".tile").last).to_contain_text("beyond the limit")
    expect(page.locator(".queue-tile")).to_contain_text("1 waiting")
    expect(page.locator(".agent-grid")).to_contain_text("Lunch")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Board")).to_be_visible()


def test_nobody_is_kept_out_by_how_the_board_is_made(site: Site, opened: Opening) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    tell(site, StatusSet("anna", "Lunch"), StatusSet("ben", "Available"), call("c1"), call("c2"))
    serious: list[Any] = []
    for path, scheme in (("/board", "light"), ("/board", "dark"), ("/board?wall", "dark")):
        page = opened(path, "eva", color_scheme=scheme)
        if "wall" in path:
            expect(page.locator(".tile")).to_have_count(6)
        else:
            page.locator("#decisions summary").first.click()
            expect(page.locator("[data-row=ben]")).to_contain_text("Incoming")
        serious += [
            (path, scheme, one["id"], [node["html"] for node in one["nodes"]][:3])
            for one in axe.run(page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
    assert serious == []


def test_the_board_can_be_read_on_a_narrow_screen(site: Site, opened: Opening) -> None:
    page = opened("/board", "eva")
    page.set_viewport_size({"width": 320, "height": 700})
    expect(page.locator("[data-row=ben]").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
