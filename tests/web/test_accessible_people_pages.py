"""The desk, the phone and the first pages, judged by axe-core, in light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.conftest import Opening
from tests.web.test_desk_page import available, dial


def faults(page: Page) -> list[str]:
    """What is serious, as axe-core says it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_found(opened: Opening, scheme: str) -> None:
    desk = opened("/desk", "ben", color_scheme=scheme)
    other = opened("/desk", "anna", color_scheme=scheme)
    phone = opened("/phone", color_scheme=scheme)
    seen = {
        "home": faults(opened("/", color_scheme=scheme)),
        "login": faults(opened("/login", color_scheme=scheme)),
    }
    available(desk)
    seen["desk, idle"] = faults(desk)
    seen["phone, idle"] = faults(phone)
    dial(phone)
    expect(desk.get_by_role("button", name="Accept")).to_be_visible()
    seen["desk, offer"] = faults(desk)
    desk.get_by_role("button", name="Accept").click()
    desk.get_by_role("button", name="Keypad").click()
    desk.get_by_label("Message").fill("Hello")
    desk.get_by_label("Message").press("Enter")
    expect(phone.get_by_role("log")).to_contain_text("Hello")
    seen["desk, contact"] = faults(desk)
    seen["phone, contact"] = faults(phone)
    desk.locator("[data-key=w]").click()
    expect(desk.get_by_text("derived again from the record").first).to_be_visible()
    seen["desk, why me"] = faults(desk)
    desk.get_by_role("button", name="Close").click()
    available(other)
    desk.get_by_role("button", name="Transfer", exact=True).click()
    expect(desk.get_by_role("button", name="Transfer to Anna Berg")).to_be_visible()
    seen["desk, transfer"] = faults(desk)
    desk.get_by_role("button", name="Transfer to Anna Berg").click()
    other.get_by_role("button", name="Reject").click()
    expect(other.get_by_role("heading", name="You rejected this contact")).to_be_visible()
    seen["desk, rejected"] = faults(other)
    expect(phone.get_by_text("No time has been told yet")).to_be_visible()
    seen["phone, waiting"] = faults(phone)
    seen["desk, after contact work"] = faults(desk)
    assert {where: what for where, what in seen.items() if what} == {}
