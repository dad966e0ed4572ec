"""The page /api in a real browser: every route is there, and can be tried."""

from __future__ import annotations

import json

import pytest

from evenhand.adapters.web.api import ROUTES
from tests.web.conftest import Opening, Site


def test_every_route_is_shown_to_everybody(opened: Opening) -> None:
    page = opened("/api")
    page.wait_for_selector("#getQueue")
    assert page.locator("details.api-route").count() == len(ROUTES)
    assert page.get_by_text(f"{len(ROUTES)} of {len(ROUTES)} routes").is_visible()


def test_a_route_is_found_and_tried_with_ones_own_session(opened: Opening, site: Site) -> None:
    page = opened("/api", "eva")
    page.get_by_label("Find").fill("enabled")
    assert page.locator("details.api-route").count() == 1
    page.locator("#setQueueEnabled summary").click()
    page.get_by_label("queue path").fill("BasicQueue")
    page.get_by_label("Body").fill('{"enabled": false, "reason": "an exercise"}')
    page.get_by_role("button", name="Send").click()
    answer = page.get_by_label("Answer", exact=True)
    answer.wait_for()
    assert json.loads(answer.inner_text())["enabled"] is False
    assert site.visitor("eva").get("/queues/BasicQueue")["enabled"] is False


def test_a_key_is_tried_in_place_of_the_session(opened: Opening, site: Site) -> None:
    secret = site.web.accounts.add_key("weak", "agent")
    page = opened("/api", "eva")
    page.get_by_label("Key or token").fill(secret)
    page.locator("#getMetrics summary").click()
    page.locator("#getMetrics").get_by_role("button", name="Send").click()
    page.get_by_text("this is not for the role agent").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_it_fits_a_phone(opened: Opening, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    page = opened("/api#addUser", "root", color_scheme=theme)
    page.wait_for_selector("#addUser .api-try")
    serious = [
        (one["id"], one["nodes"][0]["html"])
        for one in axe.run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
